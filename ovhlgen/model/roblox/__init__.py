"""Names of Roblox's classes and Enums, as Lune's reflection database has them (tests hold the two together)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def classes() -> frozenset[str]:
    """Every class, abstract ones and services included."""
    return _names("classes.txt")


@cache
def enums() -> frozenset[str]:
    """Every Enum, without `Enum.` in front."""
    return _names("enums.txt")


def _names(file: str) -> frozenset[str]:
    return frozenset(files("ovhlgen.model.roblox").joinpath(file).read_text("utf-8").split())
