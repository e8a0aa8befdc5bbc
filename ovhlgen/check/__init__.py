"""Every rule, each a small function that finds one code (`rule`), and the walk that calls them."""

from __future__ import annotations

from typing import Any

from ovhlgen.check import (  # noqa: F401  (each registers its rules)
    actions,
    components,
    data,
    expectations,
    literals,
    modules,
    names,
    place,
    plain_texts,
    references,
    roblox,
    room,
    scenarios,
    screens,
    sources,
    themes,
    types,
    workers,
)
from ovhlgen.check.rule import REGISTRY, Rule, Scope
from ovhlgen.diagnostics import Diagnostic
from ovhlgen.model.project import Project


def check(project: Project, command: str = "check") -> list[Diagnostic]:
    """All findings of the rules that a command asks for. Each scope is walked once, and calls its rules."""
    by_scope: dict[Scope[*tuple[Any, ...]], list[Rule[*tuple[Any, ...]]]] = {}
    for rule in REGISTRY:
        if rule.command == command:
            by_scope.setdefault(rule.scope, []).append(rule)
    return [
        diagnostic
        for scope, rules in by_scope.items()
        for args in scope.walk(project)
        for rule in rules
        for diagnostic in rule.findings(*args)
    ]
