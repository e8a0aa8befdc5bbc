"""Every rule, each a small function `(project) -> findings` with its code. The tuple below is their list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ovhlgen.check import (
    components,
    data,
    expectations,
    modules,
    names,
    place,
    plain_texts,
    references,
    roblox,
    room,
    scenarios,
    screens,
    themes,
    types,
    workers,
)
from ovhlgen.diagnostics import Diagnostic
from ovhlgen.model.project import Project

type Rule = Callable[[Project], Iterable[Diagnostic]]

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *types.RULES,
    *references.RULES,
    *roblox.RULES,
    *workers.RULES,
    *modules.RULES,
    *data.RULES,
    *themes.RULES,
    *screens.RULES,
    *components.RULES,
    *room.RULES,
    *plain_texts.RULES,
    *scenarios.RULES,
    *expectations.RULES,
    *place.RULES,
)


def check(project: Project) -> list[Diagnostic]:
    """All findings of all rules."""
    return [found for rule in RULES for found in rule(project)]
