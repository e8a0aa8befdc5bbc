"""A game under test: what a scenario does step by step, for Python too.

```python
with Game.start(Path("mygame")) as game:
    game.join("Siti")
    answer = game.request("Siti", "Hello.Greet", {"name": "Siti"})
    assert answer.response["greeted"] == 1
```
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ovhlgen.luau import string
from ovhlgen.model.module import Event
from ovhlgen.model.node import Node
from ovhlgen.model.project import Project
from ovhlgen.pipeline import build, load
from ovhlgen.simulator.payloads import arguments, node_of, payload
from ovhlgen.simulator.place import build_place
from ovhlgen.simulator.session import EPOCH, Fact, Session

# What every piece of Luau that is run may use; on one line, so that the piece's own lines count from 1.
_PRELUDE = " ".join((Path(__file__).parent / "host" / "Prelude.luau").read_text("utf-8").split()) + " "
_STRETCH = 600.0  # seconds of virtual time that pass within one command
_KOHL = (Path(__file__).parent / "host" / "Kohl.luau").read_text("utf-8")
_SETTINGS = (
    'local service = require(Shared.Kernel.ServiceManager):Get("ConfigService")\n'
    'assert(service, "the game has no settings: no config.yaml, and no module with editable_by")'
)


@dataclass(frozen=True, slots=True)
class Role:
    """Of a group: `rank` is 0 to 255."""

    id: int
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Of a request: the response, or the code of its refusal (`NET_DENIED`, …)."""

    response: Any
    code: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a reload, an attachment or a setting: `code` says why not (`RELOAD_DEPENDENTS`, `PERM_DENIED`, …)."""

    success: bool
    code: str | None
    messages: list[str]


@dataclass(frozen=True, slots=True)
class Piece:
    """Luau that was begun on a side: its number, and how many facts there were before."""

    number: int
    side: str
    since: int


class GameError(Exception):
    """What was asked of the game failed in it; the message is Luau's."""


