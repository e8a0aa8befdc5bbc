"""The module contract: whatever a hand-written module returns, the others start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.luau.test_kernel import module, worker
from tests.support.games import game
from tests.support.servers import servers

pytestmark = pytest.mark.tools

FIELDS = (
    *("init", "ready", "teardown", "hotReload", "api", "config", "state", "workers", "handlers", "events"),
    *("sends", "publishes", "catalogues", "packages", "contracts", "kept"),
)
PARTS = ("events", "listens", "bus", "every", "player_added", "player_removing", "character_added")
MANIFEST = ("name", "version", "domain", "log", "depends", "uses", "entry", "hash", "schema")
STRICT = 'setmetatable({}, { __index = function(_, key) error("no " .. tostring(key)) end })'
VALUES = (
    *("5", '"text"', "true", "{}", "{ 5 }", "{ x = 5 }", '{ "x" }', '{ x = "y" }', "print"),
    *("{ x = {} }", "function() error('boom') end", "{ new = 5 }", "{ new = function() error('boom') end }"),
    *("{ new = function() return 5 end }", "function() task.wait(1e6) end", "{ new = function() task.wait(1e6) end }"),
    *("{ state = 5 }", "{ interval = 1 }", "{ { interval = 0/0, handle = print } }", "{ x = { handle = print } }"),
    STRICT,
    "function() error(setmetatable({}, { __tostring = function() error('boom') end })) end",
    "function() error() end",
    "coroutine.create(print)",
    "game",
    "{ [{}] = 1, [game] = 2 }",
)
NAMES = [
    "Strict",
    *(f"Field{number}" for number in range(len(FIELDS))),
    *(f"Part{number}" for number in range(len(PARTS))),
    *(f"Manifest{number}" for number in range(len(MANIFEST))),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {"specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 1 s }\n"}
    for name in (*NAMES, "Zuletzt"):
        files |= module(name, "lifecycle: { init: Logic.start }\n")
        files |= worker(name, "function Logic.start(_context: Types.Context)\nend")
    return game(tmp_path_factory.mktemp("contract"), files).place


@pytest.mark.parametrize("value", VALUES)
def test_whatever_a_module_returns_the_others_start(built: Path, value: str) -> None:
    """And go on: a player comes and leaves, everything stops."""
    with servers(built, boots=False) as found:
        where = "ServerScriptService.Server.OVHL_Modules"
        for number, field in enumerate(FIELDS):
            found.ask("edit", path=f"{where}.Field{number}", source=f"return {{ {field} = {value} }}")
        for number, part in enumerate(PARTS):
            source = f"return {{ handlers = {{ {part} = {value} }} }}"
            found.ask("edit", path=f"{where}.Part{number}", source=source)
        found.ask("edit", path=f"{where}.Strict", source=f"return {STRICT}")
        for number, field in enumerate(MANIFEST):
            path = f"{where}.Manifest{number}.manifest"
            found.ask("edit", path=path, source=f'return {{ name = "Manifest{number}", {field} = {value} }}')
        found.ask("boot")
        found.ask("advance", seconds=120)
        found.join("Siti", 1)
        found.ask("advance", seconds=10)
        found.ask("leave", name="Siti")
        found.ask("advance", seconds=5)
        source = """
            local Shared = game:GetService("ReplicatedStorage").Shared
            local ServiceManager = require(Shared.Kernel.ServiceManager)
            local isReady = ServiceManager:GetRecord("Zuletzt").state == "ready"
            local before = 0
            for _, record in require(Shared.Kernel.Bootstrapper):Records() do
                before += if record.state == "ready" or record.state == "disabled" then 1 else 0
                if record.state == "ready" then
                    ServiceManager:Reload(record.name)
                end
            end
            ServiceManager:StopAll()
            return game:GetService("ReplicatedStorage"):GetAttribute("CoreReady"), isReady, before
        """
        assert found.run(source, seconds=300) == [True, True, len(NAMES) + 1]
