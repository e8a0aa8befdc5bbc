"""`ovhlgen graph`."""

from __future__ import annotations

import sys

import click

from ovhlgen.cli.common import Options, options, report
from ovhlgen.pipeline import load
from ovhlgen.reports.order import FORMATS, boot_plan


@click.command("graph", epilog="Example: ovhlgen graph --format mermaid")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="Form of the plan.")
@options()
def command(with_: Options, form: str) -> int:
    """Show in which order modules start, in each realm, and why: what they need, what they use, what is a cycle."""
    checked = load(with_.root)
    if checked.project is None:
        return report(checked.problems, checked.sources, with_)
    realms = boot_plan(checked.project)
    sys.stdout.write(FORMATS[form](realms))
    return 1 if any(realm.cycles for realm in realms) else 0
