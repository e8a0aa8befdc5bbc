"""Themes and scenarios. Their bodies stay trees: each system reads its own in a later stage."""

from __future__ import annotations

from dataclasses import dataclass

from ovhlgen.model.game import Ref
from ovhlgen.model.node import Mapping


@dataclass(frozen=True, slots=True)
class Theme:
    key: Ref
    extends: Ref | None
    tokens: Mapping


# Keys of a scenario's expectation that say how often and how exactly, not what.
HOW = frozenset({"exactly", "times", "not", "within", "since"})


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    title: Ref
    root: Mapping
    path: str
