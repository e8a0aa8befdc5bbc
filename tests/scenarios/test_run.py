"""`ovhlgen test` runs scenarios against the built game: what passes, what fails and how it says so."""

from __future__ import annotations

import json
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT
from tests.support.projects import Project, Result

pytestmark = pytest.mark.tools

HEAD = "scenario: A try\nplayers: { Siti: { user_id: 1 }, Budi: { user_id: 2 } }\nsteps:\n  - join: [Siti, Budi]\n"
REQUEST = '  - request: { as: Siti, event: MusicModule.RequestSong, with: { song_id: "123" } }\n'


def scenario(party: Project, steps: str, *args: str) -> Result:
    party.write({"specs/scenarios/a_try.yaml": HEAD + steps})
    return party.run("test", "a_try", "--format", "json", *args)


def messages(result: Result) -> list[str]:
    return [one["message"] for one in result.findings if one["severity"] == "error"]


def test_the_party_s_scenarios_pass(party: Project) -> None:
    result = party.run("test")
    assert result.code == 0, result.out
    assert "passed a_song_is_requested" in result.out


def test_the_example_s_scenarios_pass_on_the_whole_game(example: Project) -> None:
    result = example.json("test")
    assert (result.findings, result.code) == ([], 0), result.out


def test_several_servers_each_have_their_own_players_and_state(party: Project) -> None:
    head = HEAD.replace("steps:", "servers: 2\nsteps:").replace("[Siti, Budi]", "[Siti]")
    two = "  - join: { players: [Budi], server: 2 }\n" + REQUEST
    state = "{ state: { module: MusicModule, player: %s, fields: { requests: %d } } }"
    on_two = f"  - server: 2\n    expect: {state % ('Budi', 0)}\n"
    heard = "{ received: { by: Budi, event: MusicModule.QueueChanged, payload: { songs: [{}] }, not: true } }"
    steps = two + f"    expect: {state % ('Siti', 1)}\n{on_two}  - expect: {heard}\n  - stop: {{ server: 1 }}\n{on_two}"
    party.write({"specs/scenarios/a_try.yaml": head + steps})
    result = party.run("test", "a_try", "--format", "json")
    assert (messages(result), result.code) == ([], 0)
    ended = head + two + "  - crash: { server: 1 }\n" + REQUEST
    party.write({"specs/scenarios/a_try.yaml": ended})
    result = party.run("test", "a_try", "--format", "json")
    assert result.code == 1
    assert "Siti isn't in the game" in messages(result)[0]
    party.write(
        {"specs/scenarios/a_try.yaml": head + f"{two}  - stop: {{ server: 1 }}\n    expect: {state % ('Siti', 1)}\n"}
    )
    result = party.run("test", "a_try", "--format", "json")
    found = next(one for one in result.findings if one["severity"] == "error")
    assert (found["message"], found["line"]) == ("expect: server has ended", 9)
    missing = HEAD + "  - stop: { server: 3 }\n"
    party.write({"specs/scenarios/a_try.yaml": missing})
    result = party.run("test", "a_try", "--format", "json")
    assert result.code == 1
    assert "there is no server 3" in messages(result)[0]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("response: { kind: queued, position: 2 }", "expected the response {kind: queued, position: 2}, but: {kind: q"),
        ("response: { kind: queued, position: 1 }", None),
        ("refused: NET_RATE", "expected refused with NET_RATE, but: answered with {kind: queued"),
        ("received: { by: Budi, event: MusicModule.QueueChanged, payload: { songs: [{ id: '123' }] } }", None),
        (
            "received: { by: Budi, event: MusicModule.QueueChanged, payload: { songs: [{ id: '124' }] } }",
            "the last was",
        ),
        ("received: { by: Budi, event: MusicModule.QueueChanged, times: 1 }", None),
        ("received: { by: Budi, event: MusicModule.QueueChanged, times: 2 }", "2 times, but: 1 of them"),
        ("received: { by: Budi, event: MusicModule.QueueChanged, times: 3, since: start }", "but: 2 of them"),
        ("received: { by: Budi, event: MusicModule.Beat }", "nothing of the kind was received"),
        ("received: { by: Budi, event: MusicModule.Beat, not: true }", None),
        ("received: { by: Budi, event: MusicModule.QueueChanged, not: true }", "expected not received"),
        ("received: { by: Siti, event: MusicModule.QueueChanged, payload: { songs: [] }, within: 1 min }", None),
        ("published: { event: SongStarted }", "nothing of the kind was published"),
        ("published: { event: SongStarted, payload: { song: { seconds: 215 } }, within: 30 s }", None),
        ("published: { event: SongStarted, within: 29 s }", "nothing of the kind was published"),
        ("logged: { module: MusicModule, text: Queue ready, since: start }", None),
        ("logged: { module: MusicModule, level: WARN, text: Queue ready, since: start }", "was logged"),
        ("state: { module: MusicModule, fields: { queue: [{ title: Kopi Dangdut }] } }", None),
        ("state: { module: MusicModule, fields: { queue: [{ title: Other }] } }", 'but: {queue: [{id: "123"'),
        (
            "state: { module: MusicModule, fields: { queue: [{ title: Kopi Dangdut }] }, exactly: true }",
            "expected state",
        ),
        ("state: { module: MusicModule, player: Siti, fields: { requests: 1 } }", None),
        ("module: { name: MusicModule, state: ready }", None),
        ("module: { name: UIModule, state: ready }", None),
        ("module: { name: MusicModule, state: disabled, code: KERNEL_INIT }", "state: ready"),
        ("kicked: Siti", "expected Siti kicked, but: not kicked"),
    ],
)
def test_expectations(party: Project, expected: str, said: str | None) -> None:
    """Each kind, where it holds and where it doesn't; the finding is at the expectation's key."""
    result = scenario(party, REQUEST + f"    expect: {{ {expected} }}\n")
    if said is None:
        assert (result.code, messages(result)) == (0, [])
        return
    (found,) = [one for one in result.findings if one["severity"] == "error"]
    assert (found["code"], found["file"], found["line"], found["column"]) == (
        "E0811",
        "specs/scenarios/a_try.yaml",
        6,
        15,
    )
    assert said in found["message"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("fire: { as: Siti, event: MusicModule.Skip }", "refused: NET_DENIED"),
        ("fire: { as: Siti, event: ZoneModule.Enter, with: { zone: nowhere } }", "refused: NET_INVALID"),
        ("request: { as: Siti, event: MusicModule.RequestSong, with: { song_id: '' } }", "refused: NET_INVALID"),
        (
            "request: { as: Siti, event: MusicModule.RequestSong, with: { song_id: nope } }",
            "response: { kind: denied }",
        ),
        ("publish: { event: ZoneEntered, with: { zone: edm, user_id: 1 } }", "published: { event: ZoneEntered }"),
        (
            "publish: { event: ZoneEntered, with: { zone: edm, user_id: 1 } }",
            "received: { by: Budi, event: MusicModule.Beat, payload: { zone: edm, energy: 0.5 } }",
        ),
        (
            "call: { module: MusicModule, method: PlaySong, args: { song: "
            "{ id: a, title: b, zone: edm, seconds: 5 } } }",
            "published: { event: SongStarted, payload: { song: { id: a } } }",
        ),
        (
            "call: { module: MusicModule, method: RequestSong, args: { song_id: '123', player: Siti } }",
            "state: { module: MusicModule, player: Siti, fields: { requests: 1 } }",
        ),
        ("leave: [Budi]", "logged: { module: MusicModule, text: Left the party }"),
        ("advance: 5 min", "module: { name: MusicModule, state: ready }"),
        (
            "set_attribute: { instance: Workspace.Stages.KoploStage, name: Zone_Capacity, value: 40 }",
            "logged: { level: ERROR, not: true }",
        ),
    ],
)
def test_steps(party: Project, step: str, expected: str) -> None:
    result = scenario(party, f"  - {step}\n    expect: {{ {expected} }}\n")
    assert (result.code, messages(result)) == (0, [])


