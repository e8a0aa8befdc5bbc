"""Luau that checks a value and writes it: all checks of a struct, then room, its fixed part, and what follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ovhlgen.lower.codec.expressions import (
    FEW,
    SINGLE,
    Expression,
    call,
    counted,
    fixed_element,
    flat,
    is_instance,
    is_large,
    is_run,
    is_small,
    numbers,
    outside,
    padded,
    place,
    plus,
    singles,
    term,
    wanted,
    within,
    write_whole,
)
from ovhlgen.lower.codec.lines import Lines, Path
from ovhlgen.lower.codec.names import Names
from ovhlgen.luau import Call, Chain, Construct, Either, access, camel, number
from ovhlgen.model import wire

SPLIT = (3, 6)  # bytes of a number that is written in two pieces
SUM = 2  # parts of a word that are written as a sum


@dataclass(frozen=True, slots=True)
class Word:
    """A local that is added to, or the terms of a sum."""

    local: str | None
    terms: list[str]


class Writer:
    """`b` is the buffer, `p` where the next byte goes, `out` holds both buffer and what lies beside it."""

    def __init__(self, types: Mapping[str, wire.Struct | wire.Union], lines: Lines, names: Names) -> None:
        self.types = types
        self.lines = lines
        self.names = names
        self.lengths: dict[str, str] = {}  # of texts, by the local that holds one

    def struct(self, layout: wire.Struct, base: str, path: Path, *, has_room: bool = False) -> None:
        """Writes what is in `base` and moves `p` behind it."""
        lines = self.lines
        if not layout.is_alone:
            lines.refuse([f'type({base}) ~= "table"'], path, "a struct", base)
        in_blocks = is_large(layout, self.types)
        words = [self.word(layout, index, at_once=not in_blocks) for index in range(len(layout.words))]
        if in_blocks:
            self.blocks(layout, base, path, words)
            return
        values, statements = {}, []
        together = singles(layout)
        for name, field in layout.fields.items():
            values[name], fixed = self.checked(layout, name, field, base, path, words, together)
            statements += fixed
        self.sizes({name: values[name] for name in together}, path)
        ahead = layout.following if has_room else self.ahead(layout)
        if not has_room and (layout.size or ahead):
            self.room(self.need(layout, ahead, values))
        for statement in [*statements, *self.bits(layout, words)]:
            lines.call(statement)
        if layout.size:
            lines(f"p += {layout.size}")
        for name in layout.following:
            self.follow(layout.fields[name], values[name], path.field(name), has_room=name in ahead)

    def word(self, layout: wire.Struct, index: int, *, at_once: bool) -> Word:
        """Shared bits: a sum where it is written; a local to add to where that would be long."""
        word = layout.words[index]
        tag = layout.tag[1] if layout.tag and layout.tag[0] and not index else 0
        if at_once and len(word.parts) <= SUM and all(_is_short(part.layout) for part in word.parts):
            return Word(None, [str(tag)] if tag else [])
        return Word(self.lines.let(str(tag), "bits"), [])

    def blocks(self, layout: wire.Struct, base: str, path: Path, words: list[Word]) -> None:
        """The same with a block for each field."""
        if layout.size:
            self.room([str(layout.size)])
        for name, field in layout.fields.items():
            if isinstance(field, wire.Ref):
                continue  # all of it follows
            with self.lines.inside("do"):
                for statement in self.checked(layout, name, field, base, path, words)[1]:
                    self.lines.call(statement)
        for statement in self.bits(layout, words):
            self.lines.call(statement)
        if layout.size:
            self.lines(f"p += {layout.size}")
        for name in layout.following:
            with self.lines.inside("do"):
                value = self.lines.let(access(base, name), *wanted(path.field(name), name))
                self.follow(layout.fields[name], value, path.field(name))

    def room(self, need: list[str]) -> None:
        """Makes room for a sum of bytes."""
        lines, first, rest = self.lines, need[0], [f"+ {term}" for term in need[1:]]
        total = " ".join((first, *rest))
        b, out = lines.given("b"), lines.given("out")
        if not lines.fits(f"if p + {total} > {out}.size then") or not lines.fits(f"\t{b} = grow({out}, p + {total})"):
            total = lines.let(Chain(first, tuple(rest)), "need")
        with lines.when(f"p + {total} > {out}.size"):
            lines(f"{b} = {lines.uses('grow')}({out}, p + {total})")

    def ahead(self, layout: wire.Struct) -> tuple[str, ...]:
        """The fields right behind the fixed part whose size, or the most of it, is known: one check of room for all."""
        names = []
        for name in layout.following:
            field = layout.fields[name]
            if not isinstance(field, wire.Text | wire.Bytes) and self.fixed_following(field) is None:
                break
            names.append(name)
        return tuple(names)

    def fixed_following(self, layout: wire.Wire) -> int | None:
        """Bytes at most of a small struct, or of something optional, that follows; None for anything else."""
        if isinstance(layout, wire.Ref):
            return fixed_element(layout, self.types) if is_small(layout, self.types) else None
        if isinstance(layout, wire.Optional) and not isinstance(layout.inner, wire.Optional):
            return (
                self.fixed_following(layout.inner)
                if isinstance(layout.inner, wire.Ref)
                else fixed_element(layout.inner, self.types)
            )
        return None

    def need(self, layout: wire.Struct, ahead: tuple[str, ...], values: dict[str, str]) -> list[str]:
        size = layout.size
        terms = []
        for name in ahead:
            match layout.fields[name]:
                case wire.Text():
                    terms.append(self.length(values[name]))
                case wire.Bytes():
                    terms.append(f"buffer.len({values[name]})")
                case field:
                    size += self.fixed_following(field) or 0
        return [*([str(size)] if size else []), *terms]

    def length(self, text: str) -> str:
        return self.lengths.get(text, f"#{text}")

    def bits(self, layout: wire.Struct, words: list[Word]) -> list[Call]:
        """Calls that write the words."""
        return [
            written
            for word, bits in zip(layout.words, words, strict=True)
            for written in write_whole(word.size, place("p", word.at), bits.local or _sum(bits.terms), self.lines)
        ]

    def checked(
        self,
        layout: wire.Struct,
        name: str,
        field: wire.Wire,
        base: str,
        path: Path,
        words: list[Word],
        together: Collection[str] = (),
    ) -> tuple[str, list[Call]]:
        """Checks a field, but for the size of those `together`; the local with its value, and the statements that write
        what of it is fixed."""
        lines = self.lines
        value = base
        if not layout.is_alone:
            value = lines.let(access(base, name), *wanted(path.field(name), name))
        packed = layout.packed(name)
        if isinstance(field, wire.Flag):
            assert packed, "a flag is a bit"
            add = f"{words[packed[0]].local} += {1 << packed[1].at}"
            self.flag(value, path.field(name), add, is_one_of_many=layout.flags > SUM)
            return value, []
        if name in together:
            lines.refuse([f'type({value}) ~= "number"'], path.field(name), numbers(SINGLE), value)
            raw: Expression = value
        else:
            raw = self.check(field, value, path.field(name))
        if packed:
            word, part = packed
            scaled = flat(raw) if part.at == 0 else f"{term(raw)} * {1 << part.at}"
            if isinstance(field, wire.Optional):
                scaled = f"if {value} ~= nil then {1 << part.at} else 0"
            local = words[word].local
            if local and isinstance(field, wire.Optional):
                lines.set(local, Either(f"{value} ~= nil", str(1 << part.at), "0"), "+=")
            elif local:
                lines.set(local, Chain(scaled, ()), "+=")
            elif isinstance(field, wire.Optional) and len(layout.words[word].parts) > 1:
                words[word].terms.append(f"({scaled})")
            else:
                words[word].terms.append(scaled)
        whole = layout.whole(name)
        return value, self.fixed(field, value, raw, whole) if whole else []

    def flag(self, value: str, path: Path, add: str, *, is_one_of_many: bool) -> None:
        """Longer where there are many: in this order the tests are a third faster in the interpreter."""
        lines = self.lines
        yes, no = ("", " == nil") if is_one_of_many else (" == true", " ~= false")
        lines(f"if {value}{yes} then")
        with lines.until(f"elseif {value}{no} then"):
            if is_one_of_many:
                lines.refuse([f"{value} ~= true"], path, "true or false", value)
            lines(add)
        with lines.until("end"):
            lines.wrong(path, "true or false", value)

    def sizes(self, values: dict[str, str], path: Path) -> None:
        """Whether numbers, by the names of their fields, fit into four bytes: one test says so of nearly all."""
        if not values:
            return
        squares = " + ".join(f"{value} * {value}" for value in values.values())
        all_of_them = f"not {self.lines.uses('areSingles')}({', '.join(values.values())})"
        test = f"not ({squares} <= {number(SINGLE.high**2)}) and {all_of_them}"
        with self.lines.when(test if self.lines.fits(f"if {test} then") else all_of_them):
            self.lines.wrong(path, f"numbers of four bytes in {', '.join(values)}")

    def check(self, layout: wire.Wire, value: str, path: Path) -> Expression:
        """Checks a value; what is written in the fixed part: an index, a length, or itself."""
        lines = self.lines
        match layout:
            case wire.Choice():
                index = lines.let(f"{self.names.choice('index', layout.name)}[{value}]", "index")
                lines.refuse([f"{index} == nil"], path, layout.what, value)
                return index
            case wire.Steps() if (
                layout.whole
                and layout.step == 1
                and layout.count <= FEW
                and (known := self.names.wholes(layout.low, layout.high))
            ):
                lines.refuse([f"not {known}[{value}]"], path, numbers(layout), value)
                return _index(layout, value)
            case wire.Steps() | wire.Float():
                lines.refuse(self.no_number(layout, value), path, numbers(layout), value)
                return _index(layout, value) if isinstance(layout, wire.Steps) else value
            case wire.Datatype():
                enum = [self.names.enum(layout.enum)] if layout.enum else []
                test = call(self.names.datatype("fits", layout.name), value, *enum)
                lines.refuse_unless(
                    test, path, f"Enum.{layout.enum}" if layout.enum else f"a finite {layout.name}", value
                )
            case wire.Beside():
                if layout.class_name:
                    lines.refuse_unless(is_instance(layout, value, self.names), path, f"a {layout.class_name}", value)
                else:
                    lines.refuse_unless(
                        call(lines.uses("canTravel"), value), path, "a value that Roblox carries", value
                    )
                index = lines.let(f"{lines.uses('beside')}({lines.given('out')}, {value})", "index")
                lines.refuse([f"{index} > {wire.SIDE}"], path, f"at most {wire.SIDE} values beside a buffer", value)
                return index
            case wire.Text():
                count = lines.let(
                    Either(f'type({value}) == "string"', f"utf8.len({value})", "nil"), camel(value, "characters")
                )
                conditions = [f"{count} == nil", *within(count, layout.low, layout.high)]
                lines.refuse(conditions, path, counted(layout.low, layout.high, "characters"), value)
                length = lines.let(f"#{value}", camel(value, "length"))
                self.lengths[value] = length
                return length
            case wire.Bytes():
                length = f"buffer.len({value})"
                conditions = [f'type({value}) ~= "buffer"', *within(length, layout.low, layout.high)]
                lines.refuse(conditions, path, counted(layout.low, layout.high, "bytes"), value)
                return Construct(length)
            case wire.Array() | wire.Map():
                measure, what = (
                    ("arrayLength", "elements") if isinstance(layout, wire.Array) else ("mapSize", "entries")
                )
                count = lines.let(f"{lines.uses(measure)}({value})", camel(value, "count"))
                conditions = [f"{count} < {layout.low}", f"{count} > {layout.high}"]
                lines.refuse(conditions, path, counted(layout.low, layout.high, what), value)
                return count
        return value

    def no_number(self, layout: wire.Steps | wire.Float, value: str) -> list[str]:
        """Conditions for what is no number of a range."""
        is_none, no_whole = f'type({value}) ~= "number"', [f"{value} % 1 ~= 0"] if layout.whole else []
        plain, apart = ([is_none, *form, *no_whole] for form in outside(value, layout.low, layout.high))
        if isinstance(layout, wire.Steps) and layout.step == 1 and layout.low == 0 and layout.count in (2**16, 2**32):
            return self.lines.fitting([is_none, f"bit32.band({value}, {layout.high:.0f}) ~= {value}"], apart)
        return self.lines.fitting(plain, apart)

    def fixed(self, layout: wire.Wire, value: str, raw: Expression, part: wire.Part) -> list[Call]:
        at, b = place("p", part.at), self.lines.given("b")
        match layout:
            case wire.Float():
                return [call(f"buffer.writef{8 * layout.size}", b, at, value)]
            case wire.Datatype():
                return [call(self.names.datatype("put", layout.name), b, at, value)]
        if part.size in SPLIT and not isinstance(raw, str):
            raw = self.lines.let(raw, "index")
        return write_whole(part.size, at, raw, self.lines)

    def follow(self, layout: wire.Wire, value: str, path: Path, *, has_room: bool = False) -> None:
        lines = self.lines
        match layout:
            case wire.Text():
                length = self.length(value)
                if not has_room:
                    self.room([length])
                lines(f"buffer.writestring({lines.given('b')}, p, {value})")
                lines(f"p += {length}")
            case wire.Bytes():
                if not has_room:
                    self.room([f"buffer.len({value})"])
                lines(f"buffer.copy({lines.given('b')}, p, {value})")
                lines(f"p += buffer.len({value})")
            case wire.Array():
                self.array(layout, value, path)
            case wire.Map():
                key, element = lines.local("key"), lines.local("one")
                with lines.inside(f"for {key}, {element} in {value} do"):
                    where = path.at(key)
                    self.each(layout.key, key, where)
                    self.each(layout.value, element, where)
            case wire.Optional():
                with lines.when(f"{value} ~= nil"):
                    self.struct(wire.alone(layout.inner), value, path, has_room=has_room)
            case wire.Ref() if is_small(layout, self.types):
                small = self.types[layout.name]
                assert isinstance(small, wire.Struct)
                self.struct(small, value, path, has_room=has_room)
            case wire.Ref():
                args = (value, lines.given("out"), "p", *self.names.deeper)
                self.call(call(self.names.type("write", layout.name), *args), path)

    def array(self, layout: wire.Array, value: str, path: Path) -> None:
        lines = self.lines
        if is_run(layout.inner, self.types):
            assert isinstance(layout.inner, wire.Ref)
            self.call(call(self.names.run("write", layout.inner.name), value, lines.given("out"), "p"), path)
            return
        size = None if isinstance(layout.inner, wire.Ref) else fixed_element(layout.inner, self.types)
        if size:
            self.room([f"#{value}" + (f" * {size}" if size > 1 else "")])
        index = lines.local("i")
        with lines.inside(f"for {index} = 1, #{value} do"):
            element = lines.let(f"{value}[{index}]", "one")
            self.each(layout.inner, element, path.at(index), has_room=bool(size))

    def each(self, layout: wire.Wire, value: str, path: Path, *, has_room: bool = False) -> None:
        """One of many: it has at least a byte, so that what is received pays for what is made of it."""
        with padded(layout, self.types, self.lines, self.zero):
            self.struct(wire.alone(layout), value, path, has_room=has_room)

    def zero(self) -> None:
        self.room(["1"])
        self.lines(f"buffer.writeu8({self.lines.given('b')}, p, 0)")
        self.lines("p += 1")

    def call(self, write: Call, path: Path) -> None:
        """Lets another function write from `p` on."""
        lines = self.lines
        problem = lines.local("problem")
        after = lines.local("after")
        lines.set(f"local {after}, {problem}", write)
        with lines.when(f"{after} == 0"):
            lines.pass_on(path, problem)
        # A function that writes only by others needs no buffer of its own.
        lines.later(lambda: [f"p, b = {after}, out.b" if "b" in lines.given else f"p = {after}"])


def _sum(terms: list[str]) -> str | Chain:
    first, *rest = terms or ["0"]
    return Chain(first, tuple(f"+ {term}" for term in rest)) if rest else first


def _is_short(layout: wire.Wire) -> bool:
    """Whether its bits are a short expression."""
    return isinstance(layout, wire.Choice | wire.Optional) or (isinstance(layout, wire.Steps) and layout.step == 1)


def _index(steps: wire.Steps, value: str) -> Expression:
    if steps.step == 1 and steps.whole:
        return plus(value, -steps.low)
    exact = f"math.floor({term(plus(value, -steps.low))} / {number(steps.step)} + 0.5)"
    return call("math.min", exact, str(steps.count - 1))
