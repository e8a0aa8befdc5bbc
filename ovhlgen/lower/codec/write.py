"""Luau that checks a value and writes it: all checks of a struct, then room, its fixed part, and what follows."""

from __future__ import annotations

from collections.abc import Mapping

from ovhlgen.lower.codec.expressions import (
    FEW,
    MANY,
    access,
    counted,
    fixed_element,
    is_run,
    numbers,
    outside,
    pad,
    place,
    plus,
    term,
    within,
    write_whole,
)
from ovhlgen.lower.codec.instances import is_instance
from ovhlgen.lower.codec.lines import Lines
from ovhlgen.lower.codec.names import Names
from ovhlgen.model import wire
from ovhlgen.resolve.values import number


class Writer:
    """`b` is the buffer, `p` where the next byte goes, `out` holds both buffer and what lies beside it."""

    def __init__(self, types: Mapping[str, wire.Struct | wire.Union], lines: Lines, names: Names) -> None:
        self.types = types
        self.lines = lines
        self.names = names

    def struct(self, of: wire.Struct, base: str, path: str, *, has_room: bool = False) -> None:
        """Writes what is in `base` and moves `p` behind it."""
        lines = self.lines
        if not of.is_alone:
            lines.refuse([f'type({base}) ~= "table"'], path, "a struct", base)
        words = [lines.local("bits") for _ in of.words]
        for number_, name in enumerate(words):
            lines(f"local {name} = {of.tag[1] if of.tag and of.tag[0] and not number_ else 0}")
        if len(of.fields) > MANY:
            self.blocks(of, base, path, words)
            return
        values, statements = {}, []
        for name, one in of.fields.items():
            values[name], found = self.checked(of, name, one, base, path, words)
            statements += found
        ahead = [] if has_room else self.ahead(of, values)
        if (of.size or ahead) and not has_room:
            self.room(" + ".join([*([str(of.size)] if of.size else []), *ahead]))
        for line in [*statements, *self.bits(of, words)]:
            lines(line)
        if of.size:
            lines(f"p += {of.size}")
        for position, name in enumerate(of.following):
            self.follow(of.fields[name], values[name], self.path(path, name), has_room=position < len(ahead))

    def blocks(self, of: wire.Struct, base: str, path: str, words: list[str]) -> None:
        """The same with a block for each field."""
        self.room(str(of.size))
        for name, one in of.fields.items():
            if isinstance(one, wire.Ref):
                continue  # all of it follows
            with self.lines.inside("do"):
                for line in self.checked(of, name, one, base, path, words)[1]:
                    self.lines(line)
        for line in self.bits(of, words):
            self.lines(line)
        self.lines(f"p += {of.size}")
        for name in of.following:
            with self.lines.inside("do"):
                value = self.lines.local(name)
                self.lines(f"local {value} = {access(base, name)}")
                self.follow(of.fields[name], value, self.path(path, name))

    def path(self, path: str, name: str) -> str:
        return f"{path}.{name}" if name else path

    def room(self, need: str) -> None:
        with self.lines.when(f"p + {need} > out.size"):
            self.lines(f"b = grow(out, p + {need})")

    def ahead(self, of: wire.Struct, values: dict[str, str]) -> list[str]:
        """Lengths of the texts and buffers right behind the fixed part: one check for room covers them."""
        found = []
        for name in of.following:
            match of.fields[name]:
                case wire.Text():
                    found.append(f"#{values[name]}")
                case wire.Bytes():
                    found.append(f"buffer.len({values[name]})")
                case _:
                    break
        return found

    def bits(self, of: wire.Struct, words: list[str]) -> list[str]:
        """Statements that write the words."""
        return [
            line
            for word, name in zip(of.words, words, strict=True)
            for line in write_whole(word.size, place("p", word.at), name)
        ]

    def checked(
        self, of: wire.Struct, name: str, one: wire.Wire, base: str, path: str, words: list[str]
    ) -> tuple[str, list[str]]:
        """Checks a field; the local with its value, and the statements that write what of it is fixed."""
        lines = self.lines
        value = base
        if not of.is_alone:
            value = lines.local(name)
            lines(f"local {value} = {access(base, name)}")
        packed = of.packed(name)
        if isinstance(one, wire.Flag):
            assert packed, "a flag is a bit"
            self.flag(value, self.path(path, name), f"{words[packed[0]]} += {1 << packed[1].at}")
            return value, []
        raw = self.check(one, value, self.path(path, name))
        if packed:
            word, part = packed
            scaled = raw if part.at == 0 else f"{term(raw)} * {1 << part.at}"
            if isinstance(one, wire.Optional):
                scaled = f"if {value} ~= nil then {1 << part.at} else 0"
            lines(f"{words[word]} += {scaled}")
        whole = of.whole(name)
        return value, self.fixed(one, value, raw, whole) if whole else []

    def flag(self, value: str, path: str, add: str) -> None:
        self.lines(f"if {value} == true then")
        self.lines(f"\t{add}")
        with self.lines.inside(f"elseif {value} ~= false then"):
            self.lines.wrong(path, "true or false", value)

    def check(self, of: wire.Wire, value: str, path: str) -> str:
        """Checks a value; what is written in the fixed part: an index, a length, or itself."""
        lines = self.lines
        match of:
            case wire.Choice():
                index = lines.local("index")
                lines(f"local {index} = {self.names.choice('index', of.name)}[{value}]")
                lines.refuse([f"{index} == nil"], path, f"one of {of.name}", value)
                return index
            case wire.Steps() if of.whole and of.step == 1 and of.count <= FEW:
                known = self.names.wholes(of.low, of.high)
                lines.refuse([f"not {known}[{value}]"], path, numbers(of), value)
                return _index(of, value)
            case wire.Steps() | wire.Float():
                conditions = [f'type({value}) ~= "number"', outside(value, of.low, of.high)]
                lines.refuse([*conditions, *([f"{value} % 1 ~= 0"] if of.whole else [])], path, numbers(of), value)
                return _index(of, value) if isinstance(of, wire.Steps) else value
            case wire.Datatype():
                enum = f", Enum.{of.of}" if of.of else ""
                test = f"not {self.names.datatype('fits', of.name)}({value}{enum})"
                lines.refuse([test], path, f"Enum.{of.of}" if of.of else f"a finite {of.name}", value)
            case wire.Beside():
                if of.class_name:
                    lines.refuse([f"not {is_instance(lines, of, value)}"], path, f"a {of.class_name}", value)
                index = lines.local("index")
                lines(f"local {index} = beside(out, {value})")
                lines.refuse([f"{index} > {wire.SIDE}"], path, f"at most {wire.SIDE} values beside a buffer", value)
                return index
            case wire.Text():
                count = lines.local("count")
                lines(f'local {count} = if type({value}) == "string" then utf8.len({value}) else nil')
                conditions = [f"{count} == nil", *within(count, of.low, of.high)]
                lines.refuse(conditions, path, counted(of.low, of.high, "characters"), value)
                return f"#{value}"
            case wire.Bytes():
                length = f"buffer.len({value})"
                conditions = [f'type({value}) ~= "buffer"', *within(length, of.low, of.high)]
                lines.refuse(conditions, path, counted(of.low, of.high, "bytes"), value)
                return length
            case wire.Array() | wire.Map():
                count = lines.local("count")
                measure, what = ("arrayLength", "elements") if isinstance(of, wire.Array) else ("mapSize", "entries")
                lines(f"local {count} = {measure}({value})")
                conditions = [f"{count} < {of.low}", f"{count} > {of.high}"]
                lines.refuse(conditions, path, counted(of.low, of.high, what), value)
                return count
        return value

    def fixed(self, of: wire.Wire, value: str, raw: str, part: wire.Part) -> list[str]:
        at = place("p", part.at)
        match of:
            case wire.Float():
                return [f"buffer.writef{8 * of.size}(b, {at}, {value})"]
            case wire.Datatype():
                return [f"{self.names.datatype('put', of.name)}(b, {at}, {value})"]
        return write_whole(part.size, at, raw)

    def follow(self, of: wire.Wire, value: str, path: str, *, has_room: bool = False) -> None:
        lines = self.lines
        match of:
            case wire.Text():
                if not has_room:
                    self.room(f"#{value}")
                lines(f"buffer.writestring(b, p, {value})")
                lines(f"p += #{value}")
            case wire.Bytes():
                if not has_room:
                    self.room(f"buffer.len({value})")
                lines(f"buffer.copy(b, p, {value})")
                lines(f"p += buffer.len({value})")
            case wire.Array():
                self.array(of, value, path)
            case wire.Map():
                key, one = lines.local("key"), lines.local("one")
                with lines.inside(f"for {key}, {one} in {value} do"):
                    where = f"{path}[{{{key}}}]"
                    self.each(of.key, key, where)
                    self.each(of.value, one, where)
            case wire.Optional():
                with lines.when(f"{value} ~= nil"):
                    self.struct(wire.alone(of.of), value, path)
            case wire.Ref():
                self.call(f"{self.names.type('write', of.name)}({value}, out, p, {self.names.depth})", path)

    def array(self, of: wire.Array, value: str, path: str) -> None:
        lines = self.lines
        if is_run(of.of, self.types):
            assert isinstance(of.of, wire.Ref)
            self.call(f"{self.names.run('write', of.of.name)}({value}, out, p)", path)
            return
        size = None if isinstance(of.of, wire.Ref) else fixed_element(of.of, self.types)
        if size:
            self.room(f"#{value}" + (f" * {size}" if size > 1 else ""))
        index, one = lines.local("i"), lines.local("one")
        with lines.inside(f"for {index} = 1, #{value} do"):
            lines(f"local {one} = {value}[{index}]")
            self.each(of.of, one, f"{path}[{{{index}}}]", has_room=bool(size))

    def each(self, of: wire.Wire, value: str, path: str, *, has_room: bool = False) -> None:
        """One of many: it has at least a byte, so that what is received pays for what is made of it."""
        lines = self.lines
        needs = pad(of, self.types)
        start = lines.local("start") if needs is None else ""
        if start:
            lines(f"local {start} = p")
        self.struct(wire.alone(of), value, path, has_room=has_room)
        if needs:
            self.zero()
        elif start:
            with lines.when(f"p == {start}"):
                self.zero()

    def zero(self) -> None:
        self.room("1")
        self.lines("buffer.writeu8(b, p, 0)")
        self.lines("p += 1")

    def call(self, call: str, path: str) -> None:
        """Lets another function write from `p` on."""
        lines = self.lines
        problem = lines.local("problem")
        after = lines.local("after")
        lines(f"local {after}, {problem} = {call}")
        with lines.when(f"{after} == 0"):
            lines(f"return 0, `{path}{{{problem}}}`" if path else f"return 0, {problem}")
        lines(f"p, b = {after}, out.b")


def _index(of: wire.Steps, value: str) -> str:
    if of.step == 1 and of.whole:
        return plus(value, -of.low)
    exact = f"math.floor({term(plus(value, -of.low))} / {number(of.step)} + 0.5)"
    return f"math.min({exact}, {of.count - 1})"
