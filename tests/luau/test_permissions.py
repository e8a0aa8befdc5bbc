"""PermissionSync: a player's role from every source of roles.yaml, whatever fails meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game, Role
from tests.support.projects import Project

pytestmark = pytest.mark.tools

ROLES = """
roles:
  Guest: { rank: 0 }
  Vip: { rank: 1 }
  Moderator: { rank: 50 }
  Admin: { rank: 100 }
default: Guest
sources:
  - creator: Admin
  - users: { Moderator: [20, 21] }
  - gamepasses: { Vip: Vip, 555: Moderator }
  - groups:
      77: [{ min_rank: 200, role: Admin }, { min_rank: 10, role: Vip }]
      78: [{ min_rank: 1, role: Moderator }]
      79: [{ min_rank: 0, role: Vip }]
cache: { refresh: 60 s }
"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/roles.yaml": ROLES,
    "specs/monetization.yaml": "gamepasses: { Vip: { id: 444 } }\n",
    "specs/config.yaml": 'fields: { admin_whitelist: { type: "id[..10]", default: [30] } }\n',
    "specs/modules/Gate/module.yaml": """
module: Gate
realm: server
domain: OVHL_Modules
depends: [PermissionSync]
lifecycle: { init: Logic.init, player_added: Logic.added, player_removing: Logic.removing }
events:
  Ask: { from: client, request: {}, response: string, rate: 100/s burst 100, allow: [Moderator], worker: Logic.ask }
""",
    "specs/modules/Gate/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	context.PermissionSync:OnRoleChanged(function(player, new, old)
		print("changed", player.Name, old, new)
	end)
end

function Logic.added(context: Types.Context, player: Player)
	print("added", player.Name, context.PermissionSync:GetRole(player))
end

function Logic.removing(context: Types.Context, player: Player)
	print("removing", player.Name, context.PermissionSync:GetRole(player))
end

function Logic.ask(context: Types.Context, player: Player): string
	return context.PermissionSync:GetRole(player)
end

return Logic
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("gate")).write(FILES).root


