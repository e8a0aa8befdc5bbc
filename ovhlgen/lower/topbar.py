"""TopbarIntegration's own file: icons, who sees them, and where TopbarPlus may be (docs/origin.md, Arsitektur 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.luau import literal
from ovhlgen.model.game import Icon
from ovhlgen.model.node import to_plain
from ovhlgen.model.project import Project
from ovhlgen.services import topbar_integration

FILE = "specs/topbar.yaml"


def topbar(project: Project) -> Iterator[Output]:
    """Only where topbar.yaml is."""
    if project.topbar is None:
        return
    roles, package = project.roles, project.topbar.package
    at = project.settings.packages[package.name].at if package else ()
    ranks = {name: role.rank for name, role in roles.roles.items()} if roles else {}
    default = ranks[roles.default.name] if roles else 0
    icons = {
        "package": [path.name.split(".") for path in at],
        "ranks": ranks,
        "default": default,
        "icons": [_icon(icon, ranks, default) for icon in project.topbar.icons.values()],
    }
    inputs = {FILE, "specs/project.yaml", "specs/roles.yaml"} & set(project.files)
    path = f"{topbar_integration.SERVICE.path('client')}/Icons.luau"
    yield Output(path, "services/TopbarIcons.luau.j2", tuple(sorted(inputs)), {"icons": literal(icons)})


def _icon(icon: Icon, ranks: dict[str, int], default: int) -> dict[str, Any]:
    label = to_plain(icon.label) if icon.label else {}
    labels = label if isinstance(label, dict) else {"": label}  # without a language: the one of all
    lowered: dict[str, Any] = {"name": icon.key.name, "labels": labels, "opens": icon.opens.name}
    if icon.image:
        lowered["image"] = icon.image
    lowered["rank"] = min((ranks[role.name] for role in icon.roles), default=min([default, *ranks.values()]))
    return lowered
