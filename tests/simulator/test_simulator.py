"""The ground on which everything generated runs: time, signals, Instances, remotes, two worlds."""

from __future__ import annotations

import pytest

from tests.support.games import Game, Played, errors, game, printed, probe

pytestmark = pytest.mark.tools

PLACE = """ovhl: 1
name: Bare
place:
  Workspace:
    Thing: { $className: Part, $properties: { Anchored: true, Tags: [Hot] }, $attributes: { N: 1 } }
  ServerStorage: { Secret: { $className: Folder } }
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("bare"), {"specs/project.yaml": PLACE})


def server(place: Game, source: str, seconds: float = 10) -> list[str]:
    """What a piece of Luau prints on the server, without errors anywhere."""
    outcome = place.play(probe(source, bare=True), players=(), seconds=seconds)
    assert errors(outcome) == []
    return printed(outcome)


def times(outcome: Played) -> list[tuple[str, float]]:
    return [(line.text, round(line.t, 3)) for line in outcome.lines if line.t >= 1]


# time


def test_order_of_the_scheduler(place: Game) -> None:
    """spawn runs at once, defer at the end of this resumption, delay by due time, then insertion."""
    assert server(
        place,
        """
        task.delay(0.2, print, "delay 0.2 first")
        task.delay(0.1, print, "delay 0.1")
        task.delay(0.2, print, "delay 0.2 second")
        task.defer(print, "defer")
        task.spawn(print, "spawn")
        print("here")
        """,
    ) == ["spawn", "here", "defer", "delay 0.1", "delay 0.2 first", "delay 0.2 second"]


def test_time_is_virtual(place: Game) -> None:
    """Hours pass at once, and every clock says so."""
    assert server(
        place,
        """
        local clock, unix, stamp = os.clock(), os.time(), DateTime.now().UnixTimestamp
        print(task.wait(7200))
        local passed, stamped = math.round(os.clock() - clock), DateTime.now().UnixTimestamp - stamp
        print(passed, os.time() - unix, stamped, math.round(time()))
        print(DateTime.now():ToIsoDate())
        """,
        seconds=8000,
    ) == ["7200", "7200 7200 7200 7201", "2025-01-01T02:00:01Z"]


def test_waiting_without_a_time_is_a_frame(place: Game) -> None:
    assert server(place, "print(math.round(task.wait() * 60), math.round(task.wait(0) * 60))") == ["1 1"]


def test_cancel(place: Game) -> None:
    """A cancelled thread never goes on, waiting or delayed."""
    assert server(
        place,
        """
        local waiting = task.spawn(function()
            task.wait(1)
            print("never")
        end)
        local delayed = task.delay(1, print, "never")
        task.cancel(waiting)
        task.cancel(delayed)
        task.wait(3)
        print(coroutine.status(waiting))
        """,
    ) == ["dead"]


def test_a_thread_that_ended_takes_no_arguments(place: Game) -> None:
    """`task.spawn` raises as in Roblox, where it gets arguments, for one that ended, was cancelled or runs."""
    assert server(
        place,
        """
        local ended = task.spawn(function() end)
        local cancelled = task.spawn(coroutine.yield)
        task.cancel(cancelled)
        for _, thread in { ended, cancelled, coroutine.running() } do
            print(pcall(task.spawn, thread, nil))
        end
        print(pcall(task.spawn, ended), (pcall(task.spawn, cancelled)))
        local waiting = task.spawn(function()
            print(coroutine.yield())
        end)
        task.spawn(waiting, "on")
        """,
    ) == [
        *["false cannot spawn non-suspended coroutine with arguments"] * 3,
        "true true",
        "on",
    ]


def test_errors_end_their_thread_only(place: Game) -> None:
    """Reported with the script's line; the others go on."""
    outcome = place.play(
        probe('task.spawn(function() error("one") end)\nprint("on")\nerror("two")', bare=True), players=()
    )
    assert printed(outcome) == ["on"]
    assert errors(outcome) == ["server: Scenario:1: one", "server: Scenario:3: two"]


def test_yields_cross_pcall(place: Game) -> None:
    assert server(place, 'print(pcall(function() task.wait(1) error("x", 0) end))') == ["false x"]


