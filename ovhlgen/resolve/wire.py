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
    found = [(module, event) for module in project.modules.values() for event in module.events.values()]
    return sorted(found, key=lambda pair: f"{pair[0].name}.{pair[1].key.name}".encode())


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
            f"{module.name}.{name}", "server", True, wire.alone(types.of(one.type.type, module.name)), is_state=True
        )
        for module in project.modules.values()
        for name, one in module.state.items()
        if one.replicate and one.type
    ]
    visible = [
        wire.Message(f"data.{name}", "server", True, wire.alone(types.of(key.type.type, None)), is_state=True)
        for name, key in (project.data.player if project.data else {}).items()
        if key.visible and key.type
    ]
    settings = [
        wire.Message(
            f"config.{one.name}", "server", True, wire.alone(types.of(one.field.type.type, None)), is_state=True
        )
        for one in live(project)
        if one.field.type
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
        found: dict[str, wire.Wire] = {}
        for name, field in fields.items():
            if field.type:
                of = self.of(field.type.type, module)
                found[name] = self.keys(of, field.references) if field.references else of
        return wire.Struct(found, tag)

    def keys(self, of: wire.Wire, to: Ref) -> wire.Wire:
        """Of a field whose values are keys of a catalogue: only those travel. What only the server has is E0432's."""
        self.references.append(to)
        catalogue = self.project.catalogues.get(to.name)
        if catalogue is None or catalogue.realm == "server":
            return of
        rows = [row.get(catalogue.key_field.name) for row in catalogue.rows]
        values = tuple(row.value for row in rows if isinstance(row, Scalar) and isinstance(row.value, str | int))
        # No type has such a name: theirs begin with large letters, those of modules' types behind the `_`, too.
        return _within(of, wire.Choice(values, f"{to.name}_key", f"a key of {to.name}"))

    def response(self, event: Event, module: str) -> wire.Struct:
        """An answer that isn't a struct of its own stands alone."""
        answer = event.response
        if isinstance(answer, TypeRef):
            return wire.alone(self.of(answer.type, module))
        return self.struct(answer or {}, module)

    def of(self, of: Type, module: str | None) -> wire.Wire:
        match of:
            case Leaf():
                return of.layout(self.around)
            case Optional():
                return wire.Optional(self.of(of.of, module))
            case Array():
                return wire.Array(self.of(of.of, module), of.low, DEFAULT_ELEMENTS if of.high is None else of.high)
            case Map():
                key = self.of(of.key, module)
                high = DEFAULT_ELEMENTS if of.high is None else of.high
                # No two entries have one key.
                high = max(of.low, int(min(high, wire.count(key))))
                return wire.Map(key, self.of(of.value, module), of.low, high)
            case Named():
                declared = self.project.type_of(of, module)
                # A name that isn't declared is E0302's.
                return wire.Flag() if declared is None else self.declared(declared)

    def declared(self, of: TypeDecl) -> wire.Wire:
        if of.kind == "enum":
            name = type_name(of.module, of.key.name)
            return wire.Choice(tuple(value.name for value in of.values), name, f"one of {name}")
        name = type_name(of.module, of.key.name)
        if of.kind == "alias" and name not in self.named:
            return self.alias(name, of)
        if name not in self.named:
            self.named[name] = wire.Struct({})  # so that a type that contains itself ends here
            self.named[name] = self.struct(of.fields, of.module) if of.kind == "struct" else self.union(of)
        return wire.Ref(name)

    def alias(self, name: str, of: TypeDecl) -> wire.Wire:
        """What it stands for; one that contains itself gets a name."""
        assert of.target is not None
        if name in self.open:
            self.recursive.add(name)
            return wire.Ref(name)
        self.open.add(name)
        found = self.of(of.target.type, of.module)
        self.open.discard(name)
        if name not in self.recursive:
            return found
        self.named[name] = wire.alone(found)
        return wire.Ref(name)

    def union(self, of: TypeDecl) -> wire.Union:
        kinds = sorted(of.members)
        bits = (len(kinds) - 1).bit_length()
        return wire.Union(
            {kind: self.struct(of.members[kind][1], of.module, (bits, index)) for index, kind in enumerate(kinds)}
        )


def _within(of: wire.Wire, keys: wire.Choice) -> wire.Wire:
    """The same with each single value, of an array or a map, too, one of the keys."""
    match of:
        case wire.Optional():
            return wire.Optional(_within(of.of, keys))
        case wire.Array():
            return wire.Array(_within(of.of, keys), of.low, of.high)
        case wire.Map():
            return wire.Map(of.key, _within(of.value, keys), of.low, of.high)
        case wire.Text() | wire.Steps() | wire.Float() | wire.Choice():
            return keys
    return of


def key_count(project: Project, of: Map, module: str | None) -> float:
    """Entries of a map at most, by its keys' type; infinite where that says nothing."""
    return wire.count(_Types(project).of(of.key, module))


def references(project: Project) -> list[Ref]:
    """References to catalogues of fields that travel."""
    return _layouts(project)[1].references
