"""The events of the game: ids by rank, how each lies on the wire, the layout hash, and the documents' list of names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ovhlgen.lower.codec.files import Block, Blocks, choices
from ovhlgen.lower.output import Output
from ovhlgen.lower.parts import parts
from ovhlgen.luau import literal
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.model.tree import SRC
from ovhlgen.model.wire import Layouts, Message
from ovhlgen.resolve.wire import layouts, ranked

MAX_CHARACTERS = 60_000  # characters of one file: above, Luau's solver takes its time
FEW_IDS = 255  # numbers of one byte, besides that of an answer

_FOLDER = "Shared/Network"
_BASE = f"{SRC}/{_FOLDER}"
# Files of what belongs to no module, and where it is specified; no module has such a name.
_APART = {"config": ("Live_Config", "specs/config.yaml"), "data": ("Player_Data", "specs/data.yaml")}


def network(project: Project) -> Iterator[Output]:
    events = ranked(project)
    inputs = tuple(sorted({"specs/types.yaml", *(module.path for module, _ in events)} & set(project.files)))
    wire = layouts(project)
    outputs = [*_modules(project, wire), *_structs(wire, inputs), *_parts(wire, inputs), *_choices(wire, inputs)]
    view = {
        "hash": hashlib.sha256(repr(wire).encode()).hexdigest()[:16],
        "id_size": 1 if len(wire.messages) <= FEW_IDS else 2,
        "files": [output.path.rsplit("/", 1)[1].removesuffix(".luau") for output in outputs if "module" in output.view],
    }
    yield from outputs
    yield Output(f"{_BASE}/Layouts/init.luau", "network/Layouts.luau.j2", inputs, view)
    names = {f"{module.name}.{event.key.name}": kind(event) for module, event in events}
    yield Output(f"{_BASE}/Events.luau", "network/Events.luau.j2", inputs, {"events": literal(names)})


def _modules(project: Project, wire: Layouts) -> Iterator[Output]:
    """A file for each module with events; more of them where it has many."""
    codecs = Blocks(wire)
    for name in dict.fromkeys(message.name.split(".")[0] for message in wire.messages):
        module = project.modules.get(name)
        messages = [message for message in wire.messages if message.name.startswith(f"{name}.")]
        blocks = [codecs.event(message, _timeout(module, message) if module else None) for message in messages]
        pieces = list(parts(((block, len(block.text)) for block in blocks), MAX_CHARACTERS))
        file, path_of = (name, module.path) if module else _APART[name]
        inputs = tuple(sorted({path_of, "specs/types.yaml"} & set(project.files)))
        for number, piece in enumerate(pieces, 1):
            path = f"{module.home if module else SRC}/{_FOLDER}/Layouts/{file}{f'_{number}' if number > 1 else ''}.luau"
            view = {"module": name, **codecs.head(piece, "Types"), "blocks": [block.text for block in piece]}
            yield Output(path, "network/Module.luau.j2", inputs, view)


def _timeout(module: Module, message: Message) -> float | None:
    return module.events[message.name.split(".")[1]].timeout if message.response else None


def _structs(found: Layouts, inputs: tuple[str, ...]) -> Iterator[Output]:
    codecs = Blocks(found)
    yield from _chain("Structs", codecs, [codecs.type(name) for name in codecs.names], "Wire", inputs)


def _parts(found: Layouts, inputs: tuple[str, ...]) -> Iterator[Output]:
    """Only where a named type changes in parts."""
    codecs = Blocks(found)
    if codecs.changing:
        yield from _chain("Parts", codecs, [codecs.part(name) for name in codecs.changing], "Changes", inputs)


def _chain(file: str, codecs: Blocks, blocks: list[Block], always: str, inputs: tuple[str, ...]) -> Iterator[Output]:
    """A file, or more of them where there is much; what users require is the last one: it has all of them."""
    pieces = list(parts(((block, len(block.text)) for block in blocks), MAX_CHARACTERS)) or [[]]
    for number, piece in enumerate(pieces, 1):
        before = "" if number == 1 else f"{file}_{number - 1}"
        name = file if number == len(pieces) else f"{file}_{number}"
        view = {**codecs.head(piece, always, before), "before": before, "blocks": [block.text for block in piece]}
        yield Output(f"{_BASE}/{name}.luau", f"network/{file}.luau.j2", inputs, view)


def _choices(found: Layouts, inputs: tuple[str, ...]) -> Iterator[Output]:
    yield Output(f"{_BASE}/Choices.luau", "network/Choices.luau.j2", inputs, {"choices": choices(found)})


def kind(event: Event) -> str:
    """The documents' word for how an event travels."""
    if event.is_request:
        return "Request"
    return "Event" if event.reliable else "UnreliableEvent"
