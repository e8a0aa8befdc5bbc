"""Games built into a place and run headless, with pieces of Luau as the tests' eyes and hands."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from ovhlgen.model.project import Project as Specs
from ovhlgen.pipeline import build, load
from ovhlgen.simulator.driver import Job, Outcome, Player, Probe, play
from ovhlgen.simulator.place import build_place
from ovhlgen.tools.find import need
from tests.support.projects import Project

# What every probe may use.
PRELUDE = textwrap.dedent(
    """
    local ReplicatedStorage = game:GetService("ReplicatedStorage")
    local Players = game:GetService("Players")
    local Shared = ReplicatedStorage.Shared
    local Kernel = require(Shared.Kernel)
    local Layouts = require(Shared.Network.Layouts)
    """
)


class Game:
    """A place, built once; each `play` starts it anew."""

    def __init__(self, project: Project) -> None:
        result = project.json("build")
        assert result.code == 0, result.out
        self.place = project.root / "game.rbxl"
        build_place(project.root, self.place)

    def play(self, *probes: Probe, players: Sequence[str] = ("Siti",), seconds: float = 10, seed: int = 1) -> Outcome:
        """Runs the place; the players join at 0.5 s, the probes at their own times."""
        joining = [Player(name, 100 + number) for number, name in enumerate(players)]
        outcome = play(need("lune"), [Job(str(self.place), seconds, seed, joining, probes)])[0]
        assert outcome.failure is None, outcome.failure
        return outcome


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
    return Probe(side, ("" if bare else PRELUDE) + textwrap.dedent(source), at)


def printed(outcome: Outcome, side: str = "server", since: float = 1.0) -> list[str]:
    """What probes printed on a side: lines without an emoji in front, from a time on."""
    return [
        line.text
        for line in outcome.lines
        if line.side == side and line.level == "print" and line.t >= since and line.text[:1].isascii()
    ]


def errors(outcome: Outcome) -> list[str]:
    return [f"{line.side}: {line.text}" for line in outcome.lines if line.level == "error"]
