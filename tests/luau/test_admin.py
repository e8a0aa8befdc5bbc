"""AdminPanel: what administrators see and change, who may, what is written down (docs/origin.md, Core OS 12, 13)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Answer, Game
from tests.luau.test_admin_systems import KOHL
from tests.support.projects import Project

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": """
ovhl: 1
name: Test
kernel: { hot_reload: { enabled: '@config.reloads', dependents: reject } }
network: { violations: { kick_after: 40, within: 60 s } }
logging: { persist: true }
packages: { KohlsAdmin: { at: [ServerScriptService.Kohl] } }
""",
    "specs/types.yaml": "types: { Mood: { enum: [calm, wild] } }\n",
    "specs/roles.yaml": """
roles: { Guest: { rank: 0 }, Vip: { rank: 1 }, Helper: { rank: 50 }, Admin: { rank: 100 }, Owner: { rank: 200 } }
default: Guest
sources:
  - kohls_admin: { package: KohlsAdmin, map: { admin: Admin } }
  - granted
  - users: { Vip: [2], Admin: [7, 8], Owner: [9] }
""",
    "specs/admin.yaml": 'roles: [Admin]\nwhitelist: "@config.admin_whitelist"\n',
    "specs/data.yaml": """
store: Test
version: 1
player: { coins: { type: u32, default: 0 }, email: { type: string(..50), default: none, private: true } }
save: { retries: 1, backoff: 1 s, backoff_cap: 2 s, lock_timeout: 60 s }
""",
    "specs/config.yaml": """
fields:
  pace: { type: number(1..9), default: 2, editable_by: Admin, doc: How fast it goes. }
  fixed: { type: string(..9), default: as built }
  mood: { type: Mood, default: calm, editable_by: Admin, realm: shared }
  tags: { type: "string(..5)[..3]", default: [a], editable_by: Owner }
  reloads: { type: boolean, default: true, editable_by: Admin }
  admin_whitelist: { type: "id[..9]", default: [5], editable_by: Owner }
""",
    "specs/modules/Clock/module.yaml": """
module: Clock
realm: server
domain: OVHL_Modules
version: 1.2.3
""",
    "specs/modules/Clock/Logic.luau": "return {}\n",
    "specs/modules/Bell/module.yaml": """
