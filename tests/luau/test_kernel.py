"""The kernel: isolation of failing modules, order, facades, players, intervals."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.games import Game, Played, errors, game, printed, probe

pytestmark = pytest.mark.tools


def module(name: str, body: str = "", *, realm: str = "server", domain: str = "OVHL_Modules") -> dict[str, str]:
    text = f"module: {name}\nrealm: {realm}\ndomain: {domain}\n{body}"
    return {f"specs/modules/{name}/module.yaml": text}


def worker(name: str, body: str) -> dict[str, str]:
    head = "--!strict\nlocal Types = require(script.Parent.Types)\n\nlocal Logic = {}\n"
    return {f"specs/modules/{name}/Logic.luau": f"{head}\n{body}\n\nreturn Logic\n"}


START = "lifecycle: { init: Logic.start }\n"
FAILING = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 2 s }\nlogging: { level: DEBUG }\n",
    **module("Loads", START),
    **worker("Loads", 'function Logic.start(_context: Types.Context) end\n\nerror("at load")'),
    **module("Hangs", START),
    "specs/modules/Hangs/Logic.luau": "task.wait(1e6)\n\nreturn { start = print }\n",
    **module("Nothing", START),
    "specs/modules/Nothing/Logic.luau": "local function make()\n\treturn 5\nend\n\nreturn make()\n",
    **module("Breaks", START),
    **worker("Breaks", "function Logic.start(_context: Types.Context)\n\terror({ not_text = true })\nend"),
    **module("Waits", "lifecycle: { init: Logic.start, every: [{ interval: 1 s, worker: Logic.tick }] }\n"),
    **worker(
        "Waits",
        'function Logic.start(_context: Types.Context)\n\ttask.wait(5)\n\tprint("never")\nend\n\n'
        'function Logic.tick(_context: Types.Context)\n\tprint("never")\nend',
    ),
    **module("Off", "config: { enabled: { type: boolean, default: false } }\n" + START),
    **worker("Off", 'function Logic.start(_context: Types.Context)\n\tprint("never")\nend'),
    **module("NeedsBroken", "depends: [Breaks]\nworkers: []\n"),
    **module("NeedsThat", "depends: [NeedsBroken]\nworkers: []\n"),
    **module("UsesBroken", "uses: [Breaks]\n" + START),
    **worker("UsesBroken", 'function Logic.start(context: Types.Context)\n\tprint("uses", context.Breaks)\nend'),
    **module("Slow", START),
    **worker("Slow", 'function Logic.start(_context: Types.Context)\n\ttask.wait(1)\n\tprint("slow is done")\nend'),
    **module("Fine", "depends: [Slow]\n" + START),
    **worker("Fine", 'function Logic.start(_context: Types.Context)\n\tprint("fine")\nend'),
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return game(tmp_path_factory.mktemp("failing"), FAILING).play(players=(), seconds=30)


def disabled(outcome: Played) -> dict[str, str]:
    found = (re.search(r"\[Kernel\] (\w+): disabled\((\w+)\)", text) for text in outcome.texts("server"))
    return {match.group(1): match.group(2) for match in found if match}


def test_each_failure_disables_its_module_and_its_dependents_only(failing: Played) -> None:
    """Errors and time-outs of load and init, a switch that is off, what depends on them: one code each."""
    assert disabled(failing) == {
        "Loads": "KERNEL_LOAD",
        "Hangs": "KERNEL_LOAD",
        "Nothing": "KERNEL_LOAD",
        "Breaks": "KERNEL_INIT",
        "Waits": "KERNEL_TIMEOUT",
        "Off": "KERNEL_OFF",
        "NeedsBroken": "KERNEL_DEPENDENCY",
        "NeedsThat": "KERNEL_DEPENDENCY",
    }
    assert failing.core_ready


def test_the_others_start_in_order(failing: Played) -> None:
    """`uses` doesn't disable; init is awaited, one after the other."""
    lines = [line for line in printed(failing, since=0) if not line.startswith(("PHASE", "└"))]
    assert lines == ["slow is done", "fine", "uses nil"]


