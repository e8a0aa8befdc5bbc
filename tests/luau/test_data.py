"""DataService: what is set is stored, whatever fails meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game
from ovhlgen.simulator.place import build_place
from ovhlgen.simulator.session import Session
from tests.support.projects import Project

pytestmark = pytest.mark.tools

DATA = """
store: Bank
version: 2
player:
  wallet: { type: u32, default: 100, visible: owner }
  name: { type: string(..5)?, default: null }
  pets: { type: "Pet[..20]", default: [], visible: owner }
  scores: { type: "map(integer(0..1000000), number)", default: {} }
  home: { type: Vector3, default: [0, 5, 0] }
  hat: { type: Color3, default: "#FF0000" }
  photo: { type: buffer, default: "base64:AQI=" }
  since: { type: DateTime, default: "2025-01-01T00:00:00Z" }
  tree: { type: Tree?, default: null }
  notes: { type: "string[]", default: [] }
global:
  treasury: { type: number, default: 0 }
  tax: { type: number(0..1), default: 0.1 }
leaderboards:
  Richest: { of: wallet, top: 2, refresh: 30 s }
migrations:
  - { from: 1, to: 2, worker: migrations/coins.luau }
save: { retries: 2, backoff: 1 s, backoff_cap: 8 s, lock_timeout: 60 s }
"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/types.yaml": """
types:
  Pet: { struct: { kind: string, level: integer(1..99) } }
  Tree: { struct: { children: "Tree[]" } }
""",
    "specs/data.yaml": DATA,
    "specs/config.yaml": "fields: { autosave_interval: { type: number(10..3600), default: 15 } }\n",
    "specs/migrations/coins.luau": """--!strict
return function(old: { [string]: any }): { [string]: any }
	if old.coins == "bad" then
		error("no coins")
	elseif old.coins == "slow" then
		coroutine.yield()
	end
	old.wallet = old.coins
	old.coins = nil
	return old
end
""",
    "specs/modules/Purse/module.yaml": """
module: Purse
realm: client
domain: OVHL_Modules
reads: [data.wallet, data.pets]
lifecycle: { init: Logic.init }
""",
    "specs/modules/Purse/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	local wallet, pets = context.Reads.data.wallet, context.Reads.data.pets
	print("purse", wallet:Get())
	wallet:OnChange(function(new: number?, old: number?)
		print("purse", old, new)
	end)
	pets:OnChange(function(new)
		print("pets", if new then #new else nil)
	end)
end

return Logic
""",
    "specs/modules/Bank/module.yaml": """
module: Bank
realm: server
domain: OVHL_Modules
depends: [DataService]
lifecycle: { player_added: Logic.added, player_removing: Logic.removing, teardown: Logic.teardown }
""",
    "specs/modules/Bank/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.added(context: Types.Context, player: Player)
	local data = context.DataService:GetPlayerData(player)
	data:OnChange("wallet", function(new: number, old: number)
		print("wallet", player.Name, old, new)
	end)
end

function Logic.removing(context: Types.Context, player: Player)
	local data = context.DataService:GetPlayerData(player)
	if data:IsLoaded() and data:Get("name") == "bye" then
		data:Set("name", "left")
	end
end

function Logic.teardown(context: Types.Context)
	for _, player in game:GetService("Players"):GetPlayers() do
		context.DataService:GetPlayerData(player):Set("name", "end")
	end
end

return Logic
""",
}
HEAD = """
local Data = require(Shared.Kernel.ServiceManager):Get("DataService")
local function data(name) return Data:GetPlayerData(player(name)) end
local function said(fn, ...)
    local ok, text = pcall(fn, ...)
    return if ok then "ok" else string.gsub(tostring(text), "^[^ ]+:%d+: ", "")
end
"""
ONE = "Player_1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("bank")).write(FILES).root


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Game]]:
    games: list[Game] = []

    def begin(**options: Any) -> Game:
        games.append(Game.start(folder, **options))
        return games[-1]

    yield begin
    for one in games:
        one.session.close()


@pytest.fixture
def bank(start: Callable[..., Game]) -> Game:
    return start()


def ask(game: Game, source: str, seconds: float = 2) -> Any:
    """What a piece of Luau on the server returned within that time; None where it still waits."""
    piece = game.begin("server", " ".join(HEAD.split("\n")) + source)
    game.advance(seconds)
    return (game.returned(piece) or {}).get("1")


def put(game: Game, key: str, value: str) -> None:
    """Straight into the store."""
    ask(game, f'game:GetService("DataStoreService"):GetDataStore("Bank"):SetAsync("{key}", {value}) return 1')


