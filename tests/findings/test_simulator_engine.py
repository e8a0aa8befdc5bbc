"""The simulator does as Roblox does, or says that it doesn't: signals, members, time, datatypes, threads, tweens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import Servers, place, servers

pytestmark = pytest.mark.tools

MODULES = {
    "Folder": {
        "$className": "Folder",
        "Asks": {"$path": "asks.luau"},
        "Answers": {"$path": "answers.luau"},
    }
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder: Path = tmp_path_factory.mktemp("engine")
    built = place(
        folder,
        {"ReplicatedStorage": MODULES},
        asks__luau='return { beside = require("./Answers"), above = require("../Folder/Answers") }',
        answers__luau="return {}",
    )
    with servers(built) as found:
        yield found


def holds(here: Servers, source: str, seconds: float = 0.0) -> None:
    """The piece of Luau returns nothing but true."""
    found: list[Any] = here.run(source, seconds=seconds)
    assert found == [True] * len(found) and found, found


# signals of changes


def test_a_property_tells_of_a_change_and_of_nothing_else(here: Servers) -> None:
    """Setting what a property has already fires nothing, whatever its type."""
    source = """
        local part, label = Instance.new("Part"), Instance.new("TextLabel")
        part.Material, label.Text, label.Size = Enum.Material.Wood, "a", UDim2.new(0, 1, 0, 1)
        part.CFrame, part.Name = CFrame.new(1, 2, 3), "Mine"
        local fired = 0
        for _, one in { part, label } do one.Changed:Connect(function() fired += 1 end) end
        part.Material, label.Text, label.Size = Enum.Material.Wood, "a", UDim2.new(0, 1, 0, 1)
        part.CFrame, part.Name, part.Transparency = CFrame.new(1, 2, 3), "Mine", part.Transparency
        task.wait(0.1)
        local before = fired
        part.Transparency = 0.5
        task.wait(0.1)
        return before == 0, fired == 1
    """
    holds(here, source, 1)


def test_what_is_computed_of_a_property_tells_of_its_change_too(here: Servers) -> None:
    source = """
        local part, script = Instance.new("Part"), Instance.new("Script")
        local told = {}
        for _, name in { "CFrame", "Position", "Orientation", "Rotation", "BrickColor" } do
            part:GetPropertyChangedSignal(name):Connect(function() table.insert(told, name) end)
        end
        script:GetPropertyChangedSignal("Enabled"):Connect(function() table.insert(told, "Enabled") end)
        part.CFrame = CFrame.new(1, 2, 3)
        part.Color = Color3.new(1, 0, 0)
        script.Disabled = true
        task.wait(0.1)
        table.sort(told)
        return table.concat(told, " ") == "BrickColor CFrame Enabled Position"
    """
    holds(here, source, 1)


def test_changed_of_a_value_has_the_value_and_is_about_it_alone(here: Servers) -> None:
    source = """
        local got = {}
        for class, value in { IntValue = 7, StringValue = "a", BoolValue = true } do
            local made = Instance.new(class)
            made.Changed:Connect(function(new) table.insert(got, new) end)
            made.Value, made.Name, made.Parent = value, "Coins", workspace
        end
        task.wait(0.1)
        return #got == 3, table.find(got, 7) ~= nil, table.find(got, "a") ~= nil, table.find(got, true) ~= nil
    """
    holds(here, source, 1)


def test_parents_tell_of_their_change_and_of_what_leaves(here: Servers) -> None:
    source = """
        local above, folder = Instance.new("Folder", workspace), Instance.new("Folder")
        Instance.new("Part", folder)
        local told, leaving = 0, {}
        folder:GetPropertyChangedSignal("Parent"):Connect(function() told += 1 end)
        above.DescendantRemoving:Connect(function(one) table.insert(leaving, one.ClassName) end)
        folder.Parent = above
        folder.Parent = nil
        task.wait(0.1)
        return told == 2, table.concat(leaving, " ") == "Folder Part"
    """
    holds(here, source, 1)


def test_waiting_for_a_child_ends_when_one_is_renamed(here: Servers) -> None:
    source = """
        local folder = Instance.new("Folder")
        local child = Instance.new("Part", folder)
        task.delay(1, function() child.Name = "Wanted" end)
        return folder:WaitForChild("Wanted", 5) == child
    """
    holds(here, source, 10)


# what is there under a name


def test_services_and_what_always_is_there_have_names(here: Servers) -> None:
    source = """
        return game.Workspace == workspace, game.workspace == workspace, workspace.Terrain.ClassName == "Terrain",
            game.Players == game:GetService("Players"), game.Lighting == game:GetService("Lighting"),
            game.ReplicatedStorage == game:GetService("ReplicatedStorage"), game.PrivateServerId == ""
    """
    holds(here, source)


def test_older_names_of_members_and_functions_work(here: Servers) -> None:
    source = """
        local event, fired = Instance.new("BindableEvent"), 0
        local connection = event.Event:connect(function() fired += 1 end)
        event:Fire()
        task.wait(0.1)
        connection:disconnect()
        local folder = Instance.new("Folder", workspace)
        folder.Name = "Older"
        local done = {}
        spawn(function() table.insert(done, "spawn") end)
        delay(0.1, function() table.insert(done, "delay") end)
        local waited = wait(0.3)
        return fired == 1, connection.connected == false, workspace:findFirstChild("Older") == folder,
            folder:isA("Folder"), #folder:children() == 0, folder.className == "Folder", folder:clone() ~= folder,
            waited >= 0.3, table.concat(done, " ") == "spawn delay"
    """
    holds(here, source, 2)


def test_a_library_never_answers_nil(here: Servers) -> None:
    """What it lacks raises, by its name; a global that nobody knows is nil, one of Roblox's raises."""
    source = """
        local function said(read) return select(2, pcall(read)) end
        debug.setmemorycategory("mine")
        return string.find(said(function() return utf8.graphemes end), "not simulated: utf8.graphemes") ~= nil,
            string.find(said(function() return task.synchronize end), "not simulated: task.synchronize") ~= nil,
            string.find(said(function() return CFrame.nothing end), "not simulated: CFrame.nothing") ~= nil,
            string.find(said(function() return RaycastParams.new end), "not simulated: RaycastParams") ~= nil,
            string.find(said(function() return Vector3.one.Nothing end), "not a valid member of Vector3") ~= nil,
            string.find(said(function() return CFrame.identity.Nothing end), "not a valid member of CFrame") ~= nil,
            nobodyKnowsThis == nil
    """
    holds(here, source)


