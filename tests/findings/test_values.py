"""What is stored: values that a newer server wrote or that can't be written, what is erased, how often is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.model.project import Project as Specs
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.session import Session
from tests.support.games import built

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/types.yaml": """
types:
  Kind: { enum: [cat, dog] }
  Pet: { struct: { kind: Kind, level: "integer(1..9)" } }
  Gift: { union: { coins: { amount: u8 }, pet: { pet: Pet } } }
  Tree: { struct: { inner: "Tree[..4]" } }
""",
    "specs/config.yaml": "fields: { autosave_interval: { type: number, default: 300, editable_by: Owner } }\n",
    "specs/roles.yaml": "roles: { Guest: { rank: 0 }, Owner: { rank: 9 } }\ndefault: Guest\n",
    "specs/data.yaml": """
store: Bank
version: 2
player:
  coins: { type: "integer(0..1000)", default: 5 }
  name: { type: string(..4), default: "" }
  pets: { type: "Pet[..2]", default: [] }
  gift: { type: "Gift?", default: null }
  by_kind: { type: "map(Kind, u8)", default: {} }
  material: { type: Enum.Material, default: Plastic }
  bag: { type: "string[]", default: [] }
  secret: { type: Kind, default: cat, private: true }
  by_name: { type: "map(string(..3), u8)", default: {} }
global:
  pet: { type: Pet, default: { kind: cat, level: 1 } }
  tree: { type: Tree, default: { inner: [] } }
  tax: { type: "integer(0..100)", default: 1 }
  notes: { type: "string[]", default: [] }
leaderboards:
  Richest: { of: coins, top: 3, refresh: 60 s }
migrations:
  - { from: 1, to: 2, worker: migrations/same.luau }
save: { retries: 2, backoff: 1 s, backoff_cap: 4 s, lock_timeout: 60 s }
""",
    "specs/migrations/same.luau": """--!strict
return function(old: { [string]: any }): { [string]: any }
	local migrate = (_G :: any).migrate -- what a test wants it to make
	return if migrate then migrate(old) else old
end
""",
}
BANK = """
local bank = require(Shared.Kernel.ServiceManager):Get("DataService")
local function said(call, ...)
	local ok, problem = pcall(call, ...)
	return if ok then "done" else string.gsub(tostring(problem), "^[^ ]+:%d+: ", "")
end
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> tuple[Specs, Path]:
    return built(tmp_path_factory.mktemp("bank"), FILES)


@pytest.fixture
def start(bank: tuple[Specs, Path]) -> Iterator[Callable[[], Game]]:
    """Starts a server; the stores of one don't know those of another."""
    sessions: list[Session] = []

    def begin() -> Game:
        sessions.append(Session(bank[1], patience=60))
        game = Game(bank[0], sessions[-1])
        game.boot()
        return game

    yield begin
    for session in sessions:
        session.close()


def ask(game: Game, source: str, seconds: float = 1) -> Any:
    """What a piece of Luau on the server returned within that time; None where it still waits."""
    piece = game.begin("server", BANK + source)
    game.advance(seconds)
    return (game.returned(piece) or {}).get("1")


def of(name: str) -> str:
    return f'bank:GetPlayerData(player("{name}"))'


def codes(game: Game) -> list[str]:
    return [line.split("[CODE:")[1].split("]")[0] for line in game.monitored() if "[CODE:DS_" in line]


GROWN: list[dict[str, Any]] = [
    {"pets": [{"kind": "dragon", "level": 1}]},  # an enum has grown
    {"pets": [{"kind": "cat", "level": 10}]},  # a range
    {"pets": [{"kind": "cat", "level": 1}] * 3},  # a list
    {"pets": [{"kind": "cat", "level": 1, "hue": 7}]},  # a struct
    {"pets": [{"kind": "cat"}]},  # a field may be left out
    {"by_kind": {"dragon": 3}},
    {"gift": {"kind": "house", "rooms": 3}},
    {"gift": {"kind": "coins", "amount": 256}},
    {"coins": 2.5},  # whole numbers became any
    {"name": "Siti Nurhaliza"},
    {"material": "Unobtainium"},
    {"secret": "dragon"},  # what isn't said of a value is known of it all the same
    {"by_name": {"Siti": 3}},
    {"by_name": {"1234": 3}},  # a text that could be a number's
]
OTHERWISE: list[dict[str, Any]] = [
    {"coins": "many"},
    {"pets": [{"kind": 7, "level": 1}]},
    {"pets": {"kind": "cat", "level": 1}},
    {"gift": {"amount": 3}},
]


