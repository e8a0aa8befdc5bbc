"""The kernel: phases, states, failures, reload with rollback, messages that wait (docs/runtime/kernel.md)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import Any

from ovhlgen.model.wire import Layouts
from ovhlgen.resolve.boot_order import Node, plan
from tests.oracle.clock import Clock, Rest, Task, Wait
from tests.oracle.errors import Errors
from tests.oracle.failures import Failures
from tests.oracle.module import (
    Code,
    Handled,
    HookError,
    Kept,
    LoadError,
    NotReady,
    Player,
    Record,
    Result,
    Running,
    Settings,
    State,
)
from tests.oracle.network import Handler, Network, World

type Tell = Callable[[str], None]


class _TimedOut(Exception):
    pass


class Kernel:
    """One realm's. `tell` hears each observable fact as a line; modules are given in discovery order."""

    def __init__(
        self, clock: Clock, settings: Settings, records: Iterable[Record], tell: Tell, layouts: Layouts, world: World
    ) -> None:
        self.clock, self.settings, self.tell = clock, settings, tell
        self.errors = Errors()
        self.network = Network(clock, settings, layouts, world, tell, self.errors)
        self.records = list(records)
        self.registry: dict[str, Record] = {}
        self.running: list[Record] = []  # in the order in which they were started
        self.listening: list[Record] = []  # for players, in the order in which they began
        self.players: list[Player] = []
        self.phase = "PreLoad"
        self.is_ready = False
        self.is_reloading = False
        self.hook: Running | None = None  # what runs at this moment
        self.origin: Player | None = None  # whose event began it, through however many hands
        self.subscribed: list[Record] = []  # to the bus, in the order in which they were connected
        self.config: dict[str, float] = {}  # settings that are intervals
        self.changes = 0  # of them
        self.resting: dict[tuple[Record, int], Rest] = {}  # of such intervals, by module and life

    # Boot

    def boot(self) -> Task:
        self.phase = "DiscoverModules"
        for record in self.records:
            self.move(record, "discovered")
        self.phase = "RegisterModules"
        for record in self.records:
            yield from self.register(record)
        self.phase = "InitModules"
        for record in self.plan():
            yield from self.begin(record)
        for record in list(self.running):
            yield from self.open(record)
        self.is_ready, self.phase = True, "Ready"
        self.network.open()
        self.tell("CoreReady")
        self.tell("bus CoreReady")

    def register(self, record: Record) -> Task:
        if record.name in self.registry:
            self.disable(record, "KERNEL_DUPLICATE")
            return
        try:
            record.loaded = yield from self.within(record.load())
        except (HookError, _TimedOut):
            self.disable(record, "KERNEL_LOAD")
            return
        except LoadError as error:
            self.disable(record, error.code)
            return
        if record.name in self.registry:
            record.loaded = None
            self.disable(record, "KERNEL_DUPLICATE")
            return
        self.registry[record.name] = record
        self.move(record, "registered")

    def plan(self) -> list[Record]:
        registered = [record for record in self.records if record.state == "registered"]
        for record in registered:
            if not record.program.enabled:
                self.disable(record, "KERNEL_OFF")
        nodes = {
            record.name: Node(record.name, record.rank, record.program.depends, record.program.uses)
            for record in registered
            if record.state == "registered"
        }
        found = plan(nodes)
        for record in registered:
            if record.name in found.cyclic and record.state == "registered":
                self.disable(record, "KERNEL_CYCLE")
            elif record.name in found.unmet and record.state == "registered":
                self.disable(record, "KERNEL_DEPENDENCY")
        for source, target in found.dropped:
            self.tell(f"dropped {source} {target}")
        return [self.registry[name] for name in found.order]

    # One module

    def move(self, record: Record, state: str) -> None:
        record.state = state
        self.tell(f"{record.name} {state}")

    def error(self) -> None:
        """One more line of the kernel's at level ERROR."""
        self.errors.add("Kernel", self.clock.now)

    def disable(self, record: Record, code: str) -> None:
        record.state, record.code = "disabled", code
        if code not in ("KERNEL_DEPENDENCY", "KERNEL_OFF"):
            self.error()
        if record in self.running:
            self.running.remove(record)
        self.tell(f"{record.name} disabled {code}")
        self.tell(f"bus ModuleDisabled {record.name} {code}")
        self.publish("ModuleDisabled", record.name)

    def publish(self, event: str, name: str) -> None:
        for record in list(self.subscribed):
            hook = record.program.hook(event)
            if hook and record in self.subscribed:  # one before it may have ended it
                self.clock.spawn(self.guarded(record, hook(record.data, name), self.origin))

    def by[T](self, origin: Player | None, run: Generator[float, None, T]) -> Generator[float, None, T]:
        """Runs something for the client whose event began it, or for nobody."""
        while True:
            outer, self.origin = self.origin, origin
            try:
                wait = next(run)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]  # a generator's value is what it says
            finally:
                self.origin = outer
            yield wait

    def within[T](self, hook: Generator[float, None, T]) -> Generator[float, None, T]:
        """Runs a hook for `init_timeout` at most, for nobody; what it raises comes out. Raises _TimedOut."""
        left, hook = self.settings.init_timeout, self.by(None, hook)
        while True:
            try:
                wait = next(hook)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]  # a generator's value is what it says
            if wait >= left:
                yield left
                hook.close()
                raise _TimedOut
            left -= wait
            yield wait

    def begin(self, record: Record) -> Task:
        """The first start of a module."""
        self.move(record, "initialising")
        problem = yield from self.start(record, "init", None)
        if problem:
            self.disable(record, problem)

    def start(self, record: Record, hook: str, kept: Kept | None) -> Generator[float, None, str | None]:
        """Why it couldn't start; None where it is ready. Hooks are connected once `hook` has returned."""
        code = record.program
        if any(name not in self.registry or self.registry[name].state != "ready" for name in code.depends):
            return "KERNEL_DEPENDENCY"
        record.failures = Failures(self.settings.failures, self.settings.within)
        record.data = State(code.new_state(), {player: code.new_player() for player in self.players})
        if kept:
            self.restore(record, kept)
        run = code.hook(hook)
        if run:
            try:
                yield from self.within(run(record.data))
            except HookError:
                return "KERNEL_INIT"
            except _TimedOut:
                return "KERNEL_TIMEOUT"
        record.life += 1
        for name, event in code.events.items():
            self.network.handle(f"{record.name}.{name}", Handler(event, partial(self.handled, record, name)))
        self.subscribed.append(record)
        if code.interval:
            self.clock.spawn(self.every(record, record.life, code.interval))
        if record not in self.running:
            self.running.append(record)
        self.move(record, "ready")
        return None

    def open(self, record: Record) -> Task:
        """Its `ready` hook, and the players that are there."""
        ready = record.program.hook("ready")
        if ready:
            try:
                yield from self.within(ready(record.data))
            except (HookError, _TimedOut):
                self.error()
                self.failed(record, None)
        if record.state != "ready":
            return
        record.greeted = set()
        for gone in [player for player in record.data.players if player not in self.players]:
            del record.data.players[gone]
        self.listening.append(record)
        for player in list(self.players):
            self.greet(record, player)

    def close(self, record: Record) -> Task:
        """Its teardown, an error in it caught; then nothing reaches it any more."""
        teardown = record.program.hook("teardown")
        if teardown:
            try:
                yield from self.within(teardown(record.data))
            except (HookError, _TimedOut):
                self.error()
        self.resting.pop((record, record.life), None)
        record.life += 1
        for name in record.program.events:
            self.network.remove(f"{record.name}.{name}")
        if record in self.subscribed:
            self.subscribed.remove(record)
        if record in self.listening:
            self.listening.remove(record)

    def configure(self, name: str, value: float) -> None:
        """A setting changes: the intervals that are this setting count from now on."""
        self.config[name] = value
        self.changes += 1
        for rest in list(self.resting.values()):
            rest.wake()

    def every(self, record: Record, life: int, interval: float | str) -> Generator[Wait, None, None]:
        hook = record.program.hook("every")
        assert hook is not None
        while record.life == life:
            yield from self.pause(record, interval)
            if record.life != life:
                return
            for wait in self.guarded(record, hook(record.data), None):
                yield wait
                if record.life != life:
                    return

    def pause(self, record: Record, interval: float | str) -> Generator[Wait, None, None]:
        """For an interval; one that is a setting (by its name) may change meanwhile."""
        if not isinstance(interval, str):
            yield interval
            return
        began, life, changes = self.clock.now, record.life, -1
        while record.life == life and changes != self.changes:
            changes = self.changes
            rest = self.resting[record, life] = Rest(began + self.config[interval] - self.clock.now)
            yield rest

    def guarded(self, record: Record, hook: Generator[float, None, Any], origin: Player | None) -> Handled:
        """Runs a hook; what it raises is counted, if the module still lives as it did. `origin` is who began it,
        where a client's did. Gives whether it ended well, and what it gave.
        """
        life, running, failed, found = record.failures, Running(record, origin), False, None
        hook = self.by(origin, hook)
        while True:
            outer, self.hook = self.hook, running
            try:
                wait = next(hook)
            except StopIteration as done:
                found = done.value
                break
            except HookError:
                failed = True
                self.error()
                break
            finally:
                self.hook = outer
            yield wait
        if running.after:
            self.clock.spawn(self.by(origin, running.after))
        if failed and record.failures is life:
            self.failed(record, origin)
        return not failed, found

    def handled(self, record: Record, event: str, player: Player, payload: Any) -> Handled:
        return (yield from self.guarded(record, record.program.handle(event, record.data, player, payload), player))

    # Players

    def join(self, player: Player) -> None:
        self.players.append(player)
        self.network.join(player)
        for record in list(self.listening):
            if record in self.listening:  # another's hook may have ended it
                self.greet(record, player)

    def leave(self, player: Player) -> None:
        self.network.leave(player)
        for record in list(self.listening):
            if record in self.listening and player in record.greeted:
                record.greeted.discard(player)
                self.clock.spawn(self.part(record, player))
        self.players.remove(player)

    def part(self, record: Record, player: Player) -> Task:
        hook = record.program.hook("player_removing")
        if hook:
            yield from self.guarded(record, hook(record.data, player), player)
        record.data.players.pop(player, None)

    def greet(self, record: Record, player: Player) -> None:
        if player in record.greeted:
            return
        record.greeted.add(player)
        record.data.players.setdefault(player, record.program.new_player())
        hook = record.program.hook("player_added")
        if hook:
            self.clock.spawn(self.guarded(record, hook(record.data, player), player))

    # Failures

    def failed(self, record: Record, origin: Player | None) -> None:
        if record.state != "ready":
            return
        now = self.clock.now
        is_too_much = (
            record.failures.in_own_hook(now)
            if origin is None
            else record.failures.in_event(now, origin.name, len(self.players))
        )
        if is_too_much:
            self.clock.spawn(self.by(None, self.give_up(record)))

    def give_up(self, record: Record) -> Task:
        for dependent in reversed(self.dependents(record)):
            if dependent.state == "ready":  # what heard of the one before may have given it up already
                self.disable(dependent, "KERNEL_DEPENDENCY")
                yield from self.close(dependent)
        if record.state != "ready":
            return
        self.disable(record, "KERNEL_FAILING")
        yield from self.close(record)

    def dependents(self, record: Record) -> list[Record]:
        """Those that run and can't without it, in the order in which they were started."""
        lost = {record.name}
        found = []
        for other in self.running:
            if other.name not in lost and lost.intersection(other.program.depends):
                lost.add(other.name)
                found.append(other)
        return found

    # From outside

    def call(self, name: str) -> Any:
        """A method of a module's api: None where there is no module. Raises NotReady."""
        record = self.registry.get(name)
        if record is None:
            return None
        if record.state != "ready":
            raise NotReady
        return record.program.call(record.data)

    # Reload, attach, stop

    def reload(self, name: str, *, force: bool = False) -> Generator[float, None, Result]:
        record = self.registry.get(name)
        if not self.settings.reload:
            return Result(False, "RELOAD_OFF")
        if record is None:
            return Result(False, "RELOAD_UNKNOWN")
        if self.is_reloading or not self.is_ready:
            return Result(False, "RELOAD_BUSY")
        if record.state != "ready":
            return Result(False, "RELOAD_STATE")
        dependents = self.dependents(record)
        if dependents and self.settings.dependents == "reject" and not force:
            return Result(False, "RELOAD_DEPENDENTS")
        if self.hook and self.hook.record is record:
            self.hook.after = self.later(name, force=force)
            return Result(True, None, ("queued",))
        self.is_reloading = True
        try:
            return (yield from self.renew([record, *dependents]))
        finally:
            self.is_reloading = False

    def later(self, name: str, *, force: bool) -> Task:
        yield from self.reload(name, force=force)

    def renew(self, group: list[Record]) -> Generator[float, None, Result]:
        fresh: list[Code] = []
        for record in group:
            try:
                fresh.append((yield from self.within(record.load())))
            except (HookError, _TimedOut):
                return Result(False, "KERNEL_LOAD")
            except LoadError as error:
                return Result(False, error.code)
        if any(record.state != "ready" for record in group):
            return Result(False, "RELOAD_STATE")
        kept: dict[str, Kept] = {}
        for record in reversed(group):
            kept[record.name] = self.snapshot(record)
            self.move(record, "reloading")
            self.network.hold(record.name)
            yield from self.close(record)
        first: str | None = None
        for record, code in zip(group, fresh, strict=True):
            problem = yield from self.replace(record, code, kept[record.name])
            first = first or problem
            if record.state == "ready":
                yield from self.open(record)
            self.network.release(record.name)
        if first:
            return Result(False, first, ("stopped", "rolled back"))
        return Result(True, None, ("stopped", "reloaded", *(record.name for record in group[1:])))

    def replace(self, record: Record, code: Code, kept: Kept) -> Generator[float, None, str | None]:
        """The new code, or the old one again where it can't start: then why."""
        old = record.program
        record.loaded = code
        problem = yield from self.start(record, "hot_reload" if code.hook("hot_reload") else "init", kept)
        if problem is None:
            self.tell(f"bus ModuleReloaded {record.name}")
            self.publish("ModuleReloaded", record.name)
            return None
        self.error()
        record.loaded = old
        again = yield from self.start(record, "init", kept)
        if again:
            self.disable(record, again)
        return problem

    def snapshot(self, record: Record) -> Kept:
        code, data = record.program, record.data
        own = {name: copy.deepcopy(data.own[name]) for name in code.kept}
        players = {
            player: {name: copy.deepcopy(fields[name]) for name in code.kept_of_players}
            for player, fields in data.players.items()
        }
        return own, players

    def restore(self, record: Record, kept: Kept) -> None:
        code = record.program
        own, players = kept
        record.data.own.update({name: copy.deepcopy(value) for name, value in own.items() if name in code.kept})
        for player, fields in players.items():
            if player in record.data.players:
                record.data.players[player].update(
                    {name: copy.deepcopy(value) for name, value in fields.items() if name in code.kept_of_players}
                )

    def attach(self, record: Record) -> Generator[float, None, Result]:
        """A module that came after the boot, by the same rules."""
        if not self.is_ready:
            return Result(False, "KERNEL_NOT_READY")
        self.records.append(record)
        self.move(record, "discovered")
        yield from self.register(record)
        if record.state == "registered":
            if record.program.enabled:
                yield from self.begin(record)
            else:
                self.disable(record, "KERNEL_OFF")
        if record.state == "ready":
            yield from self.open(record)
        return Result(record.code is None, record.code)

    def stop_all(self) -> Task:
        for record in reversed(list(self.running)):
            if record.state == "ready":
                self.move(record, "stopping")
                yield from self.close(record)
                self.running.remove(record)
                self.move(record, "stopped")
