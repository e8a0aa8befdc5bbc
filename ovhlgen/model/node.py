"""The tree of a spec file: values with their places (made by `read.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ovhlgen.diagnostics import Span

type Plain = str | int | float | bool | None
type Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value; `text` is how it stands in the file (quotes and escapes resolved)."""

    value: Plain
    text: str
    span: Span  # of the text itself, inside the quotes


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    keys: dict[str, Scalar]
    values: dict[str, Node]
    span: Span
    flow: bool

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        for name, key in self.keys.items():
            yield key, self.values[name]

    def get(self, name: str) -> Node | None:
        return self.values.get(name)


def scalars(node: Node) -> Iterator[Scalar]:
    """Every scalar of a tree; keys are none."""
    if isinstance(node, Scalar):
        yield node
    else:
        for inner in node.items if isinstance(node, Sequence) else node.values.values():
            yield from scalars(inner)


def to_plain(node: Node) -> Any:
    """The tree as Python values, for the schema validator. Tests and schemas see nothing else of it."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [to_plain(item) for item in node.items]
    return {name: to_plain(value) for name, value in node.values.items()}
