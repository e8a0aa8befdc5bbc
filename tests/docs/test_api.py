"""docs/runtime/api.md is what the records of the services say."""

from __future__ import annotations

from ovhlgen.pipeline import load
from tests.conftest import ROOT
from tests.support.api_page import api_page
from tests.support.snapshots import matches


def test_the_page_is_up_to_date() -> None:
    """`UPDATE_SNAPSHOTS=1` writes it anew."""
    project = load(ROOT).project
    assert project is not None
    assert matches(ROOT / "docs/runtime/api.md", api_page(project))
