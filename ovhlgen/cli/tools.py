"""`ovhlgen tools`."""

from __future__ import annotations

import sys

import click

from ovhlgen.cli.common import Options, options, progress, report
from ovhlgen.diagnostics import Sources, Span, problem
from ovhlgen.tools.definitions.install import definitions_file, install_definitions
from ovhlgen.tools.find import find
from ovhlgen.tools.install import InstallError, install
from ovhlgen.tools.pins import definitions_pin, pins


@click.group("tools", epilog="Example: ovhlgen tools install")
def command() -> None:
    """The pinned tools: StyLua, selene, Rojo, Lune, and the type checker with Roblox's definitions."""


@command.command("install", epilog="Example: ovhlgen tools install")
@options()
def install_command(with_: Options) -> int:
    """Build the missing tools with cargo into a per-user cache (the first time: about 30 minutes; the type
    checker also needs a C++ compiler and npm).

    What Rokit or PATH has at the pinned version is used as it is. An interrupted installation goes on
    where it stopped.
    """
    missing = [pin for pin in pins().values() if find(pin) is None]
    needs_definitions = not definitions_file().exists()
    if needs_definitions:
        package = definitions_pin()
        try:
            with progress(with_, package.package):
                path = install_definitions()
        except InstallError as error:
            return _failed(package.package, error, with_)
        print(f"{package.package} {package.version}: {path}", flush=True)
    for number, pin in enumerate(missing, 1):
        title = f"({number}/{len(missing)}) {pin.name} {pin.version}"
        print(f"{title}: building", flush=True)
        try:
            with progress(with_, title) as tell:
                path = install(pin, tell)
        except InstallError as error:
            return _failed(pin.name, error, with_)
        print(f"{title}: {path}", flush=True)
    if not missing and not needs_definitions and not with_.quiet:
        print("every tool is there", file=sys.stdout)
    return 0


def _failed(tool: str, error: InstallError, with_: Options) -> int:
    report([problem("E1112", Span("tools"), tool=tool, reason=error)], Sources(), with_)
    return 3
