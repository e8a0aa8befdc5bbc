"""Luau as text: names, values and types, laid out as StyLua would."""

from ovhlgen.luau.names import KEYWORDS, Scope, Uses, camel
from ovhlgen.luau.nodes import (
    ArrayType,
    Arrow,
    Call,
    Construct,
    LuauType,
    MapType,
    MapValue,
    Maybe,
    Overloads,
    Pack,
    Product,
    Record,
    Union,
)
from ovhlgen.luau.printer import COLUMNS, TAB, assigned, comment, key, literal, number, required, string
from ovhlgen.luau.types import declare, fits_overload, luau_type

__all__ = [
    "COLUMNS",
    "KEYWORDS",
    "TAB",
    "ArrayType",
    "Arrow",
    "Call",
    "Construct",
    "LuauType",
    "MapType",
    "MapValue",
    "Maybe",
    "Overloads",
    "Pack",
    "Product",
    "Record",
    "Scope",
    "Union",
    "Uses",
    "assigned",
    "camel",
    "comment",
    "declare",
    "fits_overload",
    "key",
    "literal",
    "luau_type",
    "number",
    "required",
    "string",
]
