"""Server/Keys and Shared/Keys: one value for each stored key and each field of the config.

They are what a generic method such as `Get<T>(key: Key<T>): T` takes; a module's Types hand them on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from typing import Any

from ovhlgen.lower.declarations import Types
from ovhlgen.lower.output import Output
from ovhlgen.lower.services.declared import named
from ovhlgen.lower.services.keys import member
from ovhlgen.lower.type_files import TypeFiles
from ovhlgen.luau import Uses, literal, luau_type
from ovhlgen.model.game import ConfigField, DataKey
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.model.tree import KEYS
from ovhlgen.resolve.settings import Setting, seen_by_clients, settings
from ovhlgen.resolve.values import NOTHING, Values

# The fields of a module's Types: from the name there to the name in Keys, by service.
_BY_SERVICE = {
    "DataService": {"Keys": "Data", "GlobalKeys": "Global"},
    "ConfigService": {"ConfigKeys": "Config"},
}


def key_fields(module: Module) -> dict[str, str]:
    """What a module's Types return."""
    found: dict[str, str] = {}
    for service, fields in _BY_SERVICE.items():
        if service in named(module):
            found.update(fields)
    return found


def keys(project: Project, types: Types) -> Iterator[Output]:
    """Only where a module of that realm asks for the service."""
    for root, realm in (("Server", "server"), ("Shared", "client")):
        wanted = {name for module in project.modules.values() if module.realm == realm for name in named(module)}
        groups: dict[str, tuple[str, str]] = {}
        files, uses = types.server if root == "Server" else types.shared, Uses()

        def of(name: str, files: TypeFiles = files, uses: Uses = uses) -> str:
            return luau_type(files.spell(name), uses=uses)

        if "DataService" in wanted and project.data:
            groups["Data"] = (of("DataService_Keys"), _keys(project, project.data.player, "player"))
            groups["Global"] = (of("DataService_GlobalKeys"), _keys(project, project.data.global_keys, "global"))
        if "ConfigService" in wanted:
            fields = settings(project) if realm == "server" else seen_by_clients(project)
            groups["Config"] = (of("ConfigService_Keys"), _settings(project, fields))
        if groups:
            inputs = tuple(sorted({"specs/config.yaml", "specs/data.yaml"} & set(project.files)))
            view = {"groups": groups, "requires": files.requires(uses), "is_server": root == "Server"}
            yield Output(f"src/{root}/{KEYS}.luau", "shared/Keys.luau.j2", inputs, view)


def _keys(project: Project, fields: Dict[str, DataKey], kind: str) -> str:
    return literal({name: _key(Values(project), kind, name, field) for name, field in fields.items()})


def _settings(project: Project, of: Iterable[Setting]) -> str:
    return literal({member(one.name): _key(Values(project, one.module), "config", one.name, one.field) for one in of})


def _key(values: Values, kind: str, name: str, field: DataKey | ConfigField) -> dict[str, Any]:
    assert field.type is not None
    default = values.fit(field.default, field.type.type)
    return {kind: name, **({} if default is NOTHING or default is None else {"default": default})}
