"""The documents' measures see what they are there for."""

from __future__ import annotations

from pathlib import Path

from tests.docs.prose import Page, words


def page(folder: Path, text: str) -> Page:
    path = folder / "page.md"
    path.write_text(text, "utf-8")
    return Page(path)


def test_sentences_end_at_a_stop_an_item_and_a_cell(tmp_path: Path) -> None:
    text = "# Title\n\nOne, e.g. this. Two\ngoes on.\n\n- three\n- four; still four\n\n| five | six |\n|---|---|\n"
    without = ["# Title", "One, e.g.", "this.", "Two goes on.", "three", "four; still four"]
    assert list(page(tmp_path, text).sentences(is_with_tables=False)) == without
    assert list(page(tmp_path, text).sentences(is_with_tables=True)) == [*without, " five ", " six "]


def test_code_blocks_comments_and_lists_of_names_are_no_prose(tmp_path: Path) -> None:
    text = "# Title\n\n```luau\nlocal a = 1\n```\n\n<!-- a note -->\n\n`First` `Second`\n"
    assert list(page(tmp_path, text).sentences(is_with_tables=True)) == ["# Title"]


def test_a_word_is_a_name_in_backticks_or_a_link_s_text() -> None:
    assert len(words("The `first of all` is [a page](page.md) – here.")) == 6


def test_headings_have_the_anchors_of_github(tmp_path: Path) -> None:
    text = "# What's `new`?\n\n## 9. The Core OS names\n\n## Twice\n\n## Twice\n"
    assert page(tmp_path, text).anchors == {"whats-new", "9-the-core-os-names", "twice", "twice-1"}


def test_links_and_spans_are_found_across_lines(tmp_path: Path) -> None:
    text = "[a\nlink](other.md#there) and ![a picture](a.png) and `specs/x` and\n`y`\n"
    assert page(tmp_path, text).links == ["other.md#there", "a.png"]
    assert page(tmp_path, text).spans == ["specs/x", "y"]
