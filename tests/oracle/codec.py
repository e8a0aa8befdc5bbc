"""The codec a second time: what generated Luau writes and reads, by walking the layouts (docs/runtime/network.md, 4).

Values are plain: a struct is a dict, a union a dict with `kind`, a map a dict, an array a list, an enum a string; a
value type of Roblox is `Of(name, numbers)`. A field that isn't there is None.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ovhlgen.model.wire import (
    MAX_DEPTH,
    PLAYER,
    SIDE,
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
    alone,
    bits,
    cyclic,
)


class Invalid(Exception):
    """What can't travel, or what was received and isn't a value of its type (NET_INVALID); the message has the path."""


@dataclass(frozen=True, slots=True)
class Of:
    """A value type of Roblox by its numbers: a CFrame's are its position and its axis times its angle."""

    name: str
    numbers: tuple[float, ...]


_FORMATS = {
    "Vector2": "<2f",
    "Vector3": "<3f",
    "CFrame": "<6f",
    "Color3": "<3B",
    "UDim2": "<fifi",
    "DateTime": "<d",
    "Player": "<d",
    "EnumItem": "<H",
}
EARLIEST, LATEST = -17_987_443_200_000, 253_402_300_799_999  # of a DateTime, in milliseconds: the years 1400 to 9999
FULL_TURN = 6.3  # the length of an axis times its angle, at most: a turn, and what rounding adds


@dataclass(frozen=True, slots=True)
class World:
    """What only a running game knows: which players are here, and which items an enum has."""

    players: frozenset[int]
    items: Mapping[str, frozenset[int]]


class Writer:
    """One buffer, and what lies beside it."""

    def __init__(self, types: Mapping[str, Struct | Union]) -> None:
        self.types, self.cyclic = types, cyclic(types)
        self.data = bytearray()
        self.side: list[Any] = []
        self.depth = 0

    def struct(self, of: Struct, value: Any, path: str = "") -> None:
        """Raises Invalid."""
        if not isinstance(value, dict):
            raise Invalid(f"{path}: a struct expected")
        at = len(self.data)
        self.data += bytes(of.size)
        for word in of.words:
            number = 0
            for part in word.parts:
                pattern = (
                    of.tag[1] if part.name == "" and of.tag else self.pattern(part.layout, value.get(part.name), path)
                )
                number |= pattern << part.at
            self.data[at + word.at : at + word.at + word.size] = number.to_bytes(word.size, "little")
        for name, field in of.fields.items():
            if bits(field) == 0:  # there is one value only
                self.pattern(field, value.get(name), f"{path}.{name}")
        for part in of.fixed:
            raw = self.fixed(part.layout, value.get(part.name), f"{path}.{part.name}", part.size)
            self.data[at + part.at : at + part.at + part.size] = raw
        for name in of.following:
            self.follow(of.fields[name], value.get(name), f"{path}.{name}")

    def alone(self, of: Wire, value: Any, path: str, *, of_many: bool = False) -> None:
        before = len(self.data)
        layout = alone(of)
        self.struct(layout, {"": value}, path)
        if of_many and value is None and isinstance(of, Beside):
            raise Invalid(f"{path}: a value expected")
        if of_many and len(self.data) == before:
            self.data.append(0)

    def pattern(self, of: Wire, value: Any, path: str) -> int:
        match of:
            case Optional():
                return int(value is not None)
            case Flag():
                if not isinstance(value, bool):
                    raise Invalid(f"{path}: true or false expected")
                return int(value)
            case Choice() | Steps():
                return _index(of, value, path)
        raise AssertionError(of)

    def fixed(self, of: Wire, value: Any, path: str, size: int) -> bytes:
        match of:
            case Choice() | Steps():
                return _index(of, value, path).to_bytes(size, "little")
            case Float():
                return struct.pack("<f" if of.size == 4 else "<d", _ranged(of, value, path))
            case Datatype():
                return _datatype(of, value, path)
            case Beside():
                if len(self.side) == SIDE:
                    raise Invalid(f"{path}: more than {SIDE} beside one buffer")
                if value is None:
                    return b"\0"
                self.side.append(value)
                return bytes([len(self.side)])
        return _length(of, value, path).to_bytes(size, "little")

    def follow(self, of: Wire, value: Any, path: str) -> None:
        match of:
            case Text():
                self.data += value.encode()
            case Bytes():
                self.data += value
            case Array():
                for index, one in enumerate(value):
                    self.alone(of.inner, one, f"{path}[{index + 1}]", of_many=True)
            case Map():
                for key, one in value.items():
                    self.alone(of.key, key, f"{path}[{key}]", of_many=True)
                    self.alone(of.value, one, f"{path}[{key}]", of_many=True)
            case Optional():
                if value is not None:
                    self.alone(of.inner, value, path)
            case Ref():
                self.named(of.name, value, path)

    def named(self, name: str, value: Any, path: str) -> None:
        is_deep = name in self.cyclic
        if is_deep and self.depth == MAX_DEPTH:
            raise Invalid(f"{path}: deeper than {MAX_DEPTH} levels")
        of = self.types[name]
        self.depth += is_deep
        if isinstance(of, Union):
            kind = value.get("kind") if isinstance(value, dict) else None
            if not isinstance(kind, str) or kind not in of.members:
                raise Invalid(f"{path}.kind: no such kind")
            of = of.members[kind]
        self.struct(of, {"": value} if of.is_alone else value, path)
        self.depth -= is_deep


