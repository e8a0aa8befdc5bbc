"""A player's data on one server, from the join until the lock is released."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.clock import Clock, Rest
from tests.oracle.data.store import Value

FOREVER = float("inf")


class Sleeper:
    """One task that rests until its time is over, or until it is woken."""

    def __init__(self) -> None:
        self._rest: Rest | None = None

    def rest(self, seconds: float) -> Rest:
        self._rest = Rest(seconds)
        return self._rest

    def wake(self) -> None:
        if self._rest:
            self._rest.wake()


class Crowd:
    """Tasks that wait for the same thing."""

    def __init__(self) -> None:
        self._resting: list[Rest] = []

    def wait(self) -> Rest:
        rest = Rest(FOREVER)
        self._resting.append(rest)
        return rest

    def wake(self) -> None:
        resting, self._resting = self._resting, []
        for rest in resting:
            rest.wake()


class Mutex:
    """One at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._is_taken = False
        self._waiting: list[Rest] = []

    def take(self) -> Generator[Rest, None, None]:
        if self._is_taken:
            self._waiting.append(Rest(FOREVER))
            yield self._waiting[-1]
        self._is_taken = True

    def give(self) -> None:
        if self._waiting:
            self._waiting.pop(0).wake()
        else:
            self._is_taken = False


@dataclass(slots=True)
class Saver:
    """Who waits until a revision is stored."""

    revision: int
    rest: Rest
    is_saved: bool = False


@dataclass(slots=True, eq=False)
class Session:
    """`changed` has, by key, the revision that isn't in the store yet; `ended` the patches that are none any more, and
    whether they were committed; `settled` committed transactions whose other half is stored."""

    id: str
    user: int
    state: str = "loading"  # then `loaded`, `leaving`, `closed`
    refusal: str | None = None
    values: Value = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    revision: int = 0
    wanted: int = 0
    saved: int = 0
    base: Value | None = None
    seq: int = 0
    is_doubtful: bool = False  # a lock may have been taken, though the request failed
    is_busy: bool = False  # a transaction of theirs is being written
    is_here: bool = True
    due: float = 0.0
    writing: Mutex = field(default_factory=Mutex)
    idle: Sleeper = field(default_factory=Sleeper)
    waiting: Crowd = field(default_factory=Crowd)
    heirs: list[Sleeper] = field(default_factory=list)
    savers: list[Saver] = field(default_factory=list)
    ended: dict[str, tuple[Value, bool]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    receipts: list[str] = field(default_factory=list)  # the newest first

    def put(self, name: str, value: Any) -> None:
        self.values[name] = value
        self.revision += 1
        self.changed[name] = self.revision

    def unsaved(self) -> str:
        return ", ".join(sorted(self.changed))

    def leave(self) -> None:
        """It ends with the next write; a load ends with the try that is on its way."""
        if self.state in ("loading", "loaded"):
            self.state = "leaving"
            self.waiting.wake()
            self.idle.wake()

    def answer(self, *, has_failed: bool) -> None:
        """Who waits for a revision that is stored goes on; where a write failed all do."""
        savers, self.savers = self.savers, []
        for saver in savers:
            saver.is_saved = saver.revision <= self.saved
            if saver.is_saved or has_failed:
                saver.rest.wake()
            else:
                self.savers.append(saver)

    def flush(self, clock: Clock) -> Generator[Rest, None, bool]:
        """What is set by now gets stored at once. Whether it is."""
        if self.saved >= self.revision:
            return True
        if self.state == "closed":
            return False
        self.wanted = max(self.wanted, self.revision)
        saver = Saver(self.revision, Rest(FOREVER))
        self.savers.append(saver)
        clock.at(clock.now, self.idle.wake)
        yield saver.rest
        return saver.is_saved
