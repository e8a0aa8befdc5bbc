"""The tables of docs/language/screens.md are what the language's table of components says."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.support.component_tables import BEGIN, END, component_tables
from tests.support.snapshots import matches

PAGE = ROOT / "docs/language/screens.md"


def test_the_tables_are_up_to_date() -> None:
    """`UPDATE_SNAPSHOTS=1` writes them anew, between their two marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    assert matches(PAGE, before + BEGIN + component_tables() + END + after)
