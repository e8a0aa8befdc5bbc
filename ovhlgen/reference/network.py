"""What clients send: the guards in their order, what waits and where, turns, answers (semantics, Network)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ovhlgen.model.wire import Layouts, Message
from ovhlgen.reference import codec
from ovhlgen.reference.clock import Clock, Task
from ovhlgen.reference.codec import Invalid, Reader, Stepper, Writer
from ovhlgen.reference.module import Event, Handled, Player, Settings

MOST_IN_A_CALL = 16 * 1024  # bytes
MOST_EARLY = 256  # messages of a player that wait for the kernel, or for the player's role
MOST_EARLY_BYTES = 64 * 1024
MOST_HELD = 100  # messages of a player that wait while a module reloads
MOST_IN_TURN = 256  # events of a player that wait behind a `serial` handler
MOST_IN_FLIGHT = 16  # requests of a player
ROLE_TIMEOUT = 10.0  # seconds; then the default role counts
BYTES_PER_SECOND, BYTES_AT_ONCE = 64 * 1024, 256 * 1024
EVENTS_PER_SECOND, EVENTS_AT_ONCE = 1_000, 2_000
VIOLATIONS = frozenset({"NET_UNKNOWN", "NET_RATE", "NET_DENIED", "NET_INVALID"})


class World(Protocol):
    """What the network asks of the game around it."""

    def rank_of(self, player: Player) -> int | None:
        """None while it isn't known; `Network.update_role` says when it is."""

    def user_ids(self) -> frozenset[int]:
        """Of the players who are here."""

    def kick(self, player: Player) -> None: ...


@dataclass(frozen=True, slots=True)
class Handler:
    """Of one event. `run` gives whether it ended well, and its response."""

    event: Event
    run: Callable[[Player, Any], Handled]


@dataclass(slots=True)
class Bucket:
    """`tokens` as they were `at`."""

    tokens: float
    at: float = 0.0

    def take(self, count: float, per_second: float, burst: float, now: float) -> bool:
        self.tokens, self.at = min(burst, self.tokens + (now - self.at) * per_second), now
        if self.tokens < count:
            return False
        self.tokens -= count
        return True


@dataclass(slots=True)
class Turn:
    """A message behind a `serial` handler."""

    data: bytes
    is_request: bool
    run: Task


@dataclass(slots=True, eq=False)
class Peer:
    player: Player
    of_bytes: Bucket = field(default_factory=lambda: Bucket(BYTES_AT_ONCE))
    of_events: Bucket = field(default_factory=lambda: Bucket(EVENTS_AT_ONCE))
    buckets: dict[str, Bucket] = field(default_factory=dict)
    violations: list[float] = field(default_factory=list)
    in_flight: int = 0
    is_kicked: bool = False
    queues: dict[str, list[Turn]] = field(default_factory=dict)
    early: list[bytes] = field(default_factory=list)
    awaits: object | None = None  # the player's role, since then
    is_unknown: bool = False  # it was awaited in vain


