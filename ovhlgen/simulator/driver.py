"""Starts the Lune host (host/main.luau) on places and reads what happened."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ovhlgen.tools.run import ToolError, run

HOST = Path(__file__).parent / "host" / "main.luau"


@dataclass(frozen=True, slots=True)
class Player:
    """Who joins, and when (seconds of virtual time)."""

    name: str
    user_id: int
    at: float = 0.5


@dataclass(frozen=True, slots=True)
class Probe:
    """A piece of Luau run on a side: `server`, or a player's name."""

    side: str
    source: str
    at: float = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a place: `seconds` of virtual time under a seed."""

    place: str
    seconds: float = 30.0
    seed: int = 1
    players: Sequence[Player] = ()
    probes: Sequence[Probe] = ()
    guarded: bool = False  # loops are counted: slower, and one that never ends is named


@dataclass(frozen=True, slots=True)
class Line:
    """One line of output: `level` is print, warn, error or kick; `t` virtual seconds."""

    t: float
    side: str
    level: str
    text: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the built place holds."""

    scripts: dict[str, int]
    modules: list[tuple[str, str]]  # realm, path
    empty: list[str]
    twice: list[str]
    broken: list[tuple[str, str]]  # path, what the compiler says


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed. `failure` says why there was none."""

    place: str
    failure: str | None = None
    core_ready: bool = False
    lines: list[Line] = field(default_factory=list)
    inspection: Inspection | None = None

    def texts(self, side: str) -> list[str]:
        return [line.text for line in self.lines if line.side == side]


def play(lune: Path, jobs: Sequence[Job], *, timeout: float = 300) -> list[Outcome]:
    """Runs the jobs in one process, in order. Raises ToolError where Lune fails or doesn't end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jobs.json"
        path.write_text(json.dumps([asdict(job) for job in jobs]), "utf-8")
        done = run([lune, "run", HOST, path], timeout=timeout)
    if done.code != 0:
        raise ToolError(done.last_lines)
    return [_outcome(json.loads(line)) for line in done.out.split("\n") if line]


def _outcome(value: dict[str, Any]) -> Outcome:
    if value.get("failure"):
        return Outcome(value["place"], failure=value["failure"])
    found = value["inspection"]
    return Outcome(
        place=value["place"],
        core_ready=value["core_ready"],
        lines=[Line(**line) for line in value["log"] or ()],
        inspection=Inspection(
            scripts=dict(found["scripts"] or {}),
            modules=[(one["realm"], one["path"]) for one in found["modules"] or ()],
            empty=list(found["empty"] or ()),
            twice=list(found["twice"] or ()),
            broken=[(one["path"], one["problem"]) for one in found["broken"] or ()],
        ),
    )
