"""A value that can't be shown, stored or drawn is refused or bounded where it comes in, and stops nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.simulator.game import Game, GameError
from tests.support.projects import Project

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/roles.yaml": "roles: { Guest: { rank: 0 }, Owner: { rank: 9 } }\ndefault: Guest\n"
    "sources: [{ users: { Owner: [1] } }]\n",
    "specs/admin.yaml": "roles: [Owner]\n",
    "specs/data.yaml": "store: Bank\nversion: 1\nplayer: { score: { type: number, default: 0 } }\n"
    "leaderboards: { Best: { of: score, top: 3, refresh: 5 s } }\n",
    "specs/modules/Quiet/module.yaml": "module: Quiet\nrealm: server\ndomain: OVHL_Modules\n"
    "depends: [SystemMonitor, DataService, StyleService]\n",
    "specs/modules/Quiet/Logic.luau": "--!strict\nlocal Logic = {}\n\nreturn Logic\n",
    "specs/modules/Worse/module.yaml": "module: Worse\nrealm: server\ndomain: OVHL_Modules\n"
    "lifecycle: { init: Logic.init }\n",
    "specs/modules/Worse/Logic.luau": "--!strict\nreturn { init = function() end }\n",
}
CONTEXT = 'local context = record("Quiet").context '


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("poison")).write(FILES).root


@pytest.fixture
def game(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as running:
        running.join("Own", 1)
        running.advance(8)
        yield running


@pytest.mark.parametrize("call", ['Metric("\\xff", 1)', 'Metric(string.rep("é", 49) .. "x\\xc3", 1)'])
def test_a_metric_whose_name_is_no_text_is_refused(game: Game, call: str) -> None:
    """It would take all others out of the panel's answer."""
    with pytest.raises(GameError, match="METRIC_INVALID"):
        game.run("server", f"{CONTEXT} context.SystemMonitor:{call}")


def test_a_counter_stays_a_number(game: Game) -> None:
    """However much is added to it."""
    game.run("server", f'{CONTEXT} for _ = 1, 3 do context.SystemMonitor:Metric("much", 1.5e308, "counter") end')
    answer = game.request("Own", "AdminPanel.GetHealth", {})
    assert answer is not None and answer.response is not None, answer
    assert [one["value"] > 1e308 for one in answer.response["metrics"] if one["name"] == "much"] == [True]


def test_what_new_code_raises_is_answered_as_text(game: Game) -> None:
    """Whatever bytes are in it."""
    game.edit("ServerScriptService.Server.OVHL_Modules.Worse.Logic", 'error("\\xff\\xfe")')
    answer = game.request("Own", "AdminPanel.ReloadModule", {"name": "Worse", "force": True})
    game.advance(2)
    assert answer is not None and answer.response is not None, answer
    assert answer.response["code"] == "KERNEL_LOAD"


def test_tables_that_stand_in_each_other_are_logged_at_once(game: Game) -> None:
    """As far as a line goes; a hundred ways on each of eight levels have no end."""
    data = "local data = { 1 } for _ = 1, 7 do data = table.create(100, data) end"
    game.run("server", f'{CONTEXT} {data} context.Logger:Warn("much", data)', settle=True)
    long = "local data = {} for n = 1, 300000 do data[n] = n end"
    game.run("server", f'{CONTEXT} {long} context.Logger:Warn("long", data)', settle=True)
    lines = [str(one.get("text")) for one in game.facts if "Data: [" in str(one.get("text"))]
    assert [line.removeprefix("└─ Data: ")[:9] for line in lines] == ["[[[[[[[[1", "[1,2,3,4,"]
    assert all(len(line) < 4100 for line in lines)


@pytest.mark.parametrize(("score", "shown"), [("1e300", 2**63 - 1024), ("-1e300", -(2**63)), ("2^53 + 2", 2**53 + 2)])
def test_a_board_takes_what_it_can_hold(game: Game, score: str, shown: int) -> None:
    """A number beyond what Roblox orders counts as the last that it does: nobody tries for ever to write it."""
    game.run("server", f'{CONTEXT} context.DataService:GetPlayerData(player("Own")):Set("score", {score})')
    game.run("server", f'{CONTEXT} context.DataService:GetPlayerData(player("Own")):Save()', settle=False)
    game.advance(30)
    found = game.run("server", f'{CONTEXT} return context.DataService:GetLeaderboard("Best")[1].value')
    assert found == {"1": shown}
    before = len(game.facts)
    game.advance(60)
    assert not [one for one in game.facts[before:] if one.kind == "saved" and "Best" in str(one)]


@pytest.mark.parametrize("value", ["0 / 0", "math.huge", "-math.huge"])
def test_a_token_that_is_no_number_is_refused(game: Game, value: str) -> None:
    """By its path; the theme stays as it was."""
    style = f"{CONTEXT} context.StyleService"
    with pytest.raises(GameError, match=r"STYLE_TOKEN: transparency\.modal: a finite number expected"):
        game.run("server", f'{style}:SetTheme("default", {{ transparency = {{ modal = {value} }} }})')
    found = game.run(
        "server",
        f'{style}:SetTheme("default", {{ transparency = {{ modal = 0.25 }} }}) '
        'return context.StyleService:GetToken("transparency.modal")',
    )
    assert found == {"1": 0.25}