def join(game: Game, name: str, user_id: int, seconds: float = 1) -> None:
    game.session.ask("join", server=game.server, name=name, user_id=user_id)
    game.advance(seconds)


def stored(game: Game, key: str = ONE) -> Any:
    return game.stored("Bank", key)


def codes(game: Game) -> list[str]:
    return [line.split("[CODE:")[1].split("]")[0] for line in game.monitored() if "[CODE:DS_" in line]


def kicks(game: Game) -> list[str]:
    return [str(fact.get("text")) for fact in game.facts if fact.kind == "kick"]


def saves(game: Game, key: str = ONE) -> int:
    return sum(1 for fact in game.facts if fact.kind == "saved" and fact.get("word") == f"global/{key}")


# what is set


def test_a_new_player_has_the_defaults(bank: Game) -> None:
    join(bank, "Siti", 1)
    assert ask(
        bank, 'return { data("Siti"):Get("wallet"), data("Siti"):Get("name") == nil, #data("Siti"):Get("pets") }'
    ) == [
        100,
        True,
        0,
    ]


def test_what_is_set_is_stored(bank: Game) -> None:
    join(bank, "Siti", 1)
    ask(
        bank,
        """
        local d = data("Siti")
        d:Set("wallet", 50)
        d:Set("pets", { { kind = "cat", level = 3 } })
        d:Set("scores", { [7] = 1.5, [900000] = 2 })
        d:Set("home", Vector3.new(1, 2, 3))
        d:Set("hat", Color3.new(0, 1, 0))
        d:Set("photo", buffer.fromstring("abc"))
        d:Set("since", DateTime.fromUnixTimestampMillis(5))
        d:Set("tree", { children = { { children = {} } } })
        return d:Save()
        """,
    )
    data = stored(bank)["data"]
    assert data["wallet"] == 50 and data["pets"] == [{"kind": "cat", "level": 3}]
    assert data["scores"] == {"7": 1.5, "900000": 2} and data["home"] == [1, 2, 3] and data["hat"] == [0, 1, 0]
    assert data["since"] == 5
    bank.leave("Siti")
    bank.advance(1)
    assert "lock" not in stored(bank)
    join(bank, "Siti", 1)
    assert ask(
        bank,
        """
        local d = data("Siti")
        return { d:Get("wallet"), d:Get("pets")[1].level, d:Get("scores")[900000],
            d:Get("home") == Vector3.new(1, 2, 3), d:Get("hat") == Color3.new(0, 1, 0),
            buffer.tostring(d:Get("photo")), d:Get("since").UnixTimestampMillis,
            #d:Get("tree").children }
        """,
    ) == [50, 3, 2, True, True, "abc", 5, 1]


def test_a_user_id_stands_at_every_write(bank: Game) -> None:
    join(bank, "Siti", 1)
    assert ask(
        bank,
        """
        data("Siti"):Set("wallet", 1)
        data("Siti"):Save()
        local _, info = game:GetService("DataStoreService"):GetDataStore("Bank"):GetAsync("Player_1")
        return info:GetUserIds()
        """,
    ) == [1]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('"wallet", 0/0', "DS_INVALID: wallet: a whole number expected, got number"),
        ('"wallet", "5"', "DS_INVALID: wallet: a whole number expected, got string"),
        ('"wallet", -1', "DS_INVALID: wallet: -1 is outside 0..4294967295"),
        ('"purse", 1', "DS_KEY: purse is no key of data.yaml's players"),
        ("nil, 1", "DS_KEY: nil is no key of data.yaml's players"),
        ('"name", "Sulastri"', "DS_INVALID: name: 8 characters, 0..5 expected"),
        ('"name", "\\255"', "DS_INVALID: name: not valid UTF-8"),
        ('"pets", { { kind = "a", level = 1 }, x = 1 }', "DS_INVALID: pets: an array without other keys expected"),
        ('"pets", { { kind = "a", level = 1, x = 1 } }', "DS_INVALID: pets: [1]: .x: no such field"),
        ('"home", Vector3.new(0/0, 0, 0)', "DS_INVALID: home: Vector3 with a part that isn't finite"),
        ('"scores", { [1.5] = 1 }', "DS_INVALID: scores: [1.5]: 1.5 isn't a whole number"),
    ],
)
def test_what_does_not_fit_raises_and_changes_nothing(bank: Game, given: str, expected: str) -> None:
    join(bank, "Siti", 1)
    told = ask(bank, f'local d = data("Siti") return {{ said(d.Set, d, {given}) }}')
    assert told[0] == expected
    bank.leave("Siti")
    bank.advance(1)
    assert stored(bank)["data"]["wallet"] == 100 and not stored(bank)["data"]["pets"]


