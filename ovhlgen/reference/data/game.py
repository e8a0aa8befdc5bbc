"""Data of the whole game: a value a key, read through a cache, changed in the order that it was asked for (Data 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ovhlgen.reference.clock import Rest
from ovhlgen.reference.data.envelope import Key
from ovhlgen.reference.data.requests import Requests, Working
from ovhlgen.reference.data.session import FOREVER, Mutex
from ovhlgen.reference.data.store import Failed, Value

FRESH = 5.0  # seconds that what was read counts
OPERATIONS = 100  # whose ids are kept with a value


@dataclass(slots=True)
class Operation:
    id: str
    change: Callable[[Any], Any]
    result: Any = None
    problem: str | None = None
    rest: Rest | None = None


@dataclass(slots=True)
class Entry:
    name: str
    key: Key
    value: Any = None
    is_known: bool = False  # whether it was read or set at all
    read_at: float | None = None
    reading: Mutex = field(default_factory=Mutex)
    queue: list[Operation] = field(default_factory=list)


class Game:
    def __init__(self, requests: Requests, keys: dict[str, Key], new_id: Callable[[], str]) -> None:
        self.requests, self.clock, self.new_id = requests, requests.clock, new_id
        self.entries = {name: Entry(name, key) for name, key in keys.items()}

    def is_idle(self) -> bool:
        return not any(entry.queue for entry in self.entries.values())

    def get(self, name: str) -> Working[Any]:
        """What was read last counts while nobody can read. Raises Failed where nothing was."""
        entry = self.entries[name]
        yield from entry.reading.take()
        is_recent = entry.read_at is not None and self.clock.now - entry.read_at < FRESH
        if not entry.is_known or not (entry.queue or is_recent):
            yield from self.requests.persist(lambda: self.refresh(entry))
        entry.reading.give()
        if not entry.is_known:
            self.requests.tell(f"log DS_LOAD_FAIL Failed to read {name}")
            raise Failed
        return entry.value

    def refresh(self, entry: Entry) -> Working[bool]:
        try:
            found = yield from self.requests.store.read(f"Global_{entry.name}")
            value = self.value_of(entry, found)
        except Failed:
            return False
        if not entry.queue or not entry.is_known:
            entry.value, entry.is_known = value, True
            entry.read_at = None if entry.queue else self.clock.now
        return True

    def value_of(self, entry: Entry, stored: Any) -> Any:
        """Raises Failed where it can't be read."""
        if stored is None:
            return entry.key.default
        if not isinstance(stored, dict) or not entry.key.fits(stored["value"]):
            raise Failed
        return stored["value"]

    def set(self, name: str, value: Any) -> str | None:
        """It is here at once, and stored in its turn. Why it wasn't taken."""
        entry = self.entries[name]
        if not entry.key.fits(value):
            return "DS_INVALID"
        self.enqueue(entry, Operation(self.new_id(), lambda _old: value))
        entry.value, entry.is_known = value, True
        return None

    def update(self, name: str, change: Callable[[Any], Any]) -> Working[Operation]:
        """Once it is stored, or is refused."""
        operation = Operation(self.new_id(), change, rest=Rest(FOREVER))
        self.enqueue(self.entries[name], operation)
        assert operation.rest
        yield operation.rest
        return operation

    def enqueue(self, entry: Entry, operation: Operation) -> None:
        entry.queue.append(operation)
        if len(entry.queue) == 1:
            self.clock.at(self.clock.now, lambda: self.clock.spawn(self.work(entry)))

    def work(self, entry: Entry) -> Working[None]:
        while entry.queue:
            operation = entry.queue[0]
            ok, tries = yield from self.requests.persist(lambda one=operation: self.carry_out(entry, one))  # type: ignore[misc]  # bound now
            if not ok:
                self.requests.tell(f"log DS_SAVE_FAIL Failed to save {entry.name} after {tries} attempts")
                yield from self.requests.rest(self.requests.settings.backoff_cap)
                continue
            entry.queue.pop(0)
            if not entry.queue:
                entry.read_at = None
                if operation.problem is None:
                    entry.value, entry.is_known, entry.read_at = operation.result, True, self.clock.now
            if operation.rest:
                operation.rest.wake()

    def carry_out(self, entry: Entry, operation: Operation) -> Working[bool]:
        is_readable = True

        def change(old: Any) -> Value | None:
            nonlocal is_readable
            is_readable, operation.problem = True, None
            try:
                value = self.value_of(entry, old)
            except Failed:
                is_readable = False
                return None
            done = list(old.get("operations", [])) if old else []
            if operation.id in done:
                operation.result = value
                return None
            new = operation.change(value)
            if not entry.key.fits(new):
                operation.problem = "DS_INVALID"
                return None
            operation.result = new
            return {"value": new, "operations": [operation.id, *done][:OPERATIONS]}

        try:
            yield from self.requests.store.update(f"Global_{entry.name}", change)
        except Failed:
            return False
        return is_readable
