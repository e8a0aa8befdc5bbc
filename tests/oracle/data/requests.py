"""Another try where a request failed: the waits between them, and the hurry once the server ends (Data 4 and 5)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from tests.oracle.clock import Clock, Rest, Wait
from tests.oracle.data.envelope import Format
from tests.oracle.data.store import Store, World

HURRY = 1.0  # seconds between two tries while the server ends

type Working[T] = Generator[Wait, None, T]


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds, but for `retries`."""

    retries: int
    backoff: float
    backoff_cap: float
    lock_timeout: float
    autosave: float


@dataclass(slots=True)
class Requests:
    """What the parts of one server's service share."""

    clock: Clock
    settings: Settings
    format: Format
    store: Store
    world: World
    tell: Callable[[str], None]
    is_closing: bool = False
    resting: list[Rest] = field(default_factory=list)

    def backoff(self, n: int) -> float:
        """Before the n-th further try."""
        if self.is_closing:
            return HURRY
        longest = min(self.settings.backoff_cap, self.settings.backoff * 2 ** (n - 1))
        return float(longest * self.world.share())

    def rest(self, seconds: float) -> Working[None]:
        """But not for long once the server ends."""
        rest = Rest(min(seconds, HURRY) if self.is_closing else seconds)
        self.resting.append(rest)
        yield rest
        self.resting.remove(rest)

    def persist(self, attempt: Callable[[], Working[bool]]) -> Working[tuple[bool, int]]:
        """Whether it succeeded in the end, and how many tries that took."""
        tries = 1
        while True:
            ok = yield from attempt()
            if ok or (tries > self.settings.retries and not self.is_closing):
                return ok, tries
            yield from self.rest(self.backoff(tries))
            tries += 1

    def hurry(self) -> None:
        self.is_closing = True
        for rest in list(self.resting):
            rest.wake()
