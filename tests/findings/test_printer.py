"""What is printed is what StyLua prints and what selene has nothing to say about, whatever names and however many."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from ovhlgen.tools.find import need
from ovhlgen.tools.run import run
from tests.support.layouts import Drawer, print_game

pytestmark = pytest.mark.tools

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
LAYOUTS = 2_000 if PROVE else 30


def test_random_layouts_are_formatted_and_linted(tmp_path: Path) -> None:
    """Structs, payloads and state with 1 to 60 fields, names of 1 to 50 letters, types 8 levels deep; names drawn from
    the printer's own words."""
    printed = seed = 0
    while printed < LAYOUTS:
        drawer = Drawer(random.Random(seed))
        files = drawer.game(modules=2, events=4)
        print_game(files, tmp_path / f"game{seed}")
        printed += drawer.layouts
        seed += 1
    settings = tmp_path / "game0/out"
    done = run([need("stylua"), "--check", "--config-path", settings / "stylua.toml", tmp_path], timeout=7200)
    assert done.code == 0, (done.out + done.err)[:4000]
    linted = run([need("selene"), "--no-summary", tmp_path], cwd=settings, timeout=7200)
    assert linted.code == 0, linted.out[:4000]


def test_nine_texts_in_an_event(tmp_path: Path) -> None:
    """A sum of many lengths has a line for each."""
    payload = ", ".join(f'the_text_number_{number}: "string(..9)"' for number in range(9))
    events = f"  Told: {{ from: server, payload: {{ {payload} }} }}\n"
    print_game(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\n",
            "specs/modules/Alpha/module.yaml": "module: Alpha\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n"
            f"events:\n{events}",
        },
        tmp_path,
    )
    done = run([need("stylua"), "--check", "--config-path", tmp_path / "out/stylua.toml", tmp_path])
    assert done.code == 0, done.out[:4000]
