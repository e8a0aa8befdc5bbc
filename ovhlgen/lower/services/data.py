"""DataService: stored data of players and of the game."""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, Keys, Signature, get, key_type, keys, method, one_of, set_, update
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import ArrayType, Arrow, LuauType, Maybe, Pack, Record
from ovhlgen.model.game import Data

API = "DataService_Api"
PLAYER_DATA = "DataService_PlayerData"
EXPORTS = (PLAYER_DATA,)


def data(of: Data, writer: TypeWriter) -> Declared:
    player = [(name, writer.ref(key.type)) for name, key in of.player.items()]
    common = [(name, writer.ref(key.type)) for name, key in of.global_keys.items()]
    found: Declared = [("DataService_Key", key_type("player")), ("DataService_GlobalKey", key_type("global"))]
    found += _player_data(keys("DataService_Keys", "DataService_Key", player), writer)
    found += _global(keys("DataService_GlobalKeys", "DataService_GlobalKey", common))
    found.append(("DataService_Stored", Record(tuple(player))))
    me = ("self", API)
    outcome = Pack(("boolean", Maybe("string")))
    fields: list[tuple[str, LuauType]] = [
        ("GetPlayerData", Arrow((me, ("player", "Player")), PLAYER_DATA)),
        ("GetGlobal", "DataService_GetGlobal"),
        ("SetGlobal", "DataService_SetGlobal"),
        ("UpdateGlobal", "DataService_UpdateGlobal"),
        ("ForceSave", Arrow((me,), None)),
        ("Transact", Arrow((me, ("players", ArrayType("Player")), ("change", _change())), outcome)),
        ("View", Arrow((me, ("userId", "number")), Maybe("DataService_Stored"))),
        ("Erase", Arrow((me, ("userId", "number")), outcome)),
    ]
    if of.leaderboards:
        found.append(("DataService_Leaderboard", one_of(of.leaderboards)))
        row = (("user_id", "number"), ("name", "string"), ("value", "number"), ("rank", "number"))
        found.append(("DataService_Ranked", Record(row)))
        ranked = ArrayType("DataService_Ranked")
        fields.append(("GetLeaderboard", Arrow((me, ("name", "DataService_Leaderboard")), ranked)))
    found.append((API, Record(tuple(fields))))
    return found


def _change() -> Arrow:
    return Arrow((("a", PLAYER_DATA), ("b", PLAYER_DATA)), None)


def _player_data(of: Keys, writer: TypeWriter) -> Declared:
    connection = writer.spell("Kernel_Connection")

    def on_change(key: LuauType, value: LuauType) -> Signature:
        return (("key", key), ("callback", Arrow((("new", value), ("old", value)), None))), connection

    found: Declared = [*of.declared]
    found += method(of, "DataService_Get", PLAYER_DATA, get)
    found += method(of, "DataService_Set", PLAYER_DATA, set_)
    found += method(of, "DataService_Update", PLAYER_DATA, update)
    found += method(of, "DataService_OnChange", PLAYER_DATA, on_change)
    me = ("self", PLAYER_DATA)
    found.append(
        (
            PLAYER_DATA,
            Record(
                (
                    ("Get", "DataService_Get"),
                    ("Set", "DataService_Set"),
                    ("Update", "DataService_Update"),
                    ("OnChange", "DataService_OnChange"),
                    ("Save", Arrow((me,), "boolean")),
                    ("IsLoaded", Arrow((me,), "boolean")),
                )
            ),
        )
    )
    return found


def _global(of: Keys) -> Declared:
    return [
        *of.declared,
        *method(of, "DataService_GetGlobal", API, get),
        *method(of, "DataService_SetGlobal", API, set_),
        *method(of, "DataService_UpdateGlobal", API, update),
    ]