class Game:
    def __init__(self, project: Project, session: Session) -> None:
        self.project, self.session = project, session
        self._users = 0
        self.server = 1  # which of its servers what follows is about

    @classmethod
    def start(cls, root: Path, *, seed: int = 1, start: float = EPOCH, shuffled: bool = False) -> Game:
        """Builds the game in `root` and boots its server; `shuffled` draws what Roblox leaves open under the seed.

        Raises GameError where the specs have errors.
        """
        checked = load(root)
        if checked.project is None or checked.has_errors:
            raise GameError("the specs have errors: see `ovhlgen check`")
        if any(diagnostic.severity == "error" for diagnostic in build(root, checked.project).problems):
            raise GameError("the game can't be built: see `ovhlgen build`")
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "game.rbxl"
            build_place(root, place)
            game = cls(checked.project, Session(place, seed=seed, start=start, shuffled=shuffled))
        game.boot()
        return game

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.session.close()

    @property
    def now(self) -> float:
        """Seconds of virtual time since the server started."""
        return self.session.now

    @property
    def facts(self) -> list[Fact]:
        """Everything that was seen so far, in order."""
        return self.session.facts

    @property
    def host(self) -> str:
        """The side of the server that it is about now, as facts name it: `server`, `server 2`, …"""
        return "server" if self.server == 1 else f"server {self.server}"

    def boot(self) -> None:
        """The server starts; on until it is ready, or until every module has had its time."""
        self.session.ask("boot", server=self.server)
        self._until_ready(self.host)

    def add_server(self) -> int:
        """One more server of the same game, with the same stores: its number. What follows is about it."""
        self.server = int(self.session.ask("server"))
        self.boot()
        return self.server

    def stop(self) -> None:
        """The server is shut down: its players leave, what was bound to its end has 30 s."""
        self.session.ask("stop", server=self.server)
        self.settle()

    def crash(self) -> None:
        """The server ends in the middle of whatever it does."""
        self.session.ask("crash", server=self.server)

    def join(self, name: str, user_id: int | None = None, *, locale: str = "en-us") -> None:
        """A player joins; on until their client is ready."""
        self._users += 1
        number = self._users if user_id is None else user_id
        self.session.ask("join", server=self.server, name=name, user_id=number, locale=locale)
        self.settle()
        self._until_ready(name)

    def leave(self, name: str) -> None:
        self.session.ask("leave", name=name)
        self.settle()

    def fire(self, player: str, event: str, given: Any = None) -> None:
        """A client's event. A payload that doesn't fit goes as a hostile client may send it: as bytes that are none."""
        source = self._payload(event, given)
        self.run(player, f"send({string(event)}, {source})")

    def request(self, player: str, event: str, given: Any = None) -> Answer | None:
        """A client's request; None while it isn't answered yet."""
        source = self._payload(event, given)
        values = self.run(player, f"return send({string(event)}, {source})")
        return None if values is None else Answer(values.get("1"), values.get("2"))

    def publish(self, event: str, given: Any = None) -> None:
        """A bus event of the server."""
        owner = next((module for module in self.project.modules.values() if event in module.publishes), None)
        fields = owner.publishes[event].payload if owner else {}
        source = payload(self.project, owner.name if owner else "", fields, _node(given))
        self.run("server", f"require(Shared.Kernel.Bus).publish({string(event)}, {source})")

    def call(self, module: str, method: str, args: Any = None) -> Any:
        """A method of a module's api on the side where the module is: what it returns."""
        given = arguments(self.project, module, self.project.modules[module].api[method].args, _node(args))
        values = self.run(
            "server", f"return require(Shared.Kernel.ServiceManager):Get({string(module)}):{method}({given})"
        )
        return None if values is None else values.get("1")

    def edit(self, path: str, source: str) -> None:
        """A script, by its full name, has another source from now on: a reload of its module takes it up.

        Raises Refused where there is no such script.
        """
        self.session.ask("edit", path=path, source=source)

    def reload(self, module: str, *, force: bool = False) -> Outcome | None:
        """Hot reload on the server; None while the new code still starts."""
        call = f"require(Shared.Kernel.ServiceManager):Reload({string(module)}, {{ force = {str(force).lower()} }})"
        return self._outcome(f"return {call}")

    def attach(self, path: str) -> Outcome | None:
        """A module that came after the boot, by its full name; None while it still starts."""
        return self._outcome(f"return require(Shared.Kernel.Bootstrapper):AttachModule({string(path)})")

    def configure(self, settings: Mapping[str, Any], player: str | None = None) -> Outcome | None:
        """Sets settings one after the other, as a player or as the game itself; ends at the first that is refused. None
        while one still waits for the store."""
        by = f"player({string(player)})" if player else "nil"
        lines = [_SETTINGS]
        for name, value in settings.items():
            given = payload(self.project, "", {}, _node({"value": value}))
            lines.append(f"local ok, code = service:Set({string(name)}, ({given}).value, {by})")
            lines.append("if not ok then return { success = false, code = code, messages = {} } end")
        return self._outcome("\n".join([*lines, "return { success = true, messages = {} }"]))

    def kohls(self, roles: Mapping[int, str]) -> None:
        """The server has Kohl's Admin from now on: users have one of its roles each, by its key."""
        ranks = ", ".join(f'["{user_id}"] = {string(role)}' for user_id, role in roles.items())
        self.run("server", f"local ranks = {{ {ranks} }} {_KOHL}")

    def settings(self, names: Sequence[str]) -> dict[str, Any]:
        """What some settings are now."""
        values = ", ".join(f"[{string(name)}] = service:Get({string(name)})" for name in names)
        results = self.run("server", f"{_SETTINGS}\nreturn {{ {values} }}", settle=False)
        return dict((results or {}).get("1") or {})

    def _outcome(self, source: str) -> Outcome | None:
        results = self.run("server", source)
        told = (results or {}).get("1")
        return None if told is None else Outcome(bool(told["success"]), told.get("code"), list(told["messages"]))

    def set_attribute(self, path: str, name: str, value: Any) -> None:
        source = payload(self.project, "", {}, _node({"value": value}))
        self.run("server", f"instance({string(path)}):SetAttribute({string(name)}, ({source}).value)")

    def state(self, module: str, player: str | None = None) -> dict[str, Any]:
        """A module's state on the server, or what it keeps for a player."""
        where = f"PlayerState[player({string(player)})]" if player else "State"
        values = self.run("server", f"return record({string(module)}).context.{where}", settle=False)
        return dict((values or {}).get("1") or {})

    def module(self, name: str, side: str = "server") -> tuple[str, str | None]:
        """A module's state and, where it is disabled, the code."""
        source = f"local module = record({string(name)}) return module.state, module.code"
        values = self.run(side, source, settle=False)
        return str((values or {}).get("1")), (values or {}).get("2")

    def health(self) -> dict[str, Any]:
        """What the server's SystemMonitor says of it: `status`, `issues`."""
        health = self._monitor("HealthCheck()") or {}
        return {"status": health.get("status"), "issues": list(health.get("issues") or [])}  # Luau's {} is both

    def metric(self, name: str) -> dict[str, Any] | None:
        """Of the server: `kind`, `value`, `count`, `total`, `least`, `most`; None where nobody gave that one."""
        values = self.run("server", f"return require(Shared.Kernel.Metrics).get({string(name)})", settle=False)
        return (values or {}).get("1")

    def monitored(self, count: int = 1000) -> list[str]:
        """The newest lines that SystemMonitor keeps, oldest first."""
        return list(self._monitor(f"Recent({count})") or [])

    def _monitor(self, call: str) -> Any:
        source = f'return require(Shared.Kernel.ServiceManager):Get("SystemMonitor"):{call}'
        return (self.run("server", source, settle=False) or {}).get("1")

    def advance(self, seconds: float) -> None:
        """The clock goes on; timers that are due at the end are included."""
        end = self.now + seconds
        while self.now < end:  # an answer has its time, however long the whole takes
            self.session.ask("advance", seconds=min(_STRETCH, end - self.now))
        self.settle()

    def network(
        self, *, player: str | None = None, latency: float = 0.0, loss: float = 0.0, reorder: float = 0.0
    ) -> None:
        """How the network is from now on, for one player or all: seconds each way; shares of unreliable messages lost,
        or overtaken."""
        self.session.ask("network", server=self.server, name=player, latency=latency, loss=loss, reorder=reorder)

    def account(
        self, user_id: int, *, gamepasses: Sequence[int] = (), groups: Mapping[int, Sequence[Role]] | None = None
    ) -> None:
        """What Roblox knows of a user: gamepasses by id, and their roles in groups by id. What isn't given stays."""
        roles = {
            str(group): [{"Id": role.id, "Name": role.name, "Rank": role.rank} for role in own]
            for group, own in (groups or {}).items()
        }
        self.session.ask("account", user_id=user_id, gamepasses=list(gamepasses), groups=roles)

    def purchase(
        self, player: str, *, gamepass: int | None = None, product: int | None = None, buys: bool = True
    ) -> None:
        """A player answers a prompt for a gamepass or a developer product: they buy it, or they don't."""
        self.session.ask("purchase", name=player, gamepass=gamepass, product=product, buys=buys)
        self.settle()

    def http(self, url: str, body: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """What requests to a URL are answered from now on; any other URL can't be reached."""
        self.session.ask("http", url=url, status=status, body=body, headers=dict(headers or {}))

    def secret(self, name: str, value: str) -> None:
        """The experience has a secret, which its server can send and nobody can read."""
        self.session.ask("secret", name=name, value=value)

    def service_fault(self, service: str, kind: str, *, seconds: float | None = None, times: int | None = None) -> None:
        """Calls to `gamepasses`, `groups`, `messaging`, `memory` or `http` are `failing` (an error) or `hanging` (no
        answer, ever), those to the first two also `slow` (an answer of 10 s ago), for that time (virtual) or that
        often."""
        self.session.ask("fault", kind=kind, keys=[service], seconds=seconds, times=times)

    def data_fault(
        self,
        kind: str,
        *,
        seconds: float | None = None,
        times: int | None = None,
        share: float | None = None,
        keys: list[str] | None = None,
    ) -> None:
        """Data requests go wrong from now on: `unavailable`, `throttled` (both before anything is written), `slow`,
        `ack_lost` (written, yet an error), `corrupt` (reads answer nonsense), `conflict` (another server wrote),
        `forbidden` (Studio may not).

        For that time (virtual), that often, with that chance each, for the keys that match (`*` is anything). Raises
        Refused where there is no such kind.
        """
        self.session.ask("fault", kind=kind, seconds=seconds, times=times, share=share, keys=keys)

    def store(self, store: str, key: str, value: Any, *, scope: str = "global") -> None:
        """A data store holds a value from now on, as if it had been written long ago."""
        self.session.ask("store", store=store, key=f"{scope}/{key}", value=value)

    def stored(self, store: str, key: str, *, scope: str = "global", ordered: bool = False) -> Any:
        """What a data store holds; None where that is nothing."""
        return self.session.ask("stored", store=store, key=f"{scope}/{key}", ordered=ordered)

    def settle(self) -> None:
        """On until nothing is on its way any more."""
        self.session.ask("settle")

    def begin(self, side: str, source: str) -> Piece:
        """Luau as a script of a side. It goes on while the clock does; `returned` tells what it gave."""
        side = self.host if side == "server" else side
        since = len(self.facts)
        return Piece(int(self.session.ask("run", side=side, source=_PRELUDE + source)), side, since)

    def returned(self, piece: Piece) -> dict[str, Any] | None:
        """The results of a piece by their numbers, None while it waits. Raises GameError where it failed."""
        facts = self.facts[piece.since :]
        for fact in facts:
            if fact.get("id") == piece.number and fact.kind == "returned":
                return dict(fact.get("data") or {})
            if fact.get("id") == piece.number and fact.kind == "failed":
                errors = [fact.get("text") for fact in facts if fact.kind == "error" and fact.side == piece.side]
                raise GameError(str(errors[-1] if errors else "it failed"))
        return None

    def run(self, side: str, source: str, *, settle: bool = True) -> dict[str, Any] | None:
        """Luau as a script of a side; its results by their numbers, None while it waits. Raises GameError."""
        piece = self.begin(side, source)
        if settle:
            self.settle()
        return self.returned(piece)

    def _payload(self, event: str, given: Any) -> str:
        module, declared = self.event(event)
        return payload(self.project, module, declared.payload, _node(given))

    def event(self, name: str) -> tuple[str, Event]:
        module, _, event = name.partition(".")
        return module, self.project.modules[module].events[event]

    def _until_ready(self, side: str) -> None:
        limit = self.now + self.project.settings.kernel.init_timeout * 2 * (len(self.project.modules) + 1)
        seen = 0
        while True:
            if any(fact.kind == "ready" and fact.side == side for fact in self.facts[seen:]):
                return
            seen = len(self.facts)
            if not self.session.ask("next", until=limit):
                return


def _node(given: Any) -> Node | None:
    return None if given is None else node_of(given)
