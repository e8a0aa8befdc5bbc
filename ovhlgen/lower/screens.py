"""Screens as tables that OVHL_UI draws: components, their references and actions (docs/origin.md, Arsitektur 10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ovhlgen.language.limits import MAX_WHOLE
from ovhlgen.language.types import ID, THEME, Number, Text
from ovhlgen.lower.output import Output
from ovhlgen.luau import NOTHING, literal
from ovhlgen.model.game import TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.screens import INPUTS, REFERENCE, VALUE, Scope, kinds_of, scope_of, tabs, type_of
from ovhlgen.resolve.values import Values

FOLDER = "src/Shared/OVHL_UI/Screens"
# Properties that are texts, or refer to something.
_SOURCES = ("text", "title", "subtitle", "placeholder", "image", "when", "items", "empty")
_PLAIN = ("name", "width", "height", "style")


def screens(project: Project) -> Iterator[Output]:
    """One file a screen."""
    for name in sorted(project.screens):
        screen = project.screens[name]
        scope = scope_of(project, screen)
        owner = scope.owner
        paths = {screen.path, "specs/types.yaml", *([owner.path] if owner else [])}
        view = {"screen": literal(_screen(scope))}
        inputs = tuple(sorted(paths & {*project.files, screen.path, *([owner.path] if owner else [])}))
        yield Output(f"{FOLDER}/{name}.luau", "shared/Screen.luau.j2", inputs, view)


def languages(project: Project) -> list[str]:
    """Those in which some screen has a text; English at least."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.update(value.get("texts", ()))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for screen in project.screens.values():
        walk(_screen(scope_of(project, screen)))
    return sorted(found) or ["en"]


def _screen(scope: Scope) -> dict[str, Any]:
    of = scope.screen
    found: dict[str, Any] = {"name": of.key.name, "kind": of.kind, "width": of.width, "height": of.height}
    if of.aspect:
        found["aspect"] = of.aspect
    if of.title is not None:
        found["title"] = _source(of.title, scope)
    found["names"] = list(of.values)
    found["values"] = {name: _default(scope.project, field.default, field.type) for name, field in of.values.items()}
    if of.bind is not None:
        found["bind"] = of.bind.name.split(".")
        found["bound"] = [_bound(key.text, body, scope) for key, body in of.components.items()] if of.components else []
    found["content"] = _components(of.content, scope)
    return found


def _default(project: Project, node: Node | None, of: TypeRef | None) -> Any:
    return NOTHING if node is None or of is None else Values(project).fit(node, of.type)


def _bound(name: str, body: Node, scope: Scope) -> dict[str, Any]:
    if isinstance(body, Scalar):
        return {"name": name, "class": body.text}
    assert isinstance(body, Mapping)
    action = _action(body, scope)
    return {"name": name, "class": _text(body.values["class"]), **({"action": action} if action else {})}


def _components(node: Node | None, scope: Scope) -> list[dict[str, Any]]:
    items = node.items if isinstance(node, Sequence) else ()
    return [_component(item, scope) for item in items if isinstance(item, Mapping)]


def _component(node: Mapping, scope: Scope) -> dict[str, Any]:
    kind, body = next(iter(node.values.items()))
    if kind == "tabs":
        return {"kind": kind, "tabs": [_tab(one, scope) for one in tabs(body)]}
    if isinstance(body, Sequence):
        return {"kind": kind, "children": _components(body, scope)}
    found: dict[str, Any] = {"kind": kind}
    if not isinstance(body, Mapping):
        return found
    for name in _PLAIN:
        if name in body.values:
            found[name] = _plain(body.values[name])
    for name in _SOURCES:
        if name in body.values:
            found[name] = _source(body.values[name], scope)
    if kind in INPUTS:
        found |= _input(_text(body.values["value"]), scope)
    elif "value" in body.values:
        found["of"] = _source(body.values["value"], scope)
    if "worker" in body.values:
        found["worker"] = _text(body.values["worker"]).split(".")
    row = body.get("row")
    if isinstance(row, Mapping):
        found["row"] = _component(row, scope.below(body.get("items")))
    action = _action(body, scope)
    return {**found, "action": action} if action else found


def _tab(of: Mapping, scope: Scope) -> dict[str, Any]:
    found = {"title": _source(of.values["title"], scope), "children": _components(of.values["content"], scope)}
    return {**found, "opened": _text(of.values["opened"]).split(".")} if "opened" in of.values else found


