"""Shared/Types and Server/Types: one file each; in a large game a folder of parts, of which none needs a later one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ovhlgen.lower.output import Output
from ovhlgen.lower.parts import parts
from ovhlgen.model.components import components
from ovhlgen.model.tree import TYPES

MOST = 120_000  # characters of one file

type Spell = Callable[[str], str]  # from a type's name to how it is written in some file
type Declared = tuple[str | None, str]  # a comment that names the spec, the declaration

PATHS = {"Shared": "ReplicatedStorage.Shared.Types", "Server": "ServerScriptService.Server.Types"}


@dataclass(frozen=True, slots=True)
class Unit:
    """Declarations that stay together; `declare` writes them, given how the other names are written there."""

    names: tuple[str, ...]
    declare: Callable[[Spell], list[Declared]]


class TypeFiles:
    """All types of `root` (Shared or Server), and the file in which each is."""

    def __init__(self, root: str, units: list[Unit]) -> None:
        self.root, self.units = root, units
        self._part: dict[str, int] = {}  # by name; empty where one file holds all
        texts = [_text(unit.declare(str)) for unit in units]
        self._parts = [units] if sum(map(len, texts)) <= MOST else self._split(texts)
        if len(self._parts) > 1:
            self._part = {name: at for at, run in enumerate(self._parts, 1) for unit in run for name in unit.names}

    def _split(self, texts: list[str]) -> list[list[Unit]]:
        owner = {name: at for at, unit in enumerate(self.units) for name in unit.names}
        edges = {
            str(at): [
                str(to)
                for to in sorted({owner[word] for word in re.findall(r"\w+", _code(text)) if word in owner} - {at})
            ]
            for at, text in enumerate(texts)
        }
        groups = [[int(at) for at in group] for group in components(edges)]
        sized = ((group, sum(len(texts[at]) for at in group)) for group in groups)
        return [[self.units[at] for group in run for at in sorted(group)] for run in parts(sized, MOST)]

    def spell(self, name: str) -> str:
        """A name as other files write it: `Shared.Song`, in a large game `Shared2.Song`."""
        return f"{self.root}{self._part.get(name, '')}.{name}"

    def requires(self, text: str) -> list[str]:
        """The requires of those files that a text refers to."""
        used = sorted(set(re.findall(rf"(?<![.\w]){self.root}(\d*)\.\w", _code(text))), key=lambda part: int(part or 0))
        path = PATHS[self.root]
        return [f"local {self.root}{part} = require({path}{f'.Part{part}' if part else ''})" for part in used]

    def outputs(self, template: str, inputs: tuple[str, ...], requires: Callable[[str], list[str]]) -> Iterator[Output]:
        """The files; `requires` gives those of other roots that a text needs."""
        base = f"src/{self.root}/{TYPES}"
        for at, run in enumerate(self._parts, 1):
            spell = self._inside(at)
            types = [one for unit in run for one in unit.declare(spell)]
            text = _text(types)
            own = self.requires(text) if len(self._parts) > 1 else []
            lines = [*requires(text), *own]
            services = [name for name in ("ReplicatedStorage", "ServerScriptService") if f"({name}." in "".join(lines)]
            view = {"types": types, "requires": lines, "services": services}
            yield Output(f"{base}/Part{at}.luau" if len(self._parts) > 1 else f"{base}.luau", template, inputs, view)

    def _inside(self, part: int) -> Spell:
        return lambda name: name if self._part.get(name, part) == part else self.spell(name)


def _code(text: str) -> str:
    """Declarations without their comments, and without the texts that are types: what specs say isn't code."""
    return re.sub(r"""--[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", "", text)


def _text(types: list[Declared]) -> str:
    return "\n".join(f"{place or ''}\n{text}" for place, text in types)
