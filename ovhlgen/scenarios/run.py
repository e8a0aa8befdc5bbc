"""Runs one scenario against a built place."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.design import Scenario
from ovhlgen.model.node import Mapping, Node, Sequence
from ovhlgen.model.project import Project
from ovhlgen.picture.renderer import NoRenderer
from ovhlgen.read.parts import seconds
from ovhlgen.scenarios.expect import Mismatch, Seen, mismatch, plain, player_key, since_start, within
from ovhlgen.scenarios.needs import needs
from ovhlgen.simulator.game import Answer, Game, GameError, Outcome, Role
from ovhlgen.simulator.screen import NotReached, Screen
from ovhlgen.simulator.session import EPOCH, PATIENCE, Fact, Hangs, Refused, Session, SessionError

HANDS = ("open", "close", "press", "type", "select", "scroll", "key")  # steps on a player's screen
SERVICES = ("gamepasses", "groups", "messaging", "http")  # that faults may strike
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
    """Twice: in the order in which things are asked for, and with what Roblox leaves open drawn under the seed.

    Raises ToolError where Lune can't be started."""
    absent = needs(project, scenario)
    if absent:
        return Ran(scenario, [problem("E0812", scenario.title.span, needs=", ".join(absent))])
    began = time.perf_counter()
    chosen = int(plain(scenario.root.get("seed")) or 1) if seed is None else seed
    problems, facts, now = _play(project, scenario, place, chosen, shuffled=False)
    if not problems:
        failed, shuffled_facts, shuffled_now = _play(project, scenario, place, chosen, shuffled=True)
        if failed:
            problems = [problem("E0814", scenario.title.span), *failed]
            facts, now = shuffled_facts, shuffled_now
    return Ran(scenario, problems, facts, now, time.perf_counter() - began)


