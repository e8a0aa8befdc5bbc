"""What a screen's texts refer to: values of the screen, fields of a row's item, state, data and settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ovhlgen.model.design import Screen
from ovhlgen.model.game import Fields, Ref
from ovhlgen.model.module import Module, WorkerRef
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Named, Optional, Placed, Type, TypeRef

VALUE = re.compile(r"\$([a-z][a-z0-9_]*)((?:\.[a-z][a-z0-9_]*)*)")
REFERENCE = re.compile(r"@([A-Za-z][A-Za-z0-9]*)((?:\.[a-z][a-z0-9_]*)+)")


@dataclass(frozen=True, slots=True)
class Scope:
    """What `$name` may stand for at one place: fields of the row's item first, then the screen's values."""

    project: Project
    screen: Screen
    owner: Module | None
    item: Placed | None = None

    @property
    def row(self) -> Fields:
        """The item's fields, where it is a struct."""
        of = self.item.type if self.item else None
        declared = self.project.type_of(of, self.item.module) if self.item and isinstance(of, Named) else None
        return declared.fields if declared and declared.kind == "struct" else {}

    def names(self) -> list[str]:
        return [*self.row, *self.screen.values]

    def below(self, items: Node | None) -> Scope:
        """Inside the `row:` of a list of these items."""
        found = type_of(self, items.text) if isinstance(items, Scalar) else None
        if found is None:
            return replace(self, item=None)
        of, module = found
        of = of.of if isinstance(of, Optional) else of
        return replace(self, item=Placed(of.of, module) if isinstance(of, Array) else None)


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
        field = scope.row.get(name) or scope.screen.values.get(name)
        return _inside(scope.project, field.type if field else None, None, path)
    found = REFERENCE.fullmatch(text)
    if found is None:
        return None
    owner, (name, *path) = found.group(1), found.group(2)[1:].split(".")
    if owner == "config":
        setting = scope.project.config.fields.get(name)
        return _inside(scope.project, setting.type if setting else None, None, path)
    if owner == "data":
        key = scope.project.data.player.get(name) if scope.project.data else None
        return _inside(scope.project, key.type if key else None, None, path)
    module = scope.project.modules.get(owner)
    state = module.state.get(name) if module else None
    return _inside(scope.project, state.type if state else None, owner, path)


def _inside(project: Project, of: TypeRef | None, module: str | None, path: list[str]) -> Placed | None:
    if of is None:
        return None
    at: Type = of.type
    for step in path:
        at = at.of if isinstance(at, Optional) else at
        declared = project.type_of(at, module) if isinstance(at, Named) else None
        field = declared.fields.get(step) if declared else None
        if declared is None or field is None or field.type is None:
            return None
        at, module = field.type.type, declared.module
    return Placed(at, module)


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


def workers_of(project: Project, screen: Screen) -> Iterator[tuple[str, WorkerRef, Placed | None]]:
    """The functions that a screen names of its owner: `call`, `worker` of an area, `opened` of a tab. A `call` gets the
    item of the row that it is in."""
    for kind, body, scope in walk(screen.content, scope_of(project, screen)):
        for one in tabs(body) if kind.text == "tabs" else (body,):
            for key, ref in _named(one):
                yield key, ref, scope.item if key == "call" else None
    if screen.components:
        for _, bound in screen.components.items():
            for key, ref in _named(bound):
                yield key, ref, None


def _named(body: Node) -> Iterator[tuple[str, WorkerRef]]:
    for key in ("call", "worker", "opened"):
        named = body.get(key) if isinstance(body, Mapping) else None
        if isinstance(named, Scalar) and isinstance(named.value, str):
            worker, _, function = named.text.partition(".")
            yield key, WorkerRef(Ref(worker, named.span), Ref(function, named.span))
