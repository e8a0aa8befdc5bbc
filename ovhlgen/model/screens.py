"""Screens, and the components in them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass

from ovhlgen.language.components import PROPERTIES, ComponentKind, PropertyKind
from ovhlgen.model.game import Field, Ref
from ovhlgen.model.node import Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a screen, one of its tabs, or one that was drawn in Studio.

    `key` names its kind where the spec does, for a tab the `tabs` that it is one of; of what Studio holds it is the
    name. `body` has its properties; they stay nodes, since what one may be depends on its place. `inside` are those
    that it holds: a row's, a list's row, the tabs, what a tab shows."""

    key: Scalar
    kind: ComponentKind
    body: Mapping
    inside: tuple[Component, ...] = ()

    def get(self, name: str) -> Node | None:
        return self.body.get(name)

    def text(self, name: str) -> str | None:
        """A property that is a plain text or name; None where it isn't given."""
        node = self.body.get(name)
        return node.text if isinstance(node, Scalar) and isinstance(node.value, str) else None

    def given(self, *kinds: PropertyKind) -> Iterator[tuple[str, Node]]:
        """Its properties of these kinds, in the order of the language's table."""
        for name, takes in PROPERTIES.items():
            if takes.kind in kinds and name in self.body.values:
                yield name, self.body.values[name]

    def actions(self) -> list[str]:
        """What happens when it is pressed; `close: false` is nothing."""
        return [
            name
            for name, takes in PROPERTIES.items()
            if takes.is_action and name in self.body.values and not _is_false(self.body.values[name])
        ]

    def walk(self) -> Iterator[Component]:
        """This one, and then all inside of it, from top to bottom."""
        yield self
        for component in self.inside:
            yield from component.walk()


def _is_false(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is False


@dataclass(frozen=True, slots=True)
class Screen:
    """`width` and `height` are shares of the screen, `aspect` its width to its height (None: as these are).

    `content` is what the spec draws, None where it draws nothing; with `bind` Studio has drawn it, and `bound` are
    its components that the spec names."""

    key: Ref
    kind: str
    width: float
    height: float
    aspect: float | None
    title: Node | None
    values: Dict[str, Field]
    content: tuple[Component, ...] | None
    bind: Ref | None
    bound: tuple[Component, ...]
    path: str

    def components(self) -> Iterator[Component]:
        """Every one, whatever it stands in."""
        for component in (*(self.content or ()), *self.bound):
            yield from component.walk()
