"""Large files in parts: Studio takes no script above 200,000 characters, and type checkers slow down long before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def parts[T](measured: Iterable[tuple[T, int]], longest: int) -> Iterator[list[T]]:
    """Runs of things with their sizes, each at most `most` in all; a larger thing is a run of its own."""
    run: list[T] = []
    size = 0
    for item, length in measured:
        if run and size + length > longest:
            yield run
            run, size = [], 0
        run.append(item)
        size += length
    if run:
        yield run
