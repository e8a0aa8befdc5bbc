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
from tests.support.components import SIMPLE, Material
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
# At most so many words, where that isn't three.
WORDS = {"heading": 4, "text": 17, "badge": 2, "button": 2, "card": 5, "field": 2, "list": 2}
# What isn't put beside others: it takes what is left, or opens.
LARGE = ("list", "area", "image", "dropdown")
# Which properties they have, beside those that they need.
ALWAYS = ("text", "title", "subtitle", "placeholder", "empty", "style", "send")
WANTED = {"text": ("when",), "image": ("height",), "area": ("height",), "divider": ()}
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
        """Each component that holds no other but in a list's row."""
        return [self.component(name) for name in SIMPLE]

    def component(self, name: str) -> dict[str, Any]:
        material = Material(
            words=lambda component, _key: self.words(WORDS.get(component, 3)),
            values={
                "a boolean": "$on",
                "a number": self.random.choice(["$share", "$count"]),
                "a text": "$name",
                "an enum": "$size",
                "a list": "$rows",
            },
            share=0.2,
            style=self.random.choice(["primary", "neutral"]),
            worker="Logic.fill",
            row=lambda: {"card": {"title": "$title", "subtitle": "$note"}},
            action=lambda: {"call": "Logic.press"},
        )
        return material.component(name, lambda key: key in WANTED.get(name, ALWAYS))

    def some(self, most: int) -> list[dict[str, Any]]:
        small = [name for name in SIMPLE if name not in LARGE]
        return [self.component(name) for name in self.random.sample(small, self.random.randint(2, most))]

    def tab(self) -> dict[str, Any]:
        """Of parts that need room, or of a list that takes what is left."""
        content = [*self.some(2), self.component("list")] if self.random.random() < 0.3 else self.some(3)
        return {"title": self.words(1), "content": content}

    def inside(self, depth: int) -> dict[str, Any]:
        """Components in components, so deep, with a list at the bottom."""
        parts = [*self.some(2), self.inside(depth - 1) if depth else self.component("list")]
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
