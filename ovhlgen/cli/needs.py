"""What `lint` and `test` begin with: a project without errors, built, and the tools that they run."""

from __future__ import annotations

from ovhlgen.cli.common import Options, report
from ovhlgen.diagnostics import Span, problem
from ovhlgen.model.project import Project
from ovhlgen.pipeline import Checked, build, load
from ovhlgen.tools.find import missing


def prepare(with_: Options, *tools: str) -> tuple[Checked, Project] | int:
    """The built project; or, after a report of what is in the way, the exit code (3 for a missing tool)."""
    checked = load(with_.root)
    if checked.has_errors or checked.project is None:
        return report(checked.problems, checked.sources, with_)
    built = build(with_.root, checked.project)
    broken = [one for one in built.problems if one.severity == "error"]
    if broken:
        return report([*checked.problems, *broken], checked.sources, with_)
    absent = [
        problem("E1111", Span("tools"), tool=pin.name, version=pin.version, purpose=pin.purpose)
        for pin in missing(*tools)
    ]
    if absent:
        report(absent, checked.sources, with_)
        return 3
    return checked, checked.project
