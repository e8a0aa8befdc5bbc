"""The events of the game: ids by rank, shapes, the layout hash, and the documents' list of names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.lower.shapes import Shapes
from ovhlgen.luau import assigned, literal
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import TypeRef


def ranked(project: Project) -> list[tuple[Module, Event]]:
    """All events; an event's id is its rank by `Module.Event` in byte order, from 1."""
    found = [(module, event) for module in project.modules.values() for event in module.events.values()]
    return sorted(found, key=lambda pair: f"{pair[0].name}.{pair[1].key.name}".encode())


def network(project: Project) -> Iterator[Output]:
    events = ranked(project)
    inputs = tuple(sorted({"specs/types.yaml", *(module.path for module, _ in events)} & set(project.files)))
    shapes = Shapes(project)
    layouts = literal([layout(shapes, module, event) for module, event in events])
    named = [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
    text = "\n".join([*named, layouts])
    view = {
        "recursive": sorted(shapes.recursive),
        "shapes": named,
        "uses_codec": "Codec." in text,
        "events": layouts,
        "hash": hashlib.sha256(text.encode()).hexdigest()[:16],
    }
    yield Output("src/Shared/Network/Layouts.luau", "network/Layouts.luau.j2", inputs, view)
    names = {f"{module.name}.{event.key.name}": kind(event) for module, event in events}
    yield Output("src/Shared/Network/Events.luau", "network/Events.luau.j2", inputs, {"events": literal(names)})


def kind(event: Event) -> str:
    """The documents' word for how an event travels."""
    if event.is_request:
        return "Request"
    return "Event" if event.reliable else "UnreliableEvent"


def layout(shapes: Shapes, module: Module, event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": f"{module.name}.{event.key.name}",
        "sender": event.sender,
        "reliable": event.reliable,
    }
    if event.payload:
        found["payload"] = shapes.struct(event.payload, module.name)
    if event.is_request:
        found["response"] = response(shapes, module, event)
    found["timeout"] = event.timeout
    return found


def response(shapes: Shapes, module: Module, event: Event) -> Any:
    """The shape of a request's answer; an answer without fields is an empty struct."""
    answer = event.response
    if isinstance(answer, TypeRef):
        return shapes.type(answer.type, module.name)
    return shapes.struct(answer or {}, module.name)
