"""OVHL_UI.Audit: nothing in what OVHL_UI draws, and the right rule for each tree that somebody built wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.picture.devices import DEVICES
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.screen import Screen
from tests.conftest import ROOT
from tests.support.gallery import GALLERY
from tests.support.projects import Project

pytestmark = pytest.mark.tools

LOOKUP = """
local ui = require(Shared.Kernel.ServiceManager):Get("OVHL_UI")
local gui = game.Players.LocalPlayer.PlayerGui
"""
# A tree without a violation: a title, a picture, a list and a button.
RIGHT = """
local function new(class, name, parent, properties)
    local made = Instance.new(class)
    made.Name = name
    for key, value in properties or {} do made[key] = value end
    made.Parent = parent
    return made
end
local function list(parent)
    return new("UIListLayout", "Layout", parent, { SortOrder = Enum.SortOrder.LayoutOrder, Padding = UDim.new(0, 10) })
end
local own = new("ScreenGui", "Own", nil, { ZIndexBehavior = Enum.ZIndexBehavior.Sibling })
local padding = new("Frame", "PaddingFrame", own, { Size = UDim2.fromScale(0.85, 0.86), LayoutOrder = 1 })
local main = new("Frame", "MainContainer", padding, { Size = UDim2.fromScale(1, 1), BackgroundColor3 = Color3.new() })
local ratio = new("UIAspectRatioConstraint", "Ratio", main)
local content = new("Frame", "ContentFrame", main, { Size = UDim2.fromScale(1, 1), BackgroundTransparency = 1 })
local inset = new("UIPadding", "Padding", content)
local layout = list(content)
local white = Color3.new(1, 1, 1)
local function text(class, name, order)
    local made = new(class, name, content, {
        Size = UDim2.fromScale(1, 0.2), LayoutOrder = order, Text = name, TextScaled = true, TextColor3 = white,
        BackgroundTransparency = 1, FontFace = Font.new("rbxasset://fonts/families/Montserrat.json"),
    })
    new("UITextSizeConstraint", "Limit", made, { MaxTextSize = 14 })
    return made
