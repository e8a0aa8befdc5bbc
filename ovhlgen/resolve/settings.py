"""Settings that ConfigService has: OVHL_CONFIG's fields, and those of server modules that may change while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.model.game import ConfigField
from ovhlgen.model.project import Project


@dataclass(frozen=True, slots=True)
class Setting:
    """`module` is None for a field of OVHL_CONFIG."""

    field: ConfigField
    module: str | None = None

    @property
    def name(self) -> str:
        """As `Get` takes it."""
        return self.field.key.name if self.module is None else f"{self.module}.{self.field.key.name}"


def settings(project: Project) -> Iterator[Setting]:
    """Those of OVHL_CONFIG in their order, then those of modules; their `enabled` is the kernel's, at the start."""
    yield from map(Setting, project.config.fields.values())
    for module in sorted(project.modules.values(), key=lambda module: module.name):
        if module.realm == "server":
            fields = (field for name, field in module.config.items() if field.editable_by and name != "enabled")
            yield from (Setting(field, module.name) for field in fields)


WHITELIST = "admin_whitelist"  # counts by its name where admin.yaml names no other field


def whitelist(project: Project) -> ConfigField | None:
    """The field whose ids have the highest role: the one that admin.yaml names, and no other."""
    named = project.admin.whitelist if project.admin else None
    return project.config.fields.get(named.name if named else WHITELIST)


def seen_by_clients(project: Project) -> Iterator[Setting]:
    return (one for one in settings(project) if one.module is None and one.field.realm == "shared")


def live(project: Project) -> Iterator[Setting]:
    """Those of the clients' that may change while the game runs: they have a number on the wire."""
    return (one for one in seen_by_clients(project) if one.field.editable_by)