@pytest.mark.parametrize(
    ("values", "code", "says", "copies"),
    [
        (GROWN, "DS_NEWER", "This server is out of date.", 0),
        (OTHERWISE, "DS_CORRUPT", "Your data can't be read.", len(OTHERWISE)),
    ],
)
def test_what_a_newer_server_may_have_stored_is_not_corrupt(
    start: Callable[[], Game], values: list[dict[str, Any]], code: str, says: str, copies: int
) -> None:
    """It stays as it is; who owns it is sent to another server, without an alarm and without a copy."""
    game = start()
    for number, data in enumerate(values, 1):
        game.store("Bank", f"Player_{number}", {"version": 2, "data": data})
        game.join(f"P{number}", number)
    game.advance(20)
    kicks = [str(fact.get("text")) for fact in game.facts if fact.kind == "kick"]
    kept = [fact for fact in game.facts if fact.kind == "saved" and ".corrupt." in str(fact.get("word"))]
    assert codes(game) == [code] * len(values)
    assert len(kicks) == len(values) and all(text.startswith(says) for text in kicks)
    assert len(kept) == copies
    for number, data in enumerate(values, 1):
        assert game.stored("Bank", f"Player_{number}") == {"version": 2, "data": data}


def test_what_a_migration_made_wrongly_is_corrupt(start: Callable[[], Game]) -> None:
    """No newer server has written data of an older version."""
    game = start()
    game.store("Bank", "Player_1", {"version": 1, "data": {"coins": 1001}})
    game.join("Siti", 1)
    game.advance(20)
    assert codes(game) == ["DS_CORRUPT"]


UNSTORABLE = {
    "itself": "local extra = {} extra.extra = extra old.extra = { extra }",
    "a function": "old.extra = function() end",
    "a value type": "old.extra = { at = Vector3.new(1, 2, 3) }",
    "no number": "old.extra = { 0 / 0 }",
    "no text": 'old.extra = "\\255"',
    "mixed": "old.extra = { 1, 2, of = 3 }",
    "no key": "old.extra = { [true] = 1 }",
    "deep": "local at = {} old.extra = at for _ = 1, 100000 do at.at = {} at = at.at end",
    "wide": "local at = { 1 } for _ = 1, 40 do at = { at, at } end old.extra = at",
    "no name": "old[1] = 2",
}


@pytest.mark.parametrize("name", UNSTORABLE)
def test_what_a_migration_made_and_no_store_keeps_is_corrupt(start: Callable[[], Game], name: str) -> None:
    """Else every write would fail, or the load would never end: it is said, and the data stays as it is."""
    game = start()
    ask(game, f"_G.migrate = function(old) {UNSTORABLE[name]} return old end")
    game.store("Bank", "Player_1", {"version": 1, "data": {"coins": 7}})
    game.join("Siti", 1)
    game.advance(20)
    assert codes(game) == ["DS_CORRUPT"]
    assert game.stored("Bank", "Player_1") == {"version": 1, "data": {"coins": 7}}
    assert not [fact for fact in game.facts if fact.kind == "error"]


def test_what_a_migration_left_of_old_keys_is_kept(start: Callable[[], Game]) -> None:
    game = start()
    ask(game, '_G.migrate = function(old) old.more = { 1, { of = "x" }, buffer.create(3), true } return old end')
    old = {"list": [1, [2.5, "é"]], "map": {"5": {"a": False}}}
    game.store("Bank", "Player_1", {"version": 1, "data": {"coins": 7, "old": old}})
    game.join("Siti", 1)
    game.advance(20)
    data = game.stored("Bank", "Player_1")["data"]
    assert codes(game) == [] and data["old"] == old and data["coins"] == 7 and len(data["more"]) == 4


