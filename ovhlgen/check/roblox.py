"""Names of Roblox's own: classes and Enums. Warnings, for Roblox may have newer ones than we know."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.check.rule import rule
from ovhlgen.check.scopes import CONTRACT, PROJECT, SCREEN, USE
from ovhlgen.diagnostics import Diagnostic, Span, nearest, problem
from ovhlgen.language.types import EnumOf, InstanceOf
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Contract, Module
from ovhlgen.model.node import Mapping, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import classes, enums
from ovhlgen.model.screens import Screen
from ovhlgen.model.types import walk
from ovhlgen.resolve.scope import NameScope
from ovhlgen.resolve.uses import Use


def _is_unknown(name: str, span: Span) -> Iterator[Diagnostic]:
    """W0428 where Roblox has no class of that name."""
    if name not in classes():
        yield problem("W0428", span, name=name, suggestion=nearest(name, classes()))


@rule("W0428", USE)
def class_names(_project: Project, use: Use) -> Iterator[Diagnostic]:
    """A class that Roblox doesn't have, in a type."""
    for part in walk(use.ref.type):
        if isinstance(part, InstanceOf):
            yield from _is_unknown(part.class_name, use.ref.span)


@rule("W0428", CONTRACT)
def contracts(_project: Project, _module: Module, contract: Contract) -> Iterator[Diagnostic]:
    """In a contract: the class of its Instances, and the service in which they are."""
    yield from _is_unknown(contract.each.name, contract.each.span)
    yield from _path(contract.under) if contract.under else ()


@rule("W0428", SCREEN)
def bound_classes(screen: Screen, _scope: NameScope) -> Iterator[Diagnostic]:
    """Of what is bound in Studio."""
    for bound in screen.bound:
        named = bound.get("class")
        if isinstance(named, Scalar):
            yield from _is_unknown(named.text, named.span)


@rule("W0428", PROJECT)
def places(project: Project) -> Iterator[Diagnostic]:
    """In project.yaml: nodes of `place:`, and the services in which packages are."""
    for package in project.settings.packages.values():
        for ref in package.at:
            yield from _path(ref)
    if project.settings.place is not None:
        yield from _nodes(project.settings.place)
        for key, value in project.settings.place.items():
            if isinstance(value, Mapping) and "$className" not in value.keys and not key.text.startswith("$"):
                yield from _is_unknown(key.text, key.span)


def _path(ref: Ref) -> Iterator[Diagnostic]:
    first, _, rest = ref.name.partition(".")
    if first == "game":
        yield problem("W0428", ref.span.within(0, len(first)), name=first, suggestion=rest)
    else:
        yield from _is_unknown(first, ref.span.within(0, len(first)))


def _nodes(node: Mapping) -> Iterator[Diagnostic]:
    for key, value in node.items():
        if key.text == "$className" and isinstance(value, Scalar) and isinstance(value.value, str):
            yield from _is_unknown(value.value, value.span)
        elif isinstance(value, Mapping) and not key.text.startswith("$"):
            yield from _nodes(value)


@rule("W0429", USE)
def enum_names(_project: Project, use: Use) -> Iterator[Diagnostic]:
    """An Enum that Roblox doesn't have."""
    for part in walk(use.ref.type):
        if isinstance(part, EnumOf) and part.enum not in enums():
            near = nearest(part.enum, enums())
            yield problem("W0429", use.ref.span, name=part.enum, suggestion=f"Enum.{near}" if near else None)
