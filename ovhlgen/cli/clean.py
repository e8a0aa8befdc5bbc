"""`ovhlgen clean`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, cannot_write, options, report, say
from ovhlgen.diagnostics import Sources, Span, problem
from ovhlgen.pipeline import OUT
from ovhlgen.publish.clean import clean
from ovhlgen.publish.reconcile import is_ours
from ovhlgen.publish.write import Busy


@click.command("clean", epilog="Example: ovhlgen clean && ovhlgen build")
@options(findings=True)
def command(with_: Options) -> int:
    """Remove what ovhlgen generated. Edited files, backups and files of others stay."""
    out = with_.root / OUT
    if not out.exists():
        return 0
    if not is_ours(out):
        return report([problem("E1101", Span(OUT), folder=f"{OUT}/")], Sources(), with_)
    try:
        removed, kept = clean(out)
    except Busy:
        return report([problem("E1106", Span(OUT))], Sources(), with_)
    except OSError as error:
        return cannot_write(error, OUT, Sources(), with_)
    say(with_, f"{OUT}/: {removed} files removed" + (f", {kept} kept" if kept else ""))
    return 0
