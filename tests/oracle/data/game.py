"""Data of the whole game: a value a key, read through a cache, changed in the order that it was asked for (Data 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.clock import Rest
from tests.oracle.data.envelope import Key, Unreadable
from tests.oracle.data.requests import Requests, Working
from tests.oracle.data.session import FOREVER, Mutex
from tests.oracle.data.store import Failed, Value

FRESH = 5.0  # seconds that what was read counts
OPERATIONS = 100  # whose ids are kept with a value
READS = 3  # in a row that have to find the same corrupt value, at least


@dataclass(slots=True)
class Operation:
    id: str
    change: Callable[[Any], Any]
    result: Any = None
    problem: str | None = None
    corrupt: int = 0  # reads in a row that found a corrupt value
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
        """What was read last counts while nobody can read. Raises Failed or Unreadable where nothing was."""
        entry = self.entries[name]
        newer: Unreadable | None = None

        def refresh() -> Working[bool]:
            nonlocal newer
            try:
                return (yield from self.refresh(entry))
            except Unreadable as error:
                newer = error if error.kind == "newer" else None
                return newer is not None  # it won't be another one soon

        if not self.is_fresh(entry):
            yield from entry.reading.take()
            if not self.is_fresh(entry):
                yield from self.requests.persist(refresh)
            entry.reading.give()
        if not entry.is_known:
            self.requests.tell(f"log {'DS_NEWER' if newer else 'DS_LOAD_FAIL'} Failed to read {name}")
            raise newer or Failed
        return entry.value

    def is_fresh(self, entry: Entry) -> bool:
        is_recent = entry.read_at is not None and self.clock.now - entry.read_at < FRESH
        return entry.is_known and (bool(entry.queue) or is_recent)

    def refresh(self, entry: Entry) -> Working[bool]:
        """Whether the store answered. Raises Unreadable."""
        try:
            found = yield from self.requests.store.read(f"Global_{entry.name}")
        except Failed:
            return False
        value = self.value_of(entry, found)
        if not entry.queue or not entry.is_known:
            entry.value, entry.is_known = value, True
            entry.read_at = None if entry.queue else self.clock.now
        return True

    def value_of(self, entry: Entry, stored: Any) -> Any:
        """Raises Unreadable."""
        if stored is None:
            return entry.key.default
        if not isinstance(stored, dict):
            raise Unreadable("corrupt")
        value = stored["value"]
        if not entry.key.fits(value):
            raise Unreadable("newer" if entry.key.is_beyond(value) else "corrupt")
        return value

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
        unreadable: Unreadable | None = None

        def change(old: Any) -> Value | None:
            nonlocal unreadable
            unreadable, operation.problem = None, None
            try:
                value = self.value_of(entry, old)
            except Unreadable as error:
                unreadable = error
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
            operation.corrupt = 0
            return False
        if unreadable:
            return self.refuse(entry, operation, unreadable.kind)
        operation.corrupt = 0
        return True

    def refuse(self, entry: Entry, operation: Operation, kind: str) -> bool:
        """What is stored can't be read. Whether that is certain: then nothing will come of the operation."""
        operation.corrupt += 1
        is_certain = kind == "newer" or operation.corrupt >= max(READS, self.requests.settings.retries + 1)
        if is_certain:
            operation.problem = "DS_NEWER" if kind == "newer" else "DS_CORRUPT"
            entry.is_known = False
            self.requests.tell(f"log {operation.problem} Failed to save {entry.name}")
        return is_certain
