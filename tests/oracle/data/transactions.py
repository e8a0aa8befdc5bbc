"""A change of two players' data, all or nothing (Data 7): the second's half as a patch beside their data, then the
first's write, which says that it counts."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.data.requests import Requests, Working
from tests.oracle.data.saving import Saving
from tests.oracle.data.session import Session
from tests.oracle.data.store import Value


class Refused(Exception):
    """What the function of a transaction raised; nothing was changed."""


type Change = Callable[[Value, Value], tuple[Value, Value]]
"""What is set of both, out of what they have. Raises Refused."""


class Transactions:
    def __init__(self, requests: Requests, saving: Saving, new_id: Callable[[], str]) -> None:
        self.requests, self.saving, self.new_id = requests, saving, new_id

    def run(self, a: Session, b: Session, change: Change) -> Working[str | None]:
        """Why nothing was changed; None where it was."""
        for session in (a, b):
            while session.state == "loading" or session.is_busy:
                yield session.waiting.wait()
        both = sorted((a, b), key=lambda session: session.user)
        for session in both:
            yield from session.writing.take()
        code = None if a.state == b.state == "loaded" else "DS_NOT_LOADED"
        if code is None:
            for session in both:
                session.is_busy = True
            try:
                mine, theirs = change(dict(a.values), dict(b.values))
                if mine or theirs:
                    code = yield from self.commit(a, mine, b, theirs)
            except Refused:
                self.requests.tell("log DS_CALLBACK A transaction's function failed")
                code = "DS_CALLBACK"
            for session in both:
                session.is_busy = False
                session.waiting.wake()
                session.idle.wake()
        for session in reversed(both):  # as they were taken, one inside the other: the second's writer goes on first
            session.writing.give()
        return code

    def commit(self, a: Session, mine: Value, b: Session, theirs: Value) -> Working[str | None]:
        name = self.new_id()
        patch: Value = {"id": name, "with": a.user, "keys": sorted(theirs), "data": theirs}
        prepared = yield from self.saving.write(b, patch=patch)
        b.ended[name] = (patch, False)
        if prepared == "lost":
            self.saving.lose(b)
            return "DS_LOCK_LOST"
        if prepared != "written":
            return "DS_UNAVAILABLE"
        outcome = yield from self.saving.write(a, data=a.values | mine, commit=(name, b.user), is_patient=True)
        if outcome not in ("written", "landed"):
            if outcome == "lost":
                self.saving.lose(a)
            return "DS_LOCK_LOST"
        b.ended[name] = (patch, True)
        for key in sorted(mine):
            a.put(key, mine[key])
        a.saved, a.changed = a.revision, {}
        for key in sorted(theirs):
            b.put(key, theirs[key])
        b.wanted = b.revision
        return None
