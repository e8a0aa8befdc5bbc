"""Random screens of every component: neither the renderer nor our own audit finds anything wrong with them."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ovhlgen.picture.devices import DEVICES
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.screen import Screen
from tests.support.gallery import GALLERY
from tests.support.projects import Project

pytestmark = pytest.mark.tools

COUNT = 20 if os.environ.get("OVHLGEN_PROVE") else 2
TEXTS = {
    "en": "a song that everybody in the party knows and loves to dance to until the lights go out",
    "id": "lagu yang dikenal semua orang di pesta dan disukai untuk berjoget sampai lampu dipadamkan",
}
VALUES = {
    "on": {"type": "boolean", "default": True},
    "share": {"type": "f32(0..1)", "default": 0.3},
    "count": {"type": "u8(1..20)", "default": 3},
    "name": {"type": "string(..20)", "default": ""},
    "size": {"type": "Size", "default": "medium"},
    "rows": {"type": "Row[..600]", "default": [{"title": f"Row {n}", "note": "a note"} for n in range(4)]},
}
AUDIT = """
local ui = require(Shared.Kernel.ServiceManager):Get("OVHL_UI")
return ui:Audit(game.Players.LocalPlayer.PlayerGui["{}"])
"""


class Draw:
    """One random screen under a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def words(self, most: int) -> Any:
        count = self.random.randint(1, most)
        return {language: " ".join(text.split()[:count]).capitalize() for language, text in TEXTS.items()}

    def simple(self) -> list[dict[str, Any]]:
        """Each component that holds no other."""
        return [
            {"heading": {"text": self.words(4)}},
            {"text": {"text": self.words(17), "when": "$on"}},
            {"badge": {"text": self.words(2), "style": "primary"}},
            {"image": {"image": "rbxassetid://1", "height": 0.2}},
            {"card": {"title": self.words(3), "subtitle": self.words(5), "call": "Logic.press"}},
            {"progress": {"value": "$share"}},
            {
                "button": {
                    "text": self.words(2),
                    "style": self.random.choice(["primary", "neutral"]),
                    "call": "Logic.press",
                }
            },
            {"toggle": {"value": "$on", "text": self.words(3)}},
            {"slider": {"value": "$share"}},
            {"stepper": {"value": "$count"}},
            {"field": {"value": "$name", "placeholder": self.words(2)}},
            {"dropdown": {"value": "$size"}},
            {"area": {"worker": "Logic.fill", "height": 0.2}},
            {"divider": None},
            {"empty": {"text": self.words(3)}},
            {
                "list": {
                    "items": "$rows",
                    "empty": self.words(2),
                    "row": {"card": {"title": "$title", "subtitle": "$note"}},
                }
            },
        ]

    def some(self, most: int) -> list[dict[str, Any]]:
        small = [one for one in self.simple() if next(iter(one)) not in ("list", "area", "image", "dropdown")]
        return self.random.sample(small, self.random.randint(2, most))

    def tab(self) -> dict[str, Any]:
        """Of parts that need room, or of a list that takes what is left."""
        [*_, rows] = self.simple()
        content = [*self.some(2), rows] if self.random.random() < 0.3 else self.some(3)
        return {"title": self.words(1), "content": content}

    def inside(self, depth: int) -> dict[str, Any]:
        """Components in components, so deep, with a list at the bottom."""
        [*_, rows] = self.simple()
        parts = [*self.some(2), self.inside(depth - 1) if depth else rows]
        kind = self.random.choice(["row", "grid", "tabs"])
        return {kind: [{"title": self.words(1), "content": parts}, self.tab()] if kind == "tabs" else parts}

    def screen(self, name: str) -> dict[str, Any]:
        content = [
            *self.simple(),
            {"row": self.some(3)},
            {"grid": self.some(4)},
            {"tabs": [self.tab() for _ in range(self.random.randint(1, 3))]},
            self.inside(self.random.randint(0, 2)),
        ]
        self.random.shuffle(content)
        width, height = self.random.uniform(0.5, 0.8), self.random.uniform(0.6, 0.86)
        aspect = self.random.choice(["4:3", "3:2", "1:1", None])
        return {
            "screen": name,
            "kind": self.random.choice(["modal", "panel"]),
            **({"aspect": aspect} if aspect else {}),
            "size": {"width": round(width, 2), "height": round(height, 2)},
            "title": self.words(2),
            "values": VALUES,
            "content": content,
        }


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = [f"Drawn{number}" for number in range(COUNT)]
    files = {path: text for path, text in GALLERY.items() if not path.startswith("specs/ui/")}
    face = "specs/modules/Face/module.yaml"
    files[face] = re.sub(r"screens: \[.*\]", f"screens: [{', '.join(names)}]", files[face])
    for number, name in enumerate(names):
        files[f"specs/ui/{name}.yaml"] = yaml.safe_dump(Draw(number).screen(name), allow_unicode=True)
    return Project(tmp_path_factory.mktemp("drawn")).write(files).root


@pytest.mark.parametrize("device", DEVICES)
def test_random_screens_have_nothing_wrong(root: Path, device: str) -> None:
    """From the top to the end, in each theme and language."""
    with Game.start(root) as game:
        for locale in ("en-us", "id-id"):
            game.join("Siti", 1, locale=locale)
            game.advance(1)
            screen = Screen(game, "Siti", device)
            for number in range(COUNT):
                name = f"Drawn{number}"
                screen.open(name)
                for theme in ("default", "light"):
                    game.run("Siti", f'require(Shared.Kernel.ServiceManager):Get("StyleService"):SetTheme("{theme}")')
                    for far in (0, 10_000):
                        screen.scroll(name, "Body", far)
                        assert screen.findings() == [], (name, theme, locale, far)
                    assert ((game.run("Siti", AUDIT.format(name)) or {}).get("1") or []) in ([], {})
                screen.close(name)
            game.leave("Siti")