def test_chance_is_seeded(place: Game) -> None:
    """The same seed, the same numbers; another seed, others."""
    source = "print(math.random(1e6), math.random(1e6))"
    runs = [printed(place.play(probe(source, bare=True), players=(), seed=seed)) for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


# signals


def test_signals_are_deferred(place: Game) -> None:
    """Handlers run after the code that fired, each in its own thread, in the order of connection."""
    assert server(
        place,
        """
        local event = Instance.new("BindableEvent")
        local first = event.Event:Connect(function(n) print("first", n) task.wait(1) print("later") end)
        event.Event:Connect(function(n) print("second", n) end)
        event.Event:Once(function(n) print("once", n) end)
        event:Fire(1)
        print("fired")
        task.wait(0.5)
        first:Disconnect()
        event:Fire(2)
        print(first.Connected)
        """,
    ) == ["fired", "first 1", "second 1", "once 1", "false", "second 2", "later"]


def test_events_that_fire_each_other_end(place: Game) -> None:
    """Deferred mode cuts a chain at depth 10 and says so, instead of hanging."""
    outcome = place.play(
        probe(
            """
            local event, count = Instance.new("BindableEvent"), 0
            event.Event:Connect(function() count += 1 event:Fire() end)
            event:Fire()
            task.wait(1)
            print(count)
            """,
            bare=True,
        ),
        players=(),
    )
    assert printed(outcome) == ["10"]
    assert errors(outcome) == ["server: Maximum event re-entrancy depth exceeded for BindableEvent.Event"]


# Instances


def test_instances(place: Game) -> None:
    """Properties with Roblox's defaults, children, paths, attributes, tags, clones, destruction."""
    assert server(
        place,
        """
        local thing = workspace.Thing
        print(thing.Anchored, thing.Transparency, thing:GetAttribute("N"), thing:HasTag("Hot"), thing:GetFullName())
        print(typeof(thing), type(thing), thing:IsA("BasePart"), thing:IsA("Model"), thing.ClassName, tostring(thing))
        local copy = thing:Clone()
        print(copy.Parent, copy.Anchored, copy:GetAttribute("N"), copy == thing, copy:HasTag("Hot"))
        copy.Parent = thing
        print(thing:FindFirstChild("Thing") == copy, workspace:FindFirstChild("Thing", true) == thing)
        copy:Destroy()
        print(copy.Parent, pcall(function() copy.Parent = workspace end))
        print(pcall(function() thing.Parent = thing end))
        """,
    ) == [
        "true 0 1 true Workspace.Thing",
        "Instance userdata true false Part Thing",
        "nil true 1 false true",
        "true true",
        "nil false Scenario:10: The Parent property of Thing is locked, current parent: NULL, new parent Workspace",
        "false Scenario:11: Attempt to set Workspace.Thing as its own parent or descendant",
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("workspace.Thing.Nope = 1", "Nope is not a valid member of Part"),
        ("print(workspace.Nope)", "Nope is not a valid member of Workspace"),
        ("workspace.Thing.ClassName = 1", "read only"),
        ('Instance.new("Prat")', "Unable to create an Instance"),
        ('Instance.new("Workspace")', "Unable to create an Instance"),
        ('game:GetService("MemoryStoreService"):GetDistributedCounter("x")', "not simulated"),
        ('game:GetService("TweenService"):SmoothDamp(1)', "not simulated"),
        ("print(SharedTable)", "not simulated: SharedTable"),
        ("print(DateTime.now().Nope)", "not simulated: DateTime.Nope"),
        ('workspace.Thing:SetAttribute("a:b", 1)', "not allowed"),
        ('workspace.Thing:SetAttribute("A", workspace)', "not a supported attribute type"),
        ('workspace.Thing:SetAttribute("RBXa", 1)', "reserved"),
        ("for _ in workspace do end", "iterate over an Instance"),
        ("math.huge = 1", "readonly"),
        ("require(workspace.Thing)", "Attempted to call require with invalid"),
    ],
)
def test_what_it_cannot_do_it_says(place: Game, source: str, said: str) -> None:
    """Never nil, never nothing: an error that names the thing."""
    outcome = place.play(probe(source, bare=True), players=())
    assert len(errors(outcome)) == 1
    assert said in errors(outcome)[0]


# two worlds


