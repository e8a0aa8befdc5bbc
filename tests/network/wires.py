"""Random layouts, and values that fit them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from ovhlgen.language import types
from ovhlgen.model.wire import (
    Array,
    Beside,
    Bytes,
    Choice,
    Datatype,
    Flag,
    Float,
    Map,
    Optional,
    Ref,
    Steps,
    Struct,
    Text,
    Union,
    Wire,
)
from tests.oracle.codec import Of

F32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
PARTS = {
    "u8": st.integers(0, 255),
    "u16": st.integers(0, 2**16 - 1),
    "i32": st.integers(-(2**31), 2**31 - 1),
    "f32": F32,
    "f64": st.floats(allow_nan=False, allow_infinity=False),
}

STEPS = st.one_of(
    st.builds(
        lambda low, count: Steps(low, low + count - 1, 1, count),
        st.integers(-(2**33), 2**33),
        st.one_of(st.integers(1, 300), st.sampled_from((2**8, 2**16, 2**24, 2**32, 2**40, 2**48))),
    ),
    st.builds(
        lambda low, count: Steps(low, low + (count - 1) * 0.25, 0.25, count, False),
        F8 := st.integers(-9, 9),
        st.integers(2, 900),
    ),
)
FLOATS = st.sampled_from(
    (
        Float(4, -3.4028234663852886e38, 3.4028234663852886e38),
        Float(4, 0, 0.1),
        Float(8, -1e300, 1e300),
        Float(8, -(2**53 - 1), 2**53 - 1, whole=True),
    )
)
CHOICES = st.integers(1, 300).map(lambda count: Choice(tuple(f"v{number}" for number in range(count)), f"C{count}"))
LIMITS = st.tuples(st.integers(0, 3), st.sampled_from((3, 60, 300))).map(sorted)
DATATYPES = [
    layout
    for leaf in (*types.LEAVES.values(), types.enum_of("Material"))
    if isinstance(layout := leaf.layout(types.Surroundings()), Datatype)
]
LEAVES = st.one_of(
    st.just(Flag()),
    STEPS,
    FLOATS,
    CHOICES,
    st.sampled_from(DATATYPES),
    LIMITS.map(lambda both: Text(both[0], both[1])),
    LIMITS.map(lambda both: Bytes(both[0], both[1])),
    st.just(Beside()),
    st.just(Beside("Part")),
)
KEYS = st.one_of(STEPS, CHOICES, LIMITS.map(lambda both: Text(both[0], both[1])))


def _larger(of: st.SearchStrategy[Wire]) -> st.SearchStrategy[Wire]:
    always = of.filter(lambda one: not isinstance(one, Optional))  # what is one of many is there
    return st.one_of(
        st.builds(lambda one, both: Array(one, *both), always, st.sampled_from(((0, 3), (1, 300)))),
        st.builds(lambda key, one: Map(key, one, 0, 4), KEYS, always),
        of.filter(lambda one: not isinstance(one, Optional | Beside)).map(Optional),
    )


# References come from `layouts`, below.
WIRES: st.SearchStrategy[Wire] = st.recursive(
    st.one_of(LEAVES, st.sampled_from((Ref("S"), Ref("U"), Ref("A")))), _larger, max_leaves=4
)


def structs(wires: st.SearchStrategy[Wire], tag: tuple[int, int] | None = None) -> st.SearchStrategy[Struct]:
    return st.lists(wires, max_size=7).map(lambda many: Struct({f"f{n}": one for n, one in enumerate(many)}, tag))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[Struct, dict[str, Struct | Union]]:
    """A payload, and the named types: U leads to itself by an optional field."""
    plain = st.recursive(LEAVES, _larger, max_leaves=3)
    own = draw(structs(plain))
    count = draw(st.integers(1, 5))
    bits = (count - 1).bit_length()
    members = {f"k{n}": draw(structs(plain, (bits, n))) for n in range(count)}
    members["k0"] = Struct({**members["k0"].fields, "again": Optional(Ref("U"))}, (bits, 0))
    types: dict[str, Struct | Union] = {"S": own, "U": Union(members), "A": Struct({"": Array(Ref("A"), 0, 3)})}
    return draw(structs(WIRES)), types


def values(of: Wire, types: Mapping[str, Struct | Union], depth: int = 0) -> st.SearchStrategy[Any]:
    match of:
        case Flag():
            return st.booleans()
        case Steps():
            return st.integers(0, of.count - 1).map(lambda index: min(of.low + index * of.step, of.high))
        case Float():
            if of.whole:
                return st.integers(int(of.low), int(of.high))
            return st.floats(of.low, of.high, width=64 if of.size == 8 or of.high == 0.1 else 32)
        case Choice():
            return st.sampled_from(of.values)
        case Datatype():
            return _datatypes(of)
        case Beside():
            return st.just("an Instance")
        case Text():
            characters = st.characters(exclude_categories=("Cs",))
            return st.text(characters, min_size=of.low, max_size=min(of.high, of.low + 5))
        case Bytes():
            return st.binary(min_size=of.low, max_size=min(of.high, of.low + 5))
        case Array(inner=Ref()) if depth > 2:
            return st.just([])
        case Array():
            return st.lists(values(of.inner, types, depth), min_size=of.low, max_size=min(of.high, of.low + 3))
        case Map():
            return st.dictionaries(values(of.key, types, depth), values(of.value, types, depth), max_size=3)
        case Optional():
            return st.none() if depth > 2 else st.one_of(st.none(), values(of.inner, types, depth))
        case Ref():
            return named(types[of.name], types, depth + 1)


def _datatypes(of: Datatype) -> st.SearchStrategy[Of]:
    if of.name == "CFrame":
        turns = st.floats(-1.75, 1.75, width=32)
        return st.tuples(F32, F32, F32, turns, turns, turns).map(lambda numbers: Of("CFrame", numbers))
    if of.name == "Player":
        return st.just(Of("Player", (1.0,)))
    if of.name == "DateTime":
        return st.integers(-(10**13), 10**13).map(lambda number: Of("DateTime", (float(number),)))
    if of.enum:
        return st.sampled_from((256, 512, 528)).map(lambda number: Of(f"Enum.{of.enum}", (number,)))
    numbers = st.tuples(*(PARTS[part] for part in of.numbers))
    if of.name == "Color3":
        numbers = numbers.map(lambda parts: tuple(part / 255 for part in parts))
    return numbers.map(lambda parts: Of(of.name, parts))


def fields(of: Struct, types: Mapping[str, Struct | Union], depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    found = st.fixed_dictionaries({name: values(one, types, depth) for name, one in of.fields.items()})
    return found.map(lambda value: {name: one for name, one in value.items() if one is not None})


def named(of: Struct | Union, types: Mapping[str, Struct | Union], depth: int) -> st.SearchStrategy[dict[str, Any]]:
    if isinstance(of, Struct):
        return values(of.fields[""], types, depth) if of.is_alone else fields(of, types, depth)
    return st.one_of(
        *(
            fields(member, types, depth).map(lambda value, kind=kind: {"kind": kind, **value})
            for kind, member in of.members.items()
        )
    )


def same(a: Any, b: Any) -> bool:
    """Numbers as near as four bytes can tell where they are of four bytes."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(one, b[key]) for key, one in a.items())
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Of):
        if not isinstance(b, Of) or a.name != b.name:
            return False
        if a.name == "CFrame":
            return all(map(same, a.numbers[:3], b.numbers[:3])) and _same_turn(a.numbers[3:], b.numbers[3:])
        return all(map(same, a.numbers, b.numbers))
    if isinstance(a, float | int) and not isinstance(a, bool):
        return math.isclose(a, b, rel_tol=1e-7, abs_tol=1e-45)
    return bool(a == b)


def _same_turn(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    """An axis times an angle; round the other way it is the same turn. What is compared was a matrix in between."""

    def quaternion(turn: tuple[float, ...]) -> tuple[float, ...]:
        angle = math.hypot(*turn)
        part = math.sin(angle / 2) / angle if angle else 0.0
        return math.cos(angle / 2), *(one * part for one in turn)

    return math.isclose(abs(math.sumprod(quaternion(a), quaternion(b))), 1, abs_tol=1e-6)
