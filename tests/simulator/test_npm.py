"""Code that others wrote, installed from npm as it is (tests/npm), runs in the simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.tools.find import need
from ovhlgen.tools.run import run
from tests.conftest import ROOT
from tests.support.servers import Servers, build, servers

pytestmark = pytest.mark.tools
NPM = ROOT / "tests/npm"

HEAD = """local rbxts = game:GetService("ReplicatedStorage").node_modules["@rbxts"]
local TS = require(game:GetService("ReplicatedStorage").include.RuntimeLib)
"""
PROFILES = HEAD + 'local ProfileStore = require(rbxts["profile-store"].src)\n'

# Cases of Lapis' suites that fail, and why. No case is edited or left out.
_YIELDS = "Lapis calls the callback as the iterator of a `for`: older Luau couldn't yield from it, Luau 0.740 can"
LAPIS_FAILS = {
    "Document:beforeSave › throws when yielding": _YIELDS,
    "Document:beforeClose › throws when yielding": _YIELDS,
}


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert (NPM / "node_modules/@rbxts/lapis").is_dir(), "run `make suites` first"
    return build(NPM / "suites.project.json", tmp_path_factory.mktemp("suites") / "suites.rbxl")


@pytest.fixture
def here(suites: Path) -> Iterator[Servers]:
    with servers(suites) as found:
        yield found


# @rbxts/lapis


def test_lapis_passes_its_own_suites(suites: Path) -> None:
    done = run([need("lune"), "run", NPM / "lapis.luau", suites])
    assert done.code == 0, done.last_lines
    found = [json.loads(line) for line in done.out.splitlines()]
    assert len(found) == 84
    failed = {one["name"]: one["problem"] for one in found if one.get("problem")}
    assert failed.keys() == LAPIS_FAILS.keys(), failed


# @rbxts/profile-store


def test_profile_store_loads_saves_and_releases(here: Servers) -> None:
    first = """
        local store = ProfileStore.New("Profiles", { coins = 5 })
        local profile = store:StartSessionAsync("Player_1")
        profile:AddUserId(1)
        profile:Reconcile()
        profile.Data.coins += 1
        profile:Save()
        task.wait(3)
        profile:EndSession()
        task.wait(3)
        return profile.Data.coins, profile:IsActive(), profile.SessionLoadCount
    """
    assert here.run(PROFILES + first, seconds=20) == [6, False, 1]
    stored = here.ask("stored", store="Profiles", key="global/Player_1")
    assert stored["Data"] == {"coins": 6}
    assert not stored["MetaData"].get("ActiveSession")
    again = """
        local store = ProfileStore.New("Profiles", { coins = 5 })
        local profile = store:StartSessionAsync("Player_1")
        return profile.Data.coins, profile.SessionLoadCount, profile.UserIds[1]
    """
    assert here.run(PROFILES + again, seconds=20) == [6, 2, 1]


HOLD = """
    local store = ProfileStore.New("Profiles", { coins = 5 })
    local profile = store:StartSessionAsync("Player_1")
    profile.Data.coins = 7
    profile.OnLastSave:Connect(function(reason) shared.reason = reason end)
    profile.OnSessionEnd:Connect(function() shared.ended = true end)
    profile:MessageHandler(function(message, processed)
        shared.message = message.text
        processed()
    end)
    shared.profile = profile
    return true
