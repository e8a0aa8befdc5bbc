"""The boot of each realm as the specs have it: the order of modules, the edges behind it, what waits, what is a cycle.

The order is the reference kernel's (semantics, Kernel 3 and 4).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ovhlgen.diagnostics import Span
from ovhlgen.model.module import Module
from ovhlgen.model.project import SERVICE_NAMES, Project
from ovhlgen.resolve.boot_order import Node, plan
from ovhlgen.resolve.graph import find_cycles

REALMS = ("server", "client")


@dataclass(frozen=True, slots=True)
class Edge:
    """`kind` is `depends` or `uses`; a dropped one is part of a cycle and orders nothing."""

    source: str
    target: str
    kind: str
    span: Span
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Realm:
    """`order` holds those that can start; `waiting` the others with the services or modules that they lack."""

    name: str
    order: list[str]
    waiting: dict[str, list[str]]
    edges: list[Edge]
    cycles: list[list[Edge]]


def boot_plan(project: Project) -> list[Realm]:
    return [_realm(project, name) for name in REALMS]


def _realm(project: Project, realm: str) -> Realm:
    modules = {name: one for name, one in sorted(project.modules.items()) if one.realm in (realm, "shared")}
    domains = [domain.name for domain in project.settings.kernel.domains]
    nodes = {name: _node(one, domains) for name, one in modules.items()}
    found = plan(nodes)
    edges = [
        Edge(name, ref.name, kind, ref.span, kind == "uses" and (name, ref.name) in found.dropped)
        for name, one in modules.items()
        for kind, refs in (("depends", one.depends), ("uses", one.uses))
        for ref in refs
    ]
    cycles = [
        [Edge(edge.source, edge.target, "depends", edge.ref.span) for edge in cycle]
        for cycle in find_cycles(project)
        if cycle[0].source in modules
    ]
    waiting = {
        name: [ref.name for ref in modules[name].depends if ref.name not in (*found.order, *SERVICE_NAMES)]
        for name in sorted(found.unmet)
    }
    return Realm(realm, found.order, waiting, edges, cycles)


def _node(module: Module, domains: list[str]) -> Node:
    uses = tuple(ref.name for ref in module.uses if ref.name not in SERVICE_NAMES)
    depends = tuple(ref.name for ref in module.depends if ref.name not in SERVICE_NAMES)
    return Node(module.name, domains.index(module.domain.name), depends, uses)


def as_text(realms: list[Realm]) -> str:
    """A tree: each module in its order, below it what it needs and may use."""
    return "".join(f"{line}\n" for realm in realms for line in _tree(realm))


def _tree(realm: Realm) -> Iterator[str]:
    yield f"{realm.name}: {len(realm.order)} start, {len(realm.waiting)} wait"
    for number, name in enumerate(realm.order, 1):
        yield f"{number:3}. {name}"
        yield from _below(realm, name)
    for name, lacks in realm.waiting.items():
        yield f"  –  {name} waits for {', '.join(lacks)}"
        yield from _below(realm, name)
    for cycle in realm.cycles:
        yield f"  ↻  {' → '.join([cycle[0].source, *(edge.target for edge in cycle)])}"
        for index, edge in enumerate(cycle):
            branch = "└─" if index == len(cycle) - 1 else "├─"
            yield f"     {branch} {edge.source} depends on {edge.target}  {edge.span}"


def _below(realm: Realm, name: str) -> Iterator[str]:
    own = [edge for edge in realm.edges if edge.source == name]
    for index, edge in enumerate(own):
        branch = "└─" if index == len(own) - 1 else "├─"
        dropped = " (part of a cycle: orders nothing)" if edge.dropped else ""
        yield f"     {branch} {edge.kind} {edge.target}{dropped}  {edge.span}"


def as_json(realms: list[Realm]) -> str:
    plans = {
        realm.name: {
            "order": realm.order,
            "waiting": realm.waiting,
            "edges": [_edge(edge) for edge in realm.edges],
            "cycles": [[_edge(edge) for edge in cycle] for cycle in realm.cycles],
        }
        for realm in realms
    }
    return json.dumps({"version": 1, "realms": plans}, indent=2, ensure_ascii=False) + "\n"


def _edge(edge: Edge) -> dict[str, object]:
    place = {"file": edge.span.file, "line": edge.span.line, "column": edge.span.column}
    return {"from": edge.source, "to": edge.target, "kind": edge.kind, "dropped": edge.dropped, **place}


def as_dot(realms: list[Realm]) -> str:
    """For Graphviz; `uses` is dashed, what waits is grey."""
    lines = ["digraph boot {", "\trankdir=LR"]
    for realm in realms:
        lines += [f"\tsubgraph cluster_{realm.name} {{", f'\t\tlabel="{realm.name}"']
        names = {*realm.order, *(edge.source for edge in realm.edges), *(edge.target for edge in realm.edges)}
        for name in sorted(names):
            number = f"{realm.order.index(name) + 1}. " if name in realm.order else ""
            style = "" if name in realm.order else ", color=grey, fontcolor=grey"
            lines.append(f'\t\t"{realm.name}.{name}" [label="{number}{name}"{style}]')
        for edge in realm.edges:
            style = "" if edge.kind == "depends" else " [style=dashed]"
            lines.append(f'\t\t"{realm.name}.{edge.source}" -> "{realm.name}.{edge.target}"{style}')
        lines.append("\t}")
    return "\n".join([*lines, "}"]) + "\n"


def as_mermaid(realms: list[Realm]) -> str:
    lines = ["flowchart LR"]
    for realm in realms:
        lines.append(f"  subgraph {realm.name}")
        for number, name in enumerate(realm.order, 1):
            lines.append(f'    {realm.name}_{name}["{number}. {name}"]')
        for edge in realm.edges:
            arrow = "-->" if edge.kind == "depends" else "-.->"
            lines.append(f"    {realm.name}_{edge.source} {arrow} {realm.name}_{edge.target}")
        lines.append("  end")
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[list[Realm]], str]] = {
    "text": as_text,
    "dot": as_dot,
    "mermaid": as_mermaid,
    "json": as_json,
}
