"""`ovhlgen preview`: pictures of every screen, the page around them, and what the renderer finds."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from ovhlgen.picture.devices import DEVICES
from tests.conftest import ROOT
from tests.support.projects import Project, is_ignored

pytestmark = pytest.mark.tools

SCREEN = "screen: {name}\nkind: panel\ntitle: {{ id: Halo, en: Hello }}\ncontent: [{{ text: {{ text: Hello }} }}]\n"
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Party 1\n",
    "specs/themes/default.yaml": "theme: default\ntokens: {}\n",
    "specs/modules/Face/module.yaml": """
module: Face
realm: client
domain: OVHL_Modules
workers: []
depends: [OVHL_UI]
screens: [Shop, Hello]
""",
    **{f"specs/ui/{name}.yaml": SCREEN.format(name=name) for name in ("Shop", "Hello")},
}


@pytest.fixture
def party(tmp_path: Path) -> Project:
    return Project(tmp_path).write(FILES)


def pictures(project: Project) -> dict[str, str]:
    folder = project.root / ".ovhlgen/preview"
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.png")}


def test_every_theme_language_and_device(party: Project) -> None:
    result = party.run("preview")
    assert (result.code, result.out) == (0, "20 pictures: .ovhlgen/preview/index.html\n")
    names = {
        f"{screen}-default-{lang}-{of}.png" for screen in ("Shop", "Hello") for lang in ("en", "id") for of in DEVICES
    }
    assert set(pictures(party)) == names
    page = (party.root / ".ovhlgen/preview/index.html").read_text("utf-8")
    assert set(re.findall(r'src="(.*?)"', page)) == names
    assert "<h1>Party 1: screens</h1>" in page
    assert page.count("nothing found") == 20
    assert not re.search(r'(src|href)="(https?:)?//', page), "it needs nothing from elsewhere"
    assert is_ignored(party.root, ".ovhlgen/preview/index.html")


def test_the_same_pictures_each_time(party: Project) -> None:
    party.run("preview", "Hello")
    first = pictures(party)
    assert {name.partition("-")[0] for name in first} == {"Hello"}
    party.run("preview", "Hello")
    assert pictures(party) == first


def test_tabs_in_tabs(party: Project) -> None:
    """Each has its picture; nothing but tabs is pressed."""
    tabs = """screen: Hello
kind: panel
values: { far: { type: "f32(0..1)", default: 0 } }
content:
  - tabs:
      - title: One
        content:
          - tabs:
              - { title: A, content: [{ text: { text: A } }] }
              - { title: B, content: [{ text: { text: B } }] }
      - title: Two
        content:
          - slider: { value: $far }
          - tabs:
              - { title: C, content: [{ text: { text: C } }] }
              - { title: D, content: [{ text: { text: "@config.greeting" } }] }
"""
    party.write(
        {
            "specs/ui/Hello.yaml": tabs,
            "specs/config.yaml": "fields:\n  greeting: { type: string, default: Hi, realm: shared }\n",
        }
    )
    assert party.run("preview", "Hello").code == 0
    page = (party.root / ".ovhlgen/preview/index.html").read_text("utf-8")
    titles = re.findall(r"Hello · (\w+)", page)
    assert set(titles) == {"B", "Two", "D"}


def test_what_is_wrong_is_said_once_at_the_screen(party: Project) -> None:
    party.write({"specs/themes/default.yaml": 'theme: default\ntokens: { color: { text: "#454545" } }\n'})
    result = party.json("preview")
    assert result.code == 1
    found = [one for one in result.findings if one["code"] == "E0821"]
    assert {one["file"] for one in found} == {"specs/ui/Shop.yaml", "specs/ui/Hello.yaml"}
    assert all(one["message"].startswith("low-contrast: ") for one in found)
    assert len({(one["file"], one["message"]) for one in found}) == len(found)
    page = (party.root / ".ovhlgen/preview/index.html").read_text("utf-8")
    assert "low-contrast" in page
    assert "nothing found" not in page


def test_check_draws_nothing(party: Project) -> None:
    assert party.run("preview", "--check").code == 0
    assert not (party.root / ".ovhlgen").exists()


def test_a_screen_that_cannot_be_opened(party: Project) -> None:
    party.write(
        {
            "specs/modules/Face/module.yaml": FILES["specs/modules/Face/module.yaml"].replace("workers: []\n", "")
            + "lifecycle: { init: Logic.init }\n",
            "specs/modules/Face/Logic.luau": "--!strict\nlocal Logic = {}\n\n"
            'function Logic.init(_context: unknown)\n\terror("no paint")\nend\n\nreturn Logic\n',
        }
    )
    result = party.json("preview", "--check")
    assert result.code == 1
    assert any("UI_UNKNOWN" in one["message"] for one in result.findings)


def test_names(party: Project) -> None:
    result = party.run("preview", "Shp")
    assert result.code == 2
    assert "no screen 'Shp' in specs/ui; did you mean Shop?" in result.err


def test_a_screen_that_studio_holds(party: Project) -> None:
    bound = (
        "screen: Shop\nkind: panel\nbind: StarterGui.Shop\ncomponents: { out: { class: TextButton, close: true } }\n"
    )
    party.write({"specs/ui/Shop.yaml": bound})
    assert party.run("preview").out == "10 pictures: .ovhlgen/preview/index.html (drawn in Studio: Shop)\n"
    result = party.run("preview", "Shop")
    assert result.code == 2
    assert "'Shop' is drawn in Studio (`bind:`)" in result.err


def test_a_game_without_screens(project: Project) -> None:
    result = project.base().run("preview")
    assert (result.code, result.out) == (0, "0 pictures: .ovhlgen/preview/index.html\n")


def test_without_the_renderer(party: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ovhlgen.picture.renderer.find_spec", lambda _name: None)
    result = party.run("preview", "--check", "--format", "json")
    assert result.code == 3
    assert [one["code"] for one in json.loads(result.out)["diagnostics"]] == ["E1171"]


def test_the_example_has_nothing_wrong(tmp_path: Path) -> None:
    result = Project(tmp_path).copy(ROOT / "specs").json("preview", "--check")
    assert [one["code"] for one in result.findings if one["severity"] == "error"] == []


def test_a_game_that_never_yields_is_a_finding(party: Project) -> None:
    """Nothing is drawn, what was drawn before stays, and the exit code is that of a mistake in the game."""
    party.run("preview", "Hello")
    before = pictures(party)
    party.edit("specs/modules/Face/module.yaml", "workers: []", "workers: [Logic]\nlifecycle: { init: Logic.start }")
    body = "function Logic.start(_context)\n\twhile true do\n\tend\nend\n"
    party.write({"specs/modules/Face/Logic.luau": f"local Logic = {{}}\n{body}return Logic\n"})
    for command in (["preview"], ["preview", "--check"]):
        result = party.run(*command)
        assert result.code == 1, result.err
        assert "error[E0822]: no screen can be drawn: a script doesn't yield" in result.out
    assert pictures(party) == before
