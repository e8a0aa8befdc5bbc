"""Which services' types there are: in Server/Types, in Shared/Types, and in a module's own Types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ovhlgen.lower.type_files import SERVICES as ROOTS
from ovhlgen.lower.types import Spell, TypeWriter
from ovhlgen.luau import Arrow, Declared, Imported, LuauType, Record, required
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.services import BY_NAME, SERVICES, named_by
from ovhlgen.services.ovhl_ui import screen_api
from ovhlgen.services.service import CONNECTION, Service

_CONNECTION = (CONNECTION, Record((("Disconnect", Arrow((("self", CONNECTION),), None)),)))


def typed(project: Project, module: Module) -> Iterator[Service]:
    """The services that a module names and has by the types that its game's specs give them."""
    return (service for service in named_by(project, module) if not service.is_whole_for(module))


def server_services(project: Project, writer: TypeWriter) -> dict[str, Declared]:
    """The services whose types are in Server/Types, by name; `writer` spells what is in Shared/Types."""
    return _declared(project, writer, "server", in_shared=False)


def shared_services(project: Project, writer: TypeWriter) -> dict[str, Declared]:
    """The services of clients and of both realms."""
    kernel: dict[str, Declared] = {"Kernel": [_CONNECTION]}
    return kernel | _declared(project, writer, "client", in_shared=True)


def _declared(project: Project, writer: TypeWriter, realm: str, *, in_shared: bool) -> dict[str, Declared]:
    """Those that a module names, by name, each behind those whose types it names."""
    wanted = {
        service.name: service
        for module in project.modules.values()
        for service in typed(project, module)
        if service.is_in_shared(module.realm) is in_shared
    }
    names = (name for service in sorted(wanted) for name in (*wanted[service].beside, service))
    services = (BY_NAME[name] for name in dict.fromkeys(names))
    return {service.name: service.api(project, writer, realm).declared for service in services if service.api}


def module_services(project: Project, module: Module, writer: TypeWriter) -> Declared:
    """What a module's own Types declare: its view of a service, its screens."""
    views = (service.api_of for service in SERVICES if service.name in module.named)
    declared = [one for view in views if view for one in view(project, module, writer).declared]
    for ref in module.screens:
        declared += screen_api(project.screens[ref.name], writer).declared
    return declared


def api_type(service: Service, module: Module, shared: Spell, server: Spell) -> LuauType:
    """How a module's Types spell the type of a service."""
    if service.is_whole_for(module):
        return Imported(service.name, "Api")
    return service.api_type if service.api is None else _spell(service, module.realm, shared, server)(service.api_type)


def runtime_requires(project: Project, module: Module) -> list[str]:
    """The requires of the runtime's scripts by whose own types a module of ours has something in its context."""
    if not module.is_builtin:
        return []
    folders = [service.folders[module.realm] for service in named_by(project, module) if service.is_whole_for(module)]
    paths = sorted(["Shared/Kernel/ServiceManager", *(folder for folder in folders if folder)])
    return [required(PurePosixPath(path).name, _place(path)) for path in paths]


def _place(path: str) -> str:
    """Where a script of the runtime is in the game."""
    return f"{ROOTS[path.partition('/')[0]]}.{path.replace('/', '.')}"


def _spell(service: Service, realm: str, shared: Spell, server: Spell) -> Spell:
    return shared if service.is_in_shared(realm) else server


def exports(project: Project, module: Module, shared: Spell, server: Spell) -> dict[str, LuauType]:
    """Types of services that workers need a name for, by that name."""
    services = list(typed(project, module))
    exported: dict[str, LuauType] = {}
    if services or module.reads:
        exported[CONNECTION] = shared(CONNECTION)
    for service in services:
        spell = _spell(service, module.realm, shared, server)
        exported.update({name: spell(name) for name in service.exports(project)})
    return exported
