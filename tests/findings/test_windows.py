"""Windows that are open at once: one stack and one order; what the game had set is given back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ovhlgen.simulator.game import Game
from ovhlgen.simulator.screen import Screen
from ovhlgen.simulator.session import Session
from tests.support.games import built

pytestmark = pytest.mark.tools

LOGIC = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.press(_context: Types.Context)
	print("pressed")
end

return Logic
"""


def window(name: str, kind: str, *others: str) -> str:
    rows = "".join(f"  - button: {{ name: to_{other.lower()}, text: {other}, open: {other} }}\n" for other in others)
    return (
        f"screen: {name}\nkind: {kind}\nsize: {{ width: 0.5, height: 0.7 }}\ntitle: {name}\n"
        "values:\n  count: { type: u8(1..9), default: 3 }\n  share: { type: f32(0..1), default: 0.5 }\ncontent:\n"
        f"{rows}  - button: {{ name: press, text: Press, call: Logic.press }}\n"
        "  - field: { name: count, value: $count }\n"
        "  - stepper: { name: step, value: $count }\n"
        "  - progress: { name: bar, value: $share }\n"
    )


FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/themes/default.yaml": "theme: default\ntokens: {}\n",
    "specs/modules/Face/module.yaml": "module: Face\nrealm: client\ndomain: OVHL_Modules\ndepends: [OVHL_UI]\n"
    "screens: [Shop, Side, Deep, Bar]\n",
    "specs/modules/Face/Logic.luau": LOGIC,
    "specs/ui/Shop.yaml": window("Shop", "modal", "Side", "Deep"),
    "specs/ui/Side.yaml": window("Side", "panel", "Shop"),
    "specs/ui/Deep.yaml": window("Deep", "modal"),
    "specs/ui/Bar.yaml": "screen: Bar\nkind: hud\nsize: { width: 0.9, height: 0.2 }\ncontent:\n"
    "  - button: { name: press, text: Press, call: Logic.press }\n",
}
SELECTED = """
local selected = game:GetService("GuiService").SelectedObject
local gui = selected and selected:FindFirstAncestorOfClass("ScreenGui")
return gui and `{gui.Name}.{selected.Name}`
"""
TOUCH = 'return game:GetService("GuiService").TouchControlsEnabled'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Game]:
    project, file = built(tmp_path_factory.mktemp("windows"), FILES)
    with Session(file) as session:
        game = Game(project, session)
        game.boot()
        yield game


@pytest.fixture
def game(place: Game) -> Iterator[Game]:
    """Siti joins anew for each test."""
    place.join("Siti", 1)
    yield place
    place.leave("Siti")


def ask(game: Game, source: str) -> Any:
    return (game.run("Siti", source) or {}).get("1")


def is_open(game: Game, screen: str) -> bool:
    found = ask(game, f'return require(Shared.Kernel.ServiceManager):Get("OVHL_UI").ModalSystem:IsOpen("{screen}")')
    return bool(found)


def test_what_opened_last_is_in_front_and_closes_first(game: Game) -> None:
    """A panel from a modal, a modal from a panel; also what was open behind and is opened again."""
    screen = Screen(game, "Siti", "desktop")
    screen.open("Shop")
    screen.press("Shop", "to_side")
    screen.press("Side", "press")
    screen.press("Side", "to_shop")  # open already, behind: it comes to the front
    screen.press("Shop", "press")
    screen.press("Shop", "to_deep")
    screen.press("Deep", "press")
    opened = ["Deep", "Shop", "Side"]
    for at, name in enumerate(opened):
        assert is_open(game, name)
        screen.key("Escape")
        assert [is_open(game, one) for one in opened] == [False] * (at + 1) + [True] * (2 - at)


def test_orders_stay_apart_when_one_behind_has_closed(game: Game) -> None:
    """What opens next stands in front of all that is open."""
    screen = Screen(game, "Siti", "desktop")
    for name in ("Shop", "Side"):
        screen.open(name)
    screen.close("Shop")
    screen.open("Deep")
    screen.press("Deep", "press")
    screen.close("Deep")
    screen.press("Side", "press")


