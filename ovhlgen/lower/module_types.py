"""What a module's `Types.luau` exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.context import context
from ovhlgen.lower.declarations import Types
from ovhlgen.lower.keys import key_fields
from ovhlgen.lower.service_types import exports as service_exports
from ovhlgen.lower.service_types import module_services, runtime_requires
from ovhlgen.lower.types import Spell, TypeWriter
from ovhlgen.luau import LuauType, Maybe, Record, Uses, declare, required
from ovhlgen.model.game import TypeDecl
from ovhlgen.model.module import Contract, Event, Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Placed, TypeRef, walk
from ovhlgen.resolve.bindings import BUILT_IN, Shape, bindings, publisher_of
from ovhlgen.resolve.naming import payload_name, record_name, response_name, type_name

SERVICES = {"Server": "ServerScriptService", "Shared": "ReplicatedStorage"}


def realm_of(project: Project, catalogue: str) -> str:
    return "Server" if project.catalogues[catalogue].realm == "server" else "Shared"


def catalogue_requires(project: Project, module: Module) -> list[str]:
    """The requires of the catalogues that a module uses."""
    requires = []
    for name in sorted(ref.name for ref in module.catalogues):
        root = realm_of(project, name)
        requires.append(required(name, f"{SERVICES[root]}.{root}.Catalogues.{name}"))
    return requires


def module_types(project: Project, module: Module, types: Types) -> dict[str, Any]:
    shared, server = types.spell, types.server.spell
    writer = TypeWriter(project, module.name, shared)
    exports: dict[str, LuauType] = {}
    for name, declared in {**project.types, **module.types}.items():
        exports[name] = shared(type_name(declared.module, name))
    for name, event in module.events.items():
        exports.update(_event_exports(shared, module.name, name, event))
    for name, bus in module.publishes.items():
        if bus.payload:
            exports[name] = shared(type_name(module.name, name))
    records = {record_name(name) for name in module.contracts}
    for listener in module.listens:
        owner, name = listener.event.name.split(".", 1)
        event = project.modules[owner].events[name]
        if event.payload:
            taken = name in exports or name in records
            exports[f"{owner}_{name}" if taken else name] = shared(payload_name(owner, event))
    for listener in module.subscribes:
        name = listener.event.name
        if BUILT_IN.get(name):
            taken = name in exports or name in records
            exports[f"Kernel_{name}" if taken else name] = Record(BUILT_IN[name])
        publisher = publisher_of(project, module.realm, name)
        if publisher and publisher.name != module.name and publisher.publishes[name].payload:
            taken = name in exports or name in records
            exports[f"{publisher.name}_{name}" if taken else name] = shared(type_name(publisher.name, name))
    for ref in module.sends:
        owner, name = ref.name.split(".", 1)
        event = project.modules[owner].events[name]
        names = [payload_name(owner, event)] if event.payload else []
        names += [response_name(owner, event)] if event.is_request else []
        exports.update({name: shared(name) for name in names})
    for foreign in _foreign(project, module):
        name = type_name(foreign.module, foreign.key.name)
        exports.setdefault(name, shared(name))
    own: list[tuple[str, LuauType]] = [
        ("Config", _fields(writer, {name: one.type for name, one in module.config.items()})),
        ("State", _fields(writer, {n: one.type for n, one in module.state.items() if not one.per_player})),
        ("PlayerState", _fields(writer, {n: one.type for n, one in module.state.items() if one.per_player})),
    ]
    for name, contract in module.contracts.items():
        own.append((record_name(name), _record(writer, contract)))
    own += module_services(project, module, writer)
    own += context(project, module, writer, server)
    exports.update(service_exports(project, module, shared, server))
    uses = Uses()
    text = [declare(name, foreign, uses) for name, foreign in own]
    aliases = [declare(name, foreign, uses) for name, foreign in exports.items()]
    return {
        "is_server": module.realm == "server",
        "requires": [
            *types.requires(uses),
            *catalogue_requires(project, module),
            *runtime_requires(project, module),
        ],
        "keys": key_fields(project, module),
        "aliases": aliases,
        "types": text,
    }


def _foreign(project: Project, module: Module) -> Iterator[TypeDecl]:
    """Types of other modules that its state and screens hold, and its functions get and give: `Types.Other_Name`."""
    shapes: list[Shape | None] = [one.type for one in module.state.values()]
    for ref in module.screens:
        values = project.screens[ref.name].values.values()
        shapes += [Placed(one.type.type, None) for one in values if one.type]
    for binding in bindings(project, module):
        shapes += [*(part for _, part in binding.params), binding.returns]
    for shape in shapes:
        at = Placed(shape.type, module.name) if isinstance(shape, TypeRef) else shape
        for part in walk(at.type) if isinstance(at, Placed) else ():
            declared = project.type_of(part, at.module) if isinstance(at, Placed) and isinstance(part, Named) else None
            if declared and declared.module not in (None, module.name):
                yield declared


def _event_exports(shared: Spell, module: str, name: str, event: Event) -> dict[str, LuauType]:
    exports: dict[str, LuauType] = {}
    if event.payload:
        exports[f"{name}Request" if event.is_request else name] = shared(payload_name(module, event))
    if event.is_request:
        exports[f"{name}Response"] = shared(response_name(module, event))
    return exports


def _fields(writer: TypeWriter, fields: dict[str, TypeRef | None]) -> Record:
    return Record(tuple((name, writer.ref(of)) for name, of in fields.items()))


def _record(writer: TypeWriter, contract: Contract) -> Record:
    fields: list[tuple[str, LuauType]] = [("instance", contract.each.name)]
    sure: set[str] = set()  # fields that a record always has
    for name, one in contract.fields.items():
        of = writer.ref(one.type)
        if one.required or one.fallback is not None or (one.sibling and one.sibling.name in sure):
            sure.add(name)
        fields.append((name, of if name in sure or isinstance(of, Maybe) else Maybe(of)))
    return Record(tuple(fields))