def _input(text: str, scope: Scope) -> dict[str, Any]:
    """The screen's value that a component changes, and what it may be."""
    found: dict[str, Any] = {"value": text.removeprefix("$")}
    typed = type_of(replace(scope, item=None), text)
    of = meant(scope.project, *typed, bare=True) if typed else None
    if isinstance(of, Number):
        found |= {"low": of.low, "high": of.high}
        if of.step or of.whole:
            found["step"] = of.step or 1
    elif of == ID:
        found |= {"low": -MAX_WHOLE, "high": MAX_WHOLE, "step": 1}
    elif isinstance(of, Text) and of.high is not None:
        found["most"] = of.high
    elif of == THEME:
        found["choices"] = sorted(scope.project.themes)
    elif isinstance(of, TypeDecl):
        found["choices"] = [value.name for value in of.values]
    return found


def _action(body: Mapping, scope: Scope) -> dict[str, Any] | None:
    if "send" in body.values:
        return _send(body, scope)
    if "call" in body.values:
        return {"call": _text(body.values["call"]).split(".")}
    if "open" in body.values:
        return {"open": _text(body.values["open"])}
    close = body.get("close")
    if isinstance(close, Scalar) and close.value is not False:
        return {"close": scope.screen.key.name if close.value is True else close.text}
    changes = body.get("set")
    return {"set": _changes(changes, scope)} if isinstance(changes, Mapping) else None


def _send(body: Mapping, scope: Scope) -> dict[str, Any]:
    target = _text(body.values["send"])
    module, _, name = target.partition(".")
    event = scope.project.modules[module].events[name]
    given = body.get("with")
    payload = {}
    for key, value in given.items() if isinstance(given, Mapping) else ():
        payload[key.text] = _value(value, event.payload[key.text].type, module, scope)
    found: dict[str, Any] = {"send": target, "with": payload}
    kinds = kinds_of(scope.project, event.response, module) or set()
    if "then" in body.values:
        found["answered"] = _answer(body.values["then"], kinds, scope)
    if "refused" in body.values:
        found["refused"] = _answer(body.values["refused"], set(), scope)
    return found


def _answer(node: Node, kinds: set[str], scope: Scope) -> dict[str, Any]:
    if isinstance(node, Mapping):
        changes = node.get("set")
        if isinstance(changes, Mapping) and set(node.values) == {"set"}:
            return {"set": _changes(changes, scope)}
        if set(node.values) <= kinds:
            return {"kinds": {name: _answer(one, set(), scope) for name, one in node.values.items()}}
    return {"toast": _source(node, scope)}


def _changes(of: Mapping, scope: Scope) -> dict[str, Any]:
    values = scope.screen.values
    return {key.text: _value(value, values[key.text].type, None, scope) for key, value in of.items()}


def _value(node: Node, of: TypeRef | None, module: str | None, scope: Scope) -> dict[str, Any]:
    """What is sent or set: a reference, or a literal of the type."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        source = _reference(node.text, scope)
        if source:
            return source
    return {"literal": NOTHING if of is None else Values(scope.project, module).fit(node, of.type)}


def _source(node: Node, scope: Scope) -> dict[str, Any]:
    """A text, one for each language, or what it refers to."""
    if isinstance(node, Mapping):
        return {"texts": {name: _text(one) for name, one in node.values.items()}}
    text = _text(node)
    return _reference(text, scope) or {"text": text}


def _reference(text: str, scope: Scope) -> dict[str, Any] | None:
    value, found = VALUE.fullmatch(text), REFERENCE.fullmatch(text)
    if value:
        name, path = value.group(1), value.group(2).split(".")[1:]
        if scope.is_item(name):
            return {"item": [name, *path] if scope.struct else []}
        source: dict[str, Any] = {"value": name}
    elif found:
        owner, (name, *path) = found.group(1), found.group(2)[1:].split(".")
        source = {"config": name} if owner == "config" else {"read": f"{owner}.{name}"}
    else:
        return None
    return {**source, "path": path} if path else source


def _plain(node: Node) -> Any:
    assert isinstance(node, Scalar)
    return node.value


def _text(node: Node) -> str:
    assert isinstance(node, Scalar)
    return node.text
