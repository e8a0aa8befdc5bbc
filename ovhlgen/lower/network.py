"""The events of the game: ids by rank, shapes, the layout hash, and the documents' list of names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.lower.parts import parts
from ovhlgen.lower.shapes import Shapes
from ovhlgen.luau import assigned, literal
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.wire import ranked

MOST = 60_000  # characters of one file of layouts: in larger ones Luau's solver gives up


def network(project: Project) -> Iterator[Output]:
    events = ranked(project)
    inputs = tuple(sorted({"specs/types.yaml", *(module.path for module, _ in events)} & set(project.files)))
    yield from _layouts(project, events, inputs)
    names = {f"{module.name}.{event.key.name}": kind(event) for module, event in events}
    yield Output("src/Shared/Network/Events.luau", "network/Events.luau.j2", inputs, {"events": literal(names)})


def _layouts(project: Project, events: list[tuple[Module, Event]], inputs: tuple[str, ...]) -> Iterator[Output]:
    """One file; in a large game a folder of parts, the shapes in front."""
    shapes = Shapes(project)
    found = [layout(shapes, module, event) for module, event in events]
    named = [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
    text = "\n".join([*named, literal(found)])
    view = {"hash": hashlib.sha256(text.encode()).hexdigest()[:16], "uses_codec": "Codec." in text}
    recursive = sorted(shapes.recursive)
    base = "src/Shared/Network/Layouts"
    if len(text) <= MOST:
        whole = {**view, "recursive": recursive, "shapes": named, "events": literal(found)}
        yield Output(f"{base}.luau", "network/Layouts.luau.j2", inputs, whole)
        return
    runs = list(parts(((one, len(one)) for one in named), MOST))
    for number, run in enumerate(runs, 1):
        few = {"recursive": _used(recursive, "\n".join(run)), "before": number - 1, "shapes": run}
        yield Output(f"{base}/Shapes{number}.luau", "network/Shapes.luau.j2", inputs, few)
    pieces = list(parts(((one, len(literal(one))) for one in found), MOST))
    for number, piece in enumerate(pieces, 1):
        yield Output(f"{base}/Part{number}.luau", "network/Part.luau.j2", inputs, _part(piece, recursive, len(runs)))
    yield Output(f"{base}/init.luau", "network/Parts.luau.j2", inputs, {**view, "count": len(pieces)})


def _part(piece: list[dict[str, Any]], recursive: list[str], shapes: int) -> dict[str, Any]:
    text = literal(piece)
    used = _used(recursive, text)
    return {
        "events": text,
        "recursive": used,
        "shapes": shapes if used or "shapes." in text else 0,
        "uses_codec": "Codec." in text or bool(used),
    }


def _used(recursive: list[str], text: str) -> list[str]:
    """The recursive types that a text refers to."""
    return [name for name in recursive if re.search(rf"\brecursive\.{name}\b", text)]


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
