"""Each finding at the file that a person can change."""

from __future__ import annotations

from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.project import Project

MAX_TEXT = 400  # characters of a tool's own text: selene lists every class there is


def workers(project: Project) -> list[str]:
    """Every hand-written Luau file, relative to the root."""
    return sorted(path for path in project.files if path.endswith(".luau"))


def inside(root: Path, path: Path) -> str:
    """A file's path relative to the root; `path` is absolute or relative to the current folder."""
    return (Path.cwd() / path).resolve().relative_to(root.resolve()).as_posix()


def diagnosed(code: str, span: Span, lint: str, text: str, suggestion: str | None = None) -> Diagnostic:
    """A finding in a worker at its place; one in generated code is a defect of ours."""
    short = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
    return problem(
        "E1124" if span.file.startswith("out/") else code, span, suggestion=suggestion, lint=lint, text=short
    )
