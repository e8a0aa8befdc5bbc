"""`ovhlgen doctor`."""

from __future__ import annotations

import platform
import shutil

import click

from ovhlgen import __version__
from ovhlgen.cli.common import Options, options
from ovhlgen.tools.find import candidates, find
from ovhlgen.tools.pins import Pin, pins


@click.command("doctor", epilog="Example: ovhlgen doctor")
@options()
def command(with_: Options) -> int:
    """Show each tool: found where, which version, what for, how to get it."""
    print(f"ovhlgen {__version__}, Python {platform.python_version()}")
    missing = [pin for pin in pins().values() if not _show(pin)]
    cargo = shutil.which("cargo")
    if missing:
        print(f"cargo      {cargo or 'not found: install Rust from https://rustup.rs'}")
        print("\n`build` and `check` need none of these. `ovhlgen tools install` builds the missing ones.")
        return 3
    return 0


def _show(pin: Pin) -> bool:
    path = find(pin)
    print(f"{pin.name:<10} {pin.version:<8} {'ok' if path else 'MISSING'}  {pin.purpose}")
    if path:
        print(f"{'':<20}{path}")
    for found in candidates(pin):
        if found.version != pin.version:
            print(f"{'':<20}{found.path} is {found.version or 'not answering'}: not used")
    return path is not None
