"""The whole game: everything that `specs/` declares, by kind and name."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from ovhlgen.diagnostics import Span
from ovhlgen.model.design import Scenario, Theme
from ovhlgen.model.game import (
    Admin,
    Catalogue,
    Config,
    Data,
    Monetization,
    Ref,
    Roles,
    Settings,
    Topbar,
    TypeDecl,
)
from ovhlgen.model.module import Module, Worker
from ovhlgen.model.screens import Screen
from ovhlgen.model.types import Named


@dataclass(frozen=True, slots=True)
class Broken:
    """A file of the specs that has findings of its own.

    `kind` is one of `schema.FILES`, and `name` what its files of that kind are told apart by: `data` is the only
    `data`, `MusicModule` one `module` of many. Of a `file` of no kind (a worker, a migration) it is the path."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Endless:
    """A declared type that contains itself; `path` is the shortest way from it back to it."""

    key: Ref
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooDeep:
    """A declared type with more levels within each other than can be walked."""

    key: Ref
    levels: int
    limit: int


@dataclass(frozen=True, slots=True)
class Project:
    """Frozen; made by `read`. What refers to a part in `broken`, which may be absent, isn't reported a second time.
    `digest` stands for the texts that it was read from."""

    settings: Settings
    config: Config
    roles: Roles | None
    data: Data | None
    monetization: Monetization | None
    topbar: Topbar | None
    admin: Admin | None
    types: Dict[str, TypeDecl]
    modules: Dict[str, Module]
    catalogues: Dict[str, Catalogue]
    themes: Dict[str, Theme]
    screens: Dict[str, Screen]
    scenarios: tuple[Scenario, ...]
    files: Dict[str, Span] = field(default_factory=dict)
    broken: frozenset[Broken] = frozenset()
    # Of the declared types: those that were taken out, for they can't be walked to an end, and those that lead back to
    # themselves, by their names in Shared/Types.
    endless: tuple[Endless, ...] = ()
    too_deep: tuple[TooDeep, ...] = ()
    recursive: frozenset[str] = frozenset()
    digest: str = ""
    migrations: Dict[str, Worker] = field(default_factory=dict)  # by path
    is_compiled: bool = False  # whether Luau was at hand to judge the scripts

    def is_broken(self, kind: str, name: str | None = None) -> bool:
        """Whether a file of this kind has findings of its own: the one of that name, or any."""
        if name is None:
            return any(part.kind == kind for part in self.broken)
        return Broken(kind, name) in self.broken

    def type_of(self, named: Named, module: str | None) -> TypeDecl | None:
        """The declaration a name means inside `module`: its own types first, then the shared ones."""
        if named.module is not None:
            owner = self.modules.get(named.module)
            return owner.types.get(named.name) if owner else None
        if module is not None and module in self.modules:
            own = self.modules[module].types.get(named.name)
            if own is not None:
                return own
        return self.types.get(named.name)
