"""The dependency graph of modules, each edge with the place where it is declared."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ovhlgen.model.game import Ref
from ovhlgen.model.project import Project


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    ref: Ref


def hard_edges(project: Project) -> dict[str, list[Edge]]:
    """`depends` between modules, by module, targets in byte order."""
    return {
        name: sorted(
            (Edge(name, ref.name, ref) for ref in module.depends if ref.name in project.modules),
            key=lambda edge: edge.target.encode(),
        )
        for name, module in sorted(project.modules.items())
    }


def find_cycles(project: Project) -> list[list[Edge]]:
    """One cycle for each group of modules that wait for each other: the shortest through its least name."""
    edges = hard_edges(project)
    found: list[list[Edge]] = []
    covered: set[str] = set()
    for name in sorted(edges, key=str.encode):
        if name in covered:
            continue
        cycle = _shortest(edges, name)
        if cycle:
            found.append(cycle)
            covered |= _reached(edges, name) & _reaching(edges, name)
    return found


def _shortest(edges: dict[str, list[Edge]], start: str) -> list[Edge] | None:
    came: dict[str, Edge] = {}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        for edge in edges[at]:
            if edge.target == start:
                path = [edge]
                while path[0].source != start:
                    path.insert(0, came[path[0].source])
                return path
            if edge.target not in came:
                came[edge.target] = edge
                queue.append(edge.target)
    return None


def _reached(edges: dict[str, list[Edge]], start: str) -> set[str]:
    found: set[str] = set()
    queue = [start]
    while queue:
        for edge in edges[queue.pop()]:
            if edge.target not in found:
                found.add(edge.target)
                queue.append(edge.target)
    return found


def _reaching(edges: dict[str, list[Edge]], start: str) -> set[str]:
    back: dict[str, list[Edge]] = {name: [] for name in edges}
    for group in edges.values():
        for edge in group:
            back[edge.target].append(Edge(edge.target, edge.source, edge.ref))
    return _reached(back, start)
