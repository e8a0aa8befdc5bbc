"""What a screen's texts refer to: values of the screen, fields of a row's item, state, data and settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ovhlgen.diagnostics import Span
from ovhlgen.model.design import Screen
from ovhlgen.model.game import ConfigField, DataKey, Field, Fields, Ref, TypeDecl
from ovhlgen.model.module import Module, StateField, WorkerRef
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Placed, TypeRef
from ovhlgen.resolve.aliases import followed, is_unknown, meant

VALUE = re.compile(r"\$([a-z][a-z0-9_]*)((?:\.[a-z][a-z0-9_]*)*)")
REFERENCE = re.compile(r"@([A-Za-z][A-Za-z0-9]*)((?:\.[a-z][a-z0-9_]*)+)")
# Components that change a value of the screen, in a row too: an item's fields can't be changed.
INPUTS = ("toggle", "slider", "stepper", "field", "dropdown")
# What `$item` is in a row: the item itself, where it has no fields.
ITEM = "item"
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Scope:
    """What `$name` may stand for at one place: fields of the row's item first, then the screen's values.

    `is_lost`: it is a row of what isn't known to be a list. `relies`: what the item's type stems from."""

    project: Project
    screen: Screen
    owner: Module | None
    item: Placed | None = None
    is_lost: bool = False
    relies: tuple[Span, ...] = ()

    @property
    def struct(self) -> TypeDecl | None:
        """What the item is, where it has fields."""
        of = meant(self.project, *self.item, bare=True) if self.item else None
        return of if isinstance(of, TypeDecl) and of.kind == "struct" else None

    def names(self) -> list[str]:
        own = self.struct.fields if self.struct else (ITEM,) if self.item else ()
        return [*own, *self.screen.values]

    @property
    def is_known(self) -> bool:
        """Whether `names` are all: what a row's items are may be said in a file that has findings."""
        return not self.is_lost and not (self.item and is_unknown(self.project, *self.item))

    def is_item(self, name: str) -> bool:
        """Whether `$name` is a field of the item, or the item itself, where that has no fields."""
        return name in self.struct.fields if self.struct else self.item is not None and name == ITEM

    def root(self, name: str) -> Placed | None:
        """The type of `$name`."""
        if not self.is_item(name):
            field = self.screen.values.get(name)
            return _placed(field.type if field else None, None)
        struct = self.struct
        return _placed(struct.fields[name].type, struct.module) if struct else self.item

    def below(self, items: Node | None) -> Scope:
        """Inside the `row:` of a list of these items."""
        found = type_of(self, items.text) if isinstance(items, Scalar) else None
        of, module = followed(self.project, *found, bare=True) if found else (None, None)
        is_list = isinstance(of, Array)
        item = Placed(of.of, module) if isinstance(of, Array) else None
        relies = relied(self, items.text) if isinstance(items, Scalar) else ()
        return replace(self, item=item, is_lost=not is_list, relies=relies)


def scope_of(project: Project, screen: Screen) -> Scope:
    """At the top of a screen; its owner is the module that lists it."""
    name = screen.key.name
    owner = next((one for one in project.modules.values() if any(ref.name == name for ref in one.screens)), None)
    return Scope(project, screen, owner)


def is_reference(text: str) -> bool:
    return bool(VALUE.fullmatch(text) or REFERENCE.fullmatch(text))


def type_of(scope: Scope, text: str) -> Placed | None:
    """The type of what `$value` or `@a.b` refers to, and the module in which it is to be read."""
    value = VALUE.fullmatch(text)
    if value:
        name, path = value.group(1), value.group(2).split(".")[1:]
        return _inside(scope.project, scope.root(name), path)
    found = REFERENCE.fullmatch(text)
    if found is None:
        return None
    owner, (name, *path) = found.group(1), found.group(2)[1:].split(".")
    module = None if owner in ("config", "data") else owner
    declared = _declared(scope.project, owner, name)
    return _inside(scope.project, _placed(declared.type if declared else None, module), path)