"""


def test_a_second_server_takes_a_profile_over(here: Servers) -> None:
    """It asks the first by message to let go; the first saves and ends its session."""
    assert here.run(PROFILES + HOLD, seconds=10) == [True]
    here.ask("server")
    here.ask("boot", server=2)
    taken = """
        local began = os.clock()
        local profile = ProfileStore.New("Profiles", { coins = 5 }):StartSessionAsync("Player_1")
        return profile.Data.coins, os.clock() - began < 40
    """
    assert here.run(PROFILES + taken, "server 2", seconds=100) == [7, True]
    ended = "return shared.ended, shared.reason, shared.profile:IsActive()"
    assert here.run(ended) == [True, "External", False]


def test_a_crashed_server_s_profile_is_stolen(here: Servers) -> None:
    assert here.run(PROFILES + HOLD, seconds=10) == [True]
    here.ask("server")
    here.ask("boot", server=2)
    here.ask("crash", server=1)
    stolen = """
        local began = os.clock()
        local profile = ProfileStore.New("Profiles", { coins = 5 }):StartSessionAsync("Player_1")
        return profile.Data.coins, os.clock() - began >= 40
    """
    assert here.run(PROFILES + stolen, "server 2", seconds=200) == [5, True]


def test_a_message_reaches_the_server_with_the_profile(here: Servers) -> None:
    assert here.run(PROFILES + HOLD, seconds=10) == [True]
    here.ask("server")
    here.ask("boot", server=2)
    send = 'return ProfileStore.New("Profiles"):MessageAsync("Player_1", { text = "hello" })'
    assert here.run(PROFILES + send, "server 2", seconds=60) == [True]
    assert here.run("return shared.message") == ["hello"]


def test_a_shutdown_saves_every_profile(here: Servers) -> None:
    assert here.run(PROFILES + HOLD, seconds=10) == [True]
    here.ask("stop")
    stored = here.ask("stored", store="Profiles", key="global/Player_1")
    assert stored["Data"] == {"coins": 7}
    assert not stored["MetaData"].get("ActiveSession")


def test_profile_store_retries_while_the_stores_fail(here: Servers) -> None:
    """Two answers are lost and two requests fail; the profile is there all the same, loaded once."""
    here.ask("fault", kind="ack_lost", times=2, keys=["Player_*"])
    here.ask("fault", kind="unavailable", times=2, keys=["Player_*"])
    load = """
        local profile = ProfileStore.New("Profiles", { coins = 5 }):StartSessionAsync("Player_1")
        return profile.Data.coins, profile:IsActive()
    """
    assert here.run(PROFILES + load, seconds=100) == [5, True]


# @rbxts/signal


def test_signal_passes_any_value(here: Servers) -> None:
    source = """
        local Signal = TS.import(script, rbxts.signal)
        local signal, heard = Signal.new(), {}
        local connection = signal:Connect(function(a, b) table.insert(heard, `{a} {b}`) end)
        signal:Once(function(a) table.insert(heard, `once {a}`) end)
        signal:Fire(1, nil)
        local value = { 1, a = print }
        task.defer(function() signal:Fire(value, 2) end)
        task.wait()
        task.defer(function() signal:Fire(value, 3) end)
        local waited = signal:Wait()
        task.wait()
        connection:Disconnect()
        signal:Fire(3)
        task.wait()
        signal:Destroy()
        return #heard, heard[1], heard[2], waited == value
    """
    assert here.run(HEAD + source, seconds=1) == [4, "1 nil", "once 1", True]


# @rbxts/t


# A checker of @rbxts/t, a value that it takes, and one that it doesn't.
CHECKS = [
    ("t.string", '"a"', "1"),
    ("t.number", "1", "0/0"),
    ("t.integer", "1", "1.5"),
    ("t.callback", "print", "1"),
    ("t.thread", "coroutine.create(print)", "print"),
    ("t.buffer", "buffer.create(1)", '"a"'),
    ("t.table", "{}", "workspace"),
    ("t.userdata", "workspace", "{}"),
    ("t.Instance", "workspace", "{}"),
    ("t.RBXScriptSignal", "workspace.ChildAdded", "workspace"),
    ("t.RBXScriptConnection", "workspace.ChildAdded:Connect(print)", "workspace.ChildAdded"),
    ("t.DateTime", "DateTime.now()", "1"),
    ("t.Random", "Random.new(1)", "1"),
    ("t.TweenInfo", "TweenInfo.new(1)", "1"),
    ("t.Vector3", "Vector3.one", "Vector2.one"),
    ("t.CFrame", "CFrame.new()", "Vector3.one"),
    ("t.Color3", "Color3.new()", "BrickColor.Red()"),
    ("t.UDim2", "UDim2.new()", "UDim.new()"),
    ("t.EnumItem", "Enum.Material.Wood", '"Wood"'),
    ("t.Enum", "Enum.Material", "Enum.Material.Wood"),
    ("t.enum(Enum.Material)", "Enum.Material.Wood", "Enum.KeyCode.A"),
    ("t.instanceIsA('BasePart')", "Instance.new('Part')", "Instance.new('Folder')"),
    ("t.instanceOf('Part')", "Instance.new('Part')", "Instance.new('MeshPart')"),
    ("t.interface({ a = t.string })", "{ a = 'x' }", "{ a = 1 }"),
    ("t.strictInterface({ a = t.string })", "{ a = 'x' }", "{ a = 'x', b = 1 }"),
    ("t.array(t.number)", "{ 1, 2 }", "{ 1, a = 2 }"),
    ("t.map(t.string, t.number)", "{ a = 1 }", "{ 1 }"),
    ("t.union(t.string, t.none)", "nil", "1"),
    ("t.literal('a', 'b')", "'b'", "'c'"),
    ("t.match('^%d+$')", "'12'", "'x'"),
]


def test_t_tells_every_kind_of_value(here: Servers) -> None:
    lines = [HEAD, 'local t = TS.import(script, rbxts.t, "lib", "ts").t', "local wrong = {}"]
    for check, right, not_right in CHECKS:
        lines.append(f"if not ({check})({right}) then table.insert(wrong, [[{check} refuses {right}]]) end")
        lines.append(f"if ({check})({not_right}) then table.insert(wrong, [[{check} takes {not_right}]]) end")
    assert here.run("\n".join([*lines, 'return table.concat(wrong, ", ")'])) == [""]


# @rbxts/janitor


def test_janitor_cleans_up_instances_functions_connections_and_promises(here: Servers) -> None:
    source = """
        local Janitor = TS.import(script, rbxts.janitor, "src").Janitor
        local log = {}
        local janitor = Janitor.new()
        local part = Instance.new("Part")
        part.Parent = workspace
        janitor:Add(part, "Destroy")
        janitor:Add(function() table.insert(log, "function") end, true)
        local connection = workspace.ChildAdded:Connect(print)
        janitor:Add(connection, "Disconnect")
        janitor:AddPromise(TS.Promise.delay(5):andThen(function() table.insert(log, "never") end))
        janitor:Cleanup()
        task.wait(10)
        return part.Parent == nil, connection.Connected, table.concat(log, ",")
    """
    assert here.run(HEAD + source, seconds=20) == [True, False, "function"]


def test_janitor_cleans_up_when_its_instance_is_destroyed(here: Servers) -> None:
    source = """
        local Janitor = TS.import(script, rbxts.janitor, "src").Janitor
        local janitor, cleaned = Janitor.new(), false
        janitor:Add(function() cleaned = true end, true)
        local part = Instance.new("Part")
        part.Parent = workspace
        janitor:LinkToInstance(part)
        task.wait(1)
        local before = cleaned
        part:Destroy()
        task.wait(1)
        return before, cleaned
    """
    assert here.run(HEAD + source, seconds=5) == [False, True]
