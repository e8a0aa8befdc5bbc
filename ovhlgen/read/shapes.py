"""What a mapping or list would look like where something else stands, and where a key belongs that isn't one there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ovhlgen.model.node import Mapping, Node, Scalar, Sequence

_DEEPEST = 4  # of the keys that are looked for; what is nested deeper is a list's or a table's


def shape(asked: dict[str, Any], node: Node) -> str | None:
    """As YAML writes it, with the names that were found where they can be keys."""
    if asked["type"] == "array":
        return f"[{_item(asked.get('items', {}), node)}]"
    table = asked.get("additionalProperties")
    if not table:
        return _sample(asked)
    pattern = asked.get("propertyNames", {}).get("pattern", ".*")
    items = node.items if isinstance(node, Sequence) else ()
    names = [one.text for one in items if isinstance(one, Scalar) and re.fullmatch(pattern, one.text)][:2]
    value = _sample(table)
    return "{ " + ", ".join(f"{name}: {value}" for name in names or [_sample(asked["propertyNames"], "Name")]) + " }"


def _item(asked: dict[str, Any], node: Node) -> str:
    """The entry that stands there without its list, the names that do, or any."""
    if isinstance(node, Mapping) and node.keys:
        if set(node.keys) <= set(asked.get("properties", {})):
            return "{ " + ", ".join(f"{key}: …" for key in node.keys) + " }"
        if asked.get("type") == "string" and all(re.fullmatch(asked.get("pattern", ".*"), key) for key in node.keys):
            return ", ".join(node.keys)
    return _sample(asked)


def _sample(asked: dict[str, Any], otherwise: str = "…") -> str:
    such = re.search(r"such as `([^`]*)`", asked.get("title", ""))
    if such:
        return such.group(1)
    if "enum" in asked:
        return str(asked["enum"][0])
    kind = asked.get("type")
    if kind == "object":
        needed = asked.get("required") or list(asked.get("properties", {}))[:1]
        keys = ", ".join(f"{key}: {_sample(asked['properties'][key])}" for key in needed)
        return f"{{ {keys} }}" if keys else "{ … }"
    return {"array": "[…]", "boolean": "true", "integer": str(asked.get("minimum", 1))}.get(str(kind), otherwise)


def home(name: str, here: tuple[str, ...], root: dict[str, Any]) -> str | None:
    """In words: where a key belongs, where that is one place: below this mapping, above it, or in one beside it."""
    places = [path for path, key in _keys(root, ()) if key == name and path != here]
    below = [path[len(here)] for path in places if path[: len(here)] == here and path[len(here) + 1 :] in ((), ("[]",))]
    if len(below) == 1:
        return f"under `{below[0]}:`"
    if len(below) == 2:
        return f"under `{below[0]}:` or `{below[1]}:`"
    if () in places and "*" not in here and "[]" not in here:
        return "at the top of the file"
    if len(places) == 1 and not {"*", "[]"} & set(places[0]):
        return f"under `{'.'.join(places[0])}:`"
    return None


def _keys(asked: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every key of a schema, with the names above it: `*` is any, `[]` a list's item."""
    if len(path) > _DEEPEST:
        return
    for name, below in asked.get("properties", {}).items():
        yield path, name
        yield from _keys(below, (*path, name))
    for step, below in (("*", asked.get("additionalProperties")), ("[]", asked.get("items"))):
        if isinstance(below, dict):
            yield from _keys(below, (*path, step))
