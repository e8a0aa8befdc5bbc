"""Builds the place with Rojo."""

from __future__ import annotations

from pathlib import Path

from ovhlgen.tools.find import need
from ovhlgen.tools.run import ToolError, run


def build_place(root: Path, place: Path) -> None:
    """`rojo build`. Raises ToolError with what Rojo says."""
    done = run([need("rojo"), "build", root / "out", "-o", place, "--color", "never"])
    if done.code != 0:
        raise ToolError(f"rojo: {done.last_lines}")
