"""What happens in a run, drawn from a seed: which hook of which module calls what, and how its caller ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.chaos.cancel.game import HOOKS, MODULES
from tests.chaos.plan import FAULTS

type Step = dict[str, Any]
type Plan = dict[str, Any]

LONG = 120.0  # seconds in which something happens
RATE = 2.5  # steps a second, on average
USERS = 4
FAULTY = ("unavailable", "throttled", "slow", "slow", "slow", "ack_lost", "conflict")
WEB = {"gamepasses": ("failing", "hanging", "slow"), "messaging": ("failing", "hanging")}
# Methods of core services, and how often each is drawn: those that hold something, most.
CALLS = {
    "DataService.GetPlayerData": 1,
    "PlayerData.IsLoaded": 1,
    "PlayerData.Get": 2,
    "PlayerData.Set": 2,
    "PlayerData.Update": 3,
    "PlayerData.OnChange": 2,
    "PlayerData.Save": 10,
    "DataService.Transact": 10,
    "DataService.GetGlobal": 6,
    "DataService.SetGlobal": 3,
    "DataService.UpdateGlobal": 6,
    "DataService.ForceSave": 4,
    "DataService.View": 4,
    "DataService.Erase": 3,
    "DataService.GetLeaderboard": 6,
    "ConfigService.Get": 1,
    "ConfigService.Set": 6,
    "ConfigService.Subscribe": 2,
    "ConfigService.Has": 1,
    "ConfigService.List": 1,
    "PermissionSync.GetRole": 2,
    "PermissionSync.HasRole": 2,
    "PermissionSync.OnRoleChanged": 1,
    "PermissionSync.SetRole": 4,
    "PermissionSync.RevokeRole": 3,
    "MonetizationModule.HasGamepass": 4,
    "MonetizationModule.PromptGamepass": 1,
    "MonetizationModule.PromptProduct": 1,
    "MonetizationModule.OnGamepassBought": 1,
    "SystemMonitor.Log": 1,
    "SystemMonitor.Metric": 1,
    "SystemMonitor.Metrics": 1,
    "SystemMonitor.HealthCheck": 1,
    "SystemMonitor.Recent": 1,
    "SystemMonitor.Find": 1,
    "SystemMonitor.FindEarlier": 4,
    "StyleService.GetToken": 1,
    "StyleService.GetTokens": 1,
    "StyleService.GetTheme": 1,
    "StyleService.SetTheme": 1,
    "StyleService.Subscribe": 1,
    "EventService.CreateChannel": 1,
    "EventService.OnClient": 1,
    "EventService.OnServer": 1,
    "EventService.FireClient": 1,
    "EventService.FireAll": 1,
}
# What a hook does besides.
DEEDS = {"wait": 3, "help": 4, "reload": 5}
CANCELS = {"reload": 4, "start": 3, "fail": 0.8, "product": 2, "stop": 0.4}
# Hooks that one module alone has, or has on demand.
HAS_IT = {"hot_reload": "Swapped", "init": "Slow", "product": "Swapped", "migration": "Steady"}
# Whose function is called by the service, so that calls can stand in it.
WITH_FUNCTION = (
    "PlayerData.Update",
    "PlayerData.OnChange",
    "DataService.Transact",
    "DataService.UpdateGlobal",
    "ConfigService.Subscribe",
    "PermissionSync.OnRoleChanged",
    "MonetizationModule.OnGamepassBought",
    "StyleService.Subscribe",
    "EventService.OnServer",
)
# Where it may not yield.
AT_ONCE = ("DataService.Transact", "DataService.UpdateGlobal")


def draw(seed: int) -> Plan:
    return _Draw(seed).plan()


class _Draw:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"cancel {seed}")
        self.seed = seed
        self.ids = 0

    def plan(self) -> Plan:
        steps: list[Step] = [{"at": 0.2 * user, "do": "join", "user": user} for user in range(USERS)]
        at = 8.0
        while at < LONG:
            at = round(at + self.rng.expovariate(RATE), 3)
            steps += self.steps(at)
        steps.sort(key=lambda step: float(step["at"]))
        return {"seed": self.seed, "steps": steps}

    def steps(self, at: float) -> Iterator[Step]:
        kind = self.rng.choices(("call", "cancel", "fault", "move"), (14, 3, 1.5, 1))[0]
        if kind == "call":
            hook = self.rng.choice(HOOKS)
            yield self.call(at, hook, HAS_IT.get(hook) or self.rng.choice(list(MODULES)))
        elif kind == "cancel":
            yield from self.cancel(at)
        elif kind == "fault":
            yield self.fault(at)
        else:
            user = self.rng.randrange(USERS)
            yield {"at": at, "do": "leave", "user": user}
            yield {"at": round(at + self.rng.choice((0.0, 0.3, 5.0)), 3), "do": "join", "user": user}

    def fault(self, at: float) -> Step:
        if self.rng.random() < 0.2:
            service = self.rng.choice(list(WEB))
            seconds = round(self.rng.uniform(5, 30), 1)
            return {
                "at": at,
                "do": "fault",
                "keys": [service],
                "kind": self.rng.choice(WEB[service]),
                "seconds": seconds,
            }
        kind = self.rng.choice(FAULTY)
        low, high = FAULTS[kind][0]
        seconds = round(self.rng.uniform(low, min(high, 20)), 1)
        return {"at": at, "do": "fault", "kind": kind, "seconds": seconds, "share": self.rng.choice((1, 1, 0.5))}

    def cancel(self, at: float) -> Iterator[Step]:
        """Somebody who is in the middle of something, and then their end."""
        how = self.rng.choices(list(CANCELS), list(CANCELS.values()))[0]
        module = {"start": "Slow", "fail": "Failing", "product": "Swapped"}.get(how) or self.rng.choice(
            ("Swapped", "Slow", "Failing", "Leaning")
        )
        hook = {"start": "init", "product": "product"}.get(how, "every")
        if self.rng.random() < 0.5:
            yield self.fault(round(at - 2.5, 3)) | {"kind": "slow", "keys": None, "seconds": 8.0, "share": 1}
        victims = {"fail": ("Failing", "Leaning"), "stop": tuple(MODULES)}.get(how, (module,))
        for _ in range(self.rng.randint(1, 4)):
            early = self.rng.choice((0.05, 0.1, 0.15, 0.2, 0.5, 1.0, 2.0))
            yield self.call(round(at - early, 3), hook, self.rng.choice(victims))
        if how == "start" or (how == "fail" and self.rng.random() < 0.5):
            wait = {"id": self.id(), "call": "wait", "n": self.rng.choice((15, 25, 40))}
            yield {"at": round(at - 1.6, 3), "do": "call", "module": "Slow", "hook": "init", "ask": wait}
            if how == "fail":  # in the middle of another's reload
                reload = {"id": self.id(), "call": "reload", "other": "Slow"}
                yield {"at": round(at - 1.5, 3), "do": "call", "module": module, "hook": "every", "ask": reload}
        yield {"at": at, "do": how, "module": module, "user": self.rng.randrange(USERS)}

    def call(self, at: float, hook: str, module: str) -> Step:
        return {
            "at": at,
            "do": "call",
            "module": module,
            "hook": hook,
            "user": self.rng.randrange(USERS),
            "ask": self.ask(module, 2),
        }

    def ask(self, module: str, depth: int) -> dict[str, Any]:
        call = self.rng.choices([*CALLS, *DEEDS], [*CALLS.values(), *DEEDS.values()])[0]
        ask: dict[str, Any] = {"id": self.id(), "call": call, "module": module, "n": self.rng.randint(1, 30)}
        a, b = self.rng.sample(range(USERS), 2)
        ask |= {"a": a, "b": b}
        if call in ("ConfigService.Set", "PermissionSync.SetRole", "PermissionSync.RevokeRole"):
            ask["a"] = self.rng.choice((0, 0, a))  # the administrator, mostly
        if call in ("help", "reload"):
            ask["other"] = self.rng.choice(list(MODULES) if call == "help" else ("Swapped", "Slow", module))
        if depth > 0 and (call in WITH_FUNCTION or call == "help") and self.rng.random() < 0.5:
            ask["inside"] = [self.ask(module, depth - 1)]
        if call in WITH_FUNCTION and self.rng.random() < 0.3:
            ask["twist"] = self.rng.choice(("raise", "odd", *(("never", "never") if call in AT_ONCE else ("yield",))))
        return ask

    def id(self) -> int:
        self.ids += 1
        return self.ids