def test_a_step_that_can_not_be_done_says_why(party: Project) -> None:
    """Somebody who left can't leave again; the finding is at the step, and nothing after it runs."""
    result = scenario(party, "  - leave: [Budi]\n  - leave: [Budi]\n  - leave: [Budi]\n")
    assert messages(result) == ["leave: Budi isn't in the game"]


def test_what_nobody_caught_fails_a_scenario(party: Project) -> None:
    """An error of a script, an API that isn't simulated: named, each once."""
    path = "specs/modules/MusicModule/Queue.luau"
    lines = "\ttask.spawn(function()\n\t\tprint(player:GetNetworkPing())\n\tend)\n\ttask.delay(1, error, 'late')\n"
    party.edit(
        path, "): Types.RequestReply\n\treturn Queue.request", f"): Types.RequestReply\n{lines}\treturn Queue.request"
    )
    result = scenario(party, REQUEST + "  - advance: 2 s\n")
    assert result.code == 1
    found = [one["message"] for one in result.findings if one["code"] == "E0813"]
    assert any("not simulated" in one and "GetNetworkPing" in one for one in found)
    assert [one for one in found if one.endswith("late")] != []


def test_a_module_that_fails_while_loading_is_a_fact(party: Project) -> None:
    party.append("specs/modules/TestOrder/Logic.luau", "")
    party.edit("specs/modules/TestOrder/Logic.luau", "local Logic = {}", 'local Logic = {}\nerror("broken")')
    party.write({"specs/scenarios/a_try.yaml": HEAD + "  - expect: { module: { name: TestOrder, state: disabled } }\n"})
    result = party.run("test", "a_try", "--format", "json")
    assert result.code == 1
    assert any("broken" in one for one in messages(result))


