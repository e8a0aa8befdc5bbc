"""Random games for both kernels: modules, what they do, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from ovhlgen.reference.clock import Clock, Task
from ovhlgen.reference.kernel import Kernel
from ovhlgen.reference.module import Code, HookError, LoadError, Player, Record, Settings, State

NAMES = ("A", "B", "C", "D", "E", "F")
PLAYERS = ("P1", "P2", "P3", "P4")
DOMAINS = ("Core", "OVHL_Modules")
LOADS = ("ok", "error", "hang", "nothing", "manifest", "slow")
HOOKS = ("ok", "ok", "ok", "error", "slow", "late", "hang")
QUICK = ("ok", "ok", "error", "slow", "late")
FOREVER = 1e6  # seconds

type Case = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """What subject.luau is: a module that does what the case says of it."""

    name: str
    module: dict[str, Any]
    plan: dict[str, Any]
    say: Callable[[str], None]

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
    def interval(self) -> float | None:
        found: float | None = self.plan.get("interval")
        return found

    def new_state(self) -> dict[str, Any]:
        return {"kept": 0, "other": 0}

    def new_player(self) -> dict[str, Any]:
        return {"points": 0, "lost": 0}

    def hook(self, name: str) -> Callable[..., Task] | None:
        if name == "event":
            return self.hit
        if name == "every":
            return self.every if self.interval else None
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

    def hit(self, data: State, player: Player, kind: str) -> Task:
        data.own["kept"] += 1
        mine = mine_of(data, player)
        mine["points"] += 1
        mine["lost"] += 1
        self.tell(f"hit {player} {data.own['kept']} {mine['points']} {mine['lost']}")
        yield from act(kind, self.plan["seconds"])

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
    elif kind in ("slow", "late"):
        yield seconds
    if kind in ("error", "late"):
        raise HookError("boom")


def expected(case: Case) -> list[tuple[float, str]]:
    """What the reference kernel does: times and lines."""
    clock = Clock()
    lines: list[tuple[float, str]] = []
    plans = dict(case["plans"])
    players: dict[str, Player] = {}

    def say(text: str) -> None:
        lines.append((clock.now, text))

    def record(name: str) -> Record:
        module = case["modules"][name]

        def load() -> Generator[float, None, Code]:
            plan = plans[name]
            yield from act(plan["load"], plan["seconds"])
            if plan["load"] in ("nothing", "manifest"):
                raise LoadError("KERNEL_LOAD" if plan["load"] == "nothing" else "KERNEL_MANIFEST")
            return Subject(name, module, plan, say)

        return Record(name, DOMAINS.index(module["domain"]), load)

    def discovery(name: str) -> tuple[int, str]:
        return DOMAINS.index(case["modules"][name]["domain"]), name

    kernel = Kernel(clock, Settings(**case["settings"]), map(record, sorted(case["order"], key=discovery)), say)

    def outcome(title: str, call: Generator[float, None, Any]) -> Task:
        found = yield from call
        say(f"result {title} {str(found.success).lower()} {found.code or '-'}")

    def do(step: dict[str, Any]) -> None:
        op = step["op"]
        if op == "boot":
            clock.spawn(kernel.boot())
        elif op == "join":
            players[step["player"]] = Player(step["player"])
            kernel.join(players[step["player"]])
        elif op == "leave":
            kernel.leave(players[step["player"]])
        elif op == "hit":
            for _ in range(step["times"]):
                kernel.receive(players[step["player"]], step["module"], step["kind"])
        elif op == "swap":
            plans[step["module"]] = step["plan"]
        elif op == "reload":
            clock.spawn(outcome(f"reload {step['module']}", kernel.reload(step["module"], force=step["force"])))
        elif op == "attach":
            clock.spawn(outcome(f"attach {step['module']}", kernel.attach(record(step["module"]))))
        else:
            assert op == "stop"
            clock.spawn(kernel.stop_all())

    for step in case["steps"]:
        clock.run(step["at"])
        do(step)
    clock.run(case["ends"])
    return lines


# Strategies


def plans(index: int) -> st.SearchStrategy[dict[str, Any]]:
    """Times differ from module to module, so that nothing is due at once by chance."""
    some = st.sampled_from(HOOKS)
    maybe = st.one_of(st.none(), some)
    return st.fixed_dictionaries(
        {
            "load": st.one_of(st.just("ok"), st.just("ok"), st.sampled_from(LOADS)),
            "enabled": st.sampled_from((True, True, True, True, False)),
            "keeps": st.booleans(),
            "seconds": st.sampled_from((0.21, 0.83)).map(lambda at: at + index * 0.0137),
            "interval": st.one_of(st.none(), st.sampled_from((2.3, 5.1)).map(lambda at: at + index * 0.0173)),
            "every": st.sampled_from(QUICK),
            "init": maybe,
            "ready": maybe,
            "teardown": maybe,
            "hot_reload": maybe,
            "player_added": st.one_of(st.none(), st.sampled_from(QUICK)),
            "player_removing": st.one_of(st.none(), st.sampled_from(QUICK)),
        }
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, len(NAMES)))
    names = NAMES[:count]
    refs = st.lists(st.sampled_from((*names, "Nobody")), max_size=2, unique=True)
    modules, first = {}, {}
    for index, name in enumerate(names):
        depends = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
        if draw(st.integers(0, 3)):  # most graphs have no cycle
            depends = [to for to in depends if to < name]
        modules[name] = {
            "domain": draw(st.sampled_from(DOMAINS)),
            "depends": draw(refs) if draw(st.integers(0, 9)) == 0 else depends,
            "uses": [to for to in draw(refs) if to != name],
        }
        first[name] = draw(plans(index))
    late = [name for name in names if draw(st.integers(0, 5)) == 0]
    steps: list[dict[str, Any]] = [{"op": "boot", "at": 0.0}]
    present: list[str] = []
    clock, attached = 0.0, set(names) - set(late)
    for number in range(draw(st.integers(0, 12))):
        clock += draw(st.sampled_from((0.05, 0.4, 1.1, 3.2, 7.3))) + number * 0.00071
        op = draw(
            st.sampled_from(("join", "join", "leave", "hit", "hit", "swap", "reload", "reload", "attach", "stop"))
        )
        step: dict[str, Any] = {"op": op, "at": clock}
        name = draw(st.sampled_from(names))
        if op == "join":
            gone = [one for one in PLAYERS if one not in present]
            if not gone:
                continue
            step["player"] = gone[0]
            present.append(gone[0])
        elif op == "leave":
            if not present:
                continue
            step["player"] = present.pop(draw(st.integers(0, len(present) - 1)))
        elif op == "hit":
            if not present:
                continue
            kind = draw(st.sampled_from(("ok", "error", "error", "slow", "late")))
            times = draw(st.sampled_from((1, 2, 4, 120)))
            step |= {"player": draw(st.sampled_from(present)), "module": name, "kind": kind, "times": times}
        elif op == "swap":
            step |= {"module": name, "plan": draw(plans(names.index(name)))}
        elif op == "reload":
            step |= {"module": name, "force": draw(st.booleans())}
        elif op == "attach":
            waiting = [one for one in late if one not in attached]
            if not waiting or clock < 60:
                continue
            attached.add(waiting[0])
            step["module"] = waiting[0]
        elif draw(st.integers(0, 3)):
            continue
        steps.append(step)
    return {
        "settings": {
            "init_timeout": 2.0,
            "failures": draw(st.sampled_from((2, 5))),
            "within": draw(st.sampled_from((4.0, 60.0))),
            "reload": draw(st.sampled_from((True, True, True, True, False))),
            "dependents": draw(st.sampled_from(("reject", "cascade"))),
        },
        "modules": modules,
        "order": [name for name in names if name not in late],
        "plans": first,
        "steps": steps,
        "ends": clock + 40,
    }
