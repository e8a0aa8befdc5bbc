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
from ovhlgen.reports import rights
from ovhlgen.reports.surface import as_markdown, as_plain, as_text, holes, ways


@click.command("surface", epilog="Example: ovhlgen surface --format markdown > SURFACE.md")
@options(findings=True, formats=("markdown",))
def command(with_: Options) -> int:
    """Show every way in for a client: what it may send, how large, how often, who, and which worker it reaches.

    Behind them stands who may do what: every event, setting and role that can be given, by role."""
    checked = load(with_.root)
    if checked.project is None or checked.has_errors:
        plain = replace(with_, format="text") if with_.format == "markdown" else with_
        return report(checked.problems, checked.sources, plain)
    found = ways(checked.project)
    accepted = apply_allows(checked.sources, list(holes(checked.project)))
    problems = [one for one in accepted if one.code in BY_SURFACE]
    if with_.format == "markdown":
        sys.stdout.write(as_markdown(found) + rights.as_markdown(checked.project))
    elif with_.format == "json":
        value = json.loads(FORMATS["json"](problems, checked.sources, with_.language, False))
        value |= {"ways": as_plain(found), "rights": rights.as_plain(checked.project)}
        sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
    elif with_.format == "text":
        sys.stdout.write(as_text(found) + rights.as_text(checked.project))
        return report(problems, checked.sources, with_)
    else:
        return report(problems, checked.sources, with_)
    return 1 if with_.strict and problems else 0
