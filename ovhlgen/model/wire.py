"""How values lie on the wire: what the generated codec, the tests' own and `ovhlgen surface` share.

A struct is a fixed part and what follows it. In the fixed part: the fields that need less than a byte, packed into
shared bits; the fields of a fixed size; the lengths of the others. Then, in the order of the fields, what has no fixed
size.
Whatever stands alone (an element, an optional's content, a key) is laid out as a struct of one field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

# The layouts of leaf types are part of what is laid out here.
from ovhlgen.language.layouts import PLAYER as PLAYER
from ovhlgen.language.layouts import Beside as Beside
from ovhlgen.language.layouts import Bytes as Bytes
from ovhlgen.language.layouts import Choice as Choice
from ovhlgen.language.layouts import Datatype as Datatype
from ovhlgen.language.layouts import Flag as Flag
from ovhlgen.language.layouts import Float as Float
from ovhlgen.language.layouts import Layout as Layout
from ovhlgen.language.layouts import Steps as Steps
from ovhlgen.language.layouts import Text as Text
from ovhlgen.model.connected import connected

MAX_DEPTH = 16  # levels of a recursive type
ID = 2  # bytes of an event's number at most: one in a game of less than 256 events
QUESTION = 2  # bytes of a question's number
SIDE = 255  # Instances and `any` beside one buffer: an index of one byte
_WIDTHS = (1, 2, 3, 4, 6)  # bytes of whole numbers; above them it is a float of eight


def width(count: int) -> int:
    """Bytes that tell so many values apart."""
    return next((size for size in _WIDTHS if count <= 256**size), 8)


@dataclass(frozen=True, slots=True)
class Array:
    inner: Wire
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Map:
    key: Wire
    value: Wire
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Optional:
    inner: Wire


@dataclass(frozen=True, slots=True)
class Ref:
    """A struct or a union that has a name."""

    name: str


type Wire = Layout | Array | Map | Optional | Ref

_TAG = Flag()  # stands for the bits that tell the members of a union apart


@dataclass(frozen=True, slots=True)
class Part:
    """Where a field, or its length, or whether it is there, lies in the fixed part: from a bit, or from a byte on."""

    name: str
    layout: Wire
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Word:
    """Shared bits: `size` bytes at `at`; `used` of them mean something, the others are zero."""

    at: int
    size: int
    parts: tuple[Part, ...]
    used: int


@dataclass(frozen=True)
class Struct:
    """`tag` are the bits in front that tell the members of a union apart, and the pattern in them."""

    fields: Mapping[str, Wire]
    tag: tuple[int, int] | None = None

    @property
    def is_alone(self) -> bool:
        """Whether it is laid out for one value that is no struct."""
        return tuple(self.fields) == ("",)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(_words(self))

    @cached_property
    def fixed(self) -> tuple[Part, ...]:
        """Fields and lengths of whole bytes, behind the words."""
        at, parts = sum(word.size for word in self.words), []
        for name, layout in self.fields.items():
            size = fixed_size(layout)
            if size:
                parts.append(Part(name, layout, at, size))
                at += size
        return tuple(parts)

    @cached_property
    def _packed(self) -> Mapping[str, tuple[int, Part]]:
        places = ((index, part) for index, word in enumerate(self.words) for part in word.parts)
        return {part.name: (index, part) for index, part in places if part.layout is not _TAG}

    @cached_property
    def _whole(self) -> Mapping[str, Part]:
        return {part.name: part for part in self.fixed}

    @cached_property
    def flags(self) -> int:
        """How many fields are booleans."""
        return sum(isinstance(one, Flag) for one in self.fields.values())

    def packed(self, name: str) -> tuple[int, Part] | None:
        """The word in which a field, or whether it's there, lies, and where in it; None where it lies in none."""
        return self._packed.get(name)

    def whole(self, name: str) -> Part | None:
        """Where a field, or its length, lies among the whole bytes; None where it doesn't."""
        return self._whole.get(name)

    @cached_property
    def size(self) -> int:
        """Bytes of the fixed part."""
        return sum(word.size for word in self.words) + sum(part.size for part in self.fixed)

    @cached_property
    def following(self) -> tuple[str, ...]:
        """Fields of which something follows the fixed part."""
        return tuple(
            name
            for name, layout in self.fields.items()
            if isinstance(layout, Text | Bytes | Array | Map | Optional | Ref)
        )


