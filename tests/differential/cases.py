"""Random games for both kernels: modules, what they do, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.differential.world import NAMES, calls, gift, layouts
from tests.oracle.clock import Clock, Task
from tests.oracle.kernel import Kernel
from tests.oracle.module import (
    Code,
    Event,
    HookError,
    LoadError,
    NotReady,
    Player,
    Record,
    Result,
    Settings,
    State,
)
from tests.oracle.monitor import health, metrics

PLAYERS = ("P1", "P2", "P3", "P4")
ALLOWED = 5  # the least rank for Guarded
DOMAINS = ("Core", "OVHL_Modules")
LOADS = ("ok", "error", "hang", "nothing", "manifest", "slow")
HOOKS = ("ok", "ok", "ok", "error", "slow", "late", "hang")
OPS = (
    *("join", "join", "join", "leave", "hit", "hit", "call", "swap", "reload", "reload"),
    *("storm", "storm", "storm", "attach", "stop", "quarrel", "quarrel", "plead", "plead", "refuse", "health"),
    *("ask", "turns", "guarded", "hostile", "offend", "crowd", "pace"),
)
# Where nothing goes wrong but what clients send.
TALK = (
    *("join", "leave", "hit", "reload", "ask", "ask", "turns", "turns", "guarded", "guarded", "guarded"),
    *("rank", "rank", "hostile", "hostile", "offend", "flood", "stuck", "crowd", "crowd"),
)
QUICK = ("ok", "ok", "error", "slow", "late")
BUS = {"ModuleReloaded": "reloaded", "ModuleDisabled": "disabled", "Told": "told", "Passed": "passed"}
FOREVER = 1e6  # seconds
LONG = 12.3  # longer than a request waits for its answer
PACE = 4.3  # seconds, until it changes
SETTINGS = {
    "init_timeout": 2.0,
    "failures": 5,
    "within": 60.0,
    "reload": True,
    "dependents": "reject",
    "kick_after": 1e9,
    "violations_within": 60.0,
}

type Case = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """What subject.luau is: a module that does what the case says of it."""

    name: str
    module: dict[str, Any]
    plan: dict[str, Any]
    say: Callable[[str], None]
    reload: Callable[[str], Generator[float, None, Result]]
    publish: Callable[[str, str], None]

    @property
    def depends(self) -> tuple[str, ...]:
        return tuple(self.module["depends"])

    @property
    def uses(self) -> tuple[str, ...]:
        return tuple(self.module["uses"])

    @property
    def enabled(self) -> bool:
        return bool(self.plan["enabled"])

    @property
    def kept(self) -> frozenset[str]:
        return frozenset({"kept"} if self.plan["keeps"] else ())

    @property
    def kept_of_players(self) -> frozenset[str]:
        return frozenset({"points"} if self.plan["keeps"] else ())

    @property
    def events(self) -> Mapping[str, Event]:
        return {
            "Hit": Event(1e9, 1e9),
            "Ask": Event(4, 20),
            "Turn": Event(4, 20, serial=True),
            "Row": Event(1e9, 1e9, serial=True),
            "Guarded": Event(2, 6, allow=ALLOWED, off=self.plan["off"]),
            "Give": Event(1e9, 1e9),
        }

    @property
    def interval(self) -> float | str | None:
        found: float | str | None = self.plan.get("interval")
        return found

    def new_state(self) -> dict[str, Any]:
        return {"kept": 0, "other": 0}

    def new_player(self) -> dict[str, Any]:
        return {"points": 0, "lost": 0}

    def call(self, data: State) -> str:
        return f"pong {data.own['kept']} {len(data.players)}"

    def hook(self, name: str) -> Callable[..., Task] | None:
        if name == "every":
            return self.every if self.interval else None
        if name in BUS:
            return (lambda data, of: self.bus(name, data, of)) if self.plan["bus"] else None
        if self.plan.get(name) is None:
            return None
        if name in ("player_added", "player_removing"):
            return lambda data, player: self.of_player(name, data, player)
        return lambda data: self.plain(name, data)

    def plain(self, name: str, data: State) -> Task:
        self.tell(f"{name} {data.own['kept']} {data.own['other']}")
        data.own["other"] += 1
        yield from act(self.plan[name], self.plan["seconds"])
        self.tell(f"{name} ends")

    def of_player(self, name: str, data: State, player: Player) -> Task:
        mine = mine_of(data, player)
        self.tell(f"{name} {player} {mine['points']} {mine['lost']}")
        yield from act(self.plan[name], self.plan["seconds"])

    def handle(self, event: str, data: State, player: Player, payload: Any) -> Generator[float, None, Any]:
        kind = payload["kind"]
        data.own["kept"] += 1
        mine = mine_of(data, player)
        mine["points"] += 1
        mine["lost"] += 1
        self.tell(f"{event.lower()} {player} {data.own['kept']} {mine['points']} {mine['lost']}")
        if kind == "reload":
            asked = yield from self.reload(self.name)
            self.tell(f"asks {asked.code or asked.messages[0]}")
        if kind == "tell":
            self.publish("Told", self.name)
        yield from act("slow" if kind == "reload" else kind, self.plan["seconds"])
        return -1 if kind == "misfit" else data.own["kept"]

    def bus(self, event: str, data: State, of: str) -> Task:
        self.tell(f"bus {BUS[event]} {of} {data.own['kept']}")
        if self.plan["bus"] == "pass" and event != "Passed":
            self.publish("Passed", self.name)
        yield from act(self.plan["bus"], self.plan["seconds"])

    def every(self, data: State) -> Task:
        self.tell(f"every {data.own['kept']}")
        yield from act(self.plan["every"], self.plan["seconds"])

    def tell(self, text: str) -> None:
        self.say(f"hook {self.name} {text}")


def mine_of(data: State, player: Player) -> dict[str, Any]:
    if player not in data.players:
        raise HookError("no state of this player")
    return data.players[player]


def act(kind: str, seconds: float) -> Task:
    if kind == "hang":
        yield FOREVER
    elif kind == "long":
        yield LONG
    elif kind in ("slow", "late"):
        yield seconds
    if kind in ("error", "late"):
        raise HookError("boom")


@dataclass
class Surroundings:
    """What the game around the kernel does: it knows ranks, and players that are kicked leave a frame later."""

    clock: Clock
    ranks: dict[str, int | None]
    say: Callable[[str], None]
    leave: Callable[[Player], None]

    def rank_of(self, player: Player) -> int | None:
        return self.ranks[player.name]

    def user_ids(self) -> frozenset[int]:
        """Nobody whom a message names is here."""
        return frozenset()

    def kick(self, player: Player) -> None:
        self.say(f"kicked {player}")
        self.clock.at(self.clock.now + 1 / 60, lambda: self.leave(player))


def expected(case: Case, kernel_of: Callable[..., Kernel] = Kernel) -> list[tuple[float, str]]:
    """What the reference kernel does: times and lines."""
    clock = Clock()
    lines: list[tuple[float, str]] = []
    plans = dict(case["plans"])
    players: dict[str, Player] = {}

    def say(text: str) -> None:
        lines.append((clock.now, text))

    def publish(event: str, name: str) -> None:
        say(f"bus {event} {name}")
        kernel.publish(event, name)

    def record(name: str) -> Record:
        module = case["modules"][name]

        def load() -> Generator[float, None, Code]:
            plan = plans[name]
            yield from act(plan["load"], plan["seconds"])
            if plan["load"] in ("nothing", "manifest"):
                raise LoadError("KERNEL_LOAD" if plan["load"] == "nothing" else "KERNEL_MANIFEST")
            return Subject(name, module, plan, say, lambda of: kernel.reload(of, force=True), publish)

        return Record(name, DOMAINS.index(module["domain"]), load)

    def discovery(name: str) -> tuple[int, str]:
        return DOMAINS.index(case["modules"][name]["domain"]), name

    def leave(player: Player) -> None:
        if players.get(player.name) is player:  # else they left before
            kernel.leave(player)
            del players[player.name]

    records = map(record, sorted(case["order"], key=discovery))
    around = Surroundings(clock, dict(case["ranks"]), say, leave)
    kernel = kernel_of(clock, Settings(**case["settings"]), records, say, layouts(), around)
    kernel.configure("pace", PACE)

    def outcome(title: str, call: Generator[float, None, Any]) -> Task:
        found = yield from call
        say(f"result {title} {str(found.success).lower()} {found.code or '-'}")

    def do(step: dict[str, Any]) -> None:
        op, player = step["op"], players.get(step.get("player", ""))
        if op == "boot":
            clock.spawn(kernel.boot())
        elif op == "join":
            players[step["player"]] = Player(step["player"])
            kernel.join(players[step["player"]])
        elif op == "leave" and player:
            leave(player)
        elif op == "send" and player:
            for data in calls(step):
                kernel.network.receive(player, data)
        elif op == "rank":
            around.ranks[step["player"]] = step["rank"]
            if player:
                kernel.network.update_role(player)
        elif op == "pace":
            kernel.configure("pace", step["seconds"])
        elif op == "call":
            try:
                found = kernel.call(step["module"])
            except NotReady:
                found = "KERNEL_NOT_READY"
            say(f"result call {step['module']} {found or 'nil'}")
        elif op == "health":
            status, issues = health(kernel)
            say(f"result health {status} {'; '.join(issues) or '-'}")
        elif op == "metric":
            say(f"result metric {step['name']} {metrics(kernel)[step['name']]}")
        elif op == "swap":
            plans[step["module"]] = step["plan"]
        elif op == "reload":
            clock.spawn(outcome(f"reload {step['module']}", kernel.reload(step["module"], force=step["force"])))
        elif op == "attach":
            clock.spawn(outcome(f"attach {step['module']}", kernel.attach(record(step["module"]))))
        elif op == "stop":
            clock.spawn(kernel.stop_all())
        else:
            assert player is None, op  # what somebody does who was kicked

    for step in case["steps"]:
        clock.run(step["at"])
        do(step)
    clock.run(case["ends"])
    return lines


# Strategies


def plans(index: int, *, calm: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Times differ from module to module, so that nothing is due at once by chance. Calm ones do nothing wrong."""
    hooks = st.one_of(st.none(), st.sampled_from(("ok", "slow") if calm else HOOKS))
    quick = st.sampled_from(("ok", "slow") if calm else QUICK)
    return st.fixed_dictionaries(
        {
            "load": st.just("ok") if calm else st.one_of(st.just("ok"), st.sampled_from(LOADS)),
            "enabled": st.just(True) if calm else st.sampled_from((True, True, True, True, False)),
            "keeps": st.booleans(),
            "off": st.sampled_from((False, False, False, True)),
            "seconds": st.sampled_from((0.21, 0.83)).map(lambda at: at + index * 0.0137),
            "interval": st.one_of(
                st.none(), st.sampled_from((2.3, 5.1)).map(lambda at: at + index * 0.0173), st.just("pace")
            ),
            "every": quick,
            "bus": st.one_of(st.none(), quick, st.just("pass")),
            "init": hooks,
            "ready": hooks,
            "teardown": hooks,
            "hot_reload": hooks,
            "player_added": st.one_of(st.none(), quick),
            "player_removing": st.one_of(st.none(), quick),
        }
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, len(NAMES)))
    names = NAMES[:count]
    is_talk = draw(st.sampled_from((True, False, False)))
    is_calm = is_talk or draw(st.booleans())
    modules, first = {}, {}
    for index, name in enumerate(names):
        # Most graphs have no cycle, and lack nothing.
        is_wild = draw(st.integers(0, 9)) == 9
        targets = st.sampled_from((*names, "Nobody") if is_wild else names[:index] or names)
        depends = draw(st.lists(targets, max_size=2, unique=True))
        modules[name] = {
            "domain": draw(st.sampled_from(DOMAINS)),
            "depends": [to for to in depends if is_wild or to < name],
            "uses": [to for to in draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if to != name],
        }
        first[name] = draw(plans(index, calm=is_calm))
    has_domino = count > 1 and draw(st.sampled_from((True, *[False] * 7)))
    if has_domino:  # the first of two can't bear that the other is reloaded
        for name, needs, kind in (("A", [], "error"), ("B", ["A"], "ok")):
            modules[name]["depends"] = needs
            first[name] = draw(plans(NAMES.index(name), calm=True)) | {"bus": kind}
    if draw(st.sampled_from((True, *[False] * 11))):  # each waits for the one before it, and the first for nobody
        for name, needs in zip(names, ("Nobody", *names), strict=False):
            modules[name]["depends"] = [needs]
    late = [names[-1]] if draw(st.sampled_from((False, False, True))) else []
    run = _Run(draw, names, TALK if is_talk else OPS)
    if has_domino:
        for _ in range(3):
            run.add("reload", 7.3, module="B", force=True)
    for _ in range(draw(st.integers(0, 3))):
        run.add("join", 0.05, player=run.newcomer())
    for _ in range(draw(st.integers(0, 14))):
        run.step()
    for name in late:
        run.add("attach", 20.0, module=name)
    return {
        "settings": {
            "init_timeout": 2.0,
            "failures": draw(st.sampled_from((2, 5))),
            "within": draw(st.sampled_from((4.0, 60.0))),
            "reload": draw(st.integers(0, 5)) < 5,
            "dependents": draw(st.sampled_from(("reject", "reject", "cascade"))),
            "kick_after": draw(st.sampled_from((1e9, 1e9, 8))),
            "violations_within": draw(st.sampled_from((2.0, 60.0))),
        },
        "ranks": {name: draw(st.sampled_from((0, ALLOWED, 9, None))) for name in PLAYERS},
        "modules": modules,
        "order": [name for name in names if name not in late],
        "plans": first,
        "steps": run.steps,
        "ends": run.clock + 40,
    }


