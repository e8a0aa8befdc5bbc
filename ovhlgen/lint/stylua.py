"""StyLua: whether every file is formatted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ovhlgen.diagnostics import Diagnostic, Span
from ovhlgen.lint.places import diagnosed, inside, workers
from ovhlgen.model.project import Project
from ovhlgen.model.tree import FOLDERS
from ovhlgen.tools.find import need
from ovhlgen.tools.run import ToolError, run


def fix(root: Path, project: Project) -> None:
    """Formats the workers. Raises ToolError."""
    files = [root / path for path in workers(project)]
    if files:
        run([need("stylua"), "--config-path", root / "out" / "stylua.toml", "--", *files])


def stylua(root: Path, project: Project) -> Iterator[Diagnostic]:
    """One finding a file that isn't formatted; its line endings are Git's. Raises ToolError."""
    config = root / "out" / "stylua.toml"
    command: list[str | Path] = [need("stylua"), "--check", "--output-format", "Json", "--no-ignore-vcs"]
    command += ["--config-path", config, "--"]
    for targets in ([root / path for path in workers(project)], [root / "out" / folder for folder in FOLDERS]):
        if not targets:
            continue
        done = run([*command, *targets])
        for answer in done.objects():
            first = _first_line(answer)
            if first is not None:
                span = Span(inside(root, Path(answer["file"])), first, 1, first, 2)
                yield diagnosed("E1121", span, "StyLua", "not formatted")
        if done.code not in (0, 1):
            _expect_unreadable(done.err)


def _first_line(answer: dict[str, Any]) -> int | None:
    """The first line that StyLua would write otherwise; None where only the line endings differ."""
    lines: list[int] = []
    for mismatch in answer.get("mismatches", ()):
        original, expected = mismatch["original"].splitlines(), mismatch["expected"].splitlines()
        if original != expected:
            pairs = enumerate(zip_longest(original, expected))
            lines.append(mismatch["original_start_line"] + next(at for at, (a, b) in pairs if a != b) + 1)
    return min(lines, default=None)


def _expect_unreadable(text: str) -> None:
    """A file that StyLua can't parse is no failure of its own: selene says more about it."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not any("could not format" in line or "error parsing" in line for line in lines):
        raise ToolError("StyLua: " + " / ".join(lines[-3:]))