def test_a_value_whose_metatable_raises_blocks_nothing(start: Callable[[], Game]) -> None:
    """It is an answer for who made it; the key, and types that contain themselves, are as before."""
    game = start()
    odd = 'setmetatable({}, { __index = function() error("odd") end })'
    told = ask(game, f'return said(function() bank:UpdateGlobal("pet", function() return {odd} end) end)', seconds=10)
    assert told.startswith("DS_CALLBACK: pet: ")
    pet = 'bank:UpdateGlobal("pet", function() return { kind = "dog", level = 2 } end)'
    assert ask(game, f"return said(function() {pet} end)", seconds=10) == "done"
    ask(game, f'for _ = 1, 20 do pcall(bank.SetGlobal, bank, "tree", {odd}) end')
    tree = 'bank:SetGlobal("tree", { inner = { { inner = {} } } })'
    assert ask(game, f"return said(function() {tree} end)") == "done"


def test_a_global_change_that_can_never_succeed_is_an_answer(start: Callable[[], Game]) -> None:
    """A function that yields, raises or makes too much is told so; what waits behind it is carried out."""
    game = start()
    for line in (
        'bank:UpdateGlobal("tax", function(old) task.wait(1) return old + 1 end)',
        'bank:UpdateGlobal("tax", function() error("no tax") end)',
        'bank:UpdateGlobal("tax", function() return 101 end)',
        'bank:UpdateGlobal("notes", function() return { string.rep("x", 4200000) } end)',
        'bank:SetGlobal("notes", { string.rep("x", 4200000) })',
        'bank:UpdateGlobal("tax", function(old) return old + 5 end)',
    ):
        ask(game, f'print("told", said(function() {line} end))', seconds=0.1)
    game.advance(10)
    told = [str(fact.get("text"))[5:] for fact in game.facts if str(fact.get("text")).startswith("told ")]
    assert [line.split(":")[0] for line in sorted(told)] == [
        "DS_CALLBACK",
        "DS_CALLBACK",
        "DS_INVALID",
        "DS_SIZE",
        "DS_SIZE",
        "done",
    ]
    assert any("UpdateGlobal's function may not yield" in line for line in told)
    assert game.stored("Bank", "Global_tax")["value"] == 6


@pytest.mark.parametrize(("value", "code"), [(101, "DS_NEWER"), ("much", "DS_CORRUPT")])
def test_a_global_value_that_cant_be_read_blocks_nothing(start: Callable[[], Game], value: Any, code: str) -> None:
    """Who changes it is told; it stays as it is; once it is mended changes are stored again."""
    game = start()
    game.store("Bank", "Global_tax", {"value": value})
    told = ask(game, 'return said(function() bank:UpdateGlobal("tax", function() return 3 end) end)', seconds=30)
    assert told.startswith(f"{code}: tax: ")
    assert ask(game, 'bank:SetGlobal("tax", 4) return bank:GetGlobal("tax")', seconds=1) == 4
    game.advance(30)
    assert ask(game, 'return said(function() bank:GetGlobal("tax") end)', seconds=30) != "done"
    assert game.stored("Bank", "Global_tax") == {"value": value}
    game.store("Bank", "Global_tax", {"value": 7})
    assert ask(game, 'return bank:UpdateGlobal("tax", function(old) return old + 1 end)', seconds=10) == 8


def test_what_no_spec_names_takes_room(start: Callable[[], Game]) -> None:
    """A Set for which there is no room raises, so that what is set later is stored."""
    game = start()
    old = "x" * 3_000_000
    game.store("Bank", "Player_1", {"version": 2, "data": {"coins": 5, "old": old}})
    game.join("Siti", 1)
    game.advance(5)
    told = ask(game, f'return said(function() {of("Siti")}:Set("bag", {{ string.rep("y", 1500000) }}) end)')
    assert told.startswith("DS_SIZE: bag: ")
    ask(game, f'{of("Siti")}:Set("coins", 700) {of("Siti")}:Set("bag", {{ string.rep("y", 900000) }})')
    game.leave("Siti")
    game.advance(90)  # Roblox writes 4 MB of a key in a minute
    data = game.stored("Bank", "Player_1")["data"]
    assert data["coins"] == 700 and data["old"] == old and len(data["bag"][0]) == 900_000


