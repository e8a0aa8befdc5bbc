"""The simulator's players, characters and network do as Roblox's, and nothing that a game does ends or hangs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.projects import Project
from tests.support.servers import Servers, place, servers

pytestmark = pytest.mark.tools

TREE = {
    "ReplicatedStorage": {"Tell": {"$className": "RemoteEvent"}, "Ask": {"$className": "RemoteFunction"}},
    "StarterPack": {"Sword": {"$className": "Tool"}},
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(place(tmp_path_factory.mktemp("players"), TREE)) as found:
        found.join("Siti", 1)
        yield found


def holds(here: Servers, source: str, side: str = "server", seconds: float = 0.0) -> None:
    """The piece of Luau returns nothing but true."""
    found = here.run(source, side, seconds)
    assert found == [True] * len(found) and found, found


def test_the_server_sees_what_each_player_has(here: Servers) -> None:
    """What is put into a Backpack at the start stays there; another one comes with another character. Nobody sees the
    screens of others."""
    source = """
        local player = game:GetService("Players").Siti
        local kept = Instance.new("Tool", player.Backpack)
        local before, starter = player.Backpack, player.Backpack:FindFirstChild("Sword") ~= nil
        local tool = Instance.new("Tool", player.StarterGear)
        tool.Name = "Gear"
        player:LoadCharacterAsync()
        return starter, before == kept.Parent or kept.Parent == nil, player.Backpack ~= before,
            player.Backpack:FindFirstChild("Sword") ~= nil, player.Backpack:FindFirstChild("Gear") ~= nil,
            player:FindFirstChild("PlayerGui") ~= nil, player.Character.Humanoid:FindFirstChild("Animator") ~= nil
    """
    holds(here, source)
    here.join("Budi", 2)
    source = """
        local players = game:GetService("Players")
        return players.Budi:FindFirstChild("PlayerGui") ~= nil, players.Siti:FindFirstChild("PlayerGui") == nil,
            players.Siti:FindFirstChild("Backpack") ~= nil
    """
    holds(here, source, "Budi")


def test_a_humanoid_dies_in_the_workspace_alone_and_stays_dead(here: Servers) -> None:
    source = """
        local died = 0
        local inside, outside = Instance.new("Humanoid", Instance.new("Model", workspace)), Instance.new("Humanoid")
        for _, one in { inside, outside } do
            one.Died:Connect(function() died += 1 end)
            one.Health = 0
        end
        task.wait(0.1)
        inside.Health = 50
        return died == 1, inside.Health == 0
    """
    holds(here, source, seconds=1)


def test_a_humanoid_has_less_health_where_it_may_have_less_and_none_is_taken_through_a_shield(here: Servers) -> None:
    source = """
        local model = Instance.new("Model", workspace)
        local humanoid, told = Instance.new("Humanoid", model), {}
        humanoid.HealthChanged:Connect(function(health) table.insert(told, health) end)
        humanoid.MaxHealth = 60
        local lowered = humanoid.Health
        humanoid.MaxHealth = 200
        local shield = Instance.new("ForceField", model)
        humanoid:TakeDamage(10)
        local shielded = humanoid.Health
        shield:Destroy()
        humanoid:TakeDamage(10)
        task.wait(0.1)
        local root = Instance.new("Part", model)
        root.Name = "HumanoidRootPart"
        return lowered == 60, shielded == 60, humanoid.Health == 50, table.concat(told, " ") == "60 50",
            humanoid.RootPart == root
    """
    holds(here, source, seconds=1)


def test_health_comes_back_with_time(here: Servers) -> None:
    """A hundredth of it a second, of a player's character, unless the game has a script of its own for it."""
    source = """
        local humanoid = game:GetService("Players").Siti.Character.Humanoid
        humanoid:TakeDamage(50)
        task.wait(10.1)
        return math.abs(humanoid.Health - 60) < 0.5
    """
    holds(here, source, seconds=20)


def test_who_leaves_has_a_reason_and_other_clients_hear_of_it(here: Servers) -> None:
    hear = """
        local players = game:GetService("Players")
        for _, event in { "PlayerAdded", "PlayerRemoving" } do
            players[event]:Connect(function(player, reason)
                print(event, player.Name, if reason then reason.Name else "-")
            end)
        end
    """
    here.run(hear)
    here.run(hear, "Siti")
    here.join("Kia", 3)
    here.ask("leave", name="Kia")
    here.join("Nur", 4)
    here.run("game:GetService('Players').Nur:Kick('bye')", seconds=1)
    server = ["PlayerAdded Kia -", "PlayerRemoving Kia Unknown", "PlayerAdded Nur -", "PlayerRemoving Nur CreatorKick"]
    assert here.printed() == server
    assert [line.split()[:2] for line in here.printed("Siti")] == [line.split()[:2] for line in server]