def test_a_cycle_raises(bank: Game) -> None:
    join(bank, "Siti", 1)
    told = ask(
        bank,
        """
        local tree = { children = {} }
        tree.children[1] = tree
        local d = data("Siti")
        return { said(d.Set, d, "tree", tree) }
        """,
    )
    assert "deeper than 16 levels" in told[0]


def test_what_get_gives_changes_nothing(bank: Game) -> None:
    join(bank, "Siti", 1)
    assert ask(
        bank,
        """
        local d = data("Siti")
        local pets = { { kind = "cat", level = 1 } }
        local photo = buffer.fromstring("ab")
        d:Set("pets", pets)
        d:Set("photo", photo)
        pets[1].level = 9
        buffer.writeu8(photo, 0, 0)
        buffer.writeu8(d:Get("photo"), 1, 0)
        local ok = pcall(function() d:Get("pets")[1].level = 5 end)
        return { ok, d:Get("pets")[1].level, buffer.tostring(d:Get("photo")) }
        """,
    ) == [False, 1, "ab"]


def test_update_gives_the_new_value(bank: Game) -> None:
    join(bank, "Siti", 1)
    told = ask(
        bank,
        """
        local d = data("Siti")
        local new = d:Update("wallet", function(old) return old + 5 end)
        local raised = said(d.Update, d, "wallet", function(old) d:Set("wallet", 1) return old end)
        return { new, raised, d:Get("wallet") }
        """,
    )
    assert told == [105, "DS_CHANGED: wallet: another value was set while Update's function ran", 1]


def test_a_module_hears_of_changes(bank: Game) -> None:
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("wallet", 7) data("Siti"):Set("wallet", 7)')
    assert [fact.get("text") for fact in bank.facts if fact.kind == "print" and "wallet" in str(fact.get("text"))] == [
        "wallet Siti 100 7"
    ]


def test_a_player_sees_their_own_data_alone(bank: Game) -> None:
    join(bank, "Siti", 1)
    join(bank, "Budi", 2)
    ask(bank, 'data("Siti"):Set("wallet", 7) data("Siti"):Set("pets", { { kind = "cat", level = 1 } })')
    said = [
        (fact.side, fact.get("text"))
        for fact in bank.facts
        if fact.kind == "print" and str(fact.get("text")).startswith(("purse", "pets"))
    ]
    assert sorted(text for side, text in said if side == "Siti") == [
        "pets 0",
        "pets 1",
        "purse 100 7",
        "purse nil",
        "purse nil 100",
    ]
    assert sorted(text for side, text in said if side == "Budi") == ["pets 0", "purse nil", "purse nil 100"]


# when it is stored


def test_autosave(bank: Game) -> None:
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("wallet", 7)', seconds=0)
    bank.advance(15)
    assert stored(bank)["data"]["wallet"] == 7


def test_force_save_waits_for_all(bank: Game) -> None:
    join(bank, "Siti", 1)
    join(bank, "Budi", 2)
    assert ask(
        bank,
        """
        data("Siti"):Set("wallet", 7)
        data("Budi"):Set("wallet", 8)
        local began = os.clock()
        Data:ForceSave()
        return os.clock() - began
        """,
    ) == pytest.approx(0.1, abs=0.06)
    assert stored(bank)["data"]["wallet"] == 7 and stored(bank, "Player_2")["data"]["wallet"] == 8


def test_a_save_asked_for_during_a_save_is_another(bank: Game) -> None:
    join(bank, "Siti", 1)
    assert ask(
        bank,
        """
        local d = data("Siti")
        d:Set("wallet", 1)
        task.spawn(function() d:Save() end)
        task.wait(0.02)
        d:Set("wallet", 2)
        return d:Save()
        """,
    )
    assert stored(bank)["data"]["wallet"] == 2


def test_what_is_set_while_a_player_leaves_is_stored(bank: Game) -> None:
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("name", "bye")')
    bank.leave("Siti")
    bank.advance(1)
    assert stored(bank)["data"]["name"] == "left"


def test_after_leaving_set_raises(bank: Game) -> None:
    join(bank, "Siti", 1)
    ask(bank, '_G.kept = data("Siti")')
    bank.leave("Siti")
    bank.advance(1)
    assert ask(bank, 'return { said(_G.kept.Set, _G.kept, "wallet", 1) }') == [
        "DS_LEFT: wallet: Siti's data isn't this server's any more"
    ]


