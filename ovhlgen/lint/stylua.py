"""StyLua: whether every file is formatted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ovhlgen.diagnostics import Diagnostic, Span
from ovhlgen.lint.places import found, inside, workers
from ovhlgen.model.project import Project
from ovhlgen.tools.find import need
from ovhlgen.tools.run import ToolError, run


def fix(root: Path, project: Project) -> None:
    """Formats the workers. Raises ToolError."""
    files = [root / path for path in workers(project)]
    if files:
        run([need("stylua"), "--config-path", root / "out" / "stylua.toml", "--", *files])


def stylua(root: Path, project: Project) -> Iterator[Diagnostic]:
    """One finding a file that isn't formatted. Raises ToolError."""
    config = root / "out" / "stylua.toml"
    command: list[str | Path] = [need("stylua"), "--check", "--output-format", "Json", "--no-ignore-vcs"]
    command += ["--config-path", config, "--"]
    for targets in ([root / path for path in workers(project)], [root / "out" / "src"]):
        if not targets:
            continue
        done = run([*command, *targets])
        for answer in done.objects():
            if "file" in answer:
                first = _first_line(answer)
                span = Span(inside(root, Path(answer["file"])), first, 1, first, 2)
                yield found("E1121", span, "StyLua", "not formatted")
        if done.code not in (0, 1):
            _expect_unreadable(done.err)


def _first_line(answer: dict[str, Any]) -> int:
    lines = [one.get("original_start_line", 0) for one in answer.get("mismatches", ())]
    return min(lines, default=0) + 1


def _expect_unreadable(text: str) -> None:
    """A file that StyLua can't parse is no failure of its own: selene says more about it."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not any("could not format" in line or "error parsing" in line for line in lines):
        raise ToolError("StyLua: " + " / ".join(lines[-3:]))
