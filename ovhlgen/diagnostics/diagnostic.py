"""Problems are values: found anywhere in the pipeline, collected, decided on at the end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, takewhile


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: 1-based line and column (in characters), the end exclusive.

    `file` is relative to the project root, with forward slashes on every system.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def within(self, start: int, end: int) -> Span:
        """The characters `start` to `end` of a text that begins at this span and stays on its line."""
        if self.line != self.end_line:
            return self
        return Span(self.file, self.line, self.column + start, self.line, self.column + max(end, start + 1))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. The code names the rule; the catalogue holds its words (both languages).

    `args` fill the message; `suggestion` is the nearest right spelling; `related` are further places. `upon` are places
    that it relies on: where there is an error of its own at one of them, this one only follows from it (`causes`).
    """

    code: str
    span: Span
    args: Mapping[str, str] = field(default_factory=dict)
    suggestion: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    upon: tuple[Span, ...] = ()

    @property
    def severity(self) -> str:
        return {"E": "error", "W": "warning", "N": "note"}[self.code[0]]

    def sort_key(self) -> tuple[Span, str, tuple[str, ...]]:
        return (self.span, self.code, tuple(self.args.values()))


def problem(
    code: str,
    span: Span,
    *,
    suggestion: str | None = None,
    related: Iterable[tuple[Span, str]] = (),
    upon: Iterable[Span] = (),
    **args: object,
) -> Diagnostic:
    """A diagnostic, its arguments as text."""
    return Diagnostic(code, span, {k: str(v) for k, v in args.items()}, suggestion, tuple(related), tuple(upon))


def causes(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings without those that only follow from an error at a place that they rely on."""
    found = list(problems)
    is_wrong = errors_in(found)
    return [one for one in found if not any(map(is_wrong, one.upon))]


def errors_in(problems: Iterable[Diagnostic]) -> Callable[[Span], bool]:
    """Says of a place whether there is an error in it."""
    wrong = sorted({diagnostic.span for diagnostic in problems if diagnostic.severity == "error"})

    @cache
    def is_wrong(place: Span) -> bool:
        first = bisect_left(wrong, Span(place.file, place.line, place.column, 0, 0))
        end = (place.file, place.end_line, place.end_column)
        inside = takewhile(
            lambda diagnostic: (diagnostic.file, diagnostic.line, diagnostic.column) < end, islice(wrong, first, None)
        )
        return any((diagnostic.end_line, diagnostic.end_column) <= end[1:] for diagnostic in inside)

    return is_wrong
