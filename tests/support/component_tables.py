"""The tables of docs/language/screens.md: components and their properties, from the language's own table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill

from ovhlgen.language.components import ACTION, COMMON, COMPONENTS, PROPERTIES, TAB, ComponentKind, PropertyKind

BEGIN, END = "<!-- the table of components -->\n", "<!-- the table ends -->\n"


def component_tables() -> str:
    """As Markdown: one row a component, what holds for several, and one row for what a property takes."""
    inputs = [name for name, kind in COMPONENTS.items() if kind.is_input]
    bare = [name for name, kind in COMPONENTS.items() if not kind.properties]
    about = (
        f"What is bold has to be there. All but {_listed(bare)} take {_listed(COMMON)} too. "
        f"{_listed(inputs)} change their value, so that it is one of the screen."
    )
    return "\n".join(
        (
            _table(("component", "properties", "its value is", "in a list's row"), map(_row, COMPONENTS.items())),
            fill(about, 125) + "\n",
            _table(("property", "takes"), _takes()),
        )
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rule = "|---" * len(head) + "|\n"
    first, *rest = (f"| {' | '.join(cells)} |\n" for cells in (head, *rows))
    return "".join((first, rule, *rest))


def _row(component: tuple[str, ComponentKind]) -> tuple[str, ...]:
    name, kind = component
    values = f"{_either(kind.accepts)}{' with two ends' if kind.needs_range else ''}"
    return f"`{name}`", _properties(kind), values or "–", "yes" if kind.in_list_row else "no"


def _properties(kind: ComponentKind) -> str:
    if not kind.properties:
        return f"a list of tabs: {_own(TAB)}" if kind.holds == "tabs" else "a list of components"
    return _own(kind) or "–"


def _own(kind: ComponentKind) -> str:
    names = [name for name in kind.properties if name not in (*COMMON, *ACTION)]
    named = [f"**`{name}`**" if name in kind.needs else f"`{name}`" for name in names]
    if "send" in kind.properties:
        named.append("**one action**" if kind.needs_action else "one action")
    return ", ".join(named)


def _takes() -> Iterable[tuple[str, str]]:
    """What a property takes, with all that take it; an action is another table's."""
    by_kind: dict[PropertyKind, list[str]] = {}
    for name, takes in PROPERTIES.items():
        if name not in (*ACTION, "class"):
            by_kind.setdefault(takes.kind, []).append(f"`{name}`")
    return [(" ".join(names), kind.value) for kind, names in by_kind.items()]


def _listed(names: Sequence[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}"


def _either(words: tuple[str, ...]) -> str:
    *first, last = words or ("",)
    return f"{', '.join(first)} or {last}" if first else last
