"""Screens opened one after the other in the simulator, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ovhlgen.lower.screens import languages
from ovhlgen.luau import string
from ovhlgen.model.project import Project
from ovhlgen.picture.devices import DEVICES
from ovhlgen.picture.renderer import Finding
from ovhlgen.simulator.game import Game, GameError
from ovhlgen.simulator.screen import Screen

_LOCALES = {"en": "en-us", "id": "id-id"}
_THEME = 'require(Shared.Kernel.ServiceManager):Get("StyleService"):SetTheme({})'


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: `file` is its name, None where only the findings were wanted; `problem` says why it can't be."""

    screen: str
    theme: str
    language: str
    device: str
    file: str | None
    findings: tuple[Finding, ...]
    problem: str | None = None


def shots(root: Path, project: Project, names: Sequence[str], folder: Path | None) -> Iterator[Shot]:
    """Of the screens named, in `folder` where there is one. Raises NoRenderer, ToolError, GameError."""
    with Game.start(root) as game:
        for language in languages(project):
            player = f"Preview{language.replace('-', '')}"
            game.join(player, locale=_LOCALES.get(language, language.lower()))
            game.advance(1)
            for device in DEVICES:
                screen = Screen(game, player, device)
                for theme in sorted(project.themes):
                    for name in names:
                        yield _shot(screen, name, theme, language, folder)
            game.leave(player)


def _shot(screen: Screen, name: str, theme: str, language: str, folder: Path | None) -> Shot:
    device = screen.device.name
    file = f"{name}-{theme}-{language}-{device}.png" if folder else None
    try:
        screen.game.run(screen.player, _THEME.format(string(theme)))
        screen.open(name)
    except GameError as error:
        return Shot(name, theme, language, device, None, (), str(error))
    found = tuple(screen.findings())
    if folder and file:
        screen.draw(folder / file)
    screen.close(name)
    return Shot(name, theme, language, device, file, found)