def test_a_trade_that_has_no_room_changes_nothing(start: Callable[[], Game]) -> None:
    """The second's half stands in the store twice for a while: where that is too much the answer is DS_SIZE."""
    game = start()
    for number, name in enumerate(("Siti", "Budi"), 1):
        game.join(name, number)
    game.advance(5)
    ask(game, f'{of("Budi")}:Set("bag", {{ string.rep("y", 2500000) }})')
    large = """
    return select(2, bank:Transact({ player("Siti"), player("Budi") }, function(a, b)
        a:Set("coins", 1)
        b:Set("bag", { string.rep("z", 2500000) })
    end))
    """
    assert ask(game, large, seconds=0.1) == "DS_SIZE"
    small = 'bank:Transact({ player("Siti"), player("Budi") }, function(a, b) a:Set("coins", 1) b:Set("coins", 9) end)'
    assert ask(game, f"return {small}", seconds=10) is True


def test_erased_stays_erased(start: Callable[[], Game]) -> None:
    """A board's write that was due later doesn't bring back who was erased meanwhile, on this server or by another."""
    game = start()
    for name, number in (("Siti", 41), ("Budi", 42)):
        game.join(name, number)
        game.advance(5)
        ask(game, f'{of(name)}:Set("coins", 500) {of(name)}:Save()', seconds=2)
        ask(game, f'{of(name)}:Set("coins", 900)')
        game.leave(name)
        game.advance(3)
    assert ask(game, "return bank:Erase(41)", seconds=5) is True
    remove = 'game:GetService("DataStoreService"):GetDataStore("Bank"):RemoveAsync("Player_42")'
    ask(game, f"{remove} return 1", seconds=5)
    game.advance(150)
    assert game.stored("Bank", "41", scope="Richest", ordered=True) is None
    assert game.stored("Bank", "42", scope="Richest", ordered=True) is None


NOW = 1_735_689_600  # Unix time when a session begins
THEIRS = {"JobId": "elsewhere", "PlaceId": 0, "time": NOW, "session": "theirs"}


def test_who_plays_on_a_newer_server_is_not_erased_by_an_older_one(start: Callable[[], Game]) -> None:
    """A lock is read whatever the version of the data behind it."""
    game = start()
    stored = {"version": 3, "data": {"coins": 7}, "seq": 3, "lock": THEIRS}
    game.store("Bank", "Player_1", stored)
    assert ask(game, "return select(2, bank:Erase(1))", seconds=10) == "DS_ONLINE"
    assert game.stored("Bank", "Player_1") == stored


@pytest.mark.parametrize("version", [2, 3])
def test_who_is_erased_takes_no_half_of_a_trade_along(start: Callable[[], Game], version: int) -> None:
    """What they had committed the other keeps, whichever version of the data it was made in."""
    game = start()
    patch = {"id": "t", "with": 1, "keys": ["coins"], "data": {"coins": 77}}
    game.store("Bank", "Player_1", {"version": version, "data": {}, "seq": 3, "commits": {"t": 2}})
    game.store("Bank", "Player_2", {"version": version, "data": {"coins": 5}, "seq": 3, "patch": patch})
    assert ask(game, "return bank:Erase(1)", seconds=10) is True
    assert game.stored("Bank", "Player_1") is None
    left = game.stored("Bank", "Player_2")
    assert left["data"]["coins"] == 77 and "patch" not in left


def test_a_trade_with_who_plays_on_a_newer_server_can_be_settled(start: Callable[[], Game]) -> None:
    """Whether it counts stands beside the newer data: who has the patch is served, and may be looked at."""
    game = start()
    patch = {"id": "t", "with": 1, "keys": ["coins"], "data": {"coins": 77}}
    game.store("Bank", "Player_1", {"version": 3, "data": {}, "seq": 3, "lock": THEIRS, "commits": {"t": 2}})
    game.store("Bank", "Player_2", {"version": 2, "data": {"coins": 5}, "seq": 3, "patch": patch})
    assert ask(game, "return bank:View(2).coins", seconds=5) == 77
    game.join("Budi", 2)
    game.advance(10)
    assert codes(game) == [] and ask(game, f"return {of('Budi')}:Get('coins')") == 77
    newer = game.stored("Bank", "Player_1")
    assert newer["version"] == 3 and newer["lock"] == THEIRS and "commits" not in newer


