"""Every way in for a client: what it may send, how large, how often, who, and what it reaches; and the holes in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.language.types import ANY, Sized
from ovhlgen.model.game import Rate
from ovhlgen.model.module import Call, Event, Module, Worker, WorkerRef
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Map, Named, Type, walk
from ovhlgen.model.wire import Message, Struct, Union, described
from ovhlgen.reports.printer import Align, Item, Outline, Table
from ovhlgen.resolve.typegraph import parts
from ovhlgen.resolve.wire import layouts
from ovhlgen.services import SERVICES

# What a worker that goes round the specs names: what clients send to, and what stores data.
BY_HAND = {
    "W0625": frozenset(
        {
            *("RemoteEvent", "RemoteFunction", "UnreliableRemoteEvent"),
            *("OnServerEvent", "OnServerInvoke", "ProcessReceipt"),
        }
    ),
    "W0626": frozenset(
        {
            *("DataStoreService", "MemoryStoreService"),
            *("GetDataStore", "GetGlobalDataStore", "GetOrderedDataStore"),
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Way:
    """`bytes` at most, None where there is no limit; `layout` is how the payload, and a request's response, lie in
    them; `role` is the least that may, None for anyone; `switch` is the setting, or `off`. The event stands at `file`
    and `line`."""

    event: str
    kind: str
    payload: dict[str, str]
    bytes: int | None
    layout: dict[str, str]
    rate: Rate
    role: str | None
    switch: str | None
    handler: str | None
    file: str
    line: int


def surface(project: Project) -> list[Way]:
    """By `Module.Event` in byte order."""
    wire = layouts(project)
    return [
        _way(project, project.modules[message.name.split(".", 1)[0]], message, wire.types)
        for message in wire.messages
        if message.sender == "client"
    ]


def _way(project: Project, module: Module, message: Message, types: Mapping[str, Struct | Union]) -> Way:
    event = module.events[message.name.split(".", 1)[1]]
    size = message.max_bytes(types)
    shapes = {"payload": message.payload, "response": message.response}
    reference = event.enabled.reference
    return Way(
        message.name,
        "request" if event.is_request else "event",
        {key: field.type.text for key, field in event.payload.items() if field.type},
        None if math.isinf(size) else int(size),
        {name: layout for name, shape in shapes.items() if shape and (layout := described(shape, types))},
        event.rate or project.settings.network.default_rate,
        _role(project, event),
        f"@config.{reference.name}" if reference else "off" if event.enabled.value is False else None,
        f"{event.worker.worker.name}.{event.worker.function.name}" if event.worker else None,
        event.key.span.file,
        event.key.span.line,
    )


def _role(project: Project, event: Event) -> str | None:
    roles = project.roles
    if not event.allow or roles is None:
        return None
    return min((role.name for role in event.allow), key=roles.rank)


def holes(project: Project) -> Iterator[Diagnostic]:
    """W0615: a payload without a limit of its own. W0616: a write that anybody may ask for as often as they like.
    W0625, W0626: what goes round the specs."""
    for name in sorted(project.modules):
        module = project.modules[name]
        for event in module.events.values():
            if event.sender == "client":
                yield from _unbounded(project, module, event)
                yield from _unguarded(module, event)
        for worker in sorted(module.sources):
            yield from _by_hand(module.sources[worker])


def _by_hand(worker: Worker) -> Iterator[Diagnostic]:
    """One finding for each line and kind."""
    for code, names in BY_HAND.items():
        lines: set[int] = set()
        for word in worker.words:
            if word.name in names and word.span.line not in lines:
                lines.add(word.span.line)
                yield problem(code, word.span, name=word.name)


def _unbounded(project: Project, module: Module, event: Event) -> Iterator[Diagnostic]:
    for key, field in event.payload.items():
        if field.type is None:
            continue
        for what in sorted(set(_limitless(project, field.type.type, module.name, set()))):
            yield problem("W0615", field.type.span, name=f"{module.name}.{event.key.name}", field=key, what=what)


def _limitless(project: Project, of: Type, module: str | None, seen: set[int]) -> Iterator[str]:
    """What has no maximum, of a type and of all that it leads to."""
    for part in walk(of):
        match part:
            case Sized(high=None):
                yield part.name
            case Array(high=None):
                yield "an array"
            case Map(high=None):
                yield "a map"
            case _ if part == ANY:
                yield "any"
            case Named():
                declared = project.type_of(part, module)
                if declared and id(declared) not in seen:
                    seen.add(id(declared))
                    for inner, owner in parts(declared):
                        yield from _limitless(project, inner, owner, seen)


def _unguarded(module: Module, event: Event) -> Iterator[Diagnostic]:
    if event.allow or event.rate or event.worker is None:
        return
    for call in _reached(module, event.worker):
        service = _written(module, call)
        if service:
            name = f"{module.name}.{event.key.name}"
            place = f"{call.span.file}:{call.span.line}"
            yield problem("W0616", event.key.span, name=name, call=call.callee, service=service, place=place)
            return


def _reached(module: Module, start: WorkerRef) -> Iterator[Call]:
    """The calls in a handler, and in the functions of the module's workers that it calls."""
    queue, seen = [(start.worker.name, start.function.name)], set()
    while queue:
        at = queue.pop(0)
        if at in seen:
            continue
        seen.add(at)
        worker = module.sources.get(at[0])
        for call in worker.calls if worker else ():
            if call.inside != at[1]:
                continue
            yield call
            called = re.split(r"[.:]", call.callee)[-1]
            for name, other in module.sources.items():
                if called in other.functions or any(one.inside == called for one in other.calls):
                    queue.append((name, called))


