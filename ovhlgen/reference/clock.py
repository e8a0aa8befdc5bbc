"""Virtual time: tasks are generators that yield the seconds for which they wait."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from itertools import count
from typing import Any

type Task = Generator[float, None, None]


FRAME = 1 / 60  # seconds; who rests for less rests so long


class Rest:
    """What a task yields in place of seconds where somebody may wake it before they are over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._go_on: Callable[[], None] | None = None

    def begin(self, clock: Clock, go_on: Callable[[], None]) -> None:
        self._go_on = go_on
        if self.seconds != float("inf"):
            clock.at(clock.now + max(FRAME, self.seconds), self.wake)

    def wake(self) -> None:
        """The task goes on at once; nothing where it has already."""
        go_on, self._go_on = self._go_on, None
        if go_on:
            go_on()


type Wait = float | Rest


class Clock:
    """What is due earlier comes first; of what is due at once, what was asked for first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, due: float, run: Callable[[], None]) -> None:
        heapq.heappush(self._due, (due, next(self._order), run))

    def spawn(self, task: Generator[Wait, None, Any]) -> None:
        """Runs a task until it waits; the clock brings it back."""

        def go_on() -> None:
            wait = next(task, None)
            if isinstance(wait, Rest):
                wait.begin(self, go_on)
            elif wait is not None:
                self.at(self.now + wait, go_on)

        go_on()

    def run(self, until: float) -> None:
        """Everything that is due up to then."""
        while self._due and self._due[0][0] <= until:
            self.now, _, run = heapq.heappop(self._due)
            run()
        self.now = until
