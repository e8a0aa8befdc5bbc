"""Settings, numbers and roles: what `check` refuses, and what counts while the game runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.simulator.game import Game
from tests.support.projects import Project

ROLES = "roles: { Guest: { rank: 0 }, Mod: { rank: 50 }, Owner: { rank: 200 } }\ndefault: Guest\n"
HUGE = "9" * 400


def errors(project: Project, files: dict[str, str]) -> list[str]:
    project.base().write(files)
    return [
        f"{one['code']} {one['file']}:{one['line']}" for one in project.json().findings if one["severity"] == "error"
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f'kernel: {{ init_timeout: "{HUGE} s" }}', "E0106"),
        (f'kernel: {{ disable_after: {{ within: "{HUGE}.5 h" }} }}', "E0106"),
        ("kernel: { init_timeout: 0 s }", "E0106"),
        (f"kernel: {{ disable_after: {{ failures: {HUGE} }} }}", "E0015"),
        (f'network: {{ default_rate: "{HUGE}/s" }}', "E0105"),
        (f'network: {{ default_rate: "1/s burst {HUGE}" }}', "E0105"),
        (f'network: {{ default_rate: "1/{HUGE}s" }}', "E0105"),
        ("network: { violations: { kick_after: 1e400 } }", "E0015"),
    ],
)
def test_a_number_that_no_float_holds_is_refused_at_its_line(project: Project, line: str, code: str) -> None:
    """A duration, a rate or a plain number: in Luau it would be `inf`, which is no name there."""
    assert errors(project, {"specs/project.yaml": f"ovhl: 1\nname: Test\n{line}\n"}) == [f"{code} specs/project.yaml:3"]


@pytest.mark.parametrize("number", [HUGE, "1e309", "0x" + "f" * 300, "-1" + "0" * 5000])
@pytest.mark.parametrize("kind", ["f64", "u32", "any"])
def test_no_default_is_too_large_for_a_float(project: Project, number: str, kind: str) -> None:
    """Whatever the type is, and however many digits there are."""
    state = f"state:\n  x: {{ type: {kind}, default: {number} }}\n"
    module = f"module: Shop\nrealm: server\ndomain: OVHL_Modules\n{state}"
    assert errors(project, {"specs/modules/Shop/module.yaml": module}) == ["E0015 specs/modules/Shop/module.yaml:5"]


def test_a_version_may_be_written_as_any_number(project: Project) -> None:
    """YAML has more than one way to write a whole number."""
    data = "store: Test\nversion: 0x1\nplayer: { coins: { type: u8, default: 0o7 } }\n"
    assert errors(project, {"specs/data.yaml": data}) == []
    assert project.run("build").code == 0
    assert "version = 1," in (project.root / "out/src/Server/Services/DataService/Config.luau").read_text("utf-8")


def test_a_limit_is_named_where_a_duration_passes_it(project: Project) -> None:
    files = {
        "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 2 h, disable_after: { within: 9 ms } }\n",
        "specs/data.yaml": "store: Test\nversion: 1\nsave: { lock_timeout: 5 s, backoff: 2 min, backoff_cap: 1 ms }\n",
    }
    project.base().write(files)
    shown = project.run("check").err + project.run("check").out
    assert "between 100 ms and 1 h" in shown and "between 1 s and 24 h" in shown
    assert "between 20 s and 1 h" in shown and "between 100 ms and 1 min" in shown
    assert "antara 100 ms dan 1 h" in project.run("check", "--lang", "id").out


@pytest.mark.parametrize(
    ("admin", "fields", "found"),
    [
        ("", "admin_whitelist: { type: 'id[..9]', default: [], editable_by: Mod }", ["E0740"]),
        ("", "admin_whitelist: { type: 'id[..9]', default: [], editable_by: Owner }", []),
        ("", "others: { type: 'id[..9]', default: [], editable_by: Mod }", []),
        ("@config.supers", "supers: { type: 'id[..9]', default: [], editable_by: Mod }", ["E0740"]),
        (
            "@config.supers",
            "supers: { type: 'id[..9]', default: [] }\n"
            "  admin_whitelist: { type: 'id[..9]', default: [], editable_by: Mod }",
            [],
        ),
        ("@config.supers", "supers: { type: 'string(..9)[..9]', default: [] }", ["E0422"]),
        ("", "admin_whitelist: { type: 'string(..9)', default: x }", ["E0422"]),
    ],
)
def test_nobody_may_edit_the_list_that_makes_them_more(
    project: Project, admin: str, fields: str, found: list[str]
) -> None:
    """Who is on the whitelist has the highest role: only that role may edit the field that counts as one."""
    files = {"specs/roles.yaml": ROLES, "specs/config.yaml": f"fields:\n  {fields}\n"}
    if admin:
        files["specs/admin.yaml"] = f'roles: [Mod]\nwhitelist: "{admin}"\n'
    assert [one.split()[0] for one in errors(project, files)] == found


ALIASES = {
    "specs/types.yaml": "types:\n  Seconds: { alias: number(1..9) }\n  User: { alias: id }\n"
    "  Users: { alias: 'User[..9]' }\n  Flag: { alias: bool }\n  Maybe: { alias: u8? }\n",
    "specs/roles.yaml": ROLES,
    "specs/data.yaml": "store: Test\nversion: 1\nplayer: { coins: { type: Seconds, default: 1 } }\n"
    "leaderboards: { Best: { of: coins, top: 3, refresh: 60 s } }\n",
    "specs/config.yaml": """fields:
  tick: { type: Seconds, default: 1, editable_by: Mod }
  autosave_interval: { type: Seconds, default: 8 }
  admin_whitelist: { type: Users, default: [], editable_by: Owner }
  flag: { type: Flag, default: true, editable_by: Mod }
