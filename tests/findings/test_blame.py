"""Whose failure it is: the client's whose event began it, through however many hands it went."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.simulator.game import Game
from tests.support.projects import Project

pytestmark = pytest.mark.tools

HANDS = (
    *("bus", "late", "chain", "spawn", "coroutine", "after", "api", "data", "config", "transact", "role"),
    *("global", "jobs"),
)
HEAD = "module: {}\nrealm: server\ndomain: OVHL_Modules\n"
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/roles.yaml": "roles: { Guest: { rank: 0 }, Mod: { rank: 5 }, Owner: { rank: 9 } }\ndefault: Guest\n"
    "sources: [granted, { users: { Owner: [500] } }]\n",
    "specs/config.yaml": "fields: { speed: { type: u16, default: 1, editable_by: Guest } }\n",
    "specs/data.yaml": "store: Test\nversion: 1\nplayer: { coins: { type: u32, default: 0 } }\n"
    "global: { total: { type: u32, default: 0 } }\n",
    "specs/monetization.yaml": "products: { Coins: { id: 100, grants: { coins: 1 } } }\n",
    # Sends what a client says on, by many ways.
    "specs/modules/Front/module.yaml": HEAD.format("Front")
    + """
depends: [DataService, ConfigService, PermissionSync]
uses: [Middle]
events: { Go: { from: client, payload: { hand: string(..20) }, rate: 100/s burst 100, worker: Logic.go } }
bus: { publishes: { Told: {} , Passed: { waits: boolean } } }
lifecycle: { init: Logic.init }
""",
    "specs/modules/Front/Logic.luau": """--!strict
local Types = require(script.Parent.Types)
local Logic = {}
local count = 0
local jobs: thread
function Logic.init(context: Types.Context)
	jobs = task.spawn(function()
		context.Logger:Info("waits for jobs")
		while true do
			coroutine.yield()
			context.Bus.Told:Publish({})
		end
	end)
end
function Logic.go(context: Types.Context, player: Player, payload: Types.Go)
	count += 1
	local hand = payload.hand
	local function tell()
		context.Bus.Told:Publish({})
	end
	if hand == "bus" then
		tell()
	elseif hand == "late" then
		task.wait(0.1)
		tell()
	elseif hand == "chain" then
		context.Bus.Passed:Publish({ waits = count % 2 == 0 })
	elseif hand == "spawn" then
		task.spawn(tell)
	elseif hand == "coroutine" then
		coroutine.wrap(tell)()
	elseif hand == "after" then
		task.wait(0.1)
		task.spawn(tell)
	elseif hand == "api" then
		assert(context.Middle):Tell()
	elseif hand == "data" then
		context.DataService:GetPlayerData(player):Set("coins", count)
	elseif hand == "config" then
		context.ConfigService:Set("speed", count, player)
	elseif hand == "transact" then
		local other = (game:GetService("Players") :: any).P1
		context.DataService:Transact({ player, other }, function(mine: any)
			mine:Set("coins", count)
		end)
	elseif hand == "global" then
		task.spawn(function()
			context.DataService:UpdateGlobal("total", function(old)
				return old + 1
			end)
			tell()
		end)
	elseif hand == "jobs" then
		task.spawn(jobs)
	elseif hand == "role" then
		context.PermissionSync:SetRole(player, 501, "Mod")
		context.PermissionSync:RevokeRole(player, 501)
	end
end
return Logic
""",
    "specs/modules/Middle/module.yaml": HEAD.format("Middle")
    + """
api: { Tell: { worker: Logic.tell } }
bus: { publishes: { Heard: {} }, subscribes: { Passed: Logic.pass } }
""",
    "specs/modules/Middle/Logic.luau": """--!strict
local Types = require(script.Parent.Types)
local Logic = {}
function Logic.tell(context: Types.Context)
	context.Bus.Heard:Publish({})
end
function Logic.pass(context: Types.Context, payload: Types.Passed)
	if payload.waits then
		task.wait(0.1)
	end
	context.Bus.Heard:Publish({})
end
return Logic
""",
    # Fails whatever it hears.
    "specs/modules/Back/module.yaml": HEAD.format("Back")
    + """
