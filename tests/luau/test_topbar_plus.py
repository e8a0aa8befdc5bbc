"""TopbarIntegration over the real TopbarPlus, as npm has it: icons made, selected, deselected, hidden by role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.pipeline import load
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.session import Session
from tests.conftest import ROOT
from tests.luau.test_topbar import FILES, join, of, opened, warnings
from tests.support.projects import Project
from tests.support.servers import build

pytestmark = pytest.mark.tools

MODEL = ROOT / "tests/npm/node_modules/@rbxts/topbar-plus/out/icon.rbxm"
# Its Janitor adds keys to a table while it goes through it. Luau promises nothing then: under the simulator, whose
# scripts have globals of their own, some keys would be left out. So they are added before.
FIRST = """
local package = game:GetService("ReplicatedStorage").Real
local index = require(package.Packages.Janitor).__index
local names = {}
for name in index do table.insert(names, name) end
for _, name in names do index[string.lower(string.sub(name, 1, 1)) .. string.sub(name, 2)] = index[name] end
return require(package)
"""
REAL = """
local Icon = require(game:GetService("ReplicatedStorage").TopbarPlus)
local icons = {}
for _, icon in Icon.getIcons() do icons[icon:getInstance("IconLabel").Text] = icon end
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    assert MODEL.is_file(), "run `make suites` first"
    head = "ovhl: 1\nname: Test\npackages: { TopbarPlus: { at: [ReplicatedStorage.TopbarPlus] } }\n"
    project = Project(tmp_path_factory.mktemp("topbar")).write({**FILES, "specs/project.yaml": head})
    assert project.json("build").code == 0
    out = project.root / "out"
    tree = json.loads((out / "default.project.json").read_text("utf-8"))
    tree["tree"]["ReplicatedStorage"] |= {
        "Real": {"$path": MODEL.as_posix()},
        "TopbarPlus": {"$className": "ModuleScript", "$properties": {"Source": FIRST}},
    }
    (out / "test.project.json").write_text(json.dumps(tree), "utf-8")
    return load(project.root).project, build(out / "test.project.json", project.root / "game.rbxl")


@pytest.fixture
def game(place: tuple[Any, Path]) -> Iterator[Game]:
    project, path = place
    with Session(path, blank=True) as session:
        found = Game(project, session)
        found.boot()
        found.advance(1)
        join(found, "Siti", 2)
        found.advance(3)
        yield found


def real(game: Game, source: str) -> Any:
    return (game.run("Siti", REAL + source) or {}).get("1")


def shown(game: Game) -> dict[str, list[bool]]:
    """Of each icon of ours (TopbarPlus has an X of its own): enabled, selected."""
    each = "found[label] = { icon.isEnabled, icon.isSelected }"
    return dict(real(game, f"icons.X = nil local found = {{}} for label, icon in icons do {each} end return found"))


def test_icons_are_made_and_shown_by_role(game: Game) -> None:
    assert shown(game) == {"Songs": [True, False], "Lounge": [True, False], "staff": [False, False]}
    assert warnings(game) == []


def test_an_icon_that_is_selected_opens_its_screen_and_another_takes_its_place(game: Game) -> None:
    real(game, "icons.Songs:select()")
    assert (shown(game)["Songs"], opened(game)) == ([True, True], ["Songs"])
    real(game, "icons.Lounge:select()")
    assert (shown(game)["Songs"], shown(game)["Lounge"], opened(game)) == ([True, False], [True, True], ["Lounge"])
    real(game, "icons.Lounge:deselect()")
    assert (shown(game)["Lounge"], opened(game)) == ([True, False], [])


def test_a_screen_that_opens_by_itself_selects_its_icon(game: Game) -> None:
    game.run("Siti", 'shared.turn("Songs", true)')
    assert shown(game)["Songs"] == [True, True]
    game.run("Siti", 'shared.turn("Songs", false)')
    assert shown(game)["Songs"] == [True, False]


def test_modules_label_select_and_switch_it(game: Game) -> None:
    of(game, 'topbar:SetLabel("songs", "Musik") topbar:Select("songs")')
    assert (shown(game)["Musik"], opened(game)) == ([True, True], ["Songs"])
    of(game, 'topbar:SetEnabled("songs", false)')
    assert (shown(game)["Musik"], opened(game)) == ([False, False], [])
    real(game, "icons.staff:select()")
    assert (shown(game)["staff"], opened(game)) == ([False, False], []), "who may not see it can't select it"
    assert warnings(game) == []
    assert not [one for one in game.facts if one.kind == "error"]