def test_shutdown_stores_what_teardowns_set(bank: Game) -> None:
    for user in range(1, 21):
        join(bank, f"P{user}", user, seconds=0.2)
    ask(bank, 'for _, p in game:GetService("Players"):GetPlayers() do Data:GetPlayerData(p):Set("wallet", 9) end', 0)
    bank.data_fault("unavailable", seconds=3)
    bank.stop()
    for user in range(1, 21):
        found = stored(bank, f"Player_{user}")
        assert found["data"]["wallet"] == 9 and "lock" not in found


# what fails


def test_a_failed_save_is_tried_again(bank: Game) -> None:
    join(bank, "Siti", 1)
    bank.data_fault("unavailable", times=2)
    assert ask(bank, 'data("Siti"):Set("wallet", 7) return data("Siti"):Save()', 5)
    assert stored(bank)["data"]["wallet"] == 7 and codes(bank) == []


def test_a_save_that_goes_on_failing_is_told_of_and_kept(bank: Game) -> None:
    join(bank, "Siti", 1)
    bank.data_fault("unavailable", seconds=20)
    assert ask(bank, 'data("Siti"):Set("wallet", 7) return { data("Siti"):Save() }', 5) == [False]
    assert "Failed to save player 1 after 3 attempts" in bank.monitored()[-1] and codes(bank) == ["DS_SAVE_FAIL"]
    bank.advance(30)
    assert stored(bank)["data"]["wallet"] == 7


def test_a_lost_acknowledgement_changes_nothing(bank: Game) -> None:
    bank.data_fault("ack_lost", times=2)
    join(bank, "Siti", 1, seconds=5)
    bank.data_fault("ack_lost", times=2)
    assert ask(bank, 'data("Siti"):Set("wallet", 7) return data("Siti"):Save()', 5)
    bank.data_fault("ack_lost", times=2)
    bank.leave("Siti")
    bank.advance(10)
    assert stored(bank)["data"]["wallet"] == 7 and "lock" not in stored(bank) and codes(bank) == []


def test_nothing_is_written_before_the_load(bank: Game) -> None:
    put(bank, ONE, "{ version = 2, data = { wallet = 500 } }")
    bank.data_fault("unavailable", seconds=200)
    join(bank, "Siti", 1, seconds=120)
    assert kicks(bank) == ["Your data can't be loaded right now. Please join again later."]
    bank.advance(200)
    assert stored(bank)["data"] == {"wallet": 500} and "lock" not in stored(bank)


def test_a_load_that_landed_though_it_failed_leaves_no_lock(bank: Game) -> None:
    bank.data_fault("ack_lost", seconds=100)
    join(bank, "Siti", 1, seconds=50)
    assert "lock" in stored(bank)
    bank.advance(80)
    assert kicks(bank) == ["Your data can't be loaded right now. Please join again later."]
    assert "lock" not in stored(bank)


def test_get_waits_for_the_load(bank: Game) -> None:
    bank.data_fault("unavailable", seconds=5)
    join(bank, "Siti", 1, seconds=0.1)
    assert ask(bank, 'return data("Siti"):Get("wallet")', 1) is None
    assert ask(bank, 'return data("Siti"):Get("wallet")', 10) == 100


def test_get_of_a_refused_player_raises(bank: Game) -> None:
    put(bank, ONE, "{ version = 3, data = { wallet = 500 } }")
    bank.session.ask("join", server=1, name="Siti", user_id=1)
    told = ask(bank, 'local d = data("Siti") return { said(d.Get, d, "wallet") }', 5)
    assert told == ["DS_NEWER: version 3, this server has 2"]
    assert kicks(bank) == ["This server is out of date. Please join another one."]
    assert stored(bank) == {"version": 3, "data": {"wallet": 500}}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('"garbage"', "it isn't what DataService stores"),
        ("{ version = 2 }", "it isn't what DataService stores"),
        ("{ version = 0.5, data = {} }", "version 0.5"),
        ('{ version = 2, data = { wallet = "lots" } }', "wallet: a whole number expected, got string"),
        ('{ version = 2, data = {}, lock = "x" }', "lock: a struct expected, got string"),
        ('{ version = 1, data = { coins = "bad" } }', "no coins"),
        (
            '{ version = 1, data = { coins = "slow" } }',
            "the migration from version 1 failed: a migration may not yield",
        ),
    ],
)
def test_stored_garbage_is_kept_and_told_of(bank: Game, value: str, reason: str) -> None:
    put(bank, ONE, value)
    before = stored(bank)
    for _ in range(2):
        join(bank, "Siti", 1, seconds=10)
    assert stored(bank) == before and codes(bank) == ["DS_CORRUPT"] * 2 and reason in bank.monitored()[-1]
    assert kicks(bank) == ["Your data can't be read. Nothing of it was changed; please tell the developers."] * 2
    copies = [fact for fact in bank.facts if fact.kind == "saved" and "corrupt" in str(fact.get("word"))]
    assert [one.get("data") for one in copies] == [before]