@pytest.fixture
def gate(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as game:
        yield game


def roles(game: Game, expression: str) -> Any:
    """What an expression about the service is on the server."""
    source = f"""
    local roles = require(Shared.Kernel.ServiceManager):Get("PermissionSync")
    local players = game:GetService("Players")
    return {expression}
    """
    values = game.run("server", source)
    return None if values is None else values.get("1")


def role(game: Game, name: str) -> str:
    return str(roles(game, f"roles:GetRole(players.{name})"))


def printed(game: Game) -> list[str]:
    lines = [str(fact.get("text")) for fact in game.facts if fact.kind == "print" and fact.side == "server"]
    return [line for line in lines if line.split(" ")[0] in ("changed", "added", "removing")]


def warnings(game: Game) -> list[str]:
    return [line for line in game.monitored() if "can't be asked" in line]


def join(game: Game, name: str, user_id: int, *, seconds: float) -> None:
    """Without waiting for what is on its way."""
    game.session.ask("join", server=1, name=name, user_id=user_id)
    game.session.ask("advance", seconds=seconds)


def member(*ranks: int) -> tuple[Role, ...]:
    return tuple(Role(rank, f"Rank {rank}", rank) for rank in ranks)


@pytest.mark.parametrize(
    ("user_id", "account", "expected"),
    [
        (5, {}, "Guest"),
        (1, {}, "Admin"),  # who made the game
        (20, {}, "Moderator"),
        (30, {}, "Admin"),  # the whitelist
        (5, {"gamepasses": [444]}, "Vip"),
        (5, {"gamepasses": [444, 555]}, "Moderator"),
        (5, {"groups": {77: member(9)}}, "Guest"),
        (5, {"groups": {77: member(10)}}, "Vip"),
        (5, {"groups": {79: member(1)}}, "Vip"),  # any member, and no stranger
        (5, {"groups": {77: member(10, 200, 30)}}, "Admin"),  # several roles: the highest
        (5, {"groups": {77: member(10), 78: member(1)}}, "Moderator"),
        (20, {"groups": {77: member(10)}}, "Moderator"),  # the highest of all sources
    ],
)
def test_the_highest_rank_of_all_sources(gate: Game, user_id: int, account: dict[str, Any], expected: str) -> None:
    gate.account(user_id, **account)
    gate.join("Siti", user_id)
    assert role(gate, "Siti") == expected
    assert roles(gate, 'players.Siti:GetAttribute("OVHL_Role")') == expected
    assert printed(gate) == [f"added Siti {expected}"]
    answer = gate.request("Siti", "Gate.Ask")
    assert answer is not None
    allowed = expected in ("Moderator", "Admin")
    assert (answer.response, answer.code) == ((expected, None) if allowed else (None, "NET_DENIED"))


def test_has_role_and_names_that_are_none(gate: Game) -> None:
    gate.join("Siti", 20)
    for asked, has in (("Guest", True), ("Vip", True), ("Moderator", True), ("Admin", False)):
        assert roles(gate, f'roles:HasRole(players.Siti, "{asked}")') is has
    problem = roles(gate, 'select(2, pcall(roles.HasRole, roles, players.Siti, "Boss"))')
    assert "Boss is no role of roles.yaml" in problem


def test_a_role_is_looked_up_again(gate: Game) -> None:
    """What was lost is lost, what was won is won, each `refresh` seconds; who listens hears of it once."""
    gate.account(5, groups={77: member(200)})
    gate.join("Siti", 5)
    gate.account(5, groups={77: member(10)})
    gate.advance(50)
    assert role(gate, "Siti") == "Admin"
    gate.advance(10)
    assert role(gate, "Siti") == "Vip"
    assert roles(gate, 'players.Siti:GetAttribute("OVHL_Role")') == "Vip"
    gate.account(5, groups={77: member(10), 78: member(5)})
    gate.advance(120)
    assert printed(gate) == ["added Siti Admin", "changed Siti Admin Vip", "changed Siti Vip Moderator"]


def test_a_gamepass_counts_at_once(gate: Game) -> None:
    """Also where Roblox doesn't know of it yet."""
    gate.join("Siti", 5)
    gate.purchase("Siti", gamepass=444, buys=False)
    assert role(gate, "Siti") == "Guest"
    gate.service_fault("gamepasses", "failing", seconds=200)
    gate.purchase("Siti", gamepass=444)
    assert role(gate, "Siti") == "Vip"
    gate.advance(150)
    assert role(gate, "Siti") == "Vip"
    gate.purchase("Siti", gamepass=999)
    assert printed(gate) == ["added Siti Guest", "changed Siti Guest Vip"]


@pytest.mark.parametrize("kind", ["failing", "hanging"])
def test_a_source_that_fails_leaves_the_others(gate: Game, kind: str) -> None:
    gate.account(5, gamepasses=[444], groups={77: member(200)})
    gate.service_fault("groups", kind, seconds=30)
    gate.join("Siti", 5)
    gate.advance(6)
    assert role(gate, "Siti") == "Vip"
    told = warnings(gate)
    assert [line.split('"')[1].split(" can't")[0] for line in told] == ["group 77", "group 78", "group 79"]
    gate.advance(60)
    assert role(gate, "Siti") == "Admin"


@pytest.mark.parametrize("kind", ["failing", "hanging"])
def test_a_failure_lowers_nobody(gate: Game, kind: str) -> None:
    gate.account(5, groups={77: member(200)})
    gate.join("Siti", 5)
    gate.service_fault("groups", kind, seconds=250)
    gate.account(5, groups={77: member(10)})
    gate.advance(230)
    assert role(gate, "Siti") == "Admin"
    assert len(warnings(gate)) == 3 * 3  # each group once in each of three looks
    gate.advance(130)
    assert role(gate, "Siti") == "Vip"


def test_what_waits_for_a_role(gate: Game) -> None:
    """A request, `player_added` and `GetRole` wait while the sources hang, and no longer than that."""
    gate.service_fault("groups", "hanging", seconds=3)
    gate.account(20, gamepasses=[444])
    gate.join("Siti", 20)
    assert roles(gate, "roles:GetRole(players.Siti)") is None
    assert gate.request("Siti", "Gate.Ask") is None
    assert printed(gate) == []
    gate.advance(6)
    assert printed(gate) == ["added Siti Moderator"]
    answers = [fact.get("data") for fact in gate.facts if fact.kind == "answered" and fact.side == "Siti"]
    assert answers == ["Moderator"]


def test_a_late_answer(gate: Game) -> None:
    """It counts when it comes, unless a newer one came before it."""
    gate.account(5, groups={77: member(200)})
    gate.service_fault("groups", "slow", seconds=1)
    join(gate, "Siti", 5, seconds=12)
    assert printed(gate) == ["added Siti Guest", "changed Siti Guest Admin"]


def test_an_answer_that_a_newer_one_overtook(tmp_path: Path) -> None:
    files = FILES | {"specs/roles.yaml": ROLES.replace("60 s", "5 s")}
    with Game.start(Project(tmp_path).write(files).root) as gate:
        gate.account(5, groups={77: member(200)})
        gate.service_fault("groups", "slow", seconds=1)
        join(gate, "Siti", 5, seconds=2)
        gate.account(5, groups={77: member(10)})
        gate.advance(30)
        assert printed(gate) == ["added Siti Guest", "changed Siti Guest Vip"]


def test_a_purchase_is_forgotten_with_who_bought(gate: Game) -> None:
    """Roblox knows of it when they come back, or it was none."""
    gate.join("Siti", 5)
    gate.purchase("Siti", gamepass=444)
    gate.leave("Siti")
    gate.service_fault("gamepasses", "failing", seconds=100)
    gate.join("Siti", 5)
    assert role(gate, "Siti") == "Guest"


def test_who_leaves(gate: Game) -> None:
    """Their last role is known to the end; who leaves before it was found has the default one."""
    gate.join("Siti", 30)
    gate.leave("Siti")
    gate.service_fault("groups", "hanging", seconds=30)
    gate.join("Budi", 30)
    gate.leave("Budi")
    gate.advance(100)
    assert printed(gate) == ["added Siti Admin", "removing Siti Admin", "added Budi Guest", "removing Budi Guest"]
    assert warnings(gate) == []  # nobody waits for an answer any more


def test_what_a_module_connected_ends_with_it(gate: Game) -> None:
    gate.join("Siti", 5)
    assert gate.reload("Gate", force=True) is not None
    gate.purchase("Siti", gamepass=444)
    assert [line for line in printed(gate) if line.startswith("changed")] == ["changed Siti Guest Vip"]


def test_grants_say_that_they_are_not_there(gate: Game) -> None:
    gate.join("Siti", 1)
    assert roles(gate, 'select(2, roles:SetRole(players.Siti, 5, "Vip"))') == "PERM_UNAVAILABLE"
    assert roles(gate, "select(2, roles:RevokeRole(players.Siti, 5))") == "PERM_UNAVAILABLE"


def test_a_game_without_roles_has_no_permission_sync(tmp_path: Path) -> None:
    project = Project(tmp_path).write({"specs/project.yaml": "ovhl: 1\nname: Test\n"})
    assert project.json("build").code == 0
    assert list(tmp_path.glob("out/*/Server/Core/PermissionSync")) == []
    assert "PermissionSync" not in (tmp_path / "out/src/Server/Core/Kernel/Services.luau").read_text("utf-8")


# roles that are granted while the game runs

GRANTS = {
    **FILES,
    "specs/roles.yaml": ROLES.replace("sources:\n", "sources:\n  - granted\n"),
    "specs/data.yaml": "store: Test\nversion: 1\n",
}


@pytest.fixture
def granting(tmp_path: Path) -> Iterator[Game]:
    with Game.start(Project(tmp_path).write(GRANTS).root) as game:
        game.join("Admin", 1)  # the creator
        game.join("Mod", 20)
        game.join("Siti", 5)
        yield game


def change(game: Game, by: str, call: str, seconds: float = 2) -> list[Any]:
    source = f'return require(Shared.Kernel.ServiceManager):Get("PermissionSync"):{call}'
    piece = game.begin("server", source.replace("BY", f'player("{by}")'))
    game.advance(seconds)
    values = game.returned(piece)
    assert values is not None, "it still waits"
    return list(values.values())


def role_of(game: Game, name: str) -> str:
    return str(change(game, name, "GetRole(BY)")[0])


def test_a_role_is_granted_and_taken_back(granting: Game) -> None:
    assert change(granting, "Admin", 'SetRole(BY, 5, "Moderator")') == [True]
    assert role_of(granting, "Siti") == "Moderator"
    assert "changed Siti Guest Moderator" in [fact.get("text") for fact in granting.facts if fact.kind == "print"]
    granting.leave("Siti")
    granting.join("Siti", 5)
    assert role_of(granting, "Siti") == "Moderator"
    assert change(granting, "Admin", "RevokeRole(BY, 5)") == [True]
    assert role_of(granting, "Siti") == "Guest" and not granting.stored("Test", "Role_5")


@pytest.mark.parametrize(
    ("by", "call"),
    [
        ("Mod", 'SetRole(BY, 5, "Moderator")'),  # not below their own
        ("Mod", 'SetRole(BY, 1, "Vip")'),  # of somebody above
        ("Mod", 'SetRole(BY, 20, "Vip")'),  # their own
        ("Mod", "RevokeRole(BY, 21)"),  # of somebody beside, who isn't here
        ("Siti", 'SetRole(BY, 6, "Guest")'),
    ],
)
def test_only_below_one_s_own(granting: Game, by: str, call: str) -> None:
    assert change(granting, by, call) == [False, "PERM_DENIED"]


def test_a_role_for_who_is_not_here(granting: Game) -> None:
    assert change(granting, "Mod", 'SetRole(BY, 6, "Vip")') == [True]
    granting.join("Budi", 6)
    assert role_of(granting, "Budi") == "Vip"


def test_a_source_that_fails_grants_nothing(granting: Game) -> None:
    granting.service_fault("groups", "failing", seconds=5)
    assert change(granting, "Mod", 'SetRole(BY, 6, "Vip")') == [False, "PERM_UNAVAILABLE"]
    granting.data_fault("unavailable", seconds=100)
    assert change(granting, "Admin", 'SetRole(BY, 5, "Vip")', 90) == [False, "PERM_UNAVAILABLE"]
    assert role_of(granting, "Siti") == "Guest"


def test_other_servers_hear_of_it(granting: Game) -> None:
    granting.add_server()
    granting.join("Budi", 6)
    granting.server = 1
    assert change(granting, "Admin", 'SetRole(BY, 6, "Moderator")', 5) == [True]
    granting.server = 2
    assert role_of(granting, "Budi") == "Moderator"


def test_a_server_that_cannot_hear_the_others_tries_again(granting: Game) -> None:
    """After thirty seconds and again after sixty; that it couldn't is said once."""
    granting.service_fault("messaging", "failing", seconds=40)
    granting.add_server()
    granting.join("Budi", 6)
    granting.advance(70)
    granting.server = 1
    assert change(granting, "Admin", 'SetRole(BY, 6, "Moderator")', 5) == [True]
    granting.server = 2
    assert role_of(granting, "Budi") == "Moderator"
    unheard = [line for line in granting.monitored() if "OVHL_Roles: other servers aren't heard yet" in line]
    assert len(unheard) == 1


def test_a_granted_role_that_is_gone_counts_for_nothing(granting: Game) -> None:
    granting.store("Test", "Role_7", {"role": "King"})
    granting.store("Test", "Role_8", "garbage")
    granting.join("Tuti", 7)
    granting.join("Joko", 8)
    assert role_of(granting, "Tuti") == "Guest" and role_of(granting, "Joko") == "Guest"
