"""Screens opened one after the other in the simulator, and their pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ovhlgen.lower.screens import languages
from ovhlgen.luau import string
from ovhlgen.model.node import to_plain
from ovhlgen.model.project import Project
from ovhlgen.picture.devices import DEVICES
from ovhlgen.picture.renderer import Finding
from ovhlgen.simulator.game import Game, GameError
from ovhlgen.simulator.screen import Screen, Thing
from ovhlgen.simulator.session import Refused, SessionError

_LOCALES = {"en": "en-us", "id": "id-id"}
_TAB = re.compile(r".+/Bar/Tab(?!1$)\d+")  # the first of each bar is chosen already
_FILLED = 1  # seconds in which what a screen asks for is answered
_THEME = 'require(Shared.Kernel.ServiceManager):Get("StyleService"):SetTheme({})'


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: `file` is its name, None where only the findings were wanted; `tab` the title of the tab that was
    pressed, empty for the screen as it opens; `problem` says why there can't be one."""

    screen: str
    theme: str
    language: str
    device: str
    file: str | None
    findings: tuple[Finding, ...]
    tab: str = ""
    problem: str | None = None


def shots(root: Path, project: Project, names: Sequence[str], folder: Path | None) -> Iterator[Shot]:
    """Of the screens named, in `folder` where there is one. Raises NoRenderer, ToolError, GameError."""
    try:
        yield from _of_a_game(root, project, names, folder)
    except (SessionError, Refused) as error:  # a script never yields, or the game ended
        raise GameError(str(error)) from None


def _of_a_game(root: Path, project: Project, names: Sequence[str], folder: Path | None) -> Iterator[Shot]:
    with Game.start(root) as game:
        for language in languages(project):
            player = f"Preview{language.replace('-', '')}"
            game.join(player, _user(project), locale=_LOCALES.get(language, language.lower()))
            game.advance(1)
            for device in DEVICES:
                screen = Screen(game, player, device)
                for theme in sorted(project.themes):
                    for name in names:
                        yield from _shots(screen, name, theme, language, folder)
            game.leave(player)


def _user(project: Project) -> int | None:
    """Who sees the most: a user whose id alone gives the highest role."""
    roles = project.roles
    if roles is None:
        return None
    named = [to_plain(one.value) for one in roles.sources if one.kind.name == "users" and one.value]
    found = [(roles.rank(role), ids[0]) for users in named for role, ids in users.items() if ids]
    return max(found, default=(0, None))[1]


def _shots(screen: Screen, name: str, theme: str, language: str, folder: Path | None) -> Iterator[Shot]:
    """Of a screen as it opens, and of each further tab that can be pressed there: nothing else is."""

    def taken(tab: int, title: str) -> Shot:
        part = f"-{tab}" if tab > 1 else ""
        file = f"{name}{part}-{theme}-{language}-{screen.device.name}.png" if folder else None
        screen.game.advance(_FILLED)
        judged = screen.findings(folder / file if folder and file else None)
        said = {path for finding in judged for path in finding.paths}
        found = (*judged, *(finding for finding in screen.audit(name) if finding.paths[0] not in said))
        return Shot(name, theme, language, screen.device.name, file, found, title)

    try:
        screen.game.run(screen.player, _THEME.format(string(theme)))
        screen.open(name)
        yield taken(1, "")
        number, todo = 1, _tabs(screen, name)
        seen = {pending.id for pending in todo}
        while todo:
            tab = todo.pop(0)
            here = next((shown.rect for shown in _tabs(screen, name) if shown.id == tab.id), None)
            hit = screen.at(*here.center) if here else None
            if here and hit and hit.id == tab.id:
                screen.press_at(*here.center)
                number += 1
                yield taken(number, str(screen.read(tab, "Text")))
                inner = [one for one in _tabs(screen, name) if one.id not in seen]
                seen.update(one.id for one in inner)
                todo = inner + todo
        screen.close(name)
    except GameError as error:
        yield Shot(name, theme, language, screen.device.name, None, (), problem=str(error))


def _tabs(screen: Screen, name: str) -> list[Thing]:
    """Those that can be pressed now but aren't chosen, tabs inside of a tab first: pressing another would hide them."""
    found = [one for one in screen.look() if _TAB.fullmatch(one.path) and one.path.startswith(f"{name}/") and one.rect]
    return sorted(found, key=lambda one: -one.path.count("/"))