def test_what_replicates(place: Game) -> None:
    """Attributes, tags, properties and children of replicated containers travel to clients at a step, never back."""
    outcome = place.play(
        probe(
            """
            local thing = workspace.Thing
            thing:SetAttribute("N", 2)
            thing.Transparency = 0.5
            thing:AddTag("New")
            local folder = Instance.new("Folder")
            folder.Name = "Made"
            folder.Parent = thing
            Instance.new("Folder", game:GetService("ServerStorage")).Name = "Hidden"
            """,
            at=2,
            bare=True,
        ),
        probe(
            """
            local thing = workspace.Thing
            print(thing:GetAttribute("N"), thing.Transparency, thing:HasTag("New"), thing:FindFirstChild("Made"))
            print(#game:GetService("CollectionService"):GetTagged("New"))
            print(game:GetService("ServerStorage"):FindFirstChild("Secret"))
            thing.Name = "Other"
            Instance.new("Folder", workspace).Name = "Mine"
            """,
            "Siti",
            3,
            bare=True,
        ),
        probe('print(workspace.Thing:GetAttribute("N"), workspace:FindFirstChild("Mine"))', at=4, bare=True),
        probe('print(workspace.Thing:GetAttribute("N"), workspace:FindFirstChild("Mine"))', "Budi", 5, bare=True),
        players=("Siti", "Budi"),
    )
    assert errors(outcome) == []
    assert printed(outcome, "Siti") == ["2 0.5 true Made", "1", "nil"]
    assert printed(outcome, since=4) == ["2 nil"]
    assert printed(outcome, "Budi", since=5) == ["2 nil"]


def test_replication_waits_for_a_step(place: Game) -> None:
    """The client sees a change later than the server made it, and hears of it."""
    outcome = place.play(
        probe(
            'workspace.Thing:GetAttributeChangedSignal("N"):Connect(function() print("heard") end)',
            "Siti",
            1.5,
            bare=True,
        ),
        probe('workspace.Thing:SetAttribute("N", 5) print("set")', at=2, bare=True),
    )
    assert times(outcome)[-2:] == [("set", 2.0), ("heard", 2.017)]


def test_remotes_carry_what_roblox_carries(place: Game) -> None:
    """Tables are copied, metatables go, functions become nil, odd keys text, hidden Instances nil."""
    make = """
    local remote = Instance.new("RemoteEvent")
    remote.Name = "Talk"
    remote.Parent = game:GetService("ReplicatedStorage")
    remote.OnServerEvent:Connect(function(player, ...)
        print(player.Name, ...)
    end)
    """
    send = """
    local remote = game:GetService("ReplicatedStorage"):WaitForChild("Talk")
    remote.OnClientEvent:Connect(function(table, fn, seen, hidden, tail)
        print(getmetatable(table), table.x, table["5"], table[5], fn, seen, hidden, tail)
    end)
    print(pcall(remote.FireServer, remote, { 1, x = 2 }))
    local loop = {}
    loop.me = loop
    print(pcall(remote.FireServer, remote, loop))
    print(pcall(remote.FireClient, remote))
    remote:FireServer(1, "two", nil, Instance.new("Part"), workspace.Thing)
    """
    tell = """
    local remote = game:GetService("ReplicatedStorage").Talk
    local data = setmetatable({ x = 1, [5] = 2 }, { __index = { y = 1 } })
    remote:FireAllClients(data, print, workspace.Thing, game:GetService("ServerStorage").Secret, "end")
    """
    outcome = place.play(probe(make, at=1, bare=True), probe(send, "Siti", 2, bare=True), probe(tell, at=3, bare=True))
    assert errors(outcome) == []
    assert printed(outcome, "Siti") == [
        "false a table with both an array and other keys can't be sent: Roblox drops the other keys",
        "false tables cannot be cyclic",
        "false FireClient can only be called from the server",
        "nil 1 2 nil nil Thing nil end",
    ]
    assert printed(outcome) == ["Siti 1 two nil nil Thing"]


def test_events_wait_for_their_first_listener(place: Game) -> None:
    """What is fired before anybody listens is kept in order, up to 256; then it is said to be dropped."""
    make = """
    local remote = Instance.new("RemoteEvent")
    remote.Name = "Talk"
    remote.Parent = game:GetService("ReplicatedStorage")
    task.wait(2)
    local count = 0
    remote.OnServerEvent:Connect(function(_, n) count += 1 if n <= 2 then print(n) end end)
    task.wait(1)
    print("count", count)
    """
    send = """
    local remote = game:GetService("ReplicatedStorage"):WaitForChild("Talk")
    for n = 1, 300 do remote:FireServer(n) end
    """
    outcome = place.play(probe(make, at=1, bare=True), probe(send, "Siti", 1.5, bare=True))
    assert printed(outcome) == ["1", "2", "count 256"]
    assert sum("invocation queue exhausted" in text for text in outcome.texts("server")) == 44


def test_each_side_has_its_own_modules_and_globals(place: Game) -> None:
    """A ModuleScript is loaded once a side; _G and library tables aren't shared."""
    source = """
    local types = require(game:GetService("ReplicatedStorage").Shared.Network.Layouts)
    print(types.mark, _G.mark)
    types.mark = true
    _G.mark = true
    print(require(game:GetService("ReplicatedStorage").Shared.Network.Layouts).mark)
    """
    outcome = place.play(
        probe(source, at=1, bare=True),
        probe(source, "Siti", 2, bare=True),
        probe(source, "Budi", 3, bare=True),
        players=("Siti", "Budi"),
    )
    for side in ("server", "Siti", "Budi"):
        assert printed(outcome, side) == ["nil nil", "true"]


