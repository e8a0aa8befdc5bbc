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

    def struct(self, layout: wire.Struct) -> None:
        """Moves `p` behind a struct."""
        lines = self.lines
        if layout.size:
            self.bytes(str(layout.size))
        if is_large(layout, self.types):
            self.blocks(layout)
            return
        lengths = {name: self.told(layout, name) for name in layout.following if _has_bytes(layout.fields[name])}
        if layout.size:
            lines(f"p += {layout.size}")
        for name, told in lengths.items():
            self.follow(layout.fields[name], told)

    def blocks(self, layout: wire.Struct) -> None:
        """The same with a block for each field."""
        lines = self.lines
        names = [name for name in layout.following if _has_bytes(layout.fields[name])]
        start = lines.let("p", "start") if any(layout.packed(name) or layout.whole(name) for name in names) else ""
        if layout.size:
            lines(f"p += {layout.size}")
        for name in names:
            with lines.inside("do"):
                self.follow(layout.fields[name], self.told(layout, name, start))

    def bytes(self, need: str) -> None:
        with self.lines.when(f"p + {need} > {self.lines.given('size')}"):
            self.lines("return 0")

    def told(self, layout: wire.Struct, name: str, base: str = "p") -> str:
        """The length of what follows, or whether it's there."""
        lines = self.lines
        packed, whole = layout.packed(name), layout.whole(name)
        if packed:
            word = layout.words[packed[0]]
            return is_set(lines.let(read_whole(word.size, place(base, word.at), lines), "bits"), packed[1])
        if whole is None:
            return ""
        return lines.let(read_whole(whole.size, place(base, whole.at), lines), camel(name, "count"), "count")

    def follow(self, layout: wire.Wire, told: str) -> None:
        lines = self.lines
        match layout:
            case wire.Text() | wire.Bytes():
                self.over(told)
            case wire.Array():
                self.many(told, layout.inner)
            case wire.Map():
                self.many(told, layout.key, layout.value)
            case wire.Optional():
                with lines.when(told):
                    self.struct(wire.alone(layout.inner))
            case wire.Ref() if is_small(layout, self.types):
                self.bytes(str(fixed_element(layout, self.types)))
                lines(f"p += {fixed_element(layout, self.types)}")
            case wire.Ref():
                args = (lines.given("b"), "p", lines.given("size"), *self.names.deeper)
                after = lines.let(call(self.names.type("skip", layout.name), *args), "after")
                with lines.when(f"{after} == 0"):
                    lines("return 0")
                lines(f"p = {after}")

    def over(self, need: str) -> None:
        self.bytes(need)
        self.lines(f"p += {need}")

    def many(self, count: str, *parts: wire.Wire) -> None:
        sizes = [fixed_element(part, self.types) for part in parts]
        if None not in sizes:
            total = sum(size or 0 for size in sizes)
            self.over(count if total == 1 else f"{count} * {total}")
            return
        self.bytes(count if len(parts) == 1 else f"{count} * {len(parts)}")
        with self.lines.inside(f"for _ = 1, {count} do"):
            for part in parts:
                self.each(part)

    def each(self, layout: wire.Wire) -> None:
        with padded(layout, self.types, self.lines, lambda: self.over("1")):
            self.struct(wire.alone(layout))


def _has_bytes(layout: wire.Wire) -> bool:
    """Whether anything follows: of something optional with just one value nothing does."""
    inner = wire.alone(layout.inner) if isinstance(layout, wire.Optional) else None
    return inner is None or bool(inner.size) or any(_has_bytes(inner.fields[name]) for name in inner.following)
