"""A player's data on its way in: the lock is taken, by the rules for locks of others, and what is there is read (Data 2
and 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.oracle.data import envelope
from tests.oracle.data.envelope import Claim, Opened, Unreadable
from tests.oracle.data.requests import Requests, Working
from tests.oracle.data.saving import Saving, key_of
from tests.oracle.data.session import Session
from tests.oracle.data.store import Failed, Value

GRACE = 30.0  # seconds beyond the time-out of a lock in which a load may still succeed
LOOK = 1.0  # seconds between two looks whether an erasure has ended
READS = 3  # that have to find the same corrupt data
GOLDEN = 0.618033988749895
CODES = {"locked": "DS_LOCKED", "newer": "DS_NEWER", "corrupt": "DS_CORRUPT", "unavailable": "DS_LOAD_FAIL"}


@dataclass(slots=True)
class Progress:
    """What a load remembers from one try to the next."""

    attempts: int = 0
    corrupt: int = 0
    watched: tuple[Value, float] | None = None  # another's lock, and since when it hasn't changed
    asked: set[str] = field(default_factory=set)
    decided: dict[str, bool] = field(default_factory=dict)
    reason: str = "unavailable"


class Loading:
    def __init__(self, requests: Requests, saving: Saving, server: str) -> None:
        self.requests, self.saving, self.server = requests, saving, server
        self.clock, self.timeout = requests.clock, requests.settings.lock_timeout

    def load(self, session: Session) -> Working[bool]:
        """Whether the data is there; else the player was refused, or left meanwhile."""
        progress = Progress()
        deadline = self.clock.now + self.timeout + GRACE
        if not (yield from self.inherit(session, progress, deadline)):
            return False
        while session.state == "loading":
            wait = yield from self.attempt(session, progress)
            if session.seq > 0:
                return True
            if session.state != "loading":
                break
            if wait is None or self.clock.now + wait > deadline:
                self.refuse(session, progress)
                break
            yield session.idle.rest(wait)
        return False

    def inherit(self, session: Session, progress: Progress, deadline: float) -> Working[bool]:
        """Who left and came back before their data was stored waits until it is."""
        before = self.saving.sessions.get(session.user)
        while before and session.state == "loading":
            if self.clock.now >= deadline:
                self.refuse(session, progress)
                return False
            before.heirs.append(session.idle)
            yield session.idle.rest(deadline - self.clock.now)
            before = self.saving.sessions.get(session.user)
        if before is None:
            self.saving.sessions[session.user] = session
        return before is None

    def attempt(self, session: Session, progress: Progress) -> Working[float | None]:
        """Seconds until the next try; None where there is none: it succeeded, or never will."""
        if self.saving.erasing[session.user]:
            progress.reason = "locked"
            return LOOK
        found: Claim | None = None

        def change(old: Any) -> Value | None:
            nonlocal found
            mine = {"JobId": self.server, "PlaceId": 0, "time": self.requests.world.time(), "session": session.id}
            new, found = envelope.claim(
                old,
                mine,
                lambda other: self.is_dead(progress, other),
                progress.decided,
                self.requests.format,
            )
            return new

        try:
            yield from self.requests.store.update(key_of(session.user), change)
            ok = found is not None
        except Failed:
            ok = False
        progress.attempts += 1
        if not ok or found is None:
            session.is_doubtful = True
        elif found.kind != "corrupt":
            session.is_doubtful = False
        wait = self.requests.backoff(progress.attempts)
        if not ok or found is None:
            progress.reason = "unavailable"
            return wait
        if found.opened:
            self.accept(session, found.opened, found)
            if found.folded:
                self.clock.spawn(self.saving.settle(found.folded))
            return None
        if found.lock:
            progress.reason = "locked"
            return self.wait_for(progress, session, found.lock)
        if found.patch:
            progress.reason = "unavailable"
            is_decided = yield from self.decide(progress, found.patch)
            return 0.0 if is_decided else wait
        progress.reason = found.kind
        if found.kind == "newer":
            return None
        progress.corrupt += 1
        return wait if progress.corrupt < READS else None

    def is_dead(self, progress: Progress, lock: Value) -> bool:
        """With its session, or where its holder was silent for too long: by its own clock or by ours."""
        if lock["JobId"] == self.server:
            return all(session.id != lock["session"] for session in self.saving.sessions.values())
        if self.requests.world.time() - lock["time"] >= self.timeout:
            return True
        watched = progress.watched
        is_same = watched and (watched[0]["session"], watched[0]["time"]) == (lock["session"], lock["time"])
        return bool(watched and is_same and self.clock.now - watched[1] >= self.timeout)

    def wait_for(self, progress: Progress, session: Session, lock: Value) -> float:
        """Another's lock: its holder is asked to let go, once. Seconds until it is worth another look."""
        watched = progress.watched
        if not watched or (watched[0]["session"], watched[0]["time"]) != (lock["session"], lock["time"]):
            progress.watched = (lock, self.clock.now)
        if lock["session"] not in progress.asked:
            progress.asked.add(lock["session"])
            self.requests.world.publish(lock["JobId"], {"user": session.user, "session": lock["session"]})
        left: float = lock["time"] + self.timeout - self.requests.world.time()
        return max(1.0, min(self.requests.backoff(progress.attempts), left))

    def decide(self, progress: Progress, patch: Value) -> Working[bool]:
        """Whether it is known now if a transaction counts whose other half is in another's data."""
        found: bool | None = None

        def change(old: Any) -> Value | None:
            nonlocal found
            new, found = envelope.decide(old, patch["id"], self.requests.format)
            return new

        try:
            yield from self.requests.store.update(key_of(patch["with"]), change)
        except Failed:
            return False
        if found is None:
            return False
        progress.decided[patch["id"]] = found
        return True

    def accept(self, session: Session, opened: Opened, found: Claim) -> None:
        session.values, session.seq, session.receipts = dict(opened.values), found.seq, list(found.receipts)
        if opened.is_migrated:
            session.base, session.revision, session.wanted = opened.data, 1, 1
        session.due = self.clock.now + self.saving.interval() * (session.user * GOLDEN % 1)

    def refuse(self, session: Session, progress: Progress) -> None:
        reason = progress.reason
        session.refusal = CODES[reason]
        self.requests.tell(f"log {CODES[reason]} Failed to load player {session.user}")
        self.requests.world.kick(session.user, reason)
        if reason == "corrupt":
            self.clock.spawn(self.keep_aside(session.user))

    def keep_aside(self, user: int) -> Working[None]:
        """What can't be read, once."""
        prefix = f"{key_of(user)}.corrupt."
        store, of = self.requests.store, self.requests.format
        try:
            if (yield from store.keys(prefix)):
                return
            found = yield from store.read(key_of(user))
            if found is None:
                return
            try:
                kept = envelope.read(found, of)
                envelope.open_(kept.data, kept.version, of)
            except Unreadable:
                name = f"{prefix}{self.requests.world.time()}"
                yield from store.update(name, lambda old: found if old is None else None)
                if (yield from store.read(key_of(user))) is None:
                    yield from store.remove(name)  # they were erased meanwhile
        except Failed:
            return
