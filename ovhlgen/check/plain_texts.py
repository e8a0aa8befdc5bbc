"""What looks like a reference and stays a text: a part of a text, inside a list, or where none is followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ovhlgen.check.references import unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import COMPONENT, CONTRACT, PROJECT, SCREEN, USE
from ovhlgen.diagnostics import Diagnostic, Span, nearest, problem
from ovhlgen.language.components import PropertyKind
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Contract, Module
from ovhlgen.model.node import Mapping, Node, Scalar, scalars
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component
from ovhlgen.resolve.scope import NameScope, is_reference, type_of
from ovhlgen.resolve.screens import answers, changes

_LIKE = re.compile(r"(?<![\w$@])(\$[A-Za-z_]\w*(?:\.\w+)*|@[A-Za-z]\w*(?:\.\w+)+)")
# As other languages put a value into a text: `{data.coins}`, `${name}`, `{{ name }}`; or without its `@`.
_GIVEN = re.compile(r"\$?\{{1,2} *[$@]?([A-Za-z_]\w*(?:\.\w+)*) *\}{1,2}")
_BARE = re.compile(r"[$@]?([A-Za-z_]\w*(?:\.\w+)+)|@([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Lookalike:
    """What looks like a reference where a whole text or value may be one, and isn't: something `inside` of a text that
    would be one; what is `nearly` one; an `unknown` one that nothing but a reference can be meant by."""

    kind: Literal["inside", "nearly", "unknown"]
    name: str
    span: Span
    scope: NameScope
    meant: str | None = None


def _lookalikes(project: Project) -> Iterator[tuple[Lookalike]]:
    for screen, top in SCREEN.walk(project):
        for node in _each(screen.title):
            yield from ((lookalike,) for lookalike in _plain(node, top))
    for component, scope in COMPONENT.walk(project):
        yield from ((lookalike,) for lookalike in _component(component, scope))


LOOKALIKE = Scope("lookalike of a reference", _lookalikes)


@rule("E0843", LOOKALIKE)
def inside_of_texts(lookalike: Lookalike) -> Iterator[Diagnostic]:
    """A reference in a text, a list or a mapping."""
    if lookalike.kind == "inside":
        yield problem("E0843", lookalike.span, name=lookalike.name)


@rule("W0844", LOOKALIKE)
def near_references(lookalike: Lookalike) -> Iterator[Diagnostic]:
    """What is nearly a reference."""
    if lookalike.kind == "nearly":
        yield problem("W0844", lookalike.span, name=lookalike.name, suggestion=lookalike.meant)


@rule("E0803", LOOKALIKE)
def unknown_references(lookalike: Lookalike) -> Iterator[Diagnostic]:
    """A reference to nothing."""
    if lookalike.kind == "unknown":
        known = _known(lookalike.name, lookalike.scope)
        yield unknown("E0803", Ref(lookalike.name, lookalike.span), known)


def _component(component: Component, scope: NameScope) -> Iterator[Lookalike]:
    for _, text in component.given(PropertyKind.TEXT, PropertyKind.IMAGE):
        for node in _each(text):
            yield from _plain(node, scope)
    for _, followed in component.given(PropertyKind.VALUE, PropertyKind.ITEMS, PropertyKind.CONDITION):
        if isinstance(followed, Scalar) and followed.text[:1] in ("$", "@") and not is_reference(followed.text):
            yield Lookalike("unknown", followed.text, followed.span, scope)
    yield from _values(component.get("with"), scope)
    for values in changes(scope.project, component):
        yield from _values(values, scope)
    for _, answer in answers(scope.project, component):
        for part in answer.walk():
            for node in _each(part.node) if part.is_text else ():
                yield from _plain(node, scope)


def _values(given: Node | None, scope: NameScope) -> Iterator[Lookalike]:
    """A value for each of some fields; each may be a reference as a whole. A value's name lacks its `$`."""
    for value in given.values.values() if isinstance(given, Mapping) else ():
        if isinstance(value, Scalar) and value.text in scope.names():
            yield Lookalike("nearly", value.text, value.span, scope, f"${value.text}")
        yield from _plain(value, scope)


