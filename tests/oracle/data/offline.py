"""What is done to the data of a user who may not be here: looking at it, and erasing it (Data 7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.oracle.data import envelope
from tests.oracle.data.envelope import Format, Unreadable
from tests.oracle.data.requests import Requests, Working
from tests.oracle.data.saving import Saving, key_of
from tests.oracle.data.store import Failed, Value


class Offline:
    def __init__(self, requests: Requests, saving: Saving, server: str) -> None:
        self.requests, self.saving, self.server = requests, saving, server
        self.store, self.format = requests.store, requests.format

    def view(self, user: int) -> Working[Value | None]:
        """All keys; None where there is nothing, or it can't be read."""
        session = self.saving.sessions.get(user)
        if session and session.seq > 0:
            return dict(session.values)
        try:
            found = yield from self.read(user, envelope.read)
            if found is None:
                return None
            data, patch = found.data, found.patch
            if patch:
                other = yield from self.read(patch["with"], envelope.around)
                data = data | patch["data"] if other and patch["id"] in other.commits else data
            return envelope.open_(data, found.version, self.format).values
        except (Failed, Unreadable):
            return None

    def read(
        self, user: int, readable: Callable[[Any, Format], envelope.Envelope]
    ) -> Working[envelope.Envelope | None]:
        """None where nothing is stored. Raises Failed, Unreadable."""
        found: Any = None

        def attempt() -> Working[bool]:
            nonlocal found
            try:
                found = yield from self.store.read(key_of(user))
            except Failed:
                return False
            return True

        ok, _ = yield from self.requests.persist(attempt)
        if not ok:
            raise Failed
        return None if found is None else readable(found, self.format)

    def erase(self, user: int) -> Working[str | None]:
        """Why not all of it is gone; None where it is. Who comes to this server meanwhile waits for its end."""
        if user in self.saving.sessions:
            return "DS_ONLINE"
        self.saving.erasing[user] += 1
        code = yield from self.erase_alone(user)
        self.saving.erasing[user] -= 1
        return code

    def erase_alone(self, user: int) -> Working[str | None]:
        name = f"{envelope.ERASING}{self.requests.clock.now}"
        lock = {"JobId": self.server, "PlaceId": 0, "time": self.requests.world.time(), "session": name}
        is_locked = False
        commits: dict[str, int] = {}

        def seize(old: Any) -> Value | None:
            nonlocal is_locked, commits
            new, is_locked, commits = envelope.seize(old, lock, self.requests.settings.lock_timeout, self.format)
            return new

        ok = yield from self.kept_on(lambda: self.store.update(key_of(user), seize))
        if is_locked:
            return "DS_ONLINE"
        if not ok or not (yield from self.hand_over(user, commits)):
            return "DS_UNAVAILABLE"
        steps = (
            lambda: self.store.remove(key_of(user)),
            lambda: self.remove_copies(user),
            lambda: self.store.remove(f"Role_{user}"),
        )
        for step in steps:
            if not (yield from self.kept_on(step)):
                return "DS_UNAVAILABLE"
        return None

    def kept_on(self, request: Any) -> Working[bool]:
        """A request with its further tries; whether one succeeded."""

        def attempt() -> Working[bool]:
            try:
                yield from request()
            except Failed:
                return False
            return True

        ok, _ = yield from self.requests.persist(attempt)
        return ok

    def hand_over(self, user: int, commits: dict[str, int]) -> Working[bool]:
        """The other halves of transactions that the user committed count from now on without them."""
        for name, other in commits.items():
            ok = yield from self.kept_on(
                lambda name=name, other=other: self.store.update(
                    key_of(other), lambda old: envelope.fold(old, name, self.format)
                )
            )
            if not ok:
                return False
            yield from self.saving.settle({"id": name, "with": user})
        return True

    def remove_copies(self, user: int) -> Working[None]:
        for name in (yield from self.store.keys(f"{key_of(user)}.corrupt.")):
            yield from self.store.remove(name)
