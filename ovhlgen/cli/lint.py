"""`ovhlgen lint`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, options, progress, report, say
from ovhlgen.cli.needs import need_tools
from ovhlgen.diagnostics import Span, problem
from ovhlgen.lint import fix, lint
from ovhlgen.pipeline import build, load
from ovhlgen.tools.run import ToolError


@click.command("lint", epilog="Example: ovhlgen lint --fix")
@click.option("--fix", "with_fix", is_flag=True, help="Format the workers.")
@options(findings=True)
def command(with_: Options, with_fix: bool) -> int:
    """Run StyLua and selene over the workers and the generated code (it builds first)."""
    checked = load(with_.root)
    if checked.has_errors or checked.project is None:
        return report(checked.problems, checked.sources, with_)
    built = build(with_.root, checked.project)
    broken = [one for one in built.problems if one.severity == "error"]
    if broken:
        return report([*checked.problems, *broken], checked.sources, with_)
    absent = need_tools("stylua", "selene")
    if absent:
        report(absent, checked.sources, with_)
        return 3
    try:
        with progress(with_, "linting"):
            if with_fix:
                fix(with_.root, checked.project)
            found = lint(with_.root, checked.project)
    except ToolError as error:
        report([problem("E1112", Span("out"), tool="lint", reason=error)], checked.sources, with_)
        return 3
    code = report([*checked.problems, *found], checked.sources, with_)
    if not found:
        say(with_, "no findings")
    return 70 if any(one.code == "E1124" for one in found) else code
