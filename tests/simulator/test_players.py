"""Players: joining, characters, screens, leaving; and which scripts run where. One test a rule of `roblox-facts`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import Servers, place, servers

pytestmark = pytest.mark.tools

SAY = "print('{name} ran in ' .. script.Parent.ClassName)\n"
FILES = {
    "Own__client__luau": SAY.format(name="Own"),
    "Screen__client__luau": SAY.format(name="Screen"),
    "Body__client__luau": SAY.format(name="Body"),
    "First__client__luau": SAY.format(name="First"),
    "Shared__luau": SAY.format(name="Shared"),
    "Server__server__luau": """
local Players = game:GetService("Players")
Players.PlayerAdded:Connect(function(player)
	player.CharacterAdded:Connect(function(character)
		print(`{player.Name} has {character.ClassName} {character.Name}`)
	end)
	player.CharacterRemoving:Connect(function(character)
		print(`{character.Name} goes`)
	end)
end)
for _, player in Players:GetPlayers() do
	print(`{player.Name} was here before`)
end
Players.PlayerRemoving:Connect(function(player)
	print(`{player.Name} leaves, still in {player.Parent}`)
end)
""",
}
TREE = {
    "ServerScriptService": {"Server": {"$path": "Server.server.luau"}},
    "ReplicatedFirst": {"First": {"$path": "First.client.luau"}},
    "ReplicatedStorage": {
        "Runs": {"$className": "Script", "$properties": {"RunContext": "Client", "Source": SAY.format(name="Runs")}},
        "Legacy": {"$className": "Script", "$properties": {"Source": SAY.format(name="Legacy")}},
        "Template": {"$className": "Script", "$properties": {"Source": SAY.format(name="Template")}},
    },
    "StarterGui": {
        "Hud": {"$className": "ScreenGui", "$properties": {"ResetOnSpawn": False}},
        "Reset": {"$className": "ScreenGui", "Screen": {"$path": "Screen.client.luau"}},
    },
    "StarterPlayer": {
        "StarterPlayerScripts": {"Own": {"$path": "Own.client.luau"}},
        "StarterCharacterScripts": {"Body": {"$path": "Body.client.luau"}},
    },
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return place(tmp_path_factory.mktemp("players"), TREE, **FILES)


@pytest.fixture
def here(built: Path) -> Iterator[Servers]:
    with servers(built) as found:
        yield found


def test_a_client_runs_its_copies_of_the_starter_scripts(here: Servers) -> None:
    """ReplicatedFirst, PlayerScripts, client Scripts; then, with the character, PlayerGui and the character's."""
    here.join("Siti", 1)
    assert here.printed("Siti") == [
        "First ran in ReplicatedFirst",
        "Runs ran in ReplicatedStorage",
        "Own ran in PlayerScripts",
        "Screen ran in ScreenGui",
        "Body ran in Model",
    ]


def test_a_legacy_script_runs_only_in_workspace_and_server_script_service(here: Servers) -> None:
    assert not any("Legacy" in line for line in here.printed())
    here.run("game:GetService('ReplicatedStorage').Template:Clone().Parent = workspace")
    assert here.printed() == ["Template ran in Workspace"]


def test_a_disabled_script_does_not_run(here: Servers) -> None:
    source = """
        local script = game:GetService("ReplicatedStorage").Template:Clone()
        script.Enabled = false
        script.Parent = workspace
        return script.Disabled
    """
    assert here.run(source) == [True]
    assert here.printed() == []


def test_a_player_who_joins_before_the_scripts_run_is_there_already(built: Path) -> None:
    with servers(built, boots=False) as here:
        here.join("Siti", 1)
        here.ask("boot")
        assert here.printed() == ["Siti was here before"]


def test_a_character_comes_after_the_player(here: Servers) -> None:
    here.join("Siti", 1)
    assert here.printed() == ["Siti has Model Siti"]
    source = """
        local player = game:GetService("Players").Siti
        local character = player.Character
        return character.Parent.Name, character.PrimaryPart.Name, character.Humanoid.Health,
            game:GetService("Players"):GetPlayerFromCharacter(character) == player
    """
    assert here.run(source) == ["Workspace", "HumanoidRootPart", 100, True]
    assert here.run(source, "Siti") == ["Workspace", "HumanoidRootPart", 100, True]


