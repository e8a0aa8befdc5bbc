"""Whoever is cancelled in the middle of a call to a core service holds nothing, and is never resumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.model.project import Project as Specs
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.session import Session
from tests.conftest import ROOT
from tests.support.games import built

RUNTIME = ROOT / "templates/runtime"
# What a test wants to be done in a hook it leaves in `_G`, where the module's worker takes it from.
LOGIC = """--!strict
local Logic = {}

local function play(hook: string, context: any, player: any?): any
	local todo = (_G :: any)[hook]
	return if todo then todo(context, player) else nil
end

function Logic.init(context: any)
	play("init", context)
end

function Logic.tick(context: any)
	play("tick", context)
end

function Logic.grant(context: any, player: Player)
	play("grant", context, player)
end

function Logic.never(_context: any): number
	task.wait(1e6)
	return 1
end

return Logic
"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 3 s }\n",
    "specs/data.yaml": """store: Players
version: 1
player:
  coins: { type: u32, default: 100 }
  things: { type: "string(..50)[..100]", default: [] }
global: { tax: { type: number, default: 1 }, count: { type: u32, default: 0 } }
leaderboards: { Richest: { of: coins, top: 10, refresh: 60 s } }
""",
    "specs/config.yaml": "fields:\n  speed: { type: number, default: 300, editable_by: Admin }\n",
    "specs/roles.yaml": """roles: { Guest: { rank: 0 }, Vip: { rank: 10 }, Admin: { rank: 100 } }
default: Guest
sources: [granted, users: { Admin: [1] }, gamepasses: { 700: Vip }]
cache: { refresh: 300 s }
""",
    "specs/monetization.yaml": "products: { Gift: { id: 55, worker: Bank.Grant } }\n",
    "specs/modules/Bank/module.yaml": """module: Bank
realm: server
domain: OVHL_Modules
depends: [DataService, ConfigService, PermissionSync]
events: { Never: { from: client, request: {}, response: u8, timeout: 3 s, worker: Logic.never } }
api: { Grant: { args: { player: Player }, worker: Logic.grant } }
lifecycle: { init: Logic.init, every: [{ interval: 1 s, worker: Logic.tick }] }
""",
    "specs/modules/Bank/Logic.luau": LOGIC,
}
NAMES = """
local ServiceManager = require(Shared.Kernel.ServiceManager)
local Data = ServiceManager:Get("DataService")
local function dataOf(name) return Data:GetPlayerData(player(name)) end
"""
TRADE = """
local function trade(data)
	return data:Transact({ player("A"), player("B") }, function(a, b)
		a:Set("coins", a:Get("coins") - 1)
		b:Set("coins", b:Get("coins") + 1)
	end)
end
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Specs, Path]:
    return built(tmp_path_factory.mktemp("cancel"), FILES)


@contextmanager
def playing(place: tuple[Specs, Path], *names: str, before: str = "") -> Iterator[Game]:
    """A server with these players; `before` is run before it boots."""
    specs, path = place
    with Session(path) as session:
        game = Game(specs, session)
        if before:
            game.session.ask("run", side="server", source=before)
        game.boot()
        for number, name in enumerate(names):
            game.join(name, number + 1)
        game.advance(2)
        yield game
        errors = [str(one.get("text")) for one in game.facts if one.kind == "error"]
        assert errors == []


def begin(game: Game, source: str) -> None:
    game.run("server", NAMES + source, settle=False)


def luau(game: Game, source: str, seconds: float = 60) -> list[Any]:
    """What a piece returned within that time; it fails where the piece still waits."""
    piece = game.begin("server", NAMES + source)
    game.advance(seconds)
    values = game.returned(piece)
    assert values is not None, f"it still waits: {source}"
    return [values.get(str(index)) for index in range(1, max(map(int, values), default=0) + 1)]


def amid(game: Game, call: str, seconds: float = 1.5) -> None:
    """The module's interval is inside a call, while everything in the store takes long; then the module is reloaded."""
    game.data_fault("slow", seconds=seconds + 0.5)
    tick = f"_G.tick = function(context) _G.tick = nil _G.began = true {call} _G.ended = true end"
    begin(game, f"{TRADE}\n_G.began, _G.ended = nil, nil {tick}")
    game.session.ask("advance", seconds=seconds)
    assert game.run("server", "return _G.began, _G.ended", settle=False) == {"1": True}, call
    begin(game, 'ServiceManager:Reload("Bank")')
    game.advance(30)
    assert game.run("server", "return _G.ended", settle=False) == {}, call


def released(game: Game, *users: int) -> bool:
    return not any("lock" in (game.stored("Players", f"Player_{user}") or {}) for user in users)


@pytest.mark.tools
def test_a_reload_in_the_middle_of_calls_holds_nobody_up(place: tuple[Specs, Path]) -> None:
    """Whatever the module was in, everybody else is served as before: data, trades, boards, settings, roles."""
    with playing(place, "A", "B") as game:
        begin(game, 'dataOf("A"):Set("things", { "sword" })')
        for call in (
            "trade(context.DataService)",
            'context.DataService:GetPlayerData(player("A")):Set("coins", 7) '
            'context.DataService:GetPlayerData(player("A")):Save()',
            'context.DataService:GetGlobal("tax")',
            'context.DataService:UpdateGlobal("count", function(old) return old + 1 end)',
            'context.DataService:GetLeaderboard("Richest")',
            "context.DataService:ForceSave()",
            "context.DataService:View(77)",
            "context.DataService:Erase(78)",
            'context.ConfigService:Set("speed", 5)',
            'context.PermissionSync:SetRole(player("A"), 79, "Vip")',
        ):
            game.advance(61)  # what was read is old by then
            begin(game, 'dataOf("B"):Update("coins", function(old) return old + 1 end)')
            amid(game, call)
        assert luau(game, f"{TRADE} return trade(Data)") == [True]
        assert luau(game, 'return dataOf("A"):Save(), dataOf("B"):Save()') == [True, True]
        assert luau(game, 'return Data:GetGlobal("tax"), Data:GetGlobal("count")') == [1, 1]
        assert luau(game, 'return Data:UpdateGlobal("count", function(old) return old + 1 end)') == [2]
        assert luau(game, 'return #Data:GetLeaderboard("Richest") > 0') == [True]
        assert luau(game, 'return ServiceManager:Get("ConfigService"):Set("speed", 77)') == [True]
        assert luau(game, 'return ServiceManager:Get("PermissionSync"):RevokeRole(player("A"), 79)') == [True]
        game.leave("A")
        game.leave("B")
        game.advance(60)
        assert released(game, 1, 2) and game.stored("Players", "Player_1")["data"]["things"] == ["sword"]


