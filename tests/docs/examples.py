"""The examples of the language's pages, put together into one game.

A block whose fence names a file (```` ```yaml specs/data.yaml ````) is a part of that file. Parts of a YAML file that
begin with the same key are put under it one behind the other, whichever pages they are on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PAGES = sorted((ROOT / "docs/language").glob("*.md"))
_BLOCK = re.compile(r"^```(?:yaml|luau) (specs/\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def files() -> dict[str, str]:
    """The files of the game, by path. Migrations and workers are whole where they are shown."""
    parts: dict[str, list[str]] = {}
    for page in PAGES:
        for path, text in _BLOCK.findall(page.read_text("utf-8")):
            parts.setdefault(path, []).append(text)
    return {path: _joined(texts) if path.endswith(".yaml") else "\n".join(texts) for path, texts in parts.items()}


def _joined(texts: list[str]) -> str:
    sections: dict[str, str] = {}
    for text in texts:
        for key, section in _sections(text):
            head, _, body = section.partition("\n")
            sections[key] = sections[key] + body if key in sections else f"{head}\n{body}"
    return "".join(sections.values())


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """The keys at the margin, each with its lines."""
    for section in re.split(r"^(?=[a-z_]+:)", text, flags=re.MULTILINE):
        if section.strip():
            yield section.partition(":")[0], section


def blocks(path: Path) -> int:
    """How many examples a page has."""
    return len(_BLOCK.findall(path.read_text("utf-8")))
