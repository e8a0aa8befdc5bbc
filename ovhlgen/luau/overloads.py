"""Functions of several types, and unions of literals: no more of either than Luau reads."""

from __future__ import annotations

from collections.abc import Iterable

from ovhlgen.luau.names import Scope
from ovhlgen.luau.nodes import Arrow, LuauType, Overloads, Union
from ovhlgen.luau.printer import string
from ovhlgen.luau.types import fits_overload

MAX_OVERLOADS = 8  # with more of them Luau's solver gives up
MAX_LITERALS = 1_000  # parts of one union: Luau reads no more

type Declared = list[tuple[str, LuauType]]  # types by name, in the order in which they are declared


def overloads(name: str, arrows: list[Arrow], scope: Scope | None = None) -> Declared:
    """A function of several types; one too long for a line is declared apart, under a name that `scope` hasn't."""
    scope = scope or Scope(taken=(name,))
    declared: Declared = []
    members: list[LuauType] = []
    for number, arrow in enumerate(arrows, 1):
        if fits_overload(arrow) or len(arrows) == 1:
            members.append(arrow)
        else:
            apart = scope.fresh(f"{name}{number}")
            declared.append((apart, arrow))
            members.append(apart)
    return [*declared, (name, Overloads(tuple(members)))]


def one_of(names: Iterable[str]) -> LuauType:
    """Some names as a union of literals; any text where Luau reads no type of so many, `never` for none."""
    literals = tuple(string(name) for name in names)
    if len(literals) > MAX_LITERALS:
        return "string"
    if not literals:
        return "never"
    return Union(literals) if len(literals) > 1 else literals[0]
