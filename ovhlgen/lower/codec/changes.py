"""What a change of replicated state is made of, as statements: a part for each value that can change by itself."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from ovhlgen.lower.codec.functions import Codec
from ovhlgen.lower.codec.names import Hoisted
from ovhlgen.luau import Call, Construct, assigned
from ovhlgen.model import wire
from ovhlgen.model.changes import apart, is_whole, plain


class Parts:
    """The statements of one block: its own parts are numbered, those of named types stand under their names. `late` are
    named types that stand behind the block, or are what it is about."""

    def __init__(
        self,
        types: Mapping[str, wire.Struct | wire.Union],
        cyclic: Container[str],
        hoisted: Hoisted,
        late: Container[str] = (),
    ) -> None:
        self.types, self.cyclic, self.late = types, cyclic, late
        self.codec = Codec(types, cyclic, own="", hoisted=hoisted)  # not the levels of a type: those come from outside
        self._lines: list[str] = []
        self._count = 0
        self._wholes: dict[str, str] = {}  # by their layouts

    @property
    def lines(self) -> list[str]:
        front = ["\tlocal own: { Changes.Part } = {}"] if self._count else []
        return [*front, *self._lines]

    def part(self, layout: wire.Wire) -> str:
        """The expression of a value's part."""
        if is_whole(layout, self.types):
            return self._whole(wire.alone(layout))
        match layout:
            case wire.Optional():
                inner = self.part(layout.inner)
                return self._add("within", self._codec_of(layout), Construct(inner), False)
            case wire.Array():
                element = self.part(layout.inner)
                return self._add("array", self._codec_of(layout), Construct(element), layout.low, layout.high)
            case wire.Map():
                key, value = self._codec_of(layout.key), self.part(layout.value)
                return self._add("map", self._codec_of(layout), key, Construct(value), layout.low, layout.high)
        assert isinstance(layout, wire.Ref)
        self._uses("parts")
        if layout.name in self.late:
            return self._add("late", Construct("parts"), layout.name, self._struct(layout.name))
        return f"parts.{layout.name}"

    def named(self, name: str) -> None:
        """Adds a named type to `parts`."""
        layout, is_deep = self.types[name], name in self.cyclic
        if isinstance(layout, wire.Union):
            members = [
                Construct(self._add(*self._fields(name, member, is_deep=False))) for member in layout.members.values()
            ]
            fields = {"codec": self._struct(name), "kinds": list(layout.members), "members": members, "isDeep": is_deep}
            made: tuple[Any, ...] = ("union", fields)
        elif layout.is_alone:
            made = ("within", self._struct(name), Construct(self.part(layout.fields[""])), is_deep)
        else:
            made = self._fields(name, layout, is_deep=is_deep)
        self._set(f"{self._uses('parts')}.{name}", *made)

    def _fields(self, name: str, struct: wire.Struct, *, is_deep: bool) -> tuple[Any, ...]:
        group, others = plain(struct), apart(struct)
        fields: dict[str, Any] = {"codec": self._struct(name)}
        if group.fields:
            fields["plain"] = Construct(f"{self._whole(group)}.codec")
        fields |= {"names": list(group.fields), "others": list(others)}
        fields["parts"] = [Construct(self.part(field)) for field in others.values()]
        return "struct", {**fields, "isDeep": is_deep}

    def _codec_of(self, layout: wire.Wire) -> Construct:
        if isinstance(layout, wire.Ref):
            return self._struct(layout.name)
        return Construct(f"{self._whole(wire.alone(layout))}.codec")

    def _whole(self, struct: wire.Struct) -> str:
        layout = repr(struct)
        if layout not in self._wholes:
            inner = struct.fields[""] if struct.is_alone else None
            if isinstance(inner, wire.Ref):
                self._wholes[layout] = self._add("whole", self._struct(inner.name))
            else:
                target = self._next()
                codec = self.codec.codec(struct, 2)
                self._lines += [f"\t{target} = {self._uses('Changes')}.whole({{", *codec, "\t})"]
                self._wholes[layout] = target
        return self._wholes[layout]

    def _struct(self, name: str) -> Construct:
        return Construct(f"{self._uses('structs')}.{name}")

    def _add(self, what: str, *args: Any) -> str:
        target = self._next()
        self._set(target, what, *args)
        return target

    def _set(self, target: str, what: str, *args: Any) -> None:
        call = Call(f"{self._uses('Changes')}.{what}", args)
        self._lines += f"\t{assigned(target, call, 1)}".split("\n")

    def _next(self) -> str:
        self._count += 1
        return f"own[{self._count}]"

    def _uses(self, name: str) -> str:
        return self.codec.hoisted.uses(name)


def needed(layouts: wire.Layouts) -> set[str]:
    """The named types of which a change may be a part: all within replicated state that can change in parts."""
    seen: set[str] = set()
    for message in layouts.messages:
        if message.is_state and message.payload:
            _reach(message.payload.fields[""], layouts.types, seen)
    return seen


def _reach(layout: wire.Wire, types: Mapping[str, wire.Struct | wire.Union], seen: set[str]) -> None:
    for part in wire.parts(layout):
        if isinstance(part, wire.Ref) and part.name not in seen and not is_whole(part, types):
            seen.add(part.name)
            named = types[part.name]
            for struct in named.members.values() if isinstance(named, wire.Union) else (named,):
                for field in struct.fields.values():
                    _reach(field, types, seen)
