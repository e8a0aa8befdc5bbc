"""Who can start, and in which order (docs/runtime/kernel.md, 3 and 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A module that loaded: `rank` is its domain's, `depends` and `uses` are names."""

    name: str
    rank: int
    depends: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """`order` of those that can start; `cyclic` and `unmet` can't; `dropped` are `uses` edges of cycles."""

    order: list[str]
    cyclic: set[str]
    unmet: set[str]
    dropped: list[tuple[str, str]]


def plan(nodes: Dict[str, Node]) -> Plan:
    hard = {name: [to for to in node.depends if to in nodes] for name, node in nodes.items()}
    cyclic = {name for name in nodes if name in _reached(hard, hard[name])}
    unmet = _unmet(nodes, cyclic)
    free = {name: node for name, node in nodes.items() if name not in cyclic | unmet}
    dropped: list[tuple[str, str]] = []
    while True:
        edges = {
            name: [*node.depends, *(to for to in node.uses if to in free and (name, to) not in dropped)]
            for name, node in free.items()
        }
        order = _order(free, edges)
        if len(order) == len(free):
            return Plan(order, cyclic, unmet, dropped)
        dropped.append(_last_of_a_cycle(free, edges, dropped))


def _reached(edges: Dict[str, Iterable[str]], start: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(edges.get(name, ()))
    return reached


def _unmet(nodes: Dict[str, Node], cyclic: Collection[str]) -> set[str]:
    """Those that need what isn't there, what is in a cycle, or what is unmet itself."""
    unmet: set[str] = set()
    while True:
        more = {
            name
            for name, node in nodes.items()
            if name not in unmet
            and name not in cyclic
            and any(to not in nodes or to in cyclic or to in unmet for to in node.depends)
        }
        if not more:
            return unmet
        unmet |= more


def _order(nodes: Dict[str, Node], edges: Dict[str, Collection[str]]) -> list[str]:
    """Each time the first, by domain and then by name, of those whose edges lead to what has its place already."""
    order: list[str] = []
    while True:
        ready = [node for name, node in nodes.items() if name not in order and all(to in order for to in edges[name])]
        if not ready:
            return order
        order.append(min(ready, key=lambda node: (node.rank, node.name.encode())).name)


def _last_of_a_cycle(
    nodes: Dict[str, Node], edges: Dict[str, Collection[str]], dropped: Collection[tuple[str, str]]
) -> tuple[str, str]:
    inside = [
        (name, to)
        for name, node in nodes.items()
        for to in node.uses
        if to in nodes and (name, to) not in dropped and name in _reached(edges, [to])
    ]
    return max(inside, key=lambda edge: (edge[0].encode(), edge[1].encode()))
