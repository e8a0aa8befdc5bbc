"""Type expressions of the language (docs/language/types.md): one grammar everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ovhlgen.diagnostics import Span

INTEGERS: dict[str, tuple[int, int]] = {
    "u8": (0, 0xFF),
    "u16": (0, 0xFFFF),
    "u32": (0, 0xFFFFFFFF),
    "i8": (-0x80, 0x7F),
    "i16": (-0x8000, 0x7FFF),
    "i32": (-0x80000000, 0x7FFFFFFF),
    "integer": (-(2**53 - 1), 2**53 - 1),
}
FLOATS = ("f32", "f64", "number")
F32_MAX = 3.4028234663852886e38
DATATYPES = ("Vector2", "Vector3", "CFrame", "Color3", "UDim2", "DateTime")
# The names of types that are always there; `map(…)`, `Instance(…)` and `Enum.X` besides.
BASES = (*INTEGERS, *FLOATS, "bool", "boolean", "id", "string", "buffer", *DATATYPES, "Player", "theme", "any")
MAX_ID = 2**53 - 1
DEFAULT_ELEMENTS = 1024  # without a maximum: elements of a string, array or map ...
DEFAULT_BYTES = 8192  # ... or bytes of a buffer, on the network
MAX_NESTING = 8  # arrays, maps and `?` within each other, through aliases too


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `low` and `high` are inclusive, `step` quantises."""

    base: str
    low: float
    high: float
    step: float | None = None

    @property
    def whole(self) -> bool:
        return self.base in INTEGERS


@dataclass(frozen=True, slots=True)
class Boolean:
    pass


@dataclass(frozen=True, slots=True)
class Identity:
    """`id`: a whole number from -(2^53-1) to 2^53-1. Players of Studio's tests have ids below 0."""


@dataclass(frozen=True, slots=True)
class Text:
    """`string`; the limits count characters."""

    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Buffer:
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Datatype:
    """A Roblox value type, `Player`, `theme` or `any`, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """`Song` or `MusicModule.Song`; `start` and `end` are its place inside the expression."""

    module: str | None
    name: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" if self.module else self.name


@dataclass(frozen=True, slots=True)
class Optional:
    of: Type


@dataclass(frozen=True, slots=True)
class Array:
    of: Type
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Map:
    key: Type
    value: Type
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class InstanceOf:
    class_name: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class EnumOf:
    """An `Enum` of Roblox."""

    name: str


type Type = (
    Number | Boolean | Identity | Text | Buffer | Datatype | Named | Optional | Array | Map | InstanceOf | EnumOf
)


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A type expression where it stands in a spec."""

    type: Type
    text: str
    span: Span

    def at(self, named: Named) -> Span:
        return self.span.within(named.start, named.end)


class Placed(NamedTuple):
    """A type, and the module in whose spec its names are to be read (None: that of types.yaml)."""

    type: Type
    module: str | None


def walk(of: Type) -> Iterator[Type]:
    """The expression and everything inside it, outermost first."""
    yield of
    if isinstance(of, Optional | Array):
        yield from walk(of.of)
    elif isinstance(of, Map):
        yield from walk(of.key)
        yield from walk(of.value)


def nesting(of: Type) -> int:
    """How many arrays, maps and `?` are within each other."""
    inside = [of.of] if isinstance(of, Optional | Array) else [of.key, of.value] if isinstance(of, Map) else []
    return 1 + max(map(nesting, inside)) if inside else 0
