"""Names that the runtime gives what it says (codes, metrics, who logs), read from its own text: no second list."""

from __future__ import annotations

import re
from functools import cache

from ovhlgen.resources import templates
from ovhlgen.services import NAMES

# Part of a name that depends on the game, such as `{record.name}`.
_HOLE = re.compile(r"\{[^}]*\}")


@cache
def _text() -> str:
    root = templates()
    paths = [path for folder in ("runtime", "builtin") for path in (root / folder).rglob("*.luau")]
    return "\n".join(path.read_text("utf-8") for path in sorted(paths))


@cache
def codes() -> frozenset[str]:
    """Every code, such as `NET_DENIED`."""
    return frozenset(re.findall(r'["`]([A-Z]+(?:_[A-Z]+)+)(?=["`:])', _text())) - NAMES


@cache
def sources() -> frozenset[str]:
    """Who logs, besides modules: `Kernel`, `Network`, services."""
    return frozenset(re.findall(r'ogger:(?:Info|Warn|Error|Debug|Perf)\(\s*"(\w+)"', _text())) | NAMES


def metrics(modules: frozenset[str]) -> tuple[set[str], list[re.Pattern[str]]]:
    """The kernel's metrics in a game of these modules: whole names, and forms of those that end in anything."""
    names: set[str] = set()
    forms: list[re.Pattern[str]] = []
    for own in re.findall(r'Metrics\.own\(["`]([^"`]+)["`]', _text()):
        name = f"kernel.{own}"
        holes = _HOLE.findall(name)
        if not holes:
            names.add(name)
        elif holes[0].endswith(".name}"):
            names.update(_HOLE.sub(module, name) for module in modules)
        else:
            forms.append(re.compile(r"\w+".join(map(re.escape, _HOLE.split(name)))))
    return names, forms
