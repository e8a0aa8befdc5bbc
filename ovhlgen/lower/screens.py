"""Screens as tables that OVHL_UI draws: components, their references and actions (docs/origin.md, Arsitektur 10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ovhlgen.language.components import ACTION, PROPERTIES, PropertyKind
from ovhlgen.language.limits import MAX_WHOLE
from ovhlgen.language.types import ID, THEME, Number, Text
from ovhlgen.lower.output import Output
from ovhlgen.luau import NOTHING, literal
from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component
from ovhlgen.model.tree import SRC
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.scope import REFERENCE, VALUE, NameScope, scope_of, type_of
from ovhlgen.resolve.screens import Answer, answers, images, sent, texts
from ovhlgen.resolve.values import Values
from ovhlgen.services import ovhl_ui

FOLDER = f"{ovhl_ui.SERVICE.folders['client']}/Screens"


def screens(project: Project) -> Iterator[Output]:
    """One file a screen."""
    for name in sorted(project.screens):
        screen = project.screens[name]
        scope = scope_of(project, screen)
        owner = scope.owner
        paths = {screen.path, "specs/types.yaml", *([owner.path] if owner else [])}
        view = {"screen": literal(_screen(scope))}
        inputs = tuple(sorted(paths & {*project.files, screen.path, *([owner.path] if owner else [])}))
        yield Output(f"{owner.home if owner else SRC}/{FOLDER}/{name}.luau", "shared/Screen.luau.j2", inputs, view)


def languages(project: Project) -> list[str]:
    """Those in which some screen has a text or an image; English at least."""
    nodes = (node for screen in project.screens.values() for node in (*texts(project, screen), *images(screen)))
    return sorted({name for node in nodes if isinstance(node, Mapping) for name in node.values}) or ["en"]


def _screen(scope: NameScope) -> dict[str, Any]:
    screen = scope.screen
    told: dict[str, Any] = {
        "name": screen.key.name,
        "kind": screen.kind,
        "width": screen.width,
        "height": screen.height,
    }
    if screen.aspect:
        told["aspect"] = screen.aspect
    if screen.title is not None:
        told["title"] = _source(screen.title, scope)
    told["names"] = list(screen.values)
    told["values"] = {name: _default(scope.project, field.default, field.type) for name, field in screen.values.items()}
    if screen.bind is not None:
        told["bind"] = screen.bind.name.split(".")
        told["bound"] = [{"name": bound.key.text, **_told(bound, scope)} for bound in screen.bound]
    told["content"] = _components(screen.content or (), scope)
    return told


def _default(project: Project, node: Node | None, ref: TypeRef | None) -> Any:
    return NOTHING if node is None or ref is None else Values(project).fit(node, ref.type)


def _components(components: Iterable[Component], scope: NameScope) -> list[dict[str, Any]]:
    return [_component(component, scope) for component in components]


def _component(component: Component, scope: NameScope) -> dict[str, Any]:
    told = {"kind": component.key.text, **_told(component, scope)}
    match component.kind.holds:
        case "components":
            told["children"] = _components(component.inside, scope)
        case "tabs":
            told["tabs"] = [_told(tab, scope) for tab in component.inside]
    return told


def _told(component: Component, scope: NameScope) -> dict[str, Any]:
    """What OVHL_UI gets of a component's properties; its action is one of them."""
    told: dict[str, Any] = {}
    for name, takes in PROPERTIES.items():
        node = component.get(name)
        if node is None or name in ACTION:
            continue
        match takes.kind:
            case PropertyKind.TEXT | PropertyKind.IMAGE | PropertyKind.CONDITION | PropertyKind.ITEMS:
                told[name] = _source(node, scope)
            case PropertyKind.VALUE:
                told |= _value_of(component, node, scope)
            case PropertyKind.WORKER:
                told[name] = _text(node).split(".")
            case PropertyKind.COMPONENT:
                (row,) = component.inside
                told[name] = _component(row, scope.inside(component))
            case PropertyKind.COMPONENTS:
                told["children"] = _components(component.inside, scope)
            case _:
                told[name] = _plain(node)
    action = _action(component, scope)
    return {**told, "action": action} if action else told


