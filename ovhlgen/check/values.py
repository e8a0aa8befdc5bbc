"""Literals that depart from the type of what they are for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ovhlgen.check.components import GIVEN
from ovhlgen.check.rule import Scope, rule
from ovhlgen.diagnostics import Diagnostic
from ovhlgen.model.node import Scalar
from ovhlgen.model.project import Project
from ovhlgen.resolve.scope import is_reference
from ovhlgen.resolve.values import misfits


def _misfits(project: Project) -> Iterator[tuple[Diagnostic]]:
    for given, _ in GIVEN.walk(project):
        if not (isinstance(given.node, Scalar) and isinstance(given.node.value, str) and is_reference(given.node.text)):
            yield from ((misfit,) for misfit in misfits(project, given.node, given.type, given.module))


# What is wrong with a literal is found while it is fitted to its type; each code of that is a rule.
MISFIT = Scope("misfit", _misfits)


def _misfit(code: str, misfit: Diagnostic) -> Iterator[Diagnostic]:
    if misfit.code == code:
        yield misfit


for code in ("E0101", "E0102", "E0306", "E0416", "W0434"):
    rule(code, MISFIT)(partial(_misfit, code))
