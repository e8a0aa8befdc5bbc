"""What components do when they are pressed: one action each, its event, payload and answers, screens and values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ovhlgen.check.references import screens_of, unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import COMPONENT
from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.language.components import PropertyKind
from ovhlgen.model.game import Ref
from ovhlgen.model.node import Mapping, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import classes
from ovhlgen.model.screens import Component
from ovhlgen.model.types import Optional, TypeRef
from ovhlgen.read.validate import renamed
from ovhlgen.resolve.scope import NameScope
from ovhlgen.resolve.screens import Answer, answers, changes, sent

_BUTTONS = {"GuiButton", "ImageButton", "TextButton"}
_OF_AN_EVENT = ("with", "then", "refused")


@rule("E0804", COMPONENT)
def one_action(component: Component, _scope: NameScope) -> Iterator[Diagnostic]:
    """A button does one thing, a card at most one; what belongs to an event stands beside a `send`."""
    given = component.actions()
    if component.kind.needs_action and not given:
        yield problem("E0804", component.key.span, found="none")
    if len(given) > 1:
        yield problem("E0804", component.body.keys[given[1]].span, found=", ".join(given))
    for name in _OF_AN_EVENT:
        if component.get(name) and not component.get("send"):
            yield problem("E0804", component.body.keys[name].span, found=f"`{name}` without `send`")


@rule("E0842", COMPONENT)
def pressed(component: Component, _scope: NameScope) -> Iterator[Diagnostic]:
    """An action of something in Studio that isn't pressed."""
    for _, named in component.given(PropertyKind.CLASS):
        if component.actions() and isinstance(named, Scalar) and named.text in classes() - _BUTTONS:
            yield problem("E0842", named.span, name=named.text)


@rule("E0411", COMPONENT)
def screens(component: Component, scope: NameScope) -> Iterator[Diagnostic]:
    """A screen to open or to close that there isn't."""
    known = screens_of(scope.project)
    for name, node in component.given(PropertyKind.SCREEN, PropertyKind.CLOSING):
        screen = component.text(name)
        if screen and screen not in known and not scope.project.is_broken("screen", screen):
            yield unknown("E0411", Ref(screen, node.span), known)


@rule("E0806", COMPONENT)
def payloads(component: Component, scope: NameScope) -> Iterator[Diagnostic]:
    """`with` has exactly the payload's fields; what may be absent may be left out."""
    target, (_, event) = component.get("send"), sent(scope.project, component) or (None, None)
    if event is None or target is None:
        return
    name, payload = str(component.text("send")), component.get("with")
    given = payload.keys if isinstance(payload, Mapping) else {}
    needed = [key for key, field in event.payload.items() if field.type and not _is_optional(field.type)]
    meant = renamed(payload, event.payload, needed) if isinstance(payload, Mapping) else {}
    for key in given.values():
        if key.text not in event.payload:
            diagnostic = unknown("E0806", Ref(key.text, key.span), event.payload, event=name)
            yield replace(diagnostic, suggestion=meant.get(key.text, diagnostic.suggestion))
    missing = [key for key in needed if key not in (*meant.values(), *given)]
    if missing:
        yield problem("E0806", target.span, name="`, `".join(missing), event=name, defined=", ".join(event.payload))


def _is_optional(ref: TypeRef) -> bool:
    return isinstance(ref.type, Optional)


@rule("E0803", COMPONENT)
def set_values(component: Component, scope: NameScope) -> Iterator[Diagnostic]:
    """A value to set that the screen doesn't have."""
    for values in changes(scope.project, component):
        for key in values.keys.values():
            if key.text not in scope.screen.values:
                yield unknown("E0803", Ref(key.text, key.span), scope.screen.values)


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What is said after an event, by the event's name; `upon` is where its response's type stands."""

    event: str
    answer: Answer
    upon: tuple[Span, ...]


def _answers(project: Project) -> Iterator[tuple[EventAnswer]]:
    for component, scope in COMPONENT.walk(project):
        _, event = sent(scope.project, component) or (None, None)
        for name, answer in answers(scope.project, component) if event else ():
            response = event.response if event and name == "then" else None
            upon = (response.span,) if isinstance(response, TypeRef) else ()
            yield from ((EventAnswer(str(component.text("send")), part, upon),) for part in answer.walk())


# What components say after a response or a refusal: the whole, and each kind's.
ANSWER = Scope("answer", _answers)


@rule("E0841", ANSWER)
def kinds(said: EventAnswer) -> Iterator[Diagnostic]:
    """A key that is neither a kind of the response nor a language."""
    answer = said.answer
    if answer.kinds and answer.possible and isinstance(answer.node, Mapping):
        for key in answer.node.keys.values():
            if key.text not in answer.possible:
                diagnostic = unknown("E0841", Ref(key.text, key.span), answer.possible, event=said.event)
                yield replace(diagnostic, upon=said.upon)


@rule("E0846", ANSWER)
def without_kinds(said: EventAnswer) -> Iterator[Diagnostic]:
    """An answer by kind where the response has none, or there is no response."""
    answer = said.answer
    if answer.kinds and answer.possible == () and isinstance(answer.node, Mapping):
        first = next(iter(answer.node.keys.values()))
        yield problem("E0846", first.span, name=first.text, event=said.event, upon=said.upon)


@rule("E0103", ANSWER)
def texts(said: EventAnswer) -> Iterator[Diagnostic]:
    """A language's text is a text."""
    if said.answer.is_text and isinstance(said.answer.node, Mapping):
        for text in said.answer.node.values.values():
            if isinstance(text, Mapping):
                yield problem("E0103", text.span, expected="a text", found="a mapping")