class _Run:
    """Steps at times that are never the same."""

    def __init__(self, draw: st.DrawFn, names: tuple[str, ...], ops: tuple[str, ...]) -> None:
        self.draw, self.names, self.ops = draw, names, ops
        self.steps: list[dict[str, Any]] = [{"op": "boot", "at": 0.0}]
        self.present: list[str] = []
        self.clock = 0.0

    def add(self, op: str, gap: float, **rest: Any) -> None:
        self.clock += gap + len(self.steps) * 0.00071
        self.steps.append({"op": op, "at": self.clock, **rest})

    def step(self) -> None:
        draw, gap = self.draw, self.draw(st.sampled_from((0.05, 0.4, 1.1, 3.2, 7.3)))
        name, op = draw(st.sampled_from(self.names)), draw(st.sampled_from(self.ops))
        anyone = st.sampled_from((*self.names, *self.names, "Nobody"))
        if op == "join" and len(self.present) < len(PLAYERS):
            self.add(op, gap, player=self.newcomer())
        elif op == "leave" and self.present:
            self.add(op, gap, player=self.present.pop(draw(st.integers(0, len(self.present) - 1))))
        elif op == "hit" and self.present:
            kind = draw(st.sampled_from(("ok", "error", "error", "slow", "late")))
            self.send(gap, name, "Hit", kind, draw(st.sampled_from((1, 2, 4, 6))))
        elif op in ("ask", "turns", "guarded", "hostile", "offend", "flood", "stuck", "crowd") and self.present:
            getattr(self, op)(gap, name)
        elif op == "rank":
            self.add(op, gap, player=draw(st.sampled_from(PLAYERS)), rank=draw(st.sampled_from((0, ALLOWED, 9, None))))
        elif op == "swap":
            self.add(op, gap, module=name, plan=draw(plans(self.names.index(name))))
        elif op == "plead" and self.present:
            self.send(gap, name, "Hit", "reload", 1)
        elif op == "refuse":  # dependents, where it has any
            self.add("reload", gap, module=self.names[0], force=False)
        elif op == "reload":
            self.add(op, gap, module=draw(anyone), force=draw(st.booleans()))
        elif op == "quarrel" and len(self.present) > 1:
            self.quarrel(gap, name)
        elif op == "storm" and self.present:
            self.storm(gap, name)
        elif op == "call":
            self.add(op, gap, module=draw(anyone))
        elif op == "pace":
            for _ in range(draw(st.integers(1, 3))):
                self.add(op, gap, seconds=draw(st.sampled_from((0.71, 3.13, 1e6))))
                gap = draw(st.sampled_from((0.05, 2.9)))
        elif op == "health":
            self.add(op, gap)
        elif op == "attach":
            self.add(op, gap, module=name)
        elif op == "stop" and draw(st.integers(0, 3)) == 3:
            self.add(op, gap)

    def newcomer(self) -> str:
        found = next(one for one in PLAYERS if one not in self.present)
        self.present.append(found)
        return found

    def send(self, gap: float, module: str, event: str, kind: str, times: int, **rest: Any) -> None:
        player = self.draw(st.sampled_from(self.present))
        events = [f"{module}.{event}"]
        step = {"events": events, "kind": kind, "times": times, "calls": 1, "tail": "", "tails": 1, "player": player}
        self.add("send", gap, **{**step, **rest})

    def ask(self, gap: float, name: str) -> None:
        kind = self.draw(st.sampled_from(("ok", "slow", "slow", "error", "misfit", "late")))
        self.send(gap, name, "Ask", kind, self.draw(st.sampled_from((1, 3, 18, 25))))

    def turns(self, gap: float, name: str) -> None:
        """One waits for another; the module may reload in the middle, or the player leave."""
        kind = self.draw(st.sampled_from(("slow", "slow", "error", "late", "ok", "reload")))
        event = self.draw(st.sampled_from(("Turn", "Row")))
        self.send(gap, name, event, kind, self.draw(st.sampled_from((2, 3, 5, 17))))
        if self.draw(st.booleans()):
            self.send(0.05, name, event, "ok", 2)
        what = self.draw(st.sampled_from(("nothing", "reload", "leave")))
        if what == "reload":
            self.add("reload", 0.11, module=name, force=True)
        elif what == "leave":
            self.add("leave", 0.3, player=self.present.pop())

    def guarded(self, gap: float, name: str) -> None:
        """Of a role, within a rate; those that aren't known yet wait, and all that comes behind."""
        self.send(gap, name, "Guarded", "ok", self.draw(st.sampled_from((1, 2, 5, 9))))
        for _ in range(self.draw(st.integers(0, 2))):
            event = self.draw(st.sampled_from(("Guarded", "Hit", "Ask", "Turn")))
            between = self.draw(st.sampled_from((0.05, 1.1)))
            self.send(between, name, event, self.draw(st.sampled_from(("ok", "slow"))), 2)

    def hostile(self, gap: float, name: str) -> None:
        """What no client of ours sends: other bytes behind a good message or two, or a call that is too long."""
        other = self.draw(st.sampled_from(self.names))
        events = [f"{name}.Hit", f"{other}.Ask", f"{other}.Guarded"][: self.draw(st.integers(1, 3))]
        tail = self.draw(st.sampled_from(("", "00", "ff")) | st.binary(min_size=1, max_size=4).map(bytes.hex))
        tail = self.draw(st.sampled_from((f"{self.draw(st.integers(1, 24)):02x}", gift(name).hex(), ""))) + tail
        tails = self.draw(st.sampled_from((1, 1, 2, 20_000)))
        self.send(gap, name, "Hit", "ok", self.draw(st.sampled_from((0, 1, 2))), events=events, tail=tail, tails=tails)

    def offend(self, gap: float, name: str) -> None:
        """Many refusals in one batch, for which who sends it may be kicked in the middle, between good messages."""
        player = self.draw(st.sampled_from(self.present))
        self.add("rank", gap, player=player, rank=0)
        events = [f"{name}.Hit", f"{name}.Guarded", f"{name}.{self.draw(st.sampled_from(('Ask', 'Turn', 'Hit')))}"]
        if self.draw(st.booleans()):
            self.send(0.05, name, "Hit", "ok", self.draw(st.sampled_from((4, 12))), events=events, player=player)
        else:  # what names who isn't here is refused too, and nobody's fault
            self.send(0.05, name, "Hit", "ok", 1, player=player, tail=gift(name).hex(), tails=12)
            self.send(0.05, name, "Hit", "ok", 1, player=player)

    def flood(self, gap: float, name: str) -> None:
        """More than a player has, of bytes or of events, or more than may wait for their turn."""
        what = self.draw(st.sampled_from(("bytes", "events", "turns")))
        if what == "bytes":
            self.send(gap, name, "Hit", "ok", 0, calls=17, tail="00", tails=16_000)
        elif what == "events":
            self.send(gap, name, "Hit", "ok", 2_020)
        else:
            self.send(gap, name, "Row", "slow", 260)
        self.send(0.05, name, "Hit", "ok", 1)

    def stuck(self, gap: float, name: str) -> None:
        """Requests that nobody answers, and others when their time is over."""
        player = self.draw(st.sampled_from(self.present))
        event = self.draw(st.sampled_from(("Ask", "Turn")))
        kind = self.draw(st.sampled_from(("hang", "long")))
        self.send(gap, name, event, kind, self.draw(st.sampled_from((15, 17))), player=player)
        for between in (7.3, 3.2):
            self.send(between, name, self.draw(st.sampled_from(("Ask", "Turn"))), "ok", 3, player=player)

    def crowd(self, gap: float, name: str) -> None:
        """More bytes than may wait: for a turn, for a role, or while a module reloads.

        Now and then nearly as many events as a player has come first: what waited is charged once.
        """
        player = self.draw(st.sampled_from(self.present))
        what = self.draw(st.sampled_from(("turn", "role", "reload", "leave")))
        if what == "role":
            self.send(gap, name, "Guarded", "ok", 1, player=player)
        elif what == "reload":
            self.add("reload", gap, module=name, force=True)
        else:
            self.send(gap, name, "Row", "slow", 2, player=player)
        pad = self.draw(st.sampled_from((0, 600, 900)))
        if self.draw(st.sampled_from((True, False, False))):
            self.send(0.05, name, "Hit", "ok", 1_850, player=player)
        self.send(0.05, name, "Row", "ok", self.draw(st.sampled_from((60, 80, 115))), player=player, pad=pad)
        self.send(0.02, name, "Hit", "ok", 2, player=player)
        if what == "leave":
            self.present.remove(player)
            self.add("leave", 0.05, player=player)

    def quarrel(self, gap: float, name: str) -> None:
        """Two or three players make the same event fail, often, or what hears of it on the bus.

        Or it fails when its module has been reloaded since.
        """
        kind = self.draw(st.sampled_from(("error", "error", "late", "tell", "tell")))
        between = self.draw(st.sampled_from((0.05, 0.05, 3.2)))
        for player in self.present[: self.draw(st.sampled_from((2, 3)))]:
            self.send(gap, name, "Hit", kind, 5, player=player)
            gap = 0.02 if kind == "late" else between
        if kind == "late":
            self.add("reload", 0.02, module=name, force=True)

    def storm(self, gap: float, name: str) -> None:
        """Good events, a reload to code of any kind, and a flood while it is on."""
        self.send(gap, name, "Hit", "ok", 2)
        if self.draw(st.booleans()):
            plan = self.draw(plans(self.names.index(name)))
            what = self.draw(st.sampled_from(("load", "init", "any")))
            if what == "init":
                plan |= {"load": "ok", "init": "error", "hot_reload": None}
            elif what == "load":
                plan["load"] = self.draw(st.sampled_from(LOADS[1:]))
            self.add("swap", 0.05, module=name, plan=plan)
            if self.draw(st.booleans()):
                other = self.draw(st.sampled_from(self.names))
                plan = self.draw(plans(self.names.index(other))) | {"load": "ok", "init": "hang", "hot_reload": None}
                self.add("swap", 0.05, module=other, plan=plan)
        self.add("reload", 0.05, module=name, force=self.draw(st.integers(0, 2)) > 0)
        self.send(0.11, name, "Hit", "ok", self.draw(st.sampled_from((3, 120))))
        if self.draw(st.booleans()):
            self.add("leave", 0.02, player=self.present.pop())
            self.add("call", 7.3, module=name)  # of whom it has state