def test_a_read_that_is_corrupt_once_is_read_again(bank: Game) -> None:
    put(bank, ONE, "{ version = 2, data = { wallet = 500 } }")
    bank.data_fault("corrupt", times=2)
    join(bank, "Siti", 1, seconds=5)
    assert ask(bank, 'return data("Siti"):Get("wallet")') == 500 and kicks(bank) == []


def test_migrations(bank: Game) -> None:
    put(bank, ONE, "{ version = 1, data = { coins = 500, other = true } }")
    join(bank, "Siti", 1)
    assert stored(bank)["data"]["wallet"] == 500 and stored(bank)["version"] == 2
    assert stored(bank)["data"]["other"] is True and "coins" not in stored(bank)["data"]


def test_keys_that_no_spec_names_stay(bank: Game) -> None:
    put(bank, ONE, '{ version = 2, data = { old = { 1 }, wallet = 3 }, later = "x" }')
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("wallet", 4)')
    bank.leave("Siti")
    bank.advance(1)
    assert stored(bank)["data"]["old"] == [1] and stored(bank)["data"]["wallet"] == 4 and stored(bank)["later"] == "x"


# locks


def two(bank: Game) -> None:
    """Siti has loaded on the first server, and the second runs."""
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("wallet", 7)')
    bank.add_server()


def test_a_server_change(bank: Game) -> None:
    two(bank)
    bank.leave("Siti")
    join(bank, "Siti", 1)
    assert ask(bank, 'return data("Siti"):Get("wallet")', 3) == 7


def test_a_crashed_servers_lock_is_taken_over(bank: Game) -> None:
    two(bank)
    bank.server = 1
    bank.advance(16)
    bank.crash()
    bank.server = 2
    join(bank, "Siti", 1, seconds=40)
    assert ask(bank, 'return data("Siti"):Get("wallet")', 0) is None
    bank.advance(30)
    assert ask(bank, 'return data("Siti"):Get("wallet")', 0) == 7


def test_a_server_that_has_the_player_still_lets_go(bank: Game) -> None:
    two(bank)
    join(bank, "Sitis", 1, seconds=5)  # the same user, twice at once
    assert ask(bank, 'return data("Sitis"):Get("wallet")', 0) == 7
    assert kicks(bank) == ["Your data was opened on another server."]


def test_a_living_lock_is_waited_for_and_then_the_player_refused(bank: Game) -> None:
    two(bank)
    bank.service_fault("messaging", "failing")
    join(bank, "Sitis", 1, seconds=95)
    assert kicks(bank) == ["Your data is still in use on another server. Please join again in a minute."]
    assert codes(bank) == ["DS_LOCKED"]
    bank.server = 1
    assert ask(bank, 'data("Siti"):Set("wallet", 8) return data("Siti"):Save()')


def test_who_lost_the_lock_writes_nothing_more(bank: Game) -> None:
    two(bank)
    bank.server = 1
    ask(bank, 'data("Siti"):Set("wallet", 8) data("Siti"):Set("name", "x")', 0)
    ask(
        bank,
        """
        game:GetService("DataStoreService"):GetDataStore("Bank"):UpdateAsync("Player_1", function(old)
            old.lock = { JobId = "elsewhere", PlaceId = 1, time = os.time(), session = "s" }
            old.data.wallet = 1000
            return old
        end)
        return 1
        """,
        16,
    )
    assert stored(bank)["data"]["wallet"] == 1000 and codes(bank) == ["DS_LOCK_LOST"]
    assert '"keys":["name","wallet"]' in bank.monitored()[-1]
    assert kicks(bank) == ["Your data was opened on another server."]


def test_who_comes_back_at_once_waits_for_their_own_save(bank: Game) -> None:
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("wallet", 7)', 0)
    bank.data_fault("unavailable", seconds=4)
    bank.leave("Siti")
    join(bank, "Siti", 1, seconds=0.5)
    assert ask(bank, 'return data("Siti"):Get("wallet")', 0) is None
    assert ask(bank, 'return data("Siti"):Get("wallet")', 20) == 7