@pytest.mark.parametrize("stored", [{"version": 2, "data": {"coins": 7}}, None])
def test_who_comes_in_the_middle_of_their_erasure_begins_anew(start: Callable[[], Game], stored: Any) -> None:
    """They wait for its end, rather than play on with what is gone in a moment and be kicked."""
    game = start()
    if stored:
        game.store("Bank", "Player_1", stored)
    game.data_fault("slow", times=2, keys=["Player_1"])
    game.run("server", f'{BANK} print("erased", bank:Erase(1))', settle=False)
    game.session.ask("advance", seconds=12)  # it is locked, and will be removed in eight seconds
    game.session.ask("join", name="Siti", user_id=1)
    game.advance(60)
    assert any(str(fact.get("text")).startswith("erased true") for fact in game.facts if fact.kind == "print")
    assert codes(game) == [] and not [fact for fact in game.facts if fact.kind == "kick"]
    assert ask(game, f"{of('Siti')}:Set('coins', 9) return {of('Siti')}:Save()", seconds=5) is True
    assert game.stored("Bank", "Player_1")["data"]["coins"] == 9


def test_an_erasure_that_failed_can_be_tried_again_at_once(start: Callable[[], Game]) -> None:
    """Its own lock is nobody who plays."""
    game = start()
    game.store("Bank", "Player_1", {"version": 2, "data": {}, "seq": 3, "commits": {"t": 2}})
    game.data_fault("unavailable", seconds=15, keys=["Player_2"])
    assert ask(game, "return select(2, bank:Erase(1))", seconds=15) == "DS_UNAVAILABLE"
    assert ask(game, "return bank:Erase(1)", seconds=10) is True


def test_who_comes_back_before_boards_are_erased_stays_on_them(start: Callable[[], Game]) -> None:
    """Their data is gone already; they are served once all of it is."""
    game = start()
    game.store("Bank", "Player_1", {"version": 2, "data": {"coins": 7}})
    game.data_fault("slow", times=1, keys=["1"])
    step(game, 'print("erased", bank:Erase(1))')
    assert game.stored("Bank", "Player_1") is None
    game.session.ask("join", name="Siti", user_id=1)
    step(game, "")
    step(game, f"{of('Siti')}:Set('coins', 8) {of('Siti')}:Save()")
    game.advance(90)
    assert codes(game) == [] and game.stored("Bank", "1", scope="Richest", ordered=True) == 8


def step(game: Game, source: str) -> None:
    """A piece of Luau and a second, whatever is on its way then."""
    game.begin("server", BANK + source)
    game.session.ask("advance", seconds=1)


def test_a_boards_write_that_is_on_its_way_gives_way_to_who_came_back(start: Callable[[], Game]) -> None:
    """They were erased and are here again before it lands: the board has what they have now."""
    game = start()
    game.join("Siti", 1)
    game.advance(90)
    game.data_fault("slow", times=1, keys=["1"])  # it lands ten seconds later
    siti = of("Siti")
    step(game, f"{siti}:Set('coins', 900) {siti}:Save()")
    game.session.ask("leave", name="Siti")
    step(game, "")
    step(game, 'print("erased", bank:Erase(1))')
    assert game.stored("Bank", "Player_1") is None
    game.session.ask("join", name="Siti", user_id=1)
    step(game, "")
    step(game, f"{siti}:Set('coins', 8) {siti}:Save()")
    game.advance(90)
    assert game.stored("Bank", "1", scope="Richest", ordered=True) == 8


def test_nobody_is_saved_more_often_than_every_six_seconds(start: Callable[[], Game]) -> None:
    """Whatever autosave_interval says."""
    game = start()
    game.join("Siti", 1)
    game.advance(10)
    for interval in (0, -5):
        game.configure({"autosave_interval": interval})
        before = len(game.facts)
        game.advance(60)
        saves = [fact for fact in game.facts[before:] if fact.kind == "saved" and fact.get("word") == "global/Player_1"]
        assert len(saves) <= 11
