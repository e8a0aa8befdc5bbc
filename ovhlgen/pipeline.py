"""The pipeline on one screen: load → validate → resolve → check → lower → render → publish.

Each stage is called with what the one before gave, holds no state, and never reaches back.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ovhlgen.check import check
from ovhlgen.diagnostics import Diagnostic
from ovhlgen.model.project import Project
from ovhlgen.read.allow import apply_allows
from ovhlgen.read.project import read_project
from ovhlgen.read.source import Sources


@dataclass(frozen=True, slots=True)
class Checked:
    """A project and all findings about it. `project` is None where it couldn't be read at all."""

    project: Project | None
    sources: Sources
    problems: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        return any(found.severity == "error" for found in self.problems)


def load(root: Path) -> Checked:
    """load, validate, resolve, check: everything that needs no output."""
    read = read_project(root)
    problems = list(read.problems)
    if read.project is not None:
        problems.extend(check(read.project))
    kept = apply_allows(read.sources, problems)
    return Checked(read.project, read.sources, tuple(sorted(set_of(kept), key=Diagnostic.sort_key)))


def set_of(problems: list[Diagnostic]) -> list[Diagnostic]:
    """Findings without repetitions: two rules may see the same mistake at the same place."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    for found in problems:
        seen.setdefault(found.sort_key(), found)
    return list(seen.values())
