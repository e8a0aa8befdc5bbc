"""What its receiver hasn't got, an Instance that isn't streamed in or a player who has left.

One event is refused, and all that came with it arrives.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.model.project import Project
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.session import Session
from tests.support.games import built

pytestmark = pytest.mark.tools

# Each way in which a payload may name an Instance or a player.
NAMED = {
    "Plain": ("{ part: Instance(BasePart) }", "{ part = PART }"),
    "Maybe": ("{ part: Instance(BasePart)?, after: u8 }", "{ part = PART, after = 3 }"),
    "Listed": ('{ all: "Instance(BasePart)[..9]" }', "{ all = { workspace.Seen, PART, workspace.Seen } }"),
    "Mapped": ('{ by: "map(u8, Instance(BasePart))" }', "{ by = { [3] = PART, [4] = workspace.Seen } }"),
    "Nested": ('{ deals: "Deal[..3]" }', '{ deals = { { kind = "hit", at = PART, who = WHO } } }'),
    "Below": ('{ part: "Instance(BasePart, Workspace.Arena)" }', "{ part = PART }"),
    "Any": ("{ it: any }", "{ it = PART }"),
    "Anys": ('{ all: "any[..3]" }', "{ all = { 1, PART, 2 } }"),
    "Who": ("{ who: Player }", "{ who = WHO }"),
    "Friends": ('{ rows: "Friend[..3]" }', "{ rows = { { who = WHO, since = 3 } } }"),
}
TYPES = """
types:
  Friend: { struct: { who: Player, since: u16 } }
  Deal: { union: { hit: { at: Instance(BasePart), who: Player? }, miss: { by: u8 } } }
"""
EVENTS = "".join(
    f"  Tell{name}: {{ from: server, unsafe: true, payload: {payload} }}\n"
    f"  Send{name}: {{ from: client, unsafe: true, payload: {payload}, worker: Logic.note }}\n"
    f"  Turn{name}:\n"
    f"    {{ from: client, unsafe: true, request: {payload}, response: u8, worker: Logic.note, serial: true }}\n"
    for name, (payload, _) in NAMED.items()
)
ALPHA = f"""
module: Alpha
realm: server
domain: OVHL_Modules
events:
  Gold: {{ from: server, payload: {{ amount: u32 }} }}
  Buy: {{ from: client, payload: {{ item: u8 }}, worker: Logic.buy }}
  Where: {{ from: client, request: {{}}, response: Instance(BasePart), worker: Logic.where }}
{EVENTS}"""
LOGIC = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.note(_context: Types.Context, player: Player): number
	print("noted", player.Name)
	return 1
end

function Logic.buy(_context: Types.Context, player: Player, payload: Types.Buy)
	print("bought", player.Name, payload.item)
end

function Logic.where(): BasePart
	return (game:GetService("ServerStorage") :: any).Hidden
end

return Logic
"""
FACE = "module: Face\nrealm: client\ndomain: OVHL_Modules\n"
FACE += "sends: [Alpha.Buy, Alpha.Where, {}]\nlistens: {{ {} }}\n".format(
    ", ".join(f"Alpha.{verb}{name}" for name in NAMED for verb in ("Send", "Turn")),
    ", ".join(f"Alpha.{name}: Logic.on" for name in ("Gold", *(f"Tell{name}" for name in NAMED))),
)
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nlogging: { level: DEBUG }\n"
    "network: { violations: { log: true, kick_after: 3, within: 60 s } }\n"
    "place:\n"
    "  ServerStorage: { Hidden: { $className: Part } }\n"  # stands for what isn't streamed in at any client
    "  Workspace: { Seen: { $className: Part }, Arena: { $className: Folder, Stone: { $className: Part } } }\n",
    "specs/types.yaml": TYPES,
    "specs/modules/Alpha/module.yaml": ALPHA,
    "specs/modules/Alpha/Logic.luau": LOGIC,
    "specs/modules/Face/module.yaml": FACE,
    "specs/modules/Face/Logic.luau": "--!strict\nlocal Logic = {}\n\nfunction Logic.on() end\n\nreturn Logic\n",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path]:
    return built(tmp_path_factory.mktemp("absent"), FILES)


@pytest.fixture
def here(place: tuple[Project, Path]) -> Iterator[Game]:
    """Siti and Budi are there."""
    project, path = place
    with Session(path, seed=1) as session:
        game = Game(project, session)
        game.boot()
        game.join("Siti", 1)
        game.join("Budi", 2)
        yield game


def texts(here: Game, side: str, kind: str = "print") -> list[str]:
    return [str(one.get("text")) for one in here.facts if one.kind == kind and one.side == side]


def subjects(here: Game, side: str, kind: str, since: int = 0) -> list[str]:
    return [str(one.get("subject")) for one in here.facts[since:] if one.kind == kind and one.side == side]


