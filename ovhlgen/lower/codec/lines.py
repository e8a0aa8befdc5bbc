"""Lines of one generated function: indentation, names of its own, and what it takes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ovhlgen.luau import COLUMNS, TAB, Call, Construct, Scope, Uses, assigned, literal, string

LONGEST = 24  # letters of a local: lines stay readable
# What generated functions call, and their parameters: no local hides them.
TAKEN = (
    *("Enum", "bit32", "buffer", "math", "string", "table", "type", "typeof", "utf8"),
    *("b", "beside", "byTag", "count", "depth", "level", "member", "members", "out", "p", "side", "size", "v"),
)


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value is in what is sent: as a text, into which Luau writes indices, and the fields on the way."""

    text: str = ""
    fields: tuple[str, ...] = ()
    has_index: bool = False

    def field(self, name: str) -> Path:
        """The path of a field; what stands alone has none of its own."""
        return Path(f"{self.text}.{name}", (*self.fields, name), self.has_index) if name else self

    def at(self, index: str) -> Path:
        """The path of an element; `index` is a local."""
        return Path(f"{self.text}[{{{index}}}]", self.fields, has_index=True)

    def key(self) -> Path:
        """The path of a map's key, before there is one."""
        return Path(f"{self.text}[?]", self.fields, self.has_index)

    def literal(self) -> Construct:
        return Construct(f"`{self.text}`" if self.has_index else string(self.text))


class Lines:
    """`scope` holds the function's names, `given` records the parameters that are printed (`p`, which every function
    returns, just there); `uses` is what its file has to have."""

    def __init__(self, indent: int, scope: Scope, uses: Uses) -> None:
        self._text: list[str | Callable[[], list[str]]] = []
        self.indent = indent
        self.scope = scope
        self.given = Uses()
        self.uses = uses

    def __call__(self, line: str) -> None:
        self._text += ("\t" * self.indent + line).split("\n")

    def later(self, lines: Callable[[], list[str]]) -> None:
        """Lines that depend on what the whole function uses."""
        tabs = "\t" * self.indent
        self._text.append(lambda: [tabs + line for line in lines()])

    def printed(self) -> list[str]:
        return [line for one in self._text for line in ([one] if isinstance(one, str) else one())]

    def call(self, call: Call) -> None:
        self(literal(call, self.indent))

    def set(self, target: str, value: Any, operator: str = "=") -> None:
        """`target = value`; a text is a value that stands on one line."""
        self(assigned(target, Construct(value) if isinstance(value, str) else value, self.indent, operator))

    def let(self, value: Any, *wanted: str) -> str:
        """A new local with that value."""
        name = self.scope.fresh(*wanted)
        self.set(f"local {name}", value)
        return name

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
        with self.until("end"):
            yield

    def fitting(self, *forms: list[str]) -> list[str]:
        """The first of some forms of a test whose conditions each fit on a line; the last has the shortest."""
        room = COLUMNS - TAB * (self.indent + 1) - len("or ")
        return next((form for form in forms if all(len(one) <= room for one in form)), forms[-1])

    def refuse_unless(self, test: Call, path: Path, expected: str, value: str | None = None) -> None:
        """Ends the function where a call gives nothing."""
        flat = literal(test)
        if "\n" not in flat and self.fits(f"if not {flat} then"):
            self.refuse([f"not {flat}"], path, expected, value)
        else:
            self.refuse([f"not {self.let(test, 'isFine')}"], path, expected, value)

    def refuse(self, conditions: list[str], path: Path, expected: str, value: str | None = None) -> None:
        """Ends the function where one of the conditions holds."""
        with self.when(*conditions):
            self.wrong(path, expected, value)

    def wrong(self, path: Path, expected: str, value: str | None = None) -> None:
        """Ends the function; without a value it is about bytes that are none."""
        where = path.literal()
        if value is None:
            call = Call(self.uses("malformed"), (where, expected))
        else:
            call = Call(self.uses("wrong"), (where, expected, Construct(value)))
        self(f"return {literal(call, self.indent, len('return '))}")

    def pass_on(self, path: Path, problem: str) -> None:
        """Ends the function with what another one said, below a path."""
        said = f"`{path.text}{{{problem}}}`" if path.text else problem
        flat = f"return 0, {said}"
        self(flat if self.fits(flat) else f"return 0,\n{'\t' * (self.indent + 1)}{said}")

    def local(self, *wanted: str) -> str:
        """A name for a local, the first that is free: nothing else in the function has it, or is hidden by it."""
        return self.scope.fresh(*wanted)