def test_dates_are_made_of_their_parts_and_of_texts(here: Servers) -> None:
    source = """
        local date = DateTime.fromUniversalTime(2020, 2, 29, 23, 59, 58)
        return date:ToIsoDate() == "2020-02-29T23:59:58Z", DateTime.fromIsoDate("2020-02-29T23:59:58Z") == date,
            DateTime.fromIsoDate("2020-03-01T01:59:58+02:00") == date, DateTime.fromIsoDate("yesterday") == nil,
            DateTime.fromIsoDate("2021-02-29") == nil, DateTime.fromIsoDate("1969-12-31").UnixTimestamp == -86400,
            not pcall(DateTime.fromUniversalTime, 2021, 13)
    """
    holds(here, source)


def test_the_tags_of_an_instance_are_asked_of_the_service(here: Servers) -> None:
    source = """
        local service, folder = game:GetService("CollectionService"), Instance.new("Folder", workspace)
        service:AddTag(folder, "coin")
        local tags = service:GetTags(folder)
        return #tags == 1, tags[1] == "coin", table.find(service:GetAllTags(), "coin") ~= nil
    """
    holds(here, source)


# time and frames


def test_clocks_go_on_while_a_script_works(here: Servers) -> None:
    """A loop that waits by a clock ends; a clock that got ahead stays so."""
    source = """
        local before, began = { os.clock(), tick(), time() }, os.clock()
        while os.clock() - began < 0.005 do end
        local ended = os.clock()
        task.wait()
        return tick() > before[2], time() > before[3], ended - began < 0.006, os.clock() >= ended
    """
    holds(here, source, 1)


def test_the_time_of_the_game_goes_on(here: Servers) -> None:
    source = """
        local before, unix = workspace.DistributedGameTime, workspace:GetServerTimeNow()
        task.wait(2)
        return math.abs(workspace.DistributedGameTime - before - 2) < 0.05,
            math.abs(workspace:GetServerTimeNow() - unix - 2) < 0.05
    """
    holds(here, source, 5)


def test_a_wait_ends_at_a_frame(here: Servers) -> None:
    """Each at the first one that isn't too early, before that frame's Heartbeat."""
    source = """
        local heartbeat, order = game:GetService("RunService").Heartbeat, {}
        local connection = heartbeat:Connect(function() table.insert(order, "heartbeat") end)
        heartbeat:Wait()
        order = {}
        task.delay(0.001, function() table.insert(order, "wait") end)
        heartbeat:Wait()
        local began = time()
        for _ = 1, 30 do task.wait(0.02) end
        local took = time() - began
        connection:Disconnect()
        return math.abs(took - 1) < 0.01, order[1] == "wait", order[2] == "heartbeat"
    """
    holds(here, source, 5)


# datatypes