def test_a_cancelled_init_never_goes_on(failing: Played) -> None:
    """Its thread is gone and its intervals never ran."""
    assert not any("never" in text for text in failing.texts("server"))


def test_failures_are_logged_with_traceback(failing: Played) -> None:
    """An init's error with message and trace; a load's as Roblox reports it, at the worker's own line."""
    texts = failing.texts("server")
    at = next(index for index, text in enumerate(texts) if "Breaks: disabled" in text)
    assert "Breaks.Logic" in texts[at + 1]
    assert "server: ServerScriptService.Server.OVHL_Modules.Loads.Logic:8: at load" in errors(failing)


def test_each_transition_is_one_record(failing: Played) -> None:
    """discovered → registered → initialising → ready, in the log at DEBUG."""
    said = [text.split("Fine: ")[1] for text in failing.texts("server") if "[Kernel] Fine: " in text]
    assert said == ["discovered", "registered", "initialising", "ready"]


PARTY = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nlogging: { level: DEBUG }\n",
    "specs/config.yaml": "fields:\n  pace: { type: number(1..60), default: 3 }\n",
    **module("Bank", "api: { Add: { args: { a: f64, b: f64 }, returns: f64, worker: Logic.add } }\n"),
    **worker("Bank", "function Logic.add(_context: Types.Context, a: number, b: number): number\n\treturn a + b\nend"),
    **module(
        "Shop",
        "depends: [Bank]\nstate: { seen: { type: u8, default: 0, per_player: true } }\n"
        "bus: { publishes: { Sold: { n: u8 } }, subscribes: { CoreReady: Logic.core, Sold: Logic.sold } }\n"
        "api: { Sell: { args: { n: u8 }, worker: Logic.sell } }\n"
        "lifecycle:\n  init: Logic.start\n  ready: Logic.ready\n  player_added: Logic.added\n"
        "  player_removing: Logic.removing\n  every:\n    - { interval: 2 s, worker: Logic.tick }\n"
        '    - { interval: "@config.pace", worker: Logic.pace }\n',
    ),
    **worker(
        "Shop",
        """
function Logic.start(context: Types.Context)
	print("start", context.Bank:Add(1, 2))
end

function Logic.ready(_context: Types.Context)
	print("ready")
end

function Logic.core(_context: Types.Context)
	print("core")
end

function Logic.added(context: Types.Context, player: Player)
	context.PlayerState[player].seen += 1
	print("added", player.Name, context.PlayerState[player].seen)
end

function Logic.removing(context: Types.Context, player: Player)
	print("removing", player.Name, context.PlayerState[player].seen)
	task.defer(function()
		print("dropped", context.PlayerState[player] == nil)
	end)
end

function Logic.tick(_context: Types.Context)
	print("tick")
	task.wait(1)
	error("a tick that fails")
end

function Logic.pace(_context: Types.Context)
	print("pace")
end

function Logic.sell(context: Types.Context, n: number)
	context.Bus.Sold:Publish({ n = n })
end

function Logic.sold(_context: Types.Context, payload: Types.Sold)
	print("sold", payload.n)
	if payload.n == 9 then
		error("a subscriber that fails")
	end
end""",
    ),
}


@pytest.fixture(scope="module")
def party(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("party"), PARTY)


def lines(outcome: Played, since: float = 0) -> list[str]:
    skipped = ("PHASE", "└", "tick", "pace")
    return [line for line in printed(outcome, since=since) if not line.startswith(skipped)]


def test_hooks_in_their_order(party: Game) -> None:
    """init, then ready when all are, then CoreReady on the bus, then each player once."""
    outcome = party.play(players=("Siti", "Budi"), seconds=3)
    assert lines(outcome) == ["start 3", "ready", "core", "added Siti 1", "added Budi 1"]


