"""What the files at the top of `specs/` say, catalogues included."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from ovhlgen.diagnostics import Span
from ovhlgen.model.node import Mapping, Node
from ovhlgen.model.types import TypeRef


@dataclass(frozen=True, slots=True)
class Ref:
    """A name that stands for something declared elsewhere (or declares it), and where it stands."""

    name: str
    span: Span

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Field:
    """A typed name. `type` is None where its expression couldn't be read (already reported)."""

    key: Ref
    type: TypeRef | None
    default: Node | None = None
    doc: str | None = None
    references: Ref | None = None


type Fields = Dict[str, Field]


@dataclass(frozen=True, slots=True)
class TypeDecl:
    """A declared type; `module` is None for those of types.yaml. Exactly one of the four kinds is set."""

    key: Ref
    module: str | None
    kind: str  # struct, enum, union, alias
    fields: Fields = field(default_factory=dict)
    values: tuple[Ref, ...] = ()
    members: Dict[str, tuple[Ref, Fields]] = field(default_factory=dict)
    target: TypeRef | None = None
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """A constant, or a config field read live."""

    value: bool | None
    reference: Ref | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `per_second` tokens, at most `burst`."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Kernel:
    domains: tuple[Ref, ...]
    init_timeout: float  # seconds
    failures: int
    within: float  # seconds
    reload_enabled: Switch
    dependents: str


@dataclass(frozen=True, slots=True)
class Logging:
    level: str | None
    perf: bool
    domains: Dict[str, str]
    file: str
    webhook: str | None
    persist: bool


@dataclass(frozen=True, slots=True)
class Network:
    default_rate: Rate
    log_violations: bool
    kick_after: int
    within: float  # seconds


@dataclass(frozen=True, slots=True)
class Package:
    key: Ref
    at: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """project.yaml."""

    name: str
    description: str
    kernel: Kernel
    logging: Logging
    network: Network
    packages: Dict[str, Package]
    place: Mapping | None


AUTOSAVE = "autosave_interval"  # the field of config.yaml that DataService saves by
AUTOSAVE_FLOOR = 6.0  # seconds; it saves no player more often by itself


@dataclass(frozen=True, slots=True)
class ConfigField:
    key: Ref
    type: TypeRef | None
    default: Node
    doc: str | None
    editable_by: Ref | None
    realm: str = "server"


@dataclass(frozen=True, slots=True)
class Config:
    """config.yaml. `profiles` hold other defaults by profile and field."""

    format: str = "luau"
    fields: Dict[str, ConfigField] = field(default_factory=dict)
    profiles: Dict[str, Mapping] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Role:
    key: Ref
    rank: int


@dataclass(frozen=True, slots=True)
class RoleSource:
    """One entry of `sources`: its kind, the roles it names, the packages or gamepasses it needs, and all of it."""

    kind: Ref
    roles: tuple[Ref, ...]
    value: Node | None
    package: Ref | None = None
    gamepasses: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    roles: Dict[str, Role]
    default: Ref
    sources: tuple[RoleSource, ...]
    refresh: float  # seconds for which a role found is trusted

    def rank(self, name: str) -> int:
        return self.roles[name].rank


@dataclass(frozen=True, slots=True)
class DataKey:
    key: Ref
    type: TypeRef | None
    default: Node
    doc: str | None
    visible: str | None
    private: bool


@dataclass(frozen=True, slots=True)
class Migration:
    from_version: int
    to_version: int
    worker: Ref
    span: Span


@dataclass(frozen=True, slots=True)
class Leaderboard:
    key: Ref
    value: Ref
    top: int
    refresh: float  # seconds


@dataclass(frozen=True, slots=True)
class Save:
    """How a write that fails is tried again, and how long a session's lock holds; in seconds."""

    retries: int
    backoff: float
    backoff_cap: float
    lock_timeout: float


@dataclass(frozen=True, slots=True)
class Data:
    store: str
    version: Ref
    player: Dict[str, DataKey]
    global_keys: Dict[str, DataKey]
    leaderboards: Dict[str, Leaderboard]
    migrations: tuple[Migration, ...]
    save: Save


@dataclass(frozen=True, slots=True)
class Product:
    key: Ref
    id: int
    grants: tuple[Ref, ...]
    amounts: Dict[str, Node]  # of `grants`, by key
    worker: Ref | None


@dataclass(frozen=True, slots=True)
class Monetization:
    gamepasses: Dict[str, int]  # their ids
    passes: tuple[Ref, ...]  # the names of the gamepasses, where they stand
    products: Dict[str, Product]
    cache: float  # seconds


@dataclass(frozen=True, slots=True)
class Icon:
    key: Ref
    label: Node | None  # a text, or one for each language
    image: str | None
    opens: Ref
    roles: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Topbar:
    package: Ref | None
    icons: Dict[str, Icon]


@dataclass(frozen=True, slots=True)
class Admin:
    roles: tuple[Ref, ...]
    whitelist: Ref | None
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    key: Ref
    row: TypeRef | None
    key_field: Ref
    realm: str
    rows: tuple[Mapping, ...]
    path: str
