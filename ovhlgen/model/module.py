"""A module as its module.yaml says it, and what was found in its workers."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from ovhlgen.diagnostics import Span
from ovhlgen.model.game import ConfigField, Field, Fields, Rate, Ref, Switch, TypeDecl
from ovhlgen.model.node import Node
from ovhlgen.model.tree import RUNTIME, SRC
from ovhlgen.model.types import TypeRef

HOOKS = ("init", "ready", "teardown", "hot_reload", "player_added", "player_removing", "character_added")


@dataclass(frozen=True, slots=True)
class WorkerRef:
    """`Queue.start` in a spec."""

    worker: Ref
    function: Ref

    def __str__(self) -> str:
        return f"{self.worker}.{self.function}"


@dataclass(frozen=True, slots=True)
class StateField:
    key: Ref
    type: TypeRef | None
    default: Node | None
    keep: bool
    per_player: bool
    replicate: Ref | None  # all, owner
    doc: str | None


@dataclass(frozen=True, slots=True)
class Method:
    key: Ref
    args: Dict[str, Field]
    returns: TypeRef | None
    worker: WorkerRef | None  # None for an exported function of a worker
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A network event. `payload` are the fields sent, `response` the answer's type or fields."""

    key: Ref
    sender: str  # client, server
    payload: Fields
    is_request: bool
    response: TypeRef | Fields | None
    reliable: bool
    unsafe: bool
    timeout: float  # seconds
    rate: Rate | None
    allow: tuple[Ref, ...]
    enabled: Switch
    serial: bool
    worker: WorkerRef | None
    doc: str | None
    given: Dict[str, Span]  # the keys that stand in the spec


@dataclass(frozen=True, slots=True)
class BusEvent:
    key: Ref
    payload: Fields


@dataclass(frozen=True, slots=True)
class Listener:
    """A handler of an event: `Module.Event` or a bus event."""

    event: Ref
    worker: WorkerRef


@dataclass(frozen=True, slots=True)
class Every:
    interval: float | None  # seconds; None where a config field says
    reference: Ref | None
    worker: WorkerRef


@dataclass(frozen=True, slots=True)
class Attribute:
    key: Ref
    type: TypeRef | None
    required: bool
    fallback: Node | None  # a literal
    sibling: Ref | None  # or `$Field`: another field of the contract, above this one
    unique: bool
    references: Ref | None


@dataclass(frozen=True, slots=True)
class Contract:
    key: Ref
    under: Ref | None
    tagged: Ref | None
    each: Ref
    fields: Dict[str, Attribute]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a worker: how many parameters it takes (None: any number)."""

    name: str
    parameters: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a worker: what is called, its arguments' text, in which function (None: top level)."""

    callee: str
    arguments: str
    inside: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Worker:
    """A hand-written Luau file.

    `unread` are the lines of regions in which functions may be that weren't seen, `strange` of them those that the
    parser doesn't know. `returns` says how many values the file gives, None where that can't be said; `no_table` is the
    one that it gives, where it can't hold functions."""

    name: str
    path: str
    functions: Dict[str, Function] = field(default_factory=dict)
    unread: tuple[tuple[int, int], ...] = ()
    calls: tuple[Call, ...] = ()
    asked: tuple[Ref, ...] = ()  # fields of `context` that it reads
    lines: int = 0
    digest: str = ""  # of the source, whatever its line ends
    strange: tuple[tuple[int, int], ...] = ()
    returns: int | None = None
    words: tuple[Ref, ...] = ()  # the fields and methods that it names, and its texts
    no_table: str | None = None


@dataclass(frozen=True, slots=True)
class Module:
    key: Ref
    path: str
    realm: str
    domain: Ref
    version: str
    doc: str | None
    log_domain: Ref | None
    log_level: str | None
    depends: tuple[Ref, ...]
    uses: tuple[Ref, ...]
    packages: tuple[Ref, ...]
    workers: tuple[Ref, ...]
    config: Dict[str, ConfigField]
    state: Dict[str, StateField]
    types: Dict[str, TypeDecl]
    api: Dict[str, Method]
    exports: Dict[str, Dict[str, Method]]
    events: Dict[str, Event]
    sends: tuple[Ref, ...]
    listens: tuple[Listener, ...]
    reads: tuple[Ref, ...]
    publishes: Dict[str, BusEvent]
    subscribes: tuple[Listener, ...]
    lifecycle: Dict[str, WorkerRef]
    every: tuple[Every, ...]
    contracts: Dict[str, Contract]
    catalogues: tuple[Ref, ...]
    screens: tuple[Ref, ...]
    given: Dict[str, Span]  # the keys that stand in the spec
    sources: Dict[str, Worker] = field(default_factory=dict)
    is_builtin: bool = False  # ours: its workers are among the templates, its spec is the one that asks for it

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def named(self) -> tuple[str, ...]:
        """The modules and services under `depends` and `uses`, in this order."""
        return tuple(ref.name for ref in (*self.depends, *self.uses))

    @property
    def linked(self) -> tuple[Ref, ...]:
        """Its workers that stand in `specs/`."""
        return () if self.is_builtin else self.workers

    @property
    def home(self) -> str:
        """The folder of `out/` in which its files stand: apart from a game's own, where it is ours."""
        return RUNTIME if self.is_builtin else SRC

    def place(self, part: str) -> str:
        """Which part of its spec something comes of, as a comment says it: `specs/modules/X/module.yaml#types.Y`."""
        return f"{self.name}: {part}" if self.is_builtin else f"{self.path}#{part}"

    @property
    def folder(self) -> str:
        return self.path.rsplit("/", 1)[0]
