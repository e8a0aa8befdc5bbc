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
        ({"version": 3, "data": {}, "seq": 1}, {"version": 2, "data": {"coins": "many"}, "seq": 1}, "garbage")
    )
    return st.one_of(st.none(), st.none(), good, good, old, bad)


OPS = (
    *("join", "join", "join", "leave", "leave", "set", "set", "set", "get", "save", "force_save"),
    *("transact", "transact", "pot_get", "pot_set", "pot_add", "pot_add", "hop", "hop", "twin"),
    *("fault", "fault", "fault", "crash", "stop", "wait"),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    found = {f"Player_{user}": draw(envelopes(user)) for user in USERS}
    pot = draw(st.sampled_from((None, None, {"value": 7, "operations": ["an old one"]}, {"value": "much"})))
    run = _Run(draw)
    for _ in range(draw(st.integers(1, 3))):
        run.join(0.3)
    for _ in range(draw(st.integers(2, 20))):
        run.step()
    return {
        "stored": {key: value for key, value in (found | {"Global_pot": pot}).items() if value is not None},
        "autosave": draw(st.sampled_from((4.0, 300.0))),
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
        if op == "join":
            self.join(gap)
        elif op == "wait":
            self.clock += 45.0
        elif op == "fault":
            self.fault(gap)
        elif op in ("crash", "stop"):
            if draw(st.booleans()):
                self.end(op, gap, draw(st.sampled_from(self.open)))
        elif op == "force_save" or op.startswith("pot"):
            self.add(op, gap, server=draw(st.sampled_from(self.open)), value=amount, amount=amount)
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
            else:
                value = draw(st.sampled_from((amount, amount, amount, -1, "text")))
                self.add(op, gap, server=server, player=player, key=key, value=value)

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
