"""What stands in the generated files: a block of statements for each event and each named type."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ovhlgen.lower.codec.changes import Parts, needed
from ovhlgen.lower.codec.expressions import is_run
from ovhlgen.lower.codec.functions import HELPERS, Codec
from ovhlgen.lower.codec.names import Hoisted
from ovhlgen.luau import COLUMNS, TAB, Call, Construct, assigned, number, string
from ovhlgen.model import wire
from ovhlgen.model.changes import is_whole


@dataclass(frozen=True, slots=True)
class Block:
    """Statements for one event or type, and what they take from the head of their file."""

    text: str
    uses: frozenset[str]


def choices(layouts: wire.Layouts) -> list[str]:
    """Statements, one an enum."""
    seen = {choice.name: choice for choice in _all(layouts) if isinstance(choice, wire.Choice)}
    return [
        assigned(f"choices.{name}", Call("Wire.choice", (list(choice.values),)))
        for name, choice in sorted(seen.items())
    ]


def _all(layouts: wire.Layouts) -> Iterator[wire.Wire]:
    structs = [*layouts.types.values()]
    for message in layouts.messages:
        structs += [one for one in (message.payload, message.response) if one]
    for one in structs:
        for struct in one.members.values() if isinstance(one, wire.Union) else (one,):
            for field in struct.fields.values():
                yield from wire.parts(field)


@dataclass(frozen=True, slots=True)
class _From:
    """The names from a position on."""

    position: Mapping[str, int]
    first: int

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.position[name] >= self.first


class Blocks:
    """`names` are the named types, each behind those that it needs."""

    def __init__(self, layouts: wire.Layouts) -> None:
        self.types = layouts.types
        self.cyclic = wire.cyclic(layouts.types)
        self.names = [name for group in wire.ordered(layouts.types) for name in group]
        self.position = {name: index for index, name in enumerate(self.names)}
        self.changing = [name for name in self.names if name in needed(layouts)]

    def head(self, blocks: Iterable[Block], always: str, before: str = "") -> dict[str, list[str]]:
        """What a file needs in front of such blocks."""
        uses = frozenset().union(*(block.uses for block in blocks))
        helpers = [name for name in HELPERS if name in uses]
        requires = {always} | ({"Wire"} if helpers else set()) | (uses & {"Wire", "Datatypes", "Changes"})
        locals_ = [f"local {name} = Wire.{name}" for name in helpers]
        if "choices" in uses:
            requires.add("Choices")
            locals_.insert(0, "local choices = Choices")
        up = "script.Parent.Parent" if always == "Types" else "script.Parent"
        if always != "Wire":
            used = [name for name in ("structs", "runs") if name in uses]
            requires |= {"Structs"} if used else set()
            locals_ += [f"local {name} = Structs.{name}" for name in used]
        if always == "Types" and "parts" in uses:
            requires.add("Parts")
            locals_.append("local parts = Parts")
        lines = [f"local {name} = require({up}.{name})" for name in sorted(requires)]
        if before:
            lines.insert(0, f"local Before = require({up}.{before})")
        return {"requires": lines, "locals": locals_}

    def event(self, message: wire.Message, timeout: float | None) -> Block:
        """Adds an event, or a field of replicated state, to `events`; `timeout` is a request's."""
        codec = Codec(self.types, self.cyclic)
        before, part = self.changes(codec, message)
        body = [
            *before,
            "\tlocal layout: Types.Layout = {",
            f"\t\tname = {string(message.name)},",
            f"\t\tsender = {string(message.sender)},",
            f"\t\treliable = {'true' if message.reliable else 'false'},",
        ]
        for name, struct in (("payload", message.payload), ("response", message.response)):
            if part and name == "payload":
                body += [f"\t\tpayload = {part}.codec,", f"\t\tpart = {part},"]
            elif struct is not None:
                body += self.codec(codec, name, struct)
        if message.sender == "client" and message.payload is not None:
            body += codec.skip(message.payload, 2)
        if message.payload is not None and wire.has_beside(message.payload, self.types):
            body.append("\t\thasBeside = true,")
        if message.is_state:
            body.append("\t\tisState = true,")
            if message.payload is not None and wire.can_be_absent(message.payload, self.types):
                body.append("\t\tcanBeAbsent = true,")
        if timeout is not None:
            body.append(f"\t\ttimeout = {number(timeout)},")
        body += ["\t}", "\ttable.insert(events, layout)"]
        sender = "of a client" if message.sender == "client" else "of the server"
        notes = [f"{message.name}, {'replicated state' if message.is_state else sender}"]
        if message.payload:
            notes += _layout("payload", message.payload, self.types)
        if message.response:
            notes += _layout("response", message.response, self.types)
        return _block(notes, codec.hoisted, body)

    def changes(self, codec: Codec, message: wire.Message) -> tuple[list[str], str | None]:
        """Statements and an expression for the part of a field of replicated state; None where all of it travels."""
        if not message.is_state or message.payload is None:
            return [], None
        layout = message.payload.fields[""]
        if is_whole(layout, self.types):
            return [], None
        parts = Parts(self.types, self.cyclic, codec.hoisted)
        part = parts.part(layout)
        return parts.lines, part

    def codec(self, codec: Codec, name: str, struct: wire.Struct) -> list[str]:
        """A field with the functions of a struct, or with a named type."""
        if struct.is_alone and isinstance(struct.fields[""], wire.Ref):
            codec.hoisted.uses("structs")
            return [f"\t\t{name} = structs.{struct.fields[''].name},"]
        return [f"\t\t{name} = {{", *codec.codec(struct, 3), "\t\t},"]

    def type(self, name: str) -> Block:
        """Adds a named type to `structs`, and to `runs` where arrays of it are written at once."""
        layout = self.types[name]
        codec = Codec(self.types, self.cyclic, _From(self.position, self.position[name]), name)
        if isinstance(layout, wire.Union):
            body, functions = codec.union(layout, 2)
            notes = [
                name,
                *(line for kind, member in layout.members.items() for line in _layout(kind, member, self.types)),
            ]
        else:
            body, functions = [], codec.functions(layout, 2)
            notes = _layout(name, layout, self.types)
        body += [f"\tstructs.{name} = {{", *functions, "\t}"]
        if isinstance(layout, wire.Struct) and is_run(wire.Ref(name), self.types):
            body += [f"\truns.{name} = {{", *codec.run(layout, 2), "\t}"]
        return _block(notes, codec.hoisted, body)

    def part(self, name: str) -> Block:
        """Adds a named type to `parts`."""
        hoisted = Codec(self.types, self.cyclic).hoisted
        parts = Parts(self.types, self.cyclic, hoisted, _From(self.position, self.position[name]))
        parts.named(name)
        return _block([name], hoisted, parts.lines)


def _block(notes: list[str], hoisted: Hoisted, body: list[str]) -> Block:
    comment = [
        line
        for note in notes
        for line in textwrap.wrap(note, COLUMNS - TAB, initial_indent="-- ", subsequent_indent="-- ")
    ]
    front = [f"\t{assigned(f'local {name}', Construct(source), 1)}" for name, source in sorted(hoisted.sources.items())]
    return Block("\n".join([*comment, "do", *front, *body, "end"]), frozenset(hoisted.uses))


def _layout(name: str, struct: wire.Struct, types: Mapping[str, wire.Struct | wire.Union]) -> list[str]:
    """How it lies on the wire, for who reads the file."""
    most = wire.max_bytes(struct, types)
    size = "any number of bytes" if most == float("inf") else f"at most {most:,.0f} bytes" if most > 1 else "one byte"
    return [f"{name}, {size}: {wire.described(struct, types)}" if most else f"{name}: no bytes"]
