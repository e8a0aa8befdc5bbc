"""`ovhlgen check`."""

from __future__ import annotations

import sys

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
    if not checked.is_compiled and with_.format == "text" and not with_.quiet:
        print("Luau's own parser isn't here to read the workers: `ovhlgen tools install`", file=sys.stderr)
    return code
