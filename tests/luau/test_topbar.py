"""TopbarIntegration: icons by role, screens mirrored both ways, and any package, or none, behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game, GameError
from tests.conftest import ROOT
from tests.support.projects import Project

pytestmark = pytest.mark.tools

SCREEN = "screen: {}\nkind: panel\ntitle: Hello\ncontent: [{{ text: {{ text: Hello }} }}]\n"
FILES = {
    "specs/roles.yaml": """
roles: { Guest: { rank: 0 }, Vip: { rank: 1 }, Admin: { rank: 100 } }
default: Guest
sources: [granted, { users: { Vip: [2], Admin: [7] } }]
""",
    "specs/data.yaml": "store: Test\nversion: 1\nplayer: { coins: { type: u32, default: 0 } }\n",
    "specs/topbar.yaml": """
package: TopbarPlus
icons:
  songs: { label: { id: Lagu, en: Songs }, image: rbxassetid://5, opens: Songs }
  vips: { label: Lounge, opens: Lounge, roles: [Vip] }
  staff: { opens: Staff, roles: [Admin] }
""",
    **{f"specs/ui/{name}.yaml": SCREEN.format(name) for name in ("Songs", "Lounge", "Staff")},
    "specs/themes/default.yaml": (ROOT / "specs/themes/default.yaml").read_text("utf-8"),
    "specs/modules/Face/module.yaml": """
module: Face
realm: client
domain: OVHL_Modules
depends: [TopbarIntegration]
lifecycle: { init: Logic.init }
""",
    "specs/modules/Face/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	context.TopbarIntegration:OnToggled("songs", function(isSelected)
		print("toggled", isSelected)
	end)
end

return Logic
""",
}
# What of TopbarPlus 3 is used, and a note of every call.
PACKAGE = """
local Icon = {}
Icon.__index = Icon
local calls = {}
shared.calls, shared.icons = calls, {}
local function signal()
    local listeners = {}
    return {
        Connect = function(_, callback) table.insert(listeners, callback) end,
        Fire = function() for _, one in listeners do task.spawn(one) end end,
    }
end
function Icon.new()
    local made = setmetatable({ selected = signal(), deselected = signal(), isSelected = false }, Icon)
    table.insert(shared.icons, made)
    return made
end
local function noted(name)
    Icon[name] = function(self, ...)
        table.insert(calls, { table.find(shared.icons, self), name, ... })
        return self
    end
end
for _, name in { "setLabel", "setImage", "setEnabled" } do noted(name) end
function Icon:select()
    if not self.isSelected then self.isSelected = true self.selected.Fire() end
end
function Icon:deselect()
    if self.isSelected then self.isSelected = false self.deselected.Fire() end
end
return Icon
"""
# A stand-in for OVHL_UI: what is open, and the events by which it says so.
SCREENS = """
local Bus = require(Shared.Kernel.Bus)
local open = {}
shared.open = open
local function turn(name, isOpen)
    if (open[name] == true) ~= isOpen then
        open[name] = isOpen or nil
        Bus.publish(if isOpen then "ScreenOpened" else "ScreenClosed", { screen = name })
    end
end
shared.turn = turn
require(Shared.Kernel.ServiceManager):Register("OVHL_UI", {
    ModalSystem = { Open = function(_, name) turn(name, true) end, Close = function(_, name) turn(name, false) end },
})
"""
TOPBAR = 'local topbar = require(Shared.Kernel.ServiceManager):Get("TopbarIntegration")\n'


@contextmanager
def playing(folder: Path, package: str | None = PACKAGE, *, at: str = "ReplicatedStorage.TopbarPlus") -> Iterator[Game]:
    place: dict[str, Any] = {}
    if package is not None:
        script = {"$className": "ModuleScript", "$properties": {"Source": package}}
        place = {"ReplicatedStorage": {at.rsplit(".", 1)[1]: script}}
    paths = "[ReplicatedStorage.TopbarPlus, ReplicatedStorage.Packages.topbarplus]"
    head = f"ovhl: 1\nname: Test\npackages: {{ TopbarPlus: {{ at: {paths} }} }}\nplace: {json.dumps(place)}\n"
    with Game.start(Project(folder).write({**FILES, "specs/project.yaml": head}).root) as game:
        game.advance(1)
        yield game


@pytest.fixture
def game(tmp_path: Path) -> Iterator[Game]:
    with playing(tmp_path) as found:
        join(found, "Siti", 1)
        yield found


def join(game: Game, name: str, user_id: int) -> None:
    game.join(name, user_id)
    game.advance(1)
    game.run(name, SCREENS)


