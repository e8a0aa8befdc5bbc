"""From the types of the specs to how they lie on the wire."""

from __future__ import annotations

from ovhlgen.language.limits import DEFAULT_ELEMENTS
from ovhlgen.language.types import Leaf, Surroundings
from ovhlgen.model import wire
from ovhlgen.model.game import Fields, Ref, TypeDecl
from ovhlgen.model.module import Event, Module
from ovhlgen.model.node import Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Map, Named, Optional, Type, TypeRef
from ovhlgen.resolve.naming import type_name
from ovhlgen.resolve.settings import live


def ranked(project: Project) -> list[tuple[Module, Event]]:
    """All events, by `Module.Event` in byte order."""
    events = [(module, event) for module in project.modules.values() for event in module.events.values()]
    return sorted(events, key=lambda pair: f"{pair[0].name}.{pair[1].key.name}".encode())


def layouts(project: Project) -> wire.Layouts:
    """Of every event of the game, of every field of replicated state, of data that its player sees, and of settings
    that clients see. An id is a rank by `Module.Event`, `Module.field`, `data.key` and `config.field` in byte order,
    from 1."""
    return _layouts(project)[0]


def _layouts(project: Project) -> tuple[wire.Layouts, _Types]:
    types = _Types(project)
    events = [
        wire.Message(
            f"{module.name}.{event.key.name}",
            event.sender,
            event.reliable,
            types.struct(event.payload, module.name) if event.payload else None,
            types.response(event, module.name) if event.is_request else None,
        )
        for module, event in ranked(project)
    ]
    fields = [
        wire.Message(
            f"{module.name}.{name}",
            "server",
            True,
            wire.alone(types.layout(setting.type.type, module.name)),
            is_state=True,
        )
        for module in project.modules.values()
        for name, setting in module.state.items()
        if setting.replicate and setting.type
    ]
    visible = [
        wire.Message(f"data.{name}", "server", True, wire.alone(types.layout(key.type.type, None)), is_state=True)
        for name, key in (project.data.player if project.data else {}).items()
        if key.visible and key.type
    ]
    settings = [
        wire.Message(
            f"config.{setting.name}",
            "server",
            True,
            wire.alone(types.layout(setting.field.type.type, None)),
            is_state=True,
        )
        for setting in live(project)
        if setting.field.type
    ]
    messages = tuple(sorted([*events, *fields, *visible, *settings], key=lambda message: message.name.encode()))
    return wire.Layouts(messages, wire.Types(dict(sorted(types.named.items())))), types


class _Types:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.around = Surroundings(tuple(sorted(project.themes)))
        self.named: dict[str, wire.Struct | wire.Union] = {}
        self.open: set[str] = set()  # aliases whose meaning is being looked up
        self.recursive: set[str] = set()  # those that contain themselves
        self.references: list[Ref] = []  # to catalogues, of fields on the network

    def struct(self, fields: Fields, module: str | None, tag: tuple[int, int] | None = None) -> wire.Struct:
        fields_: dict[str, wire.Wire] = {}
        for name, field in fields.items():
            if field.type:
                layout = self.layout(field.type.type, module)
                fields_[name] = self.keys(layout, field.references) if field.references else layout
        return wire.Struct(fields_, tag)

    def keys(self, layout: wire.Wire, to: Ref) -> wire.Wire:
        """Of a field whose values are keys of a catalogue: only those travel. What only the server has is E0432's."""
        self.references.append(to)
        catalogue = self.project.catalogues.get(to.name)
        if catalogue is None or catalogue.realm == "server":
            return layout
        rows = [row.get(catalogue.key_field.name) for row in catalogue.rows]
        values = tuple(row.value for row in rows if isinstance(row, Scalar) and isinstance(row.value, str | int))
        # No type has such a name: theirs begin with large letters, those of modules' types behind the `_`, too.
        return _within(layout, wire.Choice(values, f"{to.name}_key", f"a key of {to.name}"))

    def response(self, event: Event, module: str) -> wire.Struct:
        """An answer that isn't a struct of its own stands alone."""
        answer = event.response
        if isinstance(answer, TypeRef):
            return wire.alone(self.layout(answer.type, module))
        return self.struct(answer or {}, module)

    def layout(self, expression: Type, module: str | None) -> wire.Wire:
        match expression:
            case Leaf():
                return expression.layout(self.around)
            case Optional():
                return wire.Optional(self.layout(expression.inner, module))
            case Array():
                return wire.Array(
                    self.layout(expression.inner, module),
                    expression.low,
                    DEFAULT_ELEMENTS if expression.high is None else expression.high,
                )
            case Map():
                key = self.layout(expression.key, module)
                high = DEFAULT_ELEMENTS if expression.high is None else expression.high
                # No two entries have one key.
                high = max(expression.low, int(min(high, wire.count(key))))
                return wire.Map(key, self.layout(expression.value, module), expression.low, high)
            case Named():
                declared = self.project.type_of(expression, module)
                # A name that isn't declared is E0302's.
                return wire.Flag() if declared is None else self.declared(declared)

    def declared(self, declared: TypeDecl) -> wire.Wire:
        if declared.kind == "enum":
            name = type_name(declared.module, declared.key.name)
            return wire.Choice(tuple(value.name for value in declared.values), name, f"one of {name}")
        name = type_name(declared.module, declared.key.name)
        if declared.kind == "alias" and name not in self.named:
            return self.alias(name, declared)
        if name not in self.named:
            self.named[name] = wire.Struct({})  # so that a type that contains itself ends here
            self.named[name] = (
                self.struct(declared.fields, declared.module) if declared.kind == "struct" else self.union(declared)
            )
        return wire.Ref(name)

    def alias(self, name: str, alias: TypeDecl) -> wire.Wire:
        """What it stands for; one that contains itself gets a name."""
        assert alias.target is not None
        if name in self.open:
            self.recursive.add(name)
            return wire.Ref(name)
        self.open.add(name)
        target = self.layout(alias.target.type, alias.module)
        self.open.discard(name)
        if name not in self.recursive:
            return target
        self.named[name] = wire.alone(target)
        return wire.Ref(name)

    def union(self, union: TypeDecl) -> wire.Union:
        kinds = sorted(union.members)
        bits = (len(kinds) - 1).bit_length()
        return wire.Union(
            {kind: self.struct(union.members[kind][1], union.module, (bits, index)) for index, kind in enumerate(kinds)}
        )


def _within(layout: wire.Wire, keys: wire.Choice) -> wire.Wire:
    """The same with each single value, of an array or a map, too, one of the keys."""
    match layout:
        case wire.Optional():
            return wire.Optional(_within(layout.inner, keys))
        case wire.Array():
            return wire.Array(_within(layout.inner, keys), layout.low, layout.high)
        case wire.Map():
            return wire.Map(layout.key, _within(layout.value, keys), layout.low, layout.high)
        case wire.Text() | wire.Steps() | wire.Float() | wire.Choice():
            return keys
    return layout


def key_count(project: Project, expression: Map, module: str | None) -> float:
    """Entries of a map at most, by its keys' type; infinite where that says nothing."""
    return wire.count(_Types(project).layout(expression.key, module))


def references(project: Project) -> list[Ref]:
    """References to catalogues of fields that travel."""
    return _layouts(project)[1].references
