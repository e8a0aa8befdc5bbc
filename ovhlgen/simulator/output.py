"""What a game wrote into the output, as Studio would show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ovhlgen.simulator.session import Fact

LEVELS = ("print", "warn", "error", "kick")


@dataclass(frozen=True, slots=True)
class Line:
    """`level` is one of LEVELS; `t` is in seconds of virtual time."""

    t: float
    side: str
    level: str
    text: str


def output(facts: Iterable[Fact]) -> Iterator[Line]:
    for fact in facts:
        if fact.kind in LEVELS:
            yield Line(fact.t, fact.side, fact.kind, str(fact.get("text")))
