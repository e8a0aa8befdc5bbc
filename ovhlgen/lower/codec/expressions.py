"""Luau expressions about bytes, bits and numbers, and words for what is expected."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ovhlgen.language.limits import F32_MAX, F64_MAX
from ovhlgen.lower.codec.lines import Lines, Path
from ovhlgen.lower.codec.names import Names
from ovhlgen.luau import Call, Chain, Construct, camel, key, number
from ovhlgen.model import wire

FEW = 256  # numbers of a range that are all in a table: the quickest test of what may be anything
SMALL = 4  # fields of a named struct that is written where it stands
SINGLE = wire.Float(4, -F32_MAX, F32_MAX)
SHORT = 30  # characters of the names of numbers that are looked at together
MANY = 40  # fields of a struct; with more, each gets a block of its own: Luau has 200 locals a function
IN_PLACE = 3  # fields for which a small struct counts there

type Expression = str | Chain | Construct | Call  # a text is a name


def place(base: str, offset: int) -> str:
    return f"{base} + {offset}" if offset else base


def plus(value: str, low: float) -> str | Chain:
    """`value + low`, without a zero."""
    if low == 0:
        return value
    return Chain(value, (f"+ {number(low)}" if low > 0 else f"- {number(-low)}",))


def flat(expression: Expression) -> str:
    """On one line."""
    if isinstance(expression, Chain):
        return " ".join((expression.first, *expression.rest))
    if isinstance(expression, Call):
        return f"{expression.name}({', '.join(map(flat, expression.args))})"
    return expression if isinstance(expression, str) else expression.text


def singles(layout: wire.Struct) -> list[str]:
    """The fields of any four bytes, where there are some and one line has room for them: one test is for them all."""
    names = [name for name, field in layout.fields.items() if field == SINGLE]
    return names if len(names) > 1 and sum(map(len, names)) <= SHORT else []


def term(value: Expression) -> str:
    """As an operand of a product: a sum in brackets."""
    return f"({flat(value)})" if isinstance(value, Chain) else flat(value)


def call(name: str, *args: Expression) -> Call:
    return Call(name, tuple(Construct(arg) if isinstance(arg, str) else arg for arg in args))


def write_whole(size: int, at: str, value: Expression, lines: Lines) -> list[Call]:
    """Calls that write a whole number of so many bytes."""
    b = lines.given("b")
    if size in (1, 2, 4):
        return [call(f"buffer.writeu{8 * size}", b, at, value)]
    low = 2 if size == 3 else 4
    return [
        call(f"buffer.writeu{8 * low}", b, at, f"{term(value)} % {256**low}"),
        call(f"buffer.writeu{8 * (size - low)}", b, f"{at} + {low}", f"{term(value)} // {256**low}"),
    ]


def read_whole(size: int, at: str, lines: Lines) -> str | Chain:
    b = lines.given("b")
    if size in (1, 2, 4):
        return f"buffer.readu{8 * size}({b}, {at})"
    low = 2 if size == 3 else 4
    more = f"+ buffer.readu{8 * (size - low)}({b}, {at} + {low}) * {256**low}"
    return Chain(f"buffer.readu{8 * low}({b}, {at})", (more,))


def pattern(word: str, part: wire.Part) -> str:
    """The bits of a part, as a number."""
    return f"bit32.extract({word}, {part.at}, {part.size})"


def is_set(word: str, part: wire.Part) -> str:
    return f"bit32.btest({word}, {1 << part.at})"


def entry(name: str, value: str) -> str:
    return f"{key(name)} = {value},"


def is_instance(beside: wire.Beside, value: str, names: Names) -> Call:
    """Whether what is to lie beside the buffer is an Instance of that class, below its path."""
    return call(names.lines.uses("isInstance"), value, *_kind(beside, names))


def has_arrived(beside: wire.Beside, value: str, names: Names) -> Call:
    """Whether what lies there is such an Instance, or is absent."""
    return call(names.lines.uses("arrived"), names.lines.given("side"), value, *_kind(beside, names))


def _kind(beside: wire.Beside, names: Names) -> list[str]:
    kind = [names.text(beside.class_name or "", "class")]
    if beside.path is not None:
        kind.append(names.text(beside.path, camel("path", beside.path.rpartition(".")[2]), "path"))
    return kind


def wanted(path: Path, name: str) -> tuple[str, ...]:
    """What a local for the field at a path may be called: as the field, or as the field in that which has it."""
    above = path.fields[:-1]
    if not name:
        return ("one",)
    return name, *([camel(above[-1], name)] if above else ())


def limits(layout: wire.Float) -> tuple[float, float, bool]:
    """What a number that was received may be, and whether it has to be brought back into its range: a limit with more
    digits than four bytes hold lies beside the number that stands for it."""
    if layout.size == 8:
        return layout.low, layout.high, False
    low, high = (struct.unpack("<f", struct.pack("<f", end))[0] for end in (layout.low, layout.high))
    return min(low, layout.low), max(high, layout.high), low < layout.low or high > layout.high


def outside(value: str, low: float, high: float, highest: float = F64_MAX) -> tuple[list[str], list[str]]:
    """Holds for a number outside, and for one that is none (NaN); no number but the infinite is above `most`. Once in
    one condition, once in short ones."""
    apart = [f"{value} ~= {value}", f"{value} < {number(low)}", f"{value} > {number(high)}"]
    if -low == high >= highest:
        return [f"{value} - {value} ~= 0"], apart
    if -low == high:
        return [f"not (math.abs({value}) <= {number(high)})"], apart
    return [f"not ({value} >= {number(low)} and {value} <= {number(high)})"], apart


def numbers(layout: wire.Steps | wire.Float) -> str:
    what = "a whole number" if layout.whole else "a number"
    if isinstance(layout, wire.Float) and abs(layout.high) > 1e38:
        return f"{what} that is finite" if layout.size == 8 else f"{what} of four bytes"
    return f"{what} from {number(layout.low)} to {number(layout.high)}"


def counted(low: int, high: int, what: str) -> str:
    return f"{low} {what}" if low == high else f"{low} to {high} {what}"


def within(count: str, low: int, high: int) -> list[str]:
    """Conditions for a count that is too large, or too small."""
    return [f"{count} > {high}", *([f"{count} < {low}"] if low else [])]


def fixed_element(element: wire.Wire, types: Mapping[str, wire.Struct | wire.Union]) -> int | None:
    """Bytes of each of many, where that is always the same; None otherwise."""
    layout = types[element.name] if isinstance(element, wire.Ref) else wire.alone(element)
    if isinstance(layout, wire.Union) or layout.following or not layout.size:
        return None
    return layout.size


def is_run(element: wire.Wire, types: Mapping[str, wire.Struct | wire.Union]) -> bool:
    """Whether an array of it is written and read by one call: a named struct of a fixed size, all in the buffer."""
    if not isinstance(element, wire.Ref) or fixed_element(element, types) is None:
        return False
    layout = types[element.name]
    if not isinstance(layout, wire.Struct) or layout.is_alone:
        return False
    return not any(isinstance(field, wire.Beside) for field in layout.fields.values())


def is_small(ref: wire.Ref, types: Mapping[str, wire.Struct | wire.Union]) -> bool:
    """Whether a named struct is written in place: a call would be longer than what it does."""
    layout = types[ref.name]
    return isinstance(layout, wire.Struct) and len(layout.fields) <= SMALL and is_run(ref, types)


def is_large(layout: wire.Struct, types: Mapping[str, wire.Struct | wire.Union]) -> bool:
    """Whether each field of a struct gets a block of its own."""
    small = sum(isinstance(field, wire.Ref) and is_small(field, types) for field in layout.fields.values())
    return len(layout.fields) + (IN_PLACE - 1) * small > MANY


def pad(element: wire.Wire, types: Mapping[str, wire.Struct | wire.Union]) -> bool | None:
    """Whether one of many needs a byte that says nothing: true, false, or only some of them (None)."""
    layout = wire.alone(element)
    if wire.least(layout, types):
        return False
    return True if wire.max_bytes(layout, types) == 0 else None


@contextmanager
def padded(
    element: wire.Wire, types: Mapping[str, wire.Struct | wire.Union], lines: Lines, zero: Callable[[], None]
) -> Iterator[None]:
    """Around what is done with one of many: `zero` does it with the byte that says nothing, where it needs one."""
    needs = pad(element, types)
    start = lines.let("p", "start") if needs is None else ""
    yield
    if needs:
        zero()
    elif start:
        with lines.when(f"p == {start}"):
            zero()
