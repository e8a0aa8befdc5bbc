"""`ovhlgen graph`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from ovhlgen.cli.common import Options, options, report
from ovhlgen.pipeline import load
from ovhlgen.reports.diagrams import as_dot, as_mermaid
from ovhlgen.reports.order import Realm, boot_order, outline
from ovhlgen.reports.printer import as_json, as_text

FORMATS: dict[str, Callable[[dict[str, Realm]], str]] = {
    "text": lambda realms: as_text([outline(realms)]),
    "dot": as_dot,
    "mermaid": as_mermaid,
    "json": lambda realms: as_json({"version": 1, "realms": realms}),
}


@click.command("graph", epilog="Example: ovhlgen graph --format mermaid")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="Form of the plan.")
@options()
def command(with_: Options, form: str) -> int:
    """Show in which order modules start, in each realm, and why: what they need, what they use, what is a cycle."""
    checked = load(with_.root)
    if checked.project is None:
        return report(checked.problems, checked.sources, with_)
    realms = boot_order(checked.project)
    sys.stdout.write(FORMATS[form](realms))
    return 1 if any(realm.cycles for realm in realms.values()) else 0