@dataclass(frozen=True)
class Union:
    """Structs by their kind, in byte order; each begins with the same number of bits that tell which one it is."""

    members: Mapping[str, Struct]


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it travels, or a field of replicated state; `response` makes it a request."""

    name: str
    sender: str
    reliable: bool
    payload: Struct | None
    response: Struct | None = None
    is_state: bool = False

    def max_bytes(self, types: Mapping[str, Struct | Union]) -> float:
        """Bytes at most: its id, the number of a question, its payload."""
        return ID + (QUESTION if self.response else 0) + max_bytes(self.payload, types)


@dataclass(frozen=True)
class Layouts:
    """All messages in the order of their ids, from 1, and the named types that they need."""

    messages: tuple[Message, ...]
    types: Mapping[str, Struct | Union] = field(default_factory=dict)


def alone(layout: Wire) -> Struct:
    """As it lies where it stands by itself."""
    return Struct({"": layout})


def bits(layout: Wire) -> int | None:
    """Bits of what is packed, or of what says whether it is there; None where it takes whole bytes."""
    match layout:
        case Flag() | Optional():
            return 1
        case Choice():
            return _packed(len(layout.values))
        case Steps():
            return _packed(layout.count)
    return None


def _packed(count: int) -> int | None:
    size = (count - 1).bit_length()
    return size if size < 8 else None


def fixed_size(layout: Wire) -> int:
    """Bytes in the fixed part, besides shared bits: of the value, or of its length."""
    match layout:
        case Choice():
            return 0 if bits(layout) is not None else width(len(layout.values))
        case Steps():
            return 0 if bits(layout) is not None else width(layout.count)
        case Float():
            return layout.size
        case Datatype():
            return layout.size
        case Beside():
            return 1
        case Text():
            return width(4 * layout.high + 1)
        case Bytes() | Array() | Map():
            return width(layout.high + 1)
    return 0


def _words(struct: Struct) -> Iterator[Word]:
    """The widest first, each into the first word that has room; words of 4, 2 and 1 bytes, as few as they need."""
    wanted: list[tuple[str, Wire, int]] = [("", _TAG, struct.tag[0])] if struct.tag and struct.tag[0] else []
    packed = [(name, layout, bits(layout)) for name, layout in struct.fields.items()]
    # A tag has to be in front; the rest by width, and then as written.
    rest = sorted(((name, layout, size) for name, layout, size in packed if size), key=lambda one: -one[2])
    groups: list[list[Part]] = []
    used: list[int] = []
    for name, layout, size in [*wanted, *rest]:
        group = next((number for number, taken in enumerate(used) if taken + size <= 32), None)
        if group is None:
            group = len(groups)
            groups.append([])
            used.append(0)
        groups[group].append(Part(name, layout, used[group], size))
        used[group] += size
    at = 0
    for parts, taken in zip(groups, used, strict=True):
        for word in _split(parts, taken):
            yield Word(at, word.size, word.parts, word.used)
            at += word.size


def _split(parts: list[Part], taken: int) -> Iterator[Word]:
    """17 to 24 bits are a word of two bytes and one of one, where no field lies across."""
    if taken > 16 and taken <= 24 and not any(part.at < 16 < part.at + part.size for part in parts):
        yield Word(0, 2, tuple(part for part in parts if part.at < 16), 16)
        upper = [Part(part.name, part.layout, part.at - 16, part.size) for part in parts if part.at >= 16]
        yield Word(0, 1, tuple(upper), taken - 16)
    else:
        size = 1 if taken <= 8 else 2 if taken <= 16 else 4
        yield Word(0, size, tuple(parts), taken)


class Types(dict[str, "Struct | Union"]):
    """Named types, with what was worked out of each once."""

    def __init__(self, types: Mapping[str, Struct | Union]) -> None:
        super().__init__(types)
        self.max_bytes: dict[str, float] = {}
        self.least: dict[str, int] = {}


def max_bytes(layout: Struct | Union | None, types: Mapping[str, Struct | Union]) -> float:
    """Bytes at most; infinite for a type that contains itself. What travels beside the buffer isn't counted."""
    return _most(layout, types, types.max_bytes if isinstance(types, Types) else {})


def _most(layout: Struct | Union | None, types: Mapping[str, Struct | Union], known: dict[str, float]) -> float:
    if layout is None:
        return 0
    if isinstance(layout, Union):
        return max((_most(member, types, known) for member in layout.members.values()), default=0)
    return layout.size + sum(_following(layout.fields[name], types, known) for name in layout.following)


def _following(layout: Wire, types: Mapping[str, Struct | Union], known: dict[str, float]) -> float:
    """Bytes at most behind the fixed part: a float, which is infinite where the product of limits is too large."""
    match layout:
        case Text():
            return 4.0 * layout.high
        case Bytes():
            return float(layout.high)
        case Array():
            return layout.high * _element(layout.inner, types, known) if layout.high else 0.0
        case Map():
            return (
                layout.high * (_element(layout.key, types, known) + _element(layout.value, types, known))
                if layout.high
                else 0.0
            )
        case Optional():
            return float(_most(alone(layout.inner), types, known))
        case Ref():
            if layout.name not in known:
                known[layout.name] = float("inf")  # what leads back to it while it's worked out
                known[layout.name] = float(_most(types[layout.name], types, known))
            return known[layout.name]
    return 0.0


