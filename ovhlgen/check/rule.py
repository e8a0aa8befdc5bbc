"""What a rule is: its code, what it walks, and the function that finds. `@rule` registers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ovhlgen.diagnostics import Diagnostic
from ovhlgen.model.project import Project


@dataclass(frozen=True, slots=True)
class Scope[*Args]:
    """What rules look at, one after the other: `walk` gives of a project the arguments for each call of a rule.

    What several rules ask about a thing is resolved once, by the walk. Two scopes never have the same name."""

    name: str
    walk: Callable[[Project], Iterable[tuple[*Args]]]


@dataclass(frozen=True, slots=True)
class Rule[*Args]:
    """One code, in one scope. A code that is found in several scopes has a rule in each of them.

    `command` is who asks: `check`, as every command does that loads the specs, or another one alone."""

    code: str
    scope: Scope[*Args]
    function: Callable[[*Args], Iterable[Diagnostic]]
    command: str = "check"

    def findings(self, *args: *Args) -> Iterator[Diagnostic]:
        for diagnostic in self.function(*args):
            assert diagnostic.code == self.code, f"a rule for {self.code} finds {diagnostic.code}"
            yield diagnostic


REGISTRY: list[Rule[*tuple[Any, ...]]] = []


def rule[*Args](
    code: str, scope: Scope[*Args], *, command: str = "check"
) -> Callable[[Callable[[*Args], Iterable[Diagnostic]]], Callable[[*Args], Iterable[Diagnostic]]]:
    """Registers a function as the rule for `code` in `scope`: it is called for all that the scope's walk gives."""

    def register(function: Callable[[*Args], Iterable[Diagnostic]]) -> Callable[[*Args], Iterable[Diagnostic]]:
        REGISTRY.append(Rule(code, scope, function, command))
        return function

    return register