def test_a_buffer_arrives_as_it_was_sent(here: Servers) -> None:
    here.run("game.ReplicatedStorage.Tell.OnClientEvent:Connect(function(got) shared.got = got end)", "Siti")
    here.run(
        """
        local bytes, event, heard = buffer.create(1), Instance.new("BindableEvent"), nil
        event.Event:Connect(function(got) heard = got end)
        event:Fire(bytes)
        game.ReplicatedStorage.Tell:FireAllClients(bytes, { bytes })
        task.wait(0.5)
        buffer.writeu8(bytes, 0, 9)
        assert(buffer.readu8(heard, 0) == 0)
        """,
        seconds=2,
    )
    assert here.run("return buffer.readu8(shared.got, 0)", "Siti") == [0]


def test_a_call_to_a_client_who_leaves_raises(here: Servers) -> None:
    """Whether the client had heard of it by then or not."""
    for wait in (0, 1):
        here.join("Wati", 5)
        here.run("game.ReplicatedStorage.Ask.OnClientInvoke = function() task.wait(100) end", "Wati")
        source = "print('ended', pcall(game.ReplicatedStorage.Ask.InvokeClient, game.ReplicatedStorage.Ask, %s))"
        before = len(here.printed())
        here.ask("run", side="server", source=source % "game:GetService('Players').Wati")
        here.ask("advance", seconds=wait)
        here.ask("leave", name="Wati")
        here.ask("advance", seconds=1)
        said = [line for line in here.printed()[before:] if line.startswith("ended")]
        assert len(said) == 1
        assert said[0].startswith("ended false")


def test_a_text_that_is_not_utf8_is_printed(here: Servers) -> None:
    """Cut in the middle of a letter, as a print, an error, a value that is returned, a key."""
    source = r"""
        local cut = string.sub("h\xc3\xa9\xc3\xa9", 1, 2)
        print(cut, cut .. "!")
        task.spawn(error, cut)
        return cut, { [cut] = cut }
    """
    before = len(here.session.facts)
    here.ask("run", side="server", source=source)
    facts = here.session.facts[before:]
    assert [fact.get("text") for fact in facts if fact.kind == "print"] == ["h? h?!"]
    assert [fact.get("text") for fact in facts if fact.kind == "error"] == ["h?"]
    assert [fact.get("data") for fact in facts if fact.kind == "returned"] == [{"1": "h?", "2": {"h?": "h?"}}]
    assert here.run("return 1") == [1]


# games


PAD = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	local part = Instance.new("Part")
	part.Parent = workspace
	for _ = 1, 2 do
		context.Connections:Add(part.Touched:Connect(function(hit: BasePart)
			print(hit.Name)
		end))
	end
end

return Logic
"""

GAME = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/data.yaml": "store: X\nversion: 1\nplayer:\n  coins: { type: u32, default: 5, visible: owner }\n",
    "specs/modules/Pad/module.yaml": (
        "module: Pad\nrealm: server\ndomain: OVHL_Modules\nlifecycle: { init: Logic.init }\n"
    ),
    "specs/modules/Pad/Logic.luau": PAD,
    "specs/scenarios/day.yaml": (
        "scenario: A day passes\nplayers: { Siti: { user_id: 1 } }\n"
        "steps:\n  - join: [Siti]\n  - advance: 24 h\n  - expect: { stored: { player: Siti, data: { coins: 5 } } }\n"
    ),
}


def test_an_event_that_nothing_fires_can_be_connected_to_and_the_trace_names_it(tmp_path: Path) -> None:
    """And a day with a player whose data is stored passes in seconds, though the store is written 4,320 times."""
    project = Project(tmp_path).write(GAME)
    began = time.monotonic()
    done = project.run("test", "--trace")
    assert done.code == 0, done.out
    lines = [line.split() for line in done.out.splitlines()]
    assert [line[1:] for line in lines if line[2:3] == ["silent"]] == [["server", "silent", "Part.Touched"]]
    assert sum(line[2:3] == ["saved"] for line in lines) > 4300
    assert time.monotonic() - began < 60  # twice: each scenario runs in two ways
