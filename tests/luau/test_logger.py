"""The logger of the documents: line, levels, thresholds, data."""

from __future__ import annotations

import pytest

from tests.support.games import Game, Played, Probe, errors, probe

pytestmark = pytest.mark.tools


def log(config: str, source: str) -> Probe:
    """The logger under another Config."""
    setup = f"""
    local Logger = require(Shared.Logger)
    local debugBlock = {{ ModuleLevels = {{}}, EnablePerfLogs = false, Domains = {{}} }}
    {config}
    Logger:Init({{ Debug = debugBlock }})
    """
    return probe(setup + source, at=2)


def lines(outcome: Played) -> list[str]:
    return [line.text for line in outcome.lines if line.t >= 2 and "Logger Initialized" not in line.text]


def test_the_line_of_the_document(party_game: Game) -> None:
    """Realm, domain, level, type, module, message; `DATA` is a domain and a type; unknown ones have their sign."""
    outcome = party_game.play(
        log(
            'debugBlock.Domains.OWN = "🛵" debugBlock.GlobalLogLevel = "DEBUG"',
            """
            Logger:Info("M", "MUSIC", "hello")
            Logger:Warn("M", "DATA", "careful")
            Logger:Error("M", "NOWHERE", "bad")
            Logger:Debug("M", "OWN", "DATA", "seen")
            Logger:Debug("M", "UI", "RESULT", "done", { b = 1, a = { 1, "x" } })
            """,
        )
    )
    assert lines(outcome) == [
        "🖥️ 🎵 ℹ️ 📢 [M] hello",
        "🖥️ 💾 ⚠️ 📢 [M] careful",
        "🖥️ ❓ 💀 📢 [M] bad",
        "🖥️ 🛵 🔍 📊 [M] seen",
        "🖥️ 🎨 🔍 ✅ [M] done",
        '└─ Data: {"a":[1,"x"],"b":1}',
    ]
    assert [line.level for line in outcome.lines if line.t >= 2][-6:] == [
        "print",
        "warn",
        "warn",
        "print",
        "print",
        "print",
    ]


@pytest.mark.parametrize(
    ("config", "passed"),
    [
        ('debugBlock.GlobalLogLevel = "DEBUG"', "DIWE"),
        ('debugBlock.GlobalLogLevel = "INFO"', "IWE"),
        ('debugBlock.GlobalLogLevel = "WARN"', "WE"),
        ('debugBlock.GlobalLogLevel = "ERROR"', "E"),
        ('debugBlock.GlobalLogLevel = "NONE"', "E"),
        ("", "IWE"),
        ('debugBlock.GlobalLogLevel = "NONE" debugBlock.ModuleLevels.M = "INFO"', "IWE"),
        ('debugBlock.GlobalLogLevel = "DEBUG" debugBlock.ModuleLevels.M = "WARN"', "WE"),
        ('debugBlock.GlobalLogLevel = "ERROR" debugBlock.EnablePerfLogs = true', "EP"),
        ('debugBlock.GlobalLogLevel = "NONSENSE"', "IWE"),
        ('debugBlock.GlobalLogLevel = "PERF"', "E"),
    ],
)
def test_thresholds(party_game: Game, config: str, passed: str) -> None:
    """The module's level, else the global one; ERROR always; PERF only where it is switched on."""
    outcome = party_game.play(
        log(
            config,
            """
            Logger:Debug("M", "UI", "ACTION", "D")
            Logger:Info("M", "UI", "I")
            Logger:Warn("M", "UI", "W")
            Logger:Error("M", "UI", "E")
            Logger:Perf("M", "UI", "P", 1.5)
            """,
        )
    )
    assert "".join(line.split("] ")[1][0] for line in lines(outcome)) == passed


def test_perf_says_how_long(party_game: Game) -> None:
    outcome = party_game.play(log("debugBlock.EnablePerfLogs = true", 'Logger:Perf("M", "GAME", "load", 12.3456)'))
    assert lines(outcome) == ["🖥️ 🎮 ⚡ 📢 [M] load took 12.35ms"]


def test_bound_loggers(party_game: Game) -> None:
    """`context.Logger` knows module and domain; `AI` tags."""
    outcome = party_game.play(
        log(
            'debugBlock.GlobalLogLevel = "DEBUG"',
            """
            local bound = Logger:Bind("Radio", "MUSIC")
            bound:Info("a")
            bound:Debug("ACTION", "b")
            bound:AI("c", { n = 1 })
            """,
        )
    )
    assert lines(outcome) == [
        "🖥️ 🎵 ℹ️ 📢 [Radio] a",
        "🖥️ 🎵 🔍 🎬 [Radio] b",
        "🖥️ 🎵 ℹ️ 📢 [Radio] [AI] c",
        '└─ Data: {"n":1}',
    ]


def test_data_of_any_kind_is_one_line_of_json(party_game: Game) -> None:
    """Sorted keys, escapes, cycles, NaN, Instances, depth and length: it never raises and never breaks the line."""
    outcome = party_game.play(
        log(
            "",
            r"""
            local cycle = {}
            cycle.me = cycle
            local deep = {}
            local at = deep
            for _ = 1, 20 do at.x = {} at = at.x end
            local holes = { [1] = 1, [3] = 3 }
            for _, value in { "a\n\"b\"\1", holes, cycle, deep, { 0/0, 1e300, 0.1, -5 }, workspace, {} } do
                Logger:Info("M", "UI", "x", value)
            end
            Logger:Info("M", "UI", "x", string.rep("é", 5000))
            Logger:Info("M", "UI", "x", false)
            """,
        )
    )
    data = [line.removeprefix("└─ Data: ") for line in lines(outcome) if line.startswith("└─")]
    assert data[0] == '"a\\n\\"b\\"\\u0001"'
    assert data[1] == '{"1":1,"3":3}'
    assert data[2] == '{"me":"<cycle>"}'
    assert data[3].endswith('"<deep>"' + "}" * 8)
    assert data[4] == '["nan",1e+300,0.1,-5]'
    assert data[5:7] == ['"Workspace"', "{}"]
    assert data[7].endswith("…")
    assert data[8] == "false"
    assert all("\n" not in line for line in data)


def test_a_missing_config_says_so(party_game: Game) -> None:
    """The document's line; the logger works all the same."""
    outcome = party_game.play(probe("require(Shared.Logger):Init(nil)", at=2))
    assert [line.text.split("] ")[1] for line in outcome.lines if line.t >= 2] == [
        "Logger Init FAILED: Config module is nil!"
    ]


def test_each_realm_has_its_own(party_game: Game) -> None:
    """The client's logger is a client's."""
    outcome = party_game.play(probe('require(Shared.Logger):Warn("M", "UI", "x")', "Siti", 2))
    assert [line.text for line in outcome.lines if line.t >= 2] == ["💻 🎨 ⚠️ 📢 [M] x"]


def test_data_that_raises_when_it_is_read_is_logged_all_the_same(party_game: Game) -> None:
    """Metatables are gone round: a log line never fails a hook."""
    outcome = party_game.play(
        log(
            'debugBlock.GlobalLogLevel = "INFO"',
            """
            local function bad() error("boom") end
            local meta = { __iter = bad, __len = bad, __index = bad, __tostring = bad }
            Logger:Info("M", "UI", "one", setmetatable({ a = 1 }, meta))
            Logger:Info("M", "UI", "two", { [setmetatable({}, meta)] = 2 })
            """,
        )
    )
    assert errors(outcome) == []
    assert lines(outcome)[1::2] == ['└─ Data: {"a":1}', '└─ Data: {"table":2}']
