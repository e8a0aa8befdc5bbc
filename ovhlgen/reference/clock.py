"""Virtual time: tasks are generators that yield the seconds for which they wait."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from itertools import count
from typing import Any

type Task = Generator[float, None, None]


class Clock:
    """What is due earlier comes first; of what is due at once, what was asked for first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, due: float, run: Callable[[], None]) -> None:
        heapq.heappush(self._due, (due, next(self._order), run))

    def spawn(self, task: Generator[float, None, Any]) -> None:
        """Runs a task until it waits; the clock brings it back."""

        def go_on() -> None:
            wait = next(task, None)
            if wait is not None:
                self.at(self.now + wait, go_on)

        go_on()

    def run(self, until: float) -> None:
        """Everything that is due up to then."""
        while self._due and self._due[0][0] <= until:
            self.now, _, run = heapq.heappop(self._due)
            run()
        self.now = until