def test_who_leaves_during_the_load_leaves_no_lock(bank: Game) -> None:
    bank.data_fault("slow", times=1)
    join(bank, "Siti", 1, seconds=0.5)
    bank.leave("Siti")
    bank.advance(30)
    assert "lock" not in stored(bank) and codes(bank) == []


# data of the game


def test_global_values(bank: Game) -> None:
    assert ask(bank, 'return { Data:GetGlobal("treasury"), Data:GetGlobal("tax") }') == [0, 0.1]
    assert ask(bank, 'Data:SetGlobal("tax", 0.2) return Data:GetGlobal("tax")') == 0.2
    assert ask(bank, 'return Data:UpdateGlobal("treasury", function(old) return old + 5 end)') == 5
    assert bank.stored("Bank", "Global_tax")["value"] == 0.2
    told = ask(bank, 'return { said(Data.SetGlobal, Data, "tax", 2), said(Data.GetGlobal, Data, "x") }')
    assert told[0] == "DS_INVALID: tax: 2 is outside 0..1" and "DS_KEY: x is no global key" in told[1]


def test_a_global_value_is_read_while_the_first_change_is_on_its_way(bank: Game) -> None:
    source = """
        task.spawn(function() Data:UpdateGlobal("treasury", function(old) return old + 5 end) end)
        print("treasury", Data:GetGlobal("treasury"))
    """
    ask(bank, source, 5)
    assert [one.get("text") for one in bank.facts if str(one.get("text")).startswith("treasury")] == ["treasury 0"]


def test_a_global_update_that_landed_is_not_made_twice(bank: Game) -> None:
    bank.data_fault("ack_lost", times=2)
    assert ask(bank, 'return Data:UpdateGlobal("treasury", function(old) return old + 5 end)', 10) == 5
    assert bank.stored("Bank", "Global_treasury")["value"] == 5


def test_global_updates_of_two_servers(bank: Game) -> None:
    source = """
        for _ = 1, 10 do
            task.spawn(function() Data:UpdateGlobal("treasury", function(old) return old + 1 end) end)
        end
    """
    ask(bank, source, 0)
    bank.add_server()
    ask(bank, source, 30)
    assert bank.stored("Bank", "Global_treasury")["value"] == 20


def test_global_values_survive_an_outage(bank: Game) -> None:
    bank.data_fault("unavailable", seconds=20)
    ask(bank, 'Data:SetGlobal("tax", 0.3) Data:SetGlobal("tax", 0.4)', 10)
    assert ask(bank, 'return Data:GetGlobal("tax")', 0) == 0.4
    bank.advance(30)
    assert bank.stored("Bank", "Global_tax")["value"] == 0.4


# two players at once

TRADE = """
local function trade(a, b)
    a:Update("wallet", function(old) return old - 30 end)
    b:Update("wallet", function(old) return old + 30 end)
end
"""


def pair(bank: Game) -> None:
    join(bank, "Siti", 1)
    join(bank, "Budi", 2)


def wallets(bank: Game) -> list[int]:
    return [stored(bank, f"Player_{user}")["data"]["wallet"] for user in (1, 2)]


def test_a_trade(bank: Game) -> None:
    pair(bank)
    assert ask(bank, TRADE + 'return { Data:Transact({ player("Siti"), player("Budi") }, trade) }', 1) == [True]
    assert wallets(bank) == [70, 130]
    bank.advance(16)
    assert "patch" not in stored(bank, "Player_2") and stored(bank).get("commits") in (None, {}, [])


@pytest.mark.parametrize("body", ['error("no")', "task.wait()", 'a:Set("wallet", 5) b:Set("wallet", -5)', "a:Save()"])
def test_a_trade_that_fails_changes_nothing(bank: Game, body: str) -> None:
    pair(bank)
    source = f'return {{ Data:Transact({{ player("Siti"), player("Budi") }}, function(a, b) {body} end) }}'
    assert ask(bank, source) == [False, "DS_CALLBACK"]
    assert ask(bank, 'return { data("Siti"):Get("wallet"), data("Budi"):Get("wallet") }') == [100, 100]


