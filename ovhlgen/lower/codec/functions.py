"""A codec's functions as text: of an event's payload, of a named type, and of arrays of one."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from ovhlgen.lower.codec.expressions import access
from ovhlgen.lower.codec.lines import LONGEST, TAKEN, Lines
from ovhlgen.lower.codec.names import Hoisted, Names
from ovhlgen.lower.codec.read import Reader
from ovhlgen.lower.codec.skip import Skipper
from ovhlgen.lower.codec.write import Writer
from ovhlgen.luau import Scope, Uses, key
from ovhlgen.model import wire

WRITE = (("v", "any"), ("out", "Wire.Out"), ("p", "number"), ("depth", "number?"))
READ = (("b", "buffer"), ("p", "number"), ("size", "number"), ("side", "Wire.Side"), ("depth", "number?"))
SKIP = (("b", "buffer"), ("p", "number"), ("size", "number"), ("depth", "number?"))
# Locals of the files: requires, functions of Wire, tables that blocks add to.
HELPERS = (
    *("areSingles", "arrayLength", "arrived", "beside", "canTravel", "grow", "isInstance", "malformed", "mapSize"),
    *("taken", "wholes", "wrong"),
)
FILE = (
    *("Before", "Changes", "Choices", "Datatypes", "Parts", "Structs", "Types", "Wire"),
    *HELPERS,
    *("choices", "events", "layout", "own", "parts", "runs", "structs"),
)


@dataclass
class Codec:
    """Prints the functions of one block; what they need in front of it gathers in `hoisted`."""

    types: Mapping[str, wire.Struct | wire.Union]
    cyclic: Container[str]
    late: Container[str] = ()
    own: str | None = None  # the named type that is printed
    hoisted: Hoisted = field(default_factory=lambda: Hoisted(Scope(_file_scope()), Uses()))

    def functions(self, of: wire.Struct, indent: int, kind: str | None = None) -> list[str]:
        """Fields `write`, `read` and `skip` of a table."""
        return [*self.codec(of, indent, kind), *self.skip(of, indent)]

    def codec(self, of: wire.Struct, indent: int, kind: str | None = None) -> list[str]:
        """Fields `write` and `read`."""
        return [*self.write(of, indent), *self.read(of, indent, kind)]

    def lines(self, indent: int) -> tuple[Lines, Names]:
        lines = Lines(indent + 1, Scope(self.hoisted.scope), self.hoisted.uses)
        deeper = () if self.own is None else ("level",) if self.own in self.cyclic else ("depth",)
        return lines, Names(lines, self.hoisted, self.late, deeper)

    def deep(self, lines: Lines, *, silent: bool = False) -> None:
        """A type that leads back to itself is at most so many levels deep."""
        if self.own in self.cyclic:
            lines("local level = (depth or 0) + 1")
            with lines.when(f"level > {wire.MAX_DEPTH}"):
                lines("return 0" if silent else f'return 0, ": deeper than {wire.MAX_DEPTH} levels"')

    def write(self, of: wire.Struct, indent: int) -> list[str]:
        lines, names = self.lines(indent)
        lines("local b = out.b")
        self.deep(lines)
        Writer(self.types, lines, names).struct(of, "v", "")
        lines("return p, nil")
        return self.function("write", WRITE, "(number, string?)", lines.text, indent)

    def read(self, of: wire.Struct, indent: int, kind: str | None = None) -> list[str]:
        lines, names = self.lines(indent)
        self.deep(lines)
        value = lines.local("value")
        Reader(self.types, lines, names).struct(of, "", f"local {value}", kind=kind)
        lines(f"return p, {value}")
        return self.function("read", READ, "(number, any)", lines.text, indent)

    def skip(self, of: wire.Struct, indent: int) -> list[str]:
        lines, names = self.lines(indent)
        self.deep(lines, silent=True)
        Skipper(self.types, lines, names).struct(of)
        lines("return p")
        return self.function("skip", SKIP, "number", lines.text, indent)

    def run(self, of: wire.Struct, indent: int) -> list[str]:
        """Fields `write` and `read` for an array of a struct of a fixed size."""
        lines, names = self.lines(indent)
        writer = Writer(self.types, lines, names)
        lines("local b = out.b")
        writer.room([f"#v * {of.size}"])
        at = lines.local("i")
        with lines.inside(f"for {at} = 1, #v do"):
            one = lines.let(f"v[{at}]", "one")
            writer.struct(of, one, f"[{{{at}}}]", has_room=True)
        lines("return p, nil")
        found = self.function("write", WRITE, "(number, string?)", lines.text, indent)
        lines, names = self.lines(indent)
        found_all, at = lines.let("table.create(count)", "all"), lines.local("i")
        with lines.inside(f"for {at} = 1, count do"):
            Reader(self.types, lines, names).struct(of, f"[{{{at}}}]", f"{found_all}[{at}]", has_bytes=True)
        lines(f"return p, {found_all}")
        parameters = (("b", "buffer"), ("p", "number"), ("count", "number"), ("side", "Wire.Side"))
        return [*found, *self.function("read", parameters, "(number, any)", lines.text, indent)]

    def union(self, of: wire.Union, indent: int) -> tuple[list[str], list[str]]:
        """Statements with the members' functions, one tab less deep, and the fields that pick one by its kind."""
        tab = "\t" * (indent - 1)
        self.hoisted.uses("Wire")
        before = [f"{tab}local members: {{ [string]: Wire.Type }} = {{"]
        for kind, member in of.members.items():
            before += [f"{tab}\t{key(kind)} = {{", *self.functions(member, indent + 1, kind), f"{tab}\t}},"]
        before += [f"{tab}}}", f"{tab}local byTag: {{ [number]: Wire.Type }} = {{"]
        before += [f"{tab}\t[{index}] = {access('members', kind)}," for index, kind in enumerate(of.members)]
        before.append(f"{tab}}}")
        bits = next(iter(of.members.values())).tag
        assert bits is not None, "a member of a union has a tag"
        tag = f"buffer.readu8(b, p) % {1 << bits[0]}" if bits[0] else "0"
        first = ["if p + 1 > size then", "\treturn {}", "end"] if bits[0] else []
        write, read, skip = self.lines(indent)[0], self.lines(indent)[0], self.lines(indent)[0]
        write('local member = if type(v) == "table" then members[v.kind] else nil')
        write.refuse(["member == nil"], ".kind", "one of its kinds", "v")
        write("return member.write(v, out, p, depth)")
        for lines, nothing in ((read, '0, ": more bytes expected"'), (skip, "0")):
            for line in first:
                lines(line.format(nothing))
            lines(f"local member = byTag[{tag}]")
        read.refuse(["member == nil"], ".kind", "one of its kinds")
        read("return member.read(b, p, size, side, depth)")
        with skip.when("member == nil"):
            skip("return 0")
        skip("return member.skip(b, p, size, depth)")
        return before, [
            *self.function("write", WRITE, "(number, string?)", write.text, indent),
            *self.function("read", READ, "(number, any)", read.text, indent),
            *self.function("skip", SKIP, "number", skip.text, indent),
        ]

    def function(
        self, name: str, parameters: tuple[tuple[str, str], ...], returns: str, body: list[str], indent: int
    ) -> list[str]:
        """A field of a table with a function in it, with no more parameters than it uses."""
        body = _without_idle_buffer(body)
        used = [any(_names(parameter, line) for line in body) for parameter, _ in parameters]
        last = max((index for index, is_used in enumerate(used) if is_used), default=-1)
        shown = list(zip(parameters, used, strict=True))[: last + 1]
        if any(of.startswith("Wire.") for (_, of), _ in shown):
            self.hoisted.uses("Wire")
        written = ", ".join(f"{'' if is_used else '_'}{parameter}: {of}" for (parameter, of), is_used in shown)
        tab = "\t" * indent
        return [f"{tab}{name} = function({written}): {returns}", *body, f"{tab}end,"]


def _file_scope() -> Scope:
    return Scope(taken=(*TAKEN, *FILE), longest=LONGEST)


def _without_idle_buffer(body: list[str]) -> list[str]:
    """A function that writes only by others needs no buffer of its own."""
    if "local b = out.b" not in body[0]:
        return body
    uses = [line for line in body[1:] if _names("b", line) and not re.search(r"\tp, b = ", line)]
    if uses:
        return body
    return [re.sub(r"p, b = (\w+), out\.b", r"p = \1", line) for line in body[1:]]


def _names(variable: str, line: str) -> bool:
    """Whether a line has the variable, and not just a field of that name, or a text."""
    code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
    code = re.sub(rf"(^\t*|[{{,] ){variable} = (?=.*[,}}]$)", "", code)  # a field of a table
    return re.search(rf"(?<![.\w]){variable}\b", code) is not None
