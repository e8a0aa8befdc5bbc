"""What commands say and write: surface, where, scaffold, compat."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from unittest import mock

import pytest

from tests.conftest import ROOT
from tests.support.projects import Project

LOGIC = "specs/modules/Party/Logic.luau"

# surface


@pytest.mark.parametrize(
    ("line", "code", "name"),
    [
        ('local _remote = Instance.new("RemoteEvent")', "W0625", "RemoteEvent"),
        ("local _remote = Instance.new('RemoteFunction')", "W0625", "RemoteFunction"),
        ('local class = "UnreliableRemoteEvent" local _remote = Instance.new(class)', "W0625", "UnreliableRemoteEvent"),
        ("workspace.Buy.OnServerEvent:Connect(print)", "W0625", "OnServerEvent"),
        ('workspace.Buy["OnServerEvent"]:Once(print)', "W0625", "OnServerEvent"),
        ("workspace.Ask.OnServerInvoke = print", "W0625", "OnServerInvoke"),
        ('game:GetService("MarketplaceService").ProcessReceipt = print', "W0625", "ProcessReceipt"),
        ('local _stores = game:GetService("DataStoreService")', "W0626", "DataStoreService"),
        ("local _store = context.Stores:GetOrderedDataStore('best')", "W0626", "GetOrderedDataStore"),
        ('local _map = game:GetService("MemoryStoreService"):GetSortedMap("x")', "W0626", "MemoryStoreService"),
        ('local _is = workspace.Buy:IsA("RemoteEvent") -- OnServerEvent', None, ""),
        ("local RemoteEvent = 1 print(RemoteEvent)", None, ""),
    ],
)
def test_what_goes_round_the_specs_is_a_hole(project: Project, line: str, code: str | None, name: str) -> None:
    """W0625, W0626: once, at the worker's line; an `allow` with its reason accepts it."""
    text = f"local Logic = {{}}\nfunction Logic.start(context)\n\t{line}\nend\nreturn Logic\n"
    project.base().write({LOGIC: text})
    found = project.json("surface").findings
    assert [(one["code"], one["file"], one["line"]) for one in found] == ([(code, LOGIC, 3)] if code else [])
    if code:
        assert f"`{name}`" in found[0]["message"]
        project.edit(LOGIC, f"\t{line}", f"\t-- ovhl: allow {code} old\n\t{line}")
        assert project.json("surface").codes == []
        assert "W1001" not in project.json("check").codes


# where


def test_every_form_of_a_place_is_led_to_its_line(project: Project) -> None:
    """As Luau writes a place in messages and tracebacks, and as Studio prints a stack, of server and client."""
    project.base()
    assert project.run("build").code == 0
    client = "Players.Ana_1.PlayerScripts.Client"
    said = f"""ServerScriptService.Server.OVHL_Modules.Party.Logic:6: attempt to index nil with 'Name'
Stack Begin
Script 'ServerScriptService.Server.OVHL_Modules.Party.Logic', Line 6 - function start
Script 'ServerScriptService.Server.OVHL_Modules.Party', Line 12
Script '{client}.Core.Kernel.Boot', Line 3 - function boot
Stack End
ServerScriptService.Server.OVHL_Modules.Party.Logic:8 function join
"""
    call = [sys.executable, "-m", "ovhlgen", "where", "-C", str(project.root), "--no-color"]
    done = subprocess.run(call, input=said, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT)
    lines = done.stdout.splitlines()
    led = [lines[at] for at in range(1, len(lines)) if lines[at].startswith("  →")]
    assert [one.startswith(f"  → {LOGIC}:6:") for one in led[:2]] == [True, True]
    assert led[-1].startswith(f"  → {LOGIC}:8:")
    assert len(led) == 5


PLACE = "ServerScriptService.Server.OVHL_Modules.Party.Logic"


