"""Plays a plan in the simulator, and writes down what was seen and what is stored in the end."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ovhlgen.luau import string
from ovhlgen.simulator.session import Fact, Refused, Session
from tests.chaos.cancel.game import CALLS, GAMEPASS, HERE, PRODUCTS
from tests.chaos.cancel.plan import USERS, Plan, Step

CLOSING = 35.0  # seconds that a server may take to end, and a bit
QUIET = 60.0  # seconds after the faults within which every call has to return, and after leaving a lock to go
SETTLED = 60.0  # seconds within which a player's data is there
PROBES = (HERE / "probes.luau").read_text("utf-8")
GUEST = 100  # users from this number on come once
ERASED = (900, 901, 902)  # users who never play

_REMOTE = 'require(game:GetService("ReplicatedStorage").Shared.Network).Client.remote'


@dataclass(slots=True)
class Stop:
    """A server was shut down, and what was stored a while later."""

    at: float
    side: str
    users: frozenset[int]  # who was there in the last minute
    stored: dict[int, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Story:
    """All of a run; times are seconds of virtual time."""

    plan: Plan
    facts: list[Fact] = field(default_factory=list)
    faults: list[tuple[float, float]] = field(default_factory=list)  # from, to
    stops: list[Stop] = field(default_factory=list)
    probes: dict[int, str] = field(default_factory=dict)  # by the number of what was run
    requests: dict[int, str] = field(default_factory=dict)  # the same: whose it was
    gone: set[str] = field(default_factory=set)  # players who left, by name
    calm: float = 0.0  # when every call had to have returned
    stored: dict[int, Any] = field(default_factory=dict)  # in the end, by user
    treasury: int = 0


def literal(value: Any) -> str:
    """Plain data as Luau."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {literal(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "{ " + ", ".join(map(literal, value)) + " }"
    return string(value) if isinstance(value, str) else str(value)