def test_equal_seeds_give_equal_traces(party: Project) -> None:
    """Byte for byte, at several seeds."""
    steps = REQUEST + "  - advance: 90 s\n  - leave: [Siti]\n"
    for seed in ("1", "2", "77"):
        first = scenario(party, steps, "--trace", "--seed", seed)
        second = scenario(party, steps, "--trace", "--seed", seed)
        assert first.code == 0
        assert first.out == second.out != ""
        facts = [json.loads(line) for line in first.out.splitlines()]
        assert {one["kind"] for one in facts} >= {"module", "ready", "published", "sent", "received", "answered", "log"}


def test_trace_tells_what_happened(party: Project) -> None:
    party.write({"specs/scenarios/a_try.yaml": HEAD + REQUEST})
    out = party.run("test", "a_try", "--trace").out
    assert 'server     received MusicModule.RequestSong from Siti {song_id: "123"}' in out
    assert "Siti       answered MusicModule.RequestSong {kind: queued, position: 1}" in out


def test_a_failure_shows_the_trace_around_it(party: Project) -> None:
    party.write({"specs/scenarios/a_try.yaml": HEAD + REQUEST + "    expect: { kicked: Siti }\n"})
    result = party.run("test", "a_try")
    assert result.code == 1
    assert "FAILED a_try" in result.out
    assert "answered MusicModule.RequestSong" in result.out


def test_junit(party: Project) -> None:
    """One case a scenario; a failure with its place, its words and the trace."""
    party.write({"specs/scenarios/a_try.yaml": HEAD + REQUEST + "    expect: { kicked: Siti }\n"})
    result = party.run("test", "--format", "junit")
    assert result.code == 1
    suite = ElementTree.fromstring(result.out)
    assert suite.attrib["tests"] == "7"
    cases = {case.attrib["name"]: case for case in suite}
    assert cases["a_song_is_requested"].find("failure") is None
    failure = cases["a_try"].find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "expected Siti kicked, but: not kicked"
    assert "specs/scenarios/a_try.yaml:6:15" in (failure.text or "")


