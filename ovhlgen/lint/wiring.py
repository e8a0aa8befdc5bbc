"""A worker's function that doesn't fit its binding: Luau finds it where it is bound, people mend it where it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ovhlgen.diagnostics import Sources, Span
from ovhlgen.lint.finding import Finding
from ovhlgen.lower.module import folder
from ovhlgen.model.project import Project

_BOUND = re.compile(r"\t+\w+ = (?P<worker>\w+)\.(?P<function>\w+),")  # a line of a module's init.luau


def at_worker(one: Finding, root: Path, project: Project, sources: Sources) -> Finding:
    """The finding at the worker's function, where it lies on a line that binds one; else as it is."""
    for module in project.modules.values():
        if one.span.file != f"out/{folder(module)}/init.luau":
            continue
        lines = (root / one.span.file).read_text("utf-8").splitlines()
        match = _BOUND.fullmatch(lines[one.span.line - 1]) if one.span.line <= len(lines) else None
        worker = module.sources.get(match["worker"]) if match else None
        function = worker.functions.get(match["function"]) if worker and match else None
        if worker is None or function is None:
            return one
        text = sources.line(worker.path, function.line) or ""
        column = text.find(function.name) + 1 or 1
        span = Span(worker.path, function.line, column, function.line, column + len(function.name))
        name = f"{worker.name}.{function.name}"
        return replace(one, span=span, message=f"{name} isn't what the spec binds: {one.message}")
    return one