@pytest.mark.parametrize("after", [0.01, 0.06, 0.11, 0.16, 0.21, 0.26, 0.31])
def test_a_server_that_dies_during_a_trade(bank: Game, after: float) -> None:
    pair(bank)
    ask(bank, 'data("Siti"):Save() data("Budi"):Save()')
    ask(bank, TRADE + 'Data:Transact({ player("Siti"), player("Budi") }, trade)', after)
    bank.crash()
    bank.add_server()
    join(bank, "Budi", 2, seconds=90)
    join(bank, "Siti", 1, seconds=10)
    found = ask(bank, 'return { data("Siti"):Get("wallet"), data("Budi"):Get("wallet") }', 0)
    assert found in ([100, 100], [70, 130])
    bank.advance(20)
    assert wallets(bank) == found and "patch" not in stored(bank, "Player_2")


def test_a_trade_in_an_outage_is_refused_or_made(bank: Game) -> None:
    pair(bank)
    bank.data_fault("unavailable", seconds=30)
    assert ask(bank, TRADE + 'return { Data:Transact({ player("Siti"), player("Budi") }, trade) }', 10) == [
        False,
        "DS_UNAVAILABLE",
    ]
    bank.advance(40)
    assert wallets(bank) == [100, 100]
    bank.data_fault("ack_lost", times=2)
    assert ask(bank, TRADE + 'return { Data:Transact({ player("Siti"), player("Budi") }, trade) }', 20) == [True]
    bank.advance(20)
    assert wallets(bank) == [70, 130]


def test_nobody_reads_or_sets_during_a_trade(bank: Game) -> None:
    pair(bank)
    assert ask(
        bank,
        TRADE
        + """
        task.spawn(function() Data:Transact({ player("Siti"), player("Budi") }, trade) end)
        local new = data("Siti"):Update("wallet", function(old) return old - 1 end)
        return { new, data("Budi"):Get("wallet") }
        """,
    ) == [69, 130]


# others


def test_view_and_erase(bank: Game) -> None:
    assert ask(bank, "return { Data:View(1) == nil }") == [True]
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("wallet", 7)')
    assert ask(bank, "return { Data:View(1).wallet, Data:Erase(1) }") == [7, False, "DS_ONLINE"]
    bank.add_server()
    assert ask(bank, "return { Data:Erase(1) }") == [False, "DS_ONLINE"]
    bank.leave("Siti")
    bank.advance(1)
    assert ask(bank, "return { Data:View(1).wallet, Data:Erase(1) }") == [7, True]
    assert stored(bank) is None and ask(bank, "return { Data:View(1) == nil }") == [True]


def test_erase_takes_copies_too(bank: Game) -> None:
    put(bank, ONE, '"garbage"')
    join(bank, "Siti", 1, seconds=10)
    key = next(str(fact.get("word")) for fact in bank.facts if "corrupt" in str(fact.get("word"))).split("/")[1]
    assert stored(bank, key) == "garbage"
    assert ask(bank, "return { Data:Erase(1) }") == [True]
    assert stored(bank, key) is None and stored(bank) is None


def test_a_copy_that_was_erased_does_not_stand_for_a_new_one(bank: Game) -> None:
    put(bank, ONE, '"garbage"')
    join(bank, "Siti", 1, seconds=10)
    assert ask(bank, "return { Data:Erase(1) }") == [True]
    put(bank, ONE, '"more garbage"')
    join(bank, "Siti", 1, seconds=10)
    copies = [one.get("data") for one in bank.facts if one.kind == "saved" and "corrupt" in str(one.get("word"))]
    assert copies == ["garbage", None, "more garbage"]


def test_a_large_value_is_refused_and_half_of_it_warned_of(bank: Game) -> None:
    join(bank, "Siti", 1)
    told = ask(
        bank,
        """
        local d = data("Siti")
        local half, all = {}, {}
        for index = 1, 25 do half[index] = string.rep("x", 100000) end
        for index = 1, 40 do all[index] = string.rep("x", 100000) end
        d:Set("notes", half)
        d:Save()
        return { said(d.Set, d, "notes", all) }
        """,
    )
    assert told[0] == "DS_SIZE: notes: all keys together would take more than 4000000 characters"
    assert codes(bank) == ["DS_SIZE"]


# leaderboards


def board(bank: Game) -> list[str]:
    source = """
        local found = {}
        for _, row in Data:GetLeaderboard("Richest") do
            table.insert(found, `{row.rank} {row.name} {row.user_id} {row.value}`)
        end
        return found
    """
    return list(ask(bank, source, 1) or [])