def _element(layout: Wire, types: Mapping[str, Struct | Union], known: dict[str, float]) -> float:
    """Bytes at most of one of many: at least one, so that what is received pays for what is made of it."""
    return max(1.0, float(_most(alone(layout), types, known)))


def least(layout: Struct | Union, types: Mapping[str, Struct | Union]) -> int:
    """Bytes at least. What contains itself needs some: the members of a union are told apart by bits."""
    return _least(layout, types, types.least if isinstance(types, Types) else {})


def _least(layout: Struct | Union, types: Mapping[str, Struct | Union], known: dict[str, int]) -> int:
    if isinstance(layout, Union):
        return min((_least(member, types, known) for member in layout.members.values()), default=0)
    size = layout.size
    for inner in layout.fields.values():
        if isinstance(inner, Ref):
            if inner.name not in known:
                known[inner.name] = 1
                known[inner.name] = _least(types[inner.name], types, known)
            size += known[inner.name]
    return size


def count(layout: Wire) -> float:
    """How many values there are; infinite where that isn't small."""
    match layout:
        case Flag():
            return 2
        case Choice():
            return len(layout.values)
        case Steps():
            return layout.count
    return float("inf")


def parts(layout: Wire) -> Iterator[Wire]:
    """The layout itself and all within it, up to named types."""
    yield layout
    match layout:
        case Optional() | Array():
            yield from parts(layout.inner)
        case Map():
            yield from parts(layout.key)
            yield from parts(layout.value)


def needed(layout: Struct | Union) -> list[str]:
    """The named types that it mentions, in the order of its fields."""
    structs = layout.members.values() if isinstance(layout, Union) else (layout,)
    names = [
        part.name
        for struct in structs
        for field in struct.fields.values()
        for part in parts(field)
        if type(part) is Ref
    ]
    return list(dict.fromkeys(names))


def has_beside(layout: Struct | Union, types: Mapping[str, Struct | Union]) -> bool:
    """Whether anything of it may travel beside the buffer."""
    return any(isinstance(part, Beside) for part in _within(layout, types, set()))


def can_be_absent(layout: Struct | Union, types: Mapping[str, Struct | Union]) -> bool:
    """Whether anything of it may be what its receiver hasn't got."""
    return any(isinstance(part, Beside) or part == PLAYER for part in _within(layout, types, set()))


def _within(layout: Struct | Union, types: Mapping[str, Struct | Union], seen: set[str]) -> Iterator[Wire]:
    """All layouts within it, of each named type once."""
    structs = layout.members.values() if isinstance(layout, Union) else (layout,)
    for struct in structs:
        for inside in struct.fields.values():
            yield from parts(inside)
    for name in needed(layout):
        if name not in seen:
            seen.add(name)
            yield from _within(types[name], types, seen)


def ordered(types: Mapping[str, Struct | Union]) -> list[list[str]]:
    """The named types in groups that need each other, each group behind those that it needs."""
    return connected({name: needed(layout) for name, layout in types.items()})


def cyclic(types: Mapping[str, Struct | Union]) -> frozenset[str]:
    """The named types that lead back to themselves: only they can be deep."""
    groups = ordered(types)
    return frozenset(name for group in groups for name in group if len(group) > 1 or name in needed(types[name]))


def arithmetic(struct: Struct, types: Mapping[str, Struct | Union]) -> str:
    """Where the bytes of the largest form are: `2 of bits + score 2 + name 1 + 128`."""
    shared = sum(word.size for word in struct.words)
    known = types.max_bytes if isinstance(types, Types) else {}
    terms = [f"{shared} of bits"] if shared else []
    for name, layout in struct.fields.items():
        sizes = [fixed_size(layout), _following(layout, types, known)]
        shown = [f"{size:,.0f}" if size != float("inf") else "any number" for size in sizes if size]
        if shown:
            terms.append(f"{name or 'itself'} {' + '.join(shown)}")
    return " + ".join(terms)


def described(struct: Struct, types: Mapping[str, Struct | Union]) -> str:
    """The same, and whose the bits are: `2 of bits + score 2 (bits: zone 2, lit 1)`; empty where nothing travels."""
    packed = [f"{name or 'itself'} {packed[1].size}" for name in struct.fields if (packed := struct.packed(name))]
    return arithmetic(struct, types) + (f" (bits: {', '.join(packed)})" if packed else "")
