"""What happens in a run, drawn from a seed: who comes and goes, what they do, what fails.

Plain data, so that it can be shortened and kept. Whoever plays it passes over steps that make no sense by then (a
player who isn't there leaves).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

type Step = dict[str, Any]
type Plan = dict[str, Any]

# Faults of the stores and of messages, with how long they last (seconds).
FAULTS = {
    "unavailable": ((2, 30), (2, 30), (40, 240)),
    "throttled": ((5, 60),),
    "slow": ((5, 90),),
    "ack_lost": ((5, 60), (90, 150)),
    "conflict": ((5, 120),),
    "corrupt": ((2, 20),),
    "messaging": ((20, 200),),
    "receipts": ((20, 200),),
}
DEEDS = {"earn": 8, "spend": 3, "trade": 10, "save": 1.5, "buy": 2, "treasury": 2, "force": 0.3, "reload": 0.2}
MOVES = {"join": 4, "leave": 2, "hop": 3, "twin": 0.5}
TROUBLE = {"fault": 6, "crash": 1.5, "stop": 1.5, "upgrade": 0.4}


def draw(seed: int) -> Plan:
    """One to three simulated hours."""
    return _Draw(seed).plan()


class _Draw:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.servers, self.users = self.rng.randint(2, 6), self.rng.randint(3, 8)
        self.trouble = self.rng.choice((0.01, 0.05, 0.15))  # of all steps
        self.gap = self.rng.choice((4.0, 10.0, 20.0))  # seconds between two steps, on average
        self.crowd = self.rng.randint(1, self.servers)  # servers that most players choose

    def plan(self) -> Plan:
        ends = self.rng.uniform(3600, 10800) if self.gap > 4 else self.rng.uniform(3600, 5400)
        steps: list[Step] = [
            {"at": 0.5 * user, "do": "join", "user": user, "server": self.server()} for user in range(self.users)
        ]
        at = 10.0
        while at < ends:
            at = round(at + self.rng.expovariate(1 / self.gap), 3)
            steps += self.steps(at)
        return {"seed": self.seed, "servers": self.servers, "users": self.users, "steps": steps}

    def steps(self, at: float) -> Iterator[Step]:
        kinds = TROUBLE if self.rng.random() < self.trouble else self.rng.choice((MOVES, DEEDS, DEEDS))
        do = self.rng.choices(list(kinds), list(kinds.values()))[0]
        step = self.step(at, do)
        if do in ("crash", "stop", "fault") and self.rng.random() < 0.6:
            yield from self.before(at)
        yield step

    def before(self, at: float) -> Iterator[Step]:
        """Something that is on its way when it happens."""
        for _ in range(self.rng.randint(1, 6)):
            do = self.rng.choice(("earn", "trade", "trade", "hop", "leave", "save", "buy"))
            early = self.rng.choice((0.0, 0.06, 0.12, 0.18, 0.25, 0.5, 2.0))
            yield self.step(round(at - early, 3), do)

    def step(self, at: float, do: str) -> Step:
        step: Step = {"at": at, "do": do}
        if do == "fault":
            kind = self.rng.choice(list(FAULTS))
            low, high = self.rng.choice(FAULTS[kind])
            seconds = round(self.rng.uniform(low, high), 1)
            return step | {"kind": kind, "seconds": seconds, "share": self.rng.choice((1, 1, 0.5, 0.2))}
        if do in ("crash", "stop"):
            return step | {"server": self.server(), "back": round(self.rng.uniform(0, 120), 1)}
        if do in ("treasury", "force", "reload"):
            return step | {"server": self.server()}
        if do == "trade":
            return step | {"user": self.user(), "with": self.user()}
        if do in MOVES:
            after = self.rng.choice((0, 0.05, 0.3, 2.0))
            return step | {"user": self.user(), "server": self.server(), "after": after}
        return step if do == "upgrade" else step | {"user": self.user()}

    def user(self) -> int:
        return self.rng.randrange(self.users)

    def server(self) -> int:
        return self.rng.randrange(self.crowd if self.rng.random() < 0.8 else self.servers)