def test_a_leaderboard(bank: Game) -> None:
    for user, name in enumerate(("Siti", "Budi", "Joko"), 1):
        join(bank, name, user)
        ask(bank, f'data("{name}"):Set("wallet", {user * 10}) data("{name}"):Save()')
    assert board(bank) == ["1 Joko 3 30", "2 Budi 2 20"]
    bank.leave("Budi")
    ask(bank, 'data("Siti"):Set("wallet", 99) data("Siti"):Save()')
    assert bank.stored("Bank", "1", scope="Richest", ordered=True) == 10  # not yet: at most once in 30 s
    bank.advance(30)
    assert bank.stored("Bank", "1", scope="Richest", ordered=True) == 99
    assert board(bank) == ["1 Siti 1 99", "2 Joko 3 30"]
    bank.data_fault("unavailable", seconds=60)
    bank.advance(31)
    assert board(bank) == ["1 Siti 1 99", "2 Joko 3 30"]
    told = ask(bank, 'return { said(Data.GetLeaderboard, Data, "Poorest") }')
    assert told[0] == "DS_KEY: Poorest is no leaderboard of data.yaml"


def test_erase_takes_them_off_the_boards(bank: Game) -> None:
    join(bank, "Siti", 1)
    ask(bank, 'data("Siti"):Set("wallet", 7) data("Siti"):Save()')
    bank.leave("Siti")
    bank.advance(60)
    assert bank.stored("Bank", "1", scope="Richest", ordered=True) == 7
    assert ask(bank, "return { Data:Erase(1) }") == [True]
    assert bank.stored("Bank", "1", scope="Richest", ordered=True) is None


def test_names_of_users_who_are_not_here(bank: Game) -> None:
    ask(bank, 'game:GetService("DataStoreService"):GetOrderedDataStore("Bank", "Richest"):SetAsync("77", 5)')
    assert board(bank) == ["1 User77 77 5"]


# Studio


def test_without_access_studio_has_data_in_memory(folder: Path, tmp_path: Path, bank: Game) -> None:
    build_place(folder, tmp_path / "bank.rbxl")
    with Session(tmp_path / "bank.rbxl", studio=True) as session:
        session.ask("fault", kind="forbidden")
        game = Game(bank.project, session)
        game.boot()
        assert codes(game) == ["DS_MEMORY"]
        join(game, "Siti", 1)
        assert ask(game, 'data("Siti"):Set("wallet", 7) return data("Siti"):Save()')
        game.leave("Siti")
        join(game, "Siti", 1)
        assert ask(game, 'return data("Siti"):Get("wallet")') == 7
        assert ask(game, 'return Data:UpdateGlobal("treasury", function(old) return old + 5 end)') == 5
        game.leave("Siti")
        assert ask(game, "return { Data:Erase(1), Data:View(1) == nil }") == [True, True]
        assert session.ask("stored", store="Bank", key="global/Player_1", ordered=False) is None


def test_with_access_studio_has_the_real_data(folder: Path, tmp_path: Path, bank: Game) -> None:
    build_place(folder, tmp_path / "bank.rbxl")
    with Session(tmp_path / "bank.rbxl", studio=True) as session:
        game = Game(bank.project, session)
        game.boot()
        join(game, "Siti", 1)
        assert ask(game, 'data("Siti"):Set("wallet", 7) return data("Siti"):Save()')
        assert stored(game)["data"]["wallet"] == 7


# budgets


def test_boards_do_not_hold_saves_up(bank: Game) -> None:
    ask(
        bank,
        """
        local Stores = game:GetService("DataStoreService")
        Stores:SetRateLimitForRequestType(Enum.DataStoreRequestType.OrderedWrite, 0, 0)
        for _ = 1, 60 do
            task.spawn(pcall, function() Stores:GetOrderedDataStore("Other"):SetAsync("a", 1) end)
        end
        """,
    )
    join(bank, "Siti", 1)
    assert ask(bank, 'data("Siti"):Set("wallet", 7) return data("Siti"):Save()')
    assert ask(bank, 'data("Siti"):Set("wallet", 8) return data("Siti"):Save()')
    assert stored(bank)["data"]["wallet"] == 8


def test_no_request_is_made_beyond_the_budget(bank: Game) -> None:
    ask(
        bank,
        "game:GetService('DataStoreService'):SetRateLimitForRequestType(Enum.DataStoreRequestType.StandardWrite, 6, 0)",
    )
    for user in range(1, 11):
        join(bank, f"P{user}", user, seconds=0)
    bank.advance(120)
    assert [fact for fact in bank.facts if "added to queue" in str(fact.get("text"))] == []
    assert all(stored(bank, f"Player_{user}") for user in range(1, 11))
