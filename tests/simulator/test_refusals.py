"""Wrong programs: what Roblox refuses, the simulator refuses, and says which rule it is."""

from __future__ import annotations

import re

import pytest

from tests.luau.conftest import party_game as party_game
from tests.simulator.test_game import playing
from tests.support.games import Game as Built

pytestmark = pytest.mark.tools

REMOTE = "local remote = game:GetService('ReplicatedStorage').OVHL_Remotes.Reliable "

# The side, the program, what its error must say (a pattern).
WRONG = [
    ("server", REMOTE + "remote:FireServer(1)", "FireServer can only be called from the client"),
    ("Siti", REMOTE + "remote:FireAllClients(1)", "FireAllClients can only be called from the server"),
    (
        "Siti",
        REMOTE + "remote:FireClient(game:GetService('Players').LocalPlayer,1)",
        "FireClient can only be called from the server",
    ),
    ("server", REMOTE + "remote:FireAllClients({1,2,a=3})", "both an array and other keys"),
    ("server", REMOTE + "local t={} t.t=t remote:FireAllClients(t)", "cyclic"),
    ("server", REMOTE + "remote:FireClient('Siti',1)", "Expected an Instance"),
    ("server", REMOTE + "remote:FireClient(workspace,1)", "Player"),
    ("server", "Instance.new('Prat')", 'Unable to create an Instance of type "Prat"'),
    ("server", "Instance.new('Workspace')", "Unable to create"),
    ("server", "Instance.new('BasePart')", "Unable to create"),
    ("server", "Instance.new(3)", "Unable to create"),
    ("server", "local p=Instance.new('Part') p.Colour=3", "Colour is not a valid member of Part"),
    ("server", "local p=Instance.new('Part') p.Size='big'", "Vector3"),
    ("server", "local p=Instance.new('Part') p.Anchored=1", "bool"),
    ("server", "local p=Instance.new('Part') p.Transparency='x'", "number"),
    ("server", "local p=Instance.new('Part') p.Material='Wodo'", "Invalid value for enum"),
    ("server", "local p=Instance.new('Part') p.Name=nil", "string"),
    ("server", "local p=Instance.new('Part') p.ClassName='X'", "read only"),
    ("server", "local p=Instance.new('Part') p.Parent=p", "own parent"),
    ("server", "local a,b=Instance.new('Folder'),Instance.new('Folder') b.Parent=a a.Parent=b", "own parent"),
    ("server", "local p=Instance.new('Part') p:Destroy() p.Parent=workspace", "locked"),
    ("server", "workspace.Parent=nil", "Parent"),
    ("server", "local p=Instance.new('Part') p.Parent=3", "Instance"),
    ("server", "require(workspace)", "invalid argument"),
    ("server", "require(game:GetService('ServerScriptService').Server)", "invalid argument"),
    ("server", "require(3)", "invalid argument"),
    ("server", "game:GetService('Nonsense')", "is not a valid Service name"),
    ("server", "game:GetService('Part')", "Service"),
    ("server", "workspace:SetAttribute('a b',1)", "not allowed"),
    ("server", "workspace:SetAttribute('RBXx',1)", "RBX"),
    ("server", "workspace:SetAttribute('x',{})", "table"),
    ("server", "workspace:SetAttribute('x',workspace)", "Instance"),
    ("server", "workspace:SetAttribute(string.rep('x',101),1)", "not allowed"),
    ("server", "workspace:FindFirstChild(nil)", "Argument 1 missing or nil"),
    ("server", "workspace:Foo()", "Foo is not a valid member of Workspace"),
    ("server", "workspace.FindFirstChild('x')", "Expected ':' not '.'"),
    ("server", "for k in workspace do end", "iterate"),
    ("server", "pairs(workspace)", "table expected"),
    ("server", "next(workspace)", "table expected"),
    ("server", "setmetatable(workspace,{})", "protected"),
    ("server", "workspace.ChildAdded:Connect(3)", "not a function"),
    ("server", "workspace.ChildAdded.Foo()", "not a valid member of RBXScriptSignal"),
    ("server", "workspace.ChildAdded=3", "cannot be assigned|read only|Unable to assign"),
    ("server", "workspace.ChildAdded:Connect(print).Foo()", "not a valid member of RBXScriptConnection"),
    ("server", "task.wait('x')", "number"),
    ("server", "task.delay('x',print)", "number"),
    ("server", "task.spawn(3)", "function"),
    ("server", "task.defer(nil)", "function"),
    ("server", "task.cancel(3)", "thread"),
    ("server", "task.cancel(coroutine.running())", "cancel"),
    ("server", "Vector3.new('x')", "number"),
    ("server", "local v=Vector3.new() v.X=3", "X"),
    ("server", "Color3.fromHex('nope')", "Hex color"),
    ("server", "Enum.Material.Wodo.x=1", "Wodo"),
    ("server", "print(Enum.Nope)", "Nope"),
    ("server", "game:GetService('HttpService'):JSONDecode('{')", "parse JSON"),
    ("server", "game:GetService('HttpService'):JSONEncode(print)", "Can't convert to JSON"),
    ("server", "game:GetService('Players').LocalPlayer.Name='x'", "nil"),
    ("server", "game:GetService('Players'):GetPlayerByUserId('x')", "number"),
    ("server", "game:GetService('Players').Siti.UserId=3", "read only"),
    ("server", "game:GetService('Players').Siti:Kick({})", "string"),
    ("Siti", "game:GetService('ServerStorage').Thing.x=1", "Thing is not a valid member"),
    ("Siti", "game:GetService('Players').LocalPlayer=nil", "read only"),
    ("Siti", "game:BindToClose(print)", "server"),
    ("Siti", "workspace:SetAttribute('x', 1)", "is the server's; what a client sets there never leaves it"),
    ("server", "game:GetService('RunService').RenderStepped:Connect(print)", "local scripts"),
    ("server", "game:GetService('Players').Siti.Character:Nope()", "Nope is not a valid member of Model"),
    ("Siti", "game:GetService('Players').LocalPlayer:LoadCharacterAsync()", "server"),
    ("server", "game:GetService('HttpService'):GetAsync('https://a.example')", "not enabled"),
    ("server", "game:GetService('TweenService'):Create(workspace,TweenInfo.new(),{Nope=1})", "no property named"),
    ("server", "game:BindToClose(3)", "function"),
    ("server", "loadstring('x')", "not simulated|not available"),
    ("server", "getfenv()", "not simulated"),
    ("server", "undefinedGlobal()", "nil value"),
    ("server", "local t=table.freeze({}) t.x=1", "readonly"),
    ("server", "local x = nil + 1", "arithmetic"),
    ("server", "buffer.readu8(buffer.create(1),5)", "out of bounds"),
    ("server", "string.rep('x',-1):foo()", "foo"),
    (
        "server",
        "game:GetService('DataStoreService'):GetDataStore('P'):UpdateAsync('k', function() task.wait() return 1 end)",
        "cannot yield",
    ),
    ("server", "game:GetService('DataStoreService'):GetDataStore('P'):SetAsync('k', 0/0)", "104"),
    ("server", "game:GetService('DataStoreService'):GetDataStore('P'):SetAsync('k', nil)", "103"),
    ("server", "game:GetService('DataStoreService'):GetDataStore('P'):SetAsync('k', workspace)", "103"),
    (
        "server",
        "game:GetService('DataStoreService'):GetDataStore('P'):SetAsync('k', {1, a = 2})",
        "array and other keys",
    ),
    ("server", "game:GetService('DataStoreService'):GetDataStore('P'):SetAsync('', 1)", "101"),
    ("server", "game:GetService('DataStoreService'):GetDataStore('P'):IncrementAsync('k', 0.5)", "whole number"),
    ("server", "game:GetService('DataStoreService'):GetDataStore('')", "1 to 50"),
    ("server", "game:GetService('DataStoreService'):GetOrderedDataStore('O'):SetAsync('k', 1.5)", "whole numbers"),
    ("Siti", "game:GetService('DataStoreService'):GetDataStore('P')", "can't be accessed from client"),
    ("server", "game:GetService('CollectionService'):AddTag(3,'x')", "Expected an Instance"),
    ("server", "game:GetService('CollectionService'):GetTagged(nil)", "Argument 1 missing or nil"),
    ("server", "local e=Instance.new('BindableEvent') e:Fire({1,b=2})", "both an array"),
    ("server", "Instance.new('RemoteFunction').OnServerInvoke()", "callback|not simulated"),
    ("server", "workspace:WaitForChild(3)", "string"),
    ("server", "workspace:GetAttribute(nil)", "Argument 1 missing or nil"),
    ("server", "workspace:IsA(3)", "string"),
    ("server", "Instance.new('Folder'):GetPropertyChangedSignal('Nope')", "Nope"),
    ("server", "local p=Instance.new('IntValue') p.Value='x'", "number"),
]


def test_there_are_enough() -> None:
    assert len(WRONG) >= 60


def test_each_is_refused_by_its_rule(party_game: Built) -> None:
    """The error stands at the program's own line."""
    passed = []
    with playing(party_game) as game:
        game.join("Siti")
        for side, program, wanted in WRONG:
            source = f"local ok, said = pcall(function() {program} end) return ok, tostring(said)"
            values = game.run(side, source)
            if values is None or values["1"] or not re.search(wanted, values["2"]):
                passed.append((program, wanted, values))
    assert passed == []
