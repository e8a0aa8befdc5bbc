"""Runs a tool with an outer time limit."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def last_lines(self) -> str:
        """The end of what it said, for a message."""
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        return " / ".join(lines[-4:]) or f"it ended with {self.code}"

    def objects(self) -> Iterator[dict[str, Any]]:
        """The JSON objects that it printed, one a line; other lines are passed over."""
        for line in self.out.splitlines():
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


class ToolError(Exception):
    """The tool couldn't be started or didn't end in time."""


def run(command: list[str | Path], *, cwd: Path | None = None, timeout: float = 300) -> Done:
    """What the tool printed. Raises ToolError."""
    done = _ended(command, cwd, timeout)
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def run_bytes(command: list[str | Path], *, cwd: Path | None = None, timeout: float = 300) -> tuple[int, bytes]:
    """How the tool ended, and what it printed as it stands. Raises ToolError."""
    done = _ended(command, cwd, timeout)
    return done.returncode, done.stdout


def _ended(command: list[str | Path], cwd: Path | None, timeout: float) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            capture_output=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"no end within {timeout:g} s") from error
    except OSError as error:
        raise ToolError(str(error)) from error
