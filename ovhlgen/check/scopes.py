"""What rules walk: each scope, and the arguments that its rules are called with."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.check.rule import Scope
from ovhlgen.model.design import Scenario
from ovhlgen.model.game import Catalogue, Product
from ovhlgen.model.module import Contract, Event, Module, Worker
from ovhlgen.model.node import Mapping
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Component, Screen
from ovhlgen.resolve.scenarios import Part, parts, steps
from ovhlgen.resolve.scope import NameScope, scope_of
from ovhlgen.resolve.screens import components
from ovhlgen.resolve.uses import Use, uses

PROJECT: Scope[Project] = Scope("project", lambda project: [(project,)])

# Every type expression.
USE: Scope[Project, Use] = Scope("type expression", lambda project: ((project, use) for use in uses(project)))

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


def _worker_files(project: Project) -> Iterator[tuple[Project, Module, Worker]]:
    for _, module in MODULE.walk(project):
        for name in sorted(module.sources):
            yield project, module, module.sources[name]


# Every file in a module's folder; of those that Luau can't read nothing is said but where they lie.
WORKER_FILE = Scope("worker file", _worker_files)
WORKER: Scope[Project, Module, Worker] = Scope(
    "worker", lambda project: (args for args in _worker_files(project) if not project.is_broken("file", args[2].path))
)


def _scripts(project: Project) -> Iterator[tuple[Project, Worker]]:
    yield from ((project, worker) for _, _, worker in WORKER.walk(project))
    yield from ((project, script) for path, script in project.migrations.items() if not project.is_broken("file", path))


# Workers and migrations that Luau can read.
SCRIPT = Scope("script", _scripts)


# In the order of their names; with what stands for what at the top of it.
SCREEN: Scope[Screen, NameScope] = Scope(
    "screen",
    lambda project: (
        (project.screens[name], scope_of(project, project.screens[name])) for name in sorted(project.screens)
    ),
)


def _components(project: Project) -> Iterator[tuple[Component, NameScope]]:
    for screen, _ in SCREEN.walk(project):
        yield from components(project, screen)


# Components of screens, tabs, and what is bound in Studio; with what it may refer to.
COMPONENT = Scope("component", _components)


CATALOGUE: Scope[Project, Catalogue] = Scope(
    "catalogue", lambda project: ((project, catalogue) for catalogue in project.catalogues.values())
)

PRODUCT: Scope[Project, Product] = Scope(
    "product",
    lambda project: (
        (project, product) for product in (project.monetization.products.values() if project.monetization else ())
    ),
)

SCENARIO: Scope[Project, Scenario] = Scope(
    "scenario", lambda project: ((project, scenario) for scenario in project.scenarios)
)


def _steps(project: Project) -> Iterator[tuple[Project, Scenario, Mapping]]:
    for scenario in project.scenarios:
        for step in steps(scenario):
            yield project, scenario, step


STEP = Scope("step", _steps)

# Actions and expectations of scenarios.
STEP_PART: Scope[Project, Part] = Scope(
    "part of a step", lambda project: ((project, part) for _, _, step in _steps(project) for part in parts(step))
)
