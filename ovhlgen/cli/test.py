"""`ovhlgen test`."""

from __future__ import annotations

import click

from ovhlgen.boot import boot
from ovhlgen.cli.common import Options, options, progress, report
from ovhlgen.cli.needs import prepare
from ovhlgen.diagnostics import Span, problem
from ovhlgen.tools.run import ToolError


@click.command("test", epilog="Example: ovhlgen test -v")
@options(findings=True)
def command(with_: Options) -> int:
    """Build the place and boot it headless: a server and one client, to CoreReady.

    Scenarios (specs/scenarios) are checked, but this version doesn't run them yet.
    """
    ready = prepare(with_, "rojo", "lune")
    if isinstance(ready, int):
        return ready
    checked, project = ready
    try:
        with progress(with_, "booting"):
            booted = boot(with_.root, project)
    except ToolError as error:
        report([problem("E1112", Span("out"), tool="the boot", reason=error)], checked.sources, with_)
        return 3
    if with_.verbose:
        for line in booted.lines:
            print(f"{line.t:8.3f} {line.side:<8} {line.text}")
    count = len(project.scenarios)
    notes = [problem("N0004", Span("specs/scenarios"), count=count)] if count else []
    code = report([*checked.problems, *booted.problems, *notes], checked.sources, with_)
    if code == 0 and with_.format == "text" and not with_.quiet:
        print(booted.summary)
    return code
