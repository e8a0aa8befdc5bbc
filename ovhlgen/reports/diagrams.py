"""The order of the boot as programs draw it: Graphviz, Mermaid."""

from __future__ import annotations

from collections.abc import Mapping

from ovhlgen.reports.order import Realm
from ovhlgen.reports.printer import text_of


def as_dot(realms: Mapping[str, Realm]) -> str:
    """`uses` is dashed, what waits is grey."""
    lines = ["digraph boot {", "\trankdir=LR"]
    for name, realm in realms.items():
        lines += [f"\tsubgraph cluster_{name} {{", f'\t\tlabel="{name}"']
        modules = {*realm.order, *(edge.from_ for edge in realm.edges), *(edge.to for edge in realm.edges)}
        for module in sorted(modules):
            number = f"{realm.order.index(module) + 1}. " if module in realm.order else ""
            style = "" if module in realm.order else ", color=grey, fontcolor=grey"
            lines.append(f'\t\t"{name}.{module}" [label="{number}{module}"{style}]')
        for edge in realm.edges:
            style = "" if edge.kind == "depends" else " [style=dashed]"
            lines.append(f'\t\t"{name}.{edge.from_}" -> "{name}.{edge.to}"{style}')
        lines.append("\t}")
    return text_of([*lines, "}"])


def as_mermaid(realms: Mapping[str, Realm]) -> str:
    """`uses` is dashed."""
    lines = ["flowchart LR"]
    for name, realm in realms.items():
        lines.append(f"  subgraph {name}")
        lines += [f'    {name}_{module}["{number}. {module}"]' for number, module in enumerate(realm.order, 1)]
        for edge in realm.edges:
            arrow = "-->" if edge.kind == "depends" else "-.->"
            lines.append(f"    {name}_{edge.from_} {arrow} {name}_{edge.to}")
        lines.append("  end")
    return text_of(lines)
