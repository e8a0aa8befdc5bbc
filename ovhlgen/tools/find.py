"""Where a tool is: in the cache, else on PATH (Rokit's shims too) at the pinned version."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ovhlgen.tools.cache import program
from ovhlgen.tools.pins import Pin, pins
from ovhlgen.tools.run import ToolError

_TIMEOUT = 20  # seconds for `--version`


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program and the version that it names; `version` is None where it doesn't answer."""

    path: Path
    version: str | None


def find(pin: Pin) -> Path | None:
    """The program at the pinned version, or None."""
    for candidate in candidates(pin):
        if candidate.version == pin.version:
            return candidate.path
    return None


def need(name: str) -> Path:
    """The program of a tool by its name. Raises ToolError where it is missing."""
    path = find(pins()[name])
    if path is None:
        raise ToolError(f"{name} is missing")
    return path


def candidates(pin: Pin) -> list[Candidate]:
    """Every place that was looked at and has a program: the cache first, then PATH."""
    places = [program(pin)]
    on_path = shutil.which(pin.name)
    if on_path:
        places.append(Path(on_path))
    return [Candidate(path, version_of(path)) for path in places if path.is_file()]


def version_of(path: Path) -> str | None:
    """What `--version` answers."""
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\d+\.\d+\.\d+", done.stdout)
    return match.group(0) if done.returncode == 0 and match else None


def missing(*names: str) -> list[Pin]:
    """Those of the named tools that aren't there."""
    return [pins()[name] for name in names if find(pins()[name]) is None]