module: Bell
realm: server
domain: OVHL_Modules
depends: [Clock]
""",
    "specs/modules/Bell/Logic.luau": "return {}\n",
}
PEOPLE = {"Guest": 1, "Vip": 2, "Listed": 5, "Admin": 7, "Peer": 8, "Owner": 9}
DONE: dict[str, Any] = {"messages": {}}  # Luau's empty table is both
# Of each request, what an administrator would ask.
ASKED: dict[str, Any] = {
    "GetConfig": None,
    "SetConfig": {"name": "pace", "value": "5"},
    "ListModules": None,
    "ReloadModule": {"name": "Clock", "force": True},
    "GetLogs": {"is_earlier": False},
    "GetHealth": None,
    "GetPermissions": None,
    "SetRole": {"user_id": 1, "role": "Vip"},
    "RevokeRole": {"user_id": 1},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("admin")).write(FILES).root


@contextmanager
def playing(folder: Path, people: Mapping[str, int]) -> Iterator[Game]:
    """The game with those people in it, by name and user id."""
    with Game.start(folder) as found:
        found.advance(1)
        for name, user_id in people.items():
            found.join(name, user_id)
        found.advance(1)
        yield found


@pytest.fixture
def game(folder: Path) -> Iterator[Game]:
    with playing(folder, PEOPLE) as found:
        yield found


def ask(game: Game, player: str, request: str, given: Any = None) -> Any:
    """The answer to a request that is answered."""
    game.advance(1)  # within its rate
    before = len(game.facts)
    answer = game.request(player, f"AdminPanel.{request}", given)
    if answer is None:  # it reads a store
        game.advance(2)
        [data] = [one.get("data") for one in game.facts[before:] if one.kind == "returned" and one.side == player]
        answer = Answer(data.get("1"), data.get("2"))
    assert answer.code is None, answer
    return answer.response


def refused(game: Game, player: str, request: str, given: Any = None) -> str:
    answer = game.request(player, f"AdminPanel.{request}", given)
    assert isinstance(answer, Answer)
    assert answer.response is None, answer
    return str(answer.code)


def audited(game: Game) -> list[str]:
    """The lines with [ADMIN], without their times."""
    return [line[22:] for line in game.monitored() if " [ADMIN] " in line]


def setting(game: Game, name: str, player: str = "Admin") -> dict[str, Any]:
    [found] = [one for one in ask(game, player, "GetConfig")["settings"] if one["name"] == name]
    return dict(found)


def test_every_request_is_tried_here(game: Game) -> None:
    assert sorted(game.project.modules["AdminPanel"].events) == sorted(ASKED)


def test_an_administrator_sees_the_settings_as_an_editor_needs_them(game: Game) -> None:
    assert setting(game, "pace") == {
        "name": "pace",
        "kind": "number",
        "type": "number(1..9)",
        "low": 1,
        "high": 9,
        "doc": "How fast it goes.",
        "value": "2",
        "default": "2",
        "role": "Admin",
        "may_edit": True,
    }
    mood = setting(game, "mood")
    assert (mood["kind"], mood["choices"], mood["value"]) == ("choice", ["calm", "wild"], '"calm"')
    assert (setting(game, "fixed").get("role"), setting(game, "fixed")["may_edit"]) == (None, False)
    tags = setting(game, "tags")
    assert (tags["kind"], tags["may_edit"], json.loads(tags["value"])) == ("list", False, ["a"])
    assert setting(game, "tags", "Owner")["may_edit"] is True
    assert setting(game, "reloads")["kind"] == "switch"


def test_a_setting_is_changed_and_written_down(game: Game) -> None:
    assert ask(game, "Admin", "SetConfig", ASKED["SetConfig"]) == DONE
    assert setting(game, "pace")["value"] == "5"
    assert game.settings(["pace"]) == {"pace": 5}
    assert audited(game)[0] == (
        "[SERVICE:AdminPanel] [LEVEL:INFO] [CODE:ADMIN_SET_CONFIG] [ADMIN] "
        'Message: "Admin did set pace" Data: {"by":7,"name":"pace","value":"5"}'
    )


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("pace", "99", "CONFIG_INVALID"),
        ("pace", '"5"', "CONFIG_INVALID"),
        ("pace", "{", "CONFIG_INVALID"),
        ("pace", "", "CONFIG_INVALID"),
        ("pace", "null", "CONFIG_INVALID"),
        ("mood", '"loud"', "CONFIG_INVALID"),
        ("fixed", '"x"', "CONFIG_FIXED"),
        ("tags", '["b"]', "PERM_DENIED"),
        ("nothing", "1", "CONFIG_UNKNOWN"),
        ("admin_whitelist", "[7]", "PERM_DENIED"),
    ],
)
def test_what_may_not_be_set_changes_nothing(game: Game, name: str, value: str, code: str) -> None:
    before = game.settings(["pace", "mood", "fixed", "tags", "admin_whitelist"])
    assert ask(game, "Admin", "SetConfig", {"name": name, "value": value})["code"] == code
    assert game.settings(list(before)) == before
    [line] = audited(game)
    assert line.startswith("[SERVICE:AdminPanel] [LEVEL:WARN] [CODE:ADMIN_SET_CONFIG] [ADMIN] ")
    assert f'"code":"{code}"' in line


def test_who_is_on_the_whitelist_is_an_administrator(game: Game) -> None:
    assert ask(game, "Listed", "SetConfig", {"name": "tags", "value": '["b"]'}) == DONE
    assert game.settings(["tags"]) == {"tags": ["b"]}


def test_modules_are_listed_and_reloaded(game: Game) -> None:
    entries = {one["name"]: one for one in ask(game, "Admin", "ListModules")["modules"]}
    assert entries["Clock"] == {"name": "Clock", "realm": "server", "version": "1.2.3", "state": "ready"}
    assert {"AdminPanel", "Bell"} < set(entries)
    outcome = ask(game, "Admin", "ReloadModule", {"name": "Clock", "force": False})
    assert outcome == {"code": "RELOAD_DEPENDENTS", "messages": ["Bell need Clock"]}
    outcome = ask(game, "Admin", "ReloadModule", {"name": "Clock", "force": True})
    assert outcome == {"messages": ["stopped", "reloaded", "Bell"]}
    lines = [line for line in audited(game) if "ADMIN_RELOAD" in line]
    assert [re.findall(r"LEVEL:(\w+)", line) for line in lines] == [["WARN"], ["INFO"]]
    game.configure({"reloads": False})
    game.advance(2)
    assert ask(game, "Admin", "ReloadModule", {"name": "Clock", "force": True})["code"] == "RELOAD_OFF"


def test_the_panel_reloads_itself(game: Game) -> None:
    outcome = ask(game, "Admin", "ReloadModule", {"name": "AdminPanel", "force": False})
    assert outcome == {"messages": ["queued"]}
    game.advance(1)
    assert game.module("AdminPanel") == ("ready", None)
    assert setting(game, "pace")["value"] == "2"


def test_logs_are_found_by_level_module_and_text(game: Game) -> None:
    say = 'require(Shared.Kernel.ServiceManager):Get("SystemMonitor"):Log("Shop", "{}", "{}", "{}")'
    for level, code, message in (("INFO", "OPEN", "the shop opens"), ("ERROR", "BROKEN", "Nothing is SOLD")):
        game.run("server", say.format(level, code, message))

    def found(**filter_: Any) -> list[str]:
        lines = ask(game, "Admin", "GetLogs", {"is_earlier": False, **filter_})["lines"]
        return [line["code"] for line in lines]

    assert found(service="Shop") == ["OPEN", "BROKEN"]
    assert found(service="Shop", level="WARN") == ["BROKEN"]
    assert found(text="sold") == ["BROKEN"]
    game.advance(3)
    assert found(text="broken") == ["BROKEN"]
    everything = ask(game, "Admin", "GetLogs", {"is_earlier": False})["lines"]
    numbers = [line["number"] for line in everything]
    assert numbers == sorted(numbers)
    assert all(line["server"] == "" for line in everything)
    game.advance(3)
    assert found(before=numbers[3]) == [line["code"] for line in everything[:3]]
    for number in range(150):
        game.run("server", say.format("INFO", f"N{number}", "x"), settle=False)
    assert found(service="Shop") == [f"N{number}" for number in range(50, 150)], "the newest hundred"


def test_warnings_and_errors_of_earlier_servers_are_found(game: Game) -> None:
    say = 'local monitor = require(Shared.Kernel.ServiceManager):Get("SystemMonitor")\n'
    say += 'monitor:Log("Shop", "{}", "{}", "{}", {{ email = "a@b.c" }})'
    game.run("server", say.format("INFO", "OPEN", "the shop opens"))
    game.run("server", say.format("WARN", "SLOW", "the shop is slow"))
    assert ask(game, "Admin", "GetLogs", {"is_earlier": True}) == {"lines": {}}
    game.advance(61)
    game.add_server()
    game.join("Later", 7_000)
    game.configure({"admin_whitelist": [7_000]})
    game.advance(2)
    lines = ask(game, "Later", "GetLogs", {"is_earlier": True})["lines"]
    [line] = [one for one in lines if one["service"] == "Shop"]
    assert (line["code"], line["level"], line["message"]) == ("SLOW", "WARN", "the shop is slow")
    assert line["server"] != ""
    assert line["data"] == '{"email":"<private>"}'
    game.advance(35)  # what was read is remembered for a while
    game.data_fault("unavailable")
    assert ask(game, "Later", "GetLogs", {"is_earlier": True, "text": "slow"}) == {
        "lines": {},
        "code": "LOGS_UNAVAILABLE",
    }


def test_health_has_its_numbers(game: Game) -> None:
    found = ask(game, "Admin", "GetHealth")
    assert (found["status"], found["issues"]) == ("ok", {})
    metrics = {one["name"]: one for one in found["metrics"]}
    assert metrics["kernel.init.Clock"]["kind"] == "timing"
    assert metrics["kernel.init.Clock"]["p95"] >= metrics["kernel.init.Clock"]["p50"]
    game.advance(3)
    again = {one["name"]: one for one in ask(game, "Admin", "GetHealth")["metrics"]}
    assert again["kernel.network.request"]["count"] >= 1


def test_roles_are_given_and_taken_back(game: Game) -> None:
    def role(player: str) -> str:
        game.advance(3)
        people = {one["name"]: one for one in ask(game, "Owner", "GetPermissions")["people"]}
        assert people[player]["user_id"] == PEOPLE[player]
        return str(people[player]["role"])

    assert role("Guest") == "Guest"
    assert ask(game, "Admin", "SetRole", {"user_id": 1, "role": "Helper"}) == DONE
    assert role("Guest") == "Helper"
    assert ask(game, "Admin", "RevokeRole", {"user_id": 1}) == DONE
    assert role("Guest") == "Guest"
    given, taken = (line for line in audited(game) if "_ROLE" in line)
    assert given.endswith('Message: "Admin did give 1 the role Helper" Data: {"by":7,"role":"Helper","user":"1"}')
    assert taken.endswith('Message: "Admin did take back the role of 1" Data: {"by":7,"user":"1"}')


@pytest.mark.parametrize(
    ("request_", "given"),
    [
        ("SetRole", {"user_id": 1, "role": "Admin"}),  # one's own rank
        ("SetRole", {"user_id": 1, "role": "Owner"}),  # above
        ("SetRole", {"user_id": 8, "role": "Vip"}),  # a peer
        ("SetRole", {"user_id": 9, "role": "Vip"}),  # one above
        ("SetRole", {"user_id": 7, "role": "Helper"}),  # oneself
        ("SetRole", {"user_id": 5, "role": "Vip"}),  # on the whitelist
        ("RevokeRole", {"user_id": 8}),
        ("RevokeRole", {"user_id": 7}),
        ("RevokeRole", {"user_id": 9}),
    ],
)
def test_nobody_gives_what_they_have_or_takes_from_who_is_no_lower(game: Game, request_: str, given: Any) -> None:
    before = ask(game, "Owner", "GetPermissions")
    assert ask(game, "Admin", request_, given)["code"] == "PERM_DENIED"
    game.advance(3)
    assert ask(game, "Owner", "GetPermissions") == before
    assert "[LEVEL:WARN]" in next(line for line in audited(game) if "_ROLE" in line)


@pytest.mark.parametrize("request_", ASKED)
@pytest.mark.parametrize("player", ["Guest", "Vip"])
def test_who_is_no_administrator_reaches_nothing(game: Game, player: str, request_: str) -> None:
    state = (game.settings(["pace"]), game.stored("Test", "Role_1"))
    assert refused(game, player, request_, ASKED[request_]) == "NET_DENIED"
    game.advance(1)
    assert (game.settings(["pace"]), game.stored("Test", "Role_1")) == state
    [line] = audited(game)
    assert line.startswith("[SERVICE:Network] [LEVEL:WARN] [CODE:LOG] [ADMIN] ")
    assert f'"AdminPanel.{request_} refused: NET_DENIED"' in line
    assert f'"player":{PEOPLE[player]}' in line
    answered = ask(game, "Admin", request_, ASKED[request_])
    assert answered.get("code") is None, "an administrator reaches it"


FLOOD = """
for _ = 1, {count} do
    task.spawn(send, "AdminPanel.{request}", {given})