def of(game: Game, source: str, player: str = "Siti") -> Any:
    return (game.run(player, TOPBAR + source) or {}).get("1")


def selected(game: Game, player: str = "Siti") -> list[str]:
    names = [name for name in ("songs", "vips", "staff") if of(game, f'return topbar:IsSelected("{name}")', player)]
    shown = of(
        game, "local found = {} for at, one in shared.icons or {} do found[at] = one.isSelected end return found"
    )
    if shown and player == "Siti":
        assert [name for name, is_on in zip(("songs", "vips", "staff"), shown, strict=True) if is_on] == names
    return names


def opened(game: Game, player: str = "Siti") -> list[str]:
    return sorted(of(game, "return shared.open", player) or {})


def calls(game: Game, player: str = "Siti") -> list[list[Any]]:
    return list(of(game, "return shared.calls", player) or [])


def warnings(game: Game, player: str = "Siti") -> list[str]:
    found = [one for one in game.facts if one.kind == "log" and one.side == player and one.get("word") == "WARN"]
    return [str(one.get("text")) for one in found if one.get("subject") == "TopbarIntegration"]


def test_each_icon_has_its_label_and_image_and_is_shown_by_role(tmp_path: Path) -> None:
    with playing(tmp_path) as game:
        for name, user_id, seen in (("Siti", 1, 1), ("Budi", 2, 2), ("Tono", 7, 3)):
            join(game, name, user_id)
            found = calls(game, name)
            assert [one for one in found if one[1] != "setEnabled"] == [
                [1, "setLabel", "Songs"],
                [1, "setImage", "rbxassetid://5"],
                [2, "setLabel", "Lounge"],
                [3, "setLabel", "staff"],
            ]
            enabled = {one[0]: one[2] for one in found if one[1] == "setEnabled"}
            assert enabled == {number: number <= seen for number in (1, 2, 3)}


def test_a_click_opens_the_screen_and_another_closes_it(game: Game) -> None:
    game.run("Siti", "shared.icons[1]:select()")
    assert (selected(game), opened(game)) == (["songs"], ["Songs"])
    game.run("Siti", "shared.icons[1]:deselect()")
    assert (selected(game), opened(game)) == ([], [])
    said = [str(one.get("text")) for one in game.facts if one.kind == "print" and "toggled" in str(one.get("text"))]
    assert said == ["toggled true", "toggled false"]


def test_a_screen_that_opens_or_closes_by_itself_takes_its_icon_along(game: Game) -> None:
    game.run("Siti", 'shared.turn("Songs", true)')
    assert (selected(game), opened(game)) == (["songs"], ["Songs"])
    game.run("Siti", 'shared.turn("Songs", false)')
    assert (selected(game), opened(game)) == ([], [])


def test_modules_select_label_and_switch(game: Game) -> None:
    of(game, 'topbar:Select("songs") topbar:Select("songs")')
    assert (selected(game), opened(game)) == (["songs"], ["Songs"])
    of(game, 'topbar:Deselect("songs")')
    assert (selected(game), opened(game)) == ([], [])
    of(game, 'topbar:SetLabel("songs", "Musik")')
    of(game, 'topbar:Select("songs") topbar:SetEnabled("songs", false)')
    assert calls(game)[-2:] == [[1, "setLabel", "Musik"], [1, "setEnabled", False]]
    assert (selected(game), opened(game)) == ([], []), "what isn't seen isn't selected"
    of(game, 'topbar:Select("songs")')
    assert (selected(game), opened(game)) == ([], [])
    with pytest.raises(GameError, match="TOPBAR_UNKNOWN"):
        of(game, 'topbar:Select("nothing")')


def test_who_may_not_see_an_icon_can_not_select_it(game: Game) -> None:
    of(game, 'topbar:Select("staff")')
    game.run("Siti", "shared.icons[3]:select()")
    assert (selected(game), opened(game)) == ([], [])


def test_a_role_that_changes_shows_and_hides(game: Game) -> None:
    game.join("Boss", 7)
    roles = 'require(Shared.Kernel.ServiceManager):Get("PermissionSync")'
    game.run("server", f'{roles}:SetRole(player("Boss"), 1, "Vip")')
    game.advance(1)
    assert calls(game)[-3:] == [[1, "setEnabled", True], [2, "setEnabled", True], [3, "setEnabled", False]]
    of(game, 'topbar:Select("vips")')
    assert opened(game) == ["Lounge"]
    game.run("server", f'{roles}:RevokeRole(player("Boss"), 1)')
    game.advance(1)
    assert (selected(game), opened(game)) == ([], [])


