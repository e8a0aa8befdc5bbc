"""`ovhlgen lint`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, options, progress, report, say
from ovhlgen.cli.needs import prepare
from ovhlgen.diagnostics import Span, problem
from ovhlgen.lint import fix, lint
from ovhlgen.tools.run import ToolError


@click.command("lint", epilog="Example: ovhlgen lint --fix")
@click.option("--fix", "with_fix", is_flag=True, help="Format the workers.")
@options(findings=True)
def command(with_: Options, with_fix: bool) -> int:
    """Run StyLua and selene over the workers and the generated code (it builds first)."""
    ready = prepare(with_, "stylua", "selene")
    if isinstance(ready, int):
        return ready
    checked, project = ready
    try:
        with progress(with_, "linting"):
            if with_fix:
                fix(with_.root, project)
            found = lint(with_.root, project)
    except ToolError as error:
        report([problem("E1112", Span("out"), tool="lint", reason=error)], checked.sources, with_)
        return 3
    code = report([*checked.problems, *found], checked.sources, with_)
    if not found:
        say(with_, "no findings")
    return 70 if any(one.code == "E1124" for one in found) else code
