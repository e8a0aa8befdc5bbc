"""Files of types: one each; in a large game a folder of parts, of which none needs a later one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ovhlgen.lower.output import Output
from ovhlgen.lower.parts import parts
from ovhlgen.lower.types import Spell
from ovhlgen.luau import Imported, LuauType, Uses
from ovhlgen.model.connected import connected
from ovhlgen.model.tree import SRC, TYPES

MAX_CHARACTERS = 120_000  # characters of one file

type Declared = tuple[str | None, str]  # a comment that names the spec, the declaration

SERVICES = {"Shared": "ReplicatedStorage", "Server": "ServerScriptService"}


@dataclass(frozen=True, slots=True)
class Unit:
    """Declarations that stay together; `declare` writes them, given how the other names of these files are written
    there, and records the files that they need."""

    names: tuple[str, ...]
    declare: Callable[[Spell, Uses], list[Declared]]


class TypeFiles:
    """The types of `file` in `root` (Shared or Server), and the part in which each is.

    Others require it as `local`. It lies in the folder `base` of `out/`.
    """

    def __init__(
        self, root: str, units: list[Unit], *, file: str = TYPES, local: str | None = None, base: str = SRC
    ) -> None:
        self.root, self.units = root, units
        self.file, self.local, self.base = file, local or root, base
        self.names = frozenset(name for unit in units for name in unit.names)
        self._part: dict[str, int] = {}  # by name; empty where one file holds all
        named = [Uses() for _ in units]
        sizes = [len(_text(unit.declare(uses, Uses()))) for unit, uses in zip(units, named, strict=True)]
        self._parts = [units] if sum(sizes) <= MAX_CHARACTERS else self._split(sizes, named)
        if len(self._parts) > 1:
            self._part = {name: at for at, run in enumerate(self._parts, 1) for unit in run for name in unit.names}

    def _split(self, sizes: list[int], named: list[Uses]) -> list[list[Unit]]:
        """`named` are the types of these files that each unit names."""
        owner = {name: at for at, unit in enumerate(self.units) for name in unit.names}
        edges: dict[str, list[str]] = {}
        for at, uses in enumerate(named):
            used = {owner[name] for name in uses if name in owner}
            edges[str(at)] = [str(to) for to in sorted(used - {at})]
        groups = [[int(at) for at in group] for group in connected(edges)]
        sized = ((group, sum(sizes[at] for at in group)) for group in groups)
        return [[self.units[at] for group in run for at in sorted(group)] for run in parts(sized, MAX_CHARACTERS)]

    def spell(self, name: str) -> LuauType:
        """A name as other files write it: `Shared.Song`, in a large game `Shared2.Song`."""
        return Imported(self._file(self._part.get(name)), name)

    def _file(self, part: int | None) -> str:
        return f"{self.local}{part or ''}"

    def requires(self, uses: Uses) -> list[str]:
        """The requires of those of these files that something uses."""
        path = f"{SERVICES[self.root]}.{self.root}.{self.file}"
        numbers = range(1, len(self._parts) + 1) if self._part else (None,)
        return [
            f"local {self._file(part)} = require({path}{f'.Part{part}' if part else ''})"
            for part in numbers
            if self._file(part) in uses
        ]

    def outputs(self, template: str, inputs: tuple[str, ...], *others: TypeFiles) -> Iterator[Output]:
        """The files; their types may need those of others."""
        base = f"{self.base}/{self.root}/{self.file}"
        for at, run in enumerate(self._parts, 1):
            spell, uses = self._inside(at, others), Uses()
            types = [declared for unit in run for declared in unit.declare(spell, uses)]
            needed = [(files.root, lines) for files in (*others, self) if (lines := files.requires(uses))]
            view = {
                "types": types,
                "requires": [line for _, lines in needed for line in lines],
                "services": list(dict.fromkeys(SERVICES[root] for root, _ in needed)),
            }
            yield Output(f"{base}/Part{at}.luau" if self._part else f"{base}.luau", template, inputs, view)

    def _inside(self, part: int, others: tuple[TypeFiles, ...]) -> Spell:
        """How a name is written in a part: as it stands, where no other part and no other file has it."""

        def spell(name: str) -> LuauType:
            if self._part.get(name, part) != part:
                return self.spell(name)
            return next((files.spell(name) for files in others if name in files.names), name)

        return spell


def _text(types: list[Declared]) -> str:
    return "\n".join(f"{place or ''}\n{text}" for place, text in types)
