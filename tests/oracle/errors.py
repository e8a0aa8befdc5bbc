"""Errors of each service within a sliding window (docs/runtime/logs.md, 2)."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

MANY, WITHIN = 10, 60.0  # errors of a service within so many seconds


@dataclass(slots=True)
class Errors:
    """Each service's newest errors, as times."""

    times: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=MANY)))
    alerted: dict[str, float] = field(default_factory=dict)

    def are_many(self, service: str, now: float) -> bool:
        times = self.times[service]
        return len(times) == MANY and now - times[0] < WITHIN

    def add(self, service: str, now: float) -> bool:
        """Whether this one is an alert: they are many, and weren't one yet within the window."""
        self.times[service].append(now)
        if not self.are_many(service, now) or now - self.alerted.get(service, -WITHIN) < WITHIN:
            return False
        self.alerted[service] = now
        return True

    def issues(self, now: float) -> list[str]:
        many = sorted(service for service in self.times if self.are_many(service, now))
        return [f"{service}: {MANY} errors or more within {WITHIN:g} s" for service in many]