class Network:
    """The server's half. `tell` hears each observable fact as a line."""

    def __init__(
        self, clock: Clock, settings: Settings, layouts: Layouts, world: World, tell: Callable[[str], None]
    ) -> None:
        self.clock, self.settings, self.world, self.tell = clock, settings, world, tell
        self.types = layouts.types
        self.messages: Mapping[int, Message] = dict(enumerate(layouts.messages, 1))
        self.handlers: dict[str, Handler] = {}
        self.held: dict[str, list[tuple[Peer, bytes]]] = {}  # by module
        self.peers: dict[Player, Peer] = {}  # who is here, in the order in which they joined
        self.is_open = False
        self.counts = {"received": 0, "refused": 0, "bytes": 0}

    # Players

    def join(self, player: Player) -> None:
        self.peers[player] = Peer(player)

    def leave(self, player: Player) -> None:
        del self.peers[player]

    def update_role(self, player: Player) -> None:
        """The player's role is known now."""
        peer = self.peers[player]
        if peer.awaits and self.world.rank_of(player) is not None:
            self.read_early(peer)

    # What arrives

    def receive(self, player: Player, data: bytes) -> None:
        """One call of the remote."""
        peer = self.peers[player]
        if peer.is_kicked:
            return
        if len(data) > MOST_IN_A_CALL:
            self.refuse(peer, "a batch", "NET_INVALID")
        elif not peer.of_bytes.take(len(data), BYTES_PER_SECOND, BYTES_AT_ONCE, self.clock.now):
            self.refuse(peer, "a batch", "NET_RATE")
        else:
            self.counts["bytes"] += len(data)
            self.read(peer, data)

    def read(self, peer: Peer, data: bytes) -> None:
        at = 0
        while at < len(data) and not peer.is_kicked:
            at = self.read_one(peer, data, at)

    def read_one(self, peer: Peer, data: bytes, start: int) -> int:
        """Where the next message begins."""
        message = self.messages.get(data[start])
        if message is None or message.sender != "client":
            self.refuse(peer, "an unknown event", "NET_UNKNOWN")
            return len(data)
        at, question = start + 1, None
        if message.response:
            at += 2
            if at > len(data):
                self.refuse(peer, message.name, "NET_INVALID")
                return len(data)
            question = int.from_bytes(data[at - 2 : at], "little")
        handler = self.handlers.get(message.name)
        code: str | None = "NET_BUSY"
        if not self.must_wait(peer) and module_of(message.name) not in self.held:
            code = self.refusal(peer, message.name, handler, is_request=question is not None)
        if code:
            return self.turn_away(peer, message, data, start, at, question, code)
        assert handler is not None, "without one it is NET_UNAVAILABLE"
        reader, payload = Reader(self.types, data[at:], world=codec.World(self.world.user_ids(), {})), None
        try:
            if message.payload:
                payload = reader.value(message.payload)
        except Invalid:
            self.refuse(peer, message.name, "NET_INVALID", question)
            return len(data)
        at += reader.at
        if reader.is_absent:
            self.refuse(peer, message.name, "NET_ABSENT", question)
            return at
        self.counts["received"] += 1
        if question is not None:
            peer.in_flight += 1
        run = self.run(peer, message, handler, question, payload)
        if not handler.event.serial:
            self.clock.spawn(run)
        elif not self.take_turn(peer, message.name, Turn(data[start:at], question is not None, run)):
            self.refuse(peer, message.name, "NET_BUSY", question)
        return at

    def must_wait(self, peer: Peer) -> bool:
        return not self.is_open or peer.awaits is not None

    def refusal(self, peer: Peer, name: str, handler: Handler | None, *, is_request: bool) -> str | None:
        """Why an event doesn't reach its handler: all that is known before its payload is read."""
        if handler is None:
            return "NET_UNAVAILABLE"
        now, event = self.clock.now, handler.event
        if not peer.of_events.take(1, EVENTS_PER_SECOND, EVENTS_AT_ONCE, now):
            return "NET_RATE"
        if event.off:
            return "NET_DISABLED"
        if not peer.buckets.setdefault(name, Bucket(event.burst, now)).take(1, event.rate, event.burst, now):
            return "NET_RATE"
        if event.allow is not None:
            rank = self.world.rank_of(peer.player)
            if rank is None and not peer.is_unknown:
                self.await_role(peer)
                return "NET_BUSY"
            if (self.settings.default_rank if rank is None else rank) < event.allow:
                return "NET_DENIED"
        return "NET_BUSY" if is_request and peer.in_flight >= MOST_IN_FLIGHT else None

    def turn_away(
        self, peer: Peer, message: Message, data: bytes, start: int, at: int, question: int | None, code: str
    ) -> int:
        """Steps over a message that isn't read: it waits, or is refused with the code."""
        stepper = Stepper(self.types, data[at:])
        try:
            if message.payload:
                stepper.value(message.payload)
        except Invalid:
            self.refuse(peer, message.name, "NET_INVALID", question)
            return len(data)
        after = at + stepper.at
        if not self.waits(peer, module_of(message.name), data[start:after]):
            self.refuse(peer, message.name, code, question)
        return after

    def waits(self, peer: Peer, module: str, data: bytes) -> bool:
        """Whether a message waits, for the kernel, for the player's role, or for its module."""
        if self.must_wait(peer):
            if len(peer.early) >= MOST_EARLY or sum(map(len, peer.early)) + len(data) > MOST_EARLY_BYTES:
                return False
            peer.early.append(data)
            return True
        if module in self.held:
            held = self.held[module]
            if sum(who is peer for who, _ in held) >= MOST_HELD:
                return False
            held.append((peer, data))
            return True
        return False

    # Handlers

    def run(self, peer: Peer, message: Message, handler: Handler, question: int | None, payload: Any) -> Task:
        is_well, response = yield from handler.run(peer.player, payload)
        if question is None:
            return
        peer.in_flight = max(0, peer.in_flight - 1)
        if not is_well:
            self.answer(peer, question, "NET_ERROR")
            return
        writer = Writer(self.types)
        try:
            if message.response:
                writer.struct(message.response, {"": response} if message.response.is_alone else response)
        except Invalid:
            self.answer(peer, question, "NET_ERROR")
            return
        self.answer(peer, question, str(response))

    def answer(self, peer: Peer, question: int, what: str) -> None:
        if peer.player in self.peers:
            self.tell(f"result answer {peer.player} {question} {what}")

    def take_turn(self, peer: Peer, name: str, turn: Turn) -> bool:
        """One at a time of a player and event; False where too many wait already."""
        queue = peer.queues.get(name)
        if queue is not None:
            if len(queue) >= MOST_IN_TURN:
                return False
            queue.append(turn)
            return True
        fresh = peer.queues[name] = []

        def turns() -> Task:
            yield from turn.run
            while fresh:
                yield from fresh.pop(0).run
            if peer.queues.get(name) is fresh:
                del peer.queues[name]

        self.clock.spawn(turns())
        return True

    def handle(self, name: str, handler: Handler) -> None:
        self.handlers[name] = handler

    def remove(self, name: str) -> None:
        if self.handlers.pop(name, None):
            self.withdraw(name)

    def withdraw(self, name: str) -> None:
        """The handler ends: what waits for its turn is dealt with anew."""
        for peer in list(self.peers.values()):
            queue = peer.queues.pop(name, None) or []
            turns = list(queue)
            for turn in turns:
                if turn.is_request:
                    peer.in_flight = max(0, peer.in_flight - 1)
                self.read(peer, turn.data)
            queue.clear()

    # What waits

    def open(self) -> None:
        """The kernel is ready."""
        self.is_open = True
        for peer in list(self.peers.values()):
            self.read_early(peer)

    def read_early(self, peer: Peer) -> None:
        early, peer.early, peer.awaits = peer.early, [], None
        for data in early:
            self.read(peer, data)

    def await_role(self, peer: Peer) -> None:
        since = peer.awaits = object()

        def give_up() -> None:
            if peer.awaits is since and peer.player in self.peers:
                peer.is_unknown = True
                self.read_early(peer)

        self.clock.at(self.clock.now + ROLE_TIMEOUT, give_up)

    def hold(self, module: str) -> None:
        """It reloads: what its players send waits."""
        self.held.setdefault(module, [])
        for name in [name for name in self.handlers if module_of(name) == module]:
            self.withdraw(name)

    def release(self, module: str) -> None:
        """It runs again, or is given up."""
        for peer, data in self.held.pop(module):
            if peer.player in self.peers:
                self.read(peer, data)

    # Refusals

    def refuse(self, peer: Peer, what: str, code: str, question: int | None = None) -> None:
        if peer.is_kicked:
            return
        self.counts["refused"] += 1
        self.tell(f"refused {what} {peer.player} {code}")
        if question is not None:
            self.answer(peer, question, code)
        if code not in VIOLATIONS:
            return
        now = self.clock.now
        peer.violations = [at for at in peer.violations if now - at <= self.settings.violations_within]
        peer.violations.append(now)
        if len(peer.violations) >= self.settings.kick_after:
            peer.is_kicked = True
            self.world.kick(peer.player)


def module_of(event: str) -> str:
    return event.split(".")[0]