def _value_of(component: Component, node: Node, scope: NameScope) -> dict[str, Any]:
    """What a component shows; or the screen's value that it changes, and what that may be."""
    if not component.kind.is_input:
        return {"of": _source(node, scope)}
    text, scope = _text(node), scope.of_value(component)
    told: dict[str, Any] = {"value": text.removeprefix("$")}
    placed = type_of(scope, text)
    value = meant(scope.project, *placed, bare=True) if placed else None
    if isinstance(value, Number):
        told |= {"low": value.low, "high": value.high}
        if value.step or value.whole:
            told["step"] = value.step or 1
    elif value == ID:
        told |= {"low": -MAX_WHOLE, "high": MAX_WHOLE, "step": 1}
    elif isinstance(value, Text) and value.high is not None:
        told["most"] = value.high
    elif value == THEME:
        told["choices"] = sorted(scope.project.themes)
    elif isinstance(value, TypeDecl):
        told["choices"] = [choice.name for choice in value.values]
    return told


def _action(component: Component, scope: NameScope) -> dict[str, Any] | None:
    match component.actions():
        case ["send"]:
            return _send(component, scope)
        case ["call"]:
            return {"call": _text(component.body.values["call"]).split(".")}
        case ["open"]:
            return {"open": component.text("open")}
        case ["close"]:
            return {"close": component.text("close") or scope.screen.key.name}
        case ["set"]:
            return {"set": _values(component.get("set"), scope.screen.values, None, scope)}
    return None


def _send(component: Component, scope: NameScope) -> dict[str, Any]:
    module, event = sent(scope.project, component) or (None, None)
    assert module and event
    told: dict[str, Any] = {
        "send": component.text("send"),
        "with": _values(component.get("with"), event.payload, module, scope),
    }
    for name, answer in answers(scope.project, component):
        told["answered" if name == "then" else "refused"] = _answer(answer, scope)
    return told


def _answer(answer: Answer, scope: NameScope) -> dict[str, Any]:
    if answer.set is not None:
        return {"set": _values(answer.set, scope.screen.values, None, scope)}
    if answer.kinds is not None:
        return {"kinds": {name: _answer(inner, scope) for name, inner in answer.kinds.items()}}
    return {"toast": _source(answer.node, scope)}


def _values(given: Node | None, fields: Fields, module: str | None, scope: NameScope) -> dict[str, Any]:
    """What is sent or set, by the names of its fields."""
    entries = given.items() if isinstance(given, Mapping) else ()
    return {key.text: _value(value, fields[key.text].type, module, scope) for key, value in entries}


def _value(node: Node, ref: TypeRef | None, module: str | None, scope: NameScope) -> dict[str, Any]:
    """A reference, or a literal of the type."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        source = _reference(node.text, scope)
        if source:
            return source
    return {"literal": NOTHING if ref is None else Values(scope.project, module).fit(node, ref.type)}


def _source(node: Node, scope: NameScope) -> dict[str, Any]:
    """A text, one for each language, or what it refers to."""
    if isinstance(node, Mapping):
        return {"texts": {name: _text(text) for name, text in node.values.items()}}
    text = _text(node)
    return _reference(text, scope) or {"text": text}


def _reference(text: str, scope: NameScope) -> dict[str, Any] | None:
    value, reference = VALUE.fullmatch(text), REFERENCE.fullmatch(text)
    if value:
        name, path = value.group(1), value.group(2).split(".")[1:]
        if scope.is_item(name):
            return {"item": [name, *path] if scope.struct else []}
        source: dict[str, Any] = {"value": name}
    elif reference:
        owner, (name, *path) = reference.group(1), reference.group(2)[1:].split(".")
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
