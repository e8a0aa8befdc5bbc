"""Names of Roblox's classes, Enums and fonts, as Lune's reflection database has them (tests hold the two together)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@cache
def classes() -> frozenset[str]:
    """Every class, abstract ones and services included."""
    return _names("classes.txt")


@cache
def enums() -> dict[str, frozenset[str]]:
    """Every Enum, without `Enum.` in front, and the names of its items."""
    lines = files("ovhlgen.model.roblox").joinpath("enums.txt").read_text("utf-8").splitlines()
    return {name: frozenset(items) for name, *items in map(str.split, lines)}


@dataclass(frozen=True, slots=True)
class Font:
    """A face: the name of its family's file, items of FontWeight and FontStyle. `is_replaced`: Roblox ships this
    family in the place of the one that the name means (Gotham, Arial)."""

    family: str
    weight: str
    style: str
    is_replaced: bool


@cache
def fonts() -> dict[str, Font]:
    """Every item of Enum.Font, and those of the families that took another's place, by name."""
    lines = files("ovhlgen.model.roblox").joinpath("fonts.txt").read_text("utf-8").splitlines()
    found = {}
    for name, family, weight, style, *replaced in map(str.split, lines):
        found[name] = Font(family, weight, style, bool(replaced))
    return found


def _names(file: str) -> frozenset[str]:
    return frozenset(files("ovhlgen.model.roblox").joinpath(file).read_text("utf-8").split())
