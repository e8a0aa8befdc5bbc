"""Attribute contracts: what is gone is let go, what changed is read alone, what is there already is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ovhlgen.simulator.game import Game
from ovhlgen.simulator.session import Session
from tests.support.games import built

pytestmark = pytest.mark.tools

MODULE = """
module: Zone
realm: server
domain: OVHL_Modules
attributes:
  Coin: { tagged: Coin, each: Folder, fields: { Coin_Value: { type: u8, fallback: 1 } } }
  Stage:
    under: Workspace.Map.Stages
    each: Model
    fields:
      Zone_Id: { type: string(1..9), required: true, unique: true }
      Zone_Parent: { type: string(1..9), references: Stage }
  Door: { tagged: Door, each: Folder, fields: { Door_To: { type: string(1..9), required: true, references: Stage } } }
  Lamp: { tagged: Lamp, each: Folder, fields: { Lamp_Light: { type: u8, required: true } } }
  Tint:
    tagged: Tint
    each: Folder
    fields:
      Tint_Color: { type: Color3, required: true, unique: true }
      Tint_Size: { type: UDim2 }
  Shade: { tagged: Shade, each: Folder, fields: { Shade_Of: { type: Color3, required: true, references: Tint } } }
  Spot: { under: Workspace.Town.Spots, each: Folder, fields: { Spot_Id: { type: u8, required: true } } }
