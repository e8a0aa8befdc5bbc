"""What a value, an expression or a type is before it is text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Construct:
    """A Luau expression that stands on one line, such as `Enum.Material.Wood`."""

    text: str


NOTHING = Construct("nil")


@dataclass(frozen=True, slots=True)
class Call:
    """`Vector3.new(1, 2, 3)`: a name and the values of the arguments."""

    name: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """`left * right`."""

    left: Call
    right: Call


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by operators of one precedence: `a`, `+ b`, `+ c`."""

    first: str
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`if condition then yes else no`."""

    condition: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class MapValue:
    """A map's entries, sorted: its keys may be numbers."""

    entries: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A table type with named fields: always one field a line. `notes` are comments above a field."""

    fields: tuple[tuple[str, LuauType], ...]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """`Shared.Song`, a type of a file that is required as `file`: the printer records that the file is needed."""

    file: str
    name: str


@dataclass(frozen=True, slots=True)
class Applied:
    """`Key<Song>`: a generic type with its arguments."""

    generic: LuauType
    args: tuple[LuauType, ...]


@dataclass(frozen=True, slots=True)
class Generic:
    """A type with parameters such as `T`. Only for `declare`."""

    params: tuple[str, ...]
    body: LuauType


@dataclass(frozen=True, slots=True)
class ArrayType:
    element: LuauType


@dataclass(frozen=True, slots=True)
class MapType:
    key: LuauType
    value: LuauType


@dataclass(frozen=True, slots=True)
class Maybe:
    inner: LuauType


@dataclass(frozen=True, slots=True)
class Arrow:
    """A function type; each parameter has a name, `returns` is None for nothing. `generics` are type
    parameters such as `T`."""

    params: tuple[tuple[str, LuauType], ...]
    returns: LuauType | None
    generics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overloads:
    """A function of several types. Only for `declare`, and each of them must be a name or pass `fits_overload`."""

    arrows: tuple[LuauType, ...]


@dataclass(frozen=True, slots=True)
class Union:
    members: tuple[LuauType, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """What a function returns that returns more than one value."""

    results: tuple[LuauType, ...]


type LuauType = (
    str | Imported | Applied | Generic | Record | ArrayType | MapType | Maybe | Arrow | Overloads | Pack | Union
)
