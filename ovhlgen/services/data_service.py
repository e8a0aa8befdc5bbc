"""DataService: stored data of players and of the game."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.luau import ArrayType, Arrow, Declared, LuauType, Maybe, Pack, Record, one_of
from ovhlgen.model.game import DataKey
from ovhlgen.model.project import Broken, Project
from ovhlgen.services.keyed import Keys, get, key_type, keys, method, on_change, set_, update
from ovhlgen.services.service import (
    CONNECTION,
    MESSAGES,
    REPORT,
    STORE,
    Api,
    KeyGroup,
    Method,
    Service,
    SpecFile,
    Table,
    TypeWriter,
)

API = "DataService_Api"
PLAYER_DATA = "DataService_PlayerData"

_ME: tuple[str, LuauType] = ("self", API)
_MINE: tuple[str, LuauType] = ("self", PLAYER_DATA)
_OUTCOME = Pack(("boolean", Maybe("string")))
_CHANGE = Arrow((("a", PLAYER_DATA), ("b", PLAYER_DATA)), None)

_PLAYER_DATA = Table(
    PLAYER_DATA,
    (
        Method(
            "Get",
            "DataService_Get",
            "The key's value, frozen. It yields until the player's data is loaded, as `Set`, `Update` and `Save` do.",
        ),
        Method(
            "Set",
            "DataService_Set",
            "Sets the key's value. One that doesn't fit its type raises `DS_INVALID`, one that has no room raises "
            "`DS_SIZE`, and for a player who has left it raises `DS_LEFT`; then nothing is written.",
        ),
        Method(
            "Update",
            "DataService_Update",
            "Sets the key to what `change` makes of its value, and gives the new one. It raises `DS_CHANGED` where "
            "another value was set while `change` ran.",
        ),
        Method(
            "OnChange",
            "DataService_OnChange",
            "Calls back with the new and the old value whenever the key changes, until the connection or the module "
            "ends.",
        ),
        Method(
            "Save",
            Arrow((_MINE,), "boolean"),
            "Stores at once what was set so far. It yields; false means that it failed, and that it is tried again by "
            "itself.",
        ),
        Method("IsLoaded", Arrow((_MINE,), "boolean"), "Whether the data can be read and set right now."),
    ),
)

_METHODS = (
    Method(
        "GetPlayerData",
        Arrow((_ME, ("player", "Player")), PLAYER_DATA),
        "The stored data of a player who is here. It raises `DS_LEFT` for one who has left.",
    ),
    Method(
        "GetGlobal",
        "DataService_GetGlobal",
        "The value of a key of the whole game, frozen. What was read in the last five seconds counts.",
    ),
    Method(
        "SetGlobal",
        "DataService_SetGlobal",
        "Sets a key of the whole game. It counts on this server at once and is stored in its turn.",
    ),
    Method(
        "UpdateGlobal",
        "DataService_UpdateGlobal",
        "Sets a key of the whole game to what `change` makes of its stored value, and gives the new one. It yields "
        "until that is stored. `change` may not yield, and may run more than once.",
    ),
    Method(
        "ForceSave", Arrow((_ME,), None), "Stores at once what was set for all players. It yields until that is done."
    ),
    Method(
        "Transact",
        Arrow((_ME, ("players", ArrayType("Player")), ("change", _CHANGE)), _OUTCOME),
        "Changes the data of two players, both or neither, even if the server dies meanwhile. `change` may not yield; "
        "an error in it changes nothing. False and a code where it failed.",
    ),
    Method(
        "View",
        Arrow((_ME, ("userId", "number")), Maybe("DataService_Stored")),
        "All keys of a user who may be offline, or nil where nothing is stored. It yields.",
    ),
    Method(
        "Erase",
        Arrow((_ME, ("userId", "number")), _OUTCOME),
        "Removes all that is stored of a user, for good: data, granted role, places in leaderboards. It yields. False "
        "and a code where it failed; `DS_ONLINE` while they play.",
    ),
)

_GET_LEADERBOARD = Method(
    "GetLeaderboard",
    Arrow((_ME, ("name", "DataService_Leaderboard")), ArrayType("DataService_Ranked")),
    "The rows of a leaderboard, highest first, as they were read at most `refresh` ago.",
)


def api(project: Project, types: TypeWriter, _realm: str) -> Api:
    data = project.data
    assert data is not None
    player = [(name, types.ref(key.type)) for name, key in data.player.items()]
    common = [(name, types.ref(key.type)) for name, key in data.global_keys.items()]
    declared: Declared = [("DataService_Key", key_type("player")), ("DataService_GlobalKey", key_type("global"))]
    declared += _player_data(keys("DataService_Keys", "DataService_Key", player), types)
    declared += _global(keys("DataService_GlobalKeys", "DataService_GlobalKey", common))
    declared.append(("DataService_Stored", Record(tuple(player))))
    methods = list(_METHODS)
    if data.leaderboards:
        declared.append(("DataService_Leaderboard", one_of(data.leaderboards)))
        row = (("user_id", "number"), ("name", "string"), ("value", "number"), ("rank", "number"))
        declared.append(("DataService_Ranked", Record(row)))
        methods.append(_GET_LEADERBOARD)
    table = Table(API, tuple(methods))
    return Api([*declared, table.declaration()], (_PLAYER_DATA, table))


def _player_data(known: Keys, types: TypeWriter) -> Declared:
    return [
        *known.declared,
        *method(known, "DataService_Get", PLAYER_DATA, get),
        *method(known, "DataService_Set", PLAYER_DATA, set_),
        *method(known, "DataService_Update", PLAYER_DATA, update),
        *method(known, "DataService_OnChange", PLAYER_DATA, on_change(types.spell(CONNECTION))),
        _PLAYER_DATA.declaration(),
    ]


def _global(known: Keys) -> Declared:
    return [
        *known.declared,
        *method(known, "DataService_GetGlobal", API, get),
        *method(known, "DataService_SetGlobal", API, set_),
        *method(known, "DataService_UpdateGlobal", API, update),
    ]


def _player_keys(project: Project, _realm: str) -> Iterator[tuple[str, DataKey, str | None]]:
    return ((name, key, None) for name, key in project.data.player.items()) if project.data else iter(())


def _global_keys(project: Project, _realm: str) -> Iterator[tuple[str, DataKey, str | None]]:
    return ((name, key, None) for name, key in project.data.global_keys.items()) if project.data else iter(())


SERVICE = Service(
    "DataService",
    "What is stored of players and of the game, under the keys of data.yaml.",
    {"server": "Server/Services/DataService"},
    api,
    file=SpecFile("data", "specs/data.yaml", Broken("data", "data")),
    exports=lambda _project: (PLAYER_DATA,),
    keys=(
        KeyGroup("Keys", "Data", "DataService_Keys", "player", _player_keys),
        KeyGroup("GlobalKeys", "Global", "DataService_GlobalKeys", "global", _global_keys),
    ),
    writes=frozenset({"Set", "Update", "SetGlobal", "UpdateGlobal", "Transact", "Erase"}),
    shares=(STORE, MESSAGES, REPORT),
)
