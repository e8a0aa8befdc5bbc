"""Components of screens: values that fit them, widths, styles, what a list's row may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ovhlgen.check.references import unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import COMPONENT, SCREEN
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.language.components import PICTURED, READABLE, PropertyKind
from ovhlgen.language.types import Leaf, Number
from ovhlgen.model.game import Fields, Ref, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component
from ovhlgen.model.types import Array, Named, Placed, TypeRef
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.scope import NameScope, is_reference, relied, type_of
from ovhlgen.resolve.screens import answers, changes, sent
from ovhlgen.resolve.themes import DEFAULT, tokens

# What is asked for, where not every type that may stand there is named.
_EXPECTED = {READABLE: "a text, a number, a boolean, an id or an enum", PICTURED: "a text"}
_WIDEST = 1e9  # a range over which nobody slides
_WHOLE = 1.001  # shares of a whole, and what rounding adds


@dataclass(frozen=True, slots=True)
class Shown:
    """What a component (by its `kind`), a screen's title or a toast shows or changes: a text or a reference.

    `accepts`: the types that it may have, in words."""

    kind: str
    node: Scalar
    accepts: tuple[str, ...]


def _shown(project: Project) -> Iterator[tuple[Shown, NameScope]]:
    for screen, top in SCREEN.walk(project):
        yield from ((shown, top) for shown in _each("title", screen.title, READABLE))
    for component, scope in COMPONENT.walk(project):
        kind = component.key.text
        for _, node in component.given(PropertyKind.TEXT):
            yield from ((shown, scope) for shown in _each(kind, node, READABLE))
        for _, node in component.given(PropertyKind.IMAGE):
            yield from ((shown, scope) for shown in _each(kind, node, PICTURED))
        for _, node in component.given(PropertyKind.VALUE, PropertyKind.ITEMS):
            yield from ((shown, scope.of_value(component)) for shown in _each(kind, node, component.kind.accepts))
        for _, answer in answers(project, component):
            texts = (part.node for part in answer.walk() if part.is_text)
            yield from ((shown, scope) for node in texts for shown in _each("toast", node, READABLE))


def _each(kind: str, node: Node | None, accepts: tuple[str, ...]) -> Iterator[Shown]:
    """Of a text, or of one for each language."""
    nodes: Iterable[Node | None] = node.values.values() if isinstance(node, Mapping) else (node,)
    for text in nodes:
        if isinstance(text, Scalar) and isinstance(text.value, str):
            yield Shown(kind, text, accepts)


SHOWN = Scope("what is shown", _shown)


@rule("E0831", SHOWN)
def values(shown: Shown, scope: NameScope) -> Iterator[Diagnostic]:
    """A value of a type that the component can't show: one that no text says, or that is no image."""
    placed = type_of(scope, shown.node.text)
    name = in_words(scope.project, placed) if placed else None
    if name is not None and name not in shown.accepts:
        yield problem(
            "E0831",
            shown.node.span,
            name=shown.node.text,
            kind=shown.kind,
            found=name,
            expected=_EXPECTED.get(shown.accepts, " or ".join(shown.accepts)),
            upon=relied(scope, shown.node.text),
        )


@rule("E0832", COMPONENT)
def ranges(component: Component, scope: NameScope) -> Iterator[Diagnostic]:
    """A number without a range, where a component shows how far it is from one end to the other."""
    for _, node in component.given(PropertyKind.VALUE):
        if component.kind.needs_range and isinstance(node, Scalar):
            placed = type_of(scope.of_value(component), node.text)
            type_ = meant(scope.project, *placed, bare=True) if placed else None
            if isinstance(type_, Number) and type_.high - type_.low > _WIDEST:
                yield problem("E0832", node.span, name=node.text, kind=component.key.text)


@rule("E0833", COMPONENT)
def widths(component: Component, _scope: NameScope) -> Iterator[Diagnostic]:
    """Shares of a row that are more than the row."""
    if component.kind.shares_width:
        shares = [part.get("width") for part in component.inside]
        total = sum(
            float(share.value) for share in shares if isinstance(share, Scalar) and isinstance(share.value, int | float)
        )
        if total > _WHOLE:
            yield problem("E0833", component.key.span, total=f"{total:g}")


