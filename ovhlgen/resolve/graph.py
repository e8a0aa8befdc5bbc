"""The dependency graph of modules, each edge with the place where it is declared."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ovhlgen.model.connected import connected
from ovhlgen.model.game import Ref
from ovhlgen.model.project import Project


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    ref: Ref


def hard_edges(project: Project) -> dict[str, list[Edge]]:
    """`depends` between modules, by module, targets in byte order. One on itself (E0419) is none."""
    return {
        name: sorted(
            (Edge(name, ref.name, ref) for ref in module.depends if ref.name in project.modules and ref.name != name),
            key=lambda edge: edge.target.encode(),
        )
        for name, module in sorted(project.modules.items())
    }


def find_cycles(project: Project) -> list[list[Edge]]:
    """One cycle for each group of modules that wait for each other: the shortest through its least name."""
    edges = hard_edges(project)
    groups = connected({name: [edge.target for edge in group] for name, group in edges.items()})
    cycles = []
    for group in map(frozenset, groups):
        inside = {name: [edge for edge in edges[name] if edge.target in group] for name in group}
        if any(inside.values()):
            cycles.append(_shortest(inside, min(group, key=str.encode)))
    return sorted(cycles, key=lambda cycle: cycle[0].source.encode())


def _shortest(edges: dict[str, list[Edge]], start: str) -> list[Edge]:
    """From a module of a group back to itself."""
    came: dict[str, Edge] = {}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        for edge in edges[at]:
            if edge.target == start:
                path = [edge]
                while path[-1].source != start:
                    path.append(came[path[-1].source])
                return path[::-1]
            if edge.target not in came:
                came[edge.target] = edge
                queue.append(edge.target)
    raise AssertionError(f"{start} isn't on a cycle")
