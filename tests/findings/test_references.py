"""What `references` and the type of a map's key say of a value is so on the network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ovhlgen.model.wire import Layouts, Map
from ovhlgen.pipeline import load
from ovhlgen.resolve.wire import layouts
from ovhlgen.simulator.game import Game, GameError
from ovhlgen.simulator.session import Session
from tests.support.games import built
from tests.support.projects import Project

# A field of an event, what fits it, and what doesn't.
FIELDS = {
    "Plain": ("{ hero: { type: string(..40), references: Heroes } }", {"hero": "Ayu"}, {"hero": "Nobody"}),
    "Maybe": ("{ hero: { type: 'string(..40)?', references: Heroes } }", {}, {"hero": "ayu"}),
    "Many": ("{ all: { type: 'string(..40)[..3]', references: Heroes } }", {"all": ["Budi"]}, {"all": ["Ayu", ""]}),
    "Within": ("{ picks: 'Pick[..3]' }", {"picks": [{"hero": "Ayu"}]}, {"picks": [{"hero": "Nobody"}]}),
    "Numbers": ("{ item: { type: u32, references: Items } }", {"item": 70000}, {"item": 8}),
}
EVENTS = "".join(
    f"  {name}: {{ from: client, payload: {payload}, worker: Logic.on }}\n"
    f"  Told{name}: {{ from: server, payload: {payload} }}\n"
    for name, (payload, _, _) in FIELDS.items()
)
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/types.yaml": "types:\n"
    "  Hero: { struct: { name: string(..40), price: u32 } }\n"
    "  Item: { struct: { number: u32 } }\n"
    "  Pick: { struct: { hero: { type: string(..40), references: Heroes } } }\n",
    "specs/catalogues/Heroes.yaml": "catalogue: Heroes\nrow: Hero\nkey: name\nrealm: shared\n"
    "rows: [{ name: Ayu, price: 0 }, { name: Budi, price: 5 }]\n",
    "specs/catalogues/Items.yaml": "catalogue: Items\nrow: Item\nkey: number\nrealm: shared\n"
    "rows: [{ number: 7 }, { number: 70000 }]\n",
    "specs/modules/Game/module.yaml": "module: Game\nrealm: server\ndomain: OVHL_Modules\n"
    f"catalogues: [Heroes]\nevents:\n{EVENTS}",
    "specs/modules/Game/Logic.luau": "--!strict\nlocal Logic = {}\n\n"
    "function Logic.on()\n\tprint('on')\nend\n\nreturn Logic\n",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Game]:
    project, place = built(tmp_path_factory.mktemp("references"), FILES)
    with Session(place, seed=1) as session:
        game = Game(project, session)
        game.boot()
        game.join("Siti", 1)
        yield game


@pytest.mark.tools
@pytest.mark.parametrize("name", FIELDS)
def test_only_keys_of_the_catalogue_travel(here: Game, name: str) -> None:
    """What a client sends is NET_INVALID, and what the server sends raises, where the catalogue hasn't got it."""
    _, right, wrong = FIELDS[name]
    began = len(here.facts)
    here.fire("Siti", f"Game.{name}", right)
    here.fire("Siti", f"Game.{name}", wrong)
    told = [(one.kind, one.get("word")) for one in here.facts[began:] if one.get("subject") == f"Game.{name}"]
    assert told.count(("refused", "NET_INVALID")) == 1
    assert [one.get("text") for one in here.facts[began:] if one.kind == "print"] == ["on"]
    send = f'record("Game").context.Events.Told{name}:FireAll('
    here.run("server", f"{send}{_luau(right)})")
    with pytest.raises(GameError, match=rf"NET_INVALID: Game.Told{name}.*: a key of (Heroes|Items) expected"):
        here.run("server", f"{send}{_luau(wrong)})")


def _luau(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_luau(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "{ " + ", ".join(map(_luau, value)) + " }"
    return f'"{value}"' if isinstance(value, str) else str(value)


def module(project: Project, events: str) -> Project:
    head = "module: Game\nrealm: server\ndomain: OVHL_Modules\ntypes: { Team: { enum: [Red, Blue] } }\n"
    return project.base().write(
        {
            "specs/modules/Game/module.yaml": f"{head}events:\n{events}",
            "specs/modules/Game/Logic.luau": "local Logic = {}\n\nreturn Logic\n",
        }
    )


def layouts_of(project: Project) -> Layouts:
    loaded = load(project.root).project
    assert loaded is not None
    return layouts(loaded)


def test_a_map_has_no_more_entries_than_its_key_has_values(project: Project) -> None:
    """So that an unreliable event may hold one; there is nothing to say about a maximum that it has."""
    keys = {"Team": 2, "u8(1..4)": 4, "u8": 256, "u16": 1024, "string(..3)": 1024}
    events = "".join(
        f"  E{number}: {{ from: server, payload: {{ of: 'map({key}, boolean)' }} }}\n"
        for number, key in enumerate(keys)
    )
    small = "  Small: { from: server, reliable: false, payload: { of: 'map(Team, map(u8(1..4), u16))' } }\n"
    project = module(project, events + small)
    maps = [one.payload.fields["of"] for one in layouts_of(project).messages if one.payload and ".E" in one.name]
    assert [of.high for of in maps if isinstance(of, Map)] == list(keys.values())
    found = project.json("check").findings
    assert [one["code"] for one in found if one["severity"] == "error"] == []
    assert sum(one["code"] == "N0307" for one in found) == 2


def test_a_map_that_wants_more_than_there_are_is_as_it_says(project: Project) -> None:
    """Nobody can send one; the layout stays sound."""
    project = module(project, "  E0: { from: server, payload: { of: 'map(Team, u16, 3..9)' } }\n")
    (of,) = (one.payload.fields["of"] for one in layouts_of(project).messages if one.payload and ".E" in one.name)
    assert isinstance(of, Map)
    assert of.low <= of.high
