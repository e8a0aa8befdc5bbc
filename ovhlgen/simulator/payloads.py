"""What scenarios and tests send, as Luau source: literals of the specs, players by name, Instances by path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ovhlgen.diagnostics import Span
from ovhlgen.language.types import PLAYER, InstanceOf, Leaf
from ovhlgen.luau import NOTHING, Construct, literal, string
from ovhlgen.model.game import Fields
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence, to_plain
from ovhlgen.model.project import Project
from ovhlgen.resolve.values import Values

_NOWHERE = Span("")


def node_of(value: Any) -> Node:
    """A tree of plain Python data, as if it had been read from a spec; what is a node already stays."""
    if isinstance(value, Scalar | Sequence | Mapping):
        return value
    if isinstance(value, dict):
        keys = {str(key): Scalar(str(key), str(key), _NOWHERE) for key in value}
        return Mapping(keys, {str(key): node_of(one) for key, one in value.items()}, _NOWHERE, flow=False)
    if isinstance(value, list | tuple):
        return Sequence(tuple(node_of(one) for one in value), _NOWHERE)
    return Scalar(value, "" if value is None else str(value), _NOWHERE)


class _Sent(Values):
    """Literals, and what only a running game has."""

    def leaf(self, node: Node, leaf_type: Leaf) -> Any:
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if leaf_type == PLAYER:
                return Construct(f"player({string(node.value)})")
            if isinstance(leaf_type, InstanceOf):
                return Construct(f"instance({string(node.value)})")
        return super().leaf(node, leaf_type)


def payload(project: Project, module: str, fields: Fields, given: Node | None) -> str:
    """A payload as Luau source. What doesn't fit its type goes as it stands: a client may send anything."""
    if not isinstance(given, Mapping):
        return literal(_plain(to_plain(given))) if given is not None else "{}"
    return literal({name: _field(project, module, fields, name, node) for name, node in given.values.items()})


def arguments(project: Project, module: str, fields: Fields, given: Node | None) -> str:
    """The arguments of a method by their names, in the order in which it takes them."""
    values = given.values if isinstance(given, Mapping) else {}
    args = [_field(project, module, fields, name, values[name]) if name in values else NOTHING for name in fields]
    return ", ".join(map(literal, args))


def _field(project: Project, module: str, fields: Fields, name: str, node: Node) -> Any:
    field = fields.get(name)
    if field is None or field.type is None:
        return _plain(to_plain(node))
    values = _Sent(project, module)
    fitted = values.fit(node, field.type.type)
    return _plain(to_plain(node)) if values.misfits else fitted


def _plain(value: Any) -> Any:
    if value is None:
        return NOTHING
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, Iterable) and not isinstance(value, str) else value
