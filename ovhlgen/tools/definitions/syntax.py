"""What of TypeScript's declarations matters here, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A type by its name, dots included: `Instance`, `Enum.Material`, `Map<string, number>`."""

    name: str
    args: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A string that stands for itself."""

    value: str


@dataclass(frozen=True, slots=True)
class Union:
    members: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Intersection:
    members: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Array:
    element: Type


@dataclass(frozen=True, slots=True)
class Tuple:
    """Several values: what a function with many results gives."""

    members: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Type
    is_optional: bool = False
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    params: tuple[Parameter, ...]
    returns: Type


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    type: Type
    is_readonly: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    type: Function


@dataclass(frozen=True, slots=True)
class Index:
    key: Type
    value: Type


type Member = Property | Method | Index


@dataclass(frozen=True, slots=True)
class Object:
    members: tuple[Member, ...]


type Type = Name | Text | Union | Intersection | Array | Tuple | Function | Object

ANY = Name("any")


@dataclass(frozen=True, slots=True)
class Interface:
    name: str
    bases: tuple[str, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Constant:
    """A global: `declare const Vector3: Vector3Constructor`."""

    name: str
    type: Type


type Declaration = Interface | Alias | Constant
