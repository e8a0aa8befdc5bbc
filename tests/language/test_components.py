"""The table of components, and what else has to know every kind."""

from __future__ import annotations

import re

import pytest
import yaml

from ovhlgen.language.components import BOUND, COMPONENTS, PROPERTIES, TAB
from tests.conftest import ROOT
from tests.support.gallery import GALLERY

OVHL_UI = ROOT / "templates/runtime/Shared/OVHL_UI"
EVERY = {**COMPONENTS, "a tab": TAB, "a bound component": BOUND}


@pytest.mark.parametrize("name", EVERY)
def test_a_row_says_what_there_is(name: str) -> None:
    kind = EVERY[name]
    assert set(kind.needs) <= set(kind.properties) <= set(PROPERTIES)
    assert bool(kind.accepts) == bool({"value", "items"} & set(kind.properties))
    assert kind.properties or kind.holds


def test_each_property_belongs_to_a_component() -> None:
    assert {name for kind in EVERY.values() for name in kind.properties} == set(PROPERTIES)


def test_ovhl_ui_draws_each_kind() -> None:
    """The makers in OVHL_UI's `init` are the table's kinds, no more and no less."""
    [makers] = re.findall(r"Draw\.by\(\{\n(.*?)\n\t\}\)", (OVHL_UI / "init.luau").read_text("utf-8"), re.DOTALL)
    assert sorted(re.findall(r"^\t\t(\w+) = ", makers, re.MULTILINE)) == sorted(COMPONENTS)


def test_ovhl_ui_knows_each_property() -> None:
    """`Types.Component` has a field for each property, but for those of an action, which it has as a whole."""
    [fields] = re.findall(
        r"export type Component = \{\n(.*?)\n\}", (OVHL_UI / "Types.luau").read_text("utf-8"), re.DOTALL
    )
    told = {name for kind in COMPONENTS.values() for name in kind.properties} - set(BOUND.properties)
    assert told <= set(re.findall(r"^\t(\w+): ", fields, re.MULTILINE))


def test_the_screen_of_every_component_has_each_kind() -> None:
    """What is drawn, pressed and judged on every device (tests/luau/test_ui*.py)."""
    drawn = set()

    def collect(node: object) -> None:
        if isinstance(node, dict):
            drawn.update(node)
            for inner in node.values():
                collect(inner)
        elif isinstance(node, list):
            for inner in node:
                collect(inner)

    collect(yaml.safe_load(GALLERY["specs/ui/All.yaml"])["content"])
    assert set(COMPONENTS) <= drawn