end
"""


def flood(game: Game, player: str, request: str, source: str, steps: int) -> None:
    """A thousand a second: so many in each step of the client."""
    for _ in range(steps):
        game.run(player, FLOOD.format(count=17, request=request, given=source), settle=False)
        game.advance(1 / 60)


SOURCES = {
    "GetConfig": "{}",
    "SetConfig": '{ name = "pace", value = "5" }',
    "ListModules": "{}",
    "ReloadModule": '{ name = "Clock", force = true }',
    "GetLogs": "{ is_earlier = false }",
    "GetHealth": "{}",
    "GetPermissions": "{}",
    "SetRole": '{ user_id = 1, role = "Vip" }',
    "RevokeRole": "{ user_id = 1 }",
}


def is_kicked(game: Game, player: str) -> bool:
    return any(one.kind == "kick" and one.side == player for one in game.facts)


@pytest.mark.parametrize("player", ["Guest", "Vip"])
@pytest.mark.parametrize("request_", SOURCES)
def test_a_flood_of_who_may_not_has_no_effect_and_ends_with_a_kick(game: Game, request_: str, player: str) -> None:
    before = (game.settings(["pace"]), game.stored("Test", "Role_1"))
    starts = len([one for one in game.facts if one.kind == "published"])
    flood(game, player, request_, SOURCES[request_], 3)
    game.advance(1)
    assert (game.settings(["pace"]), game.stored("Test", "Role_1")) == before
    assert not [one for one in game.facts if one.kind == "published"][starts:], "nothing was reloaded"
    denied = [line for line in audited(game) if "refused: NET_DENIED" in line]
    limited = [line for line in audited(game) if "refused: NET_RATE" in line]
    assert (len(denied), len(limited)) == (1, 1), "each kind is told of once in ten seconds"
    assert is_kicked(game, player)
    seen = len(game.facts)
    assert ask(game, "Admin", request_, ASKED[request_]).get("code") is None
    effects = {
        "SetConfig": lambda: game.settings(["pace"]) == {"pace": 5},
        "ReloadModule": lambda: any(one.get("subject") == "ModuleReloaded" for one in game.facts[seen:]),
        "SetRole": lambda: game.stored("Test", "Role_1") == {"role": "Vip"},
    }
    assert effects.get(request_, lambda: True)(), "an administrator's has the effect"


FORGED: dict[str, list[dict[str, Any]]] = {
    "SetConfig": [{"name": 5, "value": "5"}, {"name": "pace"}, {"name": "pace", "value": "9" * 4000}],
    "ReloadModule": [{"name": "", "force": True}, {"name": "Clock", "force": "yes"}, {"name": "C" * 51, "force": True}],
    "GetLogs": [{"level": "LOUD", "is_earlier": False}, {"before": -1, "is_earlier": False}, {"text": "x" * 101}],
    "SetRole": [
        {"user_id": 2.0**53, "role": "Vip"},
        {"user_id": 1, "role": "Emperor"},
        {"user_id": 1.5, "role": "Vip"},
    ],
    "RevokeRole": [{"user_id": 2.0**53}, {"user_id": "1"}, {}],
}


@pytest.mark.parametrize("request_", FORGED)
def test_what_is_forged_is_refused_whoever_sends_it(game: Game, request_: str) -> None:
    before = (game.settings(["pace"]), game.stored("Test", "Role_1"))
    for given in FORGED[request_]:
        game.advance(1)
        assert refused(game, "Admin", request_, given) == "NET_INVALID"
    assert (game.settings(["pace"]), game.stored("Test", "Role_1")) == before
    assert len([line for line in audited(game) if "refused: NET_INVALID" in line]) == 1
    assert ask(game, "Admin", request_, ASKED[request_]).get("code") is None


def make_an_administrator(game: Game) -> None:
    """Of Guest, by Kohl's."""
    settle = 'for _, one in game:GetService("Players"):GetPlayers() do one:SetAttribute("_KRolesLoaded", true) end'
    game.run("server", f"{KOHL}\n{settle}")
    game.advance(2)


