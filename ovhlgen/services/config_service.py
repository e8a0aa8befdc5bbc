"""ConfigService: the game's settings, of which clients have those with `realm: shared`, to read."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.luau import Arrow, Declared, LuauType, Maybe, Pack
from ovhlgen.model.game import ConfigField
from ovhlgen.model.project import Project
from ovhlgen.resolve.settings import Setting, seen_by_clients, settings
from ovhlgen.services.keyed import Signature, get, key_type, keys, method, on_change
from ovhlgen.services.service import CONNECTION, MESSAGES, REPORT, Api, KeyGroup, Method, Service, Table, TypeWriter

NAME = "ConfigService"
API = "ConfigService_Api"

_GET = Method(
    "Get",
    "ConfigService_Get",
    "The setting's value now. A key that is no setting raises `CONFIG_UNKNOWN`.",
)
_SUBSCRIBE = Method(
    "Subscribe",
    "ConfigService_Subscribe",
    "Calls back with the new and the old value whenever the setting changes, until the connection or the module ends.",
)
_SET = Method(
    "Set",
    "ConfigService_Set",
    "Changes a setting. It yields until the value is stored and gives true; or false and a code, and nothing is "
    "changed. `by` is the player who asks for it: their role has to reach the setting's `editable_by`. Without `by` "
    "it is the game itself. The codes are `CONFIG_FIXED`, `CONFIG_INVALID`, `CONFIG_UNAVAILABLE`, `PERM_DENIED` and "
    "`PERM_UNAVAILABLE`.",
)
_HAS = Method(
    "Has",
    Arrow((("self", API), ("name", "string")), "boolean"),
    "Whether there is a setting of this name: `field` of config.yaml, `Module.field` of a module.",
)


def _settings(project: Project, realm: str) -> list[Setting]:
    return list(settings(project) if realm == "server" else seen_by_clients(project))


def _set(key: LuauType, value: LuauType) -> Signature:
    params = (("key", key), ("value", value), ("by", Maybe("Player")))
    return params, Pack(("boolean", Maybe("string")))


def api(project: Project, types: TypeWriter, realm: str) -> Api:
    fields = [(setting.name, types.ref(setting.field.type)) for setting in _settings(project, realm)]
    known = keys("ConfigService_Keys", "ConfigService_Key", fields)
    declared: Declared = [("ConfigService_Key", key_type("config")), *known.declared]
    declared += method(known, "ConfigService_Get", API, get)
    declared += method(known, "ConfigService_Subscribe", API, on_change(types.spell(CONNECTION)))
    methods = [_GET, _SUBSCRIBE]
    if realm == "server":
        declared += method(known, "ConfigService_Set", API, _set)
        methods += [_SET, _HAS]
    table = Table(API, tuple(methods))
    return Api([*declared, table.declaration()], (table,))


def _is_wanted(project: Project, realm: str) -> bool:
    """Where there is a setting, or a module asks for it, as the admin panel does."""
    modules = (module for module in project.modules.values() if module.realm == realm)
    return bool(_settings(project, realm)) or any(NAME in module.named for module in modules)


def _unused(project: Project) -> tuple[str, ...]:
    return () if project.data else (f"{SERVICE.folders['server']}/Stored.luau",)


def _keys(project: Project, realm: str) -> Iterator[tuple[str, ConfigField, str | None]]:
    return ((setting.name, setting.field, setting.module) for setting in _settings(project, realm))


SERVICE = Service(
    NAME,
    "The settings of config.yaml, and those of modules that may change while the game runs. A client has the settings "
    "with `realm: shared`, to read.",
    {"server": "Server/Core/ConfigService", "client": "Client/Core/ConfigService"},
    api,
    is_wanted=_is_wanted,
    keys=(KeyGroup("ConfigKeys", "Config", "ConfigService_Keys", "config", _keys),),
    writes=frozenset({"Set"}),
    panel={
        "List": "a setting has an editor's form only in a game with admin.yaml",
        "Set.permit": "it looks again at who asked, right before the value is stored",
    },
    unused=_unused,
    shares=(MESSAGES, REPORT),
)
