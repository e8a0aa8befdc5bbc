"""Scenarios: players, events, modules and screens that they name."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.check.literals import finding
from ovhlgen.check.references import find_event, screens_of, unknown
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.design import HOW, Scenario
from ovhlgen.model.game import Ref
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import BUILT_IN, places_of
from ovhlgen.resolve.settings import settings
from ovhlgen.resolve.values import unknown_item

# Who sends what a step or an expectation is about.
_SENDERS = {"fire": "client", "request": "client", "received": "server"}
_PLAYER_KEYS = frozenset({"as", "by", "player", "kicked"})


def scenarios(project: Project) -> Iterator[Diagnostic]:
    """E0801: a player that isn't declared, once. E0802: a step with no action or with two. E0407 and its kin."""
    for scenario in project.scenarios:
        players = _players(scenario)
        missed: set[str] = set()
        steps = scenario.root.get("steps")
        for step in steps.items if isinstance(steps, Sequence) else ():
            for found in _step(project, step, players) if isinstance(step, Mapping) else ():
                if found.code != "E0801" or found.args["name"] not in missed:
                    yield found
                missed |= {found.args["name"]} if found.code == "E0801" else set()


def servers(project: Project) -> Iterator[Diagnostic]:
    """E0815: a step about a server that the scenario doesn't have."""
    for scenario in project.scenarios:
        count = scenario.root.get("servers")
        most = count.value if isinstance(count, Scalar) and isinstance(count.value, int) else 1
        steps = scenario.root.get("steps")
        for step in steps.items if isinstance(steps, Sequence) else ():
            of = [step, *step.values.values()] if isinstance(step, Mapping) else []
            for one in of:
                number = one.get("server") if isinstance(one, Mapping) else None
                if isinstance(number, Scalar) and isinstance(number.value, int) and number.value > most:
                    yield problem("E0815", number.span, number=number.value, most=most)


def players_gamepasses(project: Project) -> Iterator[Diagnostic]:
    """E0415: a gamepass of a player is in monetization.yaml, or an id."""
    if project.is_broken("monetization"):
        return
    known = project.monetization.gamepasses if project.monetization else {}
    for scenario in project.scenarios:
        players = scenario.root.get("players")
        for player in players.values.values() if isinstance(players, Mapping) else ():
            passes = player.get("gamepasses") if isinstance(player, Mapping) else None
            for one in passes.items if isinstance(passes, Sequence) else ():
                if isinstance(one, Scalar) and not one.text.isdigit() and one.text not in known:
                    yield unknown("E0415", Ref(one.text, one.span), known)


def _players(scenario: Scenario) -> set[str]:
    players = scenario.root.get("players")
    return set(players.keys) if isinstance(players, Mapping) else set()


def _step(project: Project, step: Mapping, players: set[str]) -> Iterator[Diagnostic]:
    actions = [key for key in step.keys if key not in ("expect", "server")]
    if len(actions) > 1 or (not actions and "expect" not in step.keys):
        yield problem("E0802", step.span, found=", ".join(actions) or "none")
    for action, value in step.values.items():
        if action in ("join", "leave"):
            names = value.get("players") if isinstance(value, Mapping) else value
            for name in names.items if isinstance(names, Sequence) else ():
                yield from _player(name, players)
        elif action == "expect" and isinstance(value, Mapping):
            for kind, expected in value.values.items():
                if kind == "kicked":
                    yield from _player(expected, players)
                elif kind == "config":
                    yield from _settings(project, expected)
                elif isinstance(expected, Mapping):
                    yield from _names(project, kind, expected, players)
        elif isinstance(value, Mapping):
            yield from _names(project, action, value, players)
            if action == "config":
                yield from _settings(project, value.get("set"))


def _settings(project: Project, node: Node | None) -> Iterator[Diagnostic]:
    """E0405: a setting that ConfigService doesn't have."""
    known = {one.name for one in settings(project)}
    for key in node.keys.values() if isinstance(node, Mapping) and not project.broken else ():
        if key.text not in known | HOW:
            yield unknown("E0405", Ref(key.text, key.span), known)


def _names(project: Project, kind: str, value: Mapping, players: set[str]) -> Iterator[Diagnostic]:
    opened = screens_of(project)
    for key, node in value.items():
        if not isinstance(node, Scalar):
            continue
        ref = Ref(node.text, node.span)
        if key.text in _PLAYER_KEYS:
            yield from _player(node, players)
        elif key.text == "event" and "." in node.text:
            event = find_event(project, ref)
            if isinstance(event, Diagnostic):
                yield event
            elif event and event.sender != _SENDERS.get(kind, event.sender):
                yield problem("E0408", ref.span, name=ref.name, sender=event.sender, key=kind, upon=places_of(event))
        elif key.text == "event":
            known = {name for module in project.modules.values() for name in module.publishes} | set(BUILT_IN)
            if node.text not in known and not project.broken:
                yield unknown("E0414", ref, known)
        elif (key.text == "module" and kind != "logged") or (kind == "module" and key.text == "name"):
            if node.text not in project.modules and not project.is_broken("module", node.text):
                yield unknown("E0401", ref, project.modules)
        elif key.text == "screen" and not (node.text in opened or project.is_broken("screen", node.text)):
            yield unknown("E0411", ref, opened)


def _player(node: Node, players: set[str]) -> Iterator[Diagnostic]:
    if isinstance(node, Scalar) and node.text not in players:
        yield unknown("E0801", Ref(node.text, node.span), players)


def keys(project: Project) -> Iterator[Diagnostic]:
    """W0434: a key that a player can't press, for Roblox has none of that name."""
    for scenario in project.scenarios:
        steps = scenario.root.get("steps")
        for step in steps.items if isinstance(steps, Sequence) else ():
            body = step.get("key") if isinstance(step, Mapping) else None
            pressed = body.get("key") if isinstance(body, Mapping) else None
            if isinstance(pressed, Scalar):
                yield from map(finding, unknown_item("KeyCode", pressed.text, pressed.span))


RULES = (scenarios, servers, players_gamepasses, keys)
