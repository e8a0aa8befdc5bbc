"""Luau that steps over a value that nobody reads: a refused event costs its length, and no memory."""

from __future__ import annotations

from collections.abc import Mapping

from ovhlgen.lower.codec.expressions import call, fixed_element, is_large, is_set, is_small, padded, place, read_whole
from ovhlgen.lower.codec.lines import Lines
from ovhlgen.lower.codec.names import Names
from ovhlgen.luau import camel
from ovhlgen.model import wire


class Skipper:
    """The function ends with 0 where the bytes end too early."""

    def __init__(self, types: Mapping[str, wire.Struct | wire.Union], lines: Lines, names: Names) -> None:
        self.types = types
        self.lines = lines
        self.names = names

    def struct(self, of: wire.Struct) -> None:
        """Moves `p` behind a struct."""
        lines = self.lines
        if of.size:
            self.bytes(str(of.size))
        if is_large(of, self.types):
            self.blocks(of)
            return
        found = {name: self.told(of, name) for name in of.following if _has_bytes(of.fields[name])}
        if of.size:
            lines(f"p += {of.size}")
        for name, told in found.items():
            self.follow(of.fields[name], told)

    def blocks(self, of: wire.Struct) -> None:
        """The same with a block for each field."""
        lines = self.lines
        names = [name for name in of.following if _has_bytes(of.fields[name])]
        start = lines.let("p", "start") if any(of.packed(name) or of.whole(name) for name in names) else ""
        if of.size:
            lines(f"p += {of.size}")
        for name in names:
            with lines.inside("do"):
                self.follow(of.fields[name], self.told(of, name, start))

    def bytes(self, need: str) -> None:
        with self.lines.when(f"p + {need} > {self.lines.given('size')}"):
            self.lines("return 0")

    def told(self, of: wire.Struct, name: str, base: str = "p") -> str:
        """The length of what follows, or whether it's there."""
        lines = self.lines
        packed, whole = of.packed(name), of.whole(name)
        if packed:
            word = of.words[packed[0]]
            return is_set(lines.let(read_whole(word.size, place(base, word.at), lines), "bits"), packed[1])
        if whole is None:
            return ""
        return lines.let(read_whole(whole.size, place(base, whole.at), lines), camel(name, "count"), "count")

    def follow(self, of: wire.Wire, told: str) -> None:
        lines = self.lines
        match of:
            case wire.Text() | wire.Bytes():
                self.over(told)
            case wire.Array():
                self.many(told, of.of)
            case wire.Map():
                self.many(told, of.key, of.value)
            case wire.Optional():
                with lines.when(told):
                    self.struct(wire.alone(of.of))
            case wire.Ref() if is_small(of, self.types):
                self.bytes(str(fixed_element(of, self.types)))
                lines(f"p += {fixed_element(of, self.types)}")
            case wire.Ref():
                args = (lines.given("b"), "p", lines.given("size"), *self.names.deeper)
                after = lines.let(call(self.names.type("skip", of.name), *args), "after")
                with lines.when(f"{after} == 0"):
                    lines("return 0")
                lines(f"p = {after}")

    def over(self, need: str) -> None:
        self.bytes(need)
        self.lines(f"p += {need}")

    def many(self, count: str, *of: wire.Wire) -> None:
        sizes = [fixed_element(one, self.types) for one in of]
        if None not in sizes:
            total = sum(size or 0 for size in sizes)
            self.over(count if total == 1 else f"{count} * {total}")
            return
        self.bytes(count if len(of) == 1 else f"{count} * {len(of)}")
        with self.lines.inside(f"for _ = 1, {count} do"):
            for one in of:
                self.each(one)

    def each(self, of: wire.Wire) -> None:
        with padded(of, self.types, self.lines, lambda: self.over("1")):
            self.struct(wire.alone(of))


def _has_bytes(of: wire.Wire) -> bool:
    """Whether anything follows: of something optional with just one value nothing does."""
    layout = wire.alone(of.of) if isinstance(of, wire.Optional) else None
    return layout is None or bool(layout.size) or any(_has_bytes(layout.fields[name]) for name in layout.following)
