"""Random games for DataService and its reference: what servers, players and faults do."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.differential.data.reference import Case
from tests.differential.data.world import EPOCH

USERS = (1, 2, 3, 4)
KEYS = ("coins", "gems")
FAULTS = ("unavailable", "throttled", "slow", "ack_lost", "corrupt", "conflict")


def envelopes(user: int) -> st.SearchStrategy[Any]:
    """What is stored before the game begins: nothing, or what this version or the one before it wrote; with locks of
    servers that are long gone or were alive a moment ago; newer data, or none that can be read."""
    whole = st.integers(0, 50)
    data = st.fixed_dictionaries({"coins": whole, "gems": whole, "tag": st.just("x")})
    lock = st.fixed_dictionaries(
        {
            "JobId": st.just("elsewhere"),
            "PlaceId": st.just(0),
            "time": st.sampled_from((-100, -5, 20)).map(lambda ago: EPOCH + ago),
            "session": st.just(f"old {user}"),
        }
    )
    good = st.fixed_dictionaries(
        {"version": st.just(2), "data": data, "seq": st.integers(1, 9)}, optional={"lock": lock}
    )
    old = st.fixed_dictionaries(
        {
            "version": st.just(1),
            "data": st.fixed_dictionaries({"money": st.sampled_from((7, 7, 7, -1))}),
            "seq": st.just(3),
        }
    )
    bad = st.sampled_from(
        (
            {"version": 3, "data": {}, "seq": 1},
            {"version": 2, "data": {"coins": 1001}, "seq": 1},
            {"version": 1, "data": {"money": 1001}, "seq": 1},
            {"version": 2, "data": {"coins": "many"}, "seq": 1},
            "garbage",
        )
    )
    return st.one_of(st.none(), st.none(), good, good, good, old, st.one_of(old, bad))


# What happens, and how often beside the others.
WEIGHTS = {
    **dict.fromkeys(("twin", "get", "save", "force_save", "view", "erase", "pot_get", "pot_set", "transact"), 1),
    **dict.fromkeys(("silence", "outage", "crash", "stop", "wait"), 1),
    **dict.fromkeys(("leave", "hop", "grant", "pot_add", "contest", "rush", "fault"), 2),
    **dict.fromkeys(("join", "set"), 3),
    "trade": 4,
}
OPS = [op for op, weight in WEIGHTS.items() for _ in range(weight)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    found = {f"Player_{user}": draw(envelopes(user)) for user in USERS}
    pots = (None, None, None, {"value": 7, "operations": ["an old one"]}, {"value": "much"}, {"value": 1001})
    pot = draw(st.sampled_from(pots))
    run = _Run(draw)
    for _ in range(draw(st.integers(1, 3))):
        run.join(0.3)
    for _ in range(draw(st.integers(2, 20))):
        run.step()
    return {
        "stored": {key: value for key, value in (found | {"Global_pot": pot}).items() if value is not None},
        "autosave": draw(st.sampled_from((4.0, 300.0))),
        "retries": draw(st.sampled_from((1, 2))),
        "share": draw(st.sampled_from((0.5, 0.83, 1.0))),
        "steps": run.steps,
        "ends": run.clock + 150,
    }


class _Run:
    """Steps at times that are never the same."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.steps: list[dict[str, Any]] = []
        self.clock = 0.0
        self.open: list[int] = []
        self.started = 0
        self.present: dict[tuple[int, str], None] = {}  # by server and player, in their order
        for gap in (0.0, 0.37):
            self.boot(gap)

    def add(self, op: str, gap: float, **rest: Any) -> None:
        self.clock += gap + len(self.steps) * 0.00071
        self.steps.append({"op": op, "at": self.clock, **rest})

    def boot(self, gap: float) -> None:
        self.add("boot", gap)
        self.started += 1
        self.open.append(self.started)

    def join(self, gap: float, player: str | None = None) -> None:
        server = self.draw(st.sampled_from(self.open))
        player = player or f"P{self.draw(st.sampled_from(USERS))}"
        if (server, player) not in self.present:
            self.add("join", gap, server=server, player=player)
            self.present[server, player] = None

    def someone(self) -> tuple[int, str]:
        return self.draw(st.sampled_from(list(self.present)))

    def end(self, op: str, gap: float, server: int) -> None:
        """A server's end, and another in its place."""
        self.add(op, gap, server=server)
        self.open.remove(server)
        self.present = {who: None for who in self.present if who[0] != server}
        self.boot(31.0 if op == "stop" else 0.5)

    def step(self) -> None:
        draw, op = self.draw, self.draw(st.sampled_from(OPS))
        gap = draw(st.sampled_from((0.02, 0.13, 1.1, 6.3, 21.0)))
        key, amount = draw(st.sampled_from(KEYS)), draw(st.sampled_from((1, 4, 60)))
        if op in ("trade", "contest", "rush", "silence", "outage"):
            getattr(self, op)(gap)
        elif op == "join":
            self.join(gap)
        elif op == "wait":
            self.clock += 45.0
        elif op == "fault":
            self.fault(gap)
        elif op in ("crash", "stop"):
            if draw(st.booleans()):
                self.end(op, gap, draw(st.sampled_from(self.open)))
        elif op in ("view", "erase"):
            self.add(op, gap, server=draw(st.sampled_from(self.open)), user=draw(st.sampled_from(USERS)))
        elif op == "force_save":
            self.add(op, gap, server=draw(st.sampled_from(self.open)))
        elif op.startswith("pot"):
            amount = draw(st.sampled_from((1, 4, 60, 5000)))
            server = draw(st.sampled_from(self.open))
            self.add(op, gap, server=server, value=amount, amount=amount)
            if draw(st.booleans()):  # while it is on its way, or has come back
                self.add("pot_get", draw(st.sampled_from((0.03, 0.3))), server=server)
        elif not self.present:
            self.join(gap)
        else:
            server, player = self.someone()
            if op in ("leave", "hop"):
                self.add("leave", gap, server=server, player=player)
                del self.present[server, player]
                if op == "hop":
                    self.join(draw(st.sampled_from((0.01, 0.2, 3.1))), player)
            elif op == "twin":
                self.join(gap, player)
            elif op == "transact":
                others = [name for at, name in self.present if at == server and name != player]
                if others:
                    kind = draw(st.sampled_from(("ok", "ok", "ok", "error", "yield", "nothing")))
                    other = draw(st.sampled_from(others))
                    self.add(op, gap, server=server, player=player, other=other, key=key, amount=amount, kind=kind)
            elif op == "grant":  # which Roblox may ask for again
                purchase, amount = draw(st.sampled_from(("a", "b", "c"))), draw(st.sampled_from((1, 4, 5000)))
                for wait in (gap, 0.07)[: draw(st.integers(1, 2))]:
                    step = {"key": key, "amount": amount, "purchase": purchase}
                    self.add(op, wait, server=server, player=player, **step)
            elif op == "save":
                self.add(op, gap, server=server, player=player)
            else:
                value = draw(st.sampled_from((amount, amount, amount, -1, "text")))
                self.add(op, gap, server=server, player=player, key=key, value=value)

    def trade(self, gap: float) -> None:
        """Two who are there, or come; a fault of one's data in the middle, or the end of the server."""
        draw, server = self.draw, self.draw(st.sampled_from(self.open))
        a, b = draw(st.permutations([f"P{user}" for user in USERS]))[:2]
        for player in (a, b):
            if (server, player) not in self.present:
                self.add("join", 0.2, server=server, player=player)
                self.present[server, player] = None
        self.clock += draw(st.sampled_from((0.1, 4.0)))
        if draw(st.booleans()):
            key, times = f"Player_{draw(st.sampled_from((a, b, b)))[1:]}", draw(st.sampled_from((1, 2, 3, 7)))
            kind = draw(st.sampled_from((*FAULTS, "unavailable", "throttled")))
            self.add("fault", 0.1, kind=kind, seconds=30.0, times=times, key=key)
        for _ in range(draw(st.integers(1, 2))):
            step = {
                "player": a,
                "other": b,
                "key": draw(st.sampled_from(KEYS)),
                "amount": draw(st.sampled_from((1, 4))),
            }
            self.add("transact", gap, server=server, kind="ok", **step)
        if draw(st.integers(0, 2)) == 0:
            op, when = (
                draw(st.sampled_from(("crash", "crash", "stop"))),
                draw(st.sampled_from((0.02, 0.12, 0.2, 0.3, 1.4))),
            )
            self.end(op, when, server)
            for player in draw(st.permutations((a, b))):
                self.join(0.4, player)

    def contest(self, gap: float) -> None:
        """Nobody can write somebody's data for a while, in which their lock dies; and they come to another server."""
        draw = self.draw
        if not self.present:
            self.join(gap)
        server, player = self.someone()
        self.add("set", gap, server=server, player=player, key="coins", value=draw(st.integers(0, 9)))
        kind, seconds = draw(st.sampled_from(("unavailable", "throttled"))), draw(st.sampled_from((27.0, 33.0, 42.0)))
        self.add("fault", 0.1, kind=kind, seconds=seconds, times=None, key=f"Player_{player[1:]}")
        if draw(st.booleans()):
            self.add("save", 0.3, server=server, player=player)
        self.join(seconds - draw(st.sampled_from((7.0, 1.0, -0.1))), player)

    def silence(self, gap: float) -> None:
        """No message gets through, and somebody comes to another server."""
        if not self.present:
            self.join(gap)
        _, player = self.someone()
        self.add("fault", gap, kind="failing", seconds=70.0, times=None, key="messaging")
        self.join(0.3, player)

    def outage(self, gap: float) -> None:
        """Nobody can read somebody's data, for longer than a load may take; and they come."""
        draw = self.draw
        player = f"P{draw(st.sampled_from(USERS))}"
        seconds = draw(st.sampled_from((30.0, 75.0)))
        self.add("fault", gap, kind="unavailable", seconds=seconds, times=None, key=f"Player_{player[1:]}")
        self.join(0.2, player)

    def rush(self, gap: float) -> None:
        """A value, a fault, and somebody who wants it stored or leaves."""
        draw = self.draw
        if not self.present:
            self.join(gap)
        server, player = self.someone()
        self.add("set", gap, server=server, player=player, key="gems", value=draw(st.integers(0, 9)))
        self.fault(0.05)
        op = draw(st.sampled_from(("save", "save", "force_save", "leave")))
        whose = {} if op == "force_save" else {"player": player}
        self.add(op, 0.1, server=server, **whose)
        if op == "leave":
            del self.present[server, player]
            self.join(0.3, player)

    def fault(self, gap: float) -> None:
        """For a while, or of the next few requests; of all keys or one; and often with something on its way."""
        draw = self.draw
        kind = draw(st.sampled_from(FAULTS))
        key = draw(st.sampled_from((None, None, *(f"Player_{user}" for user in USERS), "Global_pot")))
        times = draw(st.sampled_from((1, 1, 2, 4, None)))
        seconds = draw(st.sampled_from((2.0, 12.0, 50.0)))
        if kind == "conflict" and times is None:
            times = 3  # it would go on for ever
        self.add("fault", gap, kind=kind, seconds=seconds, times=times, key=key)