def demote(game: Game) -> None:
    """Guest again, in this step."""
    removed = 'kohl.Data.members["1"].roles = { "everyone" } kohl.Hook.roleRemoved:Fire()'
    game.run("server", f"local kohl = shared._K_INTERFACE {removed}", settle=False)


@pytest.mark.parametrize("request_", SOURCES)
def test_who_is_demoted_in_the_same_step_reaches_nothing(game: Game, request_: str) -> None:
    """Kohl's makes somebody an administrator; what they send leaves before they are one no more, and arrives after."""
    make_an_administrator(game)
    assert ask(game, "Guest", "ListModules")["modules"], "who is an administrator is answered"
    source = SOURCES[request_].replace("user_id = 1", "user_id = 4")
    game.run("Guest", f'task.spawn(send, "AdminPanel.{request_}", {source})', settle=False)
    facts = len(game.facts)
    demote(game)
    game.advance(1)
    assert ("refused", "NET_DENIED") in [(one.kind, one.get("word")) for one in game.facts[facts:]]
    assert game.settings(["pace"]) == {"pace": 2}
    published = [str(one.get("subject")) for one in game.facts[facts:] if one.kind == "published"]
    assert set(published) <= {"RoleChanged"}, "the change of role itself"
    assert game.stored("Test", "Role_4") is None


