"""The right name that was probably meant, however many there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

_FEW = 40  # names that are each compared
_LONGEST = 120  # letters of a name; with a longer one nothing was meant
_SHORT = 40  # letters up to which two may be too many
_MAX_COMPARED = 10  # names of many that are compared


class Names:
    """Some names, sorted, and ways to find one of them: made once for all findings that ask."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.sorted = tuple(sorted(set(names)))
        self._known: dict[str, str | None] = {}

    @cached_property
    def _by_lower(self) -> dict[str, str]:
        return {name.lower(): name for name in reversed(self.sorted)}

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.sorted)

    @cached_property
    def _shortened(self) -> dict[str, list[str]]:
        """The names by each text that is left of them without one letter."""
        names: dict[str, list[str]] = {}
        for name in self.sorted:
            for text in dict.fromkeys(_without(name, 1)):
                names.setdefault(text, []).append(name)
        return names

    def nearest(self, name: str) -> str | None:
        """Equal but for case, else with letters swapped, else the closest."""
        if len(name) > _LONGEST:
            return None
        if name not in self._known:
            self._known[name] = self._by_lower.get(name.lower()) or self._closest(name)
        return self._known[name]

    def _closest(self, name: str) -> str | None:
        names = self.sorted if len(self.sorted) <= _FEW else self._near(name)
        close = difflib.get_close_matches(name, names, n=5, cutoff=0.6)
        swapped = [one for one in close if sorted(one) == sorted(name)]
        return next(iter(swapped or close), None)

    def _near(self, name: str) -> list[str]:
        """Those that one or two letters make of it: added, left out, another, swapped."""
        for count in range(3 if len(name) <= _SHORT else 2):
            left = list(dict.fromkeys(_without(name, count)))
            near = [text for text in left if text in self._all]
            near = near or [one for text in left for one in self._shortened.get(text, ())]
            if near:
                return sorted(set(near))[:_MAX_COMPARED]
        return []


def _without(name: str, count: int) -> Iterator[str]:
    """A name without none, one or two of its letters."""
    ends = range(len(name))
    if count == 0:
        yield name
    elif count == 1:
        yield from (name[:at] + name[at + 1 :] for at in ends)
    else:
        yield from (name[:at] + name[at + 1 : to] + name[to + 1 :] for at in ends for to in ends[at + 1 :])


@lru_cache(maxsize=64)
def _names(names: tuple[str, ...]) -> Names:
    return Names(names)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The right name that was probably meant: equal but for case, else with letters swapped, else the closest."""
    return _names(tuple(candidates)).nearest(name)


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names for a sentence: sorted, cut after `most`."""
    ordered = _names(tuple(names)).sorted
    shown = ", ".join(ordered[:limit])
    return f"{shown}, … ({len(ordered)} in all)" if len(ordered) > limit else shown or "–"
