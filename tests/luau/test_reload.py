"""Hot reload: what is refused, what survives, what comes back when the new code fails, and what waits meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.luau.test_kernel import module, worker
from tests.support.games import game
from tests.support.servers import Servers, servers

pytestmark = pytest.mark.tools

HEAD = """
local Shared = game:GetService("ReplicatedStorage").Shared
local ServiceManager = require(Shared.Kernel.ServiceManager)
local Bus = require(Shared.Kernel.Bus)
local function record(name) return ServiceManager:GetRecord(name) end
local function reload(name, force)
    local found = ServiceManager:Reload(name, { force = force })
    return found.success, found.code, table.concat(found.messages, ", ")
end
"""
WHERE = "ServerScriptService.Server.OVHL_Modules"

COUNTER = """
function Logic.start(context: Types.Context)
	context.State.starts += 1
	print("start", context.State.starts, context.State.kept, context.State.dropped)
end

function Logic.stop(_context: Types.Context)
	print("stop")
end

function Logic.added(context: Types.Context, player: Player)
	print("added", player.Name, context.PlayerState[player].points, context.PlayerState[player].lost)
end

function Logic.tick(_context: Types.Context)
	print("tick")
end

function Logic.hit(context: Types.Context, player: Player, payload: Types.HitPayload)
	context.PlayerState[player].points += payload.by
	context.State.kept += payload.by
	print("hit", payload.by)
end

function Logic.heard(_context: Types.Context)
	print("heard")
end"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 2 s }\nlogging: { level: DEBUG }\n",
    **module(
        "Counter",
        "state:\n"
        "  starts: { type: u32, default: 0 }\n"
        "  kept: { type: u32, default: 5, keep: true }\n"
        "  dropped: { type: u32, default: 7 }\n"
        "  points: { type: u32, default: 0, per_player: true, keep: true }\n"
        "  lost: { type: u32, default: 3, per_player: true }\n"
        "events:\n  Hit: { from: client, payload: { by: u8 }, rate: 1000/s burst 1000, worker: Logic.hit }\n"
        "bus: { publishes: { Rang: {} }, subscribes: { Rang: Logic.heard } }\n"
        "lifecycle:\n  init: Logic.start\n  teardown: Logic.stop\n  player_added: Logic.added\n"
        "  every: [{ interval: 10 s, worker: Logic.tick }]\n",
    ),
    **worker("Counter", COUNTER),
    **module("Needs", "depends: [Counter]\nlifecycle: { init: Logic.start, teardown: Logic.stop }\n"),
    **worker(
        "Needs",
        'function Logic.start(_context: Types.Context)\n\tprint("needs start")\nend\n\n'
        'function Logic.stop(_context: Types.Context)\n\tprint("needs stop")\nend',
    ),
}
ALONE = {key: text for key, text in FILES.items() if "/Needs/" not in key}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return game(tmp_path_factory.mktemp("alone"), ALONE).place


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return game(tmp_path_factory.mktemp("both"), FILES).place


class Running(Servers):
    def ask_for(self, source: str, seconds: float = 3) -> list[Any]:
        return self.run(HEAD + source, seconds=seconds)

    def reload(self, name: str = "Counter", *, force: bool = False, seconds: float = 3) -> list[Any]:
        """Success, code, messages."""
        found = self.ask_for(f"return reload('{name}', {str(force).lower()})", seconds)
        return [*found, *[None] * (3 - len(found))]

    def said(self) -> list[str]:
        """What workers printed so far."""
        words = ("start", "stop", "added", "tick", "hit", "heard", "needs", "new", "boom")
        return [line for line in self.printed() if line.startswith(words)]

    def write(self, body: str, *, name: str = "Counter") -> None:
        [source] = worker(name, body).values()
        self.ask("edit", path=f"{WHERE}.{name}.Logic", source=source)

    def hit(self, by: int, player: str = "Siti") -> None:
        source = f"""
            local Shared = game:GetService("ReplicatedStorage").Shared
            require(Shared.Network).Client.remote("Counter.Hit"):Fire({{ by = {by} }})
        """
        self.ask("run", side=player, source=source)


def running(place: Path) -> Iterator[Running]:
    with servers(place) as found:
        found.ask("advance", seconds=1)
        found.join("Siti", 1)
        found.ask("advance", seconds=1)
        yield Running(found.session)


@pytest.fixture
def here(alone: Path) -> Iterator[Running]:
    yield from running(alone)


@pytest.fixture
def two(both: Path) -> Iterator[Running]:
    yield from running(both)


