"""What `lint` and `test` begin with: a project without errors, built, and the tools that they run."""

from __future__ import annotations

import shutil

from ovhlgen.cli.common import Options, report
from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.project import Project
from ovhlgen.pipeline import Checked, build, load
from ovhlgen.tools.definitions.install import definitions_file
from ovhlgen.tools.find import find, missing
from ovhlgen.tools.pins import definitions_pin, pins


def prepare(with_: Options, *tools: str) -> tuple[Checked, Project] | int:
    """The built project; or, after a report of what is in the way, the exit code (3 for a missing tool)."""
    checked = load(with_.root)
    if checked.has_errors or checked.project is None:
        return report(checked.problems, checked.sources, with_)
    built = build(with_.root, checked.project)
    broken = [one for one in built.problems if one.severity == "error"]
    if broken:
        return report([*checked.problems, *broken], checked.sources, with_)
    compiler = () if checked.is_compiled or "lune" in tools else ("lune",)
    absent = [_missing(pin.name, pin.version, pin.purpose) for pin in missing(*tools, *compiler)]
    if absent:
        report(absent, checked.sources, with_)
        return 3
    return checked, checked.project


def no_checker(with_: Options, checked: Checked) -> int:
    """Says what `lint --types` lacks: exit code 3."""
    own, api = pins()["luau-check"], definitions_pin()
    absent = []
    if not definitions_file().exists():
        absent.append(_missing(api.package, api.version, api.purpose))
    if not find(own) and not shutil.which("luau-lsp"):
        absent.append(_missing(own.name, own.version, own.purpose))
    report(absent, checked.sources, with_)
    return 3


def _missing(tool: str, version: str, purpose: str) -> Diagnostic:
    return problem("E1111", Span("tools"), tool=tool, version=version, purpose=purpose)