@pytest.mark.parametrize(
    "said",
    [
        f"12:03:04.123  {PLACE}:6: attempt to index nil  -  Server - Logic:6",
        f"  12:03:04.124  Script '{PLACE}', Line 6 - function start  -  Studio - Logic:6",
        f'Script "{PLACE}", Line 6',
        f"{PLACE}, line 6 - function start",
        f'[string "{PLACE}"]:6: attempt to index nil',
        f'[string "{PLACE}"], line 6',
        "specs\\modules\\Party\\Logic.luau:6",
        "C:\\game\\specs\\modules\\Party\\Logic.luau:6:3",
        f"{LOGIC}(6,3): TypeError: x",
    ],
)
def test_a_place_with_what_was_pasted_round_it(project: Project, said: str) -> None:
    """Times, quotes and columns are stepped over; as an argument or, with `-`, on standard input."""
    project.base().run("build")
    assert f"  → {LOGIC}:6:" in project.run("where", said).out
    with mock.patch("sys.stdin", io.StringIO(said)):
        assert f"  → {LOGIC}:6:" in project.run("where", "-").out


def test_what_leads_nowhere_is_said_in_both_languages(project: Project) -> None:
    """A script that isn't ours, a line that a file hasn't, no place at all."""
    project.base().run("build")
    for place, english, indonesian in (
        ("ServerScriptService.Other:3", "no script of this game", "bukan skrip game ini"),
        ("out/src/Server/Config.luau:99999", "the file has", "berkasnya punya"),
        ("hello", "no line names a place such as", "tidak ada baris yang menyebut tempat"),
    ):
        for words, language in ((english, "en"), (indonesian, "id")):
            result = project.run("where", place, "--lang", language)
            assert words in result.out + result.err


# scaffold


@pytest.mark.tools
def test_stubs_are_of_the_types_that_the_specs_bind(project: Project) -> None:
    """`lint --types` finds nothing in them: own types inside others, functions that return nothing, a function that
    several bindings call with payloads of their own."""
    project.write(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\n",
            "specs/modules/Zones/module.yaml": "module: Zones\nrealm: server\ndomain: OVHL_Modules\n"
            "types:\n  Info: { struct: { name: string(1..20) } }\n"
            "api:\n  Find: { args: { name: string(1..20) }, returns: Info?, worker: Logic.find }\n"
            "  All: { returns: 'Info[]', worker: Logic.all }\n"
            "events:\n  Go: { from: client, payload: { at: u8 }, worker: Logic.take }\n"
            "  Stay: { from: client, payload: { since: f64, info: Info }, worker: Logic.take }\n"
            "  Leave: { from: client, payload: {}, worker: Logic.take }\n"
            "  Ask: { from: client, request: { at: u8 }, response: Info, worker: Logic.ask }\n"
            "lifecycle: { init: Logic.start, character_added: Logic.spawned }\n",
        }
    )
    assert project.run("scaffold").code == 0
    found = project.json("lint", "--types").findings
    assert [one for one in found if one["file"].startswith("specs")] == []


def test_a_mistake_elsewhere_stops_no_stub(project: Project) -> None:
    """What the mistake isn't in is written, and the mistake reported."""
    hearer = "module: Hearer\nrealm: server\ndomain: OVHL_Modules\nlifecycle: { init: Logic.start }\n"
    project.base().write(
        {
            "specs/modules/Hearer/module.yaml": hearer + "bus: { subscribes: { Greeted: Logic.on } }\n",
            "specs/modules/Wrong/module.yaml": "module: Wrong\nrealm: server\ndomain: OVHL_Modules\n"
            "lifecycle: { init: Logic.start }\nstate: { count: { type: u33, default: 0 } }\n",
            "specs/modules/Sayer/module.yaml": "module: Sayer\nrealm: server\ndomain: OVHL_Modules\nstate: { a: u8 }\n"
            "bus: { publishes: { Greeted: { name: string(1..20) } } }\n",
            "specs/themes/default.yaml": "theme: default\n",
        }
    )
    project.append("specs/modules/Party/module.yaml", "lifecycle: { init: Logic.begin_all }\n")
    result = project.run("scaffold")
    assert result.code == 1
    assert "specs/themes/default.yaml" in result.out
    assert "function Logic.begin_all(" in (project.root / LOGIC).read_text("utf-8")
    heard = (project.root / "specs/modules/Hearer/Logic.luau").read_text("utf-8")
    assert "function Logic.start(" in heard
    assert "function Logic.on(context: Types.Context, _payload: Types.Greeted): ()" in heard
    assert "function Logic.start(" in (project.root / "specs/modules/Wrong/Logic.luau").read_text("utf-8")


