"""The page to look through the pictures: filters, side by side, the findings beside each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ovhlgen.preview.shots import Shot
from ovhlgen.resources import templates

FILE = "index.html"
STAMP = "stamp.js"  # by which a page that is open sees that there is another
_FILTERS = ("screen", "theme", "language", "device")


def write_page(folder: Path, game: str, shots: Sequence[Shot]) -> Path:
    """One file beside the pictures; it needs nothing from elsewhere."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(templates() / "preview"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    rows = [_row(shot) for shot in shots]
    filters = {name: list(dict.fromkeys(row[name] for row in rows)) for name in _FILTERS}
    found = sum(len(row["findings"]) for row in rows)
    stamp = _stamp(folder, rows)
    view = {"game": game, "shots": rows, "filters": filters, "found": found, "stamp": stamp}
    text = environment.get_template(FILE + ".j2").render(view)
    (folder / STAMP).write_text(f'seen("{stamp}");\n', "utf-8", newline="\n")
    path = folder / FILE
    path.write_text(text, "utf-8", newline="\n")
    return path


def _stamp(folder: Path, rows: Sequence[dict[str, Any]]) -> str:
    """Another one as soon as anything that is shown is another."""
    stamp = hashlib.sha256(repr(rows).encode())
    for row in rows:
        if row["file"]:
            stamp.update((folder / row["file"]).read_bytes())
    return stamp.hexdigest()[:16]


def _row(shot: Shot) -> dict[str, Any]:
    findings = [{"check": one.check, "where": one.paths[0], "detail": one.detail} for one in shot.findings]
    if shot.problem:
        findings.append({"check": "opens", "where": shot.screen, "detail": shot.problem})
    return {
        "screen": shot.screen,
        "tab": shot.tab,
        "theme": shot.theme,
        "language": shot.language,
        "device": shot.device,
        "file": shot.file,
        "findings": findings,
    }
