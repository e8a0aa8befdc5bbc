"""`ovhlgen schema`."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import click

from ovhlgen.cli.common import Options, cannot_write, options
from ovhlgen.diagnostics import Sources, nearest
from ovhlgen.logs.address import own_folder
from ovhlgen.publish.reconcile import is_link
from ovhlgen.publish.write import write_text
from ovhlgen.schema import KINDS, schema

FOLDER = ".ovhlgen/schemas"


@click.command("schema", epilog="Example: ovhlgen schema module")
@click.argument("kind", required=False)
@click.option("--write", is_flag=True, help=f"Write all of them into {FOLDER}/ of the project.")
@options()
def command(with_: Options, kind: str | None, write: bool) -> int:
    """Print the JSON Schema of a KIND of spec file, or write all of them for editors."""
    if write:
        try:
            write_schemas(with_.root)
        except OSError as error:
            return cannot_write(error, FOLDER, Sources(), with_)
        return 0
    if kind is None:
        print("\n".join(KINDS))
        return 0
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        raise click.UsageError(f"There is no kind {kind!r}. " + (f"Did you mean {near}?" if near else ", ".join(KINDS)))
    print(text(kind), end="")
    return 0


def text(kind: str) -> str:
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def write_schemas(root: Path) -> None:
    """Every schema into the project's folder for editors. Raises OSError."""
    own_folder(root)
    folder = root / FOLDER
    if is_link(folder):
        raise NotADirectoryError(errno.ENOTDIR, f"{FOLDER} is reached by a link", str(folder))
    folder.mkdir(exist_ok=True)
    for kind in KINDS:
        write_text(folder / f"{kind}.schema.json", text(kind))