end
local title, button = text("TextLabel", "Title", 1), text("TextButton", "Press", 2)
local picture = new("ImageLabel", "Picture", content, { Size = UDim2.fromScale(1, 0.2), LayoutOrder = 3 })
picture.ScaleType = Enum.ScaleType.Fit
local rows = new("ScrollingFrame", "Rows", content, { Size = UDim2.fromScale(1, 0.3), LayoutOrder = 4 })
rows.AutomaticCanvasSize = Enum.AutomaticSize.Y
"""
WRONG = {
    "size in pixels": ("title.Size = UDim2.new(1, -10, 0.2, 0)", "scale", "Title"),
    "position in pixels": ("padding.Position = UDim2.fromOffset(5, 5)", "scale", "PaddingFrame"),
    "height in pixels": ("button.Size = UDim2.new(1, 0, 0, 50)", "scale", "Press"),
    "no order": ("title.LayoutOrder = 0", "layout_order", "Title"),
    "a picture without an order": ("picture.LayoutOrder = 0", "layout_order", "Picture"),
    "no layout in a list": ('new("Frame", "A", rows) new("Frame", "B", rows)', "layout", "Rows"),
    "sorted by name": ("layout.SortOrder = Enum.SortOrder.Name", "layout", "Layout"),
    "a text of one size": ("title.TextScaled = false", "text_scaled", "Title"),
    "a button's text of one size": ("button.TextScaled = false", "text_scaled", "Press"),
    "a text without a limit": ("title.Limit:Destroy()", "text_scaled", "Title"),
    "a label that is pressed": ("title.Active = true", "pressable", "Title"),
    "a picture that is selected": ("picture.Selectable = true", "pressable", "Picture"),
    "a button that does nothing": ("button.Active, button.Selectable = false, false", "decoration", "Press"),
    "a button that is too low": ("button.Size = UDim2.fromScale(1, 0.02)", "touch", "Press"),
    "a button that is too narrow": ("button.Size = UDim2.fromScale(0.02, 0.2)", "touch", "Press"),
    "buttons that touch each other": ("layout.Padding = UDim.new(0, 0)", "touch", "Press"),
    "dark on dark": ("title.TextColor3 = Color3.fromRGB(90, 90, 90)", "contrast", "Title"),
    "light on light": ("button.BackgroundTransparency, button.BackgroundColor3 = 0, white", "contrast", "Press"),
    "more text than a button holds": ('button.Text = string.rep("words ", 4000)', "text_fits", "Press"),
    "a list that runs over its frame": ("rows.Size = UDim2.fromScale(1, 0.9)", "inside", "Rows"),
    "a stretched picture": ("picture.ScaleType = Enum.ScaleType.Stretch", "scale_type", "Picture"),
    "a list that doesn't grow": ("rows.AutomaticCanvasSize = Enum.AutomaticSize.None", "canvas", "Rows"),
    "no ratio": ("ratio:Destroy()", "aspect", "MainContainer"),
    "no PaddingFrame": ('padding.Name = "Frame"', "hierarchy", "Own"),
    "no MainContainer": ('main.Name = "Main"', "hierarchy", "PaddingFrame"),
    "no UIPadding": ("inset:Destroy()", "hierarchy", "ContentFrame"),
    "children under everything": ("own.ZIndexBehavior = Enum.ZIndexBehavior.Global", "hierarchy", "Own"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("gallery")).write(GALLERY).root


@pytest.fixture(scope="module")
def screen(root: Path) -> Iterator[Screen]:
    with Game.start(root) as game:
        game.join("Siti", 1)
        game.advance(1)
        yield Screen(game, "Siti")


def ask(screen: Screen, source: str) -> Any:
    return (screen.game.run(screen.player, LOOKUP + source) or {}).get("1")


def built(screen: Screen, change: str) -> set[tuple[str, str]]:
    """The rules and the names of what they are about, of a tree that was laid out."""
    ask(screen, f'if gui:FindFirstChild("Own") then gui.Own:Destroy() end {RIGHT} {change} own.Parent = gui')
    screen.look()
    found = ask(screen, "return ui:Audit(gui.Own)") or []
    return {(one["rule"], one["path"].rpartition(".")[2]) for one in found}


def test_a_right_tree_has_no_violation(screen: Screen) -> None:
    assert built(screen, "") == set()


@pytest.mark.parametrize("name", WRONG)
def test_the_right_rule_for_each_mistake(screen: Screen, name: str) -> None:
    change, rule, place = WRONG[name]
    assert built(screen, change) == {(rule, place)}


@pytest.mark.parametrize("device", DEVICES)
def test_what_ovhl_ui_draws_has_no_violation(root: Path, device: str) -> None:
    with Game.start(root) as game:
        game.join("Siti", 1)
        game.advance(1)
        screen = Screen(game, "Siti", device)
        for theme in ("default", "light"):
            ask(screen, f'require(Shared.Kernel.ServiceManager):Get("StyleService"):SetTheme("{theme}")')
            for name in ("All", "Bar", "Side"):
                ask(screen, f'ui.ModalSystem:Open("{name}")')
                screen.look()
                assert ask(screen, f'return ui:Audit(gui["{name}"])') in ([], {})
                ask(screen, f'ui.ModalSystem:Close("{name}")')


def test_the_example_has_no_violation(tmp_path: Path) -> None:
    with Game.start(Project(tmp_path).copy(ROOT / "specs").root) as game:
        game.join("Siti", 1)
        game.advance(2)
        screen = Screen(game, "Siti")
        ask(screen, 'ui.ModalSystem:Open("MusicPanel")')
        screen.look()
        assert ask(screen, "return ui:Audit(gui.MusicPanel)") in ([], {})