def _each(node: Node | None) -> Iterable[Node]:
    return node.values.values() if isinstance(node, Mapping) else (node,) if node else ()


def _plain(node: Node, scope: NameScope) -> Iterator[Lookalike]:
    """A value that may be a reference as a whole; what is inside of it may not."""
    if isinstance(node, Scalar):
        if isinstance(node.value, str) and not is_reference(node.text):
            yield from _like(node, scope)
        return
    for inner in scalars(node):
        if isinstance(inner.value, str):
            yield from _like(inner, scope)


def _like(node: Scalar, scope: NameScope) -> Iterator[Lookalike]:
    bare = _BARE.fullmatch(node.text)
    meant = _named(bare.group(1) or bare.group(2), scope) if bare else None
    if meant:
        yield Lookalike("nearly", node.text, node.span, scope, meant)
        return
    given = [(match, _named(match.group(1), scope)) for match in _GIVEN.finditer(node.text)]
    if any(meant for _, meant in given):
        for match, meant in given:
            if meant and match.group() == node.text:
                yield Lookalike("nearly", node.text, node.span, scope, meant)
            elif meant:
                yield Lookalike("inside", match.group(), node.span.within(*match.span()), scope)
        return
    for match in _LIKE.finditer(node.text):
        text = match.group(1).rstrip(".")
        span, is_whole = node.span.within(match.start(), match.end()), text == node.text
        meant = text if is_reference(text) and type_of(scope, text) else _nearest(text, scope)
        if meant == text:
            yield Lookalike("inside", text, span, scope)
        elif meant and is_whole:
            yield Lookalike("unknown", text, span, scope)
        elif meant:
            yield Lookalike("nearly", text, span, scope, meant)


def _named(name: str, scope: NameScope) -> str | None:
    """The reference to what has this name: a value, `owner.name`, or the only one that ends in it."""
    for text in (f"${name}", f"@{name}"):
        if is_reference(text) and type_of(scope, text):
            return text
    ending = [known for known in _known("@", scope) if known.rpartition(".")[2] == name]
    return ending[0] if len(ending) == 1 else None


def _nearest(text: str, scope: NameScope) -> str | None:
    return nearest(text, _known(text, scope))


def _known(text: str, scope: NameScope) -> list[str]:
    """What a `$name` or an `@owner.name` may be here."""
    if text.startswith("$"):
        return [f"${name}" for name in scope.names()]
    project = scope.project
    data = project.data.player if project.data else {}
    state = [
        f"@{module.name}.{key}"
        for module in project.modules.values()
        for key, field in module.state.items()
        if field.replicate
    ]
    return [*state, *(f"@config.{key}" for key in project.config.fields), *(f"@data.{key}" for key in data)]


@rule("W0844", PROJECT)
def of_literals(project: Project) -> Iterator[Diagnostic]:
    """A default, a catalogue's row or an icon's label, where no reference is followed."""
    owners = {"config", "data", *project.modules}
    nodes = [use.default for _, use in USE.walk(project)]
    nodes += [row for catalogue in project.catalogues.values() for row in catalogue.rows]
    nodes += [icon.label for icon in project.topbar.icons.values()] if project.topbar else []
    for literal in (literal for node in nodes if node for literal in scalars(node)):
        match = _LIKE.fullmatch(literal.text)
        if match and isinstance(literal.value, str) and literal.text[1:].split(".")[0] in owners:
            yield problem("W0844", literal.span, name=literal.text)


@rule("W0844", CONTRACT)
def of_fallbacks(_project: Project, _module: Module, contract: Contract) -> Iterator[Diagnostic]:
    """A fallback that is another field's name, without its `$`."""
    for field in contract.fields.values():
        given = field.fallback
        if isinstance(given, Scalar) and given.text in contract.fields:
            yield problem("W0844", given.span, name=given.text, suggestion=f"${given.text}")