def test_a_vector_is_a_value(here: Servers) -> None:
    source = """
        local v = Vector3.new(1, 2, 4)
        local cells = { [v] = "found" }
        return cells[Vector3.new(1, 2, 4)] == "found", cells[vector.create(1, 2, 4)] == "found", type(v) == "vector",
            typeof(v) == "Vector3", v.x == 1, v.X == 1, 2 / v == Vector3.new(2, 1, 0.5), 2 * v == v * 2,
            v // 2 == Vector3.new(0, 1, 2), vector.dot(v, v) == 21, v:Dot(v) == 21, v.Magnitude == vector.magnitude(v),
            rawequal(v + v, Vector3.new(2, 4, 8)), -Vector3.zero == Vector3.zero,
            not pcall(function() return v + 1 end), math.abs(v.Magnitude - math.sqrt(21)) < 1e-5,
            CFrame.new(v).Position == v, CFrame.new(1, 0, 0) * v == Vector3.new(2, 2, 4), v:Lerp(v * 3, 0.5) == v * 2
    """
    holds(here, source)


def test_values_have_the_texts_that_roblox_gives_them(here: Servers) -> None:
    source = """
        return tostring(UDim2.new(1, 2, 3, 4)) == "{1, 2}, {3, 4}", tostring(Vector3.new(1, 2, 3)) == "1, 2, 3",
            DateTime.fromUnixTimestamp(1577961961):ToIsoDate() == "2020-01-02T10:46:01Z",
            `{UDim.new(1, 2)} {Vector2.new(1, 2)}` == "1, 2 1, 2", tostring(Enum.PartType) == "PartType",
            tostring(Enum.PartType.Ball) == "Enum.PartType.Ball", Enum.KeyCode.E:IsA("KeyCode"),
            not Enum.KeyCode.E:IsA("PartType"), Enum.KeyCode.E == Enum.KeyCode.E
    """
    holds(here, source)


def test_older_names_and_operators_of_values_work(here: Servers) -> None:
    source = """
        local cell, frame = Vector2.new(1, 2), CFrame.new(1, 2, 3)
        return cell.x == 1, cell.magnitude == cell.Magnitude, 2 / cell == Vector2.new(2, 1), frame.p == frame.Position,
            frame:inverse() == frame:Inverse(), select("#", frame:components()) == 12, Color3.new(1, 0, 0).r == 1,
            not pcall(function() cell.X = 3 end), not pcall(function() return frame + 1 end)
    """
    holds(here, source)


# threads and errors


def test_the_stack_of_a_failed_coroutine_stays(here: Servers) -> None:
    source = """
        local function thrower() error("boom") end
        local thread = coroutine.create(function() thrower() end)
        local ok, said = coroutine.resume(thread)
        local stack = debug.traceback(thread, "trace")
        return not ok, string.find(said, "boom") ~= nil, string.find(stack, "^trace\\n") ~= nil,
            string.find(stack, "thrower") ~= nil, string.find(stack, "host/") == nil
    """
    holds(here, source)


@pytest.mark.parametrize(
    "call",
    [
        "workspace:SetAttribute('a b', 1)",
        "workspace:FindFirstChild(3)",
        "Instance.new('Part').Size = 3",
        "Instance.new('Part').Parent = 3",
        "workspace:Nowhere()",
        "Vector3.new('x')",
        "Vector3.one:Dot(3)",
        "CFrame.new('x', 1, 2)",
        "Color3.fromHex('nope')",
        "local _ = Enum.Nowhere",
        "game:GetService('TweenService'):Create(workspace, 3, {})",
        "game:GetService('CollectionService'):GetTagged(3)",
        "task.wait('x')",
        "game:GetService('HttpService'):JSONDecode('{')",
    ],
)
def test_an_error_stands_at_the_line_of_the_script(here: Servers, call: str) -> None:
    """Whatever raised it, within `pcall` and without it."""
    source = f"local _, said = pcall(function()\n{call}\nend) return said"
    assert str(here.run(source)[0]).startswith("Scenario:2: ")
    before = len(here.session.facts)
    here.session.ask("run", side="server", source=f"\n\n{call}")
    said = [str(fact.get("text")) for fact in here.session.facts[before:] if fact.kind == "error"]
    assert len(said) == 1
    assert said[0].startswith("Scenario:3: ")


def test_a_module_is_required_by_a_path(here: Servers) -> None:
    source = """
        local module = game.ReplicatedStorage.Folder
        local found = require("@game/ReplicatedStorage/Folder/Asks")
        local answers = require(module.Answers)
        local ok, said = pcall(require, "@game/ReplicatedStorage/Folder/Nobody")
        return found.beside == answers, found.above == answers, not ok, string.find(said, "Nobody") ~= nil
    """
    holds(here, source)


