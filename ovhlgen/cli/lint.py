"""`ovhlgen lint`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, options, progress, report, say
from ovhlgen.cli.needs import no_checker, prepare
from ovhlgen.diagnostics import Span, problem
from ovhlgen.lint.selene import selene
from ovhlgen.lint.stylua import fix, stylua
from ovhlgen.lint.types import checker, types
from ovhlgen.tools.run import ToolError


@click.command("lint", epilog="Example: ovhlgen lint --types")
@click.option("--types", "with_types", is_flag=True, help="Check the types too (luau-check, else luau-lsp).")
@click.option("--fix", "with_fix", is_flag=True, help="Format the workers.")
@options(findings=True)
def command(with_: Options, with_types: bool, with_fix: bool) -> int:
    """Run StyLua and selene over the workers and the generated code (it builds first)."""
    ready = prepare(with_, "stylua", "selene", *(["rojo"] if with_types else []))
    if isinstance(ready, int):
        return ready
    checked, project = ready
    if with_types and checker() is None:
        return no_checker(with_, checked)
    try:
        with progress(with_, "linting"):
            if with_fix:
                fix(with_.root, project)
            findings = [*stylua(with_.root, project), *selene(with_.root, project)]
            if with_types:
                findings += types(with_.root, project, checked.sources)
    except ToolError as error:
        report([problem("E1112", Span("out"), tool="lint", reason=error)], checked.sources, with_)
        return 3
    code = report([*checked.problems, *findings], checked.sources, with_)
    if not findings:
        say(with_, "no findings")
    return 70 if any(one.code == "E1124" for one in findings) else code
