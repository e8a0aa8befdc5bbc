"""All of a preview: the pictures in their folder, and the page beside them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from ovhlgen.logs.address import own_folder
from ovhlgen.model.project import Project
from ovhlgen.preview.page import write_page
from ovhlgen.preview.shots import Shot, shots

FOLDER = "preview"  # in the project's folder for what is of this machine


def drawable(project: Project) -> list[str]:
    """The screens that are drawn here, by name."""
    return sorted(name for name, screen in project.screens.items() if screen.bind is None)


def draw(
    root: Path, project: Project, names: Sequence[str], at: Callable[[str], None] = lambda _: None
) -> tuple[Path, list[Shot]]:
    """The page and the pictures. Raises NoRenderer, ToolError, GameError, OSError."""
    folder = own_folder(root) / FOLDER
    new = folder.with_name(f"{FOLDER}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    taken = take(root, project, names, new, at)
    page = write_page(new, project.settings.name, taken)
    # In one go, so that a page that is looked at is never half there.
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    return folder / page.name, taken


def take(
    root: Path, project: Project, names: Sequence[str], folder: Path | None, at: Callable[[str], None]
) -> list[Shot]:
    taken = []
    for shot in shots(root, project, names, folder) if names else ():
        taken.append(shot)
        at(f"{shot.screen} on {shot.device}")
    return taken
