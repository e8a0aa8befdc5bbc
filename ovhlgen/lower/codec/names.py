"""What a generated function takes from elsewhere, as locals in front of it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from ovhlgen.lower.codec.lines import Lines
from ovhlgen.luau import Scope, Uses, camel, string

_LONG = 30  # letters of a text that stands in a line; a longer one is a local
_MOST = 40  # locals in front of one function; more are looked up where they are needed


@dataclass
class Hoisted:
    """The locals in front of one block: `sources` says where each comes from."""

    scope: Scope
    uses: Uses
    sources: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)  # by their sources

    @property
    def is_full(self) -> bool:
        return len(self.sources) >= _MOST

    def has(self, source: str) -> bool:
        return source in self._names

    def local(self, source: str, *wanted: str) -> str:
        """The local with that value, named for what it does and of what."""
        if source not in self._names:
            name = self.scope.fresh(*wanted)
            self._names[source] = name
            self.sources[name] = source
        return self._names[source]


@dataclass(frozen=True, slots=True)
class Names:
    """`late` are named types that stand behind the function, or are itself: they are looked up when it runs. `levels`
    end a call of a named type: how many types that lead back to themselves it is within."""

    lines: Lines
    hoisted: Hoisted
    late: Container[str] = ()
    levels: tuple[str, ...] = ()

    @property
    def deeper(self) -> list[str]:
        return [self.lines.given(name) for name in self.levels]

    def type(self, verb: str, name: str) -> str:
        """A function of a named type: `write`, `read` or `skip`."""
        source = f"{self._file('structs')}.{name}.{verb}"
        if name not in self.late:
            return self._local(source, camel(verb, name))
        return source if len(name) <= _LONG else f"structs[{self._local(string(name), 'name')}].{verb}"

    def run(self, verb: str, name: str) -> str:
        """A function for an array of a named struct: `write` or `read`."""
        return self._local(f"{self._file('runs')}.{name}.{verb}", camel(verb, "each", name), camel(verb, name, "run"))

    def choice(self, verb: str, name: str) -> str:
        """`index` by text, or `values` by index."""
        return self._local(f"{self._file('choices')}.{name}.{verb}", camel(verb, "of", name))

    def wholes(self, low: float, high: float) -> str | None:
        """The table of a small range's whole numbers; None where there are too many already."""
        if self.hoisted.is_full:
            return None
        name = f"wholes{low:.0f}To{high:.0f}".replace("-", "Minus")
        return self._local(f"{self._file('wholes')}({low:.0f}, {high:.0f})", name)

    def datatype(self, verb: str, name: str) -> str:
        """`fits`, `put` or `get`."""
        return self._local(f"{self._file('Datatypes')}.{name}.{verb}", camel(verb, name))

    def text(self, text: str, *wanted: str) -> str:
        """A text that specs may make long."""
        return string(text) if len(text) <= _LONG else self._local(string(text), *wanted)

    def enum(self, name: str) -> str:
        source = f"Enum.{name}"
        return source if len(name) <= _LONG else self._local(source, camel("enum", name))

    def _file(self, name: str) -> str:
        """Something in front of the file's blocks."""
        return self.hoisted.uses(name)

    def _local(self, source: str, *wanted: str) -> str:
        """In front of the function; where there are many already, a long name becomes a local where it's needed."""
        if self.hoisted.has(source) or not self.hoisted.is_full:
            return self.hoisted.local(source, *wanted)
        return source if len(source) <= _LONG else self.lines.let(source, *wanted)
