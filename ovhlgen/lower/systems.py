"""Which core services a game has, by what its specs ask for."""

from __future__ import annotations

from ovhlgen.model.project import Project
from ovhlgen.resolve.settings import seen_by_clients, settings


def core(project: Project, realm: str) -> tuple[str, ...]:
    """Folders below `Server` or `Client` with a core service that this game has, in the order in which they start."""
    config = ("Core/ConfigService",) if _has_config(project, realm) else ()
    if realm == "client":
        return (*config, *(("Services/TopbarIntegration",) if project.topbar else ()))
    data = ("Services/DataService",) if project.data else ()
    roles = ("Core/PermissionSync",) if project.roles else ()
    purchases = ("Services/MonetizationModule",) if project.monetization else ()
    return ("Core/SystemMonitor", *data, *config, *roles, *purchases)


def shared(project: Project, realm: str) -> tuple[str, ...]:
    """Folders below `Shared` with a core service of this realm, in the order in which they start."""
    if not project.themes:
        return ()
    return ("StyleService", *(("OVHL_UI",) if realm == "client" and _is_drawn(project) else ()))


def _is_drawn(project: Project) -> bool:
    modules = project.modules.values()
    return bool(project.screens) or any(ref.name == "OVHL_UI" for one in modules for ref in (*one.depends, *one.uses))


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
    both = shared(project, "client")
    found += [f"src/Shared/{folder}/" for folder in ("StyleService", "OVHL_UI") if folder not in both]
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
