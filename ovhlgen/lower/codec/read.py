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
        self, layout: wire.Struct, path: Path, target: str, *, kind: str | None = None, has_bytes: bool = False
    ) -> None:
        """Reads what begins at `p`, moves `p` behind it, and ends with `target = ` and the value."""
        lines = self.lines
        if layout.size and not has_bytes:
            self.bytes(str(layout.size), path)
        words = []
        for word in layout.words:
            name = lines.let(read_whole(word.size, place("p", word.at), lines), "bits")
            words.append(name)
            if word.used < 8 * word.size:
                lines.refuse([f"{name} >= {1 << word.used}"], path, f"a number below {1 << word.used}", name)
        if is_large(layout, self.types):
            self.blocks(layout, path, target, words, kind)
            return
        together = singles(layout)
        raw = {}
        for name, field in layout.fields.items():
            whole = layout.whole(name)
            if whole and name in together:
                raw[name] = lines.let(
                    f"buffer.readf32({lines.given('b')}, {place('p', whole.at)})", *wanted(path.field(name), name)
                )
            else:
                raw[name] = self.fixed(layout, name, field, path.field(name), words, "p")
        self.sizes({name: raw[name] for name in together}, path)
        if layout.size:
            lines(f"p += {layout.size}")
        for name in layout.following:
            raw[name] = self.follow(layout.fields[name], name, raw[name], path.field(name))
        self.made(layout, raw, target, kind)

    def sizes(self, values: Mapping[str, str], path: Path) -> None:
        """Whether numbers of four bytes, by the names of their fields, are all finite: only then is their sum."""
        if values:
            total = self.lines.let(" + ".join(values.values()), "sum")
            self.lines.refuse([f"{total} - {total} ~= 0"], path, f"numbers of four bytes in {', '.join(values)}")

    def made(self, layout: wire.Struct, values: Mapping[str, str], target: str, kind: str | None) -> None:
        """One constructor with all fields."""
        lines = self.lines
        if layout.is_alone:
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

    def blocks(self, layout: wire.Struct, path: Path, target: str, words: list[str], kind: str | None) -> None:
        """The same with a block for each field."""
        lines = self.lines
        start = lines.let("p", "start") if layout.fixed else ""
        lines(f"p += {layout.size}")
        fields = lines.local("found")
        lines.set(f"local {fields}: {{ [string]: any }}", f"{{{f' kind = {string(kind)} ' if kind else ''}}}")
        for name, field in layout.fields.items():
            with lines.inside("do"):
                where = path.field(name)
                value = self.fixed(layout, name, field, where, words, start)
                if name in layout.following:
                    value = self.follow(field, name, value, where)
                lines.set(access(fields, name), value)
        lines.set(target, fields)

    def bytes(self, need: str, path: Path) -> None:
        self.lines.refuse([f"p + {need} > {self.lines.given('size')}"], path, END)

    def fixed(self, layout: wire.Struct, name: str, field: wire.Wire, path: Path, words: list[str], base: str) -> str:
        """What of a field is in the fixed part, as an expression: its value, its length, or whether it's there."""
        packed = layout.packed(name)
        if packed:
            word, part = packed
            if isinstance(field, wire.Flag | wire.Optional):
                return is_set(words[word], part)
            return self.of_index(field, name, pattern(words[word], part), 1 << part.size, path)
        whole = layout.whole(name)
        if whole:
            return self.whole_bytes(field, name, whole, place(base, whole.at), path)
        return self.of_index(field, name, "0", 1, path) if isinstance(field, wire.Choice | wire.Steps) else ""

    def of_index(self, layout: wire.Wire, name: str, raw: str | Chain, patterns: int, path: Path) -> str:
        """The value that an index stands for."""
        lines = self.lines
        if isinstance(layout, wire.Choice):
            if len(layout.values) == 1 == patterns:
                only = layout.values[0]
                return self.names.text(only, name, "only") if isinstance(only, str) else number(only)
            values = self.names.choice("values", layout.name)
            if not lines.fits(f"\t{values}[{raw}]"):
                raw = lines.let(raw, "index")
            value = lines.let(f"{values}[{raw}]", *wanted(path, name))
            if len(layout.values) < patterns:
                lines.refuse([f"{value} == nil"], path, layout.what)
            return value
        assert isinstance(layout, wire.Steps)
        if layout.count == 1 == patterns:
            return number(layout.low)
        index = lines.let(raw, *wanted(path, name))
        if layout.count < patterns:
            lines.refuse([f"{index} >= {layout.count}"], path, numbers(layout), index)
        if layout.step == 1 and layout.whole:
            return flat(plus(index, layout.low))
        value = flat(plus(f"{index} * {number(layout.step)}", layout.low))
        exact = layout.low + (layout.count - 1) * layout.step
        if exact <= layout.high:
            return value
        return lines.let(call("math.min", value, number(layout.high)), *wanted(path, name))

    def whole_bytes(self, layout: wire.Wire, name: str, part: wire.Part, at: str, path: Path) -> str:
        lines, called = self.lines, wanted(path, name)
        match layout:
            case wire.Choice() | wire.Steps():
                return self.of_index(layout, name, read_whole(part.size, at, lines), 256**part.size, path)
            case wire.Float():
                value = lines.let(f"buffer.readf{8 * layout.size}({lines.given('b')}, {at})", *called)
                low, high, is_beside = limits(layout)
                forms = outside(value, low, high, F32_MAX if layout.size == 4 else F64_MAX)
                conditions = [*lines.fitting(*forms), *([f"{value} % 1 ~= 0"] if layout.whole else [])]
                lines.refuse(conditions, path, numbers(layout), value)
                if is_beside:
                    return lines.let(call("math.clamp", value, number(layout.low), number(layout.high)), *called)
                return value
            case wire.Datatype():
                enum = (
                    [self.names.enum(layout.enum)]
                    if layout.enum
                    else [lines.given("side")]
                    if layout == wire.PLAYER
                    else []
                )
                value = lines.let(call(self.names.datatype("get", layout.name), lines.given("b"), at, *enum), *called)
                lines.refuse(
                    [f"{value} == nil"], path, f"Enum.{layout.enum}" if layout.enum else f"a finite {layout.name}"
                )
                return value
            case wire.Beside():
                index = lines.let(f"buffer.readu8({lines.given('b')}, {at})", "index")
                none = [] if layout.class_name is None else [f"{index} == 0"]
                lines.refuse([*none, f"{index} > {lines.given('side')}.n"], path, "a value beside the buffer")
                value = lines.let(f"{lines.uses('taken')}({lines.given('side')}, {index})", *called)
                if layout.class_name:
                    lines.refuse_unless(has_arrived(layout, value, self.names), path, f"a {layout.class_name}", value)
                return value
        return self.length(layout, name, read_whole(part.size, at, lines), path)

    def length(self, layout: wire.Wire, name: str, raw: str | Chain, path: Path) -> str:
        called = [camel(word, "count") for word in wanted(path, name)] if name else ["count"]
        count = self.lines.let(raw, *called)
        match layout:
            case wire.Text():
                self.lines.refuse(
                    [f"{count} > {4 * layout.high}"], path, counted(layout.low, layout.high, "characters"), count
                )
            case wire.Bytes():
                self.lines.refuse(
                    within(count, layout.low, layout.high), path, counted(layout.low, layout.high, "bytes"), count
                )
            case wire.Array() | wire.Map():
                what = "elements" if isinstance(layout, wire.Array) else "entries"
                self.lines.refuse(
                    within(count, layout.low, layout.high), path, counted(layout.low, layout.high, what), count
                )
        return count

    def follow(self, layout: wire.Wire, name: str, raw: str, path: Path) -> str:
        """Reads what of a field follows the fixed part; `raw` is its length, or whether it's there."""
        lines, called = self.lines, wanted(path, name)
        match layout:
            case wire.Text():
                self.bytes(raw, path)
                value = lines.let(f"buffer.readstring({lines.given('b')}, p, {raw})", *called)
                characters = lines.let(f"utf8.len({value})", "characters")
                conditions = [f"{characters} == nil", *within(characters, layout.low, layout.high)]
                lines.refuse(conditions, path, counted(layout.low, layout.high, "characters"))
                lines(f"p += {raw}")
                return value
            case wire.Bytes():
                self.bytes(raw, path)
                value = lines.let(f"buffer.create({raw})", *called)
                lines(f"buffer.copy({value}, 0, {lines.given('b')}, p, {raw})")
                lines(f"p += {raw}")
                return value
            case wire.Array():
                return self.array(layout, called, raw, path)
            case wire.Map():
                return self.map(layout, called, raw, path)
            case wire.Optional():
                value = lines.local(*called)
                lines(f"local {value}: any = nil")
                with lines.when(raw):
                    self.struct(wire.alone(layout.inner), path, value)
                return value
        assert isinstance(layout, wire.Ref)
        small = self.types[layout.name]
        if isinstance(small, wire.Struct) and is_small(layout, self.types):
            value = lines.local(*called)
            self.struct(small, path, f"local {value}")
            return value
        args = (lines.given("b"), "p", lines.given("size"), lines.given("side"), *self.names.deeper)
        return self.call(called, call(self.names.type("read", layout.name), *args), path)

    def call(self, called: tuple[str, ...], read: Call, path: Path) -> str:
        """Lets another function read from `p` on."""
        lines = self.lines
        after, value = lines.local("after"), lines.local(*called)
        lines.set(f"local {after}, {value}", read)
        with lines.when(f"{after} == 0"):
            lines.pass_on(path, value)
        lines(f"p = {after}")
        return value

    def array(self, layout: wire.Array, called: tuple[str, ...], count: str, path: Path) -> str:
        lines = self.lines
        size = fixed_element(layout.inner, self.types)
        self.bytes(count if size in (None, 1) else f"{count} * {size}", path)
        if is_run(layout.inner, self.types):
            assert isinstance(layout.inner, wire.Ref)
            read = call(self.names.run("read", layout.inner.name), lines.given("b"), "p", count, lines.given("side"))
            return self.call(called, read, path)
        value = lines.let(f"table.create({count})", *called)
        index = lines.local("i")
        has_bytes = size is not None and not isinstance(layout.inner, wire.Ref)
        with lines.inside(f"for {index} = 1, {count} do"):
            self.each(layout.inner, path.at(index), f"{value}[{index}]", has_bytes=has_bytes)
        return value

    def map(self, layout: wire.Map, called: tuple[str, ...], count: str, path: Path) -> str:
        lines = self.lines
        self.bytes(f"{count} * 2", path)
        value = lines.local(*called)
        lines(f"local {value}: {{ [any]: any }} = {{}}")
        key = lines.local("key")
        with lines.inside(f"for _ = 1, {count} do"):
            lines(f"local {key}: any")
            self.each(layout.key, path.key(), key)
            lines.refuse([f"{value}[{key}] ~= nil"], path, "each key once", key)
            self.each(layout.value, path.at(key), f"{value}[{key}]")
        return value

    def each(self, layout: wire.Wire, path: Path, target: str, *, has_bytes: bool = False) -> None:
        """One of many: a value that needs no bytes has one, which is zero."""
        with padded(layout, self.types, self.lines, lambda: self.zero(path)):
            self.struct(wire.alone(layout), path, target, has_bytes=has_bytes)
            if isinstance(layout, wire.Beside) and layout.class_name is None:
                self.lines.refuse([f"{target} == nil"], path, "a value")

    def zero(self, path: Path) -> None:
        given = self.lines.given
        conditions = [f"p + 1 > {given('size')}", f"buffer.readu8({given('b')}, p) ~= 0"]
        self.lines.refuse(conditions, path, "a byte that is zero")
        self.lines("p += 1")
