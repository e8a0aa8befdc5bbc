"""How many bytes a value of a type can need at most on the network, before any packing."""

from __future__ import annotations

import math

from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import (
    DEFAULT_BYTES,
    DEFAULT_ELEMENTS,
    Array,
    Boolean,
    Buffer,
    Datatype,
    EnumOf,
    Identity,
    InstanceOf,
    Map,
    Named,
    Number,
    Optional,
    Text,
    Type,
)

_DATATYPES = {"Vector2": 8, "Vector3": 12, "CFrame": 24, "Color3": 3, "UDim2": 16, "DateTime": 8, "Player": 8}
_LENGTH = 2  # bytes of a length prefix
_UTF8 = 4  # bytes of one character at most


def largest(project: Project, of: Type, module: str | None, inside: frozenset[int] = frozenset()) -> float:
    """Bytes at most; infinite for recursive types and `any`."""
    match of:
        case Boolean():
            return 1
        case Number():
            return _number(of)
        case Identity():
            return 8
        case Text():
            return _LENGTH + _UTF8 * (DEFAULT_ELEMENTS if of.high is None else of.high)
        case Buffer():
            return _LENGTH + (DEFAULT_BYTES if of.high is None else of.high)
        case Datatype():
            return math.inf if of.name == "any" else _DATATYPES.get(of.name, 50)
        case InstanceOf():
            return 8
        case EnumOf():
            return 2
        case Optional():
            return 1 + largest(project, of.of, module, inside)
        case Array():
            count = DEFAULT_ELEMENTS if of.high is None else of.high
            return _LENGTH + (count * largest(project, of.of, module, inside) if count else 0)
        case Map():
            count = DEFAULT_ELEMENTS if of.high is None else of.high
            each = largest(project, of.key, module, inside) + largest(project, of.value, module, inside)
            return _LENGTH + (count * each if count else 0)
        case Named():
            declared = project.type_of(of, module)
            if declared is None:
                return 0
            return math.inf if id(declared) in inside else _declared(project, declared, inside | {id(declared)})


def _number(of: Number) -> int:
    if not of.whole:
        return 4 if of.base == "f32" else 8
    span = of.high - of.low
    for width in (1, 2, 4):
        if span < 256**width:
            return width
    return 8


def _declared(project: Project, of: TypeDecl, inside: frozenset[int]) -> float:
    if of.kind == "enum":
        return 1 if len(of.values) <= 256 else 2
    if of.kind == "alias":
        return largest(project, of.target.type, of.module, inside) if of.target else 0
    if of.kind == "union":
        return 1 + max((_fields(project, fields, of.module, inside) for _, fields in of.members.values()), default=0)
    return _fields(project, of.fields, of.module, inside)


def _fields(project: Project, fields: Fields, module: str | None, inside: frozenset[int]) -> float:
    return sum(largest(project, field.type.type, module, inside) for field in fields.values() if field.type)