""",
    "specs/monetization.yaml": "products: { P: { id: 5, grants: { coins: 2 } } }\n",
    "specs/modules/Shop/module.yaml": """module: Shop
realm: server
domain: OVHL_Modules
config: { enabled: { type: Flag, default: true } }
events: { Ask: { from: client, payload: {}, rate: 1/s, enabled: "@config.flag", worker: Logic.ask } }
lifecycle: { every: [{ interval: "@config.tick", worker: Logic.tick }] }
""",
    "specs/modules/Shop/Logic.luau": "return { ask = function() end, tick = function() end }\n",
}


def test_a_type_with_a_name_of_its_own_is_what_it_stands_for(project: Project) -> None:
    """Wherever a place asks for a boolean, a number or a list of ids: an alias may be it."""
    assert errors(project, ALIASES) == []
    assert project.run("build").code == 0


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        ("specs/config.yaml", "tick: { type: Seconds, default: 1", "tick: { type: Flag, default: true", "E0422"),
        ("specs/config.yaml", "flag: { type: Flag, default: true", "flag: { type: Seconds, default: 1", "E0422"),
        ("specs/config.yaml", "editable_by: Owner", "editable_by: Mod", "E0740"),
        ("specs/config.yaml", "tick: {", "other: { type: Maybe, default: 1 }\n  tick: {", "E0303"),
        ("specs/monetization.yaml", "coins: 2", "coins: 20", "E0306"),
        (
            "specs/modules/Shop/module.yaml",
            "enabled: { type: Flag, default: true",
            "enabled: { type: Seconds, default: 1",
            "E0612",
        ),
    ],
)
def test_a_type_with_a_name_is_no_way_round(project: Project, path: str, old: str, new: str, found: str) -> None:
    assert old in ALIASES[path]
    files = {**ALIASES, path: ALIASES[path].replace(old, new, 1)}
    assert [one.split()[0] for one in errors(project, files)] == [found]


# While the game runs

HEAD = "module: {}\nrealm: server\ndomain: OVHL_Modules\n"
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\npackages: { KohlsAdmin: { at: [ServerScriptService.Kohl] } }\n",
    "specs/roles.yaml": """
roles: { Guest: { rank: 0 }, Vip: { rank: 1 }, Mod: { rank: 50 }, Admin: { rank: 100 }, Owner: { rank: 200 } }
default: Guest
sources:
  - kohls_admin: { package: KohlsAdmin, map: { mod: Mod, admin: Admin } }
  - granted
  - users: { Owner: [900], Admin: [901], Mod: [902, -3] }
""",
    "specs/admin.yaml": 'roles: [Mod]\nwhitelist: "@config.supers"\n',
    "specs/data.yaml": "store: Test\nversion: 1\nplayer: { friends: { type: 'id[..9]', default: [] } }\n",
    "specs/config.yaml": """
fields:
  tick: { type: number(0.5..2000000), default: 10, editable_by: Mod }
  speed: { type: u16, default: 1, editable_by: Admin }
  supers: { type: 'id[..9]', default: [555, -2] }
  admin_whitelist: { type: 'id[..9]', default: [666] }
