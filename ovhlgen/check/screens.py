"""Screens: what is drawn, the values and events that it names, the actions of its components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ovhlgen.check.references import find_event, replicated, screens_of, unknown
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.game import Ref, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import classes
from ovhlgen.model.types import Named, Optional, TypeRef
from ovhlgen.read.validate import renamed
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.bindings import places_of
from ovhlgen.resolve.screens import (
    INPUTS,
    LANGUAGE,
    REFERENCE,
    VALUE,
    Scope,
    kinds_of,
    scope_of,
    tabs,
    type_of,
    walk,
)

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
        if scope.owner is None and not project.is_broken("module"):
            listed = [ref.span for one in project.modules.values() for ref in one.screens]
            yield problem("W0807", screen.key.span, name=name, upon=listed)
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
        yield from _reference(Ref(node.text, node.span), scope)


def _reference(ref: Ref, scope: Scope) -> Iterator[Diagnostic]:
    value, found = VALUE.fullmatch(ref.name), REFERENCE.fullmatch(ref.name)
    if value:
        if value.group(1) in scope.names():
            yield from _inside("E0803", ref, scope)
        elif scope.is_known:
            missed = unknown("E0803", ref, [f"${one}" for one in scope.names()])
            yield replace(missed, upon=scope.relies)
    elif found:
        owner, (name, *_) = found.group(1), found.group(2)[1:].split(".")
        if owner == "config":
            yield from _config(name, ref, scope)
        elif owner == "data":
            yield from _data(name, ref, scope)
        else:
            yield from _state(owner, name, ref, scope)


def _config(name: str, ref: Ref, scope: Scope) -> Iterator[Diagnostic]:
    fields = {f"@config.{key}" for key, field in scope.project.config.fields.items() if field.realm == "shared"}
    if f"@config.{name}" in fields:
        yield from _inside("E0405", ref, scope)
    elif name in scope.project.config.fields:
        yield problem("E0431", ref.span, name=name)
    elif not scope.project.is_broken("config"):
        yield unknown("E0405", ref, fields)


def _data(name: str, ref: Ref, scope: Scope) -> Iterator[Diagnostic]:
    keys = scope.project.data.player if scope.project.data else {}
    known = {f"@data.{key}" for key, one in keys.items() if one.visible == "owner"}
    if f"@data.{name}" in known:
        yield from _inside("E0406", ref, scope)
    elif name in keys:
        yield problem("E0423", ref.span, name=name)
    elif not scope.project.is_broken("data"):
        yield unknown("E0406", ref, known)


def _state(owner: str, name: str, ref: Ref, scope: Scope) -> Iterator[Diagnostic]:
    modules = scope.project.modules
    if scope.project.is_broken("module", owner):
        return
    state = modules[owner].state.get(name) if owner in modules else None
    if state and state.replicate:
        yield from _inside("E0409", ref, scope)
    elif state and modules[owner].realm == "server":
        yield problem("E0430", ref.span, name=f"{owner}.{name}", right=replicated(modules[owner], name))
    else:
        known = [f"@{one.name}.{key}" for one in modules.values() for key, own in one.state.items() if own.replicate]
        yield unknown("E0409", ref, known)


def _inside(code: str, ref: Ref, scope: Scope) -> Iterator[Diagnostic]:
    """A step behind a reference's root that is no field."""
    steps = ref.name.split(".")
    for index in range(1 if ref.name.startswith("$") else 2, len(steps)):
        above = ".".join(steps[:index])
        at = type_of(scope, above)
        found = meant(scope.project, *at, bare=True) if at else None
        if found is None or isinstance(found, Named):
            return  # of a type that is no type: that is said elsewhere
        fields = found.fields if isinstance(found, TypeDecl) else {}
        if steps[index] not in fields:
            yield unknown(code, ref, [f"{above}.{name}" for name in fields])
            return


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
            if target.text not in known and not scope.project.is_broken("screen", target.text):
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
        upon = places_of(event)
        yield problem("E0408", target.span, name=target.text, sender=event.sender, key="send", upon=upon)
        return
    given = body.get("with")
    fields = given if isinstance(given, Mapping) else None
    needed = [name for name, one in event.payload.items() if one.type and not isinstance(one.type.type, Optional)]
    meant = renamed(fields, event.payload, needed) if fields else {}
    for key, value in fields.items() if fields else ():
        if key.text not in event.payload:
            found = unknown("E0806", Ref(key.text, key.span), event.payload, event=target.text)
            yield replace(found, suggestion=meant.get(key.text, found.suggestion))
        yield from _text(value, scope)
    missing = [name for name in needed if name not in (*meant.values(), *(fields.keys if fields else ()))]
    if missing:
        names = "`, `".join(missing)
        yield problem("E0806", target.span, name=names, event=target.text, defined=", ".join(event.payload))
    kinds = kinds_of(scope.project, event.response, target.text.split(".")[0]) if event.is_request else set()
    of = (event.response.span,) if isinstance(event.response, TypeRef) else ()
    for found in _answer(body.get("then"), kinds, target.text, scope):
        yield replace(found, upon=(*found.upon, *of)) if found.code in ("E0841", "E0846") else found
    yield from _answer(body.get("refused"), set(), target.text, scope)


def _answer(node: Node | None, kinds: set[str] | None, event: str, scope: Scope) -> Iterator[Diagnostic]:
    """E0841: neither a kind of the response (None: not known which there are) nor a language. E0846: it has none.
    What the texts and values refer to."""
    if not isinstance(node, Mapping):
        yield from _text(node, scope) if node else ()
    elif "set" in node.keys and len(node.keys) == 1:
        yield from _set(node.values["set"], scope)
    elif set(node.keys) <= (kinds or set()) or not all(LANGUAGE.fullmatch(name) for name in node.keys):
        first = next(iter(node.keys.values()))
        if kinds is not None and not kinds:
            yield problem("E0846", first.span, name=first.text, event=event)
        for key, one in node.items():
            if kinds and key.text not in kinds:
                yield unknown("E0841", Ref(key.text, key.span), kinds, event=event)
            yield from _answer(one, set(), event, scope)
    else:
        for one in node.values.values():
            if isinstance(one, Mapping):
                yield problem("E0103", one.span, expected="a text", found="a mapping")
            yield from _text(one, scope)


RULES = (screens,)
