"""What rules walk: each scope, and the arguments that its rules are called with."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.check.rule import Scope
from ovhlgen.model.module import Contract, Event, Module
from ovhlgen.model.project import Project

PROJECT: Scope[Project] = Scope("project", lambda project: [(project,)])

# In the order of their names.
MODULE: Scope[Project, Module] = Scope(
    "module", lambda project: ((project, project.modules[name]) for name in sorted(project.modules))
)


def _events(project: Project) -> Iterator[tuple[Project, Module, Event]]:
    for _, module in MODULE.walk(project):
        for event in module.events.values():
            yield project, module, event


EVENT = Scope("event", _events)


def _contracts(project: Project) -> Iterator[tuple[Project, Module, Contract]]:
    for _, module in MODULE.walk(project):
        for contract in module.contracts.values():
            yield project, module, contract


CONTRACT = Scope("contract", _contracts)
