"""docs/ui.md: every component of the language, with the spec that its picture was drawn from."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from PIL import Image, ImageChops, ImageStat

from docs.gallery.draw import EXAMPLE, EXAMPLES, GALLERY, NOT_DRAWN, PICTURES, draw, names
from ovhlgen.schema import schema
from tests.conftest import ROOT
from tests.support.projects import Project

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
PAGE = (ROOT / "docs/ui.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE))


def test_every_component_has_a_section() -> None:
    components = schema("screen")["definitions"]["component"]["properties"]
    assert sorted(SECTIONS) == sorted(components)


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_a_section_shows_what_was_drawn(name: str) -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", SECTIONS[name], re.DOTALL)
    screen = name.capitalize()
    spec = yaml.safe_load((GALLERY / f"ui/{screen}.yaml").read_text("utf-8"))
    assert yaml.safe_load(text) == spec["content"]
    pictures = re.findall(r"\]\(images/ui/(\w+)\.png\)", SECTIONS[name])
    assert pictures == ([] if screen in NOT_DRAWN else [screen])


def test_the_screen_at_the_top_is_the_example_s() -> None:
    [first, *_] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    spec = (EXAMPLE / "ui/MusicPanel.yaml").read_text("utf-8")
    assert yaml.load(first, yaml.BaseLoader) == yaml.load(spec, yaml.BaseLoader)


def test_the_gallery_has_no_findings(tmp_path: Path) -> None:
    files = {f"specs/{path.relative_to(GALLERY)}": path.read_text("utf-8") for path in GALLERY.rglob("*.*")}
    assert Project(tmp_path).write(files).json("check").findings == []


@pytest.mark.tools
@pytest.mark.parametrize(("specs", "screens"), [(GALLERY, names()), (EXAMPLE, EXAMPLES)], ids=["gallery", "example"])
def test_the_pictures_are_up_to_date(tmp_path: Path, specs: Path, screens: Sequence[str]) -> None:
    """`make gallery` writes them. Edges of letters may differ a little from machine to machine."""
    chosen = screens if PROVE else random.Random(7).sample(list(screens), min(4, len(screens)))
    for path in draw(specs, tmp_path, chosen):
        with Image.open(path) as now, Image.open(PICTURES / path.name) as then:
            assert now.size == then.size, path.name
            difference = ImageChops.difference(now.convert("RGB"), then.convert("RGB"))
            assert max(ImageStat.Stat(difference).mean) < 1, path.name
