"""SystemMonitor: the document's line, what is kept of them, metrics, health, heartbeat."""

from __future__ import annotations

import itertools
import math
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ovhlgen.logs.entry import Entry, line
from tests.luau.test_kernel import module, worker
from tests.oracle.errors import Errors
from tests.support.games import game
from tests.support.servers import Servers, servers

pytestmark = pytest.mark.tools

HEAD = """
local Shared = game:GetService("ReplicatedStorage").Shared
local ServiceManager = require(Shared.Kernel.ServiceManager)
local Logger = require(Shared.Logger)
local Monitor = ServiceManager:Get("SystemMonitor")
"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 2 s }\nlogging: { level: INFO }\n",
    **module(
        "Shop",
        "depends: [SystemMonitor]\nbus: { publishes: { Rang: {} }, subscribes: { Rang: Logic.heard } }\n"
        "lifecycle: { init: Logic.start }\n",
    ),
    **worker(
        "Shop",
        """
function Logic.start(context: Types.Context)
	task.wait(0.25)
	context.SystemMonitor:Log("Shop", "INFO", "SHOP_OPEN", "open", { items = 3 })
	context.SystemMonitor:Metric("shop.items", 3)
end

function Logic.heard(_context: Types.Context)
	error("boom")
end""",
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return game(tmp_path_factory.mktemp("monitor"), FILES).place


@pytest.fixture
def here(built: Path) -> Iterator[Servers]:
    with servers(built) as found:
        found.ask("advance", seconds=1)
        yield found


def ask(here: Servers, source: str, seconds: float = 0) -> Any:
    [found] = here.run(HEAD + source, seconds=seconds)
    return found


def recent(here: Servers) -> list[str]:
    found: list[str] = ask(here, "return Monitor:Recent(1000)")
    return found


def test_the_line_of_the_document(here: Servers) -> None:
    """Byte for byte, but for the time, which is the simulator's."""
    ask(
        here,
        'Monitor:Log("DataService", "ERROR", "DS_SAVE_FAIL", "Failed to save player X after 3 attempts") return 1',
    )
    last = recent(here)[-1]
    assert re.sub(r"^\[[^\]]*\]", "[2025-10-21 14:37:00]", last) == (
        "[2025-10-21 14:37:00] [SERVICE:DataService] [LEVEL:ERROR] [CODE:DS_SAVE_FAIL] "
        'Message: "Failed to save player X after 3 attempts"'
    )
    assert any(fact.get("text") == last for fact in here.session.facts if fact.kind == "warn"), "and the console"


TEXTS = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        (
            b'x"] [LEVEL:ERROR] [CODE:FORGED] Message: "y',
            b"a\nb\r\n[2025-10-21 14:37:00] [SERVICE:x] [ADMIN] ",
            "a\u2028b\u2029c\u0085d\u202ee\u2066f".encode(),
            "é".encode() * 700,
            b"x" * 999 + "€".encode(),
            b"",
        )
    ),
)
DATA = st.one_of(
    st.none(),
    st.dictionaries(
        st.text('abc\n"\u2028', min_size=1, max_size=3),
        st.one_of(st.integers(-9, 10**6), st.booleans(), st.text("ab\\\u202e\n\x07", max_size=5)),
        min_size=1,
        max_size=3,
    ),
)
ENTRIES = st.builds(
    Entry,
    at=st.integers(0, 4_000_000_000),
    service=st.text("Data.Service-_ ]\n[é", max_size=120),
    level=st.sampled_from(("DEBUG", "INFO", "WARN", "ERROR", "PERF")),
    code=st.text("ABC_]\n ", max_size=12),
    message=TEXTS,
    metadata=DATA,
    tag=st.sampled_from((None, "AI", "ADMIN", "x] [ADMIN")),
)
LINE = re.compile(
    r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[SERVICE:([\w.-]+)\] \[LEVEL:([A-Z]+)\] \[CODE:([\w.-]+)\]"
    r'( \[[\w.-]+\])? Message: "((?:[^"\\]|\\.)*)"( Data: \{.*\})?'
)


def literal(value: Any) -> str:
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"[{literal(key)}] = {literal(one)}" for key, one in value.items()) + " }"
    raw = value.encode() if isinstance(value, str) else value
    return '"' + "".join(f"\\{byte:03d}" for byte in raw) + '"'