""",
    "specs/modules/Clock/module.yaml": HEAD.format("Clock")
    + """
depends: [DataService]
events: { Me: { from: client, request: { friend: id }, response: { user: id }, worker: Logic.me } }
bus: { subscribes: { RoleChanged: Logic.changed, ConfigChanged: Logic.configured, ModuleReloaded: Logic.reloaded } }
lifecycle: { every: [{ interval: "@config.tick", worker: Logic.tick }] }
""",
    "specs/modules/Clock/Logic.luau": """--!strict
local Types = require(script.Parent.Types)
local Logic = {}
function Logic.tick(_context: Types.Context)
	print("tick")
end
function Logic.me(context: Types.Context, player: Player, request: Types.MeRequest): Types.MeResponse
	context.DataService:GetPlayerData(player):Set("friends", { request.friend })
	return { user = player.UserId }
end
function Logic.changed(_context: Types.Context, change: Types.RoleChanged)
	print(`{change.player.Name} was {change.old}, is {change.new}`)
end
function Logic.configured(_context: Types.Context, change: Types.ConfigChanged)
	print(`{change.name} is {change.new}`)
end
function Logic.reloaded(_context: Types.Context, reload: Types.ModuleReloaded)
	print(`{reload.name} is reloaded`)
end
return Logic
""",
    "specs/modules/Slow/module.yaml": HEAD.format("Slow") + "lifecycle: { init: Logic.init }\n",
    "specs/modules/Slow/Logic.luau": "return { init = function() end }\n",
}
ROLES_OF = 'require(Shared.Kernel.ServiceManager):Get("PermissionSync")'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("settings")).write(FILES).root


@pytest.fixture
def here(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as game:
        game.join("Own", 900)
        game.join("M", 902)
        game.advance(8)
        yield game


def ticks(game: Game, seconds: float) -> int:
    before = said(game).count("tick")
    game.advance(seconds)
    return said(game).count("tick") - before


def said(game: Game) -> list[str]:
    return [str(fact.get("text")) for fact in game.facts if fact.kind == "print"]


def role(game: Game, name: str) -> str:
    found = game.run("server", f'return {ROLES_OF}:GetRole(player("{name}"))') or {}
    return str(found["1"])


@pytest.mark.tools
def test_an_interval_follows_its_setting_at_once(here: Game) -> None:
    """Longer, shorter, and for the wait that is on: what has passed of it counts."""
    here.configure({"tick": 1})
    assert ticks(here, 10) in (10, 11), "of ten seconds eight had passed: the first comes at once"
    here.configure({"tick": 1_000_000})
    assert ticks(here, 60) == 0
    here.configure({"tick": 1})
    assert ticks(here, 60) in (60, 61)
    here.configure({"tick": 20})
    assert ticks(here, 12) == 0
    here.configure({"tick": 16})
    assert ticks(here, 2) == 0
    assert ticks(here, 4) == 1
    here.reload("Clock")
    here.configure({"tick": 1})
    assert ticks(here, 10) in (9, 10), "the interval of the code before has ended"


REVOKED = {
    "SetConfig": ('{ name = "speed", value = "31" }', "Config"),
    "SetRole": ('{ user_id = 77, role = "Vip" }', "Role_77"),
    "RevokeRole": ("{ user_id = 77 }", "Role_77"),
    "GetLogs": ("{ is_earlier = true }", "nothing"),
    "ReloadModule": ('{ name = "Slow", force = true }', "nothing"),
}


BUSY = """
local store = game:GetService("DataStoreService"):GetDataStore("Other")
for n = 1, 80 do
    task.spawn(pcall, store.GetAsync, store, "key" .. n)
