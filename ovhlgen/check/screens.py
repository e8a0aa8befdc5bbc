"""Screens: what is drawn, the values and events that it names, the actions of its components."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.check.references import find_event, screens_of, unknown
from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.game import Ref
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Optional, Type, TypeRef
from ovhlgen.resolve.screens import REFERENCE, VALUE, Scope, scope_of, tabs, walk

_SOURCES = ("text", "title", "subtitle", "placeholder", "empty", "image", "when", "value", "items")
_ACTIONS = ("send", "call", "open", "close", "set")


def screens(project: Project) -> Iterator[Diagnostic]:
    """E0803 unknown `$value`, E0804 one action each, E0805 content or bind, E0806 payload, and references."""
    for name in sorted(project.screens):
        screen = project.screens[name]
        scope = scope_of(project, screen)
        if (screen.content is None) == (screen.bind is None):
            yield problem("E0805", screen.key.span, name=name)
        if scope.owner is None and not any(one.startswith("module ") for one in project.broken):
            yield problem("W0807", screen.key.span, name=name)
        if screen.title is not None:
            yield from _text(screen.title, scope)
        for kind, body, inner in walk(screen.content, scope):
            if kind.text == "tabs":
                for tab in tabs(body):
                    yield from _text(tab.values["title"], inner)
            elif isinstance(body, Mapping):
                yield from _properties(kind.text, body, inner)
        if screen.components:
            for _, bound in screen.components.items():
                if isinstance(bound, Mapping):
                    yield from _action(bound, scope)


def _properties(kind: str, body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    for name in _SOURCES:
        if name in body.keys:
            yield from _text(body.values[name], scope)
    if kind in ("button", "card"):
        yield from _action(body, scope)


def _text(node: Node, scope: Scope) -> Iterator[Diagnostic]:
    if isinstance(node, Mapping):
        for value in node.values.values():
            yield from _text(value, scope)
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        yield from _reference(node.text, node.span, scope)


def _reference(text: str, span: Span, scope: Scope) -> Iterator[Diagnostic]:
    value = VALUE.fullmatch(text)
    if value:
        name = value.group(1)
        if name not in scope.names():
            known = [f"${one}" for one in scope.names()]
            yield unknown("E0803", Ref(text, span), known)
        return
    found = REFERENCE.fullmatch(text)
    if not found:
        return
    owner, path = found.group(1), found.group(2)[1:].split(".")
    if owner == "config":
        yield from _config(path[0], text, span, scope.project)
    elif owner == "data":
        yield from _data(path[0], text, span, scope.project)
    else:
        yield from _state(owner, path, text, span, scope.project)


def _config(name: str, text: str, span: Span, project: Project) -> Iterator[Diagnostic]:
    fields = {f"@config.{key}" for key, field in project.config.fields.items() if field.realm == "shared"}
    if f"@config.{name}" not in fields and not project.is_broken("config"):
        yield unknown("E0405", Ref(text, span), fields)


def _data(name: str, text: str, span: Span, project: Project) -> Iterator[Diagnostic]:
    keys = project.data.player if project.data else {}
    known = {f"@data.{key}" for key, one in keys.items() if one.visible == "owner"}
    if f"@data.{name}" not in known and not project.is_broken("data"):
        yield unknown("E0406", Ref(text, span), known)


def _state(owner: str, path: list[str], text: str, span: Span, project: Project) -> Iterator[Diagnostic]:
    if project.is_broken(f"module {owner}"):
        return
    module = project.modules.get(owner)
    state = module.state.get(path[0]) if module else None
    if module is None or state is None or not state.replicate:
        known = [
            f"@{one.name}.{key}" for one in project.modules.values() for key, own in one.state.items() if own.replicate
        ]
        yield unknown("E0409", Ref(text, span), known)
        return
    at: Type | None = state.type.type if state.type else None
    inside: str | None = module.name
    for index, step in enumerate(path[1:], 1):
        at = at.of if isinstance(at, Optional) else at
        declared = project.type_of(at, inside) if isinstance(at, Named) else None
        if declared is None or step not in declared.fields:
            above = ".".join([owner, *path[:index]])
            known = [f"@{above}.{key}" for key in declared.fields] if declared else []
            yield unknown("E0409", Ref(text, span), known)
            return
        field_type: TypeRef | None = declared.fields[step].type
        at, inside = (field_type.type if field_type else None), declared.module


def _action(body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    given = [name for name in _ACTIONS if name in body.keys]
    if len(given) > 1:
        yield problem("E0804", body.keys[given[1]].span, found=", ".join(given))
    for name in ("with", "then", "refused"):
        if name in body.keys and "send" not in body.keys:
            yield problem("E0804", body.keys[name].span, found=f"`{name}` without `send`")
    for name in ("open", "close"):
        target = body.get(name)
        if isinstance(target, Scalar) and isinstance(target.value, str):
            known = screens_of(scope.project)
            if target.text not in known and not scope.project.is_broken(f"screen {target.text}"):
                yield unknown("E0411", Ref(target.text, target.span), known)
    changes = body.get("set")
    if isinstance(changes, Mapping):
        for key in changes.keys.values():
            if key.text not in scope.screen.values:
                yield unknown("E0803", Ref(key.text, key.span), scope.screen.values)
    yield from _send(body, scope)


def _send(body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    """E0407, E0408: the event. E0806: `with` has exactly the payload's fields."""
    target = body.get("send")
    if not isinstance(target, Scalar):
        return
    event = find_event(scope.project, Ref(target.text, target.span))
    if event is None:
        return
    if isinstance(event, Diagnostic):
        yield event
        return
    if event.sender != "client":
        yield problem("E0408", target.span, name=target.text, sender=event.sender, key="send")
    given = body.get("with")
    fields = given if isinstance(given, Mapping) else None
    for key, value in fields.items() if fields else ():
        if key.text not in event.payload:
            yield unknown("E0806", Ref(key.text, key.span), event.payload, event=target.text)
        yield from _text(value, scope)
    for name, field in event.payload.items():
        missing = fields is None or name not in fields.keys
        if missing and field.type and not isinstance(field.type.type, Optional):
            yield problem("E0806", target.span, name=name, event=target.text, defined=", ".join(event.payload))


RULES = (screens,)
