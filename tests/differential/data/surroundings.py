"""What surrounds the reference's servers, and takes its time as the simulator does: a store with its faults, messages,
and players who are kicked."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.differential.data.world import EPOCH
from tests.oracle.clock import Clock
from tests.oracle.data.store import Failed, Value

STEP = 0.05  # seconds of a request to the store, of the work there, and back
SLOW = 10.0  # seconds that a slow request takes longer
CALL = 0.1  # seconds of a request to send messages, or to hear them
AGAIN = 30.0  # seconds before another try to hear them
MESSAGE = 1.0  # seconds until another server hears it


@dataclass
class Fault:
    kind: str  # unavailable, throttled, slow, ack_lost, corrupt, conflict; failing, of `messaging`
    ends: float
    times: int | None
    key: str | None


@dataclass
class Store:
    """The platform's: what is written is told as a line. Requests take as long as they do in the simulator."""

    clock: Clock
    tell: Callable[[str], None]
    values: dict[str, Any]
    versions: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def strikes(self, kind: str, key: str) -> bool:
        for fault in self.faults:
            if fault.kind == kind and self.clock.now < fault.ends and fault.key in (None, key):
                if fault.times:
                    fault.times -= 1
                    if fault.times == 0:
                        self.faults.remove(fault)
                return True
        return False

    def go(self, key: str) -> Generator[float, None, None]:
        yield STEP + (SLOW if self.strikes("slow", key) else 0)
        if self.strikes("unavailable", key) or self.strikes("throttled", key):
            raise Failed

    def found(self, key: str) -> Any:
        value = copy.deepcopy(self.values.get(key))
        return "\ufffd" if value is not None and self.strikes("corrupt", key) else value

    def update(self, key: str, change: Callable[[Any], Value | None]) -> Generator[float, None, None]:
        yield from self.go(key)
        while True:
            version = self.versions.get(key, 0)
            new = copy.deepcopy(change(self.found(key)))
            yield STEP
            if new is None:
                return
            if not self.strikes("conflict", key) and self.versions.get(key, 0) == version:
                break
        self.values[key], self.versions[key] = new, version + 1
        self.tell(stored(key, new))
        yield STEP
        if self.strikes("ack_lost", key):
            raise Failed

    def read(self, key: str) -> Generator[float, None, Any]:
        yield from self.go(key)
        value = self.found(key)
        yield STEP
        return value

    def remove(self, key: str) -> Generator[float, None, None]:
        yield from self.go(key)
        if self.values.pop(key, None) is not None:
            self.versions[key] = self.versions.get(key, 0) + 1
            self.tell(stored(key, None))
        yield STEP
        if self.strikes("ack_lost", key):
            raise Failed

    def keys(self, prefix: str) -> Generator[float, None, list[str]]:
        yield from self.go("")
        yield STEP
        return sorted(key for key in self.values if key.startswith(prefix))


def stored(key: str, value: Any) -> str:
    return f"stored {key} {json.dumps(value, sort_keys=True, ensure_ascii=False)}"


class ServerClock(Clock):
    """The world's, for one server: what belongs to it ends with it."""

    def __init__(self, world: Clock) -> None:
        self.world = world
        self.is_open = True

    @property
    def now(self) -> float:  # it is the world's
        return self.world.now

    def at(self, due: float, run: Callable[[], None]) -> None:
        def unless_over() -> None:
            if self.is_open:
                run()

        self.world.at(due, unless_over)


@dataclass
class Surroundings:
    """Of one server. `gone` hears of players that are kicked, a frame later."""

    clock: ServerClock
    store: Store
    chance: float
    tell: Callable[[str], None]
    gone: Callable[[int], None]
    post: Callable[[str, Mapping[str, Any]], None]
    hears: bool = False  # whether messages of other servers arrive

    def share(self) -> float:
        return self.chance

    def time(self) -> int:
        return int(EPOCH + self.clock.now)

    def kick(self, user: int, reason: str) -> None:
        self.tell(f"kicked P{user} {reason}")
        self.gone(user)

    def listen(self) -> None:
        """Hears other servers from now on, or from another try on."""

        def answered() -> None:
            self.hears = not self.store.strikes("failing", "messaging")
            if not self.hears:
                self.clock.at(self.clock.now + AGAIN, self.listen)

        self.clock.at(self.clock.now + CALL, answered)

    def publish(self, server: str, message: Mapping[str, Any]) -> None:
        world = self.clock.world

        def answered() -> None:
            if not self.store.strikes("failing", "messaging"):
                world.at(world.now + MESSAGE, lambda: self.post(server, message))

        self.clock.at(self.clock.now + CALL, answered)