def test_other_clients_see_a_character_and_its_player(here: Servers) -> None:
    here.join("Siti", 1)
    here.join("Budi", 2)
    source = "return workspace.%s:IsA('Model'), game:GetService('Players').%s.Character == workspace.%s"
    assert here.run(source % (("Siti",) * 3), "Budi") == [True, True]
    assert here.run(source % (("Budi",) * 3), "Siti") == [True, True]


def test_who_dies_comes_back_after_the_respawn_time(here: Servers) -> None:
    here.join("Siti", 1)
    source = """
        local player = game:GetService("Players").Siti
        local humanoid, died = player.Character.Humanoid, 0
        humanoid.Died:Connect(function() died += 1 end)
        humanoid:TakeDamage(60)
        humanoid:TakeDamage(60)
        humanoid.Health = 0
        task.wait(4.9)
        local before = player.Character.Humanoid
        task.wait(0.2)
        return died, humanoid == before, player.Character.Humanoid == before, player.Character.Humanoid.Health
    """
    assert here.run(source, seconds=10) == [1, True, False, 100]
    assert here.printed() == ["Siti has Model Siti", "Siti goes", "Siti has Model Siti"]


def test_screens_that_reset_come_anew_with_a_character(here: Servers) -> None:
    here.join("Siti", 1)
    source = (
        "local gui = game:GetService('Players').LocalPlayer.PlayerGui shared.hud, shared.reset = gui.Hud, gui.Reset"
    )
    here.run(source, "Siti")
    here.run("game:GetService('Players').Siti:LoadCharacterAsync()")
    after = """
        local gui = game:GetService("Players").LocalPlayer.PlayerGui
        return gui.Hud == shared.hud, gui.Reset == shared.reset, shared.reset.Parent == nil, #gui:GetChildren()
    """
    assert here.run(after, "Siti") == [True, False, True, 2]
    assert here.printed("Siti").count("Screen ran in ScreenGui") == 2


def test_without_character_auto_loads_none_comes(built: Path) -> None:
    with servers(built) as here:
        here.run("game:GetService('Players').CharacterAutoLoads = false")
        here.join("Siti", 1)
        assert here.run("return game:GetService('Players').Siti.Character == nil") == [True]
        here.run("game:GetService('Players').Siti:LoadCharacterAsync()")
        assert here.run("return game:GetService('Players').Siti.Character ~= nil") == [True]


def test_a_leaving_player_is_told_of_before_they_are_gone(here: Servers) -> None:
    """PlayerRemoving, then the character, then the Player; connections to the Player end with it."""
    here.join("Siti", 1)
    here.run("shared.player = game:GetService('Players').Siti")
    here.ask("leave", name="Siti")
    here.ask("settle")
    assert here.printed() == ["Siti has Model Siti", "Siti leaves, still in Players", "Siti goes"]
    source = "return shared.player.Parent == nil, shared.player.UserId, workspace:FindFirstChild('Siti') == nil"
    assert here.run(source) == [True, 1, True]


def test_a_kick_has_a_message_and_the_player_leaves(here: Servers) -> None:
    here.join("Siti", 1)
    here.run("game:GetService('Players').Siti:Kick('go away')")
    here.ask("advance", seconds=1)
    assert [fact.get("text") for fact in here.session.facts if fact.kind == "kick"] == ["go away"]
    assert here.run("return #game:GetService('Players'):GetPlayers()") == [0]


def test_what_a_client_does_to_the_game_stays_there(here: Servers) -> None:
    here.join("Siti", 1)
    here.run("local part = Instance.new('Part') part.Name = 'Mine' part.Parent = workspace", "Siti")
    here.run("workspace.Mine:SetAttribute('A', 1) game:GetService('Players').LocalPlayer.Character.Name = 'X'", "Siti")
    assert here.run("return workspace:FindFirstChild('Mine') == nil, workspace.Siti.Name") == [True, "Siti"]


def test_references_lead_to_a_side_s_own_instances(here: Servers) -> None:
    here.join("Siti", 1)
    make = """
        local value = Instance.new("ObjectValue")
        value.Name = "Link"
        value.Value = workspace.Siti
        value.Parent = game:GetService("ReplicatedStorage")
    """
    here.run(make)
    assert here.run("return game:GetService('ReplicatedStorage').Link.Value == workspace.Siti", "Siti") == [True]
    here.run("local secret = Instance.new('Folder') game:GetService('ReplicatedStorage').Link.Value = secret")
    assert here.run("return game:GetService('ReplicatedStorage').Link.Value == nil", "Siti") == [True]
