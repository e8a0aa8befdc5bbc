"""The two kinds of games: those of the kernel and the network, and those of data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.differential import cases as kernel_cases
from tests.differential import rules as kernel_rules
from tests.differential.data import cases as data_cases
from tests.differential.data import lines as data_lines
from tests.differential.data import reference as data_reference
from tests.differential.data import rules as data_rules
from tests.differential.data import world as data_world
from tests.differential.play import DATA, KERNEL, Kind, base

type Case = dict[str, Any]
type Lines = list[tuple[float, str]]


@dataclass(frozen=True)
class Games:
    """`expected` is what the reference does, `form` makes lines of both sides comparable; `rules` are patterns of
    lines, by the rule of docs/runtime that they show."""

    kind: Kind
    base: Callable[[Path], Path]
    cases: Callable[[], st.SearchStrategy[Case]]
    expected: Callable[[Case], Lines]
    form: Callable[[Iterable[tuple[float, str]]], Lines]
    rules: Mapping[str, str]

    @property
    def regressions(self) -> Path:
        return self.kind.folder / "regressions"


def rounded(lines: Iterable[tuple[float, str]]) -> Lines:
    return [(round(at, 5), text) for at, text in lines]


OF_KERNEL = Games(KERNEL, base, kernel_cases.cases, kernel_cases.expected, rounded, kernel_rules.RULES)
OF_DATA = Games(
    DATA, data_world.base, data_cases.cases, data_reference.expected, data_lines.comparable, data_rules.RULES
)
