"""What a generated function takes from elsewhere, as locals in front of it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from ovhlgen.lower.codec.lines import Lines
from ovhlgen.luau import string

_LONG = 30  # letters of a name that is looked up under another
_MOST = 40  # locals in front of one function; more are looked up where they are needed


@dataclass(frozen=True, slots=True)
class Names:
    """`late` are named types that stand behind the function, or are itself: they are looked up when it runs. `deeper`
    ends a call of a named type: how many types that lead back to themselves it is within."""

    lines: Lines
    late: Container[str] = ()
    deeper: str = ""

    def type(self, verb: str, name: str) -> str:
        """A function of a named type: `write`, `read` or `skip`."""
        source = f"structs.{name}.{verb}"
        if name in self.late and len(name) > _LONG:
            return f"structs[{self.lines.hoist('late', name, string(name))}].{verb}"
        if name in self.late or len(self.lines.hoisted) >= _MOST:
            return source
        return self.lines.hoist(verb, name, source)

    def run(self, verb: str, name: str) -> str:
        """A function for an array of a named struct: `write` or `read`."""
        source = f"runs.{name}.{verb}"
        if len(self.lines.hoisted) >= _MOST:
            return source
        return self.lines.hoist(verb, f"Run{name}", source)

    def choice(self, verb: str, name: str) -> str:
        """`index` by text, or `values` by index."""
        source = f"choices.{name}.{verb}"
        if len(self.lines.hoisted) >= _MOST:
            return source
        return self.lines.hoist(f"{verb}Of", name, source)

    def wholes(self, low: float, high: float) -> str:
        """The table of a small range's whole numbers."""
        name = f"{low:.0f}To{high:.0f}".replace("-", "Minus")
        return self.lines.hoist("wholes", name, f"wholes({low:.0f}, {high:.0f})")

    def datatype(self, verb: str, name: str) -> str:
        """`fits`, `put` or `get`."""
        return self.lines.hoist(verb, name, f"Datatypes.{name}.{verb}")