WRONG = """module: Zones
realm: server
domain: OVHL_Modules
types:
  Info: { struct: { name: string(1..20) } }
  Odd: { sruct: { name: string(1..20) } }
api:
  Find: { args: { name: string(1..20) }, returns: Info?, worker: Logic.find }
  Lost: { args: { at: Nowhere }, worker: Logic.lost }
  Hang: { args: { odd: Odd }, worker: Logic.hang }
  Torn: { args: { at: [u8] }, worker: Logic.torn }
events:
  Go: { from: client, payload: { at: u8 }, worker: Logic.go }
  Slow: { from: client, payload: { at: u8 }, rte: 5/s, worker: Logic.slow }
  Back: { from: server, request: { at: u8 }, response: Info, worker: Logic.back }
bus:
  subscribes: { Nothing: Logic.nothing }
lifecycle: { init: Logic.start }
docs: Zones.
"""
RIGHT = (
    ("sruct", "struct"),
    ("Nowhere", "u8"),
    ("[u8]", "u8"),
    ("rte", "rate"),
    ("from: server, request", "from: client, request"),
    ("Nothing", "CoreReady"),
    ("docs", "doc"),
)


@pytest.mark.parametrize("is_refused", [True, False])
def test_of_a_wrong_spec_what_is_right_has_stubs(project: Project, is_refused: bool) -> None:
    """Whether its schema refuses the spec or something in it is wrong otherwise; what is wrong waits."""
    text = WRONG
    for old, new in RIGHT if not is_refused else ():
        text = text.replace(old, new) if old in ("sruct", "[u8]", "rte", "docs") else text
    project.write({"specs/project.yaml": "ovhl: 1\nname: Test\n", "specs/modules/Zones/module.yaml": text})
    assert project.run("scaffold").code == 1
    written = (project.root / "specs/modules/Zones/Logic.luau").read_text("utf-8")
    found = re.findall(r"function Logic\.(\w+)", written)
    assert found == (["find", "go", "start"] if is_refused else ["find", "hang", "torn", "go", "slow", "start"])


@pytest.mark.tools
def test_stubs_beside_mistakes_are_right_when_those_are_mended(project: Project) -> None:
    """Nothing has to be written anew: the types are those of the spec as it was meant."""
    project.write({"specs/project.yaml": "ovhl: 1\nname: Test\n", "specs/modules/Zones/module.yaml": WRONG})
    assert project.run("scaffold").code == 1
    for old, new in RIGHT:
        project.edit("specs/modules/Zones/module.yaml", old, new)
    assert project.run("scaffold").code == 0
    found = project.json("lint", "--types").findings
    assert [one for one in found if one["file"].startswith("specs")] == []


@pytest.mark.parametrize(
    "spec",
    [
        "wokers: [Queue]\n",
        "workers: 5\n",
        "workers: [Types]\n",
        "api: { Find: { args: { at: Thing }, worker: Logic.find } }\n",
    ],
)
def test_what_isnt_known_gets_no_stub(project: Project, spec: str) -> None:
    """No worker where the list of them can't be read or has a name that is taken; none of types that can't be read."""
    project.write(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\n",
            "specs/types.yaml": "types:\n  Thing: { strct: {} }\n",
            "specs/modules/Zones/module.yaml": "module: Zones\nrealm: server\ndomain: OVHL_Modules\n" + spec,
        }
    )
    assert project.run("scaffold").code == 1
    stubs = list((project.root / "specs/modules/Zones").glob("*.luau"))
    assert all("function" not in one.read_text("utf-8") for one in stubs)
    assert [one.name for one in stubs] == (["Logic.luau"] if "Find" in spec else [])


def test_a_stub_keeps_what_stands_byte_for_byte(project: Project) -> None:
    """The file's line endings and its mark of UTF-8; a link that nobody reads isn't written over."""
    project.base()
    text = "\ufeff--!strict\r\nlocal Logic = {}\r\n\r\nreturn Logic\r\n"
    project.write({LOGIC: text})
    project.append("specs/modules/Party/module.yaml", "lifecycle: { init: Logic.begin }\n")
    assert project.run("scaffold").code == 0
    written = (project.root / LOGIC).read_bytes().decode("utf-8")
    before, after = text.split("\r\n\r\n")
    assert written.startswith(before + "\r\n\r\nfunction Logic.begin(")
    assert written.endswith("end\r\n\r\n" + after)
    assert written.count("\n") == written.count("\r\n")
    (project.root / LOGIC).unlink()
    (project.root / LOGIC).symlink_to(project.root / "elsewhere.luau")
    assert project.run("scaffold").code == 1
    assert (project.root / LOGIC).is_symlink()
    assert not (project.root / "elsewhere.luau").exists()


