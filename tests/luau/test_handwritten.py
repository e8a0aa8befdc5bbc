"""Modules that nobody generated: both spellings of the contract, and Core OS' pair of `manifest` and Handler."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.simulator.place import build_place
from tests.luau.test_kernel import module, worker
from tests.support.games import game
from tests.support.servers import Servers, servers

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 1 s }\n",
    # Core OS 18, and 5.
    "hand/TestOrder/manifest.lua": """
        return {
          name = "TestOrder",
          version = "0.1",
          depends = {"Spec"},
          entry = "Server/Modules/TestOrder/Handler.lua",
          schema = {
            enabled = {type="boolean", default=true},
            spawn_rate = {type="number", default=1.0}
          }
        }
    """,
    "hand/TestOrder/Handler.lua": """
        return {
          init = function(context)
            print("init", context.Config.spawn_rate, context.Spec:Say(), context.ServiceManager ~= nil)
          end,
          teardown = function(context)
            print("teardown", context.Config.enabled)
          end,
        }
    """,
    "hand/Methods/manifest.lua": 'return { name = "Methods" }',
    "hand/Methods/init.lua": """
        local Methods = { count = 0 }
        function Methods:Init(context)
          self.count = self.count + 1
          print("Init", self.count, context.Logger ~= nil)
        end
        function Methods:HotReload(context)
          print("HotReload", self.count, context.Logger ~= nil)
        end
        function Methods:Teardown()
          print("Teardown", self.count)
        end
        function Methods:Double(number)
          return number * 2 + self.count
        end
        return Methods
    """,
    **module("Spec", "api: { Say: { returns: string, worker: Logic.say } }\n"),
    **worker("Spec", 'function Logic.say(_context: Types.Context): string\n\treturn "said"\nend'),
}
HEAD = """
local ServiceManager = require(game:GetService("ReplicatedStorage").Shared.Kernel.ServiceManager)
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Servers]:
    place = game(tmp_path, FILES).place
    project = tmp_path / "out/default.project.json"
    tree = json.loads(project.read_text("utf-8"))
    modules = tree["tree"]["ServerScriptService"]["Server"]["OVHL_Modules"]
    modules |= {name: {"$path": f"../hand/{name}"} for name in ("TestOrder", "Methods")}
    project.write_text(json.dumps(tree), "utf-8")
    build_place(tmp_path, place)
    with servers(place) as found:
        found.ask("advance", seconds=1)
        yield found


def said(of: Servers) -> list[str]:
    words = ("init", "teardown", "Init", "HotReload", "Teardown")
    return [line for line in of.printed() if line.startswith(words)]


def test_both_spellings_start_and_stop(here: Servers) -> None:
    assert said(here) == ["Init 1 true", "init 1 said true"]
    here.run(HEAD + "ServiceManager:StopAll()")
    assert said(here)[2:] == ["teardown true", "Teardown 1"]


def test_a_hand_written_module_may_have_methods(here: Servers) -> None:
    assert here.run(HEAD + 'return ServiceManager:Get("Methods"):Double(4)') == [9]
    said = here.run(
        HEAD + 'local ok, said = pcall(function() return ServiceManager:Get("Methods"):Nothing() end) return ok, said'
    )
    assert said[0] is False
    assert "Methods has no method Nothing" in said[1]


def test_the_services_of_phase_1_have_names(here: Servers) -> None:
    source = """
        local Kernel = require(game:GetService("ServerScriptService").Server.Core.Kernel)
        local found = {}
        for _, name in { "Config", "Logger", "ServiceManager", "RemoteWrapper", "SystemMonitor" } do
            table.insert(found, type(Kernel:GetModule(name)))
        end
        return found
    """
    assert here.run(source) == [["table"] * 5]


def test_both_spellings_reload(here: Servers) -> None:
    """A fresh table each time: its count begins anew."""
    answer = here.run(
        HEAD + 'return ServiceManager:Reload("Methods").success, ServiceManager:Reload("TestOrder").success'
    )
    assert answer == [True, True]
    assert said(here)[2:] == ["Teardown 1", "HotReload 0 true", "teardown true", "init 1 said true"]


