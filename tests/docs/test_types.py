"""The page of types says what the table of leaf types says."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from ovhlgen.language.places import PLACES, Kind
from ovhlgen.language.types import LEAVES
from tests.conftest import ROOT
from tests.support.leaves import DATATYPES

PAGE = (ROOT / "docs/language/types.md").read_text("utf-8")
# What of each kind is no leaf type, or one with more behind its name.
OTHERS: Mapping[Kind, str] = {
    "simple": "enum",
    "compound": "struct, union, array, map",
    "datatype": "`Enum.…`",
    "live": "`Instance(…)`",
}
COLUMNS = {
    "network": "network",
    "with `unsafe: true`": "unsafe network",
    "bus, api, types": "api",
    "state": "state",
    "`replicate`": "replicated state",
    "`keep`, data, catalogue": "data",
    "config": "config",
    "attribute": "attribute",
    "screen's value": "screen value",
}


def where_types_may_stand() -> str:
    kinds = dict.fromkeys(leaf.kind for leaf in LEAVES.values())
    rows = [["allowed in", *COLUMNS], ["---"] * (len(COLUMNS) + 1)]
    for kind in kinds:
        names = " ".join(f"`{name}`" for name, leaf in LEAVES.items() if leaf.kind == kind)
        allowed = ["yes" if kind in PLACES[place] else "–" for place in COLUMNS.values()]
        rows.append([", ".join(filter(None, (names, OTHERS.get(kind)))), *allowed])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def test_the_table_of_places_is_the_languages() -> None:
    between = re.search("<!-- where types may stand -->\n(.*?)\n<!-- the table ends -->", PAGE, re.DOTALL)
    assert between
    assert between.group(1) == where_types_may_stand()


def test_places_of_one_column_take_the_same() -> None:
    assert PLACES["bus"] == PLACES["api"] == PLACES["type"]
    assert PLACES["kept state"] == PLACES["data"] == PLACES["catalogue"]


@pytest.mark.parametrize("name", LEAVES)
def test_a_leaf_type_stands_in_the_grammar(name: str) -> None:
    grammar = PAGE.split("```")[1]
    assert f'"{name}"' in grammar


@pytest.mark.parametrize("name", DATATYPES)
def test_the_literal_of_a_datatype_stands_in_the_page(name: str) -> None:
    """As the message about a wrong one says it."""
    assert f"| {name} | {DATATYPES[name].form.partition(' such as ')[2]} |" in PAGE
