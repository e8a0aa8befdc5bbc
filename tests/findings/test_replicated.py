"""Replicated state: a bad value is told once and stops itself alone, and what a client couldn't read comes again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.model.project import Project
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.session import Session
from tests.support.games import built

pytestmark = pytest.mark.tools

STATE = """
module: Alpha
realm: server
domain: OVHL_Modules
types:
  Body: { struct: { head: Vector2, score: f32, trail: "u16[..40]" } }
  Deep: { struct: { name: "string(..200)", rows: "map(u8, Body)[..9]" } }
  Tree: { struct: { name: "string(..5)", kids: "Tree[..3]" } }
state:
  speed: { type: f32, default: 0, keep: true, replicate: all }
  place: { type: "Vector3?", replicate: all }
  tree: { type: "Tree?", keep: true, replicate: all }
  list: { type: "u8[..9]", default: [], replicate: all }
  target: { type: "Instance(BasePart)?", replicate: all }
  king: { type: "Player?", replicate: all }
  team: { type: "map(u8, Player)", default: {}, replicate: all }
  own: { type: "Instance(BasePart)?", per_player: true, replicate: owner }
  snakes: { type: "map(string(..20), Body, ..60)", default: {}, replicate: all }
  deep: { type: "Deep?", replicate: all }
  heat: { type: f64, default: 0, per_player: true, replicate: owner }
  bytes: { type: "buffer(..9)?", keep: true, replicate: all }
  boxes: { type: "map(u8, buffer(..9), ..3)", default: {}, replicate: all }
"""
# Behind Alpha, in every order in which fields are looked at.
ZED = """
module: Zed
realm: server
domain: OVHL_Modules
state:
  score: { type: u32, default: 0, replicate: all }
  points: { type: u32, default: 0, per_player: true, replicate: owner }
"""
NAMES = ("speed", "place", "tree", "list", "target", "king", "team", "own", "heat", "snakes", "deep", "bytes", "boxes")
FACE = "module: Face\nrealm: client\ndomain: OVHL_Modules\nreads: [Zed.score, Zed.points, {}]\n".format(
    ", ".join(f"Alpha.{name}" for name in NAMES)
)
WORKER = "--!strict\nlocal Logic = {}\n\nreturn Logic\n"
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nlogging: { level: DEBUG }\n"
    "place: { ServerStorage: { Hidden: { $className: Part } } }\n",
    "specs/modules/Alpha/module.yaml": STATE,
    "specs/modules/Alpha/Logic.luau": WORKER,
    "specs/modules/Zed/module.yaml": ZED,
    "specs/modules/Zed/Logic.luau": WORKER,
    "specs/modules/Face/module.yaml": FACE,
    "specs/modules/Face/Logic.luau": WORKER,
}
# Luau that spoils a field, and where the log says that it is wrong.
BAD = {
    "state.speed = 0 / 0": "Alpha.speed: ",
    "state.speed = math.huge": "Alpha.speed: ",
    "state.place = Vector3.new(0 / 0, 1, 2)": "Alpha.place: ",
    "state.list = table.create(10, 1)": "Alpha.list: ",
    "state.list = table.create(300_000, 1)": "Alpha.list: more than 200000 values",
    "own.heat = 0 / 0": "Alpha.heat: ",
    'local tree = { name = "a", kids = {} } tree.kids = { tree } state.tree = tree': (
        "Alpha.tree.kids[1]: it contains itself"
    ),
    # Twice as many ways with each level, and no end within reach.
    'local tree = { name = "a", kids = {} } for _ = 1, 60 do tree = { name = "a", kids = { tree, tree } } end '
    "state.tree = tree": "Alpha.tree",
    'local tree = { name = "a", kids = {} } for _ = 1, 30_000 do tree = { name = "a", kids = { tree } } end '
    "state.tree = tree": "Alpha.tree.kids[1].kids[1]",
    "state.list = setmetatable({}, { __iter = function() error('no') end })": "Alpha.list",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path]:
    return built(tmp_path_factory.mktemp("replicated"), FILES)


@pytest.fixture
def here(place: tuple[Project, Path]) -> Iterator[Game]:
    project, path = place
    with Session(path, seed=1) as session:
        game = Game(project, session)
        game.boot()
        game.join("Siti", 1)
        game.advance(1)
        yield game


STATES = 'local state, own = record("Alpha").context.State, record("Alpha").context.PlayerState[player("Siti")] '


def change(here: Game, source: str) -> None:
    here.run("server", STATES + source)


def seen(here: Game, name: str, player: str = "Siti") -> object:
    """What a client has of a field."""
    module = "Zed" if name in ("score", "points") else "Alpha"
    got = f'record("Face").context.Reads.{module}.{name}:Get()'
    shown = f"local found = {got} return if typeof(found) == 'Instance' then found.Name else found"
    return (here.run(player, shown, settle=False) or {}).get("1")


def errors(here: Game, since: int = 0) -> list[str]:
    return [str(one.get("text")) for one in here.facts[since:] if one.kind == "log" and one.get("word") == "ERROR"]


def sent(here: Game, name: str, since: int = 0) -> int:
    return sum(one.kind == "sent" and one.get("subject") == name for one in here.facts[since:])


@pytest.mark.parametrize("source", BAD)
def test_a_bad_value_is_told_once_and_stops_nothing_else(here: Game, source: str) -> None:
    """With its module, field and path; a joiner's state comes, too. Told again where it was right in between."""
    began = len(here.facts)
    change(here, source + ' record("Zed").context.State.score = 2')
    here.advance(2)
    assert [text for text in errors(here, began) if "STATE_INVALID" in text and BAD[source] in text] == errors(
        here, began
    )
    assert len(errors(here, began)) == 1
    assert seen(here, "score") == 2
    change(here, 'record("Zed").context.PlayerState[player("Siti")].points = 3')
    here.join("Budi", 2)
    here.advance(1)
    assert (seen(here, "points"), seen(here, "score", "Budi"), seen(here, "points", "Budi")) == (3, 2, 0)
    assert not [one for one in here.facts if one.kind == "error"]
    assert len(errors(here, began)) == 1
    change(here, "state.speed, state.place, state.tree, state.list, own.heat = 1, nil, nil, { 1 }, 1")
    here.advance(1)
    assert (seen(here, "speed"), seen(here, "list"), seen(here, "heat")) == (1, [1], 1)
    change(here, source)
    here.advance(1)
    assert len(errors(here, began)) == 2