def test_players_leave(party: Game) -> None:
    """player_removing runs once, before the player's state is dropped."""
    outcome = party.play(probe("Players.Siti:Kick()", at=2), players=("Siti",), seconds=3)
    assert lines(outcome, 2) == ["removing Siti 1", "dropped true"]


def test_intervals(party: Game) -> None:
    """First after one interval, never overlapping, an error doesn't end them; a config field may say how often."""
    outcome = party.play(players=(), seconds=10)
    ticks = [(line.text, round(line.t, 1)) for line in outcome.lines if line.text in ("tick", "pace")]
    assert [at for text, at in ticks if text == "tick"] == [2, 5, 8]
    assert [at for text, at in ticks if text == "pace"] == [3, 6, 9]
    assert sum("Shop: every failed" in text for text in outcome.texts("server")) == 3


def test_bus_errors_stay_with_their_subscriber(party: Game) -> None:
    outcome = party.play(probe('Kernel:GetModule("Shop"):Sell(9) print("went on")'), players=())
    assert lines(outcome, 1) == ["sold 9", "went on"]
    assert any("Shop: Sold failed" in text for text in outcome.texts("server"))
    assert errors(outcome) == []


def test_get_module(party: Game) -> None:
    """A facade that is the same each time; unknown names warn; the documents' names answer."""
    outcome = party.play(
        probe(
            """
            print(Kernel:GetModule("Bank"):Add(2, 3), Kernel:GetModule("Bank") == Kernel:GetModule("Bank"))
            print(Kernel:GetModule("Nope"), Kernel:GetModule("DataModule"))
            print(Kernel:GetModule("RemoteWrapper") ~= nil)
            print(pcall(function() return Kernel:GetModule("Bank"):Nothing() end))
            print(pcall(function() return Kernel:GetModule("Bank"):manifest() end))
            """
        ),
        players=(),
    )
    said = lines(outcome, 1)
    assert said[:3] == ["5 true", "nil nil", "true"]
    assert said[3].endswith("Bank has no method Nothing")
    assert said[4].endswith("Bank has no method manifest")
    warned = [text.split("] ")[1] for text in outcome.texts("server") if "Module not found" in text]
    assert warned == ["Module not found: Nope", "Module not found: DataModule"]


def test_get_module_too_early_and_undeclared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before phase 3 it raises; from a module that doesn't declare it, it warns once."""
    # The checks refuse a plain require in a worker; whoever goes round them meets the kernel.
    ask = """
local function ask()
	local name, load = "ReplicatedStorage", require
	return load((game:GetService(name) :: any).Shared.Kernel):GetModule("Bank")
end

print(pcall(ask))

function Logic.start(_context: Types.Context)
	print(ask() ~= nil, ask() ~= nil)
end"""
    files = {
        **module("Bank", "workers: []\n"),
        **module("Asker", "lifecycle: { init: Logic.start }\n"),
        **worker("Asker", ask.strip()),
    }
    outcome = game(tmp_path_factory.mktemp("early"), files).play(players=(), seconds=1)
    said = [line for line in printed(outcome, since=0) if line.startswith(("true", "false"))]
    assert said[0].startswith("false")
    assert 'KERNEL_NOT_READY: GetModule("Bank") before phase 3' in said[0]
    assert said[1] == "true true"
    assert sum("KERNEL_UNDECLARED: Asker asks for Bank" in text for text in outcome.texts("server")) == 1


def test_calling_a_module_that_is_not_ready_raises(tmp_path_factory: pytest.TempPathFactory) -> None:
    """KERNEL_NOT_READY, with the module's state; `uses` are nil instead."""
    files = {
        **module("Broken", "api: { Add: { worker: Logic.add } }\nlifecycle: { init: Logic.add }\n"),
        **worker("Broken", 'function Logic.add(_context: Types.Context)\n\terror("broken")\nend'),
        **module("User", "uses: [Broken]\nlifecycle: { ready: Logic.ready }\n"),
        **worker("User", 'function Logic.ready(context: Types.Context)\n\tprint("uses", context.Broken)\nend'),
    }
    outcome = game(tmp_path_factory.mktemp("notready"), files).play(
        probe('print(pcall(function() return Kernel:GetModule("Broken"):Add() end))'), players=()
    )
    assert printed(outcome)[0].endswith("KERNEL_NOT_READY: Broken:Add was called while the module is disabled")
    assert "uses nil" in printed(outcome, since=0)