def test_leaving(place: Game) -> None:
    """Who leaves is gone on the server and on the other clients; their side's threads end."""
    outcome = place.play(
        probe("while true do task.wait(1) print('alive') end", "Siti", 1.2, bare=True),
        probe('game:GetService("Players").Siti:Kick("bye")', at=4, bare=True),
        probe('print(game:GetService("Players"):FindFirstChild("Siti"))', at=5, bare=True),
        probe('print(#game:GetService("Players"):GetPlayers())', "Budi", 6, bare=True),
        players=("Siti", "Budi"),
    )
    assert printed(outcome, "Siti") == ["alive", "alive"]
    assert printed(outcome) == ["nil"]
    assert printed(outcome, "Budi") == ["1"]
    assert [line.text for line in outcome.lines if line.level == "kick"] == ["bye"]


# functions


FUNCTIONS = {
    "specs/project.yaml": """ovhl: 1
name: Functions
place:
  ReplicatedStorage:
    Ask: { $className: RemoteFunction }
    Own: { $className: BindableFunction }
"""
}
ASK = 'local ask = game:GetService("ReplicatedStorage"):WaitForChild("Ask")\n'


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("functions"), FUNCTIONS)


def test_remote_functions_answer_over_the_network(functions: Game) -> None:
    """The player is put in front, tables are copied, results come back two steps later, and the caller waits."""
    server_side = probe(
        ASK
        + """
        ask.OnServerInvoke = function(player, given)
            given.n += 1
            return player.Name, given
        end
        """,
        bare=True,
    )
    client_side = probe(
        ASK
        + """
        local began, mine = os.clock(), { n = 1 }
        local name, back = ask:InvokeServer(mine)
        print(name, back.n, mine.n, back == mine, os.clock() - began > 1 / 60)
        """,
        side="Siti",
        at=2,
        bare=True,
    )
    outcome = functions.play(server_side, client_side)
    assert errors(outcome) == []
    assert printed(outcome, "Siti") == ["Siti 2 1 false true"]


def test_calls_wait_for_the_callback_and_errors_come_back(functions: Game) -> None:
    client_side = probe(
        ASK
        + """
        print(pcall(ask.InvokeServer, ask, "early"))
        print(select(2, pcall(ask.InvokeServer, ask, "bad")))
        """,
        side="Siti",
        at=1,
        bare=True,
    )
    server_side = probe(
        ASK
        + """
        ask.OnServerInvoke = function(_player, word)
            if word == "bad" then
                error("no such word", 0)
            end
            task.wait(1)
            return word
        end
        """,
        at=3,
        bare=True,
    )
    outcome = functions.play(client_side, server_side)
    assert printed(outcome, "Siti") == ["true early", "no such word"]


def test_the_server_may_ask_a_client(functions: Game) -> None:
    client_side = probe(ASK + "ask.OnClientInvoke = function(a, b) return a + b end", side="Siti", at=1, bare=True)
    server_side = probe(ASK + 'print(ask:InvokeClient(game:GetService("Players").Siti, 2, 3))', at=2, bare=True)
    assert printed(functions.play(client_side, server_side)) == ["5"]


def test_callbacks_can_not_be_read_and_the_last_one_counts(functions: Game) -> None:
    source = """
    local own = game:GetService("ReplicatedStorage").Own
    print(select(2, pcall(function() return own.OnInvoke end)))
    own.OnInvoke = function() return 1 end
    own.OnInvoke = function(...) return 2, ... end
    print(own:Invoke("x"))
    """
    found = printed(functions.play(probe(source, bare=True)))
    assert "you can only set the callback value" in found[0]
    assert found[1] == "2 x"


# chance and JSON


def test_random_repeats_under_its_seed(place: Game) -> None:
    """Two generators with one seed agree, a clone goes on alike, shuffling keeps every element."""
    assert server(
        place,
        """
        local a, b = Random.new(7), Random.new(7)
        print(a:NextNumber() == b:NextNumber(), a:NextInteger(1, 6) == b:NextInteger(1, 6))
        local c = a:Clone()
        print(a:NextNumber() == c:NextNumber())
        local list = { 1, 2, 3, 4, 5 }
        a:Shuffle(list)
        table.sort(list)
        print(table.concat(list, " "))
        local low, high = 9, 0
        for _ = 1, 1000 do
            local n = a:NextInteger(1, 6)
            low, high = math.min(low, n), math.max(high, n)
        end
        print(low, high)
        """,
    ) == ["true true", "true", "1 2 3 4 5", "1 6"]


