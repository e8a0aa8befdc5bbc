"""`ovhlgen surface`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import click

from ovhlgen.cli.common import Options, options, report
from ovhlgen.diagnostics.printers import FORMATS
from ovhlgen.pipeline import load
from ovhlgen.read.allow import BY_SURFACE, apply_allows
from ovhlgen.reports.printer import as_json, as_markdown, as_text
from ovhlgen.reports.rights import matrix, rights
from ovhlgen.reports.surface import holes, outline, surface, table


@click.command("surface", epilog="Example: ovhlgen surface --format markdown > SURFACE.md")
@options(findings=True, formats=("markdown",))
def command(with_: Options) -> int:
    """Show every way in for a client: what it may send, how large, how often, who, and which worker it reaches.

    Behind them stands who may do what: every event, setting and role that can be given, by role."""
    checked = load(with_.root)
    if checked.project is None or checked.has_errors:
        plain = replace(with_, format="text") if with_.format == "markdown" else with_
        return report(checked.problems, checked.sources, plain)
    project, ways = checked.project, surface(checked.project)
    accepted = apply_allows(checked.sources, list(holes(project)))
    problems = [problem for problem in accepted if problem.code in BY_SURFACE]
    if with_.format == "markdown":
        sys.stdout.write(as_markdown([table(ways), *matrix(project)]))
    elif with_.format == "json":
        findings = json.loads(FORMATS["json"](problems, checked.sources, with_.language, False))
        sys.stdout.write(as_json({**findings, "ways": ways, "rights": rights(project)}))
    elif with_.format == "text":
        sys.stdout.write(as_text([outline(ways), *matrix(project)]))
        return report(problems, checked.sources, with_)
    else:
        return report(problems, checked.sources, with_)
    return 1 if with_.strict and problems else 0
