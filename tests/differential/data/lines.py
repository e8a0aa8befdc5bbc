"""Lines of both sides in one form: ids by the order in which they were seen, values as their JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

IDS = ("session", "id")  # fields that are one
LISTS = ("released", "operations")
NAMES = ("commits", "aborts")  # by their keys


class _Ids:
    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, name: str) -> str:
        return self.known.setdefault(name, f"#{len(self.known) + 1}")


def comparable(lines: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    """What happens in one moment is in the order of its text: sessions are asked in no order of their own."""
    ids = _Ids()
    plain = sorted((round(at, 5), _form(text, None), text) for at, text in lines)
    return [(at, _form(text, ids)) for at, _, text in plain]


def _form(text: str, ids: _Ids | None) -> str:
    if not text.startswith("stored "):
        return text
    word, key, value = text.split(" ", 2)
    return f"{word} {key} {json.dumps(_named(json.loads(value), ids), sort_keys=True, ensure_ascii=False)}"


def _named(value: Any, ids: _Ids | None) -> Any:
    """`ids` is None where nothing has a name yet."""

    def name(of: str) -> str:
        return ids.of(of) if ids else ""

    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_named(one, ids) for one in value] or {}
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for field in sorted(value):
        inside = value[field]
        if field in IDS and isinstance(inside, str):
            found[field] = name(inside)
        elif field in LISTS:
            found[field] = [name(one) for one in inside]
        elif field in NAMES:
            found[field] = {name(one): inside[one] for one in sorted(inside)}
        else:
            found[field] = _named(inside, ids)
    return found
