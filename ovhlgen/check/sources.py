"""What screens refer to: values of theirs, settings, data and state, and fields inside of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ovhlgen.check.references import replicated, unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import COMPONENT, SCREEN
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.language.components import PropertyKind
from ovhlgen.model.game import Ref, TypeDecl
from ovhlgen.model.module import StateField
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component
from ovhlgen.model.types import Named
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.scope import REFERENCE, VALUE, NameScope, type_of
from ovhlgen.resolve.screens import answers, changes, sent


@dataclass(frozen=True, slots=True)
class Reference:
    """`$name.field` (without an owner) or `@owner.name.field`, where it stands."""

    ref: Ref
    owner: str | None
    name: str


def _references(project: Project) -> Iterator[tuple[Reference, NameScope]]:
    for screen, top in SCREEN.walk(project):
        for reference in _inside(screen.title):
            yield reference, top
    for component, scope in COMPONENT.walk(project):
        for node, here in _sources(component, scope):
            for reference in _inside(node):
                yield reference, here


# Every reference of a screen, and what it may refer to.
REFERENCES = Scope("reference of a screen", _references)


def _sources(component: Component, scope: NameScope) -> Iterator[tuple[Node, NameScope]]:
    """What may be a reference, or has some for its values."""
    for _, node in component.given(PropertyKind.VALUE):
        yield node, scope.of_value(component)
    for _, node in component.given(PropertyKind.TEXT, PropertyKind.IMAGE, PropertyKind.CONDITION, PropertyKind.ITEMS):
        yield node, scope
    for values in changes(scope.project, component):
        yield values, scope
    if sent(scope.project, component):
        for _, payload in component.given(PropertyKind.PAYLOAD):
            yield payload, scope
    for _, answer in answers(scope.project, component):
        for part in answer.walk():
            if part.is_text:
                yield part.node, scope


def _inside(node: Node | None) -> Iterator[Reference]:
    if isinstance(node, Mapping):
        for inner in node.values.values():
            yield from _inside(inner)
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        ref = Ref(node.text, node.span)
        if value := VALUE.fullmatch(node.text):
            yield Reference(ref, None, value.group(1))
        elif reference := REFERENCE.fullmatch(node.text):
            yield Reference(ref, reference.group(1), reference.group(2)[1:].split(".")[0])


@rule("E0803", REFERENCES)
def values(reference: Reference, scope: NameScope) -> Iterator[Diagnostic]:
    """A value that neither the screen nor the row's item has, or a field that it doesn't have."""
    if reference.owner is None:
        if reference.name in scope.names():
            yield from _fields("E0803", reference.ref, scope)
        elif scope.is_known:
            missed = unknown("E0803", reference.ref, [f"${name}" for name in scope.names()])
            yield replace(missed, upon=scope.relies)


@rule("E0405", REFERENCES)
def settings(reference: Reference, scope: NameScope) -> Iterator[Diagnostic]:
    """A setting that there isn't, or a field that it doesn't have."""
    if reference.owner == "config":
        fields = scope.project.config.fields
        shared = [name for name, field in fields.items() if field.realm == "shared"]
        if reference.name in shared:
            yield from _fields("E0405", reference.ref, scope)
        elif reference.name not in fields and not scope.project.is_broken("config"):
            yield unknown("E0405", reference.ref, [f"@config.{name}" for name in shared])


@rule("E0431", REFERENCES)
def hidden_settings(reference: Reference, scope: NameScope) -> Iterator[Diagnostic]:
    """A setting that clients don't have."""
    setting = scope.project.config.fields.get(reference.name) if reference.owner == "config" else None
    if setting and setting.realm != "shared":
        yield problem("E0431", reference.ref.span, name=reference.name)


@rule("E0406", REFERENCES)
def data(reference: Reference, scope: NameScope) -> Iterator[Diagnostic]:
    """A key that players' data doesn't have, or a field that it doesn't have."""
    if reference.owner == "data":
        keys = scope.project.data.player if scope.project.data else {}
        visible = [name for name, key in keys.items() if key.visible == "owner"]
        if reference.name in visible:
            yield from _fields("E0406", reference.ref, scope)
        elif reference.name not in keys and not scope.project.is_broken("data"):
            yield unknown("E0406", reference.ref, [f"@data.{name}" for name in visible])


@rule("E0423", REFERENCES)
def hidden_data(reference: Reference, scope: NameScope) -> Iterator[Diagnostic]:
    """A key of the player's data that stays on the server."""
    keys = scope.project.data.player if scope.project.data else {}
    key = keys.get(reference.name) if reference.owner == "data" else None
    if key and key.visible != "owner":
        yield problem("E0423", reference.ref.span, name=reference.name)


@rule("E0409", REFERENCES)
def states(reference: Reference, scope: NameScope) -> Iterator[Diagnostic]:
    """State that there isn't, or a field that it doesn't have."""
    if not _is_state(reference, scope.project):
        return
    state = _state(reference, scope.project)
    if state and state.replicate:
        yield from _fields("E0409", reference.ref, scope)
    elif not (state and _is_of_server(reference, scope.project)):
        modules = scope.project.modules.values()
        replicated_state = [
            f"@{module.name}.{name}" for module in modules for name, field in module.state.items() if field.replicate
        ]
        yield unknown("E0409", reference.ref, replicated_state)


@rule("E0430", REFERENCES)
def hidden_state(reference: Reference, scope: NameScope) -> Iterator[Diagnostic]:
    """State of a server module that isn't replicated."""
    state = _state(reference, scope.project) if _is_state(reference, scope.project) else None
    if state and not state.replicate and _is_of_server(reference, scope.project):
        right = replicated(scope.project.modules[str(reference.owner)], reference.name)
        yield problem("E0430", reference.ref.span, name=f"{reference.owner}.{reference.name}", right=right)


def _is_state(reference: Reference, project: Project) -> bool:
    """Whether it is a module's, of which all is known."""
    return reference.owner not in (None, "config", "data") and not project.is_broken("module", reference.owner)


def _state(reference: Reference, project: Project) -> StateField | None:
    module = project.modules.get(reference.owner or "")
    return module.state.get(reference.name) if module else None


def _is_of_server(reference: Reference, project: Project) -> bool:
    module = project.modules.get(reference.owner or "")
    return module is not None and module.realm == "server"


def _fields(code: str, ref: Ref, scope: NameScope) -> Iterator[Diagnostic]:
    """A step behind a reference's root that is no field."""
    steps = ref.name.split(".")
    for index in range(1 if ref.name.startswith("$") else 2, len(steps)):
        above = ".".join(steps[:index])
        placed = type_of(scope, above)
        type_ = meant(scope.project, *placed, bare=True) if placed else None
        if type_ is None or isinstance(type_, Named):
            return  # of a type that is no type: that is said elsewhere
        fields = type_.fields if isinstance(type_, TypeDecl) else {}
        if steps[index] not in fields:
            yield unknown(code, ref, [f"{above}.{name}" for name in fields])
            return
