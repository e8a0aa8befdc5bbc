"""Shapes: what an attribute or kept state must be, each type at its edges."""

from __future__ import annotations

import pytest

from tests.support.games import Game, errors, printed, probe

pytestmark = pytest.mark.tools


# shape, value → the copy, or why there is none
CASES = [
    ("Shapes.integer(0, 255)", "255", "255"),
    ("Shapes.integer(0, 255)", "256", "256 is outside 0..255"),
    ("Shapes.integer(0, 255)", "1.5", "1.5 isn't a whole number"),
    ("Shapes.integer(-5, 5, 5)", "4", "5"),
    ("Shapes.integer(0, 1)", "0/0", "a whole number expected, got number"),
    ("Shapes.number(0, 1)", "1/0", "a finite number expected, got number"),
    ("Shapes.number(0, 1)", '"1"', "a finite number expected, got string"),
    ("Shapes.float32(0, 1, 0.01)", "0.123", "0.12"),
    ("Shapes.float32(0, 1)", "0.1", "0.10000000149011612"),
    ("Shapes.boolean()", "false", "false"),
    ("Shapes.boolean()", "nil", "true or false expected, got nil"),
    ("Shapes.string(1, 3)", '"é🎵x"', "é🎵x"),
    ("Shapes.string(1, 3)", '"abcd"', "4 characters, 1..3 expected"),
    ("Shapes.string(1, 3)", '""', "0 characters, 1..3 expected"),
    ("Shapes.string(0, 9)", '"\\xc0\\x80"', "not valid UTF-8"),
    ("Shapes.buffer(1, 2)", "buffer.create(3)", "3 bytes, 1..2 expected"),
    ('Shapes.enum({ "a", "end" })', '"end"', "end"),
    ('Shapes.enum({ "a" })', '"b"', "no such value: b"),
    ("Shapes.optional(Shapes.boolean())", "nil", "nil"),
    ("Shapes.array(Shapes.boolean(), 1, 2)", "{ true, 1 }", "[2]: true or false expected, got number"),
    ("Shapes.array(Shapes.boolean(), 1, 2)", "{}", "0 elements, 1..2 expected"),
    ("Shapes.array(Shapes.boolean(), 0, 9)", "{ x = true }", "an array without other keys expected"),
    ("Shapes.array(Shapes.boolean(), 0, 9)", "{ true, x = true }", "an array without other keys expected"),
    ("Shapes.map(Shapes.integer(0, 9), Shapes.boolean(), 0, 1)", "{ [5] = true }", "{5=true}"),
    ("Shapes.map(Shapes.integer(0, 9), Shapes.boolean(), 0, 1)", "{ true, false }", "2 entries, 0..1 expected"),
    ("Shapes.map(Shapes.integer(0, 9), Shapes.boolean(), 0, 9)", "{ [99] = true }", "[99]: 99 is outside 0..9"),
    (
        'Shapes.struct({ { name = "a", shape = Shapes.boolean() } })',
        "{ a = 1 }",
        ".a: true or false expected, got number",
    ),
    ('Shapes.struct({ { name = "a", shape = Shapes.boolean() } })', "{ a = true, b = 1 }", ".b: no such field"),
    ("Shapes.struct({})", "5", "a struct expected, got number"),
    (
        'Shapes.union({ go = { { name = "a", shape = Shapes.boolean() } } })',
        '{ kind = "go", a = true }',
        "{a=true,kind=go}",
    ),
    ("Shapes.union({ go = {} })", '{ kind = "fly" }', ".kind: no such kind"),
    ('Shapes.datatype("Vector3")', "Vector3.new(1, 2, 3)", "1, 2, 3"),
    ('Shapes.datatype("Vector3")', "Vector3.new(0/0, 2, 3)", "Vector3 with a part that isn't finite"),
    ('Shapes.datatype("Color3")', "Color3.fromRGB(1, 2, 3)", "0.003921569, 0.007843138, 0.011764706"),
    ('Shapes.datatype("UDim2")', "5", "UDim2 expected, got number"),
    ("Shapes.dateTime()", "DateTime.fromUnixTimestampMillis(5)", "5"),
    ("Shapes.dateTime()", "5", "DateTime expected, got number"),
    ("Shapes.enumItem(Enum.Material)", "Enum.Material.Wood", "Enum.Material.Wood"),
    ("Shapes.enumItem(Enum.Material)", "Enum.Axis.X", "Enum.Material expected, got EnumItem"),
    ("Shapes.player()", "Players", "a player who is here expected, got Instance"),
    ('Shapes.instance("Model", { "Workspace", "Stages" })', "workspace.Stages.KoploStage", "KoploStage"),
    ('Shapes.instance("Model", { "Workspace", "Nope" })', "workspace.Stages.KoploStage", "Model outside its place"),
    ('Shapes.instance("Model", { "Workspace" })', 'Instance.new("Model")', "Model outside its place"),
    ('Shapes.instance("Part")', "workspace.Stages.KoploStage", "Part expected, got Instance"),
    ("Shapes.any()", "5", "5"),
]


def test_shapes(party_game: Game) -> None:
    """Each case in one run: the value that came through, or the sentence that says why not."""
    body = "\n".join(f"try({number}, {shape}, {value})" for number, (shape, value, _) in enumerate(CASES))
    source = """
    local Shapes = require(Shared.Kernel.Shapes)
    local function text(value)
        if type(value) ~= "table" or typeof(value) ~= "table" then
            return tostring(value)
        end
        local parts = {}
        for key, element in value do
            table.insert(parts, tostring(key) .. "=" .. text(element))
        end
        table.sort(parts)
        return "{" .. table.concat(parts, ",") .. "}"
    end
    local function try(number, shape, value)
        local copy, problem = shape(value)
        print(number, problem or text(copy))
    end
    """
    outcome = party_game.play(probe(source + body), players=())
    assert errors(outcome) == []
    wanted = [f"{number} {result}" for number, (_, _, result) in enumerate(CASES)]
    assert printed(outcome) == wanted


def test_recursion_is_bounded(party_game: Game) -> None:
    """16 levels of a recursive type pass, 17 don't; the depth is counted anew each time."""
    source = """
    local Shapes = require(Shared.Kernel.Shapes)
    local node
    node = Shapes.struct({ { name = "below", shape = Shapes.optional(Shapes.lazy(function() return node end)) } })
    local function nest(depth)
        return if depth == 0 then {} else { below = nest(depth - 1) }
    end
    for _, depth in { 16, 17, 16 } do
        local _, problem = node(nest(depth))
        print(depth, problem and string.match(problem, "[^:]*$"))
    end
    """
    outcome = party_game.play(probe(source), players=())
    assert printed(outcome) == ["16 nil", "17  deeper than 16 levels", "16 nil"]