def test_no_text_breaks_a_line_or_forges_a_part_of_it(here: Servers) -> None:
    """Luau and reference write the same; it is one line that reads back to its fields."""

    @seed(1)
    @settings(
        max_examples=30, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(st.lists(ENTRIES, min_size=20, max_size=40))
    def check(entries: list[Entry]) -> None:
        fields = ("at", "service", "level", "code", "message", "metadata", "tag")
        given_ = ", ".join(
            "{ " + ", ".join(f"{name} = {literal(getattr(one, name))}" for name in fields) + " }" for one in entries
        )
        found = ask(
            here,
            "local Line = require(game:GetService('ServerScriptService').Server.Core.SystemMonitor.Line)\n"
            f"local lines = {{}}\nfor _, one in {{ {given_} }} do\n"
            "table.insert(lines, Line.format(Line.entry(one, 1))) end\nreturn lines",
        )
        assert found == [line(one) for one in entries]
        for one, text in zip(entries, found, strict=True):
            assert len(text.splitlines()) == 1
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
            read = LINE.fullmatch(text)
            assert read is not None
            assert read[1] == datetime.fromtimestamp(one.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
            assert (read[3], read[5] is None, read[7] is None) == (one.level, one.tag is None, one.metadata is None)

    check()


def test_every_record_of_the_logger_from_the_first_on(here: Servers) -> None:
    ask(here, 'Logger:Info("Shop", "GAME", "sold", { item = "tea" }) return 1')
    ask(here, 'Logger:Bind("Shop", "GAME"):AI("thought") return 1')
    lines = [re.sub(r"^\[.*?\] ", "", one) for one in recent(here)]
    assert lines[0] == '[SERVICE:Logger] [LEVEL:INFO] [CODE:LOG] Message: "Logger Initialized"'
    assert lines[-2:] == [
        '[SERVICE:Shop] [LEVEL:INFO] [CODE:LOG] Message: "sold" Data: {"item":"tea"}',
        '[SERVICE:Shop] [LEVEL:INFO] [CODE:LOG] [AI] Message: "thought"',
    ]
    ask(here, 'Logger:Debug("Shop", "GAME", "DATA", "below the level") return 1')
    assert len(recent(here)) == len(lines)


@pytest.mark.parametrize("tag", ["ADMIN", "AI"])
def test_who_acted_is_a_tag(here: Servers, tag: str) -> None:
    ask(here, f'Monitor:Log("Bot", "INFO", "MOVED", "went [ADMIN] \\"x\\"", nil, "{tag}") return 1')
    assert recent(here)[-1].endswith(f'[SERVICE:Bot] [LEVEL:INFO] [CODE:MOVED] [{tag}] Message: "went [ADMIN] \\"x\\""')


def test_a_thousand_lines_are_kept(here: Servers) -> None:
    ask(here, 'for n = 1, 2500 do Monitor:Log("Shop", "INFO", "N", tostring(n)) end return 1')
    assert [line.split('"')[1] for line in recent(here)] == [str(number) for number in range(1501, 2501)]
    assert len(ask(here, "return Monitor:Recent()")) == 100
    assert len(ask(here, "return Monitor:Recent(99999)")) == 1000


def test_a_module_may_depend_on_it(here: Servers) -> None:
    assert ask(here, 'return ServiceManager:GetRecord("Shop").state') == "ready"
    assert any('[CODE:SHOP_OPEN] Message: "open" Data: {"items":3}' in line for line in recent(here))


def metric(here: Servers, name: str) -> dict[str, Any]:
    found: dict[str, Any] = ask(here, f'return require(Shared.Kernel.Metrics).get("{name}")')
    return found


def test_metrics_of_each_kind(here: Servers) -> None:
    ask(
        here,
        """
        for _, value in { 5, 2, 11 } do
            Monitor:Metric("sold", value, "counter")
            Monitor:Metric("queue", value)
            Monitor:Metric("save", value, "timing")
        end
        return 1
        """,
    )
    assert metric(here, "sold") == {"kind": "counter", "value": 18, "count": 3, "total": 18, "least": 2, "most": 11}
    assert metric(here, "queue")["value"] == 11
    own = {"kind": "timing", "p50": 5, "p95": 11, "p99": 11}
    assert metric(here, "save") == metric(here, "queue") | own


def test_percentiles_are_of_the_last_values(here: Servers) -> None:
    """So many of a hundred of the newest 256 are at most the number."""
    values = [(number * 7919) % 1000 for number in range(700)]
    for at in (1, 2, 100, 256, 257, 700):
        given_ = ", ".join(map(str, values[:at]))
        ask(here, f'for _, one in {{ {given_} }} do Monitor:Metric("took {at}", one, "timing") end return 1')
        newest = sorted(values[:at][-256:])
        found = metric(here, f"took {at}")
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
            assert found[name] == newest[math.ceil(len(newest) * share) - 1], (at, name)
        assert (found["count"], found["least"], found["most"]) == (at, min(values[:at]), max(values[:at]))


@pytest.mark.parametrize(
    "call",
    [
        'Metric("", 1)',
        "Metric(5, 1)",
        'Metric("a", "1")',
        'Metric("a", 0/0)',
        'Metric("a", math.huge)',
        'Metric("a", 1, "histogram")',
        'Metric("shop.items", 1, "counter")',
        'Metric("kernel.failures.Shop", 1, "gauge")',
        'Metric(string.rep("a", 101), 1)',
        'Log("Shop", "LOUD", "X", "y")',
        'Log("Shop", "INFO", "X", "y", nil, "GOD")',
    ],
)
def test_what_makes_no_sense_raises(here: Servers, call: str) -> None:
    said = ask(here, f"local ok, said = pcall(function() Monitor:{call} end) return tostring(ok) .. said")
    assert re.match(r"false.*(METRIC|LOG)_INVALID: ", said)


def test_names_of_metrics_are_bounded_and_health_says_so(here: Servers) -> None:
    ask(here, 'for n = 1, 2000 do Monitor:Metric("n" .. n, n) end return 1')
    assert ask(here, 'return require(Shared.Kernel.Metrics).get("n2000") == nil') is True
    assert ask(here, "return Monitor:HealthCheck()") == {
        "status": "degraded",
        "issues": ["too many metrics: names that came later are dropped"],
    }


def test_phases_and_modules_are_measured(here: Servers) -> None:
    """In milliseconds of virtual time."""
    assert metric(here, "kernel.init.Shop")["value"] == pytest.approx(250, abs=1)
    assert metric(here, "kernel.phase.InitModules")["value"] == pytest.approx(250, abs=1)
    assert metric(here, "kernel.phase.DiscoverModules")["value"] == pytest.approx(0, abs=1)
    here.run(HEAD + 'ServiceManager:Reload("Shop")', seconds=1)
    assert metric(here, "kernel.reload.Shop")["value"] == pytest.approx(250, abs=1)


def test_a_module_that_fails_is_an_alert_and_the_server_degraded(here: Servers) -> None:
    assert ask(here, "return Monitor:HealthCheck()") == {"status": "ok", "issues": {}}
    for _ in range(5):
        here.ask("run", side="server", source=HEAD + 'require(Shared.Kernel.Bus).publish("Rang", {})')
    here.ask("settle")
    alert = '[SERVICE:SystemMonitor] [LEVEL:ERROR] [CODE:KERNEL_FAILING] Message: "Shop is disabled"'
    assert any(line.endswith(alert) for line in recent(here))
    assert any(str(fact.get("text")).endswith(alert) for fact in here.session.facts if fact.kind == "warn")
    assert metric(here, "kernel.failures.Shop")["value"] == 5
    assert ask(here, "return Monitor:HealthCheck()") == {"status": "failing", "issues": ["Shop: KERNEL_FAILING"]}


def test_while_it_boots_the_server_is_failing(built: Path) -> None:
    with servers(built) as found:
        health = ask(found, "return Monitor:HealthCheck()")
        assert health == {"status": "failing", "issues": ["the boot is in phase InitModules"]}


def test_a_heartbeat_each_minute(here: Servers) -> None:
    here.join("Siti", 1)
    here.ask("advance", seconds=180)
    beats = [line for line in recent(here) if "[CODE:HEARTBEAT]" in line]
    assert len(beats) == 4
    assert beats[-1].endswith(
        'Message: "alive" Data: {"disabled":0,"memory_mb":0,"players":1,"ready":1,"step_ms":0,"uptime":180}'
    )
    assert metric(here, "kernel.players")["value"] == 1


def test_a_service_that_can_not_start_leaves_the_rest(tmp_path: Path) -> None:
    files = {**FILES, **module("Other", "lifecycle: { init: Logic.start }\n"), **worker("Other", "")}
    files |= worker("Other", "\nfunction Logic.start(_context: Types.Context)\nend")
    place = game(tmp_path, files).place
    with servers(place, boots=False) as found:
        path = "ServerScriptService.Server.Core.SystemMonitor.State"
        found.ask("edit", path=path, source="return { new = function() error('no ring') end }")
        found.ask("boot")
        found.ask("advance", seconds=1)
        source = (
            HEAD
            + "local function of(name) local one = ServiceManager:GetRecord(name) return one.code or one.state end\n"
        )
        assert found.run(source + 'return of("Shop"), of("Other"), Monitor == nil') == [
            "KERNEL_DEPENDENCY",
            "ready",
            True,
        ]
        assert "SystemMonitor: the service can't start" in " ".join(
            str(fact.get("text")) for fact in found.session.facts if fact.get("word") == "ERROR"
        )


def say(here: Servers, count: int, level: str = "ERROR", service: str = "Shop") -> None:
    ask(here, f'for n = 1, {count} do Monitor:Log("{service}", "{level}", "BROKEN", "no " .. n) end return 1')


def test_many_errors_within_a_window_are_an_alert_once(here: Servers) -> None:
    def alerts() -> int:
        return len([line for line in recent(here) if "[CODE:MANY_ERRORS]" in line])

    say(here, 9)
    say(here, 100, "WARN")
    say(here, 9, service="Other")
    assert (alerts(), ask(here, "return Monitor:HealthCheck().status")) == (0, "ok")
    say(here, 1)
    alert = '[SERVICE:SystemMonitor] [LEVEL:ERROR] [CODE:MANY_ERRORS] Message: "Shop: 10 errors or more within 60 s"'
    assert recent(here)[-1].endswith(alert)
    assert any(str(fact.get("text")).endswith(alert) for fact in here.session.facts if fact.kind == "warn")
    assert ask(here, "return Monitor:HealthCheck()") == {
        "status": "degraded",
        "issues": ["Shop: 10 errors or more within 60 s"],
    }
    say(here, 50)
    assert alerts() == 1, "once in a window"
    here.ask("advance", seconds=61)
    assert ask(here, "return Monitor:HealthCheck().status") == "ok"
    say(here, 9)
    assert alerts() == 1
    say(here, 1)
    assert alerts() == 2


def test_a_hundred_thousand_lines_in_a_step_leave_no_more_than_the_ring(here: Servers) -> None:
    """In KiB, with as many lines said before as the ring holds: 100,000 that were kept would be some 60,000, each time.
    A table of the simulator's may grow once."""
    source = 'for n = 1, {} do Monitor:Log("Shop", "INFO", "N", "a line " .. n, {{ number = n }}) end return 1'
    ask(here, source.format(2_000))
    sizes = [here.ask("memory")]
    for _ in range(2):
        ask(here, source.format(100_000))
        sizes.append(here.ask("memory"))
    assert min(after - before for before, after in itertools.pairwise(sizes)) < 4096, sizes
    assert recent(here)[-1].endswith('"a line 100000" Data: {"number":100000}')


def test_a_debug_call_below_the_level_costs_at_most_three_empty_calls(here: Servers) -> None:
    """In one run, the best of nine: what a loop costs by itself is taken off both."""
    bodies = {
        "loop": "",
        "empty": "empty(n)",
        "bound": 'bound:Debug("DATA", "nobody reads this", n)',
        "logger": 'Logger:Debug("Shop", "GAME", "DATA", "nobody reads this", n)',
    }
    best: dict[str, float] = {}
    for _ in range(9):
        for name, body in bodies.items():
            source = (
                'local bound = Logger:Bind("Shop", "GAME")\nlocal function empty(_n: number) end\n'
                f"local done = {{ empty, bound }}\nfor n = 1, 1_000_000 do {body} end return #done"
            )
            began = time.perf_counter()
            ask(here, source)
            best[name] = min(best.get(name, 9), time.perf_counter() - began)
    costs = {name: best[name] - best["loop"] for name in bodies}
    assert costs["bound"] <= 3 * costs["empty"], "a module's own logger"
    assert costs["logger"] <= 3 * costs["empty"], "and the Logger"


def test_errors_are_counted_as_the_reference_counts_them(built: Path) -> None:
    """Bursts and pauses of three services: the same alerts at the same times, and the same issues in between."""
    services = st.sampled_from(("Shop", "Music", "Zone"))
    steps = st.lists(
        st.tuples(services, st.integers(1, 12), st.sampled_from((0.2, 3.3, 17.9, 31.4, 70.1))), max_size=30
    )

    @seed(1)
    @settings(max_examples=8, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def check(drawn: list[tuple[str, int, float]]) -> None:
        with servers(built) as here:
            here.ask("advance", seconds=1)
            errors, wanted = Errors(), 0
            for service, many, pause in drawn:
                now = here.session.now
                say(here, many, service=service)
                wanted += sum(errors.add(service, now) for _ in range(many))
                assert here.session.now == now
                assert ask(here, "return Monitor:HealthCheck().issues") == (errors.issues(now) or {})
                here.ask("advance", seconds=pause)
                later = here.session.now
                assert ask(here, "return Monitor:HealthCheck().issues") == (errors.issues(later) or {})
            alerts = [fact for fact in here.session.facts if "MANY_ERRORS" in str(fact.get("text"))]
            assert len(alerts) == wanted

    check()