def test_what_is_written_into_a_buffer_is_sent(here: Game) -> None:
    """A buffer is looked at by its bytes, as a table by what it holds; the same bytes again are no change."""
    change(here, "state.bytes = buffer.fromstring('abc') state.boxes = { [1] = buffer.fromstring('xy') }")
    here.advance(1)
    change(here, "buffer.writestring(state.bytes, 0, 'ABC') buffer.writestring(state.boxes[1], 1, 'Z')")
    here.advance(1)
    reads = 'record("Face").context.Reads.Alpha.{}:Get()'
    got = f"return buffer.tostring({reads.format('bytes')}), buffer.tostring({reads.format('boxes')}[1])"
    assert here.run("Siti", got, settle=False) == {"1": "ABC", "2": "xZ"}
    before = sent(here, "Alpha.bytes")
    change(here, "state.bytes = buffer.fromstring('ABC')")
    here.advance(1)
    assert sent(here, "Alpha.bytes") == before


def test_who_joins_meanwhile_gets_the_last_that_was_right(here: Game) -> None:
    change(here, "state.speed = 4")
    here.advance(1)
    change(here, "state.speed = 0 / 0")
    here.advance(1)
    here.join("Budi", 2)
    here.advance(1)
    assert (seen(here, "speed"), seen(here, "speed", "Budi")) == (4, 4)


def test_a_module_with_such_a_value_is_reloaded_without_it(here: Game) -> None:
    """The other fields are kept."""
    change(here, 'local tree = { name = "a" } tree.kids = { tree } state.tree = tree state.speed = 3')
    here.advance(1)
    began = len(here.facts)
    outcome = here.reload("Alpha")
    assert outcome is not None and outcome.success
    assert [text for text in errors(here, began) if "tree.kids[1]: it contains itself" in text] == errors(here, began)
    state = here.state("Alpha")
    assert (state["speed"], state.get("tree")) == (3, None)


@pytest.mark.parametrize("field", ["state.target", "own.own"])
def test_what_a_client_could_not_read_comes_when_it_can(here: Game, field: str) -> None:
    """No other message goes, however long it takes, than one in four seconds."""
    name = field.split(".")[1]
    change(here, f"{field} = game:GetService('ServerStorage').Hidden")
    here.advance(40)
    assert seen(here, name) is None
    assert sent(here, f"Alpha.{name}") <= 15
    assert [one.get("word") for one in here.facts if one.kind == "refused" and one.side == "server"] == []
    change(here, "game:GetService('ServerStorage').Hidden.Parent = workspace")
    here.advance(5)
    assert seen(here, name) == "Hidden"
    before = sent(here, f"Alpha.{name}")
    here.advance(20)
    assert sent(here, f"Alpha.{name}") == before, "nobody asks any more"


