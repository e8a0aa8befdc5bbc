"""The documents are plain: short sections, lines and sentences, and everything that they name is there."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.docs.prose import PAGES, Page, words

MAX_WORDS = 150  # a heading, on average
MAX_LINE = 400  # characters
MAX_SENTENCE = 40  # words
LOGS = ("CHANGELOG.md", "docs/proof.md")  # their tables aren't counted

ROOMS = ("docs", "ovhlgen", "specs", "templates", "tests", "tools", "bench")
CODE = ("ovhlgen", "templates", "tests", "bench", "docs")

pytestmark = pytest.mark.parametrize("page", [Page(path) for path in PAGES], ids=lambda page: page.name)


def test_sections_are_short(page: Page) -> None:
    sentences = page.sentences(is_with_tables=page.name not in LOGS)
    assert sum(len(words(sentence)) for sentence in sentences) <= MAX_WORDS * max(len(page.headings), 1)


def test_lines_are_short(page: Page) -> None:
    lines = (re.sub(r"https?://\S+", "", line) for line in page.text.splitlines())
    assert [line for line in lines if len(line) > MAX_LINE] == []


def test_sentences_are_short(page: Page) -> None:
    sentences = page.sentences(is_with_tables=True)
    assert [sentence for sentence in sentences if len(words(sentence)) > MAX_SENTENCE] == []


def test_links_lead_somewhere(page: Page) -> None:
    """To a file or folder of the repository, and to a heading where one is named."""
    assert [target for target in page.links if not _leads(page, target)] == []


def _leads(page: Page, target: str) -> bool:
    if re.match(r"https?:", target):
        return True
    path, _, anchor = target.partition("#")
    goal = (page.path.parent / path).resolve() if path else page.path
    return goal.exists() and (not anchor or anchor in Page(goal).anchors)


def test_paths_exist(page: Page) -> None:
    """What stands in backticks and begins with a room of the repository is a path in it; `X` and `X.luau` are one."""
    paths = {span for span in page.spans if re.fullmatch(rf"({'|'.join(ROOMS)})/[\w./*-]+", span)}
    assert {path for path in paths if not _is_there(path)} == set()


def _is_there(path: str) -> bool:
    return any(any(ROOT.glob(path.rstrip("/") + suffix)) for suffix in ("", ".luau", ".py", ".yaml"))