def test_names_choose(party: Project) -> None:
    """One that isn't there is a usage error with the nearest."""
    party.write({"specs/scenarios/a_try.yaml": HEAD})
    result = party.run("test", "a_try")
    assert "a_song_is_requested" not in result.out
    wrong = party.run("test", "a_tri")
    assert wrong.code == 2
    assert "a_try" in wrong.err + wrong.out


def test_a_new_game_s_scenario(tmp_path: Path) -> None:
    """What `init` makes passes its own."""
    from tests.support.projects import invoke

    assert invoke("init", "-C", str(tmp_path), "game").code == 0
    result = Project(tmp_path / "game").run("test")
    assert result.code == 0
    assert "passed greets" in result.out
    assert (ROOT / "templates/init/specs/scenarios/greets.yaml").exists()


def worker(party: Project, line: str) -> Project:
    """A line in front of what answers a request for a song."""
    head = "): Types.RequestReply\n\treturn Queue.request"
    return party.edit(
        "specs/modules/MusicModule/Queue.luau", head, f"): Types.RequestReply\n\t{line}\n\treturn Queue.request"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("while true do\n\tend", "MusicModule.Queue:61: this script doesn't yield: a loop goes on without end"),
        ("local s = [[ do ]] -- do\n\trepeat\n\tuntil s == 'x do'", "Queue:62: this script doesn't yield"),
        ("local function again()\n\t\ttask.defer(again)\n\tend\n\tagain()", "deferred work goes on without end"),
        (
            "while true do\n\t\ttask.spawn(task.wait, 60)\n\tend",
            "Queue:61: this script doesn't yield: a loop goes on and",
        ),
        (
            "local function more()\n\t\ttask.delay(0, more)\n\t\ttask.delay(0, more)\n\tend\n\tmore()",
            "Queue:63: threads become more and more",
        ),
        ("local function deep()\n\t\tdeep()\n\t\treturn 1\n\tend\n\tprint(deep())", None),
    ],
)
def test_what_never_ends_is_named_within_seconds(party: Project, line: str, said: str | None) -> None:
    """A loop by its line, though the kernel catches errors of handlers; an endless recursion is an error anyway."""
    began = time.monotonic()
    result = scenario(worker(party, line), REQUEST + "  - advance: 5 s\n")
    assert time.monotonic() - began < 60
    if said is None:
        assert result.code == 0
        return
    assert result.code == 1
    assert any(said in one for one in messages(result)), messages(result)


def test_a_boot_that_never_ends_is_named_too(party: Project) -> None:
    path = "specs/modules/MusicModule/Queue.luau"
    party.edit(path, 'context.Logger:Info("Queue ready")', "while context do\n\tend")
    result = party.json("test")
    assert result.code == 1
    assert any("MusicModule.Queue:12: this script doesn't yield" in one for one in messages(result))


WORLD = {
    "specs/project.yaml": "ovhl: 1\nname: World\nplace: { HttpService: { $properties: { HttpEnabled: true } } }\n",
    "specs/monetization.yaml": "gamepasses:\n  VIP: { id: 55 }\n",
    "specs/modules/Door/module.yaml": (
        "module: Door\nrealm: server\ndomain: OVHL_Modules\n"
        "state: { said: { type: string(0..60), default: '' } }\n"
        "api:\n  Ask: { args: { what: string(1..20), id: u32 }, worker: Logic.ask }\n"
    ),
    "specs/modules/Door/Logic.luau": """--!strict
local GroupService = game:GetService("GroupService")
local HttpService = game:GetService("HttpService")
local MarketplaceService = game:GetService("MarketplaceService")

local Types = require(script.Parent.Types)

local Logic = {}

local asks: { [string]: (id: number) -> string } = {
	pass = function(id)
		return tostring(MarketplaceService:UserOwnsGamePassAsync(id, 55))
	end,
	group = function(id)
		local found = GroupService:GetRolesInGroupAsync(id, 9)
		return if found.IsMember then tostring(found.Roles[1].Rank) else "none"
	end,
	http = function()
		return HttpService:GetAsync("https://example.com/motd")
	end,
}

function Logic.ask(context: Types.Context, what: string, id: number)
	local ok, said = pcall(asks[what], id)
	context.State.said = if ok then said else "failed"
end

return Logic
""",
}
WORLD_HEAD = (
    "scenario: The world around\nhttp: { 'https://example.com/motd': { status: 200, body: hello } }\n"
    "players:\n  Siti: { user_id: 7, gamepasses: [VIP], groups: { '9': 200 } }\n  Budi: {}\n"
    "steps:\n  - join: [Siti, Budi]\n"
)