def test_state_that_is_kept_survives_and_the_rest_begins_anew(here: Running) -> None:
    here.hit(4)
    here.ask("settle")
    assert here.reload() == [True, None, "stopped, reloaded"]
    assert here.said() == ["start 1 5 7", "added Siti 0 3", "hit 4", "stop", "start 1 9 7", "added Siti 4 3"]
    assert here.ask_for("return record('Counter').state, record('Counter').context.State.kept") == ["ready", 9]


def test_new_code_runs_and_the_old_hooks_are_gone(here: Running) -> None:
    here.write(COUNTER.replace('"tick"', '"new tick"').replace('"heard"', '"new heard"').replace('"hit"', '"new hit"'))
    here.reload()
    before = len(here.said())
    here.hit(1)
    here.ask_for('Bus.publish("Rang", {})', seconds=10)
    assert sorted(here.said()[before:]) == ["new heard", "new hit 1", "new tick"]


def test_a_reload_tells_the_bus_and_the_log_with_both_hashes(here: Running) -> None:
    here.reload()
    [event] = [fact for fact in here.session.facts if fact.get("subject") == "ModuleReloaded"]
    data = event.get("data")
    assert data["name"] == "Counter"
    assert data["old_hash"] == data["new_hash"] != ""
    [line] = [fact for fact in here.session.facts if fact.kind == "log" and "Counter: reloaded" in fact.get("text")]
    assert line.get("data") == {"old": data["old_hash"], "new": data["new_hash"]}


def test_code_that_can_not_be_loaded_changes_nothing(here: Running) -> None:
    here.ask("edit", path=f"{WHERE}.Counter.Logic", source="error('boom at load')")
    number = here.ask("run", side="server", source=HEAD + "return reload('Counter')")
    here.ask("advance", seconds=3)
    [found] = [fact.get("data") for fact in here.session.facts if fact.get("id") == number]
    assert (found["1"], found["2"]) == (False, "KERNEL_LOAD")
    assert here.said() == ["start 1 5 7", "added Siti 0 3"], "nothing was torn down"
    here.hit(2)
    here.ask("settle")
    assert here.said()[-1] == "hit 2"


@pytest.mark.parametrize(
    ("body", "code"), [('\terror("boom")\n', "KERNEL_INIT"), ("\ttask.wait(100)\n", "KERNEL_TIMEOUT")]
)
def test_code_that_can_not_start_gives_way_to_the_old(here: Running, body: str, code: str) -> None:
    here.hit(4)
    here.ask("settle")
    bad = COUNTER.replace("\tcontext.State.starts += 1\n", f"\tcontext.State.kept = 1000\n{body}")
    here.write(bad)
    found = here.reload(seconds=10)
    assert found[:2] == [False, code]
    assert found[2].startswith("stopped, rolled back, ")
    assert [line for line in here.said() if line != "tick"] == [
        "start 1 5 7",
        "added Siti 0 3",
        "hit 4",
        "stop",
        "start 1 9 7",
        "added Siti 4 3",
    ]
    before = len(here.said())
    here.hit(1)
    here.ask("advance", seconds=10)
    assert here.said()[before:] == ["hit 1", "tick"], "each hook once"


def test_where_the_old_code_fails_too_the_module_is_disabled(here: Running) -> None:
    fails_twice = COUNTER.replace("\tcontext.State.starts += 1\n", '\tif shared.broken then error("boom") end\n')
    here.write(fails_twice)
    assert here.reload()[0] is True
    here.ask_for("shared.broken = true")
    number = here.ask("run", side="server", source=HEAD + "return reload('Counter')")
    here.ask("advance", seconds=3)
    [found] = [fact.get("data") for fact in here.session.facts if fact.get("id") == number]
    assert (found["1"], found["2"]) == (False, "KERNEL_INIT")
    assert here.ask_for("return record('Counter').state, record('Counter').code") == ["disabled", "KERNEL_INIT"]
    assert ("ModuleDisabled", "None") in here.seen("published")


def test_fields_that_no_longer_fit_are_dropped_with_a_warning(here: Running) -> None:
    here.hit(4)
    here.ask("settle")
    kept = f"{WHERE}.Counter.Kept"
    shapes = 'local Shapes = require(game:GetService("ReplicatedStorage").Shared.Kernel.Shapes)\n'
    here.ask("edit", path=kept, source=shapes + "return { state = { kept = Shapes.string(0, 5) } }")
    assert here.reload()[0] is True
    assert here.said()[-2:] == ["start 1 5 7", "added Siti 0 3"]
    warned = [fact.get("text") for fact in here.session.facts if fact.get("word") == "WARN"]
    assert [text for text in warned if "isn't kept over the reload" in text] == [
        "Counter: kept isn't kept over the reload: a string expected, got number",
        "Counter: points isn't kept over the reload: it isn't kept any more",
    ]


