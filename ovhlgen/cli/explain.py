"""`ovhlgen explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ovhlgen.cli.common import Options, options
from ovhlgen.diagnostics import nearest
from ovhlgen.diagnostics.catalogue import Entry, Example, codes, entry

_WORDS = {
    "en": {"wrong": "Wrong", "right": "Right", "run": "found by", "empty": "nothing to add"},
    "id": {"wrong": "Salah", "right": "Benar", "run": "ditemukan oleh", "empty": "tidak perlu apa-apa"},
}


@click.command("explain", epilog="Example: ovhlgen explain E0404")
@click.argument("code", required=False)
@options()
def command(with_: Options, code: str | None) -> int:
    """Tell more about CODE, with a wrong and a right example; without CODE, list them all."""
    if code is None:
        for one in codes():
            print(f"{one}  {entry(one).message[with_.language]}")
        return 0
    wanted = code.upper()
    if wanted not in codes():
        near = nearest(wanted, codes())
        hint = f" Did you mean {near}?" if near else ""
        raise click.UsageError(f"There is no code {code}.{hint} `ovhlgen explain` lists them all.")
    print(page(entry(wanted), with_.language), end="")
    return 0


def page(entry: Entry, language: str) -> str:
    """The page of one code."""
    words = _WORDS[language]
    lines = [f"{entry.code}: {entry.message[language]}", "", entry.explain[language].strip(), ""]
    for kind, example in (("wrong", entry.wrong), ("right", entry.right)):
        if example is not None:
            lines += [f"{words[kind]}:", *_example(example, words["empty"]), ""]
    if entry.wrong is not None:
        lines.append(f"{words['run']}: ovhlgen {' '.join(entry.wrong.command)}")
    return "\n".join(lines).rstrip() + "\n"


def _example(example: Example, empty: str) -> list[str]:
    lines: list[str] = []
    for path, content in example.files.items():
        lines.append(f"  {path.removesuffix('+')}:")
        lines += [f"    {line}" for line in _shown(content)]
    return lines or [f"  ({empty})"]


def _shown(content: str | Mapping[str, Any]) -> list[str]:
    if isinstance(content, str):
        return content.rstrip("\n").split("\n") if content else ["(empty)"]
    kind, value = next(iter(content.items()))
    if kind == "repeat":
        return [f"{str(value[0]).strip()} … ({value[1]} times)"]
    return ["(removed)"] if kind == "remove" else [f"({kind}: {value})"]