def _styles(project: Project) -> Iterator[tuple[Scalar, tuple[str, ...]]]:
    if DEFAULT in project.themes:
        known = tuple(name for name in tokens(project.themes, DEFAULT) if name.startswith("button."))
        for component, _ in COMPONENT.walk(project):
            for _, style in component.given(PropertyKind.STYLE):
                if component.kind.shows_style and isinstance(style, Scalar):
                    yield style, known


# Styles that components are drawn in, and the tokens of every style.
STYLE = Scope("style", _styles)


@rule("E0834", STYLE)
def styles(style: Scalar, known: tuple[str, ...]) -> Iterator[Diagnostic]:
    """A style that no group of tokens below `button` is."""
    if style.text not in _groups(known):
        yield unknown("E0834", Ref(style.text, style.span), _groups(known))


@rule("E0835", STYLE)
def whole_styles(style: Scalar, known: tuple[str, ...]) -> Iterator[Diagnostic]:
    """A style that lacks a token."""
    lacks = [part for part in ("background", "text", "radius") if f"button.{style.text}.{part}" not in known]
    if lacks and style.text in _groups(known):
        yield problem("E0835", style.span, name=style.text, lacks=", ".join(lacks))


def _groups(known: tuple[str, ...]) -> list[str]:
    return sorted({name.split(".")[1] for name in known})


@rule("E0838", COMPONENT)
def rows(component: Component, _scope: NameScope) -> Iterator[Diagnostic]:
    """What can't stand in a list's row, which is drawn again and again."""
    if component.kind.holds == "row":
        for row in component.inside:
            for held in row.walk():
                if not held.kind.in_list_row:
                    yield problem("E0838", held.key.span, name=held.key.text)


@dataclass(frozen=True, slots=True)
class Given:
    """A value that an event's field or a value of the screen gets; `module` is where its type is to be read."""

    key: Scalar
    node: Node
    type: TypeRef
    module: str | None


def _given(project: Project) -> Iterator[tuple[Given, NameScope]]:
    for component, scope in COMPONENT.walk(project):
        module, event = sent(project, component) or (None, None)
        payload = component.get("with")
        if event and isinstance(payload, Mapping):
            yield from ((given, scope) for given in _fields(payload, event.payload, module))
        for values in changes(project, component):
            yield from ((given, scope) for given in _fields(values, scope.screen.values, None))


def _fields(values: Mapping, fields: Fields, module: str | None) -> Iterator[Given]:
    for key, node in values.items():
        field = fields.get(key.text)
        if field and field.type:
            yield Given(key, node, field.type, module)


# What events and values of screens get when something is pressed.
GIVEN = Scope("given value", _given)


@rule("E0837", GIVEN)
def given_types(given: Given, scope: NameScope) -> Iterator[Diagnostic]:
    """What is sent or set has another type than what it is for."""
    node = given.node
    if not isinstance(node, Scalar) or not is_reference(node.text):
        return
    placed = type_of(scope, node.text)
    name = in_words(scope.project, placed) if placed else None
    expected = in_words(scope.project, Placed(given.type.type, given.module))
    if name is not None and expected is not None and expected not in (name, "any"):
        yield problem(
            "E0837",
            node.span,
            name=node.text,
            found=name,
            expected=expected,
            field=given.key.text,
            upon=[*relied(scope, node.text), given.type.span],
        )


def in_words(project: Project, placed: Placed) -> str | None:
    """A type as messages name it; None where that isn't known."""
    match meant(project, *placed, bare=True):
        case TypeDecl(kind="enum"):
            return "an enum"
        case TypeDecl() as declared:
            return f"a {declared.kind} {declared.key.name}"
        case Named():
            return None
        case Array():
            return "a list"
        case Leaf() as leaf:
            return leaf.words
        case other:
            return type(other).__name__.lower()
