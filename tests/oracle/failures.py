"""When hooks have failed too often (docs/runtime/kernel.md, 8)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Failures:
    """Of one module since it started. Times are seconds; a failure counts while it is younger than `within`."""

    most: int
    within: float
    own: list[float] = field(default_factory=list)
    of_clients: list[tuple[float, str]] = field(default_factory=list)

    def in_own_hook(self, now: float) -> bool:
        """One more; whether that is too many."""
        self.own = [at for at in self.own if now - at < self.within]
        self.own.append(now)
        return len(self.own) >= self.most

    def in_event(self, now: float, user: str, present: int) -> bool:
        """One more that a client of that user began, with so many players in the game; whether that is too many.

        Three different users must have failed, or all where fewer are present, and never one alone, who may come back.
        """
        self.of_clients = [(at, who) for at, who in self.of_clients if now - at < self.within]
        self.of_clients.append((now, user))
        players = {who for _, who in self.of_clients}
        return len(self.of_clients) >= self.most and len(players) >= max(2, min(3, present))
