"""Plays a plan on the generated game in the simulator, and writes down what was asked of it and what it said."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ovhlgen.pipeline import build, load
from ovhlgen.simulator.place import build_place
from ovhlgen.simulator.session import Fact, Refused, Session
from tests.chaos.plan import Plan, Step

HERE = Path(__file__).parent
DEEDS = (HERE / "deeds.luau").read_text("utf-8")
PRODUCT = 900  # of monetization.yaml: it adds 1 to the wallet
QUIET = 60.0  # seconds after the faults within which everything that waits has to land
SETTLED = 100.0  # seconds that a load takes at most, and a bit


@dataclass(slots=True)
class Deed:
    """A piece of Luau that was run on a server: `load`, `earn`, `trade`, …"""

    do: str
    at: float
    server: int
    user: int | None = None
    name: str | None = None
    partner: int | None = None
    item: str | None = None


@dataclass(slots=True)
class Ended:
    """A server that isn't any more: `crash` or `stop`."""

    server: int
    at: float
    how: str


@dataclass(slots=True)
class Visit:
    """A player on a server."""

    user: int
    name: str
    server: int
    since: float
    until: float | None = None


@dataclass(slots=True)
class Story:
    """All of a run. Times are seconds of virtual time; servers are numbered from 1, and never twice the same."""

    plan: Plan
    facts: list[Fact] = field(default_factory=list)
    deeds: dict[int, Deed] = field(default_factory=dict)  # by the number of what was run
    ended: list[Ended] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    faults: list[tuple[str, float, float]] = field(default_factory=list)  # kind, from, to
    calm: float = 0.0  # when what waited had to be in the store
    settled: float = 0.0  # when everybody had come back once more
    stored: dict[int, Any] = field(default_factory=dict)  # in the end, by user
    treasury: int = 0
    bought: dict[int, int] = field(default_factory=dict)  # purchases, by user


