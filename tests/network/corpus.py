"""Random values of layouts, quickly: what a client may send."""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping
from typing import Any

from ovhlgen.model import wire
from tests.oracle.codec import Of

type Types = Mapping[str, wire.Struct | wire.Union]

_LETTERS = "abcXYZ019 _é🎵你"
_ITEMS = (256, 512, 528)  # of Enum.Material


def fields(of: wire.Struct, types: Types, draw: random.Random, depth: int = 0) -> dict[str, Any]:
    found = {name: value(one, types, draw, depth) for name, one in of.fields.items()}
    return {name: one for name, one in found.items() if one is not None}


def value(of: wire.Wire, types: Types, draw: random.Random, depth: int) -> Any:
    match of:
        case wire.Flag():
            return draw.random() < 0.5
        case wire.Steps():
            return min(of.low + draw.choice((0, of.count - 1, draw.randrange(of.count))) * of.step, of.high)
        case wire.Float():
            return _float(of, draw)
        case wire.Choice():
            return draw.choice(of.values)
        case wire.Datatype():
            return _datatype(of, draw)
        case wire.Beside():
            return "an Instance"
        case wire.Text():
            return "".join(draw.choices(_LETTERS, k=_count(of, draw)))
        case wire.Bytes():
            return draw.randbytes(_count(of, draw))
        case wire.Array():
            count = of.low if depth > 2 and isinstance(of.inner, wire.Ref) else _count(of, draw)
            return [value(of.inner, types, draw, depth) for _ in range(count)]
        case wire.Map():
            pairs = [(value(of.key, types, draw, depth), value(of.value, types, draw, depth)) for _ in range(3)]
            return dict(pairs[: of.high])
        case wire.Optional():
            return None if depth > 2 or draw.random() < 0.5 else value(of.inner, types, draw, depth)
        case wire.Ref():
            return named(types[of.name], types, draw, depth + 1)


def named(of: wire.Struct | wire.Union, types: Types, draw: random.Random, depth: int) -> Any:
    if isinstance(of, wire.Union):
        kind = draw.choice(list(of.members))
        return {"kind": kind, **fields(of.members[kind], types, draw, depth)}
    return value(of.fields[""], types, draw, depth) if of.is_alone else fields(of, types, draw, depth)


def _count(of: wire.Text | wire.Bytes | wire.Array, draw: random.Random) -> int:
    return draw.randint(of.low, min(of.high, of.low + draw.choice((0, 2, 8))))


def _float(of: wire.Float, draw: random.Random) -> float:
    found = draw.uniform(max(of.low, -1e6), min(of.high, 1e6))
    if of.whole:
        return int(found)
    return struct.unpack("<f", struct.pack("<f", found))[0] if of.size == 4 and of.high > 1 else found


def _datatype(of: wire.Datatype, draw: random.Random) -> Of:
    numbers = tuple(_part(part, draw) for part in of.numbers)
    match of.name:
        case "CFrame":
            return Of("CFrame", (*numbers[:3], 0.5, -1.0, draw.random()))
        case "Color3":
            return Of("Color3", tuple(number / 255 for number in numbers))
        case "DateTime":
            return Of("DateTime", (float(draw.randrange(10**13)),))
        case "Player":
            return Of("Player", (1.0,))
        case "EnumItem":
            return Of(f"Enum.{of.enum}", (draw.choice(_ITEMS),))
    return Of(of.name, numbers)


def _part(part: str, draw: random.Random) -> float:
    return draw.randrange(256) if part[0] == "u" else draw.randint(-999, 999) if part[0] == "i" else _single(draw)


def _single(draw: random.Random) -> float:
    return draw.randint(-4096, 4096) / 8
