"""The boot of each realm as the specs have it: the order of modules, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.diagnostics import Span
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.reports.printer import Item, Outline
from ovhlgen.resolve.boot_order import Node, plan
from ovhlgen.resolve.graph import find_cycles
from ovhlgen.services import NAMES

REALMS = ("server", "client")


@dataclass(frozen=True, slots=True)
class Edge:
    """`kind` is `depends` or `uses`; a dropped one is part of a cycle and orders nothing. It stands at `file`, `line`
    and `column`."""

    from_: str
    to: str
    kind: str
    dropped: bool
    file: str
    line: int
    column: int

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Realm:
    """`order` holds those that can start; `waiting` the others with the services or modules that they lack."""

    order: list[str]
    waiting: dict[str, list[str]]
    edges: list[Edge]
    cycles: list[list[Edge]]


def boot_order(project: Project) -> dict[str, Realm]:
    """By the realm's name."""
    return {name: _realm(project, name) for name in REALMS}


def _realm(project: Project, realm: str) -> Realm:
    modules = {name: module for name, module in sorted(project.modules.items()) if module.realm in (realm, "shared")}
    domains = [domain.name for domain in project.settings.kernel.domains]
    planned = plan({name: _node(module, domains) for name, module in modules.items()})
    edges = [
        _edge(name, ref.name, kind, ref.span, kind == "uses" and (name, ref.name) in planned.dropped)
        for name, module in modules.items()
        for kind, refs in (("depends", module.depends), ("uses", module.uses))
        for ref in refs
    ]
    cycles = [
        [_edge(edge.source, edge.target, "depends", edge.ref.span) for edge in cycle]
        for cycle in find_cycles(project)
        if cycle[0].source in modules
    ]
    waiting = {
        name: [ref.name for ref in modules[name].depends if ref.name not in (*planned.order, *NAMES)]
        for name in sorted(planned.unmet)
    }
    return Realm(planned.order, waiting, edges, cycles)


def _node(module: Module, domains: list[str]) -> Node:
    uses = tuple(ref.name for ref in module.uses if ref.name not in NAMES)
    depends = tuple(ref.name for ref in module.depends if ref.name not in NAMES)
    return Node(module.name, domains.index(module.domain.name), depends, uses)


def _edge(source: str, target: str, kind: str, span: Span, dropped: bool = False) -> Edge:
    return Edge(source, target, kind, dropped, span.file, span.line, span.column)


def outline(realms: dict[str, Realm]) -> Outline:
    """Each module in its order, below it what it needs and may use."""
    return Outline([item for name, realm in realms.items() for item in _items(name, realm)], has_branches=True)


def _items(name: str, realm: Realm) -> Iterator[Item]:
    yield Item(f"{name}: {len(realm.order)} start, {len(realm.waiting)} wait")
    for number, module in enumerate(realm.order, 1):
        yield Item(f"{number:3}. {module}", _below(realm, module))
    for module, lacks in realm.waiting.items():
        yield Item(f"  –  {module} waits for {', '.join(lacks)}", _below(realm, module))
    for cycle in realm.cycles:
        path = " → ".join([cycle[0].from_, *(edge.to for edge in cycle)])
        yield Item(f"  ↻  {path}", [f"{edge.from_} depends on {edge.to}  {edge.place}" for edge in cycle])


def _below(realm: Realm, module: str) -> list[str]:
    return [
        f"{edge.kind} {edge.to}{' (part of a cycle: orders nothing)' if edge.dropped else ''}  {edge.place}"
        for edge in realm.edges
        if edge.from_ == module
    ]
