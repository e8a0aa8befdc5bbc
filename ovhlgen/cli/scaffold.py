"""`ovhlgen scaffold`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, cannot_write, options, report
from ovhlgen.pipeline import load
from ovhlgen.publish.write import write_text
from ovhlgen.scaffold import scaffold

# Findings that scaffold is the answer to.
_ANSWERED = ("E0501", "E0502")


@click.command("scaffold", epilog="Example: ovhlgen scaffold")
@options(findings=True)
def command(with_: Options) -> int:
    """Write missing workers and functions as typed stubs, once. What stands there is never changed.

    A module whose own spec has other mistakes waits until they are put right."""
    checked = load(with_.root)
    others = [found for found in checked.problems if found.code not in _ANSWERED]
    wrong = {found.span.file for found in others if found.severity == "error"}
    if checked.project is None:
        return report(others, checked.sources, with_)
    try:
        stubs = scaffold(with_.root, checked.project, wrong)
        for stub in stubs:
            write_text(with_.root / stub.path, stub.text)
            if with_.format == "text":
                print(f"{stub.path}: {', '.join(stub.functions) or 'an empty worker'}")
    except OSError as error:
        return cannot_write(error, "specs", checked.sources, with_)
    if wrong or with_.format != "text":
        return report(others, checked.sources, with_)
    if not stubs and not with_.quiet:
        print("nothing is missing")
    return 0
