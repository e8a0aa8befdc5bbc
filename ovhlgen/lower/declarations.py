"""What Shared/Types, Server/Types and the panel's types declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from functools import partial

from ovhlgen.lower.output import Output
from ovhlgen.lower.service_types import server_services, shared_services
from ovhlgen.lower.type_files import Declared, TypeFiles, Unit
from ovhlgen.lower.types import Spell, TypeWriter
from ovhlgen.luau import Declared as Services
from ovhlgen.luau import LuauType, Record, Uses, declare
from ovhlgen.model.game import ConfigField, Fields, TypeDecl
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.model.tree import PANEL_TYPES, RUNTIME
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.naming import api_name, payload_name, response_name, type_name


@dataclass(frozen=True, slots=True)
class Types:
    """Every struct, payload and client-side api; those of the admin panel's modules; and the apis of server modules,
    which clients never see."""

    shared: TypeFiles
    panel: TypeFiles
    server: TypeFiles

    def spell(self, name: str) -> LuauType:
        """A type that clients see, as a module writes it."""
        return (self.panel if name in self.panel.names else self.shared).spell(name)

    def requires(self, uses: Uses) -> list[str]:
        """The requires of those of these files that a module uses."""
        return [line for files in (self.server, self.shared, self.panel) for line in files.requires(uses)]


def types(project: Project) -> Types:
    shared = TypeFiles("Shared", list(_shared(project)))
    builtin = [unit for module in _modules(project) if module.is_builtin for unit in _module(project, module)]
    panel = TypeFiles("Shared", builtin, file=PANEL_TYPES, local="Panel", base=RUNTIME)
    return Types(shared, panel, TypeFiles("Server", list(_server(project, Types(shared, panel, shared).spell))))


def type_outputs(project: Project, declared: Types) -> Iterator[Output]:
    paths = {"specs/types.yaml", "specs/config.yaml", *(module.path for module in project.modules.values())}
    inputs = tuple(sorted(paths & set(project.files)))
    yield from declared.shared.outputs("shared/Types.luau.j2", inputs)
    if declared.panel.units:
        yield from declared.panel.outputs("shared/PanelTypes.luau.j2", ("specs/admin.yaml",), declared.shared)
    yield from declared.server.outputs("shared/ServerTypes.luau.j2", inputs, declared.shared, declared.panel)


def _modules(project: Project) -> list[Module]:
    return [project.modules[name] for name in sorted(project.modules)]


def _has_api(project: Project, module: Module) -> bool:
    return bool(module.api) or any(module.name in other.named for other in project.modules.values())


def _shared(project: Project) -> Iterator[Unit]:
    def writer(spell: Spell) -> TypeWriter:
        return TypeWriter(project, None, spell)

    for name, one in project.types.items():
        yield _unit(name, f"specs/types.yaml#{name}", partial(_declaration, project, one))
    for module in _modules(project):
        if module.is_builtin:
            continue
        yield from _module(project, module)
        if module.realm != "server" and _has_api(project, module):
            yield _unit(api_name(module.name), module.place("api"), partial(_api, project, module))
    fields = {name: field for name, field in project.config.fields.items() if field.realm == "shared"}
    yield _unit("GlobalConfig", "specs/config.yaml", lambda spell: config_type(writer(spell), fields))
    yield from _services(lambda spell: shared_services(project, writer(spell)))


def _server(project: Project, shared: Spell) -> Iterator[Unit]:
    """Their structs and payloads are in Shared/Types, however the file itself is split."""
    for module in _modules(project):
        if module.realm == "server" and _has_api(project, module):
            yield _unit(api_name(module.name), module.place("api"), _whatever(_api(project, module, shared)))
    writer = TypeWriter(project, None, shared)
    yield _unit("GlobalConfig", "specs/config.yaml", _whatever(config_type(writer, project.config.fields)))
    services = server_services(project, writer)
    yield from _services(lambda _spell: services)


def _whatever(of: LuauType) -> Callable[[Spell], LuauType]:
    """A type that names nothing of its own file."""
    return lambda _spell: of


def _unit(name: str, place: str, of: Callable[[Spell], LuauType]) -> Unit:
    return Unit((name,), lambda spell, uses: [(place, declare(name, of(spell), uses))])


def _services(services: Callable[[Spell], dict[str, Services]]) -> Iterator[Unit]:
    """All services together: they name each other."""

    def written(spell: Spell, uses: Uses) -> list[Declared]:
        declared: list[Declared] = []
        for service, types in services(spell).items():
            for at, (name, one) in enumerate(types):
                declared.append((None if at else f"{service}: see docs/runtime", declare(name, one, uses)))
        return declared

    names = tuple(name for types in services(str).values() for name, _ in types)
    if names:
        yield Unit(names, written)


def config_type(writer: TypeWriter, fields: Dict[str, ConfigField]) -> Record:
    return Record(
        tuple((name, writer.ref(field.type)) for name, field in fields.items()),
        tuple((name, field.doc) for name, field in fields.items() if field.doc),
    )


def _declaration(project: Project, of: TypeDecl, spell: Spell) -> LuauType:
    return TypeWriter(project, of.module, spell).declaration(of)


def _api(project: Project, module: Module, spell: Spell) -> LuauType:
    return TypeWriter(project, module.name, spell).api(module)


def _payload(project: Project, module: Module, fields: Fields, spell: Spell) -> LuauType:
    return TypeWriter(project, module.name, spell).fields(fields)


def _response(project: Project, module: Module, of: TypeRef | Fields, spell: Spell) -> LuauType:
    writer = TypeWriter(project, module.name, spell)
    return writer.ref(of) if isinstance(of, TypeRef) else writer.fields(of)


def _module(project: Project, module: Module) -> Iterator[Unit]:
    for name, one in module.types.items():
        place = module.place(f"types.{name}")
        yield _unit(type_name(module.name, name), place, partial(_declaration, project, one))
    for name, event in module.events.items():
        place = module.place(f"events.{name}")
        if event.payload:
            yield _unit(payload_name(module.name, event), place, partial(_payload, project, module, event.payload))
        if event.is_request:
            answer = partial(_response, project, module, event.response or {})
            yield _unit(response_name(module.name, event), f"{place}.response", answer)
    for name, bus in module.publishes.items():
        place = module.place(f"bus.publishes.{name}")
        yield _unit(type_name(module.name, name), place, partial(_payload, project, module, bus.payload))
