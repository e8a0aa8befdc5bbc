"""Attribute contracts: what builders wrote is read, checked, and followed live."""

from __future__ import annotations

import pytest

from tests.support.games import Game, Played, errors, game, printed, probe

pytestmark = pytest.mark.tools

MODULE = """
module: Zones
realm: server
domain: OVHL_Modules
log: { domain: ZONE }
attributes:
  Stage:
    under: Workspace.Stages
    each: Model
    fields:
      Zone_ID: { type: string(1..8), required: true, unique: true }
      Zone_Title: { type: string(..20), fallback: $Zone_ID }
      Zone_Size: { type: integer(1..500), fallback: 20 }
      Zone_Spot: { type: Vector3 }
  Speaker:
    tagged: Speaker
    each: Folder
    fields:
      Audio_ZoneID: { type: string(1..8), required: true, references: Stage }
lifecycle: { init: Logic.start }
"""
LOGIC = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.start(context: Types.Context)
	for _, record in context.Attributes.Stage:Read() do
		print("read", record.Zone_ID, record.Zone_Title, record.Zone_Size, record.Zone_Spot, record.instance.Name)
	end
	for _, record in context.Attributes.Speaker:Read() do
		print("speaker", record.Audio_ZoneID, record.instance.Name)
	end
	context.Attributes.Stage:OnAdded(function(record)
		print("added", record.Zone_ID, record.Zone_Size)
	end)
	context.Attributes.Stage:OnChanged(function(record)
		print("changed", record.Zone_ID, record.Zone_Size)
	end)
	context.Attributes.Stage:OnRemoved(function(record)
		print("removed", record.Zone_ID)
		error("a callback that fails")
	end)
end

return Logic
"""
PLACE = """ovhl: 1
name: Zones
place:
  Workspace:
    Stages:
      $className: Folder
      Bare: { $className: Model }
      Big: { $className: Model, $attributes: { Zone_ID: big, Zone_Size: 900 } }
      Copy: { $className: Model, $attributes: { Zone_ID: full } }
      ALittle: { $className: Model, $attributes: { Zone_ID: full, Zone_Title: The full one, Zone_Size: 7 } }
      Folder: { $className: Folder, $attributes: { Zone_ID: no } }
      Wrong: { $className: Model, $attributes: { Zone_ID: 5 } }
    Left: { $className: Folder, $properties: { Tags: [Speaker] }, $attributes: { Audio_ZoneID: full } }
    Lost: { $className: Folder, $properties: { Tags: [Speaker] }, $attributes: { Audio_ZoneID: nowhere } }
"""


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(
        tmp_path_factory.mktemp("zones"),
        {
            "specs/project.yaml": PLACE,
            "specs/modules/Zones/module.yaml": MODULE,
            "specs/modules/Zones/Logic.luau": LOGIC,
        },
    )


def said(outcome: Played, mark: str) -> list[str]:
    return [text.split("[Zones] ", 1)[1] for text in outcome.texts("server") if "[Zones]" in text and mark in text]


def test_what_is_read_at_the_start(zones: Game) -> None:
    """By path; fallbacks used, wrong values count as missing, other classes are no business of the contract."""
    outcome = zones.play(seconds=1)
    assert printed(outcome, since=0)[1:-1] == [
        "read full The full one 7 nil ALittle",
        "read big big 20 nil Big",
        "speaker full Left",
        "added full 7",
        "added big 20",
    ]
    assert errors(outcome) == []


def test_what_is_logged(zones: Game) -> None:
    """Missing and required: ERROR, skipped. A fallback: WARN. Taken or pointing nowhere: ERROR, skipped."""
    outcome = zones.play(seconds=1)
    wrong = set(said(outcome, "💀"))
    assert wrong == {
        "Missing required attribute: Zone_ID; Bare is skipped",
        "Missing required attribute: Zone_ID; Wrong is skipped",
        "Zone_ID full is taken; Copy is skipped",
        "Audio_ZoneID nowhere names nothing; Lost is skipped",
    }
    assert "Missing attribute: Zone_Size; 20 is used" in said(outcome, "⚠️")
    assert "Missing attribute: Zone_Title; Zone_ID is used" in said(outcome, "⚠️")
    assert any('"reason":"900 is outside 1..500"' in text for text in outcome.texts("server"))


def test_changes_are_followed(zones: Game) -> None:
    """A new value, a new Instance, one that becomes valid, one that goes: each told once."""
    outcome = zones.play(
        probe('workspace.Stages.ALittle:SetAttribute("Zone_Size", 8)', at=1),
        probe(
            """
            local made = Instance.new("Model")
            made.Name = "New"
            made:SetAttribute("Zone_ID", "new")
            made.Parent = workspace.Stages
            """,
            at=2,
        ),
        probe('workspace.Stages.Bare:SetAttribute("Zone_ID", "bare")', at=3),
        probe("workspace.Stages.ALittle:Destroy()", at=4),
        probe('workspace.Stages.Bare:SetAttribute("Zone_ID", nil)', at=5),
    )
    assert printed(outcome) == [
        "changed full 8",
        "added new 20",
        "added bare 20",
        "removed full",
        "added full 20",
        "removed bare",
    ]


def test_a_callback_that_fails_is_logged_and_goes_on(zones: Game) -> None:
    outcome = zones.play(
        probe("workspace.Stages.ALittle:Destroy()", at=1), probe("workspace.Stages.Big:Destroy()", at=2)
    )
    failed = [text for text in outcome.texts("server") if "Zones: attributes.Stage failed" in text]
    assert len(failed) == 2
    assert errors(outcome) == []
