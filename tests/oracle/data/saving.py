"""A player's data on its way out: one writer a session, one write at a time, each of everything (Data 4 and 5)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.oracle.data import envelope
from tests.oracle.data.envelope import Write
from tests.oracle.data.requests import Requests, Working
from tests.oracle.data.session import Session
from tests.oracle.data.store import Failed, Value

OFTEN = 6.0  # seconds between two writes of a session that nobody asked for, at least


class Saving:
    def __init__(self, requests: Requests) -> None:
        self.requests = requests
        self.clock, self.settings = requests.clock, requests.settings
        self.sessions: dict[int, Session] = {}  # by user: those that hold a lock, or want to
        self.erasing = Counter[int]()  # how often a user is being erased right now

    def interval(self) -> float:
        """Seconds between two writes of a session; values are small here."""
        return min(max(self.settings.autosave, OFTEN), self.settings.lock_timeout / 3)

    def run(self, session: Session) -> Working[None]:
        """A session's writer: on until the lock is released, or lost."""
        while session.state != "closed":
            is_due = session.wanted > session.saved or self.clock.now >= session.due
            if session.state != "leaving" and not is_due:
                yield session.idle.rest(session.due - self.clock.now)
                continue
            yield from session.writing.take()
            is_leaving = session.state == "leaving"
            outcome = "lost"
            if session.state != "closed":
                outcome = yield from self.write(session, is_release=is_leaving)
            session.writing.give()
            if outcome == "lost":
                self.lose(session)
            elif outcome == "failed":
                session.wanted = session.saved
                session.answer(has_failed=True)
                if is_leaving:
                    yield from self.requests.rest(self.settings.backoff_cap)
            elif is_leaving:
                self.close(session)
            else:
                session.answer(has_failed=False)

    def write(
        self,
        session: Session,
        *,
        is_release: bool = False,
        data: Value | None = None,
        patch: Value | None = None,
        commit: tuple[str, int] | None = None,
        is_patient: bool = False,
    ) -> Working[str]:
        """One write with its further tries, of what is in memory now. Who calls has `session.writing`."""
        revision, is_loaded = session.revision, session.seq > 0
        one = Write(
            session=session.id,
            seq=session.seq + 1 if is_loaded else None,
            time=0,
            data=(data or dict(session.values)) if is_loaded else None,
            base=session.base,
            receipts=list(session.receipts),
            is_release=is_release,
            ended=frozenset(session.ended),
            settled=frozenset(session.settled),
            patch=patch,
            commit=commit,
        )
        outcome, began = "failed", self.clock.now

        def attempt() -> Working[bool]:
            nonlocal outcome
            found = "unread"
            one.time = self.requests.world.time()

            def change(old: Any) -> Value | None:
                nonlocal found
                new, found = envelope.write(old, one, self.requests.format)
                return new

            try:
                yield from self.requests.store.update(key_of(session.user), change)
            except Failed:
                if found != "unreadable" or is_loaded:
                    return False
            if found == "unreadable" and not is_loaded:
                outcome = "lost"
                return True
            if found in ("unread", "unreadable"):
                return False
            outcome = found
            return True

        while True:
            ok, tries = yield from self.requests.persist(attempt)
            if not ok and is_loaded:
                failed = f"Failed to save player {session.user} after {tries} attempts"
                self.requests.tell(f"log DS_SAVE_FAIL {failed} [{session.unsaved()}]")
            if not ok and is_patient:
                yield from self.requests.rest(self.settings.backoff_cap)
            if ok or not is_patient:
                break
        wait = self.interval()
        if outcome in ("written", "landed"):
            self.landed(session, revision, one)
            session.due = began + wait
        else:
            session.due = self.clock.now + min(self.settings.backoff_cap, wait)
        return outcome

    def landed(self, session: Session, revision: int, one: Write) -> None:
        session.seq = session.seq if one.seq is None else one.seq
        session.saved = max(session.saved, revision)
        session.changed = {name: at for name, at in session.changed.items() if at > revision}
        session.settled -= set(one.settled)
        for name in one.ended:
            patch, is_committed = session.ended.pop(name)
            partner = self.sessions.get(patch["with"])
            if is_committed and partner and partner.state != "closed":
                partner.settled.add(name)
            elif is_committed:
                self.clock.spawn(self.settle(patch))

    def settle(self, patch: Value) -> Working[None]:
        """The mark of who committed a transaction isn't needed any more; where that fails it stays."""

        def attempt() -> Working[bool]:
            try:
                yield from self.requests.store.update(
                    key_of(patch["with"]), lambda old: envelope.settle(old, patch["id"], self.requests.format)
                )
            except Failed:
                return False
            return True

        yield from self.requests.persist(attempt)

    def lose(self, session: Session) -> None:
        """Another session has the lock: nothing more is written for this one."""
        if session.state == "closed":
            return
        if session.seq > 0:
            lost = f"Player {session.user}'s data belongs to another session; {len(session.changed)} keys weren't saved"
            self.requests.tell(f"log DS_LOCK_LOST {lost} [{session.unsaved()}]")
        if session.state == "loaded":
            self.requests.world.kick(session.user, "moved")
        self.close(session)

    def close(self, session: Session) -> None:
        session.state = "closed"
        if self.sessions.get(session.user) is session:
            del self.sessions[session.user]
        session.answer(has_failed=True)
        session.waiting.wake()
        session.idle.wake()
        for heir in session.heirs:
            heir.wake()
        for name in sorted(session.settled):  # no write of the session will take the marks out any more
            self.clock.spawn(self.settle({"id": name, "with": session.user}))

    def abandon(self, session: Session) -> Working[None]:
        """A load that wasn't to be: what it locked, or may have locked, is released."""
        session.state = "leaving"
        session.waiting.wake()
        if session.seq > 0 or session.is_doubtful:
            yield from self.run(session)
        else:
            self.close(session)


def key_of(user: int) -> str:
    return f"Player_{user}"
