"""Games built into a place and run headless, with pieces of Luau as the tests' eyes and hands."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ovhlgen.model.project import Project as Specs
from ovhlgen.pipeline import build, load
from ovhlgen.simulator.output import Line, output
from ovhlgen.simulator.place import build_place
from ovhlgen.simulator.session import Session
from tests.support.projects import Project

JOINS = 0.5  # seconds of virtual time
PATIENCE = 300.0  # seconds of real time
FRAMES = 60  # a second
# What every probe may use.
NAMES = textwrap.dedent(
    """
    local ReplicatedStorage = game:GetService("ReplicatedStorage")
    local Players = game:GetService("Players")
    local Shared = ReplicatedStorage.Shared
    local Kernel = require(Shared.Kernel)
    local Layouts = require(Shared.Network.Layouts)
    """
)


@dataclass(frozen=True)
class Probe:
    """A piece of Luau run on a side (`server`, or a player's name) in the first frame at `at` or after it."""

    side: str
    source: str
    at: float = 1.0


@dataclass(frozen=True)
class Played:
    """What a run wrote, and whether the server came to CoreReady."""

    lines: list[Line]
    core_ready: bool

    def texts(self, side: str) -> list[str]:
        return [line.text for line in self.lines if line.side == side]


class Game:
    """A place, built once; each `play` starts it anew."""

    def __init__(self, project: Project) -> None:
        result = project.json("build")
        assert result.code == 0, result.out
        self.place = project.root / "game.rbxl"
        build_place(project.root, self.place)

    def play(self, *probes: Probe, players: Sequence[str] = ("Siti",), seconds: float = 10, seed: int = 1) -> Played:
        """Runs the place; the players join at 0.5 s, the probes at their own times."""
        commands: list[tuple[float, str, dict[str, Any]]] = []
        for number, name in enumerate(players):
            commands.append((JOINS, "join", {"name": name, "user_id": 100 + number}))
        for probe in probes:
            commands.append((probe.at, "run", {"side": probe.side, "source": probe.source}))
        with Session(self.place, seed=seed, patience=PATIENCE) as session:
            session.ask("boot")
            for at, command, args in sorted(commands, key=lambda command: command[0]):
                _advance(session, math.ceil(at * FRAMES - 1e-6) / FRAMES)
                session.ask(command, **args)
            _advance(session, seconds)
            is_ready = any((fact.side, fact.kind) == ("server", "ready") for fact in session.facts)
            return Played(list(output(session.facts)), is_ready)


def _advance(session: Session, until: float) -> None:
    session.ask("advance", seconds=max(0.0, until - session.now))


def built(folder: Path, files: dict[str, str]) -> tuple[Specs, Path]:
    """The specs of a game, and its place: for sessions that a test starts itself."""
    root = Project(folder).write(files).root
    project = load(root).project
    assert project is not None
    assert not any(one.severity == "error" for one in build(root, project).problems)
    build_place(root, root / "game.rbxl")
    return project, root / "game.rbxl"


def game(folder: Path, files: dict[str, str]) -> Game:
    """A game of the smallest project and these files."""
    return Game(Project(folder).write({"specs/project.yaml": "ovhl: 1\nname: Test\n", **files}))


def probe(source: str, side: str = "server", at: float = 1.0, *, bare: bool = False) -> Probe:
    return Probe(side, ("" if bare else NAMES) + textwrap.dedent(source), at)


def printed(played: Played, side: str = "server", since: float = 1.0) -> list[str]:
    """What probes printed on a side: lines without an emoji in front, from a time on."""
    return [
        line.text
        for line in played.lines
        if line.side == side and line.level == "print" and line.t >= since and line.text[:1].isascii()
    ]


def errors(played: Played) -> list[str]:
    return [f"{line.side}: {line.text}" for line in played.lines if line.level == "error"]