def _play(
    project: Project, scenario: Scenario, place: Path, seed: int, *, shuffled: bool
) -> tuple[list[Diagnostic], list[Fact], float]:
    """One run: what is wrong, everything that was seen, and the virtual seconds that it took."""
    problems: list[Diagnostic] = []
    facts: list[Fact] = []
    now = 0.0
    start = _start(scenario.root.get("start"))
    for guarded in (False, True):
        try:
            with Session(
                place,
                seed=seed,
                start=start,
                guarded=guarded,
                shuffled=shuffled,
                verbose=True,
                patience=GUARDED if guarded else PATIENCE,
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
    return problems, facts, now


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
        self.outcome: Outcome | None = None
        self.healed: float | None = None  # when the network is well again
        self.user_ids = _user_ids(scenario)
        self.screens: dict[str, Screen] = {}  # by the players' names

    def steps(self) -> Iterator[Diagnostic]:
        """Ends at the first step that fails: what follows would fail for its sake."""
        self.world()
        self.game.boot()
        self.kohls()
        for _ in range(1, int(plain(self.scenario.root.get("servers")) or 1)):
            self.game.add_server()
            self.kohls()
        steps = self.scenario.root.get("steps")
        assert isinstance(steps, Sequence), "the schema wants steps"
        for step in steps.items:
            assert isinstance(step, Mapping), "the schema wants mappings"
            self.game.server = int(plain(step.get("server")) or 1)
            action = next((key for key in step.values if key not in ("expect", "server")), None)
            if action is not None:
                self.since, self.answer, self.outcome = len(self.game.facts), None, None
                try:
                    self.act(action, step.values[action])
                except (GameError, Refused, NotReached) as error:
                    yield problem("E0813", step.keys[action].span, text=f"{action}: {error}")
                    return
                except NoRenderer:
                    yield problem("E1171", step.keys[action].span)
                    return
            try:
                failed = list(self.expect(step.get("expect")))
            except Refused as error:
                yield problem("E0813", step.keys["expect"].span, text=f"expect: {error}")
                return
            yield from failed
            if failed:
                return

    def world(self) -> None:
        """What is outside of the game: what Roblox knows of the players, and what addresses answer."""
        passes = self.game.project.monetization.gamepasses if self.game.project.monetization else {}
        for name, player in _mapping(self.scenario.root.get("players")).items():
            own, groups = plain(_get(player, "gamepasses")) or [], plain(_get(player, "groups")) or {}
            self.game.account(
                self.user_ids[name],
                gamepasses=[passes.get(one) or int(one) for one in map(str, own)],
                groups={int(group): [Role(rank, f"Rank {rank}", rank)] for group, rank in groups.items()},
            )
            stored, data = plain(_get(player, "stored")), self.game.project.data
            if stored is not None and data is not None:
                envelope = {"version": int(data.version.name), "data": {}, **stored}
                self.game.store(data.store, player_key(self.user_ids[name]), envelope)
        for key, value in (plain(self.scenario.root.get("global")) or {}).items():
            if self.game.project.data is not None:
                self.game.store(self.game.project.data.store, f"Global_{key}", {"value": value})
        for url, answer in _mapping(self.scenario.root.get("http")).items():
            body = plain(_get(answer, "body"))
            text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
            self.game.http(url, text, status=int(plain(_get(answer, "status")) or 200))

    def kohls(self) -> None:
        """Kohl's Admin, where a player has a role there."""
        players = _mapping(self.scenario.root.get("players"))
        roles = {self.user_ids[name]: str(plain(found)) for name, of in players.items() if (found := _get(of, "kohls"))}
        if roles:
            self.game.kohls(roles)

    def act(self, action: str, node: Node) -> None:
        game, given = self.game, node.values if isinstance(node, Mapping) else {}
        if action in ("join", "leave"):
            names = given.get("players", node)
            game.server = int(plain(given.get("server")) or game.server)
            for name in names.items if isinstance(names, Sequence) else ():
                if action == "join":
                    self.join(str(plain(name)))
                else:
                    game.leave(str(plain(name)))
                    self.screens.pop(str(plain(name)), None)
        elif action == "fire":
            game.fire(_text(given, "as"), _text(given, "event"), given.get("with"))
        elif action == "request":
            self.answer = game.request(_text(given, "as"), _text(given, "event"), given.get("with"))
        elif action == "publish":
            game.publish(_text(given, "event"), given.get("with"))
        elif action == "call":
            game.call(_text(given, "module"), _text(given, "method"), given.get("args"))
        elif action == "reload":
            self.outcome = game.reload(_text(given, "module"), force=plain(given.get("force")) is True)
        elif action == "attach":
            self.outcome = game.attach(str(plain(node)))
        elif action == "set_attribute":
            game.set_attribute(_text(given, "instance"), _text(given, "name"), given.get("value"))
        elif action == "advance":
            self.advance(seconds(str(plain(node))))
        elif action in ("stop", "crash"):
            game.server = int(plain(given.get("server")) or game.server)
            game.stop() if action == "stop" else game.crash()
        elif action == "purchase":
            self.purchase(given)
        elif action == "config":
            self.outcome = game.configure(_mapping(given["set"]), plain(given.get("as")))
        elif action in HANDS:
            self.hands(action, given)
        else:
            assert action == "fault", f"`needs` lets no {action} through"
            self.fault(given)

    def join(self, name: str) -> None:
        player = _mapping(_mapping(self.scenario.root.get("players"))[name])
        self.game.join(name, self.user_ids[name], locale=str(plain(player.get("locale")) or "en-us"))
        self.screens[name] = Screen(self.game, name, str(plain(player.get("device")) or "desktop"))

    def hands(self, action: str, given: dict[str, Node]) -> None:
        """What a player does on the screen. Raises GameError, NotReached, and NoRenderer."""
        player = _text(given, "as")
        if player not in self.screens:
            raise GameError(f"{player} isn't in the game")
        screen = self.screens[player]
        name, component = str(plain(given.get("screen"))), str(plain(given.get("component")))
        if action == "open":
            screen.open(name)
        elif action == "close":
            screen.close(name)
        elif action == "press":
            screen.press(name, component)
        elif action == "type":
            screen.type(name, component, _text(given, "text"))
        elif action == "select":
            screen.select(name, component, _text(given, "value"))
        elif action == "scroll":
            screen.scroll_rows(name, component, int(plain(given["rows"])))
        else:
            screen.key(_text(given, "key"))

    def purchase(self, given: dict[str, Node]) -> None:
        """A player buys a product or a gamepass by its name."""
        monetization = self.game.project.monetization
        assert monetization is not None, "the check wants monetization.yaml"
        if "product" in given:
            self.game.purchase(_text(given, "as"), product=monetization.products[_text(given, "product")].id)
        else:
            self.game.purchase(_text(given, "as"), gamepass=monetization.gamepasses[_text(given, "gamepass")])

    def fault(self, given: dict[str, Node]) -> None:
        """Of the network, of data stores or of Roblox's services, for some time or for good."""
        window = seconds(str(plain(given["for"]))) if "for" in given else None
        if "datastore" in given:
            keys = plain(given.get("keys"))
            self.game.data_fault(
                _text(given, "datastore"),
                seconds=window,
                times=plain(given.get("times")),
                keys=[keys] if isinstance(keys, str) else keys,
            )
        for service in SERVICES:
            if service in given:
                times = plain(given.get("times"))
                self.game.service_fault(service, _text(given, service), seconds=window, times=times)
        if "network" not in given:
            return
        of = given["network"]
        values = of.values if isinstance(of, Mapping) else {}
        latency = seconds(str(plain(values["latency"]))) if "latency" in values else 0.0
        loss, reorder = (float(plain(values.get(key)) or 0) for key in ("loss", "reorder"))
        self.game.network(latency=latency, loss=loss, reorder=reorder)
        self.healed = None if window is None else self.game.now + window

    def advance(self, duration: float) -> None:
        """A fault that ends within the time ends at its moment."""
        end = self.game.now + duration
        if self.healed is not None and self.healed <= end:
            self.game.advance(max(0.0, self.healed - self.game.now))
            self.game.network()
            self.healed = None
        self.game.advance(max(0.0, end - self.game.now))

    def expect(self, node: Node | None) -> Iterator[Diagnostic]:
        for kind, expected in node.values.items() if isinstance(node, Mapping) else ():
            missed = self.check(kind, expected)
            if missed is not None:
                assert isinstance(node, Mapping)
                yield problem("E0811", node.keys[kind].span, expected=missed.expected, actual=missed.actual)

    def check(self, kind: str, node: Node) -> Mismatch | None:
        """With `within` the clock goes on until it holds or the time is up."""
        missed = mismatch(kind, node, self.seen(node))
        limit = within(node)
        until = self.game.now + seconds(limit) if limit else 0.0
        while missed is not None and limit and self.game.session.ask("next", until=until):
            missed = mismatch(kind, node, self.seen(node))
        return missed

    def seen(self, node: Node) -> Seen:
        start = 0 if since_start(node) else self.since
        answer = self.answer or self.late_answer()
        return Seen(self.game, self.game.facts[start:], answer, self.user_ids, self.outcome)

    def late_answer(self) -> Answer | None:
        """The answer to a request whose handler waited."""
        for fact in self.game.facts[self.since :]:
            if fact.kind == "answered":
                return Answer(fact.get("data"), fact.get("word"))
        return None


def _user_ids(scenario: Scenario) -> dict[str, int]:
    """By name: what is written, and for the others the first numbers that are free, in the order of the players."""
    players = _mapping(scenario.root.get("players"))
    written = {name: int(plain(found)) for name, of in players.items() if (found := _get(of, "user_id")) is not None}
    free = (number for number in count(1) if number not in written.values())
    return {name: written[name] if name in written else next(free) for name in players}


def _mapping(node: Node | None) -> dict[str, Node]:
    return dict(node.values) if isinstance(node, Mapping) else {}


def _get(node: Node, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None


def _text(given: dict[str, Node], key: str) -> str:
    return str(plain(given[key]))
