"""Every way in for a client: what it may send, how large, how often, who, and what it reaches; and the holes in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.module import Call, Event, Module, Worker, WorkerRef
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Buffer, Datatype, Map, Named, Text, Type, walk
from ovhlgen.model.wire import Message, Struct, Union, described
from ovhlgen.resolve.typegraph import parts
from ovhlgen.resolve.wire import layouts

# Methods that write, by the service that has them.
WRITES = {
    "DataService": {"Set", "Update", "SetGlobal", "UpdateGlobal", "Transact", "Erase"},
    "ConfigService": {"Set"},
    "PermissionSync": {"SetRole", "RevokeRole"},
}


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
    """`bytes` at most; `layout` is how the payload, and a request's response, lie in them; `rate` in events a second;
    `role` is the least that may, None for anyone."""

    event: str
    kind: str
    payload: dict[str, str]
    bytes: float
    layout: dict[str, str]
    rate: float
    burst: int
    role: str | None
    switch: str | None
    handler: str | None
    span: Span


def ways(project: Project) -> list[Way]:
    """By `Module.Event` in byte order."""
    found = layouts(project)
    return [
        _way(project, project.modules[message.name.split(".", 1)[0]], message, found.types)
        for message in found.messages
        if message.sender == "client"
    ]


def _way(project: Project, module: Module, message: Message, types: Mapping[str, Struct | Union]) -> Way:
    event = module.events[message.name.split(".", 1)[1]]
    of = {"payload": message.payload, "response": message.response}
    rate = event.rate or project.settings.network.default_rate
    reference = event.enabled.reference
    switch = f"@config.{reference.name}" if reference else "off" if event.enabled.value is False else None
    return Way(
        message.name,
        "request" if event.is_request else "event",
        {key: field.type.text for key, field in event.payload.items() if field.type},
        message.most(types),
        {name: layout for name, one in of.items() if one and (layout := described(one, types))},
        rate.per_second,
        rate.burst,
        _role(project, event),
        switch,
        f"{event.worker.worker.name}.{event.worker.function.name}" if event.worker else None,
        event.key.span,
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
    for one in walk(of):
        match one:
            case Datatype(name="any"):
                yield "any"
            case Text(high=None):
                yield "string"
            case Buffer(high=None):
                yield "buffer"
            case Array(high=None):
                yield "an array"
            case Map(high=None):
                yield "a map"
            case Named():
                declared = project.type_of(one, module)
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
    named = {ref.name for ref in (*module.depends, *module.uses)}
    return next((service for service, methods in WRITES.items() if service in named and method in methods), None)


def as_text(found: list[Way]) -> str:
    """A way's guards, its payload, and how that lies on the wire."""
    lines = []
    for way in found:
        guards = f"{_bytes(way)}, {_rate(way)}, {_who(way)}{_switch(way)}"
        lines.append(f"{way.event}  {way.kind}, {guards} → {_handler(way)}")
        lines += [f"    {name}: {of}" for name, of in way.payload.items()] or ["    no payload"]
        lines += [f"    {name} on the wire: {layout}" for name, layout in way.layout.items()]
    return "".join(f"{line}\n" for line in lines)


def as_markdown(found: list[Way]) -> str:
    rows = [
        "| way in | payload | bytes at most | on the wire | rate | who | handler |",
        "|---|---|---:|---|---|---|---|",
    ]
    for way in found:
        payload = ", ".join(f"`{name}: {of}`".replace("|", "\\|") for name, of in way.payload.items()) or "–"
        size = "–" if math.isinf(way.bytes) else f"{way.bytes:,.0f}"
        layout = way.layout.get("payload", "–")
        who = f"{_who(way)}{_switch(way)}"
        cells = (f"{way.event} ({way.kind})", payload, size, layout, _rate(way), who, f"`{_handler(way)}`")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def as_plain(found: list[Way]) -> list[dict[str, object]]:
    """For JSON."""
    return [
        {
            "event": way.event,
            "kind": way.kind,
            "payload": way.payload,
            "bytes": None if math.isinf(way.bytes) else int(way.bytes),
            "layout": way.layout,
            "rate": {"per_second": way.rate, "burst": way.burst},
            "role": way.role,
            "switch": way.switch,
            "handler": way.handler,
            "file": way.span.file,
            "line": way.span.line,
        }
        for way in found
    ]


def _bytes(way: Way) -> str:
    return "any number of bytes" if math.isinf(way.bytes) else f"at most {way.bytes:,.0f} bytes"


def _rate(way: Way) -> str:
    return f"{way.rate:g}/s burst {way.burst}"


def _who(way: Way) -> str:
    return f"{way.role} and above" if way.role else "anyone"


def _switch(way: Way) -> str:
    return f" while {way.switch}" if way.switch and way.switch != "off" else ", off" if way.switch else ""


def _handler(way: Way) -> str:
    return way.handler or "nobody"
