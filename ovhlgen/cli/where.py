"""`ovhlgen where`."""

from __future__ import annotations

import json
import sys

import click

from ovhlgen.cli.common import Options, options, report
from ovhlgen.diagnostics import Span, problem
from ovhlgen.diagnostics.catalogue import translated
from ovhlgen.lint.where import Origin, Where
from ovhlgen.pipeline import load
from ovhlgen.publish.manifest import MANIFEST


@click.command("where", epilog="Example: ovhlgen where out/src/Server/OVHL_Modules/Hello/Handlers.luau:9")
@click.argument("places", nargs=-1)
@options()
def command(with_: Options, places: tuple[str, ...]) -> int:
    """Lead from generated code to the spec: PLACES such as `FILE:LINE`, else (or with `-`) a traceback on stdin.

    Every line is shown as it is; below a line that names a place stands the spec's or worker's own.
    """
    checked = load(with_.root)
    try:
        manifest = json.loads((with_.root / "out" / MANIFEST).read_text("utf-8"))
        inputs = {path: list(entry["inputs"]) for path, entry in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return report([problem("E1151", Span("out"))], checked.sources, with_)
    if checked.project is None:
        return report(checked.problems, checked.sources, with_)
    where = Where(with_.root, checked.project, checked.sources, inputs)
    lines = list(places) if places and places != ("-",) else sys.stdin.read().splitlines()
    seen = False
    for line in lines:
        print(line)
        for origin in where.places(line):
            seen = True
            print(f"  → {_shown(origin, where, with_.language)}")
    if not seen:
        print(_said("no line names a place such as `out/src/Server/Types.luau:9`", with_.language), file=sys.stderr)
    return 0 if seen else 1


def _said(words: str, language: str) -> str:
    return translated(words) if language == "id" else words


def _shown(origin: Origin, where: Where, language: str) -> str:
    if origin.span is None:
        return _said(origin.why or "no such line", language)
    text = (where.sources.line(origin.span.file, origin.span.line) or "").strip()
    return f"{origin.span}: {text}" if text else str(origin.span)
