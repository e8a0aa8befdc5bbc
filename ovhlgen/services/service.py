"""What a core service is: one record says all that the generator knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ovhlgen.luau import Declared, LuauType, Record
from ovhlgen.model.game import ConfigField, DataKey
from ovhlgen.model.module import Module
from ovhlgen.model.project import Broken, Project
from ovhlgen.model.tree import SRC
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.bindings import Shape

CONNECTION = "Kernel_Connection"  # what a subscription gives back


class TypeWriter(Protocol):
    """Writes the types of a game's specs as some file of `out/` has them."""

    def ref(self, of: TypeRef | None) -> LuauType:
        """A type of a spec."""

    def shape(self, of: Shape) -> LuauType:
        """A parameter or result of a worker's function."""

    def spell(self, name: str) -> LuauType:
        """A type of Shared/Types by its name there."""


@dataclass(frozen=True, slots=True)
class Method:
    """`type` is a function's type, or the name under which its overloads are declared. `doc` is for who calls it."""

    name: str
    type: LuauType
    doc: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a worker calls methods on: the service itself, or something that it gives. `name` is its type's."""

    name: str
    methods: tuple[Method, ...]

    def declaration(self, *fields: tuple[str, LuauType]) -> tuple[str, LuauType]:
        """Its type; `fields` stand before the methods."""
        methods = ((method.name, method.type) for method in self.methods)
        return self.name, Record((*fields, *methods))


@dataclass(frozen=True, slots=True)
class Api:
    """A service in one game. `declared` are all types that it takes; `tables` are those with methods, its own last."""

    declared: Declared
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A file of `specs/` by what it is of a Project (`data`), its path, and what it is where it has findings."""

    part: str
    path: str
    broken: Broken

    def is_in(self, project: Project) -> bool:
        return bool(getattr(project, self.part))


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys that are values: `Types.<field>.x` in a worker. `name` is theirs in Server/Keys, `type` their record's;
    `fields` gives a name in the spec, its field, and the module that has it."""

    field: str
    name: str
    type: str
    kind: str  # the field of a key that holds its name
    fields: Callable[[Project, str], Iterable[tuple[str, DataKey | ConfigField, str | None]]]  # of a realm


def _always(_project: Project, _realm: str) -> bool:
    return True


def _nothing(_project: Project) -> tuple[str, ...]:
    return ()


# Folders and files of the runtime that services of the server share.
STORE = "Server/Store/"
MESSAGES = "Server/Core/Kernel/Messages.luau"
REPORT = "Server/Core/Kernel/Report.luau"


@dataclass(frozen=True, slots=True)
class Service:
    """A core service.

    `folders` are those of its code in the place, by the realms that have it; None where the kernel makes it itself.
    `file` is the spec file without which it doesn't exist. `api` gives what its callers see, from the specs and for a
    realm; `api_of`, in its place, gives what one module sees.
    """

    name: str
    doc: str
    folders: Mapping[str, str | None]
    api: Callable[[Project, TypeWriter, str], Api] | None = None
    api_of: Callable[[Project, Module, TypeWriter], Api] | None = None
    file: SpecFile | None = None
    is_wanted: Callable[[Project, str], bool] = _always  # where its file is there: whether a realm of the game has it
    exports: Callable[[Project], tuple[str, ...]] = _nothing  # types that workers need a name for
    beside: tuple[str, ...] = ()  # services whose types those of this one name
    keys: tuple[KeyGroup, ...] = ()
    writes: frozenset[str] = frozenset()  # methods that change what is stored
    panel: Mapping[str, str] = field(default_factory=dict)  # methods that only the admin panel sees, with the reason;
    # a parameter is `Method.parameter`
    internal: Mapping[str, str] = field(default_factory=dict)  # the same of what only the kernel sees
    unused: Callable[[Project], tuple[str, ...]] = _nothing  # files of its folder that this game doesn't need
    shares: tuple[str, ...] = ()  # what its server's code needs beside its folder, and others may too

    @property
    def api_type(self) -> str:
        return f"{self.name}_Api"

    def path(self, realm: str) -> str:
        """The folder in `out/` of what the specs say to it, in a realm where it has one."""
        return f"{SRC}/{self.folders[realm]}"

    def exists(self, project: Project) -> bool:
        """Whether a module may have it: the spec file is there, or none is needed."""
        return self.file is None or self.file.is_in(project)

    def is_in(self, project: Project, realm: str) -> bool:
        """Whether a realm of this game has its code."""
        return self.folders.get(realm) is not None and self.exists(project) and self.is_wanted(project, realm)

    def is_whole_for(self, module: Module) -> bool:
        """Whether a module sees all of it, by the type that its Luau has, and not what the specs say of it."""
        return module.is_builtin and bool(self.panel)

    def is_in_shared(self, realm: str) -> bool:
        """Whether its types for a realm are in Shared/Types; else they are in Server/Types."""
        return not (self.folders.get(realm) or "").startswith("Server/")