end
"""


@pytest.mark.tools
@pytest.mark.parametrize("request_", REVOKED)
def test_what_waits_is_not_done_for_who_may_no_more(here: Game, request_: str) -> None:
    """Somebody asks; while the store fails, or new code is loaded, their role is taken back."""
    here.join("G", 910)
    here.join("T", 77)
    here.advance(4)
    for user, name in ((910, "Admin"), (77, "Mod")):
        here.run("server", f'{ROLES_OF}:SetRole(player("Own"), {user}, "{name}")', settle=False)
    here.advance(8)
    assert role(here, "G") == "Admin"
    given, key = REVOKED[request_]
    here.edit("ServerScriptService.Server.OVHL_Modules.Slow.Logic", "task.wait(4) return { init = function() end }")
    if request_ == "GetLogs":
        here.run("server", BUSY, settle=False)
    here.data_fault("unavailable", seconds=8, keys=[key])
    before = len(here.facts)
    call = f'local answer, code = send("AdminPanel.{request_}", {given})'
    here.run("G", f"{call} print(answer and answer.code or code)", settle=False)
    here.advance(1)
    here.run("server", f'{ROLES_OF}:RevokeRole(player("Own"), 910)', settle=False)
    here.advance(40)
    assert role(here, "G") == "Guest"
    answers = [str(fact.get("text")) for fact in here.facts[before:] if fact.kind == "print" and fact.side == "G"]
    assert answers == ["PERM_DENIED"]
    assert here.settings(["speed"]) == {"speed": 1}
    assert "Slow is reloaded" not in said(here)
    assert here.stored("Test", "Role_77") == {"role": "Mod"}


@pytest.mark.tools
def test_what_the_bus_tells_of_settings_and_roles(here: Game) -> None:
    """`Types.RoleChanged`, `Types.ConfigChanged`, `Types.ModuleReloaded`; a player's first role is no change."""
    here.run("server", f'{ROLES_OF}:SetRole(player("Own"), 902, "Admin")', settle=False)
    here.advance(3)
    here.configure({"speed": 7})
    here.reload("Slow")
    here.advance(3)
    assert [text for text in said(here) if " is " in text] == [
        "M was Mod, is Admin",
        "speed is 7",
        "Slow is reloaded",
    ]


@pytest.mark.tools
def test_users_of_studio_s_tests_are_users(here: Game) -> None:
    """Ids below 0: in a request and its answer, in stored data, in roles.yaml, on the whitelist, to be given a role."""
    for name, user in (("P1", -1), ("P2", -2), ("P3", -3)):
        here.join(name, user)
    here.advance(8)
    answer = here.request("P1", "Clock.Me", {"friend": -2})
    assert answer is not None and answer.response == {"user": -1}
    here.run("server", f'{ROLES_OF}:SetRole(player("Own"), -1, "Vip")', settle=False)
    here.advance(40)
    assert [role(here, name) for name in ("P1", "P2", "P3")] == ["Vip", "Owner", "Mod"]
    assert here.stored("Test", "Player_-1")["data"]["friends"] == [-2]


@pytest.mark.tools
def test_the_whitelist_is_the_field_that_admin_yaml_names(here: Game) -> None:
    """At the start, and when it changes; the field of the other name is a list of numbers."""
    for name, user in (("Super", 555), ("Old", 666), ("New", 556)):
        here.join(name, user)
    here.advance(8)
    assert [role(here, name) for name in ("Super", "Old", "New")] == ["Owner", "Guest", "Guest"]


KOHL = """
shared._K_INTERFACE = {
    Auth = { getRank = %s },
    Hook = {},
    Data = {
        roles = {
            everyone = { _key = "everyone", _rank = 0 },
            mod = { _key = "mod", _rank = 2 },
            trainee = { _key = "trainee", _rank = 3 },
            admin = { _key = "admin", _rank = 3 },
            helper = { _key = "helper", _rank = 3 },
        },
        members = {
            ["11"] = { roles = { "everyone", "admin" } },
            ["12"] = { roles = { "everyone", "trainee", "mod" } },
            ["13"] = { roles = { "everyone", "trainee", "admin" } },
            ["14"] = { roles = { "everyone", "mod" } },
        },
    },
}
"""


@pytest.mark.tools
@pytest.mark.parametrize("rank", ["nil", "function(id) return if id == 14 then 2 elseif id < 14 then 3 else 0 end"])
def test_a_role_of_kohls_counts_by_its_key(folder: Path, rank: str) -> None:
    """Three roles share a rank, of which one is mapped: who has another one of them isn't that."""
    with Game.start(folder) as game:
        game.run("server", KOHL % rank)
        for user in range(11, 16):
            game.join(f"K{user}", user)
        settled = 'for _, one in game:GetService("Players"):GetPlayers() do one:SetAttribute("_KRolesLoaded", true) end'
        game.run("server", settled)
        game.advance(8)
        found = [role(game, f"K{user}") for user in range(11, 16)]
        assert found == ["Admin", "Guest", "Admin", "Mod", "Guest"]
