"""Every rule, each a small function `(project) -> findings` with its code."""

from __future__ import annotations

from ovhlgen.diagnostics import Diagnostic
from ovhlgen.model.project import Project
from ovhlgen.read.worker import WorkerSource


def check(project: Project, workers: dict[str, WorkerSource]) -> list[Diagnostic]:
    return []
