"""PermissionSync and admin systems of others: Kohl's Admin as it really is, HD Admin; absent, late, broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.pipeline import load
from ovhlgen.simulator.game import Game, Role
from ovhlgen.simulator.place import build_place
from ovhlgen.simulator.session import Session
from tests.support.projects import Project

pytestmark = pytest.mark.tools

ROLES = """
roles:
  Guest: {{ rank: 0 }}
  Vip: {{ rank: 1 }}
  Moderator: {{ rank: 50 }}
  Admin: {{ rank: 100 }}
default: Guest
sources:
{sources}
  - users: {{ Moderator: [20] }}
  - groups:
      77: [{{ min_rank: 200, role: Admin }}, {{ min_rank: 10, role: Vip }}]
cache: {{ refresh: 60 s }}
"""
PACKAGES = """
packages:
  KohlsAdmin: { at: [ServerScriptService.Kohl] }
  HDAdmin: { at: [ServerScriptService.HD] }
place:
  ServerStorage: { HDAdminSetup: { $className: ModuleScript, $properties: { Source: return nil } } }
"""
KOHLS = """
  - kohls_admin:
      package: KohlsAdmin
      map: { vip: Vip, mod: Moderator, admin: Admin, superadmin: Admin, creator: Admin }
"""
HD = """
  - hd_admin:
      package: HDAdmin
      map: { VIP: Vip, Mod: Moderator, Admin: Admin, Owner: Admin }
"""
# The shapes of Kohl's Admin 0.17, with its traps: ids as texts, `persist` incomplete, an infinite rank.
KOHL = """
local hooks = {}
local function hook()
    local made = Instance.new("BindableEvent")
    return { Connect = function(_, fn) return made.Event:Connect(fn) end, Fire = function() made:Fire() end }