# compat


def compared(project: Project, old: str, new: str, version: int = 1) -> list[tuple[str, str]]:
    """The findings of a change of types.yaml: their codes and messages."""
    types = (
        "types:\n  Rarity: { enum: [common, rare] }\n  Thing: { union: { Sword: { edge: u8 }, Potion: {} } }\n"
        "  Pet: { struct: { name: string(1..20), rarity: Rarity, thing: Thing?, weight: u8 } }\n"
    )
    assert old in types
    data = "store: X\nversion: 1\nplayer:\n  pets: { type: 'Pet[..10]', default: [] }\n"
    for folder, text in (("old/", types), ("", types.replace(old, new))):
        head = {f"{folder}specs/project.yaml": "ovhl: 1\nname: Test\n", f"{folder}specs/data.yaml": data}
        project.write({**head, f"{folder}specs/types.yaml": text})
    result = project.json("compat", "--against", str(project.root / "old"))
    assert result.code == any(one["severity"] == "error" for one in result.findings)
    return [(one["code"], one["message"]) for one in result.findings]


@pytest.mark.parametrize(
    ("old", "new", "was", "now"),
    [
        ("[common, rare]", "[common]", "Rarity (common, rare)", "Rarity (common)"),
        ("Sword: { edge: u8 }, ", "", "Thing (Sword, Potion)", "Thing (Potion)"),
        ("weight: u8", "weight: u8(0..9)", "u8(0..255)", "u8(0..9)"),
        ("string(1..20)", "string(1..9)", "string(1..20)", "string(1..9)"),
        (", weight: u8", "", "Pet (name, rarity, thing, weight)", "Pet (name, rarity, thing)"),
        ("enum: [common, rare]", "alias: u8", "Rarity", "u8(0..255)"),
    ],
)
def test_what_became_narrower_is_said_in_two_texts(project: Project, old: str, new: str, was: str, now: str) -> None:
    """E0718 deep inside a type: what stands at that place in the two specs, and never the same twice."""
    found = [message for code, message in compared(project, old, new) if code == "E0718"]
    assert len(found) == 1
    assert f"`{was}` was stored, `{now}` is expected" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "path", "knows", "stored"),
    [
        ("[common, rare]", "[common, rare, epic]", "rarity", "Rarity (common, rare)", "Rarity (common, rare, epic)"),
        ("Potion: {}", "Potion: {}, Bow: {}", "thing.Bow", "Thing (Sword, Potion)", "Thing (Sword, Potion, Bow)"),
        ("weight: u8", "weight: u16", "weight", "u8(0..255)", "u16(0..65535)"),
        (
            "weight: u8",
            "weight: u8, age: u8?",
            "age",
            "Pet (name, rarity, thing, weight)",
            "Pet (name, rarity, thing, ",
        ),
    ],
)
def test_what_a_rolling_update_will_meet(
    project: Project, old: str, new: str, path: str, knows: str, stored: str
) -> None:
    """W0745: stored data stays right, and a server that still has the older specs can't read what newer ones store."""
    found = compared(project, old, new)
    assert [code for code, _ in found] == ["W0745"]
    message = found[0][1]
    assert f"`pets[].{path}`" in message and f"knows `{knows}`" in message and f"`{stored}" in message


# monetization.yaml


def test_an_id_of_roblox_stands_for_one_thing(project: Project) -> None:
    """E0747, at the second: of two gamepasses, and of two products; a pass and a product may have one number."""
    project.base().write(
        {
            "specs/data.yaml": "store: X\nversion: 1\nplayer:\n  coins: { type: u32, default: 0 }\n",
            "specs/monetization.yaml": "gamepasses:\n  Vip: { id: 7 }\n  Gold: { id: 8 }\n  Best: { id: 7 }\n"
            "products:\n  Few: { id: 8, grants: { coins: 1 } }\n  Many: { id: 8, grants: { coins: 9 } }\n",
        }
    )
    found = [(one["code"], one["line"]) for one in project.json().findings if one["severity"] == "error"]
    assert found == [("E0747", 4), ("E0747", 7)]