def test_who_is_demoted_while_a_role_is_looked_up_grants_nothing(game: Game) -> None:
    make_an_administrator(game)
    game.data_fault("slow", seconds=20)
    game.run("Guest", 'task.spawn(send, "AdminPanel.SetRole", { user_id = 400, role = "Vip" })', settle=False)
    game.session.ask("advance", seconds=0.5)
    demote(game)
    game.advance(40)
    assert game.stored("Test", "Role_400") is None
    [line] = [line for line in audited(game) if "ADMIN_SET_ROLE" in line]
    assert '"code":"PERM_DENIED"' in line


def spend_writes(game: Game) -> None:
    """The budget of this minute: further writes wait for the next."""
    spend = 'local store = game:GetService("DataStoreService"):GetDataStore("Other") for n = 1, 400 do '
    for call in ('Remove", store, "k" .. n', 'Set", store, "k" .. n, n', 'Update", store, "k" .. n, tostring'):
        name, args = call.split('"', 1)
        game.run("server", f"{spend} task.spawn(pcall, store.{name}Async{args}) end", settle=False)


def test_who_is_demoted_while_taking_back_waits_for_its_request_takes_nothing(game: Game) -> None:
    """Requests of whatever kind have a budget: what waits for it asks again."""
    make_an_administrator(game)
    game.store("Test", "Role_400", {"role": "Vip"})
    spend_writes(game)
    game.run("Guest", 'task.spawn(send, "AdminPanel.RevokeRole", { user_id = 400 })', settle=False)
    game.session.ask("advance", seconds=0.5)
    demote(game)
    game.advance(90)
    assert game.stored("Test", "Role_400") == {"role": "Vip"}
    [line] = [line for line in audited(game) if "ADMIN_REVOKE_ROLE" in line]
    assert '"code":"PERM_DENIED"' in line


