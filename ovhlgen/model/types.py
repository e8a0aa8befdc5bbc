"""Type expressions of the language (docs/language/types.md): one grammar everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ovhlgen.diagnostics import Span
from ovhlgen.language.types import Leaf

MAX_NESTING = 8  # arrays, maps and `?` within each other, through aliases too


@dataclass(frozen=True, slots=True)
class Named:
    """`Song` or `MusicModule.Song`; `start` and `end` are its place inside the expression."""

    module: str | None
    name: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" if self.module else self.name


@dataclass(frozen=True, slots=True)
class Optional:
    inner: Type


@dataclass(frozen=True, slots=True)
class Array:
    inner: Type
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Map:
    key: Type
    value: Type
    low: int = 0
    high: int | None = None


type Type = Leaf | Named | Optional | Array | Map


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A type expression where it stands in a spec."""

    type: Type
    text: str
    span: Span

    def at(self, named: Named) -> Span:
        return self.span.within(named.start, named.end)


class Placed(NamedTuple):
    """A type, and the module in whose spec its names are to be read (None: that of types.yaml)."""

    type: Type
    module: str | None


def walk(expression: Type) -> Iterator[Type]:
    """The expression and everything inside it, outermost first."""
    yield expression
    if isinstance(expression, Optional | Array):
        yield from walk(expression.inner)
    elif isinstance(expression, Map):
        yield from walk(expression.key)
        yield from walk(expression.value)


def nesting(expression: Type) -> int:
    """How many arrays, maps and `?` are within each other."""
    inside = (
        [expression.inner]
        if isinstance(expression, Optional | Array)
        else [expression.key, expression.value]
        if isinstance(expression, Map)
        else []
    )
    return 1 + max(map(nesting, inside)) if inside else 0