GRAPHS = [
    # names: (rank, depends, uses) → order, cycles, missing, dropped
    ({"B": (1, [], []), "A": (1, [], []), "C": (2, [], [])}, ["A", "B", "C"], {}, {}, []),
    ({"A": (2, [], []), "Z": (1, [], [])}, ["Z", "A"], {}, {}, []),
    ({"A": (1, ["Z"], []), "M": (1, [], []), "Z": (1, [], [])}, ["M", "Z", "A"], {}, {}, []),
    ({"A": (1, ["B"], []), "B": (1, ["A"], []), "C": (1, ["A"], [])}, [], {"A": "A B A", "B": "A B A"}, {"C": "A"}, []),
    ({"A": (1, ["A"], []), "B": (1, [], [])}, ["B"], {"A": "A A"}, {}, []),
    ({"A": (1, ["X"], []), "B": (1, ["A"], []), "C": (1, [], ["A"])}, ["C"], {}, {"A": "X", "B": "A"}, []),
    ({"A": (1, [], ["B"]), "B": (1, [], ["A"])}, ["B", "A"], {}, {}, ["B A"]),
    ({"A": (1, [], ["B"]), "B": (1, [], [])}, ["B", "A"], {}, {}, []),
    ({"A": (1, [], ["B"]), "B": (1, ["A"], [])}, ["A", "B"], {}, {}, ["A B"]),
    (
        {"A": (1, ["B"], []), "B": (1, ["C"], []), "C": (1, ["A", "B"], [])},
        [],
        {"A": "A B C A", "B": "A B C A", "C": "A B C A"},
        {},
        [],
    ),
    # Many at once, by rank and then in byte order.
    (
        {f"M{number * 7 % 40:02}": (1 + number % 2, [], []) for number in range(40)},
        sorted((f"M{number * 7 % 40:02}" for number in range(40)), key=lambda name: (int(name[1:]) % 2, name)),
        {},
        {},
        [],
    ),
]  # fmt: skip


def test_the_graph(party: Game) -> None:
    """Order, shortest cycle through its least name, missing dependencies, `uses` edges dropped last first."""
    source = """
    local HttpService = game:GetService("HttpService")
    local Graph = require(Shared.Kernel.DependencyGraph)
    local function text(list)
        return table.concat(list, " ")
    end
    local function pairsOf(map, of)
        local found = {}
        for name, value in map do
            table.insert(found, name .. "=" .. of(value))
        end
        table.sort(found)
        return table.concat(found, ",")
    end
    for _, nodes in HttpService:JSONDecode([==[%s]==]) do
        local plan = Graph.plan(nodes)
        local dropped = {}
        for _, edge in plan.dropped do
            table.insert(dropped, edge.from .. " " .. edge.to)
        end
        print(table.concat({
            text(plan.order), pairsOf(plan.cycles, text), pairsOf(plan.missing, tostring), table.concat(dropped, ","),
        }, "|"))
    end
    """
    given = [
        {
            name: {"name": name, "rank": rank, "depends": depends, "uses": uses}
            for name, (rank, depends, uses) in nodes.items()
        }
        for nodes, *_ in GRAPHS
    ]
    outcome = party.play(probe(source % json.dumps(given)), players=())
    assert errors(outcome) == []
    wanted = [
        "|".join(
            [
                " ".join(order),
                ",".join(f"{name}={path}" for name, path in cycles.items()),
                ",".join(f"{name}={what}" for name, what in missing.items()),
                ",".join(dropped),
            ]
        )
        for _, order, cycles, missing, dropped in GRAPHS
    ]
    assert [line for line in printed(outcome) if "|" in line] == wanted