def test_dependents_refuse_a_reload_or_go_along(two: Running) -> None:
    refused = two.reload()
    assert refused == [False, "RELOAD_DEPENDENTS", "Needs need Counter"]
    assert two.reload(force=True) == [True, None, "stopped, reloaded, Needs"]
    order = [line for line in two.said() if not line.startswith(("added", "tick"))]
    assert order == ["start 1 5 7", "needs start", "needs stop", "stop", "start 1 5 7", "needs start"]
    assert two.reload("Needs")[0] is True


def test_what_can_not_be_reloaded_says_why(here: Running) -> None:
    assert here.reload("Nobody")[:2] == [False, "RELOAD_UNKNOWN"]
    slow = COUNTER.replace("\tcontext.State.starts += 1\n", "\ttask.wait(1)\n")
    here.write(slow)
    source = """
        local first, second
        task.spawn(function() first = ServiceManager:Reload("Counter") end)
        second = ServiceManager:Reload("Counter")
        task.wait(2)
        return first.success, second.success, second.code
    """
    assert here.ask_for(source, 5) == [True, False, "RELOAD_BUSY"]
    here.ask_for("ServiceManager:StopAll()")
    assert here.reload()[:2] == [False, "RELOAD_STATE"]


def test_a_reload_that_is_switched_off_is_refused(tmp_path: Path) -> None:
    head = FILES["specs/project.yaml"].replace("2 s }", "2 s, hot_reload: { enabled: false } }")
    place = game(tmp_path, {**ALONE, "specs/project.yaml": head}).place
    for found in running(place):
        assert found.reload()[:2] == [False, "RELOAD_OFF"]


def test_messages_wait_in_order_while_a_module_reloads(here: Running) -> None:
    here.write(COUNTER.replace("\tcontext.State.starts += 1\n", "\ttask.wait(1)\n"))
    here.ask("run", side="server", source=HEAD + "reload('Counter')")
    for number in range(1, 121):
        here.hit(number)
    here.ask("advance", seconds=0.5)
    assert not any(line.startswith("hit") for line in here.said())
    here.ask("advance", seconds=3)
    hits = [line for line in here.said() if line.startswith("hit")]
    assert hits == [f"hit {number}" for number in range(1, 101)], "a hundred of a player wait, the rest is refused"
    assert here.seen("refused").count(("Counter.Hit", "NET_BUSY")) == 20


SERIAL = {
    **ALONE,
    "specs/modules/Counter/module.yaml": ALONE["specs/modules/Counter/module.yaml"].replace(
        "burst 1000,", "burst 1000, serial: true,"
    ),
}


@pytest.mark.parametrize("ends", ["reload", "stop"])
def test_events_that_wait_for_their_turn_go_to_the_new_code_or_to_nobody(tmp_path: Path, ends: str) -> None:
    for here in running(game(tmp_path, SERIAL).place):
        here.write(COUNTER.replace('\tprint("hit", payload.by)\n', '\tprint("hit old", payload.by)\n\ttask.wait(5)\n'))
        here.reload()
        for number in (1, 2, 3):
            here.hit(number)
        here.ask("advance", seconds=1)
        here.write(COUNTER.replace('print("hit", payload.by)', 'print("hit new", payload.by)'))
        if ends == "reload":
            here.reload(seconds=20)
            wanted = ["hit old 1", "hit new 2", "hit new 3"]
        else:
            here.ask_for("ServiceManager:StopAll()", 20)
            wanted = ["hit old 1"]
            assert here.seen("refused").count(("Counter.Hit", "NET_UNAVAILABLE")) == 2
        assert [line for line in here.said() if line.startswith("hit")] == wanted


def test_a_reload_is_asked_for_on_the_bus(here: Running) -> None:
    here.ask_for('Bus.publish("ReloadModule", { name = "Counter" })', 1)
    assert here.said()[-3:] == ["stop", "start 1 5 7", "added Siti 0 3"]
    here.ask_for('Bus.publish("ReloadModule", { name = "Nobody" })', 1)
    warned = [str(fact.get("text")) for fact in here.session.facts if fact.get("word") == "WARN"]
    assert "Nobody: RELOAD_UNKNOWN: no module Nobody" in warned
    here.ask_for('Bus.publish("ReloadModule", nil)', 1)  # nothing raises


