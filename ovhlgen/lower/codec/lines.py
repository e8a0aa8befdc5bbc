"""Lines of one generated function: indentation, names of its own, and what it takes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ovhlgen.luau import COLUMNS, KEYWORDS, TAB, Call, Construct, literal, string

_LONGEST = 14  # a field's own name becomes a local's up to here: lines stay short
_LONGEST_HOISTED = 40
# What generated code calls, and its parameters.
_TAKEN = frozenset(
    [
        "Datatypes",
        "Enum",
        "areSingles",
        "arrayLength",
        "arrived",
        "b",
        "beside",
        "bit32",
        "buffer",
        "canTravel",
        "choices",
        "count",
        "depth",
        "grow",
        "isInstance",
        "level",
        "malformed",
        "mapSize",
        "math",
        "out",
        "p",
        "runs",
        "side",
        "size",
        "string",
        "structs",
        "table",
        "taken",
        "type",
        "typeof",
        "utf8",
        "v",
        "wholes",
        "wrong",
    ]
)
_HOISTED = re.compile(r"(write|read|skip|fits|put|get|indexOf|valuesOf|wholes|late)[A-Z0-9]")  # names of `Names`


class Lines:
    """`hoisted` are locals outside the function, by name: where each comes from."""

    def __init__(self, indent: int, hoisted: dict[str, str]) -> None:
        self.text: list[str] = []
        self.indent = indent
        self.hoisted = hoisted
        self._names: set[str] = set()

    def __call__(self, line: str) -> None:
        self.text.append("\t" * self.indent + line)

    def call(self, of: Call) -> None:
        self(literal(of, self.indent))

    @contextmanager
    def inside(self, head: str, end: str = "end") -> Iterator[None]:
        self(head)
        with self.until(end):
            yield

    @contextmanager
    def until(self, end: str) -> Iterator[None]:
        """One step further in, up to a line that ends it."""
        self.indent += 1
        yield
        self.indent -= 1
        self(end)

    def fits(self, line: str) -> bool:
        """Whether StyLua leaves it on one line."""
        return TAB * self.indent + len(line) <= COLUMNS

    @contextmanager
    def when(self, *conditions: str) -> Iterator[None]:
        """Where one of the conditions holds; broken as StyLua does where they don't fit on a line."""
        flat = f"if {' or '.join(conditions)} then"
        if self.fits(flat):
            self(flat)
        else:
            first, *rest = conditions
            self("if")
            self.indent += 1
            self(first)
            for one in rest:
                self(f"or {one}")
            self.indent -= 1
            self("then")
        self.indent += 1
        yield
        self.indent -= 1
        self("end")

    def refuse(self, conditions: list[str], path: str, expected: str, value: str | None = None) -> None:
        """Ends the function where one of the conditions holds."""
        with self.when(*conditions):
            self.wrong(path, expected, value)

    def wrong(self, path: str, expected: str, value: str | None = None) -> None:
        """Ends the function; without a value it is about bytes that are none."""
        where = Construct(f"`{path}`" if "{" in path else string(path))
        if value is None:
            call = Call("malformed", (where, expected))
        else:
            call = Call("wrong", (where, expected, Construct(value)))
        self(f"return {literal(call, self.indent, len('return '))}")

    def local(self, wanted: str) -> str:
        """A name for a local that nothing else in the function has."""
        name = wanted
        if len(wanted) > _LONGEST or not wanted:
            name = "field"
        number = 1
        found = name
        while found in self._names or found in _TAKEN or found in KEYWORDS or _HOISTED.match(found):
            number += 1
            found = f"{name}{number}"
        self._names.add(found)
        return found

    def hoist(self, verb: str, of: str, source: str) -> str:
        """A local in front of the function, named for what it does and of what; long names get a number instead."""
        known = next((name for name, one in self.hoisted.items() if one == source), None)
        if known:
            return known
        name = verb + of if len(verb + of) <= _LONGEST_HOISTED else f"{verb}{len(self.hoisted) + 1}"
        self.hoisted[name] = source
        return name
