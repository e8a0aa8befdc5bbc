"""A screen's file → model."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.language.components import BOUND, COMPONENTS, TAB
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.screens import Component, Screen
from ovhlgen.read.parts import Reader, as_mapping, get_ref, items, need_ref, share, text

# Shares of the screen where a screen doesn't say its `size`.
_SIZES = {"modal": (0.6, 0.7), "panel": (0.4, 0.7), "hud": (0.4, 0.15)}


def build_screen(reader: Reader, root: Mapping) -> Screen:
    content = root.get("content")
    kind, size, aspect = text(root, "kind") or "panel", as_mapping(root.get("size")), text(root, "aspect")
    width, height = _SIZES[kind]
    return Screen(
        key=need_ref(root, "screen"),
        kind=kind,
        width=share(size, "width", width),
        height=share(size, "height", height),
        aspect=_ratio(aspect) if aspect else None,
        title=root.get("title"),
        values=reader.fields(root.get("values")),
        content=None if content is None else tuple(_components(content)),
        bind=get_ref(root, "bind"),
        bound=tuple(_bound(name, node) for name, node in as_mapping(root.get("components")).items()),
        path=reader.path,
    )


def _ratio(aspect: str) -> float:
    width, height = aspect.split(":")
    return int(width) / int(height)


def _components(node: Node | None) -> Iterator[Component]:
    for item in items(node):
        yield _component(item)


def _component(item: Node) -> Component:
    ((key, body),) = as_mapping(item).items()
    kind = COMPONENTS[key.text]
    match kind.holds:
        case "components" | "tabs":
            inside = _components(body) if kind.holds == "components" else (_tab(key, tab) for tab in items(body))
            return Component(key, kind, _nothing(body), tuple(inside))
        case "row":
            row = as_mapping(body).values["row"]
            return Component(key, kind, as_mapping(body), (_component(row),))
        case _:
            return Component(key, kind, body if isinstance(body, Mapping) else _nothing(body))


def _tab(key: Scalar, node: Node) -> Component:
    tab = as_mapping(node)
    return Component(key, TAB, tab, tuple(_components(tab.get("content"))))


def _bound(name: Scalar, node: Node) -> Component:
    """A class alone is short for `{ class: … }`."""
    if isinstance(node, Scalar):
        node = Mapping({"class": node}, {"class": node}, node.span, flow=True)
    return Component(name, BOUND, as_mapping(node))


def _nothing(node: Node) -> Mapping:
    """The properties of what has none, at its place."""
    return Mapping({}, {}, node.span, flow=False)
