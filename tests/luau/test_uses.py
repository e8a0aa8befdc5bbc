"""`uses` of a core service whose spec file is absent: the game builds, and what the worker has of it is nil."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.luau.test_kernel import module, worker
from tests.support.games import errors, game, printed
from tests.support.projects import Project

DATA = {"specs/data.yaml": "store: Test\nversion: 1\nplayer: { coins: { type: u32, default: 5 } }\n"}
SERVER = """function Logic.start(context: Types.Context)
	local data, roles = context.DataService, context.PermissionSync
	print(`{data ~= nil} {roles ~= nil} {context.ServiceManager:Get("PermissionSync") ~= nil}`)
end

-- What is nil in one game is called in another, by the same code.
function Logic.greet(context: Types.Context, player: Player)
	local data = context.DataService
	if data then
		data:GetPlayerData(player):Set("coins", 6)
	end
	if context.PermissionSync and context.PermissionSync:HasRole(player, "Admin") then
		print("welcome")
	end
end"""
CLIENT = """function Logic.start(context: Types.Context)
	print(`{context.TopbarIntegration ~= nil} {context.StyleService ~= nil}`)
end"""
START = "lifecycle: { init: Logic.start }\n"
GREET = "lifecycle: { init: Logic.start, player_added: Logic.greet }\n"


def files(key: str = "uses") -> dict[str, str]:
    return {
        "specs/project.yaml": "ovhl: 1\nname: Test\n",
        **module("Shop", f"{key}: [DataService, PermissionSync]\n{GREET}"),
        **worker("Shop", SERVER),
        **module("Panel", f"{key}: [TopbarIntegration, StyleService]\n{START}", realm="client"),
        **worker("Panel", CLIENT),
    }


@pytest.mark.tools
@pytest.mark.parametrize(("extra", "said"), [({}, "false false false"), (DATA, "true false false")])
def test_it_is_nil_while_the_game_runs(extra: dict[str, str], said: str, tmp_path: Path) -> None:
    outcome = game(tmp_path, {**files(), **extra}).play()
    assert errors(outcome) == []
    assert said in printed(outcome, since=0)
    assert "false false" in printed(outcome, side="Siti", since=0)
    assert [line.text for line in outcome.lines if line.level == "warn"] == []


def test_it_is_no_mistake(project: Project) -> None:
    assert project.write(files()).json("check").codes == []


@pytest.mark.tools
@pytest.mark.parametrize("extra", [{}, DATA])
def test_nor_for_the_types_of_workers(extra: dict[str, str], project: Project) -> None:
    """Findings of the runtime are another test's."""
    project.write({**files(), **extra})
    assert project.run("build").code == 0
    findings = project.json("lint", "--types").findings
    assert {finding["file"].partition("/")[0] for finding in findings} <= {"out"}


def test_depends_on_it_is_one(project: Project) -> None:
    """The message says both ways out, in both languages."""
    project.write(files("depends"))
    findings = project.json("check").findings
    assert [finding["code"] for finding in findings] == ["E0421"] * 4
    assert "write it, or name `DataService` under `uses`" in project.run("check").out
    assert "tulis berkas itu, atau sebut `DataService` di `uses`" in project.run("check", "--lang", "id").out