def works_without(game: Game) -> None:
    """Everything but what is seen."""
    assert game.module("Face", "Siti") == ("ready", None)
    of(game, 'topbar:Select("songs") topbar:SetLabel("songs", "Musik")')
    assert (of(game, 'return topbar:IsSelected("songs")'), opened(game)) == (True, ["Songs"])
    game.run("Siti", 'shared.turn("Songs", false)')
    assert of(game, 'return topbar:IsSelected("songs")') is False
    of(game, 'topbar:Select("songs") topbar:SetEnabled("songs", false)')
    assert (of(game, 'return topbar:IsSelected("songs")'), opened(game)) == (False, [])
    of(game, 'topbar:SetEnabled("songs", true)')


# A package, and what is said of it (nothing where it never answers).
BROKEN = {
    "raises": ("error('no')", "TopbarPlus can't be used"),
    "returns nothing": ("return nil", "TopbarPlus can't be used"),
    "another thing": ("return { create = function() end }", "TopbarPlus can't be used"),
    "a trap": ("return setmetatable({}, { __index = function() error('no') end })", "TopbarPlus can't be used"),
    "never returns": ("task.wait(1e6) return {}", None),
    "new raises": ("return { new = function() error('no') end }", "can't make the icon"),
    "new makes nothing": ("return { new = function() return nil end }", "can't make the icon"),
    "new never returns": ("return { new = function() task.wait(1e6) end }", None),
    "an icon without anything": ("return { new = function() return {} end }", "doesn't work"),
    "an icon that is a number": ("return { new = function() return 5 end }", "doesn't work"),
    "methods that raise": (
        "return { new = function() return setmetatable({}, { __index = function() "
        "return function() error('no') end end }) end }",
        "doesn't work",
    ),
    "methods that never return": (
        "return { new = function() return setmetatable({}, { __index = function() "
        "return function() task.wait(1e6) end end }) end }",
        None,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_package_that_is_broken_leaves_everything_else(tmp_path: Path, name: str) -> None:
    source, said = BROKEN[name]
    with playing(tmp_path, source) as game:
        join(game, "Siti", 1)
        works_without(game)
        game.advance(70)
        works_without(game)
        assert any(said in text for text in warnings(game)) if said else warnings(game) == []
        assert len(warnings(game)) == len(set(warnings(game))), "each thing once"
        assert not any(one.kind == "error" for one in game.facts if one.side == "Siti") or name == "raises"


def test_without_a_package_there_are_no_icons_and_that_is_all(tmp_path: Path) -> None:
    with playing(tmp_path, None) as game:
        join(game, "Siti", 1)
        works_without(game)
        game.advance(70)
        works_without(game)
        assert warnings(game) == []
        assert any("no icons are shown" in str(one.get("text")) for one in game.facts if one.side == "Siti")


def test_one_that_comes_late_shows_what_is_so_by_then(tmp_path: Path) -> None:
    with playing(tmp_path, PACKAGE, at="ReplicatedStorage.Later") as game:
        join(game, "Siti", 1)
        of(game, 'topbar:Select("songs") topbar:SetLabel("songs", "Musik")')
        game.run("Siti", 'game:GetService("ReplicatedStorage").Later.Name = "TopbarPlus"')
        game.advance(3)
        assert calls(game)[0] == [1, "setLabel", "Musik"]
        assert selected(game) == ["songs"]


def test_the_older_shape_of_the_package_is_known(tmp_path: Path) -> None:
    """As npm has it: a table with Icon in it."""
    inner = PACKAGE.replace("return Icon\n", "return { Icon = Icon }\n")
    with playing(tmp_path, inner) as game:
        join(game, "Siti", 1)
        game.run("Siti", "shared.icons[1]:select()")
        assert opened(game) == ["Songs"]


def test_without_ovhl_ui_a_screen_can_not_be_opened(tmp_path: Path) -> None:
    with playing(tmp_path) as game:
        game.join("Siti", 1)
        game.advance(1)
        game.run("Siti", 'require(Shared.Kernel.ServiceManager):Register("OVHL_UI", nil)')  # it couldn't start
        of(game, 'topbar:Select("songs")')
        assert selected(game) == []
        of(game, 'topbar:Select("songs")')
        assert warnings(game) == ["Songs can't be opened: OVHL_UI isn't there"]


def test_a_screen_that_fails_leaves_its_icon_deselected(game: Game) -> None:
    game.run(
        "Siti",
        'local broken = { ModalSystem = { Open = function() error("no") end, Close = function() error("no") end } }\n'
        'require(Shared.Kernel.ServiceManager):Register("OVHL_UI", broken)',
    )
    of(game, 'topbar:Select("songs")')
    assert selected(game) == []
