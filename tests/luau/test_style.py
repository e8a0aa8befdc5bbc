"""StyleService: tokens of every theme, switched live, on clients and on the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game, GameError
from tests.support.projects import Project

pytestmark = pytest.mark.tools

WORKER = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	print("begins with", context.StyleService:GetTheme())
	context.StyleService:Subscribe("themeChanged", function(theme)
		print("hears of", theme, context.StyleService:GetTheme())
		if theme == "broken" then
			error("no such paint")
		end
	end)
end

return Logic
"""
MODULE = """
module: {}
realm: {}
domain: OVHL_Modules
depends: [StyleService]
workers: [Logic]
lifecycle: {{ init: Logic.init }}
"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/config.yaml": "fields:\n  ui_theme: { type: theme, default: dark, editable_by: Guest, realm: shared }\n",
    "specs/roles.yaml": "roles: { Guest: { rank: 0 } }\ndefault: Guest\nsources: []\n",
    "specs/themes/default.yaml": """
theme: default
tokens:
  color: { ink: "#102030", paper: "#FFFFFF", text: "{color.ink}", link: "{color.text}" }
  typography: { body: { font: Gotham, size: 14, line_height: 1.5 } }
  space: { sm: 5 }
  label: Plain
""",
    "specs/themes/dark.yaml": 'theme: dark\nextends: default\ntokens: { color: { ink: "#FFFFFF" } }\n',
    # Extends no theme: what it doesn't have is default's.
    "specs/themes/broken.yaml": "theme: broken\ntokens: { typography: { body: { size: 20 } } }\n",
    "specs/themes/deep.yaml": """