end
shared._K_INTERFACE = {
    Auth = {},
    Hook = { roleAdded = hook(), roleRemoved = hook() },
    Data = {
        roles = {
            everyone = { _key = "everyone", _rank = 0 },
            vip = { _key = "vip", _rank = 1 },
            mod = { _key = "mod", _rank = 2 },
            admin = { _key = "admin", _rank = 3 },
            superadmin = { _key = "superadmin", _rank = 4 },
            creator = { _key = "creator", _rank = math.huge },
            helper = { _key = "helper", _rank = 2.5 },
        },
        members = {
            ["1"] = { name = "One", roles = { "everyone", "admin" }, persist = {} },
            ["2"] = { name = "Two", roles = { "everyone", "vip" }, persist = { "vip" } },
            ["3"] = { name = "Three", roles = { "everyone" }, persist = {} },
            ["4"] = { name = "Four", roles = { "everyone", "creator" }, persist = {} },
            ["5"] = { name = "Five", roles = { "everyone", "helper" }, persist = {} },
        },
    },
}
"""


def files(sources: str) -> dict[str, str]:
    return {
        "specs/project.yaml": "ovhl: 1\nname: Test\n" + PACKAGES,
        "specs/roles.yaml": ROLES.format(sources=sources),
        "specs/config.yaml": 'fields: { admin_whitelist: { type: "id[..10]", default: [30] } }\n',
    }


def start(folder: Path, sources: str) -> Game:
    return Game.start(Project(folder).write(files(sources)).root)


@pytest.fixture
def kohls(tmp_path: Path) -> Iterator[Game]:
    with start(tmp_path, KOHLS) as game:
        yield game


@pytest.fixture
def hd(tmp_path: Path) -> Iterator[Game]:
    with start(tmp_path, HD) as game:
        yield game


def role(game: Game, name: str) -> Any:
    source = f"""
    local roles = require(Shared.Kernel.ServiceManager):Get("PermissionSync")
    return roles:GetRole(game:GetService("Players"):FindFirstChild("{name}"))
    """
    return (game.run("server", source) or {}).get("1")


def join(game: Game, name: str, user_id: int, *, settled: bool = True, seconds: float = 2) -> None:
    game.join(name, user_id)
    if settled:
        game.run("server", f'player("{name}"):SetAttribute("_KRolesLoaded", true)')
    game.advance(seconds)


def warnings(game: Game) -> list[str]:
    return [line for line in game.monitored() if "can't be asked" in line]


def test_roles_by_its_keys(kohls: Game) -> None:
    kohls.run("server", KOHL)
    for user_id, wanted in ((1, "Admin"), (2, "Vip"), (3, "Guest"), (4, "Admin"), (5, "Guest"), (6, "Guest")):
        join(kohls, f"P{user_id}", user_id)
        assert role(kohls, f"P{user_id}") == wanted
    assert warnings(kohls) == []


def test_what_it_says_itself_counts_before_its_lists(kohls: Game) -> None:
    kohls.run(
        "server", KOHL + "shared._K_INTERFACE.Auth.getRank = function(userId) return if userId == 3 then 2 else 0 end"
    )
    join(kohls, "Three", 3)
    assert role(kohls, "Three") == "Moderator"
    kohls.run("server", "shared._K_INTERFACE.Auth.getRank = function() error('broken') end")
    join(kohls, "One", 1)
    assert role(kohls, "One") == "Admin"


def test_it_counts_before_the_others_unless_it_knows_of_nothing(kohls: Game) -> None:
    kohls.run("server", KOHL)
    kohls.account(2, groups={77: [Role(1, "Owner", 255)]})
    kohls.account(3, groups={77: [Role(1, "Owner", 255)]})
    join(kohls, "Two", 2)
    join(kohls, "Three", 3)
    join(kohls, "Twenty", 20)
    join(kohls, "Thirty", 30)
    assert [role(kohls, name) for name in ("Two", "Three", "Twenty", "Thirty")] == [
        "Vip",
        "Admin",
        "Moderator",
        "Admin",
    ]


def test_where_it_is_not_the_others_count_at_once(kohls: Game) -> None:
    join(kohls, "Twenty", 20, settled=False, seconds=0.2)
    assert role(kohls, "Twenty") == "Moderator"
    kohls.advance(200)
    assert warnings(kohls) == []


def test_it_may_come_late(kohls: Game) -> None:
    join(kohls, "One", 1)
    assert role(kohls, "One") == "Guest"
    kohls.advance(10)
    kohls.run("server", KOHL)
    kohls.advance(2)
    assert role(kohls, "One") == "Admin"


def test_it_may_know_a_player_late(kohls: Game) -> None:
    """Until then the others count, and nobody waits for longer than five seconds."""
    kohls.run("server", KOHL)
    join(kohls, "One", 1, settled=False, seconds=6)
    assert role(kohls, "One") == "Guest"
    kohls.run("server", 'player("One"):SetAttribute("_KRolesLoaded", true)')
    kohls.advance(2)
    assert role(kohls, "One") == "Admin"


def test_what_changes_there_counts_in_the_next_step(kohls: Game) -> None:
    kohls.run("server", KOHL)
    join(kohls, "Three", 3)
    kohls.run(
        "server",
        'table.insert(shared._K_INTERFACE.Data.members["3"].roles, "mod") shared._K_INTERFACE.Hook.roleAdded.Fire()',
    )
    kohls.advance(0.05)
    assert role(kohls, "Three") == "Moderator"
    kohls.run(
        "server",
        'shared._K_INTERFACE.Data.members["3"].roles = { "everyone" } shared._K_INTERFACE.Hook.roleRemoved.Fire()',
    )
    kohls.advance(0.05)
    assert role(kohls, "Three") == "Guest"


@pytest.mark.parametrize(
    "broken",
    [
        "5",
        "{}",
        "{ Data = {} }",
        "{ Data = { roles = {}, members = 3 } }",
        "{ Data = { roles = {}, members = { ['20'] = 3 } } }",
        "{ Data = { roles = { a = 1, b = {} }, members = { ['20'] = { roles = { 'a', 'b', 7 } } } } }",
        "{ Data = { roles = { a = { _rank = 1, _key = 5 } }, members = { ['20'] = { roles = { a = true } } } } }",
        "{ Auth = { getRank = function() return 0 / 0 end }, Data = { roles = {}, members = {} } }",
        "setmetatable({}, { __index = function() error('no') end })",
    ],
)
def test_whatever_it_is_the_others_go_on(kohls: Game, broken: str) -> None:
    kohls.run("server", f"shared._K_INTERFACE = {broken}")
    join(kohls, "Twenty", 20)
    assert role(kohls, "Twenty") == "Moderator"
    assert len(warnings(kohls)) <= 1


def test_one_that_breaks_lowers_nobody(kohls: Game) -> None:
    kohls.run("server", KOHL)
    join(kohls, "One", 1)
    kohls.run("server", "shared._K_INTERFACE.Data.roles = nil")
    kohls.advance(200)
    assert role(kohls, "One") == "Admin"
    assert len(warnings(kohls)) in (2, 3)  # one a refresh


@pytest.mark.parametrize(("studio", "wanted"), [("", "Guest"), ("      studio: trust\n", "Admin")])
def test_in_studio_it_makes_everybody_a_creator_and_is_not_asked(tmp_path: Path, studio: str, wanted: str) -> None:
    project = Project(tmp_path).write(files(KOHLS + studio))
    assert project.json("build").code == 0
    build_place(project.root, tmp_path / "game.rbxl")
    found = load(project.root).project
    assert found is not None
    with Game(found, Session(tmp_path / "game.rbxl", studio=True)) as game:
        game.boot()
        game.run("server", KOHL)
        join(game, "Four", 4)
        assert role(game, "Four") == wanted


HD_ADMIN = """
local ranks = { One = 5, Two = 1, Three = 0, Four = 4 }
local cf = { GetRankId = function(_, player) return ranks[player.Name] end }
return { GetMain = function() return { GetModule = function() return cf end } end }
"""


def give_hd(game: Game, source: str = HD_ADMIN) -> None:
    """Its own loader puts it where it is looked for."""
    game.edit("ServerStorage.HDAdminSetup", source)
    game.run("server", 'game:GetService("ServerStorage").HDAdminSetup.Parent = game:GetService("ReplicatedStorage")')
    game.advance(2)


def test_hd_admin(hd: Game) -> None:
    give_hd(hd)
    for user_id, name, wanted in (
        (1, "One", "Admin"),
        (2, "Two", "Vip"),
        (20, "Three", "Moderator"),
        (4, "Four", "Guest"),
    ):
        join(hd, name, user_id)
        assert role(hd, name) == wanted
    join(hd, "Five", 5)  # it says nothing
    assert role(hd, "Five") == "Guest"
    assert len(warnings(hd)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "error('no')",
        "return nil",
        "return { GetMain = function() error('not yet') end }",
        "return { GetMain = function() task.wait(1e6) end }",
        HD_ADMIN.replace("ranks[player.Name]", "'Owner'"),
        HD_ADMIN.replace("ranks[player.Name]", "99"),
    ],
)
def test_a_broken_hd_admin_leaves_the_others(hd: Game, source: str) -> None:
    join(hd, "Before", 20)
    give_hd(hd, source)
    join(hd, "Twenty", 20, seconds=7)
    assert role(hd, "Twenty") == role(hd, "Before") == "Moderator"
    assert len(warnings(hd)) <= 1


SCENARIO = """
scenario: Who is a moderator there may
players: { Siti: { user_id: 1, kohls: mod }, Budi: { user_id: 2, kohls: helper }, Tono: { user_id: 3 } }
servers: 2
steps:
  - join: { players: [Siti, Budi, Tono], server: 2 }
  - advance: 2 s
  - fire: { as: Siti, event: Gate.Open }
    expect: { state: { module: Gate, fields: { opened: 1 } } }
    server: 2
  - fire: { as: Budi, event: Gate.Open }
    expect: { refused: NET_DENIED }
    server: 2
  - fire: { as: Tono, event: Gate.Open }
    expect: { refused: NET_DENIED }
    server: 2
"""
GATE = {
    "specs/modules/Gate/module.yaml": """
module: Gate
realm: server
domain: OVHL_Modules
state: { opened: { type: u32, default: 0 } }
events: { Open: { from: client, payload: {}, allow: [Moderator], worker: Logic.open } }
""",
    "specs/modules/Gate/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.open(context: Types.Context, _player: Player)
	context.State.opened += 1
end

return Logic
""",
    "specs/scenarios/gate.yaml": SCENARIO,
}


def test_players_of_a_scenario_have_roles_there(tmp_path: Path) -> None:
    project = Project(tmp_path).write({**files(KOHLS), **GATE})
    assert [one["message"] for one in project.json("test").findings] == []


def test_a_scenario_says_that_the_source_is_missing(tmp_path: Path) -> None:
    project = Project(tmp_path).write({**files(HD), **GATE})
    found = [one["message"] for one in project.json("test").findings]
    assert found == ["needs the source kohls_admin in roles.yaml, which this game doesn't have"]
