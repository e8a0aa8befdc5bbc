"""What can be read of a file that its schema refuses: the entries that are right."""

from __future__ import annotations

from ovhlgen.model.node import Mapping, Node, Sequence
from ovhlgen.read.validate import Path, refused


def salvaged(kind: str, root: Mapping) -> Mapping | None:
    """The file without the entries of its sections in which something is wrong; None where that isn't enough."""
    left: Node = root
    while paths := refused(kind, left):
        if () in paths:
            return None
        before = left
        # From the end, so that the places in a list stay what they are.
        for path in sorted({path[:2] for path in paths}, key=_order, reverse=True):
            left = _without(left, path)
        if left == before:
            return None
    return left if isinstance(left, Mapping) else None


def _order(path: Path) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (0, step) for step in path]


def _without(node: Node, path: Path) -> Node:
    step, *rest = path
    if isinstance(node, Sequence) and isinstance(step, int):
        return Sequence((*node.items[:step], *node.items[step + 1 :]), node.span)
    if not isinstance(node, Mapping) or step not in node.keys:
        return node
    name = str(step)
    kept = {name: _without(node.values[name], tuple(rest))} if rest else {}
    return Mapping(
        {key: one for key, one in node.keys.items() if rest or key != name},
        {key: kept.get(key, one) for key, one in node.values.items() if rest or key != name},
        node.span,
        node.flow,
    )
