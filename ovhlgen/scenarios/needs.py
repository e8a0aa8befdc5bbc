"""What a scenario needs and its game doesn't have."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.model.design import Scenario
from ovhlgen.model.node import Mapping, Node, Sequence
from ovhlgen.model.project import Project

_STORED = ("stored", "global")  # expectations
_DATA, _KOHLS = "specs/data.yaml", "the source kohls_admin in roles.yaml"


def needs(project: Project, scenario: Scenario) -> list[str]:
    """By name; empty where the scenario can run."""
    sources = {source.kind.name for source in project.roles.sources} if project.roles else set()
    has = {_DATA: project.data is not None, _KOHLS: "kohls_admin" in sources}
    return sorted({need for need in _of_scenario(scenario.root) if not has[need]})


def _of_scenario(root: Mapping) -> Iterator[str]:
    if root.get("global") is not None:
        yield _DATA
    players = root.get("players")
    for player in players.values.values() if isinstance(players, Mapping) else ():
        if isinstance(player, Mapping):
            if "stored" in player.values:
                yield _DATA
            if "kohls" in player.values:
                yield _KOHLS
    steps = root.get("steps")
    for step in steps.items if isinstance(steps, Sequence) else ():
        if isinstance(step, Mapping) and (_has(step.get("fault"), "datastore") or _has(step.get("expect"), *_STORED)):
            yield _DATA


def _has(node: Node | None, *keys: str) -> bool:
    return isinstance(node, Mapping) and any(key in node.values for key in keys)