def test_characters_that_are_there_are_met_too(tmp_path: Path) -> None:
    """Of a player who was there before the module was ready, and after a reload."""
    files = {
        **module("Greeter", "lifecycle: { character_added: Logic.met }\n"),
        **worker(
            "Greeter",
            "function Logic.met(_context: Types.Context, player: Player, character: Model)\n"
            '\tprint("met", player.Name, character.Parent == workspace)\nend',
        ),
    }
    with servers(game(tmp_path, files).place) as found:
        found.ask("advance", seconds=1)
        found.join("Siti", 1)
        found.ask("advance", seconds=1)
        assert [line for line in found.printed() if line.startswith("met")] == ["met Siti true"]
        found.run(HEAD + 'ServiceManager:Reload("Greeter")', seconds=1)
        assert [line for line in found.printed() if line.startswith("met")] == ["met Siti true"] * 2


def test_a_module_with_a_very_long_name_may_fail(tmp_path: Path) -> None:
    """Its failures are counted under as much of the name as a metric may have."""
    name = "Long" + "g" * 46
    files = {
        **module(name, "lifecycle: { ready: Logic.start }\n"),
        **worker(name, 'function Logic.start(_context: Types.Context)\n\terror("boom")\nend'),
    }
    with servers(game(tmp_path, files).place, boots=False) as found:
        longer = f"{name}{'g' * 60}"
        where = f"ServerScriptService.Server.OVHL_Modules.{name}"
        found.ask("edit", path=f"{where}.manifest", source=f'return {{ name = "{longer}" }}')
        source = f'game:GetService("ServerScriptService").Server.OVHL_Modules.{name}.Name = "{longer}"'
        found.ask("run", side="server", source=source)
        found.ask("boot")
        found.ask("advance", seconds=1)
        state = found.run(HEAD + f'return ServiceManager:GetRecord("{longer}").state')
        assert state == ["ready"], "one failure is no failing"
        assert found.run(HEAD + 'return game:GetService("ReplicatedStorage"):GetAttribute("CoreReady")') == [True]


def test_only_a_connection_is_taken_for_one(here: Servers) -> None:
    source = (
        HEAD
        + """
        local context = ServiceManager:GetRecord("Spec").context
        local ok, said = pcall(function() context.Connections:Add({}) end)
        return ok, said
    """
    )
    ok, said = here.run(source)
    assert ok is False
    assert "a connection expected, got table" in said
    assert here.run(HEAD + 'return ServiceManager:Reload("Spec", { force = true }).success') == [True]


def test_who_left_leaves_no_connection_behind(tmp_path: Path) -> None:
    files = {
        **module("Greeter", "lifecycle: { character_added: Logic.met }\n"),
        **worker("Greeter", "function Logic.met(_context: Types.Context, _player: Player, _character: Model)\nend"),
    }
    count = HEAD + 'return #ServiceManager:GetRecord("Greeter").connections'
    with servers(game(tmp_path, files).place) as found:
        found.ask("advance", seconds=1)
        before = found.run(count)
        for number in range(1, 6):
            found.join("Siti", number)
            found.ask("leave", name="Siti")
            found.ask("advance", seconds=1)
        assert found.run(count) == before


def test_what_a_failed_init_connected_ends(tmp_path: Path) -> None:
    files = {
        **module("Fails", "lifecycle: { init: Logic.start }\n"),
        **worker(
            "Fails",
            "function Logic.start(context: Types.Context)\n"
            '\tcontext.Connections:Add(workspace.AttributeChanged:Connect(function() print("heard") end))\n'
            '\terror("boom")\nend',
        ),
    }
    with servers(game(tmp_path, files).place) as found:
        found.ask("advance", seconds=1)
        found.run('workspace:SetAttribute("A", 1)')
        assert "heard" not in found.printed()


@pytest.mark.parametrize("hook", ["ready", "teardown"])
def test_what_fails_is_logged_with_its_traceback(tmp_path: Path, hook: str) -> None:
    files = {
        **module("Fails", f"lifecycle: {{ {hook}: Logic.fail }}\n"),
        **worker("Fails", 'function Logic.fail(_context: Types.Context)\n\terror("boom")\nend'),
    }
    with servers(game(tmp_path, files).place) as found:
        found.ask("advance", seconds=1)
        found.run(HEAD + "ServiceManager:StopAll()", seconds=1)
        data = [fact.get("data") for fact in found.session.facts if fact.kind == "log" and fact.get("word") == "ERROR"]
        assert len(data) == 1
        assert "Fails.Logic" in data[0]["trace"]
        assert "fail" in data[0]["trace"]
