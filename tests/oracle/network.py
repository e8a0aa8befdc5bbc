"""What clients send: the guards in their order, what waits and where, turns, answers (docs/runtime/network.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from ovhlgen.model.wire import Layouts, Message
from tests.oracle import codec
from tests.oracle.clock import Clock, Task
from tests.oracle.codec import Invalid, Reader, Stepper, Writer
from tests.oracle.errors import Errors
from tests.oracle.module import Event, Handled, Player, Settings

MOST_IN_A_CALL = 16 * 1024  # bytes
MOST_WAITING = 1_024  # messages of a player that wait, for whatever it is
MOST_WAITING_BYTES = 64 * 1024
MOST_EARLY = 256  # for the kernel, or for the player's role
MOST_HELD = 100  # while a module reloads
MOST_IN_TURN = 256  # behind a `serial` handler, of one event
MOST_IN_FLIGHT = 16  # requests of a player
ROLE_TIMEOUT = 10.0  # seconds; then the default role counts
BYTES_PER_SECOND, BYTES_AT_ONCE = 64 * 1024, 256 * 1024
EVENTS_PER_SECOND, EVENTS_AT_ONCE = 1_000, 2_000
VIOLATIONS = frozenset({"NET_UNKNOWN", "NET_RATE", "NET_DENIED", "NET_INVALID"})
EXCUSED = frozenset({"NET_RATE", "NET_DENIED"})  # of what has waited: they depend on the moment


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
        if now > self.at:
            self.tokens, self.at = min(burst, self.tokens + (now - self.at) * per_second), now
        if self.tokens < count:
            return False
        self.tokens -= count
        return True


@dataclass(slots=True, eq=False)
class Place:
    """A request that is being answered, or waits for its turn."""

    name: str
    question: int
    ends: float


@dataclass(slots=True, eq=False)
class Parcel:
    """A message that waits. It `came` then; a token of its event was taken, if it `is_rated`."""

    data: bytes
    came: float
    is_rated: bool = False
    place: Place | None = None


@dataclass(slots=True, eq=False)
class Turns:
    """Of a player and a `serial` event: whether a handler runs, and what waits behind it."""

    is_taken: bool = False
    is_passing: bool = False  # what waits is being read
    queue: list[Parcel] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Peer:
    player: Player
    of_bytes: Bucket = field(default_factory=lambda: Bucket(BYTES_AT_ONCE))
    of_events: Bucket = field(default_factory=lambda: Bucket(EVENTS_AT_ONCE))
    buckets: dict[str, Bucket] = field(default_factory=dict)
    violations: list[float] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    is_gone: bool = False  # they were kicked, or left
    early: list[Parcel] = field(default_factory=list)
    held: dict[str, list[Parcel]] = field(default_factory=dict)  # by module
    turns: dict[str, Turns] = field(default_factory=dict)
    awaits: object | None = None  # the player's role, since then
    is_unknown: bool = False  # it was awaited in vain

    def wait(self, queue: list[Parcel], most: int, parcel: Parcel) -> bool:
        """False where too much waits already."""
        waiting = [*self.early, *chain(*self.held.values()), *chain(*(turns.queue for turns in self.turns.values()))]
        size = sum(len(one.data) for one in waiting) + len(parcel.data)
        if len(queue) >= most or len(waiting) >= MOST_WAITING or size > MOST_WAITING_BYTES:
            return False
        queue.append(parcel)
        return True

    def leave(self, place: Place) -> bool:
        """False where it was given up before."""
        is_there = place in self.places
        if is_there:
            self.places.remove(place)
        return is_there

    def drop(self) -> None:
        """They were kicked, or left: nothing that they sent is read any more."""
        self.is_gone, self.awaits = True, None
        self.places.clear()
        self.early.clear()
        self.held.clear()
        for turns in self.turns.values():
            turns.queue.clear()


class Network:
    """The server's half. `tell` hears each observable fact as a line."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        layouts: Layouts,
        world: World,
        tell: Callable[[str], None],
        errors: Errors,
    ) -> None:
        self.clock, self.settings, self.world, self.tell, self.errors = clock, settings, world, tell, errors
        self.types = layouts.types
        self.messages: Mapping[int, Message] = dict(enumerate(layouts.messages, 1))
        self.handlers: dict[str, Handler] = {}
        self.held: set[str] = set()  # modules that reload
        self.peers: dict[Player, Peer] = {}  # who is here, in the order in which they joined
        self.is_open = False
        self.counts = {"received": 0, "refused": 0, "bytes": 0}

    # Players

    def join(self, player: Player) -> None:
        self.peers[player] = Peer(player)

    def leave(self, player: Player) -> None:
        self.peers.pop(player).drop()

    def update_role(self, player: Player) -> None:
        """The player's role is known now."""
        peer = self.peers[player]
        if peer.awaits and self.world.rank_of(player) is not None:
            self.read_early(peer)

    # What arrives

    def receive(self, player: Player, data: bytes) -> None:
        """One call of the remote."""
        peer = self.peers[player]
        if peer.is_gone:
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
        while at < len(data) and not peer.is_gone:
            at = self.read_one(peer, data, at, None)

    def read_again(self, peer: Peer, parcel: Parcel) -> None:
        """What has waited; a place that it had is taken anew where its handler begins."""
        if parcel.place:
            peer.leave(parcel.place)
        if not peer.is_gone:
            self.read_one(peer, parcel.data, 0, parcel)

    def read_one(self, peer: Peer, data: bytes, start: int, waited: Parcel | None) -> int:
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
        parcel = waited or Parcel(b"", self.clock.now)
        handler = self.handlers.get(message.name)
        code: str | None = "NET_BUSY"
        if not waited and not peer.of_events.take(1, EVENTS_PER_SECOND, EVENTS_AT_ONCE, self.clock.now):
            code = "NET_RATE"
        elif not self.must_wait(peer) and module_of(message.name) not in self.held:
            code = self.refusal(peer, message.name, handler, parcel, is_request=question is not None)
        turns = None
        if code is None and handler and handler.event.serial:
            turns = peer.turns.setdefault(message.name, Turns())
        if code or (turns and turns.is_taken):
            after = self.step_over(message, data, at)
            if after is None:
                self.refuse(peer, message.name, "NET_INVALID", question)
                return len(data)
            parcel.data = data[start:after]
            if code and not (code == "NET_BUSY" and self.waits(peer, module_of(message.name), parcel)):
                self.refuse(peer, message.name, code, question, has_waited=waited is not None)
            elif turns and not self.waits_for_turn(peer, message.name, parcel, turns, question):
                self.refuse(peer, message.name, "NET_BUSY", question)
            return after
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
        place = None if question is None else self.take_place(peer, message.name, question)
        if turns:
            turns.is_taken = True
        self.clock.spawn(self.run(peer, message, handler, place, turns, payload))
        return at

    def must_wait(self, peer: Peer) -> bool:
        return not self.is_open or peer.awaits is not None

    def refusal(
        self, peer: Peer, name: str, handler: Handler | None, parcel: Parcel, *, is_request: bool
    ) -> str | None:
        """Why an event doesn't reach its handler: all that is known before its payload is read."""
        if handler is None:
            return "NET_UNAVAILABLE"
        event, rank = handler.event, self.world.rank_of(peer.player)
        if event.off:
            return "NET_DISABLED"
        if event.allow is not None and rank is None and not peer.is_unknown:
            self.await_role(peer)
            return "NET_BUSY"
        bucket = peer.buckets.setdefault(name, Bucket(event.burst, parcel.came))
        if not parcel.is_rated and not bucket.take(1, event.rate, event.burst, parcel.came):
            return "NET_RATE"
        if event.allow is not None and (self.settings.default_rank if rank is None else rank) < event.allow:
            return "NET_DENIED"
        return "NET_BUSY" if is_request and not self.has_place(peer) else None

    def step_over(self, message: Message, data: bytes, at: int) -> int | None:
        """Where a message ends that isn't read now; None where it ends too early."""
        stepper = Stepper(self.types, data[at:])
        try:
            if message.payload:
                stepper.value(message.payload)
        except Invalid:
            return None
        return at + stepper.at

    def waits(self, peer: Peer, module: str, parcel: Parcel) -> bool:
        """Whether a message waits, for the kernel, for the player's role, or for its module."""
        if self.must_wait(peer):
            return peer.wait(peer.early, MOST_EARLY, parcel)
        return module in self.held and peer.wait(peer.held.setdefault(module, []), MOST_HELD, parcel)

    def waits_for_turn(self, peer: Peer, name: str, parcel: Parcel, turns: Turns, question: int | None) -> bool:
        if not peer.wait(turns.queue, MOST_IN_TURN, parcel):
            return False
        parcel.is_rated = True
        parcel.place = None if question is None else self.take_place(peer, name, question)
        return True

    # Handlers

    def run(
        self, peer: Peer, message: Message, handler: Handler, place: Place | None, turns: Turns | None, payload: Any
    ) -> Task:
        is_well, response = yield from handler.run(peer.player, payload)
        if place and peer.leave(place):
            self.answer(peer, place.question, self.result(message, response) if is_well else "NET_ERROR")
        if turns:
            self.end_turn(peer, turns)

    def end_turn(self, peer: Peer, turns: Turns) -> None:
        """What waits is read, up to the next that goes on."""
        turns.is_taken = False
        if turns.is_passing:
            return
        turns.is_passing = True
        while turns.queue and not turns.is_taken:
            self.read_again(peer, turns.queue.pop(0))
        turns.is_passing = False

    def result(self, message: Message, response: Any) -> str:
        """Of an answer: the response, where it fits its type."""
        writer = Writer(self.types)
        try:
            if message.response:
                writer.struct(message.response, {"": response} if message.response.is_alone else response)
        except Invalid:
            self.errors.add("Network", self.clock.now)
            return "NET_ERROR"
        return str(response)

    def answer(self, peer: Peer, question: int, what: str) -> None:
        if peer.player in self.peers:
            self.tell(f"result answer {peer.player} {question} {what}")

    def take_place(self, peer: Peer, name: str, question: int) -> Place:
        peer.places.append(Place(name, question, self.clock.now + self.handlers[name].event.timeout))
        return peer.places[-1]

    def has_place(self, peer: Peer) -> bool:
        """Whether one more request may be answered; those that nobody answered in time are given up first."""
        overdue = [place for place in peer.places if place.ends <= self.clock.now]
        if len(peer.places) >= MOST_IN_FLIGHT:
            for place in overdue:
                peer.places.remove(place)
                if place.name in peer.turns:
                    queue = peer.turns[place.name].queue
                    queue[:] = [parcel for parcel in queue if parcel.place is not place]
            for place in overdue:
                self.answer(peer, place.question, "NET_TIMEOUT")
        return len(peer.places) < MOST_IN_FLIGHT

    def handle(self, name: str, handler: Handler) -> None:
        self.handlers[name] = handler

    def remove(self, name: str) -> None:
        if self.handlers.pop(name, None):
            self.withdraw(name)

    def withdraw(self, name: str) -> None:
        """The handler ends: what waits for its turn is dealt with anew."""
        for peer in list(self.peers.values()):
            turns = peer.turns.pop(name, None)
            if turns:
                parcels = list(turns.queue)
                turns.queue.clear()
                for parcel in parcels:
                    self.read_again(peer, parcel)

    # What waits

    def open(self) -> None:
        """The kernel is ready."""
        self.is_open = True
        for peer in list(self.peers.values()):
            self.read_early(peer)

    def read_early(self, peer: Peer) -> None:
        early, peer.early, peer.awaits = peer.early, [], None
        for parcel in early:
            self.read_again(peer, parcel)

    def await_role(self, peer: Peer) -> None:
        since = peer.awaits = object()

        def give_up() -> None:
            if peer.awaits is since:
                peer.is_unknown = True
                self.read_early(peer)

        self.clock.at(self.clock.now + ROLE_TIMEOUT, give_up)

    def hold(self, module: str) -> None:
        """It reloads: what its players send waits."""
        self.held.add(module)
        for name in sorted(name for name in self.handlers if module_of(name) == module):  # as their ids are
            self.withdraw(name)

    def release(self, module: str) -> None:
        """It runs again, or is given up."""
        self.held.remove(module)
        for peer in list(self.peers.values()):
            for parcel in peer.held.pop(module, []):
                self.read_again(peer, parcel)

    # Refusals

    def refuse(
        self, peer: Peer, what: str, code: str, question: int | None = None, *, has_waited: bool = False
    ) -> None:
        if peer.is_gone:
            return
        self.counts["refused"] += 1
        self.tell(f"refused {what} {peer.player} {code}")
        if question is not None:
            self.answer(peer, question, code)
        if code not in VIOLATIONS or (has_waited and code in EXCUSED):
            return
        now = self.clock.now
        peer.violations = [at for at in peer.violations if now - at <= self.settings.violations_within]
        peer.violations.append(now)
        if len(peer.violations) >= self.settings.kick_after:
            peer.drop()
            self.world.kick(peer.player)


def module_of(event: str) -> str:
    return event.split(".")[0]