def test_a_reload_that_waited_and_is_refused_is_logged(here: Running) -> None:
    asks = COUNTER.replace('\tprint("heard")\n', '\t_context.ServiceManager:Reload("Counter")\n')
    here.write(asks)
    here.reload()
    here.ask("edit", path=f"{WHERE}.Counter.Logic", source="return 5 +")
    here.ask("run", side="server", source=HEAD + 'Bus.publish("Rang", {})')
    here.ask("advance", seconds=3)
    warned = [str(fact.get("text")) for fact in here.session.facts if fact.get("word") == "WARN"]
    assert [text for text in warned if text.startswith("Counter: KERNEL_LOAD: ")]


def test_a_reload_asked_for_from_a_hook_runs_after_it(here: Running) -> None:
    asks = COUNTER.replace(
        '\tprint("heard")\n',
        '\tlocal found = _context.ServiceManager:Reload("Counter")\n\tprint("heard", found.messages[1])\n'
        '\ttask.wait(1)\n\tprint("new heard ends")\n',
    )
    here.write(asks)
    here.reload()
    before = len(here.said())
    here.ask_for('Bus.publish("Rang", {})', 3)
    assert here.said()[before:] == ["heard queued", "new heard ends", "stop", "start 1 5 7", "added Siti 0 3"]


def test_what_a_worker_connects_ends_with_the_module(here: Running) -> None:
    """Also what a thread of the old code connects after it has ended."""
    body = COUNTER.replace(
        "\tcontext.State.starts += 1\n",
        "\tlocal function listen(what: string)\n"
        "\t\tlocal changed = workspace.AttributeChanged\n"
        "\t\tcontext.Connections:Add(changed:Connect(function() print('new', what) end))\n"
        "\tend\n\tlisten('soon')\n\ttask.delay(2, listen, 'late')\n",
    )
    here.write(body)
    here.reload(seconds=0.5)
    here.reload(seconds=5)
    before = len(here.said())
    here.ask_for("workspace:SetAttribute('A', 1)", 0.1)
    assert sorted(here.said()[before:]) == ["new late", "new soon"], "those of the module as it runs now"
    here.ask_for("ServiceManager:StopAll()", 0.1)
    before = len(here.said())
    here.ask_for("workspace:SetAttribute('A', 2)", 0.1)
    assert here.said()[before:] == []


def test_old_copies_are_thrown_away(here: Running) -> None:
    for _ in range(5):
        assert here.reload()[0] is True
    here.write("return 5 +")
    here.ask("run", side="server", source=HEAD + "reload('Counter')")
    here.ask("settle")
    copies = here.run('return #game:GetService("ServerScriptService").Server.Reloaded:GetChildren()')
    assert copies == [1], "what runs, and nothing else"


REPLACE = """
local old = game:GetService("ServerScriptService").Server.OVHL_Modules.Counter%s
local new = old:Clone()
local parent = old.Parent
old:Destroy()
new.Parent = parent
"""


@pytest.mark.parametrize("what", ["", ".Logic"])
def test_in_studio_a_module_that_was_replaced_is_reloaded_once(alone: Path, what: str) -> None:
    with servers(alone, studio=True) as found:
        found.ask("advance", seconds=1)
        here = Running(found.session)
        for _ in range(2):  # soon one after the other
            here.ask_for(REPLACE % what, 0.1)
        here.ask("advance", seconds=1)
        assert here.said() == ["start 1 5 7", "stop", "start 1 5 7"]
        here.ask_for(REPLACE % what, 1)
        assert here.said()[-2:] == ["stop", "start 1 5 7"], "the new one is watched too"


def test_in_studio_a_module_that_was_attached_is_watched_too(alone: Path) -> None:
    with servers(alone, studio=True) as found:
        found.ask("advance", seconds=1)
        here = Running(found.session)
        copy = 'local copy = old:Clone() copy.Name = "Later" copy.manifest.Name = "manifest" copy.Parent = old.Parent'
        old = 'local old = game:GetService("ServerScriptService").Server.OVHL_Modules.Counter\n'
        here.ask("run", side="server", source=old + copy)
        here.ask("settle")
        path = f"{WHERE}.Later.manifest"
        here.ask("edit", path=path, source='return { name = "Later" }')
        attach = f'return require(Shared.Kernel.Bootstrapper):AttachModule("{WHERE}.Later").success'
        assert here.ask_for(attach) == [True]
        before = len(here.said())
        here.ask_for((REPLACE % "").replace("Counter", "Later"), 1)
        assert here.said()[before:] == ["stop", "start 1 5 7"]


def test_outside_of_studio_nothing_is_watched(here: Running) -> None:
    here.ask_for(REPLACE % "", 1)
    assert "stop" not in here.said()


