"""What a screen refers to: values of the screen, fields of a row's item, state, data and settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ovhlgen.diagnostics import Span
from ovhlgen.model.game import ConfigField, DataKey, Field, TypeDecl
from ovhlgen.model.module import Module, StateField
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component, Screen
from ovhlgen.model.types import Array, Placed, TypeRef
from ovhlgen.resolve.aliases import followed, is_unknown, meant

VALUE = re.compile(r"\$([a-z][a-z0-9_]*)((?:\.[a-z][a-z0-9_]*)*)")
REFERENCE = re.compile(r"@([A-Za-z][A-Za-z0-9]*)((?:\.[a-z][a-z0-9_]*)+)")
# What `$item` is in a row: the item itself, where it has no fields.
ITEM = "item"


@dataclass(frozen=True, slots=True)
class NameScope:
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
        item = meant(self.project, *self.item, bare=True) if self.item else None
        return item if isinstance(item, TypeDecl) and item.kind == "struct" else None

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

    def inside(self, component: Component) -> NameScope:
        """In what a component holds: in a list's row, `$name` is a field of its items first."""
        if component.kind.holds != "row":
            return self
        items = component.text("items") or ""
        placed = type_of(self, items)
        followed_type, module = followed(self.project, *placed, bare=True) if placed else (None, None)
        item = Placed(followed_type.inner, module) if isinstance(followed_type, Array) else None
        return replace(self, item=item, is_lost=item is None, relies=relied(self, items))

    def of_value(self, component: Component) -> NameScope:
        """For a component's `value`: one that it changes is of the screen, in a row too."""
        return replace(self, item=None) if component.kind.is_input else self


def scope_of(project: Project, screen: Screen) -> NameScope:
    """At the top of a screen; its owner is the module that lists it."""
    name = screen.key.name
    owners = (module for module in project.modules.values() if any(ref.name == name for ref in module.screens))
    return NameScope(project, screen, next(owners, None))


def is_reference(text: str) -> bool:
    return bool(VALUE.fullmatch(text) or REFERENCE.fullmatch(text))


def type_of(scope: NameScope, text: str) -> Placed | None:
    """The type of what `$value` or `@a.b` refers to, and the module in which it is to be read."""
    value = VALUE.fullmatch(text)
    if value:
        name, path = value.group(1), value.group(2).split(".")[1:]
        return _inside(scope.project, scope.root(name), path)
    reference = REFERENCE.fullmatch(text)
    if reference is None:
        return None
    owner, (name, *path) = reference.group(1), reference.group(2)[1:].split(".")
    module = None if owner in ("config", "data") else owner
    declared = _declared(scope.project, owner, name)
    return _inside(scope.project, _placed(declared.type if declared else None, module), path)


def relied(scope: NameScope, text: str) -> tuple[Span, ...]:
    """Where the type of what is referred to stems from: its type expression, and the default that has to fit it."""
    value, reference = VALUE.fullmatch(text), REFERENCE.fullmatch(text)
    declared: _Declared | None = None
    if value:
        if scope.is_item(value.group(1)):
            return scope.relies
        declared = scope.screen.values.get(value.group(1))
    elif reference:
        declared = _declared(scope.project, reference.group(1), reference.group(2)[1:].split(".")[0])
    return tuple(place.span for place in (declared.type, declared.default) if place) if declared else ()


type _Declared = ConfigField | DataKey | StateField | Field


def _declared(project: Project, owner: str, name: str) -> _Declared | None:
    """A setting, a key of a player's data, or a field of a module's state."""
    if owner == "config":
        return project.config.fields.get(name)
    if owner == "data":
        return project.data.player.get(name) if project.data else None
    module = project.modules.get(owner)
    return module.state.get(name) if module else None


def _placed(ref: TypeRef | None, module: str | None) -> Placed | None:
    return Placed(ref.type, module) if ref else None


def _inside(project: Project, at: Placed | None, path: list[str]) -> Placed | None:
    for step in path:
        declared = meant(project, *at, bare=True) if at else None
        field = declared.fields.get(step) if isinstance(declared, TypeDecl) else None
        at = _placed(field.type, declared.module) if isinstance(declared, TypeDecl) and field else None
    return at