def relied(scope: Scope, text: str) -> tuple[Span, ...]:
    """Where the type of what is referred to stems from: its type expression, and the default that has to fit it."""
    value, found = VALUE.fullmatch(text), REFERENCE.fullmatch(text)
    of: _Declared | None = None
    if value:
        if scope.is_item(value.group(1)):
            return scope.relies
        of = scope.screen.values.get(value.group(1))
    elif found:
        of = _declared(scope.project, found.group(1), found.group(2)[1:].split(".")[0])
    return tuple(one.span for one in (of.type, of.default) if one) if of else ()


type _Declared = ConfigField | DataKey | StateField | Field


def _declared(project: Project, owner: str, name: str) -> _Declared | None:
    """A setting, a key of a player's data, or a field of a module's state."""
    if owner == "config":
        return project.config.fields.get(name)
    if owner == "data":
        return project.data.player.get(name) if project.data else None
    module = project.modules.get(owner)
    return module.state.get(name) if module else None


def _placed(of: TypeRef | None, module: str | None) -> Placed | None:
    return Placed(of.type, module) if of else None


def _inside(project: Project, at: Placed | None, path: list[str]) -> Placed | None:
    for step in path:
        declared = meant(project, *at, bare=True) if at else None
        field = declared.fields.get(step) if isinstance(declared, TypeDecl) else None
        at = _placed(field.type, declared.module) if isinstance(declared, TypeDecl) and field else None
    return at


def kinds_of(project: Project, response: TypeRef | Fields | None, module: str) -> set[str] | None:
    """The kinds of a response that is a union; None where its type isn't known."""
    if not isinstance(response, TypeRef):
        return None if response is None else set()
    if is_unknown(project, response.type, module):
        return None
    declared = meant(project, response.type, module, bare=True)
    return set(declared.members) if isinstance(declared, TypeDecl) else set()


def walk(content: Node | None, scope: Scope) -> Iterator[tuple[Scalar, Node, Scope]]:
    """Every component below a list of components, tabs' and rows' too: its kind, its body, and what it may refer to."""
    for item in content.items if isinstance(content, Sequence) else ():
        for key, body in item.items() if isinstance(item, Mapping) else ():
            yield key, body, scope
            if isinstance(body, Mapping):
                row = body.get("row")
                yield from walk(Sequence((row,), row.span) if row else None, scope.below(body.get("items")))
            elif key.text == "tabs":
                for tab in tabs(body):
                    yield from walk(tab.get("content"), scope)
            else:
                yield from walk(body, scope)


def tabs(body: Node) -> Iterator[Mapping]:
    for tab in body.items if isinstance(body, Sequence) else ():
        if isinstance(tab, Mapping):
            yield tab


def texts_of(screen: Screen) -> set[str]:
    """Every text that its spec has, in any language, and whatever else is written there."""
    found: set[str] = set()

    def collect(node: Node | None) -> None:
        if isinstance(node, Scalar):
            found.add(node.text)
        elif isinstance(node, Sequence):
            for item in node.items:
                collect(item)
        elif isinstance(node, Mapping):
            for item in node.values.values():
                collect(item)

    collect(screen.content)
    collect(screen.title)
    return found


def workers_of(project: Project, screen: Screen) -> Iterator[tuple[str, WorkerRef, Scope]]:
    """The functions that a screen names of its owner, and where: `call`, `worker` of an area, `opened` of a tab."""
    top = scope_of(project, screen)
    for kind, body, scope in walk(screen.content, top):
        for one in tabs(body) if kind.text == "tabs" else (body,):
            for key, ref in _named(one):
                yield key, ref, scope
    if screen.components:
        for _, bound in screen.components.items():
            for key, ref in _named(bound):
                yield key, ref, top


def _named(body: Node) -> Iterator[tuple[str, WorkerRef]]:
    for key in ("call", "worker", "opened"):
        named = body.get(key) if isinstance(body, Mapping) else None
        if isinstance(named, Scalar) and isinstance(named.value, str):
            worker, _, function = named.text.partition(".")
            yield key, WorkerRef(Ref(worker, named.span), Ref(function, named.span))
