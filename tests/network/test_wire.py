"""Layouts on the wire: how large, that the reference reads what it wrote, and that it refuses everything else."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from ovhlgen.model.wire import Layouts, Struct, Union, max_bytes
from ovhlgen.pipeline import load
from ovhlgen.resolve.wire import layouts as layouts_of
from tests.network.wires import fields, layouts, same
from tests.oracle.codec import Invalid, Reader, Writer
from tests.support.projects import Project

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
RANDOM = settings(
    max_examples=3_000 if PROVE else 300, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
FLAGS = ", ".join(f"b{number}: boolean" for number in range(1, 21))
PEERS = {
    "specs/types.yaml": """
types:
  Entity: { struct: { id: u8, x: u8, y: u8, z: u8, orientation: u8, animation: u8 } }
  Position: { struct: { x: f32, y: f32, z: f32 } }
  Kind: { enum: [Idle, Walk, Run, Jump, Fall, Swim, Climb, Dead] }
""",
    "specs/modules/Peers/module.yaml": f"""
module: Peers
realm: server
domain: OVHL_Modules
workers: []
events:
  Booleans: {{ from: server, payload: {{ {FLAGS} }} }}
  Entities: {{ from: server, payload: {{ all: "Entity[..1000]" }} }}
  Mixed: {{ from: server, payload: {{ name: string(..32), score: u16, at: Position?, kind: Kind }} }}
""",
}


def game(project: Project, files: dict[str, str]) -> Layouts:
    project.base().write(files)
    found = load(project.root)
    assert found.project is not None, found.problems
    return layouts_of(found.project)


def test_the_peers_payloads_are_as_small_as_can_be(project: Project) -> None:
    """With one byte for the id: 4, 603 and 41 bytes."""
    found = game(project, PEERS)
    payloads = {one.name.removeprefix("Peers."): one.payload for one in found.messages if one.name.startswith("Peers.")}
    values = {
        "Booleans": {f"b{number}": number % 3 != 0 for number in range(1, 21)},
        "Entities": {"all": [dict.fromkeys(("id", "x", "y", "z", "orientation", "animation"), 7)] * 100},
        "Mixed": {
            "name": "player_name_24_chars_abc",
            "score": 31337,
            "at": {"x": 1.5, "y": -2.25, "z": 1024.125},
            "kind": "Climb",
        },
    }
    sizes = {}
    for name, value in values.items():
        payload = payloads[name]
        assert payload is not None
        writer = Writer(found.types)
        writer.struct(payload, value)
        sizes[name] = 1 + len(writer.data)
        assert Reader(found.types, bytes(writer.data)).struct(payload) == value
    assert sizes == {"Booleans": 4, "Entities": 603, "Mixed": 41}


@seed(1)
@RANDOM
@given(layouts(), st.data())
def test_what_was_written_is_read_back(of: tuple[Struct, dict[str, Struct | Union]], data: st.DataObject) -> None:
    payload, types = of
    value = data.draw(fields(payload, types))
    writer = Writer(types)
    writer.struct(payload, value)
    assert len(writer.data) <= max_bytes(payload, types)
    reader = Reader(types, bytes(writer.data), writer.side)
    assert same(value, reader.struct(payload))
    assert reader.at == len(writer.data), "all of it, and no more"


@seed(1)
@RANDOM
@given(layouts(), st.data())
def test_anything_else_is_refused_or_a_value(of: tuple[Struct, dict[str, Struct | Union]], data: st.DataObject) -> None:
    """Cut short, changed, or made up: what is read can be written again, to the same bytes but for maps' order."""
    payload, types = of
    value = data.draw(fields(payload, types))
    writer = Writer(types)
    writer.struct(payload, value)
    raw = bytearray(writer.data)
    how = data.draw(st.sampled_from(("cut", "changed", "made up")))
    if how == "cut":
        raw = raw[: data.draw(st.integers(0, max(0, len(raw) - 1)))]
    elif how == "changed" and raw:
        for _ in range(data.draw(st.integers(1, 3))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    else:
        raw = bytearray(data.draw(st.binary(max_size=64)))
    reader = Reader(types, bytes(raw), writer.side)
    try:
        found = reader.struct(payload)
    except Invalid:
        return
    again = Writer(types)
    again.struct(payload, found)
    assert len(again.data) == reader.at
    assert same(found, Reader(types, bytes(again.data), again.side).struct(payload))


def test_a_payload_without_fields_has_no_bytes(project: Project, tmp_path: Path) -> None:
    assert max_bytes(Struct({}), {}) == 0