class Run:
    def __init__(self, session: Session, newer: Path, plan: Plan, deeds: str) -> None:
        self.session, self.newer, self.plan, self.source = session, newer, plan, deeds
        self.story = Story(plan, facts=session.facts)
        self.slots: list[int | None] = []  # the server that runs in each place, by its number
        self.last = 1
        self.upgraded = False
        self.here: dict[int, Visit] = {}
        self.names = 0
        self.items = 0
        self.later: list[tuple[float, int, Step]] = []
        self.heard = 0
        self.numbers = count()

    def play(self) -> Story:
        self.session.ask("boot", server=1)
        self._do("job", 1)
        self.slots = [1]
        for _ in range(1, self.plan["servers"]):
            self.slots.append(self._start())
        for step in self.plan["steps"]:
            heapq.heappush(self.later, (step["at"], next(self.numbers), step))
        while self.later:
            at, _, step = heapq.heappop(self.later)
            self._to(at)
            getattr(self, f"_{step['do']}")(step)
        self._end()
        return self.story

    def _to(self, at: float) -> None:
        if at > self.session.now:
            self.session.ask("advance", seconds=at - self.session.now)
        for fact in self.session.facts[self.heard :]:
            if fact.kind == "kick":
                name = str(fact.get("player") or fact.side)
                for user, visit in list(self.here.items()):
                    if visit.name == name:
                        visit.until = fact.t
                        del self.here[user]
        self.heard = len(self.session.facts)

    def _start(self) -> int:
        place = {"place": str(self.newer)} if self.upgraded else {}
        self.last = int(self.session.ask("server", **place))
        self.session.ask("boot", server=self.last)
        self._do("job", self.last)
        return self.last

    def _after(self, seconds: float, step: Step) -> None:
        at = self.session.now + seconds
        heapq.heappush(self.later, (at, next(self.numbers), {**step, "at": at}))

    def _side(self, server: int) -> str:
        return "server" if server == 1 else f"server {server}"

    def _do(
        self, do: str, server: int, visit: Visit | None = None, other: Visit | None = None, item: str | None = None
    ) -> None:
        people = [one for one in (visit, other) if one]
        names = "{ " + ", ".join(f'"{one.name}"' for one in people) + " }"
        users = "{ " + ", ".join(str(one.user) for one in people) + " }"
        source = f'{self.source}\nreturn deeds.{do}({names}, {users}, "{item}")'
        number = int(self.session.ask("run", side=self._side(server), source=source))
        self.story.deeds[number] = Deed(
            do,
            self.session.now,
            server,
            visit.user if visit else None,
            visit.name if visit else None,
            other.user if other else None,
            item,
        )

    # who comes and goes

    def _enter(self, user: int, server: int) -> Visit:
        self.names += 1
        visit = Visit(user, f"u{user}n{self.names}", server, self.session.now)
        self.session.ask("join", server=server, name=visit.name, user_id=user + 1)
        self.story.visits.append(visit)
        self._do("load", server, visit)
        return visit

    def _join(self, step: Step) -> None:
        server = self.slots[step["server"]]
        if server is not None and step["user"] not in self.here:
            self.here[step["user"]] = self._enter(step["user"], server)

    def _leave(self, step: Step) -> None:
        visit = self.here.pop(step["user"], None)
        if visit:
            with suppress(Refused):  # they were kicked
                self.session.ask("leave", name=visit.name)
            visit.until = self.session.now

    def _hop(self, step: Step) -> None:
        self._leave(step)
        self._after(step["after"], {"do": "join", "user": step["user"], "server": step["server"], "after": 0})

    def _twin(self, step: Step) -> None:
        """The same user once more: the game has to end the first visit."""
        server = self.slots[step["server"]]
        before = self.here.get(step["user"])
        if before and server is not None and server != before.server:
            self.here[step["user"]] = self._enter(step["user"], server)
            self._after(30, {"do": "part", "name": before.name})

    def _part(self, step: Step) -> None:
        with suppress(Refused):
            self.session.ask("leave", name=step["name"])
        for visit in self.story.visits:
            if visit.name == step["name"] and visit.until is None:
                visit.until = self.session.now

    # what they do

    def _earn(self, step: Step) -> None:
        visit = self.here.get(step["user"])
        if visit:
            self.items += 1
            self._do("earn", visit.server, visit, item=f"i{self.items}")

    def _spend(self, step: Step) -> None:
        visit = self.here.get(step["user"])
        if visit:
            self._do("spend", visit.server, visit)

    def _save(self, step: Step) -> None:
        visit = self.here.get(step["user"])
        if visit:
            self._do("save", visit.server, visit)

    def _buy(self, step: Step) -> None:
        visit = self.here.get(step["user"])
        if visit:
            with suppress(Refused):  # they were kicked
                self.session.ask("purchase", name=visit.name, product=PRODUCT, buys=True)
                self.story.bought[visit.user] = self.story.bought.get(visit.user, 0) + 1

    def _trade(self, step: Step) -> None:
        visit, other = self.here.get(step["user"]), self.here.get(step["with"])
        if visit and other and visit is not other and visit.server == other.server:
            self._do("trade", visit.server, visit, other)

    def _force(self, step: Step) -> None:
        self._on(step, "force")

    def _treasury(self, step: Step) -> None:
        self._on(step, "treasury")

    def _reload(self, step: Step) -> None:
        self._on(step, "reload")

    def _on(self, step: Step, do: str) -> None:
        server = self.slots[step["server"]]
        if server is not None:
            self._do(do, server)

    # what goes wrong

    def _fault(self, step: Step) -> None:
        kind, seconds = step["kind"], step["seconds"]
        if kind == "receipts":  # Roblox loses what it was told of a purchase, and asks again
            self.session.ask("fault", kind="ack_lost", keys=["receipts"], seconds=seconds)
        elif kind == "messaging":
            self.session.ask("fault", kind="failing", keys=["messaging"], seconds=seconds)
        else:
            self.session.ask("fault", kind=kind, seconds=seconds, share=step["share"])
        self.story.faults.append((kind, self.session.now, self.session.now + seconds))

    def _upgrade(self, _step: Step) -> None:
        self.upgraded = True  # servers that start from now on are newer

    def _crash(self, step: Step) -> None:
        self._close(step, "crash")

    def _stop(self, step: Step) -> None:
        self._close(step, "stop")

    def _close(self, step: Step, how: str) -> None:
        slot = step["server"]
        server = self.slots[slot]
        if server is None:
            return
        self.slots[slot] = None
        self.story.ended.append(Ended(server, self.session.now, how))
        self.here = {user: visit for user, visit in self.here.items() if visit.server != server}
        for visit in self.story.visits:
            if visit.server == server and visit.until is None:
                visit.until = self.session.now
        self.session.ask(how, server=server)
        self._after(step["back"], {"do": "back", "server": slot})

    def _back(self, step: Step) -> None:
        if self.slots[step["server"]] is None:
            self.slots[step["server"]] = self._start()

    # the end

    def _end(self) -> None:
        faults = [to for _, _, to in self.story.faults]
        self._to(max([self.session.now, *faults]) + QUIET)
        self.story.calm = self.session.now
        for visit in list(self.here.values()):
            self._do("read", visit.server, visit)
        self.session.ask("advance", seconds=1.0)
        for user in list(self.here):
            self._leave({"user": user})
        self._to(self.session.now + SETTLED)
        server = self._start()
        for _ in range(2):  # what one's load finds may be about another
            for user in range(self.plan["users"]):
                self.here[user] = self._enter(user, server)
            self._to(self.session.now + SETTLED)
            for user in list(self.here):
                self._leave({"user": user})
            self._to(self.session.now + 10)
        self.story.settled = self.session.now
        for user in range(self.plan["users"]):
            self.story.stored[user] = self.session.ask(
                "stored", store="Chaos", key=f"global/Player_{user + 1}", ordered=False
            )
        treasury = self.session.ask("stored", store="Chaos", key="global/Global_treasury", ordered=False)
        self.story.treasury = int(treasury["value"]) if treasury else 0


@dataclass(frozen=True, slots=True)
class Places:
    """The game's two versions, built."""

    old: Path
    new: Path


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake in the generated service: another text in one of its files."""

    file: str  # in Server/Services/DataService
    old: str
    new: str


def places(folder: Path, mutant: Mutant | None = None) -> Places:
    found = []
    for name in ("old", "new"):
        root = folder / name
        (root / "specs").mkdir(parents=True)
        for path in (HERE / name / "specs").rglob("*"):
            if path.is_file():
                target = root / path.relative_to(HERE / name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        project = load(root).project
        assert project is not None
        build(root, project)
        if mutant:
            path = root / "out/runtime/Server/Services/DataService" / f"{mutant.file}.luau"
            text = path.read_text("utf-8")
            assert text.count(mutant.old) == 1, (mutant.file, mutant.old)
            path.write_text(text.replace(mutant.old, mutant.new), "utf-8")
        found.append(folder / f"{name}.rbxl")
        build_place(root, found[-1])
    return Places(*found)


@contextmanager
def running(at: Places, seed: int) -> Iterator[Session]:
    with Session(at.old, seed=seed, shuffled=True, patience=60) as session:
        yield session


def play(at: Places, plan: Plan, deeds: str | None = None) -> Story:
    """`deeds` is Luau that makes another table of deeds."""
    with running(at, plan["seed"]) as session:
        return Run(session, at.new, plan, deeds or DEEDS).play()