@pytest.mark.tools
def test_a_shutdown_in_the_middle_of_a_trade_loses_nothing(place: tuple[Specs, Path]) -> None:
    """What was set before is stored within the time that a server has, and no lock stays."""
    with playing(place, "A", "B") as game:
        begin(game, 'dataOf("A"):Set("things", { "sword" })')
        game.data_fault("slow", seconds=4, keys=["Player_2"])
        begin(game, f"{TRADE}\n_G.tick = function(context) trade(context.DataService) end")
        game.session.ask("advance", seconds=1.5)
        game.stop()
        game.advance(40)
        assert released(game, 1, 2) and game.stored("Players", "Player_1")["data"]["things"] == ["sword"]


@pytest.mark.tools
def test_an_init_whose_time_is_over_holds_nobody_up(place: tuple[Specs, Path]) -> None:
    """It was waiting for global data, while stores were down; they answer everybody once they are back."""
    specs, path = place
    with Session(path) as session:
        game = Game(specs, session)
        source = '_G.init = function(context) context.DataService:GetGlobal("tax") end'
        session.ask("run", side="server", source=source)
        game.data_fault("unavailable", seconds=20)
        game.boot()
        game.advance(60)
        assert game.module("Bank")[1] == "KERNEL_TIMEOUT"
        assert luau(game, 'return Data:GetGlobal("tax"), #Data:GetLeaderboard("Richest")') == [1, 0]


@pytest.mark.tools
def test_what_may_not_wait_begins_nothing_that_it_would_wait_for(place: tuple[Specs, Path]) -> None:
    """A product's method, a transaction's and UpdateGlobal's function: the call raises in them, and nothing happens
    later either."""
    with playing(place, "A", "B") as game:
        calls = (
            'Data:UpdateGlobal("count", function(old) return old + 1 end)',
            "trade(Data)",
            "Data:Erase(500)",
            'ServiceManager:Get("ConfigService"):Set("speed", 5)',
        )
        for call in calls:
            begin(game, f"{TRADE}\n_G.grant = function() {call} end")
            game.purchase("A", product=55)
            game.advance(10)
            for way in (
                'Data:Transact({ player("A"), player("B") }, function() %s end)',
                'pcall(function() Data:UpdateGlobal("tax", function() %s end) end)',
            ):
                begin(game, f"{TRADE}\n{way % call}")
                game.advance(10)
        words = [str(one.get("word")) for one in game.facts if one.kind == "receipt"]
        assert words and set(words) == {"postponed"}
        assert luau(game, 'return Data:GetGlobal("count"), Data:GetGlobal("tax"), dataOf("B"):Get("coins")') == [
            0,
            1,
            100,
        ]
        assert luau(game, 'return ServiceManager:Get("ConfigService"):Get("speed")') == [300]


@pytest.mark.tools
def test_a_client_whose_thread_was_cancelled_hears_of_no_answer(place: tuple[Specs, Path]) -> None:
    """A request's time is over, or its answer comes: nobody is resumed, and nothing is raised."""
    with playing(place, "A") as game:
        remote = 'require(Shared.Network).Client.remote("Bank.Never")'
        game.run("A", f"task.cancel(task.spawn(function() {remote}:Request() end))", settle=False)
        game.advance(10)


@pytest.mark.tools
def test_hundreds_may_wait_for_one_reading(place: tuple[Specs, Path]) -> None:
    """They go on one after the other, and not on each other's stacks, of which Luau has two hundred."""
    source = """
        local answers = {}
        for _ = 1, 400 do
            task.spawn(function() table.insert(answers, Data:GetGlobal("tax")) end)
        end
        task.wait(5)
        return #answers
    """
    with playing(place) as game:
        assert luau(game, source) == [400]


@pytest.mark.tools
def test_a_web_service_that_never_answers_is_given_up(place: tuple[Specs, Path]) -> None:
    """Whoever asks for a role of somebody who isn't here is told so."""
    with playing(place, "A") as game:
        game.service_fault("gamepasses", "hanging")
        call = 'return ServiceManager:Get("PermissionSync"):SetRole(player("A"), 500, "Vip")'
        assert luau(game, call) == [False, "PERM_UNAVAILABLE"]


def test_a_service_waits_in_one_place_only() -> None:
    """Who waits for another thread does so by a Future, and functions that may not wait run by Threads.atOnce."""
    waits = re.compile(r"coroutine\.(yield|resume|create|wrap|close)\b|insert\([^\n]*coroutine\.running")
    found = {path.name for path in RUNTIME.rglob("*.luau") if waits.search(path.read_text("utf-8"))}
    assert found - {"Origin.luau"} == {"Future.luau", "Threads.luau"}
