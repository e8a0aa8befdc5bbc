"""Screens: what is drawn, the values and events that it names, the actions of its components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ovhlgen.check.references import find_event, screens_of, unknown
from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.game import Ref, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import classes
from ovhlgen.model.types import Named, Optional, TypeRef
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.screens import INPUTS, LANGUAGE, REFERENCE, VALUE, Scope, kinds_of, scope_of, tabs, walk

_SOURCES = ("text", "title", "subtitle", "placeholder", "empty", "image", "when", "value", "items")
_BUTTONS = {"GuiButton", "ImageButton", "TextButton"}
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
                yield from _properties(kind, body, inner)
        if screen.components:
            for _, bound in screen.components.items():
                if isinstance(bound, Mapping):
                    yield from _action(bound, scope)
                    yield from _pressed(bound)


def _pressed(bound: Mapping) -> Iterator[Diagnostic]:
    """E0842: an action of something that isn't pressed."""
    of = bound.get("class")
    if _given(bound) and isinstance(of, Scalar) and of.text in classes() - _BUTTONS:
        yield problem("E0842", of.span, name=of.text)


def _properties(kind: Scalar, body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    for name in _SOURCES:
        if name in body.keys:
            changed = name == "value" and kind.text in INPUTS
            yield from _text(body.values[name], replace(scope, item=None) if changed else scope)
    if kind.text in ("button", "card"):
        yield from _action(body, scope)
    if kind.text == "button" and not _given(body):
        yield problem("E0804", kind.span, found="none")


def _given(body: Mapping) -> list[str]:
    """The actions of a component; `close: false` is none."""
    return [name for name in _ACTIONS if name in body.keys and _plain(body.values[name]) is not False]


def _plain(node: Node) -> object:
    return node.value if isinstance(node, Scalar) else None


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
        else:
            yield from _inside("E0803", *scope.root(name), Ref(text, span), scope.project)
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
        yield from _state(owner, path[0], text, span, scope.project)


def _config(name: str, text: str, span: Span, project: Project) -> Iterator[Diagnostic]:
    fields = {f"@config.{key}": field for key, field in project.config.fields.items() if field.realm == "shared"}
    field = fields.get(f"@config.{name}")
    if field:
        yield from _inside("E0405", field.type, None, Ref(text, span), project)
    elif not project.is_broken("config"):
        yield unknown("E0405", Ref(text, span), fields)


def _data(name: str, text: str, span: Span, project: Project) -> Iterator[Diagnostic]:
    keys = project.data.player if project.data else {}
    known = {f"@data.{key}": one for key, one in keys.items() if one.visible == "owner"}
    key = known.get(f"@data.{name}")
    if key:
        yield from _inside("E0406", key.type, None, Ref(text, span), project)
    elif not project.is_broken("data"):
        yield unknown("E0406", Ref(text, span), known)


def _state(owner: str, name: str, text: str, span: Span, project: Project) -> Iterator[Diagnostic]:
    if project.is_broken(f"module {owner}"):
        return
    module = project.modules.get(owner)
    state = module.state.get(name) if module else None
    if module is None or state is None or not state.replicate:
        known = [
            f"@{one.name}.{key}" for one in project.modules.values() for key, own in one.state.items() if own.replicate
        ]
        yield unknown("E0409", Ref(text, span), known)
        return
    yield from _inside("E0409", state.type, module.name, Ref(text, span), project)


def _inside(code: str, of: TypeRef | None, module: str | None, ref: Ref, project: Project) -> Iterator[Diagnostic]:
    """A step behind a reference's root, of this type, that is no field."""
    steps = ref.name.split(".")
    for index in range(1 if ref.name.startswith("$") else 2, len(steps)):
        found = meant(project, of.type, module, bare=True) if of else None
        if found is None or isinstance(found, Named):
            return  # of a type that is no type: that is said elsewhere
        fields = found.fields if isinstance(found, TypeDecl) else {}
        field = fields.get(steps[index])
        if not isinstance(found, TypeDecl) or field is None:
            above = ".".join(steps[:index])
            yield unknown(code, ref, [f"{above}.{name}" for name in fields])
            return
        of, module = field.type, found.module


def _action(body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    given = _given(body)
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
    yield from _set(body.get("set"), scope)
    yield from _send(body, scope)


def _set(changes: Node | None, scope: Scope) -> Iterator[Diagnostic]:
    for key, value in changes.items() if isinstance(changes, Mapping) else ():
        if key.text not in scope.screen.values:
            yield unknown("E0803", Ref(key.text, key.span), scope.screen.values)
        yield from _text(value, scope)


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
    kinds = kinds_of(scope.project, event.response, target.text.split(".")[0])
    yield from _answer(body.get("then"), kinds, target.text, scope)
    yield from _answer(body.get("refused"), set(), target.text, scope)


def _answer(node: Node | None, kinds: set[str], event: str, scope: Scope) -> Iterator[Diagnostic]:
    """E0841: neither a kind of the response nor a language. What the texts and values refer to."""
    if not isinstance(node, Mapping):
        yield from _text(node, scope) if node else ()
    elif "set" in node.keys and len(node.keys) == 1:
        yield from _set(node.values["set"], scope)
    elif set(node.keys) <= kinds or not all(LANGUAGE.fullmatch(name) for name in node.keys):
        for key, one in node.items():
            if key.text not in kinds:
                yield unknown("E0841", Ref(key.text, key.span), kinds, event=event)
            yield from _answer(one, set(), event, scope)
    else:
        for one in node.values.values():
            if isinstance(one, Mapping):
                yield problem("E0103", one.span, expected="a text", found="a mapping")
            yield from _text(one, scope)


RULES = (screens,)
