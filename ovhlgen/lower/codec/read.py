"""Luau that reads a value: every length and pattern is checked before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping

from ovhlgen.language.limits import F32_MAX, F64_MAX
from ovhlgen.lower.codec.expressions import (
    call,
    counted,
    entry,
    fixed_element,
    flat,
    has_arrived,
    is_large,
    is_run,
    is_set,
    is_small,
    limits,
    numbers,
    outside,
    padded,
    pattern,
    place,
    plus,
    read_whole,
    singles,
    wanted,
    within,
)
from ovhlgen.lower.codec.lines import Lines, Path
from ovhlgen.lower.codec.names import Names
from ovhlgen.luau import COLUMNS, TAB, Call, Chain, access, camel, number, string
from ovhlgen.model import wire

END = "more bytes"


class Reader:
    """`b` is the buffer, `size` its length, `p` where the next byte is, `side` what lies beside it."""

    def __init__(self, types: Mapping[str, wire.Struct | wire.Union], lines: Lines, names: Names) -> None:
        self.types = types
        self.lines = lines
        self.names = names

    def struct(
        self, of: wire.Struct, path: Path, target: str, *, kind: str | None = None, has_bytes: bool = False
    ) -> None:
        """Reads what begins at `p`, moves `p` behind it, and ends with `target = ` and the value."""
        lines = self.lines
        if of.size and not has_bytes:
            self.bytes(str(of.size), path)
        words = []
        for word in of.words:
            name = lines.let(read_whole(word.size, place("p", word.at), lines), "bits")
            words.append(name)
            if word.used < 8 * word.size:
                lines.refuse([f"{name} >= {1 << word.used}"], path, f"a number below {1 << word.used}", name)
        if is_large(of, self.types):
            self.blocks(of, path, target, words, kind)
            return
        together = singles(of)
        raw = {}
        for name, one in of.fields.items():
            whole = of.whole(name)
            if whole and name in together:
                raw[name] = lines.let(
                    f"buffer.readf32({lines.given('b')}, {place('p', whole.at)})", *wanted(path.field(name), name)
                )
            else:
                raw[name] = self.fixed(of, name, one, path.field(name), words, "p")
        self.sizes({name: raw[name] for name in together}, path)
        if of.size:
            lines(f"p += {of.size}")
        for name in of.following:
            raw[name] = self.follow(of.fields[name], name, raw[name], path.field(name))
        self.made(of, raw, target, kind)

    def sizes(self, values: Mapping[str, str], path: Path) -> None:
        """Whether numbers of four bytes, by the names of their fields, are all finite: only then is their sum."""
        if values:
            total = self.lines.let(" + ".join(values.values()), "sum")
            self.lines.refuse([f"{total} - {total} ~= 0"], path, f"numbers of four bytes in {', '.join(values)}")

    def made(self, of: wire.Struct, values: Mapping[str, str], target: str, kind: str | None) -> None:
        """One constructor with all fields."""
        lines = self.lines
        if of.is_alone:
            lines.set(target, values[""])
            return
        entries = [entry("kind", string(kind))] if kind else []
        for name, value in values.items():
            line = entry(name, value)
            is_long = TAB * (lines.indent + 1) + len(line) > COLUMNS
            entries.append(entry(name, lines.let(value, name)) if is_long else line)
        if not entries:
            lines(f"{target} = {{}}")
            return
        with lines.inside(f"{target} = {{", "}"):
            for one in entries:
                lines(one)

    def blocks(self, of: wire.Struct, path: Path, target: str, words: list[str], kind: str | None) -> None:
        """The same with a block for each field."""
        lines = self.lines
        start = lines.let("p", "start") if of.fixed else ""
        lines(f"p += {of.size}")
        found = lines.local("found")
        lines.set(f"local {found}: {{ [string]: any }}", f"{{{f' kind = {string(kind)} ' if kind else ''}}}")
        for name, one in of.fields.items():
            with lines.inside("do"):
                where = path.field(name)
                value = self.fixed(of, name, one, where, words, start)
                if name in of.following:
                    value = self.follow(one, name, value, where)
                lines.set(access(found, name), value)
        lines.set(target, found)

    def bytes(self, need: str, path: Path) -> None:
        self.lines.refuse([f"p + {need} > {self.lines.given('size')}"], path, END)

    def fixed(self, of: wire.Struct, name: str, one: wire.Wire, path: Path, words: list[str], base: str) -> str:
        """What of a field is in the fixed part, as an expression: its value, its length, or whether it's there."""
        packed = of.packed(name)
        if packed:
            word, part = packed
            if isinstance(one, wire.Flag | wire.Optional):
                return is_set(words[word], part)
            return self.of_index(one, name, pattern(words[word], part), 1 << part.size, path)
        whole = of.whole(name)
        if whole:
            return self.whole_bytes(one, name, whole, place(base, whole.at), path)
        return self.of_index(one, name, "0", 1, path) if isinstance(one, wire.Choice | wire.Steps) else ""

    def of_index(self, of: wire.Wire, name: str, raw: str | Chain, patterns: int, path: Path) -> str:
        """The value that an index stands for."""
        lines = self.lines
        if isinstance(of, wire.Choice):
            if len(of.values) == 1 == patterns:
                only = of.values[0]
                return self.names.text(only, name, "only") if isinstance(only, str) else number(only)
            values = self.names.choice("values", of.name)
            if not lines.fits(f"\t{values}[{raw}]"):
                raw = lines.let(raw, "index")
            value = lines.let(f"{values}[{raw}]", *wanted(path, name))
            if len(of.values) < patterns:
                lines.refuse([f"{value} == nil"], path, of.what)
            return value
        assert isinstance(of, wire.Steps)
        if of.count == 1 == patterns:
            return number(of.low)
        index = lines.let(raw, *wanted(path, name))
        if of.count < patterns:
            lines.refuse([f"{index} >= {of.count}"], path, numbers(of), index)
        if of.step == 1 and of.whole:
            return flat(plus(index, of.low))
        value = flat(plus(f"{index} * {number(of.step)}", of.low))
        exact = of.low + (of.count - 1) * of.step
        if exact <= of.high:
            return value
        return lines.let(call("math.min", value, number(of.high)), *wanted(path, name))

    def whole_bytes(self, of: wire.Wire, name: str, part: wire.Part, at: str, path: Path) -> str:
        lines, called = self.lines, wanted(path, name)
        match of:
            case wire.Choice() | wire.Steps():
                return self.of_index(of, name, read_whole(part.size, at, lines), 256**part.size, path)
            case wire.Float():
                value = lines.let(f"buffer.readf{8 * of.size}({lines.given('b')}, {at})", *called)
                low, high, is_beside = limits(of)
                forms = outside(value, low, high, F32_MAX if of.size == 4 else F64_MAX)
                conditions = [*lines.fitting(*forms), *([f"{value} % 1 ~= 0"] if of.whole else [])]
                lines.refuse(conditions, path, numbers(of), value)
                if is_beside:
                    return lines.let(call("math.clamp", value, number(of.low), number(of.high)), *called)
                return value
            case wire.Datatype():
                enum = [self.names.enum(of.of)] if of.of else [lines.given("side")] if of == wire.PLAYER else []
                value = lines.let(call(self.names.datatype("get", of.name), lines.given("b"), at, *enum), *called)
                lines.refuse([f"{value} == nil"], path, f"Enum.{of.of}" if of.of else f"a finite {of.name}")
                return value
            case wire.Beside():
                index = lines.let(f"buffer.readu8({lines.given('b')}, {at})", "index")
                none = [] if of.class_name is None else [f"{index} == 0"]
                lines.refuse([*none, f"{index} > {lines.given('side')}.n"], path, "a value beside the buffer")
                value = lines.let(f"{lines.uses('taken')}({lines.given('side')}, {index})", *called)
                if of.class_name:
                    lines.refuse_unless(has_arrived(of, value, self.names), path, f"a {of.class_name}", value)
                return value
        return self.length(of, name, read_whole(part.size, at, lines), path)

    def length(self, of: wire.Wire, name: str, raw: str | Chain, path: Path) -> str:
        called = [camel(one, "count") for one in wanted(path, name)] if name else ["count"]
        count = self.lines.let(raw, *called)
        match of:
            case wire.Text():
                self.lines.refuse([f"{count} > {4 * of.high}"], path, counted(of.low, of.high, "characters"), count)
            case wire.Bytes():
                self.lines.refuse(within(count, of.low, of.high), path, counted(of.low, of.high, "bytes"), count)
            case wire.Array() | wire.Map():
                what = "elements" if isinstance(of, wire.Array) else "entries"
                self.lines.refuse(within(count, of.low, of.high), path, counted(of.low, of.high, what), count)
        return count

    def follow(self, of: wire.Wire, name: str, raw: str, path: Path) -> str:
        """Reads what of a field follows the fixed part; `raw` is its length, or whether it's there."""
        lines, called = self.lines, wanted(path, name)
        match of:
            case wire.Text():
                self.bytes(raw, path)
                value = lines.let(f"buffer.readstring({lines.given('b')}, p, {raw})", *called)
                characters = lines.let(f"utf8.len({value})", "characters")
                conditions = [f"{characters} == nil", *within(characters, of.low, of.high)]
                lines.refuse(conditions, path, counted(of.low, of.high, "characters"))
                lines(f"p += {raw}")
                return value
            case wire.Bytes():
                self.bytes(raw, path)
                value = lines.let(f"buffer.create({raw})", *called)
                lines(f"buffer.copy({value}, 0, {lines.given('b')}, p, {raw})")
                lines(f"p += {raw}")
                return value
            case wire.Array():
                return self.array(of, called, raw, path)
            case wire.Map():
                return self.map(of, called, raw, path)
            case wire.Optional():
                value = lines.local(*called)
                lines(f"local {value}: any = nil")
                with lines.when(raw):
                    self.struct(wire.alone(of.of), path, value)
                return value
        assert isinstance(of, wire.Ref)
        small = self.types[of.name]
        if isinstance(small, wire.Struct) and is_small(of, self.types):
            value = lines.local(*called)
            self.struct(small, path, f"local {value}")
            return value
        args = (lines.given("b"), "p", lines.given("size"), lines.given("side"), *self.names.deeper)
        return self.call(called, call(self.names.type("read", of.name), *args), path)

    def call(self, called: tuple[str, ...], of: Call, path: Path) -> str:
        """Lets another function read from `p` on."""
        lines = self.lines
        after, value = lines.local("after"), lines.local(*called)
        lines.set(f"local {after}, {value}", of)
        with lines.when(f"{after} == 0"):
            lines.pass_on(path, value)
        lines(f"p = {after}")
        return value

    def array(self, of: wire.Array, called: tuple[str, ...], count: str, path: Path) -> str:
        lines = self.lines
        size = fixed_element(of.of, self.types)
        self.bytes(count if size in (None, 1) else f"{count} * {size}", path)
        if is_run(of.of, self.types):
            assert isinstance(of.of, wire.Ref)
            read = call(self.names.run("read", of.of.name), lines.given("b"), "p", count, lines.given("side"))
            return self.call(called, read, path)
        value = lines.let(f"table.create({count})", *called)
        index = lines.local("i")
        has_bytes = size is not None and not isinstance(of.of, wire.Ref)
        with lines.inside(f"for {index} = 1, {count} do"):
            self.each(of.of, path.at(index), f"{value}[{index}]", has_bytes=has_bytes)
        return value

    def map(self, of: wire.Map, called: tuple[str, ...], count: str, path: Path) -> str:
        lines = self.lines
        self.bytes(f"{count} * 2", path)
        value = lines.local(*called)
        lines(f"local {value}: {{ [any]: any }} = {{}}")
        key = lines.local("key")
        with lines.inside(f"for _ = 1, {count} do"):
            lines(f"local {key}: any")
            self.each(of.key, path.key(), key)
            lines.refuse([f"{value}[{key}] ~= nil"], path, "each key once", key)
            self.each(of.value, path.at(key), f"{value}[{key}]")
        return value

    def each(self, of: wire.Wire, path: Path, target: str, *, has_bytes: bool = False) -> None:
        """One of many: a value that needs no bytes has one, which is zero."""
        with padded(of, self.types, self.lines, lambda: self.zero(path)):
            self.struct(wire.alone(of), path, target, has_bytes=has_bytes)
            if isinstance(of, wire.Beside) and of.class_name is None:
                self.lines.refuse([f"{target} == nil"], path, "a value")

    def zero(self, path: Path) -> None:
        given = self.lines.given
        conditions = [f"p + 1 > {given('size')}", f"buffer.readu8({given('b')}, p) ~= 0"]
        self.lines.refuse(conditions, path, "a byte that is zero")
        self.lines("p += 1")