def _index(of: Choice | Steps, value: Any, path: str) -> int:
    if isinstance(of, Choice):
        if value not in of.values:
            raise Invalid(f"{path}: no such value")
        return of.values.index(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not of.low <= value <= of.high:
        raise Invalid(f"{path}: a number from {of.low:g} to {of.high:g} expected")
    exact = (value - of.low) / of.step
    if of.whole and value % 1:
        raise Invalid(f"{path}: a whole number expected")
    return min(math.floor(exact + 0.5), of.count - 1)


def _ranged(of: Float, value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not of.low <= value <= of.high:
        raise Invalid(f"{path}: a number from {of.low:g} to {of.high:g} expected")
    if of.whole and value % 1:
        raise Invalid(f"{path}: a whole number expected")
    return float(value)


def _count(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _length(of: Wire, value: Any, path: str) -> int:
    match of:
        case Text():
            if not isinstance(value, str) or not of.low <= len(value) <= of.high:
                raise Invalid(f"{path}: {_count(of.low, of.high)} characters expected")
            return len(value.encode())
        case Bytes():
            is_right = isinstance(value, bytes)
        case Array():
            is_right = isinstance(value, list)
        case _:
            assert isinstance(of, Map)
            is_right = isinstance(value, dict)
    if not is_right or not of.low <= len(value) <= of.high:
        raise Invalid(f"{path}: {_count(of.low, of.high)} of them expected")
    return len(value)


def _datatype(of: Datatype, value: Any, path: str) -> bytes:
    name = f"Enum.{of.enum}" if of.enum else of.name
    if not isinstance(value, Of) or value.name != name:
        raise Invalid(f"{path}: {name} expected")
    if not _fits(of, value.numbers):
        raise Invalid(f"{path}: {name} with a part that isn't finite")
    numbers = [round(one * 255) for one in value.numbers] if of.name == "Color3" else value.numbers
    return struct.pack(_FORMATS[of.name], *numbers)


def _fits(of: Datatype, numbers: tuple[float, ...]) -> bool:
    if not all(math.isfinite(one) for one in numbers):
        return False
    if of.name == "Color3":
        return all(0 <= one <= 1 for one in numbers)
    if of.name == "CFrame":
        return math.hypot(*numbers[3:]) <= FULL_TURN
    if of.name == "DateTime":
        return numbers[0] % 1 == 0 and EARLIEST <= numbers[0] <= LATEST
    return of.name != "Player" or (numbers[0] % 1 == 0 and abs(numbers[0]) < 2**53)


class Reader:
    """Reads what was received; nothing is made that the bytes don't pay for. `is_absent` says that it names an Instance
    or a player that isn't here: then what was read is no value."""

    def __init__(
        self,
        types: Mapping[str, Struct | Union],
        data: bytes,
        side: list[Any] | None = None,
        world: World | None = None,
    ) -> None:
        """What isn't here is None in `side`. Without a world every player is here, and every number is an item of every
        enum."""
        self.types, self.data, self.side, self.world = types, data, side or [], world
        self.cyclic = cyclic(types)
        self.at = 0
        self.depth = 0
        self.is_absent = False

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise Invalid("it ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def struct(self, of: Struct) -> dict[str, Any]:
        """Raises Invalid."""
        fixed = self.take(of.size)
        found: dict[str, Any] = {}
        for word in of.words:
            number = int.from_bytes(fixed[word.at : word.at + word.size], "little")
            if number >> word.used:
                raise Invalid("bits that mean nothing are set")
            for part in word.parts:
                pattern = number >> part.at & (1 << part.size) - 1
                if part.name == "" and of.tag:
                    continue
                found[part.name] = pattern if isinstance(part.layout, Optional) else _value(part.layout, pattern)
        for name, field in of.fields.items():
            if bits(field) == 0:
                found[name] = _value(field, 0)
        for part in of.fixed:
            found[part.name] = self.fixed(part.layout, fixed[part.at : part.at + part.size])
        for name in of.following:
            found[name] = self.follow(of.fields[name], found.get(name))
        return {name: found[name] for name in of.fields if found[name] is not None}

    def alone(self, of: Wire, *, of_many: bool = False) -> Any:
        before = self.at
        found = self.value(alone(of))
        if of_many and found is None and isinstance(of, Beside):
            raise Invalid("nothing lies beside the buffer there")
        if of_many and self.at == before and self.take(1) != b"\0":
            raise Invalid("bits that mean nothing are set")
        return found

    def fixed(self, of: Wire, raw: bytes) -> Any:
        match of:
            case Choice() | Steps():
                return _value(of, int.from_bytes(raw, "little"))
            case Float():
                return _float(of, struct.unpack("<f" if of.size == 4 else "<d", raw)[0])
            case Datatype():
                numbers = struct.unpack(_FORMATS[of.name], raw)
                if of.name == "Color3":
                    numbers = tuple(one / 255 for one in numbers)
                if not _fits(of, numbers) or not self.is_item(of, numbers):
                    raise Invalid(f"no {of.name}")
                if of == PLAYER and self.world and int(numbers[0]) not in self.world.players:
                    return self.absent()
                return Of(f"Enum.{of.enum}" if of.enum else of.name, numbers)
            case Beside():
                if raw[0] > len(self.side) or (raw[0] == 0 and of.class_name is not None):
                    raise Invalid("nothing lies beside the buffer there")
                if raw[0] == 0:
                    return None
                return self.absent() if self.side[raw[0] - 1] is None else self.side[raw[0] - 1]
        return int.from_bytes(raw, "little")  # a length

    def absent(self) -> str:
        self.is_absent = True
        return "absent"

    def is_item(self, of: Datatype, numbers: tuple[float, ...]) -> bool:
        return self.world is None or not of.enum or int(numbers[0]) in self.world.items[of.enum]

    def follow(self, of: Wire, length: Any) -> Any:
        match of:
            case Text():
                try:
                    text = self.take(length).decode()
                except UnicodeDecodeError:
                    raise Invalid("not valid UTF-8") from None
                return _counted(of, text)
            case Bytes():
                return _counted(of, bytes(self.take(length)))
            case Array():
                self.affordable(of, length, 1)
                return [self.alone(of.inner, of_many=True) for _ in range(length)]
            case Map():
                self.affordable(of, length, 2)
                pairs = [(self.alone(of.key, of_many=True), self.alone(of.value, of_many=True)) for _ in range(length)]
                if len({key for key, _ in pairs}) < length:
                    raise Invalid("a key twice")
                return dict(pairs)
            case Optional():
                return self.alone(of.inner) if length else None
        assert isinstance(of, Ref)
        return self.named(of.name)

    def affordable(self, of: Array | Map, length: int, each: int) -> None:
        """Every element has at least a byte."""
        if not of.low <= length <= of.high or self.at + length * each > len(self.data):
            raise Invalid("more elements than there can be")

    def named(self, name: str) -> Any:
        is_deep = name in self.cyclic
        if is_deep and self.depth == MAX_DEPTH:
            raise Invalid(f"deeper than {MAX_DEPTH} levels")
        of = self.types[name]
        self.depth += is_deep
        found = self.union(of) if isinstance(of, Union) else self.value(of)
        self.depth -= is_deep
        return found

    def value(self, of: Struct) -> Any:
        found = self.struct(of)
        return found.get("") if of.is_alone else found

    def union(self, of: Union) -> dict[str, Any]:
        size = next(iter(of.members.values())).tag
        assert size is not None, "a member of a union has a tag"
        pattern = 0
        if size[0]:
            pattern = self.take(1)[0] & (1 << size[0]) - 1
            self.at -= 1
        kinds = list(of.members)
        if pattern >= len(kinds):
            raise Invalid("no such kind")
        return {"kind": kinds[pattern], **self.struct(of.members[kinds[pattern]])}


class Stepper(Reader):
    """Steps over what nobody reads: only that the bytes are there is looked at."""

    def struct(self, of: Struct) -> dict[str, Any]:
        fixed = self.take(of.size)
        for name in of.following:
            packed, whole = of.packed(name), of.whole(name)
            length = 1
            if packed:
                index, part = packed
                word = of.words[index]
                length = int.from_bytes(fixed[word.at : word.at + word.size], "little") >> part.at & 1
            elif whole:
                length = int.from_bytes(fixed[whole.at : whole.at + whole.size], "little")
            self.follow(of.fields[name], length)
        return {}

    def alone(self, of: Wire, *, of_many: bool = False) -> None:
        before = self.at
        self.struct(alone(of))
        if of_many and self.at == before:
            self.take(1)

    def follow(self, of: Wire, length: Any) -> None:
        match of:
            case Text() | Bytes():
                self.take(length)
            case Array():
                for _ in range(length):
                    self.alone(of.inner, of_many=True)
            case Map():
                for _ in range(length):
                    self.alone(of.key, of_many=True)
                    self.alone(of.value, of_many=True)
            case Optional():
                if length:
                    self.alone(of.inner)
            case Ref():
                self.named(of.name)


def _value(of: Wire, pattern: int) -> Any:
    match of:
        case Flag():
            return bool(pattern)
        case Choice():
            if pattern < len(of.values):
                return of.values[pattern]
        case Steps():
            if pattern < of.count:
                return min(of.low + pattern * of.step, of.high)
    raise Invalid("a pattern that stands for nothing")


def _float(of: Float, value: float) -> float:
    """A number of four bytes may lie beyond a limit that has more digits: by less than it can tell apart."""
    low, high = of.low, of.high
    if of.size == 4:
        low, high = (struct.unpack("<f", struct.pack("<f", one))[0] for one in (low, high))
    if not min(low, of.low) <= value <= max(high, of.high) or (of.whole and value % 1):
        raise Invalid("outside its range")
    return min(max(value, of.low), of.high)


def _counted(of: Text | Bytes, value: Any) -> Any:
    if not of.low <= len(value) <= of.high:
        raise Invalid("too long or too short")
    return value