def test_in_studio_what_can_not_be_reloaded_is_logged(alone: Path) -> None:
    with servers(alone, studio=True) as found:
        found.ask("advance", seconds=1)
        here = Running(found.session)
        here.ask("edit", path=f"{WHERE}.Counter.Logic", source="return 5 +")
        here.ask("run", side="server", source=REPLACE % "")
        here.ask("advance", seconds=1)
        warned = [str(fact.get("text")) for fact in here.session.facts if fact.get("word") == "WARN"]
        assert [text for text in warned if text.startswith("Counter was replaced: KERNEL_LOAD: ")]
        assert "stop" not in here.said()


def test_stop_all_tears_down_in_reverse_and_goes_on_after_an_error(two: Running) -> None:
    two.write(
        FILES["specs/modules/Needs/Logic.luau"]
        .split("local Logic = {}\n\n")[1]
        .split("\n\nreturn")[0]
        .replace('print("needs stop")', 'error("boom")'),
        name="Needs",
    )
    assert two.reload("Needs")[0] is True
    two.ask("run", side="server", source=HEAD + "ServiceManager:StopAll()")
    two.ask("advance", seconds=3)
    states = "return record('Needs').state, record('Counter').state"
    assert two.ask_for(states) == ["stopped", "stopped"]
    assert two.said()[-1] == "stop"
    assert [word for subject, word in two.seen("module") if word in ("stopping", "stopped")] == [
        "stopping",
        "stopped",
        "stopping",
        "stopped",
    ]


def test_a_shutdown_stops_every_module(two: Running) -> None:
    two.ask("stop")
    assert [line for line in two.said() if "stop" in line] == ["needs stop", "stop"]


def test_a_module_that_comes_later_is_attached(here: Running) -> None:
    here.ask_for("""
        local clone = game:GetService("ServerScriptService").Server.OVHL_Modules.Counter:Clone()
        clone.Name = "Late"
        clone.Parent = game:GetService("ServerScriptService").Server.OVHL_Modules
    """)
    attach = "local found = require(Shared.Kernel.Bootstrapper):AttachModule('%s') return found.success, found.code"
    wrong = here.ask_for(attach % f"{WHERE}.Late")
    assert wrong == [False, "KERNEL_MANIFEST"], "its manifest is named Counter"
    assert here.ask_for(attach % f"{WHERE}.Nobody") == [False, "KERNEL_LOAD"]
    assert here.ask_for(attach % f"{WHERE}.Counter") == [False, "KERNEL_DUPLICATE"]


CLIENT = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 2 s }\n",
    **module("Shop", "events: { News: { from: server, payload: { n: u8 } } }\nlifecycle: { init: Logic.start }\n"),
    **worker("Shop", "function Logic.start(_context: Types.Context)\nend"),
    **module(
        "Window",
        "state: { seen: { type: u8, default: 0, keep: true } }\nlistens: { Shop.News: Logic.news }\n"
        "lifecycle: { init: Logic.start, teardown: Logic.stop }\n",
        realm="client",
    ),
    **worker(
        "Window",
        "function Logic.news(context: Types.Context, payload: Types.News)\n"
        '\tcontext.State.seen += payload.n\n\tprint("news", context.State.seen)\nend\n\n'
        'function Logic.start(context: Types.Context)\n\tprint("start", context.State.seen)\nend\n\n'
        'function Logic.stop(_context: Types.Context)\n\tprint("stop")\nend',
    ),
}


def test_a_client_reloads_its_own_modules(tmp_path: Path) -> None:
    """Each client has its own kernel: what it reloads touches nobody else."""
    with servers(game(tmp_path, CLIENT).place) as found:
        found.ask("advance", seconds=1)
        for name, number in (("Siti", 1), ("Budi", 2)):
            found.join(name, number)
        found.ask("advance", seconds=1)
        send = """
            local ServiceManager = require(game:GetService("ReplicatedStorage").Shared.Kernel.ServiceManager)
            ServiceManager:GetRecord("Shop").context.Events.News:FireAll({ n = 3 })
        """
        found.run(send, seconds=1)
        assert found.run(HEAD + "return reload('Window')", side="Siti") == [True, None, "stopped, reloaded"]
        found.run(send, seconds=1)

        def said(side: str) -> list[str]:
            return [line for line in found.printed(side) if line.startswith(("start", "stop", "news"))]

        assert said("Siti") == ["start 0", "news 3", "stop", "start 3", "news 6"]
        assert said("Budi") == ["start 0", "news 3", "news 6"]