@pytest.mark.parametrize(("request_", "given"), [("SetRole", {"role": "Vip"}), ("RevokeRole", {})])
def test_what_another_server_granted_meanwhile_counts(game: Game, request_: str, given: dict[str, Any]) -> None:
    """Who may change it is asked of what is stored when it is stored, not of what was read before."""
    spend_writes(game)
    more = "".join(f', {name} = "{value}"' for name, value in given.items())
    game.run("Admin", f'task.spawn(send, "AdminPanel.{request_}", {{ user_id = 400{more} }})', settle=False)
    game.session.ask("advance", seconds=0.5)
    game.store("Test", "Role_400", {"role": "Admin"})
    game.advance(90)
    assert game.stored("Test", "Role_400") == {"role": "Admin"}


def test_refusals_of_the_panel_are_written_down_where_others_are_not(tmp_path: Path) -> None:
    """`violations.log: false` is about the events of the game."""
    head = FILES["specs/project.yaml"].replace("kick_after: 40", "log: false, kick_after: 40")
    with Game.start(Project(tmp_path).write({**FILES, "specs/project.yaml": head}).root) as game:
        game.join("Guest", 1)
        game.advance(1)
        assert refused(game, "Guest", "SetConfig", ASKED["SetConfig"]) == "NET_DENIED"
        assert len(audited(game)) == 1
