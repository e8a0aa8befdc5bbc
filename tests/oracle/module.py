"""What the reference kernel knows of a module: its manifest, its code, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.oracle.clock import Task
from tests.oracle.failures import Failures


class Player:
    """Somebody from joining to leaving: who comes back is another one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name


class HookError(Exception):
    """What a hook of a module raises."""


class NotReady(Exception):
    """KERNEL_NOT_READY: a facade was called while its module isn't ready."""


class LoadError(Exception):
    """The module can't be used; `code` is KERNEL_LOAD or KERNEL_MANIFEST."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class State:
    """`own` and, by player, `players`: made at each start, dropped with it, but for the fields that are kept."""

    own: dict[str, Any]
    players: dict[Player, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One of a client's, as its handler has it: `allow` is the least rank, rate and burst are messages a second and at
    once."""

    rate: float
    burst: float
    allow: int | None = None
    off: bool = False
    serial: bool = False
    timeout: float = 10.0  # seconds, of a request


type Handled = Generator[float, None, tuple[bool, Any]]
"""A handler of an event that runs: it gives whether it ended well, and its response."""


class Code(Protocol):
    """The functions of a module as they were loaded. Hooks yield the seconds that they wait, and raise HookError."""

    depends: tuple[str, ...]
    uses: tuple[str, ...]
    enabled: bool
    kept: frozenset[str]  # fields of the state that survive a reload
    kept_of_players: frozenset[str]
    interval: float | str | None  # between two calls of `every`: seconds, or the setting that has them
    events: Mapping[str, Event]

    def new_state(self) -> dict[str, Any]: ...
    def new_player(self) -> dict[str, Any]: ...
    def call(self, data: State) -> Any:
        """The one method of its api."""

    def handle(self, event: str, data: State, player: Player, payload: Any) -> Generator[float, None, Any]:
        """The handler of one of its events; gives the response."""

    def hook(self, name: str) -> Callable[..., Task] | None:
        """`init`, `ready`, `teardown`, `hot_reload`, `every`, `player_added`, `player_removing`, or an event of the
        bus: `ModuleReloaded`, `ModuleDisabled`."""


@dataclass(slots=True, eq=False)
class Record:
    """A module that was discovered. `life` goes up with each start and stop: what belongs to an older one is over."""

    name: str
    rank: int  # of its domain
    load: Callable[[], Any]  # → Generator[float, None, Code]: what lies there now; raises LoadError
    state: str = "discovered"
    code: str | None = None  # why it is disabled
    loaded: Code | None = None
    data: State = field(default_factory=lambda: State({}))
    failures: Failures = field(default_factory=lambda: Failures(1, 1.0))
    life: int = 0
    greeted: set[Player] = field(default_factory=set)  # players whose `player_added` ran in this life

    @property
    def program(self) -> Code:
        assert self.loaded is not None, f"{self.name} isn't loaded"
        return self.loaded


@dataclass(slots=True, eq=False)
class Running:
    """A hook of a module that runs, the client whose event began it, and the reload that waits for its end."""

    record: Record
    origin: Player | None
    after: Task | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Of a reload or an attachment."""

    success: bool
    code: str | None
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Of the kernel; seconds."""

    init_timeout: float = 5.0
    failures: int = 5
    within: float = 60.0
    reload: bool = True
    dependents: str = "reject"
    kick_after: float = 20
    violations_within: float = 60.0
    default_rank: int = 0


type Kept = tuple[Mapping[str, Any], Mapping[Player, Mapping[str, Any]]]
