"""Plays data cases on the reference."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.differential.data.surroundings import Fault, ServerClock, Store, Surroundings
from tests.differential.data.world import FORMAT, GLOBALS, settings
from tests.oracle.clock import FRAME, Clock
from tests.oracle.data.envelope import Unreadable
from tests.oracle.data.requests import Requests, Working
from tests.oracle.data.service import DataService, Raised
from tests.oracle.data.store import Failed, Value
from tests.oracle.data.transactions import Change, Refused

MAX_CLOSE = 30.0  # seconds that a server has to end
REFRESH = 300.0  # seconds between two looks of ConfigService at what was changed

type Case = dict[str, Any]
type Lines = list[tuple[float, str]]


def job(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


@dataclass
class Server:
    clock: ServerClock
    world: Surroundings
    service: DataService
    here: dict[int, object] = field(default_factory=dict)  # another object for each visit


def change_of(step: Mapping[str, Any]) -> Change:
    def change(a: Value, b: Value) -> tuple[Value, Value]:
        if step["kind"] in ("error", "yield"):
            raise Refused
        if step["kind"] == "nothing":
            return {}, {}
        key = step["key"]
        mine, theirs = a[key] - step["amount"], b[key] + step["amount"]
        if not FORMAT.keys[key].fits(mine) or not FORMAT.keys[key].fits(theirs):
            raise Refused
        return {key: mine}, {key: theirs}

    return change


class Play:
    """One case on the reference. Servers are numbered in the order in which they were started."""

    def __init__(self, case: Case, service_of: Callable[..., DataService] = DataService) -> None:
        self.case, self.service_of = case, service_of
        self.clock = Clock()
        self.lines: Lines = []
        self.store = Store(self.clock, self.tell, copy.deepcopy(case["stored"]))
        self.servers: dict[str, Server] = {}  # by the name that locks have
        self.ids = 0

    def tell(self, text: str) -> None:
        self.lines.append((self.clock.now, text))

    def run(self) -> Lines:
        for step in self.case["steps"]:
            self.clock.run(max(step["at"], self.clock.now))
            if step["op"] == "boot":
                self.boot()
            elif step["op"] == "fault":
                self.fault(step)
            else:
                self.do(step, self.servers[job(step["server"])])
            self.clock.run(self.clock.now)
        self.clock.run(self.case["ends"])
        return self.lines

    def new_id(self) -> str:
        self.ids += 1
        return f"id {self.ids}"

    def boot(self) -> None:
        name, clock = job(len(self.servers) + 1), ServerClock(self.clock)
        world = Surroundings(
            clock, self.store, self.case["share"], self.tell, lambda user: self.kicked(server, user), self.post
        )
        service = self.service_of(
            clock,
            settings(self.case["retries"], self.case["autosave"]),
            FORMAT,
            GLOBALS,
            self.store,
            world,
            self.tell,
            name,
            self.new_id,
        )
        server = self.servers[name] = Server(clock, world, service)
        world.listen()
        clock.spawn(self.settings(service.requests))

    def settings(self, requests: Requests) -> Working[None]:
        """ConfigService asks the same store: what strikes any request may strike one of its."""

        def read() -> Working[bool]:
            try:
                yield from self.store.read("Config")
            except Failed:
                return False
            return True

        while True:
            yield from requests.persist(read)
            yield REFRESH

    def fault(self, step: Mapping[str, Any]) -> None:
        ends = self.clock.now + step["seconds"]
        self.store.faults.append(Fault(step["kind"], ends, step["times"], step["key"]))

    def post(self, name: str, message: Mapping[str, Any]) -> None:
        server = self.servers.get(name)
        if server and server.clock.is_open and server.world.hears:
            server.service.let_go(message)

    def kicked(self, server: Server, user: int) -> None:
        visit = server.here[user]

        def later() -> None:
            if server.here.get(user) is visit:
                self.leave(server, user)

        server.clock.at(self.clock.now + FRAME, later)

    def leave(self, server: Server, user: int) -> None:
        server.service.leave(user)
        self.clock.run(self.clock.now)
        del server.here[user]

    def do(self, step: Mapping[str, Any], server: Server) -> None:
        op = step["op"]
        if op == "crash":
            server.clock.is_open = False
        elif op == "stop":
            for user in list(server.here):
                self.leave(server, user)
            server.clock.spawn(self.close(server))
            server.clock.at(self.clock.now + MAX_CLOSE, lambda: setattr(server.clock, "is_open", False))
        elif op == "join":
            user = int(step["player"][1:])
            server.here[user] = object()
            server.service.join(user)
        else:
            users = [int(step[who][1:]) for who in ("player", "other") if who in step]
            if all(user in server.here for user in users):
                if op == "leave":
                    self.leave(server, users[0])
                else:
                    server.clock.spawn(self.deed(step, server.service, *users))

    def close(self, server: Server) -> Working[None]:
        yield from server.service.close()
        server.clock.is_open = False

    def deed(self, step: Mapping[str, Any], service: DataService, user: int = 0, other: int = 0) -> Working[None]:
        title = " ".join(
            str(step[word]) for word in ("op", "player", "other", "key", "purchase", "user") if word in step
        )
        try:
            found = yield from self.done(step, service, user, other)
        except Raised as error:
            found = str(error)
        except Failed:
            found = "DS_LOAD_FAIL"
        except Unreadable:
            found = "DS_NEWER"
        self.tell(f"result {title} {str(found).lower() if isinstance(found, bool) else found}")

    def done(self, step: Mapping[str, Any], service: DataService, user: int, other: int) -> Working[Any]:
        """What comes of a call. Raises Raised, Failed, Unreadable."""
        match step["op"]:
            case "get":
                return (yield from service.get(user, step["key"]))
            case "set":
                yield from service.set(user, step["key"], step["value"])
            case "save":
                return (yield from service.save(user))
            case "force_save":
                yield from service.force_save()
            case "transact":
                return (yield from service.transact(user, other, change_of(step))) or True
            case "grant":
                return (yield from service.grant(user, step["purchase"], step["key"], step["amount"]))
            case "view":
                found = yield from service.offline.view(step["user"])
                return " ".join(str(found[key]) for key in ("coins", "gems", "tag")) if found else "nothing"
            case "erase":
                return (yield from service.offline.erase(step["user"])) or True
            case "pot_get":
                return (yield from service.game.get("pot"))
            case "pot_set":
                return service.game.set("pot", step["value"]) or "done"
            case "pot_add":
                operation = yield from service.game.update("pot", lambda old: old + step["amount"])
                return operation.problem or operation.result
        return "done"


def expected(case: Case, service_of: Callable[..., DataService] = DataService) -> Lines:
    return Play(case, service_of).run()
