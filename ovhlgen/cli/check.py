"""`ovhlgen check`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, options, report, say
from ovhlgen.pipeline import load


@click.command("check", epilog="Example: ovhlgen check --format json")
@options(findings=True)
def command(with_: Options) -> int:
    """Find every mistake in specs/ without writing anything."""
    checked = load(with_.root)
    code = report(checked.problems, checked.sources, with_)
    if not checked.problems:
        say(with_, "no findings")
    return code
