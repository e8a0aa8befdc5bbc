"""What happens in a run, drawn from a seed: who comes and goes, what they do, what fails. Plain data, so that it can be
shortened and kept. Whoever plays it passes over steps that make no sense by then (a player who isn't there leaves)."""

from __future__ import annotations

import random
from typing import Any

type Step = dict[str, Any]
type Plan = dict[str, Any]

# Faults of the stores and of messages, with how long they last (seconds) and which share of requests they meet.
FAULTS = {
    "unavailable": ((2, 30), (40, 240)),
    "throttled": ((5, 60),),
    "slow": ((5, 90),),
    "ack_lost": ((5, 90),),
    "conflict": ((5, 120),),
    "corrupt": ((2, 20),),
    "messaging": ((20, 200),),
}
DEEDS = {"earn": 8, "spend": 3, "trade": 8, "save": 1, "treasury": 2, "force": 0.3}
MOVES = {"join": 4, "leave": 2, "hop": 3, "twin": 0.3}
TROUBLE = {"fault": 6, "crash": 1.5, "stop": 1, "upgrade": 0.4}


def draw(seed: int) -> Plan:
    """One to three simulated hours."""
    rng = random.Random(seed)
    servers, users = rng.randint(2, 6), rng.randint(3, 8)
    trouble = rng.choice((0.01, 0.05, 0.15))  # of all steps
    gap = rng.choice((4.0, 10.0, 20.0))  # seconds between two steps, on average
    ends = rng.uniform(3600, 10800) if gap > 4 else rng.uniform(3600, 5400)
    steps: list[Step] = [
        {"at": 0.5 * user, "do": "join", "user": user, "server": rng.randrange(servers)} for user in range(users)
    ]
    at = 10.0
    while at < ends:
        at += rng.expovariate(1 / gap)
        kinds = TROUBLE if rng.random() < trouble else rng.choice((MOVES, DEEDS, DEEDS))
        do = rng.choices(list(kinds), list(kinds.values()))[0]
        step: Step = {"at": round(at, 3), "do": do}
        if do == "fault":
            kind = rng.choice(list(FAULTS))
            low, high = rng.choice(FAULTS[kind])
            step |= {"kind": kind, "seconds": round(rng.uniform(low, high), 1), "share": rng.choice((1, 1, 0.5, 0.2))}
        elif do in ("crash", "stop"):
            step |= {"server": rng.randrange(servers), "back": round(rng.uniform(0, 120), 1)}
        elif do == "trade":
            step |= {"user": rng.randrange(users), "with": rng.randrange(users)}
        elif do in ("treasury", "force"):
            step |= {"server": rng.randrange(servers)}
        elif do != "upgrade":
            step |= {"user": rng.randrange(users)}
            if do in MOVES:
                step |= {"server": rng.randrange(servers), "after": round(rng.choice((0, 0.05, 0.3, 2.0)), 2)}
        steps.append(step)
    return {"seed": seed, "servers": servers, "users": users, "ends": round(at, 1), "steps": steps}
