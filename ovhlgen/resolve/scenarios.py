"""What a scenario consists of: its players, its steps, and what each of them does and expects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.model.design import Scenario
from ovhlgen.model.node import Mapping, Node, Sequence


@dataclass(frozen=True, slots=True)
class Part:
    """An action of a step, or one of its expectations, by its name; `body` is what stands behind that."""

    name: str
    body: Node
    is_expectation: bool

    @property
    def names(self) -> Mapping | None:
        """What names players, events, modules and screens by fixed keys; settings are keys of their own."""
        is_free = self.is_expectation and self.name == "config"
        return self.body if isinstance(self.body, Mapping) and not is_free else None


def players(scenario: Scenario) -> Mapping | None:
    declared = scenario.root.get("players")
    return declared if isinstance(declared, Mapping) else None


def steps(scenario: Scenario) -> Iterator[Mapping]:
    declared = scenario.root.get("steps")
    for step in declared.items if isinstance(declared, Sequence) else ():
        if isinstance(step, Mapping):
            yield step


def parts(step: Mapping) -> Iterator[Part]:
    """In the order in which they stand."""
    for name, body in step.values.items():
        if name == "expect":
            for kind, expected in body.values.items() if isinstance(body, Mapping) else ():
                yield Part(kind, expected, True)
        elif name != "server":
            yield Part(name, body, False)
