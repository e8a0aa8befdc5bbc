"""What a screen's texts refer to: values of the screen, fields of a row's item, state, data and settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.model.design import Screen
from ovhlgen.model.game import Fields, Ref
from ovhlgen.model.module import Module, WorkerRef
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Named, Optional, Type, TypeRef

VALUE = re.compile(r"\$([a-z][a-z0-9_]*)((?:\.[a-z][a-z0-9_]*)*)")
REFERENCE = re.compile(r"@([A-Za-z][A-Za-z0-9]*)((?:\.[a-z][a-z0-9_]*)+)")


@dataclass(frozen=True, slots=True)
class Scope:
    """What `$name` may stand for at one place: a row's fields first, then the screen's values."""

    project: Project
    screen: Screen
    owner: Module | None
    row: Fields | None = None

    def names(self) -> list[str]:
        return [*(self.row or {}), *self.screen.values]

    def below(self, items: Node | None) -> Scope:
        """Inside the `row:` of a list of these items."""
        return Scope(self.project, self.screen, self.owner, _row(items, self))


def scope_of(project: Project, screen: Screen) -> Scope:
    """At the top of a screen; its owner is the module that lists it."""
    name = screen.key.name
    owner = next((one for one in project.modules.values() if any(ref.name == name for ref in one.screens)), None)
    return Scope(project, screen, owner)


def is_reference(text: str) -> bool:
    return bool(VALUE.fullmatch(text) or REFERENCE.fullmatch(text))


def type_of(scope: Scope, text: str) -> tuple[Type, str | None] | None:
    """The type of what `$value` or `@a.b` refers to, and the module in which it is to be read."""
    value = VALUE.fullmatch(text)
    if value:
        name, path = value.group(1), value.group(2).split(".")[1:]
        field = (scope.row or {}).get(name) or scope.screen.values.get(name)
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


def _inside(
    project: Project, of: TypeRef | None, module: str | None, path: list[str]
) -> tuple[Type, str | None] | None:
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
    return at, module


def _row(items: Node | None, scope: Scope) -> Fields | None:
    """The fields of a list's elements, where they are structs."""
    found = type_of(scope, items.text) if isinstance(items, Scalar) else None
    if found is None:
        return None
    of, module = found
    of = of.of if isinstance(of, Optional) else of
    if isinstance(of, Array) and isinstance(of.of, Named):
        declared = scope.project.type_of(of.of, module)
        return declared.fields if declared and declared.kind == "struct" else None
    return None


def components(node: Node | None) -> Iterator[tuple[str, Mapping]]:
    """Every component with properties below a list of components, by kind, rows' and tabs' too."""
    for item in node.items if isinstance(node, Sequence) else ():
        if not isinstance(item, Mapping):
            continue
        for key, body in item.items():
            if key.text == "tabs" and isinstance(body, Sequence):
                for tab in body.items:
                    yield from components(tab.get("content") if isinstance(tab, Mapping) else None)
            elif isinstance(body, Sequence):
                yield from components(body)
            elif isinstance(body, Mapping):
                yield key.text, body
                row = body.get("row")
                if isinstance(row, Mapping):
                    yield from components(Sequence((row,), row.span))


def workers_of(screen: Screen) -> Iterator[tuple[str, WorkerRef]]:
    """The functions that a screen names of its owner: `call`, and `worker` of an area."""
    bodies = [body for _, body in components(screen.content)]
    if screen.components:
        bodies += [bound for _, bound in screen.components.items() if isinstance(bound, Mapping)]
    for body in bodies:
        for key in ("call", "worker"):
            named = body.get(key)
            if isinstance(named, Scalar) and isinstance(named.value, str):
                worker, _, function = named.text.partition(".")
                yield key, WorkerRef(Ref(worker, named.span), Ref(function, named.span))
