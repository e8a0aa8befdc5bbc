"""What the documents' prose is measured by: pages cut into headings, blocks and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.conftest import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.*?) *$", re.MULTILINE)
_ITEM = re.compile(r"^ *([-*]|\d+\.) +")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`]+)`")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”)*_]*\s+(?=\S)")


@dataclass(frozen=True)
class Page:
    """A document. `text` is its prose: without code blocks and comments, with the lines where they were."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        def blank(match: re.Match[str]) -> str:
            return "\n" * match[0].count("\n")

        return _COMMENT.sub(blank, _FENCE.sub(blank, self.path.read_text("utf-8")))

    @property
    def headings(self) -> list[str]:
        return _HEADING.findall(self.text)

    @property
    def anchors(self) -> set[str]:
        """The anchors of the headings, as GitHub makes them."""
        anchors: set[str] = set()
        for heading in self.headings:
            plain = _LINK.sub(r"\1", heading).lower()
            slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            count = sum(anchor == slug or re.fullmatch(rf"{slug}-\d+", anchor) is not None for anchor in anchors)
            anchors.add(f"{slug}-{count}" if count else slug)
        return anchors

    @property
    def links(self) -> list[str]:
        return [target for _, target in _LINK.findall(self.text)]

    @property
    def spans(self) -> list[str]:
        """What stands in backticks."""
        return _SPAN.findall(self.text)

    @property
    def words(self) -> int:
        return sum(len(words(sentence)) for sentence in self.sentences(is_with_tables=True))

    def sentences(self, *, is_with_tables: bool) -> Iterator[str]:
        """Sentences of headings, paragraphs and items, and of tables' cells where they are asked for. A list of names
        in backticks is none."""
        for block in self._blocks(is_with_tables):
            if words(_SPAN.sub("", block)):
                yield from filter(words, _SENTENCE.split(block))

    def _blocks(self, is_with_tables: bool) -> Iterator[str]:
        """Texts in which sentences don't lead from one to the next."""
        block: list[str] = []
        for line in [*self.text.splitlines(), ""]:
            plain = line.strip().lstrip("> ")
            is_alone = plain.startswith(("#", "|"))
            if block and (not plain or is_alone or _ITEM.match(line)):
                yield " ".join(block)
                block = []
            if plain.startswith("|"):
                yield from re.split(r"(?<!\\)\|", plain) if is_with_tables else ()
            elif is_alone:
                yield plain
            elif plain:
                block.append(_ITEM.sub("", line.strip()))


def words(text: str) -> list[str]:
    """The words of a text; what stands in backticks is one."""
    plain = _LINK.sub(r"\1", _SPAN.sub("code", text))
    return [word for word in plain.split() if re.search(r"\w", word)]
