"""Names of Roblox's own: classes and Enums. Warnings, for Roblox may have newer ones than we know."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.check.types import uses
from ovhlgen.diagnostics import Diagnostic, Span, nearest, problem
from ovhlgen.language.types import EnumOf, InstanceOf
from ovhlgen.model.game import Ref
from ovhlgen.model.node import Mapping, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import classes, enums
from ovhlgen.model.types import walk


def _class(name: str, span: Span) -> Iterator[Diagnostic]:
    if name not in classes():
        yield problem("W0428", span, name=name, suggestion=nearest(name, classes()))


def class_names(project: Project) -> Iterator[Diagnostic]:
    """W0428: a class that Roblox doesn't have, in a type, a contract's `each:`, a bound screen or `place:`."""
    for use in uses(project):
        for one in walk(use.ref.type):
            if isinstance(one, InstanceOf):
                yield from _class(one.class_name, use.ref.span)
    for module in project.modules.values():
        for contract in module.contracts.values():
            yield from _class(contract.each.name, contract.each.span)
    for screen in project.screens.values():
        for bound in screen.bound:
            named = bound.get("class")
            if isinstance(named, Scalar):
                yield from _class(named.text, named.span)
    if project.settings.place is not None:
        yield from _nodes(project.settings.place)
        for key, value in project.settings.place.items():
            if isinstance(value, Mapping) and "$className" not in value.keys and not key.text.startswith("$"):
                yield from _class(key.text, key.span)


def paths(project: Project) -> Iterator[Diagnostic]:
    """W0428: a path that begins with no service."""
    for package in project.settings.packages.values():
        for ref in package.at:
            yield from _path(ref)
    for module in project.modules.values():
        for contract in module.contracts.values():
            yield from _path(contract.under) if contract.under else ()


def _path(ref: Ref) -> Iterator[Diagnostic]:
    first, _, rest = ref.name.partition(".")
    if first == "game":
        yield problem("W0428", ref.span.within(0, len(first)), name=first, suggestion=rest)
    else:
        yield from _class(first, ref.span.within(0, len(first)))


def _nodes(node: Mapping) -> Iterator[Diagnostic]:
    for key, value in node.items():
        if key.text == "$className" and isinstance(value, Scalar) and isinstance(value.value, str):
            yield from _class(value.value, value.span)
        elif isinstance(value, Mapping) and not key.text.startswith("$"):
            yield from _nodes(value)


def enum_names(project: Project) -> Iterator[Diagnostic]:
    """W0429: an Enum that Roblox doesn't have."""
    for use in uses(project):
        for one in walk(use.ref.type):
            if isinstance(one, EnumOf) and one.enum not in enums():
                near = nearest(one.enum, enums())
                yield problem("W0429", use.ref.span, name=one.enum, suggestion=f"Enum.{near}" if near else None)


RULES = (class_names, paths, enum_names)
