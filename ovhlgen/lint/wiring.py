"""A worker's function that doesn't fit its binding: Luau finds it where it is bound, people mend it where it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ovhlgen.diagnostics import Sources, Span
from ovhlgen.lint.finding import Finding
from ovhlgen.lower.module import folder
from ovhlgen.model.project import Project

# Lines of a module's init.luau: a function where it is bound, a worker where it is loaded.
_BOUND = re.compile(r"\t+\w+ = (?P<worker>\w+)\.(?P<function>\w+),")
_LOADED = re.compile(r"local (?P<worker>\w+) = require\(script\.(?P=worker)\)")


def at_worker(finding: Finding, root: Path, project: Project, sources: Sources) -> Finding:
    """The finding at the worker's function, or at the end of the worker, where it lies on a line that binds or loads
    it; else as it is."""
    for module in project.modules.values():
        if finding.span.file != f"out/{folder(module)}/init.luau":
            continue
        lines = (root / finding.span.file).read_text("utf-8").splitlines()
        line = lines[finding.span.line - 1] if finding.span.line <= len(lines) else ""
        bound = _BOUND.fullmatch(line)
        match = bound or _LOADED.fullmatch(line)
        worker = module.sources.get(match["worker"]) if match else None
        if worker is None:
            return finding
        name = f"{worker.name}.{bound['function']}" if bound else worker.name
        function = worker.functions.get(bound["function"]) if bound else None
        span = sources.whole_line(worker.path, function.line if function else worker.lines)
        column = (sources.line(span.file, span.line) or "").find(function.name) if function else -1
        if function and column >= 0:
            span = Span(span.file, span.line, column + 1, span.line, column + 1 + len(function.name))
        return replace(finding, span=span, message=f"{name} isn't what the spec binds: {finding.message}")
    return finding