lifecycle: { init: Logic.init }
"""
LOGIC = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	context.Attributes.Coin:OnAdded(function(record)
		print("coin", record.Coin_Value)
	end)
	context.Attributes.Stage:OnAdded(function(record)
		print("stage", record.Zone_Id)
	end)
	context.Attributes.Stage:OnRemoved(function(record)
		print("no stage", record.Zone_Id)
	end)
	context.Attributes.Door:OnAdded(function(record)
		print("door", record.Door_To)
	end)
	context.Attributes.Door:OnRemoved(function(record)
		print("no door", record.Door_To)
	end)
end

return Logic
"""
MAKE = """
local function make(class, parent, tag, attributes)
    local made = Instance.new(class)
    for name, value in attributes do made:SetAttribute(name, value) end
    if tag then made:AddTag(tag) end
    made.Parent = parent
    return made
end
local Attributes = record("Zone").context.Attributes
_G.weak = _G.weak or setmetatable({}, { __mode = "k" })
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Game]:
    files = {
        "specs/project.yaml": "ovhl: 1\nname: Test\n",
        "specs/modules/Zone/module.yaml": MODULE,
        "specs/modules/Zone/Logic.luau": LOGIC,
    }
    project, place = built(tmp_path_factory.mktemp("zone"), files)
    with Session(place) as session:
        game = Game(project, session)
        game.boot()
        yield game


def run(game: Game, source: str) -> tuple[list[str], list[str], dict[str, object]]:
    """What was printed by callbacks, what was logged as wrong, and what the piece returned."""
    before = len(game.facts)
    returned = game.run("server", MAKE + source)
    game.advance(0.1)
    facts = game.facts[before:]
    printed = [str(one.get("text")) for one in facts if one.kind == "print" and str(one.get("text"))[:1].isascii()]
    wrong = [str(one.get("text")) for one in facts if one.kind == "log" and one.get("word") in ("WARN", "ERROR")]
    return (
        [text for text in printed if text.split()[0] in ("coin", "stage", "no", "door", "late")],
        wrong,
        returned or {},
    )


def test_what_is_gone_is_let_go(here: Game) -> None:
    """Neither its connection nor itself is held, also where a contract is only read."""
    before = run(here, "return #record('Zone').connections")[2]
    for _ in range(3):
        run(
            here,
            """
            for _ = 1, 20 do
                local coin = make("Folder", workspace, "Coin", { Coin_Value = 5 })
                local lamp = make("Folder", workspace, "Lamp", { Lamp_Light = 5 })
                _G.weak[coin], _G.weak[lamp] = true, true
                task.delay(0.05, function() coin:Destroy() lamp:Destroy() end)
            end
            assert(#Attributes.Lamp:Read() == 20)
            """,
        )
    here.advance(1)
    count = """
    for i = 1, 200 do local t = {} for j = 1, 20000 do t[j] = { j } end end
    local held = 0
    for _ in _G.weak do held += 1 end
    return held
    """
    assert run(here, "return #record('Zone').connections")[2] == before
    held = run(here, count)[2]["1"]
    assert isinstance(held, int | float) and held <= 4


def test_what_is_missing_is_said_once_an_instance(here: Game) -> None:
    """Changes elsewhere say nothing of it again; nor do changes of other attributes, or reading."""
    _, first, _ = run(here, '_G.bare = make("Folder", workspace, "Coin", {})')
    assert first == ["Missing attribute: Coin_Value; 1 is used"]
    _, others, _ = run(here, 'make("Folder", workspace, "Coin", { Coin_Value = 2 }) _G.bare:SetAttribute("Other", 1)')
    _, read, _ = run(here, "Attributes.Coin:Read()")
    assert others + read == []
    run(here, '_G.bare:SetAttribute("Coin_Value", 3)')
    _, again, _ = run(here, '_G.bare:SetAttribute("Coin_Value", "much")')
    assert again == ["Missing attribute: Coin_Value; 1 is used"]


def test_what_is_there_already_is_told_whenever_it_is_asked_for(here: Game) -> None:
    """A callback that comes later hears of each once, and so does one that was there before."""
    printed, _, _ = run(
        here,
        """
        make("Folder", workspace, "Coin", { Coin_Value = 77 })
        Attributes.Coin:OnAdded(function(record)
            if record.Coin_Value == 77 then print("late", record.Coin_Value) end
        end)
        """,
    )
    assert sorted(printed) == ["coin 77", "late 77"]


def test_a_folder_may_come_later_and_go(here: Game) -> None:
    """At any step of its path; who refers to what is below it is told too, and a contract may refer to itself."""
    printed, wrong, _ = run(here, '_G.door = make("Folder", workspace, "Door", { Door_To = "b" })')
    assert (printed, wrong) == ([], ["Door_To b names nothing; Folder is skipped"])
    grow = """
    local map = make("Folder", nil, nil, {})
    map.Name = "Map"
    map.Parent = workspace
    local stages = make("Folder", nil, nil, {})
    stages.Name = "Stages"
    stages.Parent = map
    make("Model", stages, nil, { Zone_Id = "a" })
    make("Model", stages, nil, { Zone_Id = "b", Zone_Parent = "a" })
    """
    printed, wrong, _ = run(here, grow)
    assert (printed, wrong) == (["stage a", "stage b", "door b"], [])
    printed, wrong, _ = run(here, "workspace.Map.Parent = nil")
    assert sorted(printed) == ["no door b", "no stage a", "no stage b"]
    printed, _, _ = run(here, grow)
    assert printed == ["stage a", "stage b", "door b"]


def test_reading_sees_what_was_done_in_this_very_step(here: Game) -> None:
    """Signals may come later; what is read is what is so."""
    values = run(
        here,
        """
        local lamp = make("Folder", workspace, "Lamp", { Lamp_Light = 1 })
        local first = Attributes.Lamp:Read()[1].Lamp_Light
        lamp:SetAttribute("Lamp_Light", 9)
        return first, Attributes.Lamp:Read()[1].Lamp_Light
        """,
    )[2]
    assert values == {"1": 1, "2": 9}


def test_a_folder_may_be_renamed(here: Game) -> None:
    """What bears the name is the folder; what has another one by now is none."""
    grow = """
    local town = make("Folder", workspace, nil, {})
    town.Name = "Village"
    local spots = make("Folder", town, nil, {})
    spots.Name = "Spots"
    make("Folder", spots, nil, { Spot_Id = 7 })
    Attributes.Spot:OnAdded(function(record) print("late", record.Spot_Id) end)
    Attributes.Spot:OnRemoved(function(record) print("no", record.Spot_Id) end)
    """
    assert run(here, grow)[0] == []
    assert run(here, 'workspace.Village.Name = "Town"')[0] == ["late 7"]
    assert run(here, 'workspace.Town.Spots.Name = "Places"')[0] == ["no 7"]
    assert run(here, 'workspace.Town.Places.Name = "Spots"')[0] == ["late 7"]
    assert run(here, 'workspace.Town.Name = "City"')[0] == ["no 7"]


def test_colours_are_compared_by_what_they_are(here: Game) -> None:
    """Two Color3 of the same parts are two values of Luau: as `unique` and as what is referred to they are one."""
    values = run(
        here,
        """
        make("Folder", workspace, "Tint", { Tint_Color = Color3.new(1, 0, 0), Tint_Size = UDim2.new(1, 0, 1, 0) })
        make("Folder", workspace, "Tint", { Tint_Color = Color3.new(0, 1, 0) })
        make("Folder", workspace, "Tint", { Tint_Color = Color3.new(1, 0, 0) })
        make("Folder", workspace, "Shade", { Shade_Of = Color3.new(1, 0, 0) })
        make("Folder", workspace, "Shade", { Shade_Of = Color3.new(0, 0, 1) })
        return #Attributes.Tint:Read(), #Attributes.Shade:Read()
        """,
    )[2]
    assert values == {"1": 2, "2": 1}


def test_a_folder_that_came_in_this_very_step_is_read(here: Game) -> None:
    """Also where its signals come later."""
    values = run(
        here,
        """
        local town = make("Folder", nil, nil, {})
        town.Name = "Town"
        local spots = make("Folder", town, nil, {})
        spots.Name = "Spots"
        make("Folder", spots, nil, { Spot_Id = 9 })
        town.Parent = workspace
        local first = #Attributes.Spot:Read()
        town:Destroy()
        return first, #Attributes.Spot:Read()
        """,
    )[2]
    assert values == {"1": 1, "2": 0}
