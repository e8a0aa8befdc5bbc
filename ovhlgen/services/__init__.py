"""The core services: one record each, and what is asked of them together."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.model import tree
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.services import (
    config_service,
    data_service,
    event_service,
    monetization_module,
    ovhl_ui,
    permission_sync,
    style_service,
    system_monitor,
    topbar_integration,
)
from ovhlgen.services.service import Service

# In the order in which they start.
SERVICES: tuple[Service, ...] = (
    system_monitor.SERVICE,
    data_service.SERVICE,
    config_service.SERVICE,
    permission_sync.SERVICE,
    monetization_module.SERVICE,
    topbar_integration.SERVICE,
    style_service.SERVICE,
    ovhl_ui.SERVICE,
    event_service.SERVICE,
)
BY_NAME = {service.name: service for service in SERVICES}
NAMES = frozenset(BY_NAME)


def of_realm(realm: str) -> tuple[str, ...]:
    """The names of those that a realm may have."""
    return tuple(service.name for service in SERVICES if realm in service.folders)


def named_by(project: Project, module: Module) -> Iterator[Service]:
    """Those that a module names and the game has, `depends` first."""
    return (BY_NAME[name] for name in module.named if name in BY_NAME and BY_NAME[name].exists(project))


def folders(project: Project, realm: str) -> tuple[str, ...]:
    """Folders in the place of those that a realm of this game has, in the order in which they start."""
    present = (service for service in SERVICES if service.is_in(project, realm))
    return tuple(folder for service in present if (folder := service.folders[realm]))


def runtime(project: Project) -> list[str]:
    """The plain files of the runtime that this game needs, by their paths in the place."""
    return [path for path in tree.runtime() if not path.startswith(_unused(project))]


def _unused(project: Project) -> tuple[str, ...]:
    """Folders and files of the runtime that this game doesn't need, as paths in the place."""
    needed = {*folders(project, "server"), *folders(project, "client")}
    known = {folder for service in SERVICES for folder in service.folders.values() if folder}
    shared = {path for service in SERVICES for path in service.shares}
    shared -= {path for service in SERVICES if service.is_in(project, "server") for path in service.shares}
    files = (path for service in SERVICES for path in service.unused(project))
    return (*(f"{folder}/" for folder in sorted(known - needed)), *sorted(shared), *files)
