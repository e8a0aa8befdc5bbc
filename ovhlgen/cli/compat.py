"""`ovhlgen compat`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, options, report, say
from ovhlgen.diagnostics import Span, problem
from ovhlgen.pipeline import load
from ovhlgen.reports.compat import Unreadable, changes, older


@click.command("compat", epilog="Example: ovhlgen compat --against v1.2")
@click.option("--against", required=True, metavar="REF", help="A commit, tag or branch, or a folder with specs/.")
@options(findings=True)
def command(with_: Options, against: str) -> int:
    """Find what data stored under older specs wouldn't survive: run it before a release."""
    checked = load(with_.root)
    if checked.project is None or checked.has_errors:
        return report(checked.problems, checked.sources, with_)
    try:
        old = older(against, with_.root)
    except Unreadable as why:
        return report([problem("E1152", Span("specs"), ref=against, reason=str(why))], checked.sources, with_)
    misfits = list(changes(old, checked.project))
    if not misfits:
        say(with_, f"what is stored under the specs of {against} fits")
    return report(misfits, checked.sources, with_)