def test_json_is_roblox_s(place: Game) -> None:
    assert server(
        place,
        r"""
        local Http = game:GetService("HttpService")
        print(Http:JSONEncode({}), Http:JSONEncode({ 1, 2, a = 3 }), Http:JSONEncode({ b = { c = "\n\"é" }, a = 1.5 }))
        print(Http:JSONDecode('{"a":[1,2,null]}').a[2], Http:JSONDecode("true"))
        for _, wrong in { 0 / 0, math.huge, print, { workspace } } :: { any } do
            print((pcall(Http.JSONEncode, Http, { wrong })))
        end
        local round = {}
        round.a = round
        print(select(2, pcall(Http.JSONEncode, Http, round)))
        """,
    ) == [
        '[] [1,2] {"a":1.5,"b":{"c":"\\n\\"é"}}',
        "2 true",
        "false",
        "false",
        "false",
        "false",
        "Can't convert to JSON: a table holds itself",
    ]


def test_errors_of_coroutines_stay_what_they_are(place: Game) -> None:
    assert server(
        place,
        """
        local thread = coroutine.create(function(a) local b = coroutine.yield(a + 1) error({ mine = b }) end)
        print(coroutine.resume(thread, 1))
        local ok, problem = coroutine.resume(thread, 5)
        print(ok, problem.mine, coroutine.status(thread))
        print(coroutine.resume(thread))
        print(coroutine.resume(coroutine.create(function() error("x", 0) end)))
        print(pcall(function() coroutine.wrap(function() error("x", 0) end)() end))
        local count = coroutine.wrap(function() for index = 1, 3 do coroutine.yield(index) end end)
        print(count(), count(), count(), count())
        """,
    ) == ["true 2", "false 5 dead", "false cannot resume dead coroutine", "false x", "false Scenario:8: x", "1 2 3"]


def test_what_a_spawned_coroutine_raises_is_reported(place: Game) -> None:
    outcome = place.play(probe("task.spawn(coroutine.create(function() error('lost', 0) end))", bare=True), players=())
    assert errors(outcome) == ["server: lost"]


def test_an_unreliable_message_has_a_thousand_bytes(place: Game) -> None:
    """About: Roblox measures after compression, the simulator before it. Reliable ones have no such limit."""
    make = """
    for _, class in { "UnreliableRemoteEvent", "RemoteEvent" } do
        local remote = Instance.new(class)
        remote.Name = class
        remote.Parent = game:GetService("ReplicatedStorage")
        remote.OnServerEvent:Connect(function(_, data) print(class, #data) end)
    end
    """
    send = """
    for _, class in { "UnreliableRemoteEvent", "RemoteEvent" } do
        local remote = game:GetService("ReplicatedStorage"):WaitForChild(class)
        remote:FireServer(string.rep("x", 990))
        remote:FireServer(string.rep("x", 1001))
        remote:FireServer(table.create(200, 1))
    end
    """
    outcome = place.play(probe(make, at=1, bare=True), probe(send, "Siti", 2, bare=True))
    assert errors(outcome) == []
    assert sorted(printed(outcome)) == [
        "RemoteEvent 1001",
        "RemoteEvent 200",
        "RemoteEvent 990",
        "UnreliableRemoteEvent 990",
    ]
    warned = [line.text for line in outcome.lines if line.level == "warn" and "dropped" in line.text]
    assert warned == [
        f"ReplicatedStorage.UnreliableRemoteEvent: the message is {over} bytes over 1000; it is dropped"
        for over in (4, 802)
    ]


def test_frames_come_in_their_order_and_rendering_ones_on_clients(place: Game) -> None:
    source = """
        local RunService = game:GetService("RunService")
        local order = {}
        for _, name in { "Heartbeat", "PostSimulation", "Stepped", "PreSimulation", "PreAnimation", "PreRender" } do
            RunService[name]:Once(function(first, second)
                table.insert(order, name)
                if name == "Stepped" then
                    print(math.abs(first - time()) < 1e-3, second == 1 / 60)
                end
            end)
        end
        task.wait(0.1)
        print(table.concat(order, " "))
    """
    outcome = place.play(probe(source, "Siti", bare=True))
    assert printed(outcome, "Siti") == [
        "true true",
        "PreRender PreAnimation PreSimulation Stepped PostSimulation Heartbeat",
    ]