def test_a_server_s_event_is_refused_alone(here: Game) -> None:
    """However deep it names what the client hasn't got; its bytes are stepped over, without an error."""
    began = len(here.facts)
    lines = ['local events = record("Alpha").context.Events']
    lines.append('local hidden, who = game:GetService("ServerStorage").Hidden, player("Budi")')
    for name, (_, payload) in NAMED.items():
        part = "workspace.Arena.Stone" if name == "Below" else "hidden"
        lines.append(f"events.Tell{name}:Fire(player('Siti'), {payload.replace('PART', part).replace('WHO', 'who')})")
        lines.append("events.Gold:Fire(player('Siti'), { amount = 5 })")
    # What Siti's client loses before the messages arrive.
    lines.append("workspace.Arena.Stone:Destroy()")
    here.network(player="Siti", latency=0.2)
    here.run("server", "\n".join(lines), settle=False)
    here.leave("Budi")
    here.advance(2)
    refused = [one for one in here.facts[began:] if one.kind == "refused" and one.side == "Siti"]
    assert [(one.get("subject"), one.get("word")) for one in refused] == [
        (f"Alpha.Tell{name}", "NET_ABSENT") for name in NAMED
    ]
    assert subjects(here, "Siti", "received", began) == ["Alpha.Gold"] * len(NAMED)
    logged = [one for one in here.facts[began:] if one.kind == "log" and one.side == "Siti"]
    assert {one.get("word") for one in logged} == {"DEBUG"}


def test_a_client_s_event_is_refused_alone_and_is_no_violation(here: Game) -> None:
    """Of a part that was destroyed meanwhile, or a player who left; a request is told NET_ABSENT.

    Also one that waits for its turn. Who sends it stays, though three violations are a kick.
    """
    began = len(here.facts)
    here.network(player="Siti", latency=0.3)
    lines = ["local seen, who = workspace.Seen, player('Budi')", "local part = workspace.Arena.Stone"]
    for number, (name, (_, payload)) in enumerate(NAMED.items()):
        given = payload.replace("workspace.Seen", "seen").replace("PART", "part").replace("WHO", "who")
        lines.append(f"send('Alpha.Send{name}', {given})")
        lines.append(f"task.spawn(function() print('{name}', send('Alpha.Turn{name}', {given})) end)")
        lines.append(f"send('Alpha.Buy', {{ item = {number} }})")
    here.run("Siti", "\n".join(lines), settle=False)
    here.run("server", "workspace.Arena.Stone:Destroy()", settle=False)
    here.leave("Budi")
    here.advance(3)
    bought = [text for text in texts(here, "server") if text.startswith(("bought", "noted"))]
    # An `any` may be anything, even what was destroyed.
    assert bought == [line for number, name in enumerate(NAMED) for line in _heard(name, number)]
    answered = {text.split()[0]: text.split()[1:] for text in texts(here, "Siti") if text.split()[0] in NAMED}
    assert {name for name, words in answered.items() if words == ["nil", "NET_ABSENT"]} == set(NAMED) - {"Any", "Anys"}
    logged = [one for one in here.facts[began:] if one.kind == "log" and one.get("word") != "INFO"]
    assert {one.get("word") for one in logged} == {"DEBUG"}
    assert len([one for one in logged if "NET_ABSENT" in str(one.get("text"))]) == 2 * (len(NAMED) - 2)
    assert not [one for one in here.facts if one.kind == "kick"]


def _heard(name: str, number: int) -> list[str]:
    return [*(["noted Siti"] * 2 if name in ("Any", "Anys") else []), f"bought Siti {number}"]


def test_what_is_of_another_class_is_a_violation(here: Game) -> None:
    """Whoever sends such things is kicked for the third."""
    for _ in range(3):
        here.run("Siti", "send('Alpha.SendPlain', { part = 7 })", settle=False)
        here.advance(1)
    assert [one.kind for one in here.facts if one.kind == "kick"] == ["kick"]


def test_an_any_that_roblox_does_not_carry_raises_where_it_is_sent(here: Game) -> None:
    """Not at the end of the step, where it would take everybody's messages with it."""
    bad = ["local it = {} it.it = it", "local it = { print }", "local it = { 1, a = 2 }", "local it = print"]
    began = len(here.facts)
    for source in bad:
        send = 'pcall(function() record("Alpha").context.Events.TellAny:FireAll({ it = it }) end)'
        found = here.run("server", f"{source} return {send}")
        assert found is not None and found["1"] is False, source
        assert "Alpha.TellAny.it: a value that Roblox carries expected" in found["2"]
    here.run("server", 'record("Alpha").context.Events.Gold:FireAll({ amount = 1 })')
    assert subjects(here, "Budi", "received", began) == ["Alpha.Gold"]


def test_an_answer_that_holds_what_the_client_has_not_got_is_a_code(here: Game) -> None:
    """At once, not when its time is over."""
    began = here.now
    answer = here.request("Siti", "Alpha.Where", {})
    assert answer is not None
    assert answer.code == "NET_ABSENT"
    assert here.now - began < 1
