"""Generated codecs of any layouts, run in the simulator: values written to bytes, bytes read and written again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ovhlgen.lower.codec.files import Blocks, choices
from ovhlgen.luau import Construct, MapValue
from ovhlgen.model import wire
from ovhlgen.model.changes import is_whole
from tests.conftest import ROOT
from tests.oracle.codec import Of, World
from tests.support.servers import Servers, place, servers

type Types = Mapping[str, wire.Struct | wire.Union]

ROOT_TYPE = "Whole"  # the payload as a field of replicated state
_SHARED = ROOT / "templates/runtime/Shared"
_HEAD = """
local Network = game:GetService("ReplicatedStorage").Network
local Changes, Datatypes, Wire = require(Network.Changes), require(Network.Datatypes), require(Network.Wire)
local areSingles, arrayLength, beside, grow = Wire.areSingles, Wire.arrayLength, Wire.beside, Wire.grow
local arrived, canTravel, taken = Wire.arrived, Wire.canTravel, Wire.taken
local isInstance, malformed, mapSize = Wire.isInstance, Wire.malformed, Wire.mapSize
local wholes, wrong = Wire.wholes, Wire.wrong
local part, player = workspace.Thing, game:GetService("Players").Siti
local choices, structs, runs, parts, events = {}, {}, {}, {}, {}
"""
_TAIL = """
local shape = events[1].payload
local function hex(b, size)
	local found = table.create(size)
	for at = 1, size do
		found[at] = string.format("%02x", buffer.readu8(b, at))
	end
	return table.concat(found)
end
-- The bytes begin at 1: 0 stands for what can't be written.
local function write(value)
	local out = { b = buffer.create(1), size = 1, side = {}, count = 0 }
	local after, problem = shape.write(value, out, 1)
	return if after == 0 then { problem = problem } else { bytes = hex(out.b, after - 1) }
end
local function read(text, side)
	local b = buffer.fromstring("\\0" .. text)
	local size = buffer.len(b)
	local after, value = shape.read(b, 1, size, side)
	local skipped = events[1].skip(b, 1, size)
	if after == 0 then
		return { problem = value, skipped = skipped - 1 }
	end
	local found = if side.isAbsent then { absent = true } else write(value)
	found.used, found.skipped = after - 1, skipped - 1
	return found
end
-- The same of a field of replicated state whose receiver has the old value.
local whole = if events[2] then events[2].part else nil
local function change(old, value)
	local out = { b = buffer.create(1), size = 1, side = {}, count = 0 }
	local after, problem = Changes.write(whole, old, value, out, 1)
	return if after == 0 then { problem = problem } else { bytes = hex(out.b, after - 1) }
end
local function changed(text, side, old)
	local b = buffer.fromstring("\\0" .. text)
	local after, value = Changes.read(whole, old, b, 1, buffer.len(b), side)
	if after == 0 then
		return { problem = value }
	end
	local found = if side.isAbsent then { absent = true } else write(value)
	found.used = after - 1
	return found
end
local found = {}
"""


class Luau:
    """Each call runs one script with the codec of one payload."""

    def __init__(self, here: Servers, world: World) -> None:
        self.here = here
        self.world = world

    def run(self, payload: wire.Struct, types: Types, calls: list[str]) -> list[dict[str, Any]]:
        """`calls` are `write(…)` and `read(…)`: `bytes` in hex, or a `problem`; of a read, how many were used.

        `change` and `changed` are the same of replicated state."""
        body = "\n".join(f"table.insert(found, {call})" for call in calls)
        return list(self.here.run(f"{_HEAD}{code(payload, types)}{_TAIL}{body}\nreturn found")[0])


def _file(path: str) -> dict[str, str]:
    """A file or folder of the runtime's shared part, in a place."""
    return {"$path": (_SHARED / path).as_posix()}


