"""`ovhlgen tools`."""

from __future__ import annotations

import sys

import click

from ovhlgen.cli.common import Options, options, progress, report
from ovhlgen.diagnostics import Sources, Span, problem
from ovhlgen.tools.find import find
from ovhlgen.tools.install import InstallError, install
from ovhlgen.tools.pins import pins


@click.group("tools", epilog="Example: ovhlgen tools install")
def command() -> None:
    """The pinned tools: StyLua, selene, Rojo, Lune."""


@command.command("install", epilog="Example: ovhlgen tools install")
@options()
def install_command(with_: Options) -> int:
    """Build the missing tools with cargo into a per-user cache (the first time: about 30 minutes).

    What Rokit or PATH has at the pinned version is used as it is. An interrupted installation goes on
    where it stopped.
    """
    missing = [pin for pin in pins().values() if find(pin) is None]
    for number, pin in enumerate(missing, 1):
        title = f"({number}/{len(missing)}) {pin.name} {pin.version}"
        print(f"{title}: building", flush=True)
        try:
            with progress(with_, title) as tell:
                path = install(pin, tell)
        except InstallError as error:
            return report([problem("E1112", Span("tools"), tool=pin.name, reason=error)], Sources(), with_) and 3
        print(f"{title}: {path}", flush=True)
    if not missing and not with_.quiet:
        print("every tool is there", file=sys.stdout)
    return 0