theme: deep
extends: dark
tokens: { color: { text: "{color.paper}", paper: "#000001" }, typography: { body: { font: SourceSansItalic } } }
""",
    "specs/modules/Face/module.yaml": MODULE.format("Face", "client"),
    "specs/modules/Face/Logic.luau": WORKER,
    "specs/modules/Hall/module.yaml": MODULE.format("Hall", "server"),
    "specs/modules/Hall/Logic.luau": WORKER,
}
STYLE = 'local style = require(Shared.Kernel.ServiceManager):Get("StyleService")\n'


@pytest.fixture
def game(tmp_path: Path) -> Iterator[Game]:
    with Game.start(Project(tmp_path).write(FILES).root) as game:
        game.join("Siti", 1)
        game.join("Budi", 2)
        game.advance(1)
        yield game


def of(game: Game, source: str, side: str = "Siti") -> Any:
    return (game.run(side, STYLE + source) or {}).get("1")


def said(game: Game, side: str) -> list[str]:
    lines = [str(one.get("text")) for one in game.facts if one.kind == "print" and one.side == side]
    return [line for line in lines if line.startswith(("begins with", "hears of"))]


def token(game: Game, theme: str, name: str, form: str = "value") -> Any:
    return of(game, f'style:SetTheme("{theme}") local value = style:GetToken("{name}") return {form}')


def test_references_are_followed_in_each_theme(game: Game) -> None:
    """A theme that changes what a token refers to changes the token; what a theme hasn't is default's."""
    expected = {
        "default": ("102030", "102030", "ffffff"),
        "dark": ("ffffff", "ffffff", "ffffff"),
        "broken": ("102030", "102030", "ffffff"),
        "deep": ("000001", "000001", "000001"),
    }
    for theme, colors in expected.items():
        found = [token(game, theme, f"color.{name}", "value:ToHex()") for name in ("text", "link", "paper")]
        assert tuple(found) == colors


def test_each_type_of_token(game: Game) -> None:
    form = "{ typeof(value), tostring(value) }"
    assert token(game, "default", "space.sm", form) == ["number", "5"]
    assert token(game, "default", "label", form) == ["string", "Plain"]
    face = "{ value.font.Family, value.font.Weight.Name, value.font.Style.Name, value.size, value.line_height }"
    family = "rbxasset://fonts/families/{}.json"
    body = "typography.body"
    assert token(game, "default", body, face) == [family.format("Montserrat"), "Regular", "Normal", 14, 1.5]
    assert token(game, "broken", body, face) == [family.format("Montserrat"), "Regular", "Normal", 20, 1.5]
    assert token(game, "deep", body, face) == [family.format("SourceSansPro"), "Regular", "Italic", 14, 1.5]
    assert token(game, "deep", f"{body}.size") == 14
    assert of(game, "return style:GetTokens().typography.body.size") == 14


def test_what_is_no_token_raises(game: Game) -> None:
    for source, text in (
        ('style:GetToken("color.inc")', "color.inc is no token"),
        ('style:GetToken("color")', "color is no token"),
        ("style:GetToken(nil)", "nil is no token"),
        ('style:SetTheme("dusk")', "dusk is no theme"),
        ('style:Subscribe("changed", print)', "changed is no event"),
        ("style:GetTokens().color.ink = nil", "readonly"),
        ('style:SetTheme("dark", { color = { glow = Color3.new() } })', "color.glow is no token"),
        ('style:SetTheme("dark", { color = 5 })', "color: a table of tokens expected, got number"),
        ('style:SetTheme("dark", { space = { sm = "5" } })', "space.sm: number expected, got string"),
        ('style:SetTheme("dark", { space = { sm = { 5 } } })', "space.sm: number expected, got table"),
    ):
        with pytest.raises(GameError, match=text):
            of(game, source)
    assert of(game, "return style:GetTheme()") == "dark"
    assert said(game, "Siti") == ["begins with dark"]


def test_a_client_s_theme_is_its_own(game: Game) -> None:
    of(game, 'style:SetTheme("deep") style:SetTheme("deep")')
    assert said(game, "Siti") == ["begins with dark", "hears of deep deep"]
    assert said(game, "Budi") == said(game, "server") == ["begins with dark"]


def test_tokens_laid_over_a_theme(game: Game) -> None:
    """They hold until a theme is set again; the theme itself stays as it is."""
    own = "{ space = { sm = 9 }, typography = { body = { size = 30 } } }"
    of(game, f'style:SetTheme("dark", {own})')
    assert of(game, 'return { style:GetToken("space.sm"), style:GetToken("typography.body").size }') == [9, 30]
    assert of(game, 'return style:GetToken("color.text"):ToHex()') == "ffffff"
    of(game, 'style:SetTheme("dark", {})')
    assert of(game, 'return style:GetToken("space.sm")') == 5
    assert said(game, "Siti") == ["begins with dark", "hears of dark dark", "hears of dark dark"]


def test_the_setting_switches_every_client_and_the_server(game: Game) -> None:
    """Also who set another theme, and who comes later."""
    of(game, 'style:SetTheme("deep")')
    outcome = game.configure({"ui_theme": "default"})
    assert outcome is not None and outcome.success
    game.advance(1)
    for side in ("Siti", "Budi", "server"):
        assert said(game, side)[-1] == "hears of default default"
    game.join("Tono", 3)
    game.advance(1)
    assert of(game, "return style:GetTheme()", "Tono") == "default"


def test_a_module_s_callback_ends_with_it_and_fails_for_itself(game: Game) -> None:
    game.reload("Hall")
    of(game, 'style:SetTheme("broken")', "server")
    assert said(game, "server").count("hears of broken broken") == 1
    failed = [
        one for one in game.facts if one.kind == "log" and "StyleService.Subscribe failed" in str(one.get("text"))
    ]
    assert [str(one.get("text")).split(":")[0] for one in failed] == ["Hall"]
    assert of(game, "return style:GetTheme()", "server") == "broken"


def test_without_the_setting_it_is_the_theme_default(tmp_path: Path) -> None:
    project = Project(tmp_path).write({**FILES, "specs/config.yaml": "fields: {}\n"})
    with Game.start(project.root) as game:
        game.join("Siti", 1)
        game.advance(1)
        assert said(game, "Siti") == said(game, "server") == ["begins with default"]


def test_a_game_without_themes_has_no_service(project: Project) -> None:
    project.base()
    assert project.json("build").findings == []
    assert list(project.root.glob("out/*/Shared/StyleService")) == []
