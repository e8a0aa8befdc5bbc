"""Plays cases on the shipped kernel: one Lune process for many of them."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ovhlgen.tools.find import need
from tests.differential.mutants import Mutant
from tests.differential.world import write
from tests.support.games import Game

HERE = Path(__file__).parent
PATIENCE = 30.0  # seconds for one game


@dataclass(frozen=True)
class Kind:
    """Of cases: `host.luau` in `folder` plays them, `subject.luau` does what they say; mistakes go into `room`."""

    folder: Path
    room: str


KERNEL = Kind(HERE, "Shared")
DATA = Kind(HERE / "data", "Server")


def base(folder: Path) -> Path:
    """A place with the shipped kernel, and the layouts of the events that cases use."""
    return Game(write(folder)).place


class Host:
    def __init__(self, place: Path, mutant: Mutant | None = None, kind: Kind = KERNEL) -> None:
        host, subject = kind.folder / "host.luau", kind.folder / "subject.luau"
        command = [str(need("lune")), "run", str(host), str(place), str(subject)]
        if mutant:
            path, old, new = mutant
            command += [f"{kind.room}/{path}", old, new]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n", f"the host doesn't start: {mutant}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def play(self, case: Mapping[str, Any]) -> list[tuple[float, str]]:
        """Times and lines, as the Luau kernel tells them. Raises where it takes longer than PATIENCE: it never ends."""
        assert self.process.stdin is not None and self.process.stdout is not None
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline() or '{ "problem": "it never ends" }')
        watchdog.cancel()
        assert "problem" not in answer, answer["problem"]
        return [(float(at), str(text)) for at, text in answer["trace"] or ()]
