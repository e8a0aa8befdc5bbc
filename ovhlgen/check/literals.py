"""Values that the specs give: in what they depart from the type that they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ovhlgen.check.components import GIVEN
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import CATALOGUE
from ovhlgen.diagnostics import Diagnostic
from ovhlgen.language.types import Number
from ovhlgen.model.node import Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, walk
from ovhlgen.resolve.aliases import followed
from ovhlgen.resolve.scope import is_reference
from ovhlgen.resolve.uses import uses
from ovhlgen.resolve.values import Misfit, misfits


def _misfits(project: Project) -> Iterator[tuple[Misfit]]:
    for literals in (_defaults, _profiles, _rows, _amounts, _given):
        for misfit in literals(project):
            yield (misfit,)


def _defaults(project: Project) -> Iterator[Misfit]:
    for use in uses(project):
        is_known = all(project.type_of(name, use.module) for name in walk(use.ref.type) if isinstance(name, Named))
        if use.default is not None and is_known:
            yield from misfits(project, use.default, use.ref, use.module)


def _profiles(project: Project) -> Iterator[Misfit]:
    for profile in project.config.profiles.values():
        for key, value in profile.items():
            field = project.config.fields.get(key.text)
            for misfit in misfits(project, value, field.type) if field and field.type else ():
                assert field
                yield replace(misfit, upon=(*misfit.upon, field.default.span))


def _rows(project: Project) -> Iterator[Misfit]:
    for _, catalogue in CATALOGUE.walk(project):
        for row in catalogue.rows if catalogue.row else ():
            assert catalogue.row
            yield from misfits(project, row, catalogue.row)


def _amounts(project: Project) -> Iterator[Misfit]:
    """What products add to keys that hold a number."""
    keys = project.data.player if project.data and not project.is_broken("data") else {}
    for product in project.monetization.products.values() if project.monetization else ():
        for name, amount in product.amounts.items():
            type_ = keys[name].type if name in keys else None
            if type_ and isinstance(followed(project, type_.type, None).type, Number):
                yield from misfits(project, amount, type_)


def _given(project: Project) -> Iterator[Misfit]:
    """What events and values of screens get."""
    for given, _ in GIVEN.walk(project):
        if not (isinstance(given.node, Scalar) and isinstance(given.node.value, str) and is_reference(given.node.text)):
            yield from misfits(project, given.node, given.type, given.module)


# What is wrong with a literal is found while it is fitted to its type; each kind of that is a rule.
MISFIT = Scope("misfit", _misfits)


_CODES = {"value": "E0306", "unknown field": "E0101", "missing field": "E0102", "theme": "E0416", "item": "W0434"}


def finding(misfit: Misfit) -> Diagnostic:
    return Diagnostic(_CODES[misfit.kind], misfit.span, misfit.args, misfit.suggestion, upon=misfit.upon)


@rule("E0306", MISFIT)
def values(misfit: Misfit) -> Iterator[Diagnostic]:
    """Another kind of value, or one outside of its type's limits."""
    if misfit.kind == "value":
        yield finding(misfit)


@rule("E0101", MISFIT)
def unknown_fields(misfit: Misfit) -> Iterator[Diagnostic]:
    """A field that the struct doesn't have."""
    if misfit.kind == "unknown field":
        yield finding(misfit)


@rule("E0102", MISFIT)
def missing_fields(misfit: Misfit) -> Iterator[Diagnostic]:
    """A field that the struct needs."""
    if misfit.kind == "missing field":
        yield finding(misfit)


@rule("E0416", MISFIT)
def unknown_themes(misfit: Misfit) -> Iterator[Diagnostic]:
    """The name of no theme."""
    if misfit.kind == "theme":
        yield finding(misfit)


@rule("W0434", MISFIT)
def unknown_items(misfit: Misfit) -> Iterator[Diagnostic]:
    """An item that an Enum of Roblox doesn't have."""
    if misfit.kind == "item":
        yield finding(misfit)
