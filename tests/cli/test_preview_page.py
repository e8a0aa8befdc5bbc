"""The preview's page in headless Chromium: it loads, filters, shows what was found, and follows a new one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.picture.devices import DEVICES
from ovhlgen.picture.renderer import Finding
from ovhlgen.preview.page import write_page
from ovhlgen.preview.shots import Shot
from tests.cli.test_preview import FILES
from tests.conftest import ROOT
from tests.support.projects import Project

pytestmark = pytest.mark.tools

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def browser() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        say = pytest.fail if os.environ.get("OVHLGEN_PROVE") else pytest.skip
        say("no Chromium on PATH: `make browser`, or install one")
    return found


def browse(browser: str, page: Path, *steps: list[str]) -> list[dict[str, Any]]:
    """What is seen at first, and after each step."""
    command = ["node", str(ROOT / "tests/npm/page.mjs"), browser, str(page), json.dumps(steps)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["errors"] == []
    return list(said["seen"])


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("page")).write(FILES)
    assert project.run("preview").code == 0
    return project.root / ".ovhlgen/preview"


def test_it_loads_and_filters(browser: str, drawn: Path) -> None:
    first, shop, phone, nothing = browse(
        browser,
        drawn / "index.html",
        ["select", "screen", "Shop"],
        ["select", "device", "phone"],
        ["tick", "findings"],
    )
    assert first["title"] == "Party 1: screens"
    assert (len(first["pictures"]), first["says"]) == (20, "20 pictures, 0 findings")
    assert all(one["is_loaded"] for one in first["pictures"])
    assert {one["heading"] for one in shop["pictures"]} == {"Shop"}
    assert len(shop["pictures"]) == 2 * len(DEVICES)
    assert [one["of"] for one in phone["pictures"]] == ["default · en · phone", "default · id · phone"]
    assert (nothing["pictures"], nothing["nothing"], nothing["says"]) == ([], True, "0 pictures, 0 findings")


def test_it_shows_what_was_found(browser: str, drawn: Path, tmp_path: Path) -> None:
    """A name that would be markup is a text."""
    finding = Finding("low-contrast", "error", ("Shop/<b>Main</b>",), "1.1 to 1")
    picture = next(drawn.glob("Shop-*.png")).read_bytes()
    (tmp_path / "a.png").write_bytes(picture)
    (tmp_path / "b.png").write_bytes(picture)
    shots = [
        Shot("Shop", "default", "en", "phone", "a.png", (finding,), "<i>Second</i>"),
        Shot("Hello", "default", "en", "phone", "b.png", ()),
        Shot("Gone", "default", "en", "phone", None, (), problem="it raised"),
    ]
    first, found = browse(browser, write_page(tmp_path, "A <game>", shots), ["tick", "findings"])
    assert first["title"] == "A <game>: screens"
    assert first["says"] == "3 pictures, 2 findings"
    assert [one["heading"] for one in found["pictures"]] == ["Shop · <i>Second</i>", "Gone"]
    assert found["pictures"][0]["findings"] == ["low-contrast 1.1 to 1Shop/<b>Main</b>"]
    assert found["pictures"][1]["findings"] == ["opens it raisedGone"]


def test_it_follows_a_new_one(browser: str, drawn: Path, tmp_path: Path) -> None:
    """As `watch --preview` writes it: the page loads itself again, with the filters as they were."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, names in ((old, ["Shop"]), (new, ["Shop", "Hello"])):
        folder.mkdir()
        (folder / "a.png").write_bytes(next(drawn.glob("Shop-*.png")).read_bytes())
        write_page(folder, "Party", [Shot(name, "default", "en", "phone", "a.png", ()) for name in names])
    steps = [["select", "device", "phone"], *(["copy", str(new / one), str(old / one)] for one in ("index.html",))]
    first, *_, last = browse(
        browser, old / "index.html", *steps, ["copy", str(new / "stamp.js"), str(old / "stamp.js")], ["reloaded"]
    )
    assert [len(first["pictures"]), len(last["pictures"])] == [1, 2]
