"""Screens that were drawn in Studio: bound by unique names, and again when Roblox puts a fresh copy there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game
from ovhlgen.simulator.screen import NotReached, Screen
from tests.support.projects import Project

pytestmark = pytest.mark.tools

FILES = {
    "specs/themes/default.yaml": "theme: default\ntokens: {}\n",
    "specs/modules/Face/module.yaml": """
module: Face
realm: client
domain: OVHL_Modules
depends: [OVHL_UI]
screens: [Shop]
""",
    "specs/modules/Face/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.buy(_context: Types.Context)
	print("bought")
end

return Logic
""",
    "specs/ui/Shop.yaml": """
screen: Shop
kind: panel
bind: StarterGui.Shop
components:
  buy: { class: TextButton, call: Logic.buy }
  leave: { class: TextButton, close: true }
  title: TextLabel
""",
}


def part(of: str, top: float, **children: Any) -> dict[str, Any]:
    properties = {"Size": {"UDim2": [[0.5, 0], [0.2, 0]]}, "Position": {"UDim2": [[0, 0], [top, 0]]}}
    return {"$className": of, "$properties": properties, **children}


def drawn(**parts: Any) -> dict[str, Any]:
    gui = {"$className": "ScreenGui", "$properties": {"Enabled": False, "ResetOnSpawn": True}, **parts}
    return {"StarterGui": {"Shop": gui}}


RIGHT = {"buy": part("TextButton", 0.1), "leave": part("TextButton", 0.4), "title": part("TextLabel", 0.7)}


@contextmanager
def playing(folder: Path, place: dict[str, Any], more: dict[str, str] | None = None) -> Iterator[Screen]:
    head = f"ovhl: 1\nname: Test\nplace: {json.dumps(place)}\n"
    with Game.start(Project(folder).write({**FILES, **(more or {}), "specs/project.yaml": head}).root) as game:
        game.join("Siti", 1)
        game.advance(3)
        yield Screen(game, "Siti")


def bought(screen: Screen) -> int:
    return sum(one.kind == "print" and one.get("text") == "bought" for one in screen.game.facts)


def warnings(screen: Screen) -> list[str]:
    found = [one for one in screen.game.facts if one.kind == "log" and one.get("word") == "WARN"]
    return [str(one.get("text")) for one in found if one.get("subject") == "OVHL_UI"]


def test_it_is_shown_pressed_and_hidden(tmp_path: Path) -> None:
    with playing(tmp_path, drawn(**RIGHT)) as screen:
        assert screen.look() == []
        screen.open("Shop")
        screen.press("Shop", "buy")
        assert bought(screen) == 1
        screen.press("Shop", "leave")
        assert screen.look() == []
        screen.open("Shop")
        screen.press("Shop", "buy")
        assert bought(screen) == 2, "connected once each time"
        assert warnings(screen) == []


def test_it_may_be_in_a_folder(tmp_path: Path) -> None:
    shop = drawn(**RIGHT)["StarterGui"]["Shop"]
    files = {"specs/ui/Shop.yaml": FILES["specs/ui/Shop.yaml"].replace("StarterGui.Shop", "StarterGui.Market.Shop")}
    with playing(tmp_path, {"StarterGui": {"Market": {"$className": "Folder", "Shop": shop}}}, files) as screen:
        screen.open("Shop")
        screen.press("Shop", "buy")
        assert bought(screen) == 1


def test_a_fresh_copy_after_a_respawn_is_bound(tmp_path: Path) -> None:
    with playing(tmp_path, drawn(**RIGHT)) as screen:
        screen.open("Shop")
        screen.press("Shop", "buy")
        screen.game.run("server", "game.Players.Siti:LoadCharacter()")
        screen.game.advance(2)
        screen.press("Shop", "buy")
        assert bought(screen) == 2


def test_before_the_first_copy_is_there_it_waits(tmp_path: Path) -> None:
    head = f"ovhl: 1\nname: Test\nplace: {json.dumps(drawn(**RIGHT))}\n"
    with Game.start(Project(tmp_path).write({**FILES, "specs/project.yaml": head}).root) as game:
        game.session.ask("join", server=1, name="Siti", user_id=1, locale="en-us")
        game.session.ask("advance", seconds=0.2)
        screen = Screen(game, "Siti")
        screen.open("Shop")
        game.advance(5)
        screen.press("Shop", "buy")
        assert bought(screen) == 1


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({**RIGHT, "more": part("Frame", 0.8, buy=part("TextButton", 0.1))}, "2 named buy; exactly one TextButton"),
        ({"leave": RIGHT["leave"], "title": RIGHT["title"]}, "nothing named buy; exactly one TextButton"),
        ({**RIGHT, "buy": part("TextLabel", 0.1)}, "buy is a TextLabel; a TextButton is expected"),
    ],
)
def test_what_does_not_fit_is_said_and_left(tmp_path: Path, parts: dict[str, Any], said: str) -> None:
    with playing(tmp_path, drawn(**parts)) as screen:
        screen.open("Shop")
        assert len(warnings(screen)) == 1
        assert f"UI_BIND: Shop: {said}" in warnings(screen)[0]
        with pytest.raises(NotReached):
            screen.press("Shop", "buy")
        assert bought(screen) == 0
        screen.press("Shop", "leave")
        assert screen.look() == []


def test_a_fresh_copy_has_its_place_among_windows(tmp_path: Path) -> None:
    """What comes to the front is the copy that is there now; one that comes after it was closed stays hidden."""
    side = "screen: Side\nkind: panel\nsize: { width: 0.3, height: 0.3 }\ncontent: [{ text: { text: Side } }]\n"
    files = {
        "specs/ui/Side.yaml": side,
        "specs/modules/Face/module.yaml": FILES["specs/modules/Face/module.yaml"].replace("[Shop]", "[Shop, Side]"),
    }
    modals = 'local modals = require(Shared.Kernel.ServiceManager):Get("OVHL_UI").ModalSystem '
    shop = 'local shop = game:GetService("Players").LocalPlayer.PlayerGui.Shop '
    side = 'local side = game:GetService("Players").LocalPlayer.PlayerGui.Side '
    with playing(tmp_path, drawn(**RIGHT), files) as screen:
        screen.open("Shop")
        screen.game.run("server", "game.Players.Siti:LoadCharacter()")
        screen.game.advance(2)
        screen.open("Side")
        screen.game.run("Siti", f'{modals} modals:Open("Shop")')
        order = screen.game.run("Siti", f"{shop} {side} return shop.DisplayOrder > side.DisplayOrder")
        assert order == {"1": True}
        close = 'modals:Close("Shop")'
        again = f"{modals} {shop} local copy = shop:Clone() copy.Enabled = false shop:Destroy() "
        screen.game.run("Siti", f"{again} copy.Parent = game:GetService('Players').LocalPlayer.PlayerGui {close}")
        screen.game.advance(1)
        assert screen.game.run("Siti", f"{shop} return shop.Enabled") == {"1": False}
