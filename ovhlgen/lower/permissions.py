"""PermissionSync's Config: roles and their sources, under the document's key names (docs/origin.md, Arsitektur 9.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.luau import MapValue, literal
from ovhlgen.model.game import Roles
from ovhlgen.model.node import to_plain
from ovhlgen.model.project import Project
from ovhlgen.resolve.settings import whitelist
from ovhlgen.services import permission_sync

FILE = "specs/roles.yaml"
FOLDER = permission_sync.SERVICE.path("server")


def permissions(project: Project) -> Iterator[Output]:
    """Only where roles.yaml is."""
    if project.roles is None:
        return
    monetization = project.monetization
    config = _config(project.roles, monetization.gamepasses if monetization else {})
    listed = whitelist(project)
    if listed:
        config["whitelist"] = listed.key.name
    inputs = {FILE, "specs/admin.yaml", "specs/config.yaml", "specs/monetization.yaml"} & set(project.files)
    view = {"config": literal(config)}
    yield Output(f"{FOLDER}/Config.luau", "services/PermissionSync.luau.j2", tuple(sorted(inputs)), view)
    sources = {"logics": permission_sync.logics(project.roles)}
    yield Output(f"{FOLDER}/Sources.luau", "services/RoleSources.luau.j2", (FILE,), sources)


def _config(roles: Roles, gamepasses: Mapping[str, int]) -> dict[str, Any]:
    """What several sources of a kind say is taken together."""
    users: dict[str, list[int]] = {}
    passes: dict[int, list[str]] = {}
    groups: dict[int, list[dict[str, Any]]] = {}
    config: dict[str, Any] = {
        "Roles": {name: {"Rank": role.rank} for name, role in roles.roles.items()},
        "default": roles.default.name,
        "refresh": roles.refresh,
    }
    for source in roles.sources:
        value: Any = to_plain(source.value) if source.value else None
        match source.kind.name:
            case "kohls_admin":
                kohls = config.setdefault("kohls", {"map": {}, "ignoresStudio": False})
                kohls["map"] |= value["map"]
                kohls["ignoresStudio"] |= value.get("studio") != "trust"
            case "hd_admin":
                config.setdefault("hdAdmin", {"map": {}})["map"] |= value["map"]
            case "creator":
                config["creatorRole"] = value
            case "users":
                for role, ids in value.items():
                    users.setdefault(role, []).extend(ids)
            case "gamepasses":
                for name, role in value.items():
                    passes.setdefault(int(name) if name.isdigit() else gamepasses[name], []).append(role)
            case "groups":
                for group, ranks in value.items():
                    groups.setdefault(int(group), []).extend(
                        {"rank": rank["min_rank"], "role": rank["role"]} for rank in ranks
                    )
    config["userRoles"] = users
    config["gamepassRoles"] = MapValue(tuple(sorted(passes.items())))
    config["groupRoles"] = MapValue(tuple(sorted(groups.items())))
    return config
