"""`ovhlgen doctor`."""

from __future__ import annotations

import platform
import shutil

import click

from ovhlgen import __version__
from ovhlgen.cli.common import Options, options
from ovhlgen.tools.definitions.install import definitions_file
from ovhlgen.tools.find import candidates, find
from ovhlgen.tools.pins import Pin, definitions_pin, pins


@click.command("doctor", epilog="Example: ovhlgen doctor")
@options()
def command(with_: Options) -> int:
    """Show each tool: found where, which version, what for, how to get it."""
    print(f"ovhlgen {__version__}, Python {platform.python_version()}")
    missing = [pin.name for pin in pins().values() if not _show(pin)]
    if not _show_definitions():
        missing.append("definitions")
    cargo = shutil.which("cargo")
    if missing:
        print(f"cargo        {cargo or 'not found: install Rust from https://rustup.rs'}")
        if "definitions" in missing:
            print(f"npm          {shutil.which('npm') or 'not found: install Node.js from https://nodejs.org'}")
        print("\n`build` and `check` need none of these. `ovhlgen tools install` builds the missing ones.")
        return 3
    return 0


def _show(pin: Pin) -> bool:
    path = find(pin)
    print(f"{pin.name:<12} {pin.version:<8} {'ok' if path else 'MISSING'}  {pin.purpose}")
    if path:
        print(f"{'':<22}{path}")
    for found in candidates(pin):
        if found.version != pin.version:
            print(f"{'':<22}{found.path} is {found.version or 'not answering'}: not used")
    return path is not None


def _show_definitions() -> bool:
    pin, path = definitions_pin(), definitions_file()
    is_there = path.exists()
    print(f"{pin.package:<12} {pin.version:<8} {'ok' if is_there else 'MISSING'}  {pin.purpose}")
    if is_there:
        print(f"{'':<22}{path}")
    return is_there