@contextmanager
def luau(folder: Path) -> Iterator[Luau]:
    network = {name: _file(f"Network/{name}.luau") for name in ("Datatypes", "Wire")} | {
        "Changes": _file("Network/Changes")
    }
    built = place(
        folder,
        {
            "ReplicatedStorage": {
                "Network": {"$className": "Folder", **network},
                "Kernel": {"$className": "Folder", "Same": _file("Kernel/Same.luau")},
                "Instances": _file("Instances.luau"),
            },
            "Workspace": {"$properties": {"SignalBehavior": "Deferred"}, "Thing": {"$className": "Part"}},
        },
    )
    with servers(built) as here:
        here.join("Siti", 1)
        source = "local f = {} for _, i in Enum.Material:GetEnumItems() do table.insert(f, i.Value) end return f"
        items = frozenset(int(value) for value in here.run(source)[0])
        yield Luau(here, World(frozenset((1,)), {"Material": items}))


def code(payload: wire.Struct, types: Types) -> str:
    event = wire.Message("Test.Event", "client", True, payload)
    named = {**types, ROOT_TYPE: payload}
    state = wire.Message("Test.field", "server", True, wire.alone(wire.Ref(ROOT_TYPE)), is_state=True)
    found = wire.Layouts((event,) if is_whole(wire.Ref(ROOT_TYPE), named) else (event, state), named)
    blocks = Blocks(found)
    printed = [*map(blocks.type, blocks.names), *map(blocks.part, blocks.changing)]
    printed += [blocks.event(found.messages[0], 10), *(blocks.event(one, None) for one in found.messages[1:])]
    text = [*choices(found), *(block.text for block in printed)]
    return (
        "\n".join(text)
        .replace(": Types.Layout", "")
        .replace("Wire.Out", "any")
        .replace("Wire.Side", "any")
        .replace("Wire.Type", "any")
        .replace("Wire.Codec", "any")
        .replace("Wire.Run", "any")
        .replace("Changes.Part", "any")
    )


def side(beside: list[Any]) -> str:
    """What lies beside a buffer, as the receiver has it: None is what it hasn't got."""
    values = ", ".join("nil" if one is None else "part" for one in beside)
    return f"{{ n = {len(beside)}, {values} }}"


def string(data: bytes) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


def value(of: wire.Wire, given: Any, types: Types) -> Any:
    """A value of the reference's as Luau."""
    match of:
        case wire.Beside():
            return Construct("part")
        case wire.Bytes():
            return Construct(f"buffer.fromstring({string(given)})")
        case wire.Text():
            return Construct(string(given.encode()))
        case wire.Datatype():
            return Construct(_datatype(given))
        case wire.Array():
            return [value(of.inner, one, types) for one in given]
        case wire.Map():
            return MapValue(tuple((key, value(of.value, one, types)) for key, one in given.items()))
        case wire.Optional():
            return None if given is None else value(of.inner, given, types)
        case wire.Ref():
            found = types[of.name]
            if isinstance(found, wire.Union):
                kind = given["kind"]
                return {"kind": kind, **struct(found.members[kind], given, types)}
            return value(found.fields[""], given, types) if found.is_alone else struct(found, given, types)
    return given


def struct(of: wire.Struct, given: dict[str, Any], types: Types) -> dict[str, Any]:
    return {name: value(one, given[name], types) for name, one in of.fields.items() if given.get(name) is not None}


def _datatype(of: Of) -> str:
    numbers = ", ".join(map(repr, of.numbers))
    if of.name == "CFrame":
        x, y, z, *axis = of.numbers
        turn = sum(one * one for one in axis) ** 0.5
        frame = f"CFrame.new({x!r}, {y!r}, {z!r})"
        if turn == 0:
            return frame
        return f"{frame} * CFrame.fromAxisAngle(Vector3.new({', '.join(map(repr, axis))}) / {turn!r}, {turn!r})"
    if of.name == "DateTime":
        return f"DateTime.fromUnixTimestampMillis({numbers})"
    if of.name == "Player":
        return "player"
    if of.name.startswith("Enum."):
        return f"Datatypes.EnumItem.get(buffer.fromstring({string(of.numbers[0].to_bytes(2, 'little'))}), 0, {of.name})"
    return f"{of.name}.new({numbers})"
