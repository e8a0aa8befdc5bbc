"""Names of generated code: which are taken, fresh ones, and what a file uses of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

KEYWORDS = frozenset(
    [
        "and",
        "break",
        "do",
        "else",
        "elseif",
        "end",
        "false",
        "for",
        "function",
        "if",
        "in",
        "local",
        "nil",
        "not",
        "or",
        "repeat",
        "return",
        "then",
        "true",
        "until",
        "while",
    ]
)


class Scope:
    """The names of one Luau scope, of those round it and of those in it: no two of them are alike.

    What is outside is used inside, and may be allocated after what is inside: so neither hides the other.
    """

    def __init__(self, outer: Scope | None = None, taken: Iterable[str] = (), longest: int | None = None) -> None:
        """`longest`: letters of a fresh name, by default those of the scope round it."""
        self._outer = outer
        self._longest: int | None = longest or (outer._longest if outer else None)
        self._own: set[str] = set()
        self._inside: set[str] = set()  # of this scope and of all within it
        self._next: dict[str, int] = {}  # the number behind a name that is taken
        for name in taken:
            self._take(name)

    def fresh(self, *wanted: str) -> str:
        """The first of these names that is free, shortened where it is long; else the last, with a number."""
        names = [name[: self._longest] for name in wanted if name]
        for name in names:
            if self._is_free(name):
                return self._take(name)
        stem = names[-1] if names else "field"
        if stem[-1].isdigit():
            stem += "_"  # `fits2` and a number would be another field's name
        number = self._next.get(stem, 1)
        while True:
            number += 1
            name = f"{stem}{number}"
            if self._is_free(name):
                self._next[stem] = number
                return self._take(name)

    def _is_free(self, name: str) -> bool:
        if name in KEYWORDS or name in self._inside:
            return False
        scope = self._outer
        while scope is not None:
            if name in scope._own:
                return False
            scope = scope._outer
        return True

    def _take(self, name: str) -> str:
        self._own.add(name)
        scope: Scope | None = self
        while scope is not None:
            scope._inside.add(name)
            scope = scope._outer
        return name


class Uses:
    """What a piece of code takes from elsewhere, by name: recorded where it is printed."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def __call__(self, name: str) -> str:
        self._names.add(name)
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def update(self, names: Iterable[str]) -> None:
        self._names.update(names)


def camel(*words: str) -> str:
    """Words as one name: `song_id`, `count` → `songIdCount`."""
    parts = [part for word in words for part in re.split(r"[^A-Za-z0-9]+", word) if part]
    return "".join(part if not at else part[0].upper() + part[1:] for at, part in enumerate(parts))