depends: [DataService, ConfigService, PermissionSync]
lifecycle: { init: Logic.init, player_added: Logic.added, character_added: Logic.respawned }
bus: { subscribes: { Told: Logic.fail, Heard: Logic.fail, RoleChanged: Logic.changed } }
""",
    "specs/modules/Back/Logic.luau": """--!strict
local Types = require(script.Parent.Types)
local Logic = {}
function Logic.fail(_context: Types.Context)
	error("boom")
end
function Logic.changed(_context: Types.Context, change: Types.RoleChanged)
	error(`{change.player.Name}: {change.old} {change.new}`)
end
function Logic.init(context: Types.Context)
	context.ConfigService:Subscribe("speed", function()
		error("speed")
	end)
	context.PermissionSync:OnRoleChanged(function()
		error("role")
	end)
end
function Logic.added(context: Types.Context, player: Player)
	context.DataService:GetPlayerData(player):OnChange("coins", function()
		error("coins")
	end)
	assert(player.UserId ~= 507, "added")
end
function Logic.respawned(_context: Types.Context, player: Player, _character: Model)
	assert(not player:GetAttribute("fails"), "respawned")
end
return Logic
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("blame")).write(FILES).root


@pytest.fixture
def here(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as game:
        for number in range(4):
            game.join(f"P{number}", 500 + number)
        game.advance(8)
        yield game


def failures(game: Game) -> int:
    """Of the module that hears what the clients began."""
    metric = game.metric("kernel.failures.Back")
    return int(metric["value"]) if metric else 0


def test_one_client_disables_nothing_by_other_hands(here: Game) -> None:
    """The bus, one message after another, threads that a handler starts, apis, data, settings, roles."""
    for hand in HANDS:
        before = failures(here)
        for _ in range(6):
            here.fire("P0", "Front.Go", {"hand": hand})
            here.advance(2)
        assert failures(here) >= before + 6, hand
        assert here.module("Back")[0] == "ready", hand


def test_three_clients_do_by_the_same_hands(here: Game) -> None:
    for number in range(3):
        assert here.module("Back")[0] == "ready"
        for _ in range(2):
            here.fire(f"P{number}", "Front.Go", {"hand": "chain"})
        here.advance(1)
    assert here.module("Back") == ("disabled", "KERNEL_FAILING")


def test_three_clients_do_by_one_thread(here: Game) -> None:
    """That a module keeps for jobs of all: each job is its client's."""
    for number in range(3):
        assert here.module("Back")[0] == "ready"
        for _ in range(2):
            here.fire(f"P{number}", "Front.Go", {"hand": "jobs"})
        here.advance(1)
    assert here.module("Back") == ("disabled", "KERNEL_FAILING")


def test_a_purchase_is_its_player_s(here: Game) -> None:
    """What hears of what it changed fails for them."""
    before = failures(here)
    for _ in range(6):
        here.run("server", 'game:GetService("MarketplaceService"):PromptProductPurchase(player("P0"), 100)')
        here.purchase("P0", product=100)
        here.advance(2)
    assert failures(here) >= before + 6
    assert here.module("Back")[0] == "ready"


def test_what_nobody_s_event_began_is_the_module_s_own(here: Game) -> None:
    bus = 'require(game:GetService("ReplicatedStorage").Shared.Kernel.Bus)'
    here.run("server", f'for _ = 1, 5 do {bus}.publish("Told", {{}}) end')
    here.advance(1)
    assert here.module("Back") == ("disabled", "KERNEL_FAILING")


def test_who_comes_back_is_the_same_client(here: Game) -> None:
    """Somebody who joins again and again, or whose character does, disables nothing."""
    for _ in range(6):
        here.join("P7", 507)
        here.advance(2)
        here.leave("P7")
        here.advance(1)
    assert failures(here) >= 6
    assert here.module("Back")[0] == "ready"
    before = failures(here)
    here.run("server", 'game:GetService("Players").P0:SetAttribute("fails", true)')
    for _ in range(6):
        here.run("server", 'game:GetService("Players").P0:LoadCharacter()')
        here.advance(1)
    assert failures(here) >= before + 6
    assert here.module("Back")[0] == "ready"
