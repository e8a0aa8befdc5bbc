"""`ovhlgen surface`: every way in, and each hole that was put into a spec."""

from __future__ import annotations

import json

import pytest

from tests.support.projects import Project

TYPES = """
types:
  Loose: { struct: { text: string } }
  Deep: { struct: { many: "Loose[..3]" } }
  Either: { union: { one: { raw: buffer }, two: {} } }
  Other: { alias: "u8[]" }
"""
DATA = "store: Shop\nversion: 1\nplayer:\n  coins: { type: u32, default: 0 }\n"
DATA += "global:\n  total: { type: u32, default: 0 }\n"
CONFIG = "fields:\n  pace: { type: u8, default: 1, editable_by: Boss }\n"
ROLES = "roles:\n  Guest: { rank: 0 }\n  Boss: { rank: 9 }\ndefault: Guest\n"
NOTHING = "return {}\n"
SAVE = 'context.DataService:GetPlayerData(player):Set("coins", 1)'


def shop(event: str, body: str = "print(context, player)", more: str = "", other: str = NOTHING) -> dict[str, str]:
    head = "module: Shop\nrealm: server\ndomain: OVHL_Modules\nworkers: [Logic, Other]\n"
    uses = "uses: [DataService, ConfigService, PermissionSync]\n"
    events = f"events:\n  Buy: {{ from: client, worker: Logic.buy, {event} }}\n"
    function = f"function Logic.buy(context, player)\n\t{body}\nend\n"
    return {
        "specs/project.yaml": "ovhl: 1\nname: Test\n",
        "specs/types.yaml": TYPES,
        "specs/data.yaml": DATA,
        "specs/config.yaml": CONFIG,
        "specs/roles.yaml": ROLES,
        "specs/modules/Shop/module.yaml": head + uses + events,
        "specs/modules/Shop/Logic.luau": f"local Logic = {{}}\n\n{function}\n{more}\nreturn Logic\n",
        "specs/modules/Shop/Other.luau": other,
    }


# A payload without bounds: its fields.
UNBOUNDED = (
    *("a: string", "a: buffer", 'a: "u8[]"', 'a: "map(u8, u8)"', "a: string?", 'a: "string[..3]"', 'a: "u8[][..3]"'),
    *("a: Loose", "a: Deep", "a: Either", "a: Other", 'a: "map(string, u8, ..3)"', "ok: u8, a: string(2..)"),
)
# A write that nobody guards: the handler's body, other functions of the worker, the other worker.
UNGUARDED = (
    (SAVE, "", "return {}\n"),
    ("local data = context.DataService:GetPlayerData(player)\n\tdata:Update('coins', print)", "", "return {}\n"),
    ("context.DataService:SetGlobal('total', 1)", "", "return {}\n"),
    ("context.DataService:Transact({ player, player }, print)", "", "return {}\n"),
    ("context.ConfigService:Set('pace', 2, player)", "", "return {}\n"),
    ("context.PermissionSync:SetRole(player, 5, 'Boss')", "", "return {}\n"),
    ("Logic.save(context, player)", f"function Logic.save(context, player)\n\t{SAVE}\nend\n", "return {}\n"),
    (
        "context.Workers.Other.save(context, player)",
        "",
        f"local Other = {{}}\n\nfunction Other.save(context, player)\n\t{SAVE}\nend\n\nreturn Other\n",
    ),
)


def test_there_are_twenty() -> None:
    assert len(UNBOUNDED) + len(UNGUARDED) >= 20


@pytest.mark.parametrize("fields", UNBOUNDED)
def test_a_payload_without_bounds_is_found(project: Project, fields: str) -> None:
    result = project.write(shop(f"rate: 1/s, payload: {{ {fields} }}")).run("surface", "--format", "json")
    assert result.codes == ["W0615"], result.out
    [found] = result.findings
    assert (found["file"], found["line"]) == ("specs/modules/Shop/module.yaml", 7)
    assert project.run("surface", "--strict").code == 1


@pytest.mark.parametrize(("body", "more", "other"), UNGUARDED)
def test_a_write_that_nobody_guards_is_found(project: Project, body: str, more: str, other: str) -> None:
    result = project.write(shop("payload: {}", body, more, other)).run("surface", "--format", "json")
    assert result.codes == ["W0616"], result.out
    for guard in ("rate: 1/s", "allow: [Boss]"):
        result = project.write(shop(f"payload: {{}}, {guard}", body, more, other)).run("surface", "--format", "json")
        assert result.codes == []


def test_a_way_in_says_all_of_it(project: Project) -> None:
    event = 'rate: 2/s burst 3, allow: [Boss], payload: { id: "string(..8)", on: boolean, many: "u8(0..7)[..4]" }'
    result = project.write(shop(event)).run("surface", "--format", "json")
    assert json.loads(result.out)["ways"] == [
        {
            "event": "Shop.Buy",
            "kind": "event",
            "payload": {"id": "string(..8)", "on": "boolean", "many": "u8(0..7)[..4]"},
            "bytes": 2 + 1 + 1 + 32 + 1 + 4,  # its number, the bit, a length and 8 characters, a length and 4 elements
            "layout": {"payload": "1 of bits + id 1 + 32 + many 1 + 4 (bits: on 1)"},
            "rate": {"per_second": 2, "burst": 3},
            "role": "Boss",
            "switch": None,
            "handler": "Logic.buy",
            "file": "specs/modules/Shop/module.yaml",
            "line": 7,
        }
    ]
    text = project.run("surface").out
    assert "Shop.Buy  event, at most 41 bytes, 2/s burst 3, Boss and above → Logic.buy\n    id: string(..8)\n" in text
    assert "\n    payload on the wire: 1 of bits + id 1 + 32 + many 1 + 4 (bits: on 1)\n" in text
    markdown = project.run("surface", "--format", "markdown").out
    assert "| Shop.Buy (event) | `id: string(..8)`, `on: boolean`, `many: u8(0..7)[..4]` | 41 | 1 of bits +" in markdown


def test_sarif_for_code_scanning(project: Project) -> None:
    result = project.write(shop("rate: 1/s, payload: { a: string }")).run("surface", "--format", "sarif")
    [run] = json.loads(result.out)["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["W0615"]


def test_a_hole_can_be_accepted(project: Project) -> None:
    files = shop("rate: 1/s, payload: { a: string }")
    path = "specs/modules/Shop/module.yaml"
    files[path] = (
        files[path]
        .replace("worker: Logic.buy", "worker: Logic.buy")
        .replace("events:\n", "events:\n  # ovhl: allow W0615 the text is cut by the handler\n")
    )
    assert project.write(files).run("surface", "--format", "json").codes == []
    assert "W1001" not in project.run("check", "--format", "json").codes


def test_specs_with_mistakes_have_no_surface(project: Project) -> None:
    project.write(shop("rate: 1/s, payload: { a: Nothing }"))
    for form in ("text", "markdown", "json"):
        result = project.run("surface", "--format", form)
        assert (result.code, "E0302" in result.out) == (1, True)
