"""The pictures of docs/ui.md: each component of the language on a screen of its own, cut out of what the renderer draws.

`make gallery` writes them, `tests/docs/test_ui.py` draws them again and compares.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from ovhlgen.simulator.game import Game
from ovhlgen.simulator.screen import Screen

SPECS = Path(__file__).parent / "specs"
PICTURES = Path(__file__).parent.parent / "images" / "ui"
DEVICE = "tablet"
EDGE = 12  # pixels of what is behind a window, around it


def names() -> list[str]:
    return sorted(path.stem for path in (SPECS / "ui").glob("*.yaml"))


def draw(folder: Path, wanted: Sequence[str]) -> Iterator[Path]:
    """Pictures of those screens in a folder; raises where the renderer finds something wrong with one."""
    with tempfile.TemporaryDirectory() as root:
        shutil.copytree(SPECS, Path(root) / "specs")
        with Game.start(Path(root)) as game:
            game.join("Siti")
            game.advance(1)
            screen = Screen(game, "Siti", DEVICE)
            for name in wanted:
                screen.open(name)
                game.advance(1)
                whole = folder / f"{name}.png"
                found = screen.findings(whole)
                assert not found, (name, found)
                rect = screen.find(name, "MainContainer").rect
                assert rect, name
                box = (rect.x - EDGE, rect.y - EDGE, rect.x + rect.width + EDGE, rect.y + rect.height + EDGE)
                with Image.open(whole) as image:
                    cut = image.convert("RGB").crop(tuple(round(one) for one in box))
                cut.quantize(64).save(whole, optimize=True)
                screen.close(name)
                yield whole


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in draw(PICTURES, names()):
        print(path)
