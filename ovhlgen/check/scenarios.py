"""Scenarios: players, modules, screens and settings that they name; what a step may do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ovhlgen.check.literals import finding
from ovhlgen.check.references import screens_of, unknown
from ovhlgen.check.rule import rule
from ovhlgen.check.scopes import SCENARIO, STEP, STEP_PART
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.design import HOW, Scenario
from ovhlgen.model.game import Ref
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import BUILT_IN
from ovhlgen.resolve.scenarios import Part, parts, players, steps
from ovhlgen.resolve.settings import settings
from ovhlgen.resolve.values import unknown_item

_PLAYER_KEYS = frozenset({"as", "by", "player", "kicked"})


@rule("E0801", SCENARIO)
def undeclared_players(_project: Project, scenario: Scenario) -> Iterator[Diagnostic]:
    """A player that isn't declared, once."""
    declared = players(scenario)
    known = list(declared.keys) if declared else []
    missed: set[str] = set()
    for name in _player_names(scenario):
        if name.text not in known and name.text not in missed:
            missed.add(name.text)
            yield unknown("E0801", Ref(name.text, name.span), known)


def _player_names(scenario: Scenario) -> Iterator[Scalar]:
    for part in (part for step in steps(scenario) for part in parts(step)):
        nodes: list[Node] = []
        if part.name in ("join", "leave"):
            joining = part.body.get("players") if isinstance(part.body, Mapping) else part.body
            nodes += joining.items if isinstance(joining, Sequence) else ()
        elif part.name == "kicked":
            nodes.append(part.body)
        elif part.names:
            nodes += [node for key, node in part.names.items() if key.text in _PLAYER_KEYS]
        yield from (node for node in nodes if isinstance(node, Scalar))


@rule("E0802", STEP)
def one_action(_project: Project, _scenario: Scenario, step: Mapping) -> Iterator[Diagnostic]:
    """A step with no action or with two."""
    actions = [key for key in step.keys if key not in ("expect", "server")]
    if len(actions) > 1 or (not actions and "expect" not in step.keys):
        yield problem("E0802", step.span, found=", ".join(actions) or "none")


@rule("E0815", STEP)
def servers(_project: Project, scenario: Scenario, step: Mapping) -> Iterator[Diagnostic]:
    """A step about a server that the scenario doesn't have."""
    declared = scenario.root.get("servers")
    count = declared.value if isinstance(declared, Scalar) and isinstance(declared.value, int) else 1
    for place in (step, *step.values.values()):
        number = place.get("server") if isinstance(place, Mapping) else None
        if isinstance(number, Scalar) and isinstance(number.value, int) and number.value > count:
            yield problem("E0815", number.span, number=number.value, most=count)


@rule("E0105", SCENARIO)
def dates(_project: Project, scenario: Scenario) -> Iterator[Diagnostic]:
    """A day that no calendar has."""
    start = scenario.root.get("start")
    if isinstance(start, Scalar):
        try:
            datetime.fromisoformat(start.text)
        except ValueError:
            yield problem("E0105", start.span, found=start.text, expected="a date such as `2025-01-01`")


@rule("E0108", STEP)
def purchases(_project: Project, _scenario: Scenario, step: Mapping) -> Iterator[Diagnostic]:
    """A purchase is of a product or of a gamepass."""
    bought = step.get("purchase")
    if isinstance(bought, Mapping):
        given = [key for key in ("product", "gamepass") if key in bought.keys]
        if len(given) != 1:
            yield problem("E0108", bought.span, keys="product, gamepass", found=", ".join(given) or "none")


@rule("W0434", STEP)
def keys(_project: Project, _scenario: Scenario, step: Mapping) -> Iterator[Diagnostic]:
    """A key that a player can't press, for Roblox has none of that name."""
    body = step.get("key")
    pressed = body.get("key") if isinstance(body, Mapping) else None
    if isinstance(pressed, Scalar):
        yield from map(finding, unknown_item("KeyCode", pressed.text, pressed.span))


@rule("E0415", SCENARIO)
def gamepasses(project: Project, scenario: Scenario) -> Iterator[Diagnostic]:
    """A gamepass of a player is in monetization.yaml, or an id."""
    known = project.monetization.gamepasses if project.monetization else {}
    declared = players(scenario) if not project.is_broken("monetization") else None
    for player in declared.values.values() if declared else ():
        passes = player.get("gamepasses") if isinstance(player, Mapping) else None
        for name in passes.items if isinstance(passes, Sequence) else ():
            if isinstance(name, Scalar) and not name.text.isdigit() and name.text not in known:
                yield unknown("E0415", Ref(name.text, name.span), known)


@rule("E0405", STEP_PART)
def unknown_settings(project: Project, part: Part) -> Iterator[Diagnostic]:
    """A setting that ConfigService doesn't have; not said where any file has errors, which may be its own."""
    if part.name != "config" or project.broken:
        return
    named = part.body if part.is_expectation or not isinstance(part.body, Mapping) else part.body.get("set")
    known = {setting.name for setting in settings(project)}
    for key in named.keys.values() if isinstance(named, Mapping) else ():
        if key.text not in known | HOW:
            yield unknown("E0405", Ref(key.text, key.span), known)


def _named(part: Part, *keys: str) -> Iterator[Ref]:
    """What stands under some keys of a part."""
    for key, node in part.names.items() if part.names else ():
        if key.text in keys and isinstance(node, Scalar):
            yield Ref(node.text, node.span)


@rule("E0414", STEP_PART)
def bus_events(project: Project, part: Part) -> Iterator[Diagnostic]:
    """A bus event that nobody publishes; a name with a dot is of the network."""
    known = {name for module in project.modules.values() for name in module.publishes} | set(BUILT_IN)
    for ref in _named(part, "event"):
        if "." not in ref.name and ref.name not in known and not project.broken:
            yield unknown("E0414", ref, known)


@rule("E0401", STEP_PART)
def modules(project: Project, part: Part) -> Iterator[Diagnostic]:
    """A module that doesn't exist; services log, too."""
    keys = ("module", "name") if part.name == "module" else ("module",) if part.name != "logged" else ()
    for ref in _named(part, *keys):
        if ref.name not in project.modules and not project.is_broken("module", ref.name):
            yield unknown("E0401", ref, project.modules)


@rule("E0411", STEP_PART)
def screens(project: Project, part: Part) -> Iterator[Diagnostic]:
    """A screen that doesn't exist."""
    for ref in _named(part, "screen"):
        if ref.name not in screens_of(project) and not project.is_broken("screen", ref.name):
            yield unknown("E0411", ref, screens_of(project))