# properties


def test_properties_that_belong_together_go_together(here: Servers) -> None:
    source = """
        local part, label, lighting = Instance.new("Part"), Instance.new("TextLabel"), game:GetService("Lighting")
        part.BrickColor = BrickColor.new("Really red")
        part.Rotation = Vector3.new(0, 90, 0)
        lighting.ClockTime = 6.5
        label.Font = Enum.Font.SourceSansBold
        local hour = lighting.TimeOfDay
        lighting.TimeOfDay = "18:00:00"
        return part.Color == Color3.new(1, 0, 0), math.abs(part.Orientation.Y - 90) < 0.1, hour == "06:30:00",
            lighting.ClockTime == 18, label.FontFace == Font.fromEnum(Enum.Font.SourceSansBold),
            label.Font == Enum.Font.SourceSansBold
    """
    holds(here, source)


def test_values_are_kept_within_their_limits(here: Servers) -> None:
    source = """
        local whole, part, frame = Instance.new("IntValue"), Instance.new("Part"), Instance.new("Frame")
        whole.Value, frame.ZIndex = 2.7, 3.2
        part.Size = Vector3.new(5000, 0, 1)
        local within = Instance.new("IntConstrainedValue")
        within.MaxValue = 5
        within.Value = 9
        return whole.Value == 3, frame.ZIndex == 3, part.Size.X == 2048, part.Size.Y > 0, part.Size.Z == 1,
            within.Value == 5
    """
    holds(here, source)


def test_instances_have_the_names_that_roblox_gives_them(here: Servers) -> None:
    names = {"IntValue": "Value", "BindableEvent": "Event", "BindableFunction": "Function", "SpecialMesh": "Mesh"}
    names |= {"ObjectValue": "Value", "RemoteEvent": "RemoteEvent", "Part": "Part"}
    for class_, name in names.items():
        assert here.run(f"return Instance.new('{class_}').Name") == [name]


# tweens


def test_the_newest_of_two_tweens_of_a_property_goes_on(here: Servers) -> None:
    source = """
        local value, service = Instance.new("NumberValue"), game:GetService("TweenService")
        local first, state = service:Create(value, TweenInfo.new(1), { Value = 10 }), nil
        first.Completed:Connect(function(what) state = what end)
        first:Play()
        task.wait(0.1)
        service:Create(value, TweenInfo.new(3), { Value = -5 }):Play()
        task.wait(1.2)
        return state == Enum.PlaybackState.Cancelled, value.Value < 1
    """
    holds(here, source, 5)


def test_a_tween_goes_along_its_curve(here: Servers) -> None:
    """Who reads the property finds it where it is; who listens hears of it frame by frame."""
    source = """
        local service = game:GetService("TweenService")
        local info = TweenInfo.new(1, Enum.EasingStyle.Linear)
        local quiet, heard, part = Instance.new("NumberValue"), Instance.new("NumberValue"), Instance.new("Part")
        local times = 0
        heard.Changed:Connect(function() times += 1 end)
        for _, value in { quiet, heard } do service:Create(value, info, { Value = 10 }):Play() end
        local tween = service:Create(part, info, { Position = Vector3.new(10, 0, 0) })
        tween:Play()
        task.wait(0.5)
        local middle = { quiet.Value, heard.Value, part.Position.X }
        tween:Cancel()
        task.wait(1)
        return math.abs(middle[1] - 5) < 0.2, math.abs(middle[2] - 5) < 0.2, math.abs(middle[3] - 5) < 0.2,
            times >= 59 and times <= 61, quiet.Value == 10, math.abs(part.Position.X - 5) < 0.2,
            math.abs(service:GetValue(0.5, Enum.EasingStyle.Quad, Enum.EasingDirection.In) - 0.25) < 1e-9
    """
    holds(here, source, 5)


def test_an_error_without_a_text_is_told_and_ends_its_thread_alone(here: Servers) -> None:
    """What is raised may be a table whose own text raises: who reports it says something all the same."""
    source = """
        local odd = setmetatable({}, { __tostring = function() error("no text") end })
        task.spawn(error, odd)
        task.delay(0.1, error, odd)
        game:GetService("RunService").Heartbeat:Once(function() error(odd) end)
        task.delay(0.2, print, "goes on")
    """
    before = len(here.session.facts)
    here.ask("run", side="server", source=source)
    here.ask("advance", seconds=1)
    seen = [(fact.kind, fact.get("text")) for fact in here.session.facts[before:] if fact.kind in ("error", "print")]
    assert seen == [("error", "Error occurred, no output from Lua.")] * 3 + [("print", "goes on")]
