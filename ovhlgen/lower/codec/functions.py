"""A codec's functions as text: of an event's payload, of a named type, and of arrays of one."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from ovhlgen.lower.codec.lines import LONGEST, TAKEN, Lines, Path
from ovhlgen.lower.codec.names import Hoisted, Names
from ovhlgen.lower.codec.read import Reader
from ovhlgen.lower.codec.skip import Skipper
from ovhlgen.lower.codec.write import Writer
from ovhlgen.luau import Imported, LuauType, Scope, Uses, access, key, luau_type
from ovhlgen.model import wire

type Parameters = tuple[tuple[str, LuauType], ...]

_SIDE = ("side", Imported("Wire", "Side"))

WRITE: Parameters = (("v", "any"), ("out", Imported("Wire", "Out")), ("p", "number"), ("depth", "number?"))
READ: Parameters = (("b", "buffer"), ("p", "number"), ("size", "number"), _SIDE, ("depth", "number?"))
SKIP: Parameters = (("b", "buffer"), ("p", "number"), ("size", "number"), ("depth", "number?"))
READ_RUN: Parameters = (("b", "buffer"), ("p", "number"), ("count", "number"), _SIDE)
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

    def functions(self, struct: wire.Struct, indent: int, kind: str | None = None) -> list[str]:
        """Fields `write`, `read` and `skip` of a table."""
        return [*self.codec(struct, indent, kind), *self.skip(struct, indent)]

    def codec(self, struct: wire.Struct, indent: int, kind: str | None = None) -> list[str]:
        """Fields `write` and `read`."""
        return [*self.write(struct, indent), *self.read(struct, indent, kind)]

    def lines(self, indent: int) -> tuple[Lines, Names]:
        lines = Lines(indent + 1, Scope(self.hoisted.scope), self.hoisted.uses)
        deeper = () if self.own is None else ("level",) if self.own in self.cyclic else ("depth",)
        return lines, Names(lines, self.hoisted, self.late, deeper)

    def deep(self, lines: Lines, *, silent: bool = False) -> None:
        """A type that leads back to itself is at most so many levels deep."""
        if self.own in self.cyclic:
            lines(f"local level = ({lines.given('depth')} or 0) + 1")
            with lines.when(f"level > {wire.MAX_DEPTH}"):
                lines("return 0" if silent else f'return 0, ": deeper than {wire.MAX_DEPTH} levels"')

    def write(self, struct: wire.Struct, indent: int) -> list[str]:
        lines, names = self.lines(indent)
        _buffer(lines)
        self.deep(lines)
        Writer(self.types, lines, names).struct(struct, lines.given("v"), Path())
        lines(f"return {lines.given('p')}, nil")
        return self.function("write", WRITE, "(number, string?)", lines, indent)

    def read(self, struct: wire.Struct, indent: int, kind: str | None = None) -> list[str]:
        lines, names = self.lines(indent)
        self.deep(lines)
        value = lines.local("value")
        Reader(self.types, lines, names).struct(struct, Path(), f"local {value}", kind=kind)
        lines(f"return {lines.given('p')}, {value}")
        return self.function("read", READ, "(number, any)", lines, indent)

    def skip(self, struct: wire.Struct, indent: int) -> list[str]:
        lines, names = self.lines(indent)
        self.deep(lines, silent=True)
        Skipper(self.types, lines, names).struct(struct)
        lines(f"return {lines.given('p')}")
        return self.function("skip", SKIP, "number", lines, indent)

    def run(self, struct: wire.Struct, indent: int) -> list[str]:
        """Fields `write` and `read` for an array of a struct of a fixed size."""
        lines, names = self.lines(indent)
        writer = Writer(self.types, lines, names)
        _buffer(lines)
        v, at = lines.given("v"), lines.local("i")
        writer.room([f"#{v} * {struct.size}"])
        with lines.inside(f"for {at} = 1, #{v} do"):
            element = lines.let(f"{v}[{at}]", "one")
            writer.struct(struct, element, Path().at(at), has_room=True)
        lines(f"return {lines.given('p')}, nil")
        write = self.function("write", WRITE, "(number, string?)", lines, indent)
        lines, names = self.lines(indent)
        count = lines.given("count")
        elements, at = lines.let(f"table.create({count})", "all"), lines.local("i")
        with lines.inside(f"for {at} = 1, {count} do"):
            Reader(self.types, lines, names).struct(struct, Path().at(at), f"{elements}[{at}]", has_bytes=True)
        lines(f"return {lines.given('p')}, {elements}")
        return [*write, *self.function("read", READ_RUN, "(number, any)", lines, indent)]

    def union(self, union: wire.Union, indent: int) -> tuple[list[str], list[str]]:
        """Statements with the members' functions, one tab less deep, and the fields that pick one by its kind."""
        tab = "\t" * (indent - 1)
        self.hoisted.uses("Wire")
        before = [f"{tab}local members: {{ [string]: Wire.Type }} = {{"]
        for kind, member in union.members.items():
            before += [f"{tab}\t{key(kind)} = {{", *self.functions(member, indent + 1, kind), f"{tab}\t}},"]
        before += [f"{tab}}}", f"{tab}local byTag: {{ [number]: Wire.Type }} = {{"]
        before += [f"{tab}\t[{index}] = {access('members', kind)}," for index, kind in enumerate(union.members)]
        before.append(f"{tab}}}")
        bits = next(iter(union.members.values())).tag
        assert bits is not None, "a member of a union has a tag"
        write, read, skip = self.lines(indent)[0], self.lines(indent)[0], self.lines(indent)[0]
        v = write.given("v")
        write(f'local member = if type({v}) == "table" then members[{v}.kind] else nil')
        write.refuse(["member == nil"], Path().field("kind"), "one of its kinds", v)
        write(f"return member.write({_passed(write, WRITE)})")
        for lines, nothing in ((read, '0, ": more bytes expected"'), (skip, "0")):
            if bits[0]:
                with lines.when(f"p + 1 > {lines.given('size')}"):
                    lines(f"return {nothing}")
            tag = f"buffer.readu8({lines.given('b')}, p) % {1 << bits[0]}" if bits[0] else "0"
            lines(f"local member = byTag[{tag}]")
        read.refuse(["member == nil"], Path().field("kind"), "one of its kinds")
        read(f"return member.read({_passed(read, READ)})")
        with skip.when("member == nil"):
            skip("return 0")
        skip(f"return member.skip({_passed(skip, SKIP)})")
        return before, [
            *self.function("write", WRITE, "(number, string?)", write, indent),
            *self.function("read", READ, "(number, any)", read, indent),
            *self.function("skip", SKIP, "number", skip, indent),
        ]

    def function(self, name: str, parameters: Parameters, returns: str, lines: Lines, indent: int) -> list[str]:
        """A field of a table with a function in it, with no more parameters than it uses."""
        body = lines.printed()
        used = [parameter in lines.given for parameter, _ in parameters]
        last = max((index for index, is_used in enumerate(used) if is_used), default=-1)
        shown = list(zip(parameters, used, strict=True))[: last + 1]
        written = ", ".join(
            f"{'' if is_used else '_'}{parameter}: {luau_type(type_, uses=self.hoisted.uses)}"
            for (parameter, type_), is_used in shown
        )
        tab = "\t" * indent
        return [f"{tab}{name} = function({written}): {returns}", *body, f"{tab}end,"]


def _file_scope() -> Scope:
    return Scope(taken=(*TAKEN, *FILE), longest=LONGEST)


def _buffer(lines: Lines) -> None:
    """The buffer that a function writes into, where it needs one."""
    lines.later(lambda: [f"local b = {lines.given('out')}.b"] if "b" in lines.given else [])


def _passed(lines: Lines, parameters: Parameters) -> str:
    """All parameters, for another function that has the same."""
    return ", ".join(lines.given(parameter) for parameter, _ in parameters)
