"""Literals of every kind, as they come out: formatted, linted, and worth what the spec says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.games import errors, game, printed, probe
from tests.support.projects import Project

pytestmark = pytest.mark.tools

# type, value in YAML → what the running game prints of it
VALUES = [
    ("UDim2", "[0.5, 0, 1, 0]", "{0.5, 0}, {1, 0}"),
    ("UDim2", "[0, 10, 0, -4]", "{0, 10}, {0, -4}"),
    ("UDim2", "[0.5, 10, 1, -4]", "{0.5, 10}, {1, -4}"),
    ("UDim2", "[0, 0, 0, 0]", "{0, 0}, {0, 0}"),
    ("Vector2", "[1, -2.5]", "1, -2.5"),
    ("Vector3", "[1, 2, 3]", "1, 2, 3"),
    ("Color3", '"#FF0080"', "1, 0, 0.5019608"),
    ("CFrame", "{ position: [1, 2, 3] }", "1, 2, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1"),
    ("DateTime", '"2025-01-31T12:00:00Z"', "1738324800000"),
    ("Enum.Material", "Wood", "Enum.Material.Wood"),
    ("buffer", '"base64:AAEC"', "buffer 3"),
    ("string", '"a\\"b\'c\\n]]"', "a\"b'c\n]]"),
    ("f64", "1e-7", "1e-07"),
    ("integer", "-9007199254740991", "-9007199254740991"),
    ("id[]", "[1, 2]", "table 2"),
]


def test_literals(tmp_path: Path) -> None:
    """The defaults of a module's state: StyLua and selene find nothing, and each has its value."""
    fields = "".join(f'  v{at}: {{ type: "{of}", default: {value} }}\n' for at, (of, value, _) in enumerate(VALUES))
    files = {
        "specs/modules/Keeper/module.yaml": "module: Keeper\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n"
        f"state:\n{fields}"
    }
    place = game(tmp_path, files)
    assert [one for one in Project(tmp_path).json("lint").findings if one["severity"] != "note"] == []
    shown = "\n".join(f"show(state.v{at})" for at in range(len(VALUES)))
    source = f"""
    local state = require(game:GetService("ServerScriptService").Server.OVHL_Modules.Keeper.State).new()
    local function show(value)
        if type(value) == "buffer" then
            print("buffer", buffer.len(value))
        elseif type(value) == "table" and typeof(value) == "table" then
            print("table", #value)
        else
            print(value)
        end
    end
    {shown}
    """
    outcome = place.play(probe(source), players=())
    assert errors(outcome) == []
    assert printed(outcome) == [wanted for _, _, wanted in VALUES]
