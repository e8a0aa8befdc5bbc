"""A row of the language's table promises what the Luau has: each leaf type is checked, stored and sent by its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ovhlgen.language import layouts
from ovhlgen.language.literals import Given
from ovhlgen.language.places import PLACES
from ovhlgen.language.types import LEAVES, Buffer, Leaf, Number, Plain, Surroundings, Text, enum_of
from ovhlgen.luau import literal
from tests.support.games import Game, errors, game, printed, probe
from tests.support.leaves import DATATYPES, example

SPECS = {"specs/data.yaml": "store: Bank\nversion: 1\nplayer:\n  wallet: { type: u32, default: 100 }\n"}
_HELPERS = """
local Shared = game:GetService("ReplicatedStorage").Shared
local DataService = game:GetService("ServerScriptService").Server.Services.DataService
local Stored = require(DataService.Stored)
local shapes = { memory = require(Shared.Kernel.Shapes), stored = require(DataService.StoredShapes) }
local Datatypes: any = require(Shared.Network.Datatypes)
-- A turn is as near as four bytes tell.
local function text(value)
    local written = if type(value) == "buffer" then buffer.tostring(value) else tostring(value)
    return (string.gsub(written, "%-?[%d.]+", function(number)
        return if tonumber(number) then string.format("%.4f", tonumber(number)) else number
    end))
end
local function kept(name, value, shape)
    local ok = pcall(shape, shapes.memory)
    if not ok then
        return print(name, "isn't in Kernel/ValueTypes")
    end
    local copy, problem = shape(shapes.memory)(value)
    local stored = Stored.encode(copy)
    local back, wrong = shape(shapes.stored)(stored)
    local isSame = typeof(back) == typeof(value) and text(back) == text(value)
    print(name, problem or wrong or if isSame then "kept" else `{text(value)} came back as {text(back)}`)
end
local function sent(name, value, size, ...)
    local of = Datatypes[name]
    if of == nil then
        return print(name, "isn't in Network/Datatypes")
    end
    local b = buffer.create(size)
    of.put(b, 0, value)
    local back = of.get(b, 0, ...)
    local isSame = of.fits(value, ...) and typeof(back) == typeof(value) and text(back) == text(value)
    print(name, if isSame then "sent" else `{text(value)} came back as {text(back)}`)
end
"""


def _value(leaf: Leaf) -> Any:
    """A value as YAML reads it."""
    match leaf:
        case Number():
            return 1
        case Text():
            return "é"
        case Buffer():
            return "base64:AAEC"
        case Plain() if leaf.name in DATATYPES:
            return example(leaf)
    return {"boolean": True, "id": 5, "Enum.Material": "Wood"}[leaf.name]


def _luau(leaf: Leaf) -> str:
    def given(value: Any) -> Given:
        inner = {key: given(one) for key, one in value.items()} if isinstance(value, dict) else {}
        return Given(value, wrong, None if isinstance(value, dict | list) else str(value), inner)

    def wrong(expected: str, _meant: str | None) -> None:
        raise AssertionError(f"{leaf.name}: {expected}")

    return literal(leaf.literal(given(_value(leaf))))


def _stored() -> Iterator[Leaf]:
    yield from (leaf for leaf in LEAVES.values() if leaf.kind in PLACES["data"])
    yield enum_of("Material")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("leaves"), SPECS)


@pytest.mark.parametrize("leaf", DATATYPES.values(), ids=DATATYPES)
def test_the_literal_that_a_message_shows_is_one(leaf: Plain) -> None:
    """Who reads `a Vector3 such as …` can write that."""
    assert _luau(leaf).startswith(leaf.luau)


@pytest.mark.tools
def test_what_may_be_stored_comes_back(place: Game) -> None:
    """By the row's shape, in memory and as it is stored."""
    calls, names = [], []
    for leaf in _stored():
        shape = literal(leaf.shape(Surroundings()))
        calls.append(f"kept({literal(leaf.name)}, {_luau(leaf)}, function(Shapes) return {shape} end)")
        names.append(leaf.name)
    outcome = place.play(probe(_HELPERS + "\n".join(calls)), players=())
    assert errors(outcome) == []
    assert printed(outcome) == [f"{name} kept" for name in names]


@pytest.mark.tools
def test_a_datatype_travels_in_the_bytes_of_its_row(place: Game) -> None:
    """What is written fits into them, and is read again."""
    calls, names = [], []
    for leaf in _stored():
        layout = leaf.layout(Surroundings())
        if isinstance(layout, layouts.Datatype):
            enum = f", Enum.{layout.enum}" if layout.enum else ""
            calls.append(f"sent({literal(layout.name)}, {_luau(leaf)}, {layout.size}{enum})")
            names.append(layout.name)
    outcome = place.play(probe(_HELPERS + "\n".join(calls)), players=())
    assert errors(outcome) == []
    assert printed(outcome) == [f"{name} sent" for name in names]
