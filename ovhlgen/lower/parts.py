"""Large files in parts: Studio takes no script above 200,000 characters, and type checkers slow down long before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def parts[T](of: Iterable[tuple[T, int]], most: int) -> Iterator[list[T]]:
    """Runs of things with their sizes, each at most `most` in all; a larger thing is a run of its own."""
    run: list[T] = []
    size = 0
    for one, length in of:
        if run and size + length > most:
            yield run
            run, size = [], 0
        run.append(one)
        size += length
    if run:
        yield run
