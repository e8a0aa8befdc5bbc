"""Which services' types there are: in Server/Types, in Shared/Types, and in a module's own Types."""

from __future__ import annotations

from ovhlgen.lower.services import config, data, events, monetization, monitor, permissions, style, ui
from ovhlgen.lower.services.keys import Declared
from ovhlgen.lower.types import Spell, TypeWriter
from ovhlgen.luau import Arrow, LuauType, Record
from ovhlgen.model.module import Module
from ovhlgen.model.project import SERVICE_NAMES, Project

# Services of which there is one type for both realms; the others have a type of their own on each side.
_IN_SHARED = ("StyleService", "OVHL_UI", "TopbarIntegration")
_EXPORTS = {"DataService": data.EXPORTS, "PermissionSync": permissions.EXPORTS, "SystemMonitor": monitor.EXPORTS}
CONNECTION = ("Kernel_Connection", Record((("Disconnect", Arrow((("self", "Kernel_Connection"),), None)),)))


def named(module: Module) -> tuple[str, ...]:
    """The modules and services that a module names, `depends` first."""
    return tuple(ref.name for ref in (*module.depends, *module.uses))


def _wanted(project: Project, realms: tuple[str, ...]) -> set[str]:
    return {name for module in project.modules.values() if module.realm in realms for name in named(module)}


def server_services(project: Project, writer: TypeWriter) -> dict[str, Declared]:
    """The services of the server that a module names; `writer` spells what is in Shared/Types."""
    wanted = _wanted(project, ("server",))
    found: dict[str, Declared] = {}
    if "ConfigService" in wanted:
        found["ConfigService"] = config.config(project, writer, is_server=True)
    if "DataService" in wanted and project.data:
        found["DataService"] = data.data(project.data, writer)
    if "MonetizationModule" in wanted and project.monetization:
        found["MonetizationModule"] = monetization.monetization(project.monetization, writer)
    if "PermissionSync" in wanted and project.roles:
        found["PermissionSync"] = permissions.permissions(project.roles, writer)
    if "SystemMonitor" in wanted:
        found["SystemMonitor"] = monitor.monitor()
    return found


def shared_services(project: Project, writer: TypeWriter) -> dict[str, Declared]:
    """The services of clients and of both realms that a module names."""
    clients, both = _wanted(project, ("client",)), _wanted(project, ("client", "server", "shared"))
    found: dict[str, Declared] = {"Kernel": [CONNECTION]}
    if "ConfigService" in clients:
        found["ConfigService"] = config.config(project, writer, is_server=False)
    if "StyleService" in both or "OVHL_UI" in both:
        found["StyleService"] = style.style(project.themes)
    if "OVHL_UI" in both:
        found["OVHL_UI"] = ui.ovhl_ui(project.screens)
    if "TopbarIntegration" in both and project.topbar:
        found["TopbarIntegration"] = ui.topbar(project.topbar)
    return found


def module_services(project: Project, module: Module, writer: TypeWriter) -> Declared:
    """What a module's own Types declare: its view of EventService, its screens."""
    found: Declared = []
    if "EventService" in named(module):
        found += events.events(project, module, writer)
    for ref in module.screens:
        found += ui.screen(project.screens[ref.name], writer)
    return found


def api_of(service: str, realm: str, shared: Spell, server: Spell) -> LuauType:
    """How a module's Types spell the type of a service."""
    if service == "EventService":
        return events.API
    spell = server if realm == "server" and service not in _IN_SHARED else shared
    return spell(f"{service}_Api")


def exports(project: Project, module: Module, shared: Spell, server: Spell) -> dict[str, LuauType]:
    """Types of services that workers need a name for, by that name."""
    found: dict[str, LuauType] = {}
    services = [name for name in named(module) if name in SERVICE_NAMES]
    if services or module.reads:
        found["Kernel_Connection"] = shared("Kernel_Connection")
    for service in services:
        names: tuple[str, ...] = _EXPORTS.get(service, ())
        if service == "MonetizationModule" and project.monetization:
            names = monetization.exports(project.monetization)
        found.update({name: server(name) for name in names})
        if service in ("StyleService", "OVHL_UI"):
            found.update({name: shared(name) for name in style.EXPORTS})
    return found
