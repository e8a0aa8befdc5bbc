"""What code and documents cite is there: pages, rules by their number, sections of the design documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.conftest import ROOT
from tests.docs.prose import PAGES, Page

ROOMS = ("ovhlgen", "templates", "tests", "bench", "specs")
ENDINGS = (".py", ".luau", ".j2", ".yaml")
ORIGIN = Page(ROOT / "docs/origin.md")


def texts() -> Iterator[tuple[str, str]]:
    """Every source file and document, by its path."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.suffix in ENDINGS and "node_modules" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for path in (*PAGES, ROOT / "Makefile"):
        yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_pages_that_are_named_exist() -> None:
    """`docs/…` in a comment or a document is a page or folder."""
    named = {(place, page) for place, text in texts() for page in re.findall(r"(?<![\w/])docs/[\w./-]*\w", text)}
    assert {(place, page) for place, page in named if not (ROOT / page).exists()} == set()


def test_rules_that_are_cited_stand_under_their_number() -> None:
    """`docs/runtime/kernel.md, 3 and 4` are two headings of that page."""
    cited = {
        (place, page, number)
        for place, text in texts()
        for page, numbers in re.findall(r"(docs/runtime/\w+\.md), (\d+(?:(?:, | and | to )\d+)*)", text)
        for number in re.findall(r"\d+", numbers)
    }
    assert cited
    assert {
        (place, page, number)
        for place, page, number in cited
        if not any(heading.startswith(f"{number}. ") for heading in Page(ROOT / page).headings)
    } == set()


def test_sections_of_the_documents_stand_on_the_page_of_the_origin() -> None:
    cited = {
        (place, section)
        for place, text in texts()
        for section in re.findall(r"\b(?:Arsitektur|Core OS) \d+(?:\.\d+)?", text)
    }
    known = set(ORIGIN.headings)
    assert {(place, section) for place, section in cited if section not in known} == set()
