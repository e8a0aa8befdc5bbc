"""Virtual time, in frames: tasks are generators that yield the seconds for which they wait."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Generator
from itertools import count
from typing import Any

type Task = Generator[float, None, None]


RATE = 60  # frames a second
FRAME = 1 / RATE  # seconds
SLACK = 1e-6  # frames; what adding times up may be off
LEAD = 1e-11  # seconds by which the clock gets ahead at each thing that comes


class Rest:
    """What a task yields in place of seconds where somebody may wake it before they are over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._go_on: Callable[[], None] | None = None

    def begin(self, clock: Clock, go_on: Callable[[], None]) -> None:
        self._go_on = go_on
        if self.seconds != float("inf"):
            clock.after(self.seconds, self.wake)

    def wake(self) -> None:
        """The task goes on at once; nothing where it has already."""
        go_on, self._go_on = self._go_on, None
        if go_on:
            go_on()


type Wait = float | Rest


class Clock:
    """What is due earlier comes first; of what is due at once, what was asked for first. What is due between two frames
    comes with the second.

    `now` is a little ahead, and more and more: as in Roblox, what is due by the clock is due when the wait for it is
    over, whatever adding the times up does to their last digits.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._at = 0.0
        self._ahead = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, due: float, run: Callable[[], None]) -> None:
        frame = self._at if due <= self.now else math.ceil((due - self._ahead) * RATE - SLACK) / RATE
        heapq.heappush(self._due, (frame, next(self._order), run))

    def after(self, seconds: float, run: Callable[[], None]) -> None:
        """As a thread waits: never in the frame in which it began."""
        following = (math.floor(self.now * RATE + SLACK) + 1) / RATE
        self.at(self.now + seconds if seconds > FRAME else following, run)

    def spawn(self, task: Generator[Wait, None, Any]) -> None:
        """Runs a task until it waits; the clock brings it back."""

        def go_on() -> None:
            wait = next(task, None)
            if isinstance(wait, Rest):
                wait.begin(self, go_on)
            elif wait is not None:
                self.after(wait, go_on)

        go_on()

    def run(self, until: float) -> None:
        """Everything that is due up to then."""
        while self._due and self._due[0][0] <= until + SLACK * FRAME:
            self._at, _, run = heapq.heappop(self._due)
            self._ahead += LEAD
            self.now = self._at + self._ahead
            run()
        self._at = max(self._at, until)
        self.now = self._at + self._ahead
