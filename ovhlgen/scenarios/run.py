"""Runs one scenario against a built place."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.design import Scenario
from ovhlgen.model.node import Mapping, Node, Sequence
from ovhlgen.model.project import Project
from ovhlgen.read.parts import seconds
from ovhlgen.scenarios.expect import Mismatch, Seen, mismatch, plain, since_start, within
from ovhlgen.scenarios.needs import needs
from ovhlgen.simulator.game import Answer, Game, GameError
from ovhlgen.simulator.session import EPOCH, PATIENCE, Fact, Hangs, Refused, Session, SessionError

GUARDED = 60.0  # seconds of real time for one command where loops are counted


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a scenario: findings (none: it passed), every fact, and the clocks."""

    scenario: Scenario
    problems: list[Diagnostic]
    facts: list[Fact] = field(default_factory=list)
    virtual: float = 0.0  # seconds
    real: float = 0.0  # seconds


def run_scenario(project: Project, scenario: Scenario, place: Path, seed: int | None = None) -> Ran:
    """Raises ToolError where Lune can't be started."""
    absent = needs(project, scenario)
    if absent:
        return Ran(scenario, [problem("E0812", scenario.title.span, needs=", ".join(absent))])
    began = time.perf_counter()
    root = scenario.root
    chosen = int(plain(root.get("seed")) or 1) if seed is None else seed
    problems: list[Diagnostic] = []
    facts: list[Fact] = []
    now = 0.0
    start = _start(root.get("start"))
    for guarded in (False, True):
        try:
            with Session(
                place, seed=chosen, start=start, guarded=guarded, patience=GUARDED if guarded else PATIENCE
            ) as session:
                facts = session.facts
                problems = list(_Run(Game(project, session), scenario).steps())
                now = session.now
        except (SessionError, Refused) as error:
            problems = [problem("E0813", scenario.title.span, text=error)]
            if isinstance(error, Hangs) and not guarded:
                continue  # once more, so that the loop is named
        break
    problems += _uncaught(scenario, facts)
    return Ran(scenario, problems, facts, now, time.perf_counter() - began)


def _start(node: Node | None) -> float:
    from datetime import UTC, datetime

    if node is None:
        return EPOCH
    found = datetime.fromisoformat(str(plain(node)).replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _uncaught(scenario: Scenario, facts: list[Fact]) -> Iterator[Diagnostic]:
    """What nobody caught fails a scenario, an API that isn't simulated first of all. Each text once."""
    texts = dict.fromkeys(str(one.get("text")) for one in facts if one.kind == "error")
    return (problem("E0813", scenario.title.span, text=text) for text in texts)


class _Run:
    def __init__(self, game: Game, scenario: Scenario) -> None:
        self.game, self.scenario = game, scenario
        self.since = 0  # the number of facts before the last step that did something
        self.answer: Answer | None = None
        self.healed: float | None = None  # when the network is well again

    def steps(self) -> Iterator[Diagnostic]:
        """Ends at the first step that fails: what follows would fail for its sake."""
        self.game.boot()
        for _ in range(1, int(plain(self.scenario.root.get("servers")) or 1)):
            self.game.add_server()
        steps = self.scenario.root.get("steps")
        assert isinstance(steps, Sequence), "the schema wants steps"
        for step in steps.items:
            assert isinstance(step, Mapping), "the schema wants mappings"
            self.game.server = int(plain(step.get("server")) or 1)
            action = next((key for key in step.values if key not in ("expect", "server")), None)
            if action is not None:
                self.since, self.answer = len(self.game.facts), None
                try:
                    self.act(action, step.values[action])
                except (GameError, Refused) as error:
                    yield problem("E0813", step.keys[action].span, text=f"{action}: {error}")
                    return
            try:
                failed = list(self.expect(step.get("expect")))
            except Refused as error:
                yield problem("E0813", step.keys["expect"].span, text=f"expect: {error}")
                return
            yield from failed
            if failed:
                return

    def act(self, action: str, node: Node) -> None:
        game, given = self.game, node.values if isinstance(node, Mapping) else {}
        if action in ("join", "leave"):
            names = given.get("players", node)
            game.server = int(plain(given.get("server")) or game.server)
            for name in names.items if isinstance(names, Sequence) else ():
                if action == "join":
                    game.join(str(plain(name)), self.user_id(str(plain(name))))
                else:
                    game.leave(str(plain(name)))
        elif action == "fire":
            game.fire(_text(given, "as"), _text(given, "event"), given.get("with"))
        elif action == "request":
            self.answer = game.request(_text(given, "as"), _text(given, "event"), given.get("with"))
        elif action == "publish":
            game.publish(_text(given, "event"), given.get("with"))
        elif action == "call":
            game.call(_text(given, "module"), _text(given, "method"), given.get("args"))
        elif action == "set_attribute":
            game.set_attribute(_text(given, "instance"), _text(given, "name"), given.get("value"))
        elif action == "advance":
            self.advance(seconds(str(plain(node))))
        elif action in ("stop", "crash"):
            game.server = int(plain(given.get("server")) or game.server)
            game.stop() if action == "stop" else game.crash()
        else:
            assert action == "fault", f"`needs` lets no {action} through"
            self.fault(given)

    def fault(self, given: dict[str, Node]) -> None:
        """A bad network, for some time or for good."""
        of = given["network"]
        values = of.values if isinstance(of, Mapping) else {}
        latency = seconds(str(plain(values["latency"]))) if "latency" in values else 0.0
        loss, reorder = (float(plain(values.get(key)) or 0) for key in ("loss", "reorder"))
        self.game.network(latency=latency, loss=loss, reorder=reorder)
        self.healed = self.game.now + seconds(str(plain(given["for"]))) if "for" in given else None

    def advance(self, duration: float) -> None:
        """A fault that ends within the time ends at its moment."""
        end = self.game.now + duration
        if self.healed is not None and self.healed <= end:
            self.game.advance(max(0.0, self.healed - self.game.now))
            self.game.network()
            self.healed = None
        self.game.advance(max(0.0, end - self.game.now))

    def user_id(self, name: str) -> int | None:
        players = self.scenario.root.get("players")
        player = players.get(name) if isinstance(players, Mapping) else None
        found = player.get("user_id") if isinstance(player, Mapping) else None
        return None if found is None else int(plain(found))

    def expect(self, node: Node | None) -> Iterator[Diagnostic]:
        for kind, expected in node.values.items() if isinstance(node, Mapping) else ():
            found = self.check(kind, expected)
            if found is not None:
                assert isinstance(node, Mapping)
                yield problem("E0811", node.keys[kind].span, expected=found.expected, actual=found.actual)

    def check(self, kind: str, node: Node) -> Mismatch | None:
        """With `within` the clock goes on until it holds or the time is up."""
        found = mismatch(kind, node, self.seen(node))
        limit = within(node)
        until = self.game.now + seconds(limit) if limit else 0.0
        while found is not None and limit and self.game.session.ask("next", until=until):
            found = mismatch(kind, node, self.seen(node))
        return found

    def seen(self, node: Node) -> Seen:
        start = 0 if since_start(node) else self.since
        return Seen(self.game, self.game.facts[start:], self.answer or self.late_answer())

    def late_answer(self) -> Answer | None:
        """The answer to a request whose handler waited."""
        for fact in self.game.facts[self.since :]:
            if fact.kind == "answered":
                return Answer(fact.get("data"), fact.get("word"))
        return None


def _text(given: dict[str, Node], key: str) -> str:
    return str(plain(given[key]))
