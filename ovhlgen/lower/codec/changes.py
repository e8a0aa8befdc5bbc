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

    def part(self, of: wire.Wire) -> str:
        """The expression of a value's part."""
        if is_whole(of, self.types):
            return self._whole(wire.alone(of))
        match of:
            case wire.Optional():
                inner = self.part(of.of)
                return self._add("within", self._codec_of(of), Construct(inner), False)
            case wire.Array():
                element = self.part(of.of)
                return self._add("array", self._codec_of(of), Construct(element), of.low, of.high)
            case wire.Map():
                key, value = self._codec_of(of.key), self.part(of.value)
                return self._add("map", self._codec_of(of), key, Construct(value), of.low, of.high)
        assert isinstance(of, wire.Ref)
        self._uses("parts")
        if of.name in self.late:
            return self._add("late", Construct("parts"), of.name, self._struct(of.name))
        return f"parts.{of.name}"

    def named(self, name: str) -> None:
        """Adds a named type to `parts`."""
        of, is_deep = self.types[name], name in self.cyclic
        if isinstance(of, wire.Union):
            members = [Construct(self._add(*self._fields(name, one, is_deep=False))) for one in of.members.values()]
            fields = {"codec": self._struct(name), "kinds": list(of.members), "members": members, "isDeep": is_deep}
            made: tuple[Any, ...] = ("union", fields)
        elif of.is_alone:
            made = ("within", self._struct(name), Construct(self.part(of.fields[""])), is_deep)
        else:
            made = self._fields(name, of, is_deep=is_deep)
        self._set(f"{self._uses('parts')}.{name}", *made)

    def _fields(self, name: str, of: wire.Struct, *, is_deep: bool) -> tuple[Any, ...]:
        group, others = plain(of), apart(of)
        found: dict[str, Any] = {"codec": self._struct(name)}
        if group.fields:
            found["plain"] = Construct(f"{self._whole(group)}.codec")
        found |= {"names": list(group.fields), "others": list(others)}
        found["parts"] = [Construct(self.part(one)) for one in others.values()]
        return "struct", {**found, "isDeep": is_deep}

    def _codec_of(self, of: wire.Wire) -> Construct:
        if isinstance(of, wire.Ref):
            return self._struct(of.name)
        return Construct(f"{self._whole(wire.alone(of))}.codec")

    def _whole(self, of: wire.Struct) -> str:
        layout = repr(of)
        if layout not in self._wholes:
            inner = of.fields[""] if of.is_alone else None
            if isinstance(inner, wire.Ref):
                self._wholes[layout] = self._add("whole", self._struct(inner.name))
            else:
                target = self._next()
                codec = self.codec.codec(of, 2)
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


def needed(found: wire.Layouts) -> set[str]:
    """The named types of which a change may be a part: all within replicated state that can change in parts."""
    seen: set[str] = set()
    for message in found.messages:
        if message.is_state and message.payload:
            _reach(message.payload.fields[""], found.types, seen)
    return seen


def _reach(of: wire.Wire, types: Mapping[str, wire.Struct | wire.Union], seen: set[str]) -> None:
    for one in wire.parts(of):
        if isinstance(one, wire.Ref) and one.name not in seen and not is_whole(one, types):
            seen.add(one.name)
            named = types[one.name]
            for struct in named.members.values() if isinstance(named, wire.Union) else (named,):
                for field in struct.fields.values():
                    _reach(field, types, seen)