def asks(what: str, user: int, said: str) -> str:
    call = f"  - call: {{ module: Door, method: Ask, args: {{ what: {what}, id: {user} }} }}\n"
    return call + f"    expect: {{ state: {{ module: Door, fields: {{ said: '{said}' }} }} }}\n"


def test_the_world_around_is_as_the_scenario_says(project: Project) -> None:
    """Gamepasses by name, ranks in groups, answers of addresses; and what fails of them for a time."""
    steps = [
        *(asks("pass", 7, "true"), asks("pass", 1, "false")),
        *(asks("group", 7, "200"), asks("group", 1, "none"), asks("http", 1, "hello")),
        *("  - fault: { groups: failing, for: 10 s }\n", asks("group", 7, "failed")),
        *("  - fault: { http: failing, times: 1 }\n", asks("http", 1, "failed"), asks("http", 1, "hello")),
        *("  - advance: 10 s\n", asks("group", 7, "200")),
    ]
    project.write({**WORLD, "specs/scenarios/world.yaml": WORLD_HEAD + "".join(steps)})
    result = project.json("test")
    assert (messages(result), result.code) == ([], 0)


def test_a_gamepass_that_there_is_not_is_named(project: Project) -> None:
    wrong = (WORLD_HEAD + asks("pass", 7, "true")).replace("[VIP]", "[VIPP]")
    result = project.write({**WORLD, "specs/scenarios/world.yaml": wrong}).json("check")
    assert [(one["code"], one["line"]) for one in result.findings] == [("E0415", 4)]


def test_a_setting_that_there_is_not_is_named(project: Project) -> None:
    """Where it is set, and where it is expected; `within` and its kin aren't settings."""
    steps = """scenario: Settings
steps:
  - config: { set: { pace: 3, pac: 4 } }
  - expect: { config: { pace: 3, Hello.x: 1, within: 5 s } }
"""
    files = {
        "specs/project.yaml": "ovhl: 1\nname: Test\n",
        "specs/config.yaml": "fields: { pace: { type: u8, default: 2 } }\n",
        "specs/scenarios/settings.yaml": steps,
    }
    result = project.write(files).json("check")
    assert [(one["code"], one["line"]) for one in result.findings] == [("E0405", 3), ("E0405", 4)]


def test_what_passes_in_one_order_only_is_named(project: Project) -> None:
    """A second run draws what Roblox leaves open, and its trace is the one that is shown."""
    letters = """
	for letter in string.gmatch("abcdef", ".") do
		task.delay(1, function()
			context.State.said ..= letter
		end)
	end
"""
    logic = WORLD["specs/modules/Door/Logic.luau"]
    begin = 'local ok, said = pcall(asks[what], id)\n\tcontext.State.said = if ok then said else "failed"\n'
    assert begin in logic
    files = {**WORLD, "specs/modules/Door/Logic.luau": logic.replace(begin, "print(what, id, asks)" + letters)}
    steps = (
        asks("pass", 7, "") + "  - advance: 2 s\n    expect: { state: { module: Door, fields: { said: abcdef } } }\n"
    )
    result = project.write({**files, "specs/scenarios/world.yaml": WORLD_HEAD + steps}).json("test")
    assert [one["code"] for one in result.findings if one["severity"] == "error"] == ["E0814", "E0811"]
    assert "expected state {said: abcdef}, but: {said: " in messages(result)[1]
