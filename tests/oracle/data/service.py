"""One server's DataService: who joins and leaves, what modules ask for, and the end of the server (Data 1 and 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.oracle.clock import Clock
from tests.oracle.data.envelope import Format, Key
from tests.oracle.data.game import Game
from tests.oracle.data.loading import Loading
from tests.oracle.data.offline import Offline
from tests.oracle.data.requests import Requests, Settings, Working
from tests.oracle.data.saving import Saving
from tests.oracle.data.session import Crowd, Session
from tests.oracle.data.store import Store, World
from tests.oracle.data.transactions import Change, Transactions

CLOSING = 25.0  # seconds within which everything has to be stored
LOOK = 0.1
KEPT = 200  # the newest purchases, whose ids are kept


class Raised(Exception):
    """What a call of a module raises: a code."""


class DataService:
    """`server` is its name in locks; `new_id` makes names that nobody else has."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        of: Format,
        game: dict[str, Key],
        store: Store,
        world: World,
        tell: Callable[[str], None],
        server: str,
        new_id: Callable[[], str],
    ) -> None:
        self.clock, self.new_id = clock, new_id
        self.requests = Requests(clock, settings, of, store, world, tell)
        self.saving = Saving(self.requests)
        self.loading = Loading(self.requests, self.saving, server)
        self.transactions = Transactions(self.requests, self.saving, new_id)
        self.offline = Offline(self.requests, self.saving, server)
        self.game = Game(self.requests, game, new_id)
        self.players: dict[int, Session] = {}  # those that modules ask for

    # Who comes and goes

    def join(self, user: int) -> None:
        session = Session(self.new_id(), user)
        self.players[user] = session
        self.clock.spawn(self.serve(session))

    def serve(self, session: Session) -> Working[None]:
        is_loaded = yield from self.loading.load(session)
        if is_loaded and session.state == "loading":
            session.state = "loaded"
            session.waiting.wake()
            yield from self.saving.run(session)
        else:
            yield from self.saving.abandon(session)

    def leave(self, user: int) -> None:
        """Modules hear of it in the same step, and may still set something."""
        session = self.players.get(user)
        if session is None:
            return
        if session.state == "loading":
            session.leave()

        def later() -> None:
            session.leave()
            if self.players.get(user) is session:
                del self.players[user]

        self.clock.at(self.clock.now, later)

    def let_go(self, message: Mapping[str, Any]) -> None:
        """Another server wants a player's data."""
        session = self.saving.sessions.get(message["user"])
        if session and session.id == message["session"] and session.state == "loaded":
            session.leave()
            self.requests.world.kick(session.user, "moved")

    def close(self) -> Working[None]:
        """The server ends: everything gets stored, within its time."""
        began = self.clock.now
        self.requests.hurry()
        for session in list(self.saving.sessions.values()):
            session.leave()
        while (self.saving.sessions or not self.game.is_idle()) and self.clock.now - began < CLOSING:
            yield LOOK

    # What modules ask for

    def loaded(self, session: Session) -> Working[None]:
        """Once the data is there and no transaction is being written. Raises Raised."""
        while session.state == "loading" or session.is_busy:
            yield session.waiting.wait()
        if session.seq == 0:
            raise Raised(session.refusal or "DS_LEFT")

    def get(self, user: int, name: str) -> Working[Any]:
        session = self.players[user]
        yield from self.loaded(session)
        return session.values[name]

    def set(self, user: int, name: str, value: Any) -> Working[None]:
        """Raises Raised, and then changes nothing."""
        session = self.players[user]
        yield from self.loaded(session)
        if session.state != "loaded":
            raise Raised("DS_LEFT")
        if not self.requests.format.keys[name].fits(value):
            raise Raised("DS_INVALID")
        if session.values[name] != value:
            session.put(name, value)

    def grant(self, user: int, purchase: str, key: str, amount: int) -> Working[bool]:
        """What a product gives, once for each purchase, in one write with its id. Whether it is stored."""
        session = self.players[user]
        while session.state == "loading" or session.is_busy:
            yield session.waiting.wait()
        if session.state != "loaded":
            return False
        if purchase not in session.receipts:
            if not self.requests.format.keys[key].fits(session.values[key] + amount):
                return False
            session.put(key, session.values[key] + amount)
            session.receipts = [purchase, *session.receipts][:KEPT]
            session.revision += 1
        return (yield from session.flush(self.clock))

    def save(self, user: int) -> Working[bool]:
        session = self.players[user]
        yield from self.loaded(session)
        return (yield from session.flush(self.clock))

    def force_save(self) -> Working[None]:
        """What is set by now of everybody is stored, or that failed."""
        saving = [session for session in self.saving.sessions.values() if session.state == "loaded"]
        ends: list[bool] = []
        done = Crowd()

        def flush(session: Session) -> Working[None]:
            ends.append((yield from session.flush(self.clock)))
            if len(ends) == len(saving):
                done.wake()

        for session in saving:
            self.clock.spawn(flush(session))
        if len(ends) < len(saving):
            yield done.wait()

    def transact(self, a: int, b: int, change: Change) -> Working[str | None]:
        return (yield from self.transactions.run(self.players[a], self.players[b], change))