def test_the_selection_in_front_is_left_alone(game: Game) -> None:
    """Closing one behind takes nothing away; closing the front gives back what was selected before it."""
    screen = Screen(game, "Siti", "console")
    for name in ("Shop", "Side", "Deep"):
        screen.open(name)
    screen.close("Side")
    assert ask(game, SELECTED) == "Deep.press"
    screen.key("ButtonB")
    assert str(ask(game, SELECTED)).startswith("Shop.")
    screen.key("ButtonB")
    assert ask(game, SELECTED) is None


@pytest.mark.parametrize("had", [True, False])
def test_touch_controls_are_given_back_as_they_were(game: Game, had: bool) -> None:
    """A hud doesn't touch them; windows have them off; after the last they are what the game had set."""
    screen = Screen(game, "Siti", "phone")
    game.run("Siti", f'game:GetService("GuiService").TouchControlsEnabled = {str(had).lower()}')
    screen.open("Bar")
    assert ask(game, TOUCH) is had
    screen.open("Shop")
    screen.open("Deep")
    assert ask(game, TOUCH) is False
    screen.close("Shop")
    assert ask(game, TOUCH) is False
    screen.close("Deep")
    assert ask(game, TOUCH) is had
    screen.close("Bar")
    assert ask(game, TOUCH) is had


@pytest.mark.parametrize(("locale", "said"), [("en-us", "A number from 1 to 9"), ("id-id", "Angka dari 1 sampai 9")])
def test_a_number_field_says_what_it_takes(place: Game, locale: str, said: str) -> None:
    """In the player's language, where something else was written."""
    place.join("Siti", 1, locale=locale)
    screen = Screen(place, "Siti", "desktop")
    screen.open("Shop")
    screen.type("Shop", "count", "5000")
    texts = [screen.read(one, "Text") for one in screen.look() if "Toasts/" in one.path and one.kind == "TextLabel"]
    place.leave("Siti")
    assert any(said in str(text) for text in texts), texts


@pytest.mark.parametrize("screen", ["Shop", "Bar"])
def test_what_somebody_else_destroyed_is_closed(game: Game, screen: str) -> None:
    """Its controls are given back, Escape is for the next one, and it opens again."""
    view = Screen(game, "Siti", "desktop")
    game.run("Siti", 'game:GetService("GuiService").TouchControlsEnabled = true')
    view.open(screen)
    game.run("Siti", f'game:GetService("Players").LocalPlayer.PlayerGui:FindFirstChild("{screen}"):Destroy()')
    game.advance(0.1)
    assert not is_open(game, screen)
    assert ask(game, TOUCH) is True
    view.open(screen)
    view.press(screen, "press")
    view.close(screen)


def test_windows_that_change_places_stay_behind_toasts(game: Game) -> None:
    """However often; in the order in which they came to the front."""
    screen = Screen(game, "Siti", "desktop")
    screen.open("Shop")
    screen.open("Side")
    again = 'local Modals = require(Shared.Kernel.ServiceManager):Get("OVHL_UI").ModalSystem '
    game.run("Siti", f'{again} for _ = 1, 600 do Modals:Open("Shop") Modals:Open("Side") end')
    screen.press("Side", "press")
    orders = [
        ask(game, f'return game:GetService("Players").LocalPlayer.PlayerGui.{name}.DisplayOrder')
        for name in ("Shop", "Side")
    ]
    assert 5 < orders[0] < orders[1] < 1000
    for name in ("Side", "Shop"):
        screen.close(name)


def test_a_value_that_is_no_number_can_be_left_again(game: Game) -> None:
    """A step leads to the least, and what shows a share shows none."""
    screen = Screen(game, "Siti", "desktop")
    screen.open("Shop")
    game.run(
        "Siti", 'local shop = record("Face").context.Screens.Shop shop:Set("count", 0 / 0) shop:Set("share", 0 / 0)'
    )
    fill = 'game:GetService("Players").LocalPlayer.PlayerGui.Shop:FindFirstChild("bar", true).Fill.Size.X.Scale'
    assert ask(game, f"return {fill}") == 0
    screen.press("Shop", "step/More")
    assert ask(game, 'return record("Face").context.Screens.Shop:Get("count")') == 2
    screen.close("Shop")
