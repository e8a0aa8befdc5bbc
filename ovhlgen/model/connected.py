"""Groups of things that lead to each other."""

from __future__ import annotations

from collections.abc import Mapping


def connected[T](edges: Mapping[T, list[T]]) -> list[list[T]]:
    """The groups of things that lead to each other, each behind those that it leads to (Tarjan's algorithm).

    What leads to none that leads back to it is a group by itself."""
    index: dict[T, int] = {}
    low: dict[T, int] = {}
    stack: list[T] = []
    waiting: set[T] = set()
    groups: list[list[T]] = []
    for root in edges:
        work = [(root, iter(edges[root]))] if root not in index else []
        while work:
            name, rest = work[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                stack.append(name)
                waiting.add(name)
            target = next(rest, None)
            if target is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[name])
                if low[name] == index[name]:
                    group = [stack.pop()]
                    while group[-1] != name:
                        group.append(stack.pop())
                    waiting.difference_update(group)
                    groups.append(group)
            elif target not in index:
                work.append((target, iter(edges[target])))
            elif target in waiting:
                low[name] = min(low[name], index[target])
    return groups