def test_what_is_not_in_the_game_yet_is_sent_once_it_is(here: Game) -> None:
    """Said once meanwhile."""
    began = len(here.facts)
    change(here, "local part = Instance.new('Part') part.Name = 'Fresh' state.target = part shared.part = part")
    here.advance(5)
    assert len(errors(here, began)) == 1
    change(here, "shared.part.Parent = workspace")
    here.advance(2)
    assert seen(here, "target") == "Fresh"
    assert len(errors(here, began)) == 1


def test_state_that_names_who_left_costs_the_next_nothing(here: Game) -> None:
    """Who joins gets every field that can be sent, and hears of the next value."""
    here.join("Budi", 2)
    change(here, "state.king = player('Budi') state.team = { player('Budi') } state.target = nil state.list = { 7 }")
    here.advance(1)
    here.leave("Budi")
    here.join("Tuti", 3)
    here.advance(3)
    assert (seen(here, "list", "Tuti"), seen(here, "king", "Tuti"), seen(here, "score", "Tuti")) == ([7], None, 0)
    change(here, "state.king = player('Tuti') state.team = { player('Tuti'), player('Siti') }")
    here.advance(2)
    assert (seen(here, "king", "Tuti"), seen(here, "king")) == ("Tuti", "Tuti")


BYTES = """
_G.bytes = 0
game:GetService("ReplicatedStorage").OVHL_Remotes.Reliable.OnClientEvent:Connect(function(packet)
    _G.bytes += buffer.len(packet)
end)
"""


def test_a_change_sends_what_differs(here: Game) -> None:
    """Of an entry of a map, an element of a list within it, a key that is gone; the rest stays as it was."""
    here.run("Siti", BYTES)
    body = "{ head = Vector2.new(i, 0), score = 1, trail = table.create(40, i) }"
    change(here, f"for i = 1, 40 do state.snakes[`P{{i}}`] = {body} end")
    change(
        here,
        f"local i = 2 local rows = {{}} for n = 1, 9 do rows[n] = {{ [3] = {body}, [4] = {body} }} end "
        "state.deep = { name = string.rep('x', 200), rows = rows }",
    )
    here.advance(1)
    changes = {
        "state.snakes.P1.head += Vector2.new(1, 0)": 24,
        "state.snakes.P7.trail[40] = 9": 16,
        "state.snakes.P9 = nil": 12,
        "state.deep.rows[5][3].score = 7": 32,
        "state.deep.name = 'y'": 12,
        "table.remove(state.deep.rows)": 8,
    }
    same = """
        local found, mine = record("Face").context.Reads.Alpha, {}
        for name, body in found.snakes:Get() do
            table.insert(mine, `{name} {body.head} {body.score} {table.concat(body.trail, " ")}`)
        end
        for at, row in found.deep:Get().rows do
            for key, body in row do
                table.insert(mine, `{at} {key} {body.head} {body.score} {table.concat(body.trail, " ")}`)
            end
        end
        table.sort(mine)
        return found.deep:Get().name .. table.concat(mine, ",")
    """
    server = same.replace('record("Face").context.Reads.Alpha', 'record("Alpha").context.State').replace(":Get()", "")
    for source, most in changes.items():
        here.run("Siti", "_G.bytes = 0")
        change(here, source)
        here.advance(0.5)
        got = (here.run("Siti", "return _G.bytes") or {}).get("1")
        assert 0 < got <= most, (source, got)
        assert here.run("Siti", same) == here.run("server", server), source
    here.join("Budi", 2)
    here.advance(1)
    assert here.run("Budi", same) == here.run("server", server), "who joins gets all of it"


def test_asking_again_has_its_limit(here: Game) -> None:
    """A client that asks as fast as it can gets a field once a second; others, and what is no such field, never."""
    change(here, "state.target = game:GetService('ServerStorage').Hidden state.king = player('Siti')")
    here.advance(1)
    began = len(here.facts)
    ask = """
        local Layouts = require(Shared.Network.Layouts)
        local remote = game:GetService("ReplicatedStorage").OVHL_Remotes.Reliable
        for _, name in {NAMES} do
            remote:FireServer(buffer.fromstring(string.rep("\\0" .. string.pack("<I2", Layouts.ids[name]), 50)))
        end
    """
    for _ in range(10):
        here.run("Siti", ask.replace("{NAMES}", '{ "Alpha.target", "Alpha.king" }'), settle=False)
        here.advance(0.1)
    assert sent(here, "Alpha.target", began) <= 5
    assert sent(here, "Alpha.king", began) <= 5
    here.run("Siti", ask.replace("{NAMES}", '{ "Alpha.list" }'), settle=False)
    here.advance(0.1)
    assert sent(here, "Alpha.list", began) == 0
    assert [
        (one.get("subject"), one.get("word"))
        for one in here.facts[began:]
        if one.kind == "refused" and one.side == "server"
    ] == [("an unknown event", "NET_UNKNOWN")]
