"""What looks like a reference and stays a text: a part of a text, inside a list, or where none is followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ovhlgen.check.references import unknown
from ovhlgen.diagnostics import Diagnostic, nearest, problem
from ovhlgen.language.components import PropertyKind
from ovhlgen.model.game import Ref
from ovhlgen.model.node import Mapping, Node, Scalar, scalars
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component
from ovhlgen.resolve.scope import NameScope, is_reference, scope_of, type_of
from ovhlgen.resolve.screens import answers, changes, components
from ovhlgen.resolve.uses import uses

_LIKE = re.compile(r"(?<![\w$@])(\$[A-Za-z_]\w*(?:\.\w+)*|@[A-Za-z]\w*(?:\.\w+)+)")
# As other languages put a value into a text: `{data.coins}`, `${name}`, `{{ name }}`; or without its `@`.
_GIVEN = re.compile(r"\$?\{{1,2} *[$@]?([A-Za-z_]\w*(?:\.\w+)*) *\}{1,2}")
_BARE = re.compile(r"[$@]?([A-Za-z_]\w*(?:\.\w+)+)|@([A-Za-z_]\w*)")


def of_screens(project: Project) -> Iterator[Diagnostic]:
    """E0843: a reference in a text, a list or a mapping. W0844: what is nearly one."""
    for name in sorted(project.screens):
        screen = project.screens[name]
        top = scope_of(project, screen)
        for node in _each(screen.title):
            yield from _plain(node, top)
        for component, scope in components(project, screen):
            yield from _component(component, scope)


def _component(component: Component, scope: NameScope) -> Iterator[Diagnostic]:
    for _, text in component.given(PropertyKind.TEXT, PropertyKind.IMAGE):
        for node in _each(text):
            yield from _plain(node, scope)
    for _, followed in component.given(PropertyKind.VALUE, PropertyKind.ITEMS, PropertyKind.CONDITION):
        if isinstance(followed, Scalar) and followed.text[:1] in ("$", "@") and not is_reference(followed.text):
            known = _known(followed.text, scope)
            yield unknown("E0803", Ref(followed.text, followed.span), known)
    yield from _values(component.get("with"), scope)
    for values in changes(scope.project, component):
        yield from _values(values, scope)
    for _, answer in answers(scope.project, component):
        for part in answer.walk():
            for node in _each(part.node) if part.is_text else ():
                yield from _plain(node, scope)


def _values(given: Node | None, scope: NameScope) -> Iterator[Diagnostic]:
    """A value for each of some fields; each may be a reference as a whole. A value's name lacks its `$`."""
    for value in given.values.values() if isinstance(given, Mapping) else ():
        if isinstance(value, Scalar) and value.text in scope.names():
            yield problem("W0844", value.span, name=value.text, suggestion=f"${value.text}")
        yield from _plain(value, scope)


def _each(node: Node | None) -> Iterable[Node]:
    return node.values.values() if isinstance(node, Mapping) else (node,) if node else ()


def _plain(node: Node, scope: NameScope) -> Iterator[Diagnostic]:
    """A value that may be a reference as a whole; what is inside of it may not."""
    if isinstance(node, Scalar):
        if isinstance(node.value, str) and not is_reference(node.text):
            yield from _like(node, scope)
        return
    for inner in scalars(node):
        if isinstance(inner.value, str):
            yield from _like(inner, scope)


def _like(node: Scalar, scope: NameScope) -> Iterator[Diagnostic]:
    bare = _BARE.fullmatch(node.text)
    meant = _named(bare.group(1) or bare.group(2), scope) if bare else None
    if meant:
        yield problem("W0844", node.span, name=node.text, suggestion=meant)
        return
    given = [(match, _named(match.group(1), scope)) for match in _GIVEN.finditer(node.text)]
    if any(meant for _, meant in given):
        for match, meant in given:
            if meant and match.group() == node.text:
                yield problem("W0844", node.span, name=node.text, suggestion=meant)
            elif meant:
                yield problem("E0843", node.span.within(*match.span()), name=match.group())
        return
    for match in _LIKE.finditer(node.text):
        text = match.group(1).rstrip(".")
        span, is_whole = node.span.within(match.start(), match.end()), text == node.text
        meant = text if is_reference(text) and type_of(scope, text) else _nearest(text, scope)
        if meant == text:
            yield problem("E0843", span, name=text)
        elif meant and is_whole:
            yield unknown("E0803", Ref(text, span), _known(text, scope))
        elif meant:
            yield problem("W0844", span, name=text, suggestion=meant)


def _named(name: str, scope: NameScope) -> str | None:
    """The reference to what has this name: a value, `owner.name`, or the only one that ends in it."""
    for text in (f"${name}", f"@{name}"):
        if is_reference(text) and type_of(scope, text):
            return text
    ending = [one for one in _known("@", scope) if one.rpartition(".")[2] == name]
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
        f"@{one.name}.{key}" for one in project.modules.values() for key, own in one.state.items() if own.replicate
    ]
    return [*state, *(f"@config.{key}" for key in project.config.fields), *(f"@data.{key}" for key in data)]


def of_literals(project: Project) -> Iterator[Diagnostic]:
    """W0844: a default, a catalogue's row or an icon's label, where no reference is followed."""
    owners = {"config", "data", *project.modules}
    nodes = [use.default for use in uses(project)]
    nodes += [row for catalogue in project.catalogues.values() for row in catalogue.rows]
    nodes += [icon.label for icon in project.topbar.icons.values()] if project.topbar else []
    for node in nodes:
        for one in scalars(node) if node else ():
            match = _LIKE.fullmatch(one.text)
            if match and isinstance(one.value, str) and one.text[1:].split(".")[0] in owners:
                yield problem("W0844", one.span, name=one.text)


def of_fallbacks(project: Project) -> Iterator[Diagnostic]:
    """W0844: a fallback that is another field's name, without its `$`."""
    for module in project.modules.values():
        for contract in module.contracts.values():
            for field in contract.fields.values():
                given = field.fallback
                if isinstance(given, Scalar) and given.text in contract.fields:
                    yield problem("W0844", given.span, name=given.text, suggestion=f"${given.text}")


RULES = (of_screens, of_literals, of_fallbacks)
