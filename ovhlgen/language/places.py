"""Where a type may stand: the language's table "allowed in" (docs/spec-language.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

# What a type is made of. A `plain datatype` is one that Roblox keeps in attributes, too.
type Kind = Literal["simple", "compound", "datatype", "plain datatype", "live", "any", "theme"]

_SIMPLE: frozenset[Kind] = frozenset({"simple"})
_VALUES: frozenset[Kind] = _SIMPLE | {"compound", "datatype", "plain datatype"}
_ALL: frozenset[Kind] = _VALUES | {"live", "any"}

# The kinds that each place takes. Config takes an array of what it takes, too.
PLACES: Mapping[str, frozenset[Kind]] = {
    "network": _VALUES | {"live"},
    "unsafe network": _ALL,
    "bus": _ALL,
    "api": _ALL,
    "state": _ALL,
    "replicated state": _VALUES | {"any"},
    "kept state": _VALUES,
    "data": _VALUES,
    "catalogue": _VALUES,
    "config": _SIMPLE | {"theme"},
    "attribute": _SIMPLE | {"plain datatype"},
    "screen value": _VALUES | {"theme"},
    "type": _ALL,
}
