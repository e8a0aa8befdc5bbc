"""A player's screen, as the renderer lays it out, and the player's hands on it: pixels and keys, never handlers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ovhlgen.luau import string
from ovhlgen.picture.devices import DEVICES
from ovhlgen.picture.renderer import Finding, Model, Rect, reading
from ovhlgen.resolve.screens import written
from ovhlgen.simulator.game import Game

_UI = 'local ui = require(Shared.Kernel.ServiceManager):Get("OVHL_UI")\n'
_STATE = """
local held = require(Shared.OVHL_UI.ModalSystem).find({screen})
local values = {{}}
for name, cell in held.values do
    values[name] = cell.value
end
return {{ open = held.scope ~= nil, values = values }}
"""
_AUDIT = "return ui:Audit(game.Players.LocalPlayer.PlayerGui[{screen}])"
_CUT = ("text-truncated", "text-taller-than-box")
_ROUNDS = 4  # a layout may change what is there, which is laid out again


class NotReached(Exception):
    """What should be pressed isn't there, or something else takes the press."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the screen: its path by name, such as `MusicPanel/PaddingFrame/…/Close`."""

    id: int
    path: str
    kind: str
    rect: Rect | None


class Screen:
    """Raises NoRenderer where the extra `preview` isn't installed."""

    def __init__(self, game: Game, player: str, device: str = "desktop") -> None:
        self.game, self.player, self.device = game, player, DEVICES[device]
        self._ask("resize", width=self.device.width, height=self.device.height, input=self.device.input)

    def look(self) -> list[Thing]:
        """Lays the screen out until it stays as it is, and gives what is there."""
        things: list[Thing] = []
        for _ in range(_ROUNDS):
            before, things = things, self._once()
            if [(thing.id, thing.rect) for thing in before] == [(thing.id, thing.rect) for thing in things]:
                break
        return things

    def _once(self) -> list[Thing]:
        with self._model() as (nodes, model):
            rects = {_number(path): rect for path, rect in model.layout().items()} if nodes else {}
        laid = [{"id": id, "x": rect.x, "y": rect.y, "w": rect.width, "h": rect.height} for id, rect in rects.items()]
        self._ask("layout", rects=laid)
        return [Thing(node["id"], node["path"], node["class"], rects.get(node["id"])) for node in nodes]

    @contextmanager
    def _model(self) -> Iterator[tuple[list[dict[str, Any]], Model]]:
        """What is on the screen now; things are named by their numbers."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "screen.rbxm"
            picture = self._ask("picture", path=str(path))
            device = self.device if picture["has_controls"] else replace(self.device, controls=())
            with reading(path, device) as model:
                yield list(picture["nodes"]), model

    def _ask(self, command: str, **args: Any) -> Any:
        return self.game.session.ask(command, side=self.player, **args)

    def find(self, screen: str, component: str) -> Thing:
        """By its name, or by the end of its path; `Card#2` is the second of those that are shown.

        Raises NotReached where there is none, or more than one."""
        name, _, number = component.partition("#")
        end = f"/{name}"
        things = [thing for thing in self.look() if thing.path.startswith(f"{screen}/") and thing.path.endswith(end)]
        if number.isdecimal():
            shown = sorted((thing for thing in things if thing.rect), key=_place)
            things = shown[int(number) - 1 : int(number)]
        if len(things) != 1:
            here = "nothing" if not things else f"{len(things)} things"
            raise NotReached(f"{screen}: {here} named `{component}`")
        return things[0]

    def open(self, screen: str) -> None:
        """As the game's own code does it."""
        self.game.run(self.player, _UI + f"ui.ModalSystem:Open({string(screen)})")

    def close(self, screen: str) -> None:
        self.game.run(self.player, _UI + f"ui.ModalSystem:Close({string(screen)})")

    def press(self, screen: str, component: str) -> None:
        """A click in its middle. Raises NotReached where something else takes it."""
        thing = self.find(screen, component)
        if thing.rect is None:
            raise NotReached(f"{thing.path} isn't shown")
        x, y = thing.rect.center
        hit = self.press_at(x, y)
        if hit is None or not f"{hit.path}/".startswith(f"{thing.path}/"):
            taken = f"{hit.path} takes" if hit else "nothing takes"
            raise NotReached(f"{thing.path}: {taken} a press at {x:.0f}, {y:.0f}")

    def at(self, x: float, y: float) -> Thing | None:
        """What takes a click at a pixel."""
        things = {thing.id: thing for thing in self.look()}
        with self._model() as (nodes, model):
            hit = model.hit(x, y) if nodes else None
        return things[_number(hit)] if hit else None

    def press_at(self, x: float, y: float) -> Thing | None:
        """A click at a pixel; what took it."""
        thing = self.at(x, y)
        if thing is None:
            return None
        self._ask("click", id=thing.id, x=x, y=y, touch=self.device.is_touch)
        self.game.settle()
        return thing

    def type(self, screen: str, component: str, text: str) -> None:
        """Presses a field and writes into it, character by character, then Enter."""
        self.press(screen, component)
        if not self._ask("write", text=text):
            raise NotReached(f"{screen}: `{component}` takes no text")
        self.game.settle()

    def select(self, screen: str, component: str, choice: str) -> None:
        """Opens a dropdown and presses a choice. Raises NotReached."""
        self.press(screen, f"{component}/Chosen")
        inside = [one for one in self.look() if f"/{component}/Choice" in one.path]
        choices = [one for one in inside if one.path.startswith(f"{screen}/")]
        named = [one.path.rpartition("/")[2] for one in choices if self.read(one, "Text") == choice]
        if len(named) != 1:
            raise NotReached(f"{screen}: `{component}` has no choice `{choice}`")
        self.press(screen, f"{component}/{named[0]}")

    def scroll_rows(self, screen: str, component: str, rows: int) -> None:
        """Scrolls a list so many rows down from its top."""
        thing = self.find(screen, component)
        inside = [one for one in self.look() if one.path.rpartition("/")[0] == thing.path and one.rect]
        tops = sorted(one.rect.y for one in inside if one.rect and one.rect.height > 0 and self.read(one, "Visible"))
        steps = [below - above for above, below in pairwise(tops) if below > above]
        self.scroll(screen, component, rows * min(steps, default=0))

    def scroll(self, screen: str, component: str, pixels: float) -> None:
        """Scrolls a list so far down, or as far as it goes."""
        thing = self.find(screen, component)
        self._ask("scroll", id=thing.id, y=pixels)
        self.look()

    def read(self, thing: Thing, name: str) -> Any:
        """A property of something, in the form of the specs' literals."""
        return self._ask("property", id=thing.id, name=name)

    def audit(self, screen: str) -> list[Finding]:
        """What the game's own `OVHL_UI:Audit` says of a screen that is open."""
        answer = self.game.run(self.player, _UI + _AUDIT.format(screen=string(screen))) or {}
        return [
            Finding(broken["rule"], "error", (_path(screen, broken["path"]),), broken["message"])
            for broken in answer.get("1") or []
        ]

    def key(self, name: str) -> bool:
        """A key or a gamepad's button, by its name in Enum.KeyCode; whether something took it."""
        self.look()
        taken = self._ask("key", key=name)
        self.game.settle()
        return bool(taken)

    def findings(self, picture: Path | None = None) -> list[Finding]:
        """What the renderer's checks say of the screen as it is, by the names of things; with its picture as a file.

        A cut text is one where a spec has it: what is put in (a player's name, a line of a log) may be longer."""
        things = {thing.id: thing for thing in self.look()}
        with self._model() as (nodes, model):
            if picture:
                model.draw(picture)
            findings = model.findings() if nodes else []
        project = self.game.project
        shown = set[str]().union(*(written(project, screen) for screen in project.screens.values()))
        named = []
        for finding in findings:
            about = [things[_number(path)] for path in finding.paths]
            if finding.check not in _CUT or self.read(about[0], "Text") in shown:
                named.append(replace(finding, paths=tuple(thing.path for thing in about)))
        return named


def state_of(game: Game, player: str, screen: str) -> dict[str, Any]:
    """Whether a player's screen is open, and its values."""
    results = game.run(player, _STATE.format(screen=string(screen)))
    return dict((results or {})["1"])


def _place(thing: Thing) -> tuple[float, float]:
    return (thing.rect.y, thing.rect.x) if thing.rect else (0, 0)


def _path(screen: str, path: str) -> str:
    """Of what Audit names by its place below the ScreenGui, or by the ScreenGui's own name."""
    return screen if path == screen else f"{screen}/{path.replace('.', '/')}"


def _number(path: str) -> int:
    return int(path.rpartition("/")[2])
