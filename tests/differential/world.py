"""The game that cases are played in: six modules with the same events, and what its clients send."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ovhlgen.model.wire import Layouts
from ovhlgen.pipeline import load
from ovhlgen.resolve.wire import layouts as layouts_of
from tests.oracle.codec import Writer
from tests.oracle.network import MOST_IN_A_CALL
from tests.support.projects import Project

NAMES = ("A", "B", "C", "D", "E", "F")
EVENTS = """\
events:
  Hit: { from: client, payload: { kind: string(..8) }, worker: Logic.on }
  Ask:
    from: client
    request: { kind: string(..8), notes: "string(..5)[..3]" }
    response: integer(0..1000000)
    worker: Logic.on
  Turn: { from: client, request: { kind: string(..8) }, response: integer(0..1000000), worker: Logic.on, serial: true }
  Row: { from: client, payload: { kind: string(..8), pad: "string(..900)?" }, worker: Logic.on, serial: true }
  Give: { from: client, request: { who: Player }, response: integer(0..1000000), worker: Logic.on }
  Guarded: { from: client, payload: { kind: string(..8), notes: "string(..5)[..3]?" }, worker: Logic.on }
"""
NOTES = ["a", "bcd"]


def write(folder: Path) -> Project:
    files = {"specs/project.yaml": "ovhl: 1\nname: Test\n"}
    for name in NAMES:
        head = f"module: {name}\nrealm: server\ndomain: OVHL_Modules\n"
        files[f"specs/modules/{name}/module.yaml"] = head + EVENTS
        files[f"specs/modules/{name}/Logic.luau"] = "return { on = print }\n"
    return Project(folder).write(files)


@cache
def layouts() -> Layouts:
    with tempfile.TemporaryDirectory() as folder:
        project = load(write(Path(folder)).root).project
        assert project is not None
        return layouts_of(project)


def gift(module: str) -> bytes:
    """A request that names a player who isn't here."""
    number = next(at for at, one in enumerate(layouts().messages, 1) if one.name == f"{module}.Give")
    return bytes([number]) + (500).to_bytes(2, "little") + struct.pack("<d", 77)


def calls(step: Mapping[str, Any]) -> Iterator[bytes]:
    """What the remote is called with: `times` each of the `events`, `tail` behind the last; all of it `calls` times."""
    numbers = {message.name: number for number, message in enumerate(layouts().messages, 1)}
    asked = 0
    for _ in range(step["calls"]):
        batch = b""
        for index in range(step["times"] * len(step["events"])):
            number = numbers[step["events"][index % len(step["events"])]]
            of = layouts().messages[number - 1]
            data = bytes([number])
            if of.response:
                asked += 1
                data += asked.to_bytes(2, "little")
            writer = Writer(layouts().types)
            if of.payload:
                pad = "x" * step.get("pad", 0)
                writer.struct(of.payload, {"kind": step["kind"], "notes": NOTES, "pad": pad or None})
            data += writer.data
            if len(batch) + len(data) > MOST_IN_A_CALL:
                yield batch
                batch = b""
            batch += data
        batch += bytes.fromhex(step["tail"]) * step["tails"]
        if batch:
            yield batch