class Run:
    def __init__(self, session: Session, plan: Plan) -> None:
        self.session, self.plan = session, plan
        self.story = Story(plan, facts=session.facts)
        self.server = 0  # 0 while there is none
        self.here: dict[int, str] = {}  # players by user
        self.left: dict[int, float] = {}  # when each user was there last
        self.users = list(range(USERS))
        self.later: list[tuple[float, int, Step]] = []
        self.numbers = count()
        self.heard = 0

    def play(self) -> Story:
        self._begin(1)
        for step in self.plan["steps"]:
            self._push(step)
        while self.later:
            at, _, step = heapq.heappop(self.later)
            self._to(at)
            if self.server or step["do"] in ("back", "fault"):
                do: Callable[[Step], None] = getattr(self, f"_{step['do']}")
                do(step)
        self._end()
        return self.story

    def _push(self, step: Step) -> None:
        heapq.heappush(self.later, (step["at"], next(self.numbers), step))

    def _after(self, seconds: float, **step: Any) -> None:
        self._push({**step, "at": self.session.now + seconds})

    def _to(self, at: float) -> None:
        if at > self.session.now:
            self.session.ask("advance", seconds=at - self.session.now)
        for fact in self.session.facts[self.heard :]:
            if fact.kind == "kick":
                self._is_gone(str(fact.get("player") or fact.side))
        self.heard = len(self.session.facts)

    def _is_gone(self, name: str) -> None:
        self.story.gone.add(name)
        self.left |= {user: self.session.now for user, one in self.here.items() if one == name}
        self.here = {user: one for user, one in self.here.items() if one != name}

    @property
    def side(self) -> str:
        return "server" if self.server == 1 else f"server {self.server}"

    def _run(self, source: str, side: str | None = None) -> int:
        return int(self.session.ask("run", side=side or self.side, source=source))

    def _begin(self, server: int) -> None:
        self.server = server
        self._run(CALLS)
        self.session.ask("boot", server=server)

    # who comes and goes

    def _join(self, step: Step) -> None:
        user = step["user"]
        if user not in self.here:
            name = f"u{user}n{next(self.numbers)}"
            self.here[user] = name
            self.session.ask("join", server=self.server, name=name, user_id=user + 1)

    def _leave(self, step: Step) -> None:
        name = self.here.get(step["user"])
        if name:
            with suppress(Refused):  # they were kicked
                self.session.ask("leave", name=name)
            self._is_gone(name)

    def _guest(self, version: int) -> None:
        """Somebody who is new, or whose data is of an older version, comes for a while."""
        user = GUEST + len(self.users)
        self.users.append(user)
        if version == 1:
            value = {"version": 1, "data": {"things": [], "wallet": 0}}
            self.session.ask("store", store="Chaos", key=f"global/Player_{user + 1}", value=value)
        self._join({"user": user})
        self._after(5.0, do="leave", user=user)

    # who calls what

    def _call(self, step: Step) -> None:
        module, hook, ask = step["module"], step["hook"], self._resolved(step["ask"])
        if hook == "api":
            self._run(f"_G.chaos.make(_G.chaos.services, {literal(_helped(module, ask))})")
            return
        self._run(f"_G.chaos.ask({string(module)}, {string(hook)}, {literal(ask)})")
        name = self.here.get(step.get("user", -1))
        if hook == "bus":
            kernel = 'require(game:GetService("ReplicatedStorage").Shared.Kernel.Bus)'
            self._run(f'{kernel}.publish("{module}Rang", {{}})')
        elif hook == "event" and name:
            self._run(f'{_REMOTE}("{module}.Tell"):Fire({{ n = 1 }})', name)
        elif hook == "request" and name:
            number = self._run(f'return {_REMOTE}("{module}.Ask"):Request({{ n = 1 }})', name)
            self.story.requests[number] = name
        elif hook == "product":
            self._product(step)
        elif hook in ("player_added", "character_added", "player_removing", "migration"):
            self._guest(1 if hook == "migration" else 2)
        elif hook in ("init", "hot_reload", "ready", "teardown"):
            self._after(0.05, do="reload", module=module)

    def _resolved(self, ask: dict[str, Any]) -> dict[str, Any]:
        """With players by their names, as they are here now."""
        found = {key: value for key, value in ask.items() if key not in ("a", "b", "inside")}
        found |= {key: self.here[ask[key]] for key in ("a", "b") if ask.get(key) in self.here}
        if "inside" in ask:
            found["inside"] = [self._resolved(one) for one in ask["inside"]]
        return found

    # how callers end

    def _reload(self, step: Step) -> None:
        self._run(f"return _G.chaos.services.ServiceManager:Reload({string(step['module'])}, {{ force = true }})")

    _start = _reload  # with calls that take too long in its init

    def _fail(self, step: Step) -> None:
        for _ in range(3):
            self._call({"module": "Failing", "hook": "bus", "ask": {"id": 0, "call": "raise"}})

    def _product(self, step: Step) -> None:
        name = self.here.get(step.get("user", -1))
        if name:
            with suppress(Refused):  # they were kicked
                self.session.ask("purchase", name=name, product=PRODUCTS["calls"], buys=True)

    def _stop(self, _step: Step) -> None:
        for name in list(self.here.values()):
            self._is_gone(name)
        users = frozenset(user for user, at in self.left.items() if self.session.now - at <= QUIET)
        self.story.stops.append(Stop(self.session.now, self.side, users))
        server, self.server = self.server, 0
        self.session.ask("stop", server=server)
        self._after(CLOSING, do="back")

    def _back(self, _step: Step) -> None:
        self.story.stops[-1].stored = self._stored()
        self._begin(int(self.session.ask("server")))
        for user in range(USERS):
            self._join({"user": user})

    def _fault(self, step: Step) -> None:
        how = {key: step[key] for key in ("kind", "seconds", "share", "keys") if step.get(key) is not None}
        self.session.ask("fault", **how)
        self.story.faults.append((self.session.now, self.session.now + step["seconds"]))

    # the end

    def _end(self) -> None:
        self._to(max([self.session.now, *(to for _, to in self.story.faults)]) + QUIET)
        for user in range(USERS):
            self._join({"user": user})
        self._to(self.session.now + SETTLED)
        self.story.calm = self.session.now
        names = literal([self.here[user] for user in range(USERS) if user in self.here])
        for probe in _probes():
            number = self._run(f"{PROBES}\nreturn probes.{probe}(_G.chaos.services, {names})")
            self.story.probes[number] = probe
            self._to(self.session.now + 2)
        self._to(self.session.now + QUIET)
        for user in list(self.here):
            self._leave({"user": user})
        self._to(self.session.now + QUIET)
        self.story.stored = self._stored()
        treasury = self.session.ask("stored", store="Chaos", key="global/Global_treasury", ordered=False)
        self.story.treasury = int(treasury["value"]) if treasury else 0

    def _stored(self) -> dict[int, Any]:
        return {
            user: self.session.ask("stored", store="Chaos", key=f"global/Player_{user + 1}", ordered=False)
            for user in (*self.users, *(one - 1 for one in ERASED))
        }


def _helped(module: str, ask: dict[str, Any]) -> dict[str, Any]:
    return {"id": 0, "call": "help", "other": module, "inside": [ask]}


def _probes() -> list[str]:
    return [line.split(".")[1].split("(")[0] for line in PROBES.splitlines() if line.startswith("function probes.")]


def play(place: Path, plan: Plan) -> Story:
    with Session(place, seed=plan["seed"], shuffled=True, patience=60) as session:
        session.ask("account", user_id=2, gamepasses=[GAMEPASS], groups={})
        return Run(session, plan).play()
