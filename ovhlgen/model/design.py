"""Themes, screens and scenarios. Their bodies stay trees: each system reads its own in a later stage."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass

from ovhlgen.model.game import Field, Ref
from ovhlgen.model.node import Mapping, Node, Sequence


@dataclass(frozen=True, slots=True)
class Theme:
    key: Ref
    extends: Ref | None
    tokens: Mapping


@dataclass(frozen=True, slots=True)
class Screen:
    """`width` and `height` are shares of the screen, `aspect` its width to its height (None: as these are)."""

    key: Ref
    kind: str
    width: float
    height: float
    aspect: float | None
    title: Node | None
    values: Dict[str, Field]
    content: Sequence | None
    bind: Ref | None
    components: Mapping | None
    path: str


# Keys of a scenario's expectation that say how often and how exactly, not what.
HOW = frozenset({"exactly", "times", "not", "within", "since"})


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    title: Ref
    root: Mapping
    path: str
