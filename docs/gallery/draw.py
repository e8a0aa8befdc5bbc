"""The pictures of docs/ui.md: each component of the language on a screen of its own, and the example's screens.

They are cut out of what the renderer draws.

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

ROOT = Path(__file__).parent.parent.parent
GALLERY, EXAMPLE = Path(__file__).parent / "specs", ROOT / "specs"
PICTURES = ROOT / "docs" / "images" / "ui"
DEVICE = "tablet"
EDGE = 12  # pixels of what is behind a window, around it
ADMINISTRATOR = 12345  # of the example
EXAMPLES = ("AdminPanel", "MusicPanel")
# Without a picture: an image's asset is Roblox's, and nothing is downloaded.
NOT_DRAWN = ("Image",)


def names() -> list[str]:
    return sorted(path.stem for path in (GALLERY / "ui").glob("*.yaml") if path.stem not in NOT_DRAWN)


def draw(specs: Path, folder: Path, wanted: Sequence[str]) -> Iterator[Path]:
    """Pictures of those screens in a folder; raises where the renderer finds something wrong with one."""
    with tempfile.TemporaryDirectory() as root:
        shutil.copytree(specs, Path(root) / "specs")
        with Game.start(Path(root)) as game:
            game.join("Siti", ADMINISTRATOR)
            game.advance(1)
            screen = Screen(game, "Siti", DEVICE)
            for name in wanted:
                screen.open(name)
                game.advance(1)
                path = folder / f"{name}.png"
                found = screen.findings(path)
                if found:
                    raise ValueError(f"{name}: {found}")
                _cut(screen, name, path)
                screen.close(name)
                yield path


def _cut(screen: Screen, name: str, path: Path) -> None:
    """The window and a little around it; few colours, as a repository keeps every picture for good."""
    rect = screen.find(name, "MainContainer").rect
    if rect is None:
        raise ValueError(f"{name} isn't shown")
    edges = (rect.x - EDGE, rect.y - EDGE, rect.x + rect.width + EDGE, rect.y + rect.height + EDGE)
    left, top, right, bottom = (round(edge) for edge in edges)
    with Image.open(path) as whole:
        part = whole.convert("RGB").crop((left, top, right, bottom))
    part.quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in (*draw(GALLERY, PICTURES, names()), *draw(EXAMPLE, PICTURES, EXAMPLES)):
        print(path.relative_to(ROOT))
