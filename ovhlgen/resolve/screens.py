"""What screens have, whatever asks: components and their scopes, events and answers, texts, functions of workers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass

from ovhlgen.language.components import PropertyKind
from ovhlgen.model.game import Fields, Ref, TypeDecl
from ovhlgen.model.module import Event, WorkerRef
from ovhlgen.model.node import Mapping, Node, Scalar, scalars
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component, Screen
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.aliases import is_unknown, meant
from ovhlgen.resolve.scope import NameScope, scope_of

LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def components(project: Project, screen: Screen) -> Iterator[tuple[Component, NameScope]]:
    """Every component of a screen, and what it may refer to; each before those that it holds."""
    top = scope_of(project, screen)
    for component in (*(screen.content or ()), *screen.bound):
        yield from _below(component, top)


def _below(component: Component, scope: NameScope) -> Iterator[tuple[Component, NameScope]]:
    yield component, scope
    inside = scope.inside(component)
    for held in component.inside:
        yield from _below(held, inside)


def sent(project: Project, component: Component) -> tuple[str, Event] | None:
    """The event that a press sends, behind the name of its module; None where there is none that clients send."""
    module, _, name = (component.text("send") or "").partition(".")
    event = project.modules[module].events.get(name) if module in project.modules else None
    return (module, event) if event and event.sender == "client" else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows a response: a text, a reference or a text for each language (`node`), or values that are `set`, or
    an answer for each of the response's `kinds`.

    `possible`: the kinds that there are, in their order; None where that isn't known."""

    node: Node
    possible: tuple[str, ...] | None
    set: Mapping | None = None
    kinds: Dict[str, Answer] | None = None

    @property
    def is_text(self) -> bool:
        return self.set is None and self.kinds is None

    def walk(self) -> Iterator[Answer]:
        """This one, and those of its kinds."""
        yield self
        for answer in self.kinds.values() if self.kinds else ():
            yield from answer.walk()


def answers(project: Project, component: Component) -> Iterator[tuple[str, Answer]]:
    """What a component says after a response (`then`), and after a refusal, which has no kinds (`refused`)."""
    module, event = sent(project, component) or (None, None)
    possible: dict[str, tuple[str, ...] | None] = {}
    if module and event:
        kinds = kinds_of(project, event.response, module) if event.is_request else ()
        possible = {"then": kinds, "refused": ()}
    for name, node in component.given(PropertyKind.ANSWER):
        yield name, _answer(node, possible.get(name))


def _answer(node: Node, possible: tuple[str, ...] | None) -> Answer:
    if not isinstance(node, Mapping):
        return Answer(node, possible)
    changes = node.get("set")
    if isinstance(changes, Mapping) and len(node.keys) == 1:
        return Answer(node, possible, set=changes)
    if node.keys.keys() <= set(possible or ()) or not all(map(LANGUAGE.fullmatch, node.keys)):
        kinds = {name: _answer(answer, ()) for name, answer in node.values.items()}
        return Answer(node, possible, kinds=kinds)
    return Answer(node, possible)


def kinds_of(project: Project, response: TypeRef | Fields | None, module: str) -> tuple[str, ...] | None:
    """The kinds of a response that is a union, in their order; None where its type isn't known."""
    if not isinstance(response, TypeRef):
        return None if response is None else ()
    if is_unknown(project, response.type, module):
        return None
    declared = meant(project, response.type, module, bare=True)
    return tuple(declared.members) if isinstance(declared, TypeDecl) else ()


def changes(project: Project, component: Component) -> Iterator[Mapping]:
    """Values of the screen that a press or an answer sets, each time by their names."""
    for _, values in component.given(PropertyKind.VALUES):
        if isinstance(values, Mapping):
            yield values
    for _, answer in answers(project, component):
        yield from (part.set for part in answer.walk() if part.set is not None)


def texts(project: Project, screen: Screen) -> Iterator[Node]:
    """Every text of a screen, its title first: one, a reference, or one for each language."""
    if screen.title is not None:
        yield screen.title
    for component in screen.components():
        for _, text in component.given(PropertyKind.TEXT):
            yield text
        for _, answer in answers(project, component):
            yield from (part.node for part in answer.walk() if part.is_text)


def images(screen: Screen) -> Iterator[Node]:
    """Every image: one, a reference, or one for each language."""
    for component in screen.components():
        for _, image in component.given(PropertyKind.IMAGE):
            yield image


def written(project: Project, screen: Screen) -> set[str]:
    """What the spec itself lets be shown: its texts in every language, and what it sets."""
    set_ = (values for component in screen.components() for values in changes(project, component))
    return {scalar.text for node in (*texts(project, screen), *set_) for scalar in scalars(node)}


def workers_of(project: Project, screen: Screen) -> Iterator[tuple[str, WorkerRef, NameScope]]:
    """The functions that a screen names of its owner, and where: `call`, `worker` of an area, `opened` of a tab."""
    for component, scope in components(project, screen):
        for name, node in component.given(PropertyKind.WORKER):
            if isinstance(node, Scalar):
                worker, _, function = node.text.partition(".")
                yield name, WorkerRef(Ref(worker, node.span), Ref(function, node.span)), scope
