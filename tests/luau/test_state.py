"""Replicated state: live copies on clients, of everybody's and of one's own, and nothing sent where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.pipeline import load
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.session import Session
from tests.support.games import game

pytestmark = pytest.mark.tools

MODULE = """
module: Score
realm: server
domain: OVHL_Modules
workers: [Logic]
types:
  Round: { struct: { number: u8, best: "string(..20)?", names: "string(..20)[..9]" } }
state:
  round: { type: Round, default: { number: 1, names: [] }, replicate: all }
  winner: { type: "string(..20)?", replicate: all }
  secret: { type: u8, default: 9 }
  points: { type: u16, default: 5, per_player: true, replicate: owner }
api:
  Next: { args: { name: "string(..20)" }, worker: Logic.next }
  Break: { args: {}, worker: Logic.break_it }
  Add: { args: { player: Player, points: u16 }, worker: Logic.add }
"""
LOGIC = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.next(context: Types.Context, name: string)
	context.State.round.number += 1
	table.insert(context.State.round.names, name)
	context.State.winner = name
end

function Logic.break_it(context: Types.Context)
	context.State.round.number = 300
end

function Logic.add(context: Types.Context, player: Player, points: number)
	context.PlayerState[player].points += points
end

return Logic
"""
CLIENT = """
module: Board
realm: client
domain: OVHL_Modules
reads: [Score.round, Score.winner, Score.points]
lifecycle: { init: Logic.init }
"""
BOARD = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	local reads = context.Reads.Score
	print("at first", reads.round:Get(), reads.points:Get())
	reads.round:OnChange(function(new, old)
		print("round", new and new.number, old and old.number, new and table.concat(new.names, ","))
	end)
	reads.winner:OnChange(function(new, old)
		print("winner", new, old)
	end)
	reads.points:OnChange(function(new, old)
		print("points", new, old)
	end)
	local once
	once = reads.winner:OnChange(function(new)
		print("once", new)
		once:Disconnect()
	end)
end

return Logic
"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/modules/Score/module.yaml": MODULE,
    "specs/modules/Score/Logic.luau": LOGIC,
    "specs/modules/Board/module.yaml": CLIENT,
    "specs/modules/Board/Logic.luau": BOARD,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    root = tmp_path_factory.mktemp("state")
    found = game(root, FILES)
    return found.place, load(root).project


@pytest.fixture
def here(built: tuple[Path, Any]) -> Iterator[Game]:
    place, project = built
    with Session(place, seed=1) as session:
        found = Game(project, session)
        found.boot()
        yield found


def said(here: Game, player: str) -> list[str]:
    found = [str(fact.get("text")) for fact in here.facts if fact.kind == "print" and fact.side == player]
    return [text for text in found if text.split()[0] in ("at", "round", "winner", "points", "once")]


def sent(here: Game) -> list[tuple[str, str]]:
    found = [fact for fact in here.facts if fact.kind == "sent"]
    return [(str(fact.get("subject")), str(fact.get("player"))) for fact in found]


def test_a_player_who_joins_gets_all_of_it_and_then_what_changes(here: Game) -> None:
    """What is nil is nothing to send; what nobody changed isn't sent again; a listener that ended hears no more."""
    here.join("Siti")
    here.advance(1)
    assert sorted(sent(here)) == [("Score.points", "Siti"), ("Score.round", "Siti")]
    here.call("Score", "Next", {"name": "Budi"})
    here.advance(1)
    assert said(here, "Siti") == [
        "at first nil nil",
        "round 1 nil ",
        "points 5 nil",
        "round 2 1 Budi",
        "winner Budi nil",
        "once Budi",
    ]
    before = len(sent(here))
    here.advance(5)
    assert len(sent(here)) == before
    here.join("Tuti")
    here.advance(1)
    assert sorted(sent(here)[before:]) == [("Score.points", "Tuti"), ("Score.round", "Tuti"), ("Score.winner", "Tuti")]
    assert "winner Budi nil" in said(here, "Tuti")
    here.call("Score", "Next", {"name": "Tuti"})
    here.advance(1)
    assert said(here, "Siti")[-2:] == ["round 3 2 Budi,Tuti", "winner Tuti Budi"]


def test_what_is_a_player_s_own_goes_to_nobody_else(here: Game) -> None:
    here.join("Siti")
    here.join("Budi")
    here.advance(1)
    before = len(sent(here))
    here.call("Score", "Add", {"player": "Siti", "points": 7})
    here.advance(1)
    assert sent(here)[before:] == [("Score.points", "Siti")]
    assert said(here, "Siti")[-1] == "points 12 5"
    assert not any("12" in text for text in said(here, "Budi"))


def test_a_value_that_does_not_fit_is_logged_once_and_not_sent(here: Game) -> None:
    here.join("Siti")
    here.advance(1)
    before = len(sent(here))
    here.call("Score", "Break")
    here.advance(2)
    assert sent(here)[before:] == []
    logged = [str(fact.get("text")) for fact in here.facts if fact.get("word") == "ERROR"]
    assert [text for text in logged if "STATE_INVALID: Score.round isn't sent" in text and ".number" in text] == logged
    assert len(logged) == 1
