"""`ovhlgen scaffold`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, cannot_write, options, report
from ovhlgen.lower.scaffold import ANSWERED, scaffold
from ovhlgen.pipeline import load
from ovhlgen.publish.write import write_text
from ovhlgen.read.project import salvaged_modules


@click.command("scaffold", epilog="Example: ovhlgen scaffold")
@options(findings=True)
def command(with_: Options) -> int:
    """Write missing workers and functions as typed stubs, once. What stands there is never changed.

    What a mistake is in, or hangs on it, waits until that is put right."""
    checked = load(with_.root)
    others = [diagnostic for diagnostic in checked.problems if diagnostic.code not in ANSWERED]
    if checked.project is None:
        return report(others, checked.sources, with_)
    try:
        salvaged = salvaged_modules(checked.sources, checked.project)
        stubs = scaffold(with_.root, checked.project, salvaged, others)
        for stub in stubs:
            write_text(with_.root / stub.path, stub.text)
            if with_.format == "text":
                print(f"{stub.path}: {', '.join(stub.functions) or 'an empty worker'}")
    except OSError as error:
        return cannot_write(error, "specs", checked.sources, with_)
    if with_.format != "text" or any(diagnostic.severity == "error" for diagnostic in others):
        return report(others, checked.sources, with_)
    if not stubs and not with_.quiet:
        print("nothing is missing")
    return 0
