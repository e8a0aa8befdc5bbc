"""What this version doesn't generate yet. The build says so, and who needs it stays disabled."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.diagnostics import Diagnostic, Span, listed, problem
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.resolve.settings import seen_by_clients, settings

# Core services that stand in `out/` of every game.
GENERATED = frozenset(
    {
        "ConfigService",
        "DataService",
        "EventService",
        "MonetizationModule",
        "PermissionSync",
        "StyleService",
        "SystemMonitor",
        "TopbarIntegration",
    }
)


def core(project: Project, realm: str) -> tuple[str, ...]:
    """Folders below `Server` or `Client` with a core service that this game has, in the order in which they start."""
    config = ("Core/ConfigService",) if _has_config(project, realm) else ()
    if realm == "client":
        return (*config, *(("Services/TopbarIntegration",) if project.topbar else ()))
    data = ("Services/DataService",) if project.data else ()
    roles = ("Core/PermissionSync",) if project.roles else ()
    purchases = ("Services/MonetizationModule",) if project.monetization else ()
    return ("Core/SystemMonitor", *data, *config, *roles, *purchases)


def shared(project: Project) -> tuple[str, ...]:
    """Folders below `Shared` with a core service of both realms, in the order in which they start."""
    return ("StyleService",) if project.themes else ()


def _has_config(project: Project, realm: str) -> bool:
    fields = settings(project) if realm == "server" else seen_by_clients(project)
    named = (module for module in project.modules.values() if module.realm == realm)
    is_edited = project.admin is not None and realm == "server"
    return (
        is_edited
        or any(fields)
        or any(ref.name == "ConfigService" for one in named for ref in (*one.depends, *one.uses))
    )


def unused(project: Project) -> tuple[str, ...]:
    """Folders and files of the runtime, as paths in `out/`, that this game doesn't need."""
    server = ("Services/DataService", "Core/ConfigService", "Core/PermissionSync", "Services/MonetizationModule")
    found = [f"src/Server/{folder}/" for folder in server if folder not in core(project, "server")]
    client = ("Core/ConfigService", "Services/TopbarIntegration")
    found += [f"src/Client/{folder}/" for folder in client if folder not in core(project, "client")]
    found += [f"src/Shared/{folder}/" for folder in ("StyleService",) if folder not in shared(project)]
    if project.data is None:
        found.append("src/Server/Core/ConfigService/Stored.luau")
    kinds = {source.kind.name for source in project.roles.sources} if project.roles else set()
    logics = {"granted": "Granted", "kohls_admin": "Kohl", "hd_admin": "HD"}
    found += [f"src/Server/Core/PermissionSync/Logic_{name}.luau" for kind, name in logics.items() if kind not in kinds]
    if not (project.monetization and project.monetization.products):
        found.append("src/Server/Services/MonetizationModule/Granting.luau")
    return tuple(found)


def has_grants(project: Project) -> bool:
    """Whether roles can be granted while the game runs."""
    return any(source.kind.name == "granted" for source in project.roles.sources) if project.roles else False


def needs(module: Module) -> tuple[str, ...]:
    """Systems that a module needs besides those in its `depends`."""
    return ("Screens",) if module.screens else ()


def missing(project: Project) -> Iterator[Diagnostic]:
    """One note for each system that the specs ask for and this version doesn't generate."""
    if project.screens:
        yield _note("OVHL_UI", Span("specs/ui"), project)


def _note(system: str, span: Span, project: Project) -> Diagnostic:
    waiting = sorted(
        module.name
        for module in project.modules.values()
        if any(ref.name == system for ref in module.depends) or (system == "OVHL_UI" and module.screens)
    )
    code = "N0001" if waiting else "N0002"
    return problem(code, span, system=system, modules=listed(waiting))
