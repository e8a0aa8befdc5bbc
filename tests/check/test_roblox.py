"""Names of Roblox's classes and Enums: the lists are Lune's, and each place that takes one is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from ovhlgen.model.roblox import classes, enums, fonts
from ovhlgen.tools.find import need
from ovhlgen.tools.run import run
from tests.support.projects import Project


@pytest.mark.tools
def test_the_lists_are_those_of_the_pinned_lune(tmp_path: Path) -> None:
    script = tmp_path / "names.luau"
    script.write_text(
        'local database = require("@lune/roblox").getReflectionDatabase()\n'
        'print(table.concat(database:GetClassNames(), " "))\n'
        "for _, name in database:GetEnumNames() do\n"
        '    local line = { "enum", name }\n'
        "    for item in database:GetEnum(name).Items do table.insert(line, item) end\n"
        '    print(table.concat(line, " "))\nend\n'
        'local roblox = require("@lune/roblox")\n'
        "for _, item in roblox.Enum.Font:GetEnumItems() do\n"
        "    local isFace, face = pcall(roblox.Font.fromEnum, item)\n"
        "    if isFace then print(item.Name, face.Family, face.Weight.Name, face.Style.Name) end\nend\n"
    )
    first, *rest = run([need("lune"), "run", script]).out.splitlines()
    faces = [line for line in rest if not line.startswith("enum ")]
    assert set(first.split()) == classes()
    assert {name: set(items) for _, name, *items in map(str.split, rest[: -len(faces)])} == enums()
    found = {name: tuple(face) for name, *face in map(str.split, faces)}
    known = {
        name: (f"rbxasset://fonts/families/{face.family}.json", face.weight, face.style)
        for name, face in fonts().items()
        if not face.is_replaced and not name.startswith("Montserrat")  # which took Gotham's place
    }
    assert known == {name: face for name, face in found.items() if not name.startswith(("Gotham", "Arial"))}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('state: { part: { type: "Instance(Prat)?" } }', "W0428"),
        ("attributes: { Stage: { tagged: S, each: Modle, fields: { A_B: { type: u8 } } } }", "W0428"),
        ("state: { floor: { type: Enum.Materal, default: Wood } }", "W0429"),
        ('state: { part: { type: "Instance(BasePart)?" } }', None),
        ("state: { floor: { type: Enum.Material, default: Wodo } }", "W0434"),
        ("state: { floor: { type: 'Enum.Material[]', default: [Wood, wood] } }", "W0434"),
        ("state: { floor: { type: Enum.Material, default: Wood } }", None),
    ],
)
def test_each_place_that_names_one(project: Project, body: str, code: str | None) -> None:
    """In a type, in a contract, in `place:` (the catalogue's example): a warning with the nearest right name."""
    project.base().append("specs/modules/Party/module.yaml", body + "\n")
    found = [one for one in project.json().findings if one["severity"] != "note"]
    assert [one["code"] for one in found] == ([code] if code else [])
    assert not found or found[0]["suggestion"] in ("Part", "Model", "Enum.Material", "Wood")
