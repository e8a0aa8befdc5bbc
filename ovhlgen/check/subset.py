"""A value in a scenario is a part of what is there (mappings are subsets): its names and its kind can be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Literal

from ovhlgen.diagnostics import Span
from ovhlgen.language import types
from ovhlgen.language.types import Number, Text
from ovhlgen.model.game import Field, Fields, Ref, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Map, Named, Type
from ovhlgen.read.validate import describe
from ovhlgen.resolve.aliases import followed
from ovhlgen.resolve.values import Misfit

# The field that tells a union's members apart.
KIND = Field(Ref("kind", Span("")), None)


@dataclass(frozen=True, slots=True)
class Missing:
    """A name that isn't among those that are known; `args` are more words for it."""

    kind: Literal["name", "data key", "screen value", "gamepass"]
    ref: Ref
    known: frozenset[str] | tuple[str, ...]
    args: Dict[str, str]


type Departure = Missing | Misfit


def lacks(owner: str, what: str, node: Scalar, known: Iterable[str]) -> Iterator[Missing]:
    """Where `owner` has no `what` (field, method, …) of that name."""
    names = frozenset(known)
    if node.text not in names:
        yield Missing("name", Ref(node.text, node.span), names, {"owner": owner, "what": what})


def fields_of(project: Project, node: Mapping, fields: Fields, module: str | None, owner: str) -> Iterator[Departure]:
    """Of the names of `owner`'s fields, and inside of their values."""
    for key, value in node.items():
        yield from lacks(owner, "field", key, fields)
        field = fields.get(key.text)
        if field and field.type:
            yield from inside(project, value, field.type.type, module)


def inside(project: Project, node: Node, type_: Type, module: str | None) -> Iterator[Departure]:
    """Of a value from a type: names of fields, kinds and enum values inside, or the kind of the whole."""
    behind, owner = followed(project, type_, module, bare=True)
    declared = project.type_of(behind, owner) if isinstance(behind, Named) else None
    expected = _kind(node, declared or behind)
    if expected:
        args = {"expected": expected, "found": describe(node)}
        yield Misfit("value", node.span, args, _meant(node, behind))
    elif declared:
        yield from _declared(project, node, declared)
    elif isinstance(behind, Array) and isinstance(node, Sequence):
        for item in node.items:
            yield from inside(project, item, behind.inner, owner)
    elif isinstance(behind, Map) and isinstance(node, Mapping):
        for key, value in node.items():
            # Each key is a text here, whatever it is in the game.
            names = inside(project, key, behind.key, owner)
            yield from (departure for departure in names if isinstance(departure, Missing))
            yield from inside(project, value, behind.value, owner)


def _kind(node: Node, expected: Type | TypeDecl) -> str | None:
    """What a value would have to be, where it can't be one of this type. `null` stands for what isn't there."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    if isinstance(expected, TypeDecl):
        return f"a {expected.key.name}: a mapping" if expected.kind in ("struct", "union") else None
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    match expected:
        case types.BOOLEAN:
            return None if isinstance(node.value, bool) else types.BOOLEAN.form
        case types.ID:
            return None if is_number and isinstance(node.value, int) else types.ID.form
        case Number():
            return None if is_number else expected.words
        case Text():
            return None if isinstance(node.value, str) else expected.words
        case Array():
            return "a list"
        case Map():
            return "a mapping"
    return None


def _meant(node: Node, expected: Type) -> str | None:
    """The same with quotes, or without them."""
    if isinstance(node, Scalar) and isinstance(expected, Text):
        return f'"{node.text}"'
    is_number = isinstance(node, Scalar) and (isinstance(expected, Number) or expected == types.ID)
    return node.text if is_number and isinstance(node, Scalar) and re.fullmatch(r"-?\d+(\.\d+)?", node.text) else None


def _declared(project: Project, node: Node, declared: TypeDecl) -> Iterator[Departure]:
    if declared.kind == "enum" and isinstance(node, Scalar) and node.value is not None:
        yield from lacks(declared.key.name, "value", node, (value.name for value in declared.values))
    elif declared.kind == "struct" and isinstance(node, Mapping):
        yield from fields_of(project, node, declared.fields, declared.module, declared.key.name)
    elif declared.kind == "union" and isinstance(node, Mapping):
        yield from _member(project, node, declared)


def _member(project: Project, node: Mapping, union: TypeDecl) -> Iterator[Departure]:
    """Where `kind` isn't said, a field is one of any member's."""
    kind = node.get("kind")
    if isinstance(kind, Scalar):
        yield from lacks(union.key.name, "kind", kind, union.members)
        if kind.text not in union.members:
            return
    chosen = [kind.text] if isinstance(kind, Scalar) else list(union.members)
    fields = {name: field for member in chosen for name, field in union.members[member][1].items()}
    yield from fields_of(project, node, {"kind": KIND, **fields}, union.module, union.key.name)