def _written(module: Module, call: Call) -> str | None:
    method = call.callee.rpartition(":")[2] if ":" in call.callee else ""
    named = (service for service in SERVICES if service.name in module.named)
    return next((service.name for service in named if method in service.writes), None)


def outline(ways: list[Way]) -> Outline:
    """A way's guards, its payload, and how that lies on the wire."""
    return Outline([Item(_head(way), [*_payload(way), *_layout(way)]) for way in ways])


def _head(way: Way) -> str:
    size = "any number of bytes" if way.bytes is None else f"at most {way.bytes:,} bytes"
    return f"{way.event}  {way.kind}, {size}, {_rate(way)}, {_who(way)} → {_handler(way)}"


def _payload(way: Way) -> list[str]:
    return [f"{name}: {text}" for name, text in way.payload.items()] or ["no payload"]


def _layout(way: Way) -> list[str]:
    return [f"{name} on the wire: {layout}" for name, layout in way.layout.items()]


_TITLES: dict[str, Align] = {
    "way in": "left",
    "payload": "left",
    "bytes at most": "right",
    "on the wire": "left",
    "rate": "left",
    "who": "left",
    "handler": "left",
}


def table(ways: list[Way]) -> Table:
    return Table(_TITLES, [_cells(way) for way in ways])


def _cells(way: Way) -> list[str]:
    return [
        f"{way.event} ({way.kind})",
        ", ".join(f"`{name}: {text}`".replace("|", "\\|") for name, text in way.payload.items()) or "–",
        "–" if way.bytes is None else f"{way.bytes:,}",
        way.layout.get("payload", "–"),
        _rate(way),
        _who(way),
        f"`{_handler(way)}`",
    ]


def _rate(way: Way) -> str:
    return f"{way.rate.per_second:g}/s burst {way.rate.burst}"


def _who(way: Way) -> str:
    switch = f" while {way.switch}" if way.switch and way.switch != "off" else ", off" if way.switch else ""
    return f"{way.role} and above{switch}" if way.role else f"anyone{switch}"


def _handler(way: Way) -> str:
    return way.handler or "nobody"
