"""Systems that a scenario needs and that this version doesn't generate yet."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.lower.systems import ADMIN_SCREEN, GENERATED
from ovhlgen.model.design import Scenario
from ovhlgen.model.module import Module
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import SERVICE_NAMES, Project

_STEPS = {
    "config": "ConfigService",
    "purchase": "MonetizationModule",
}
_EXPECTED = {
    "stored": "DataService",
    "global": "DataService",
    "config": "ConfigService",
}


def needs(project: Project, scenario: Scenario) -> list[str]:
    """By name; empty where the scenario can run."""
    return sorted(set(_of_scenario(project, scenario)) - (GENERATED if project.data else GENERATED - {"DataService"}))


def _of_scenario(project: Project, scenario: Scenario) -> Iterator[str]:
    root = scenario.root
    if root.get("global") is not None:
        yield "DataService"
    players = root.get("players")
    for player in players.values.values() if isinstance(players, Mapping) else ():
        if isinstance(player, Mapping):
            if "stored" in player.values:
                yield "DataService"
            sources = {source.kind.name for source in project.roles.sources} if project.roles else set()
            if "kohls" in player.values and "kohls_admin" not in sources:
                yield "the source kohls_admin in roles.yaml"
            if sources & set(player.values):
                yield "PermissionSync"  # the gamepasses or groups of a player give roles
    steps = root.get("steps")
    for step in steps.items if isinstance(steps, Sequence) else ():
        if isinstance(step, Mapping):
            yield from _of_step(project, step)


def _of_step(project: Project, step: Mapping) -> Iterator[str]:
    for key, node in step.values.items():
        if key in _STEPS:
            yield _STEPS[key]
        if key == "fault" and isinstance(node, Mapping) and "datastore" in node.values:
            yield "DataService"
        if key == "expect" and isinstance(node, Mapping):
            for kind, expected in node.values.items():
                if kind in _EXPECTED:
                    yield _EXPECTED[kind]
                yield from _of_names(project, expected, is_event=kind == "received")
        elif key not in ("expect", "server"):
            yield from _of_names(project, node, is_event=key in ("fire", "request"))


def _of_names(project: Project, node: Node, *, is_event: bool) -> Iterator[str]:
    """What the modules need that a step or an expectation names."""
    if not isinstance(node, Mapping):
        return
    drawn = node.get("screen")
    if isinstance(drawn, Scalar) and drawn.value not in project.screens:
        yield ADMIN_SCREEN
    for key in ("module", "event", "name"):
        named = node.get(key)
        if isinstance(named, Scalar) and isinstance(named.value, str):
            name = named.value.partition(".")[0] if is_event and key == "event" else named.value
            if name in project.modules and (key != "event" or is_event):
                yield from waits_for(project, project.modules[name], set())


def waits_for(project: Project, module: Module, seen: set[str]) -> Iterator[str]:
    """Systems without which a module stays disabled, those of its dependencies too."""
    if module.name in seen:
        return
    seen.add(module.name)
    for ref in module.depends:
        if ref.name in SERVICE_NAMES - GENERATED:
            yield ref.name
        elif ref.name in project.modules:
            yield from waits_for(project, project.modules[ref.name], seen)
