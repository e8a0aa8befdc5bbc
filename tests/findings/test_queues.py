"""Every queue has a bound, in bytes and in messages, whoever fills it, and nothing in it outlives its player.

`Eve` floods with something of each kind; what is handled in the end is what waited. The table of all queues in
docs/runtime/queues.md names the tests that fill them; some of those are here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ovhlgen.model.project import Project
from ovhlgen.simulator.game import Game, GameError
from ovhlgen.simulator.session import Session
from tests.support.games import built

pytestmark = pytest.mark.tools
KIB = 1024
SECONDS = 60 if os.environ.get("OVHLGEN_PROVE") else 5  # of a hostile client at full speed

SPECS = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 60 s, hot_reload: { enabled: true } }\n",
    "specs/roles.yaml": """
roles: { Guest: { rank: 0 }, Vip: { rank: 1 } }
default: Guest
sources:
  - users: { Vip: [1, 2, 3, 4, 5, 6, 7, 8, 9] }
  - groups: { 77: [ { min_rank: 1, role: Vip } ] }
cache: { refresh: 300 s }
""",
    "specs/modules/Slow/module.yaml": """
module: Slow
realm: server
domain: Core
lifecycle: { init: Logic.start }
""",
    "specs/modules/Slow/Logic.luau": """--!strict
local Logic = {}

function Logic.start()
	task.wait(6)
end

return Logic
""",
    "specs/modules/Gate/module.yaml": """
module: Gate
realm: server
domain: OVHL_Modules
depends: [PermissionSync]
lifecycle: { hot_reload: Logic.again }
types:
  Flag: { struct: { on: bool } }
events:
  Plain:
    { from: client, unsafe: true, payload: { n: u32, pad: string(..15000), more: "any?" }, rate: 9999/s,
      worker: Logic.plain }
  Turn:
    { from: client, unsafe: true, payload: { n: u32, pad: string(..15000), more: "any?" }, rate: 9999/s,
      worker: Logic.turn, serial: true }
  Many: { from: client, payload: { list: "Flag[..16000]" }, rate: 9999/s, worker: Logic.many, serial: true }
  Vip: { from: client, payload: { n: u32 }, rate: 1/min, allow: [Vip], worker: Logic.vip }
  Vips: { from: client, payload: { n: u32 }, rate: 9999/s, allow: [Vip], worker: Logic.vips }
  Ping: { from: client, request: {}, response: u8, rate: 9999/s, worker: Logic.ping }
  Never: { from: client, request: {}, response: u8, timeout: 2 s, rate: 9999/s, worker: Logic.never }
  NeverInTurn:
    { from: client, request: {}, response: u8, timeout: 2 s, rate: 9999/s, serial: true, worker: Logic.never }
  Told: { from: server, payload: { n: u32, pad: string(..15000) } }
  Point: { from: server, reliable: false, payload: { part: Instance(Model) } }
  Points: { from: client, reliable: false, payload: { part: Instance(Model) }, rate: 9999/s, worker: Logic.pointed }
  Loose: { from: client, reliable: false, unsafe: true, payload: { more: any }, rate: 9999/s, worker: Logic.pointed }
""",
    "specs/modules/Gate/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

local function note(player: Player, n: number, size: number)
	print("handled", player.Name, n, size, player.Parent ~= nil)
end

function Logic.again()
	task.wait(3)
end

function Logic.plain(_context: Types.Context, player: Player, payload: Types.Plain)
	note(player, payload.n, #payload.pad + if type(payload.more) == "string" then #payload.more else 0)
end

function Logic.turn(context: Types.Context, player: Player, payload: Types.Turn)
	Logic.plain(context, player, payload)
	_G.turn = coroutine.running()
	if payload.n == 0 then
		task.wait(3)
	end
end

function Logic.many(_context: Types.Context, player: Player, payload: Types.Many)
	note(player, #payload.list, #payload.list)
	task.wait(3)
end

function Logic.vip(_context: Types.Context, player: Player, payload: Types.Vip)
	note(player, payload.n, 0)
end

function Logic.vips(_context: Types.Context, player: Player, payload: Types.Vips)
	note(player, payload.n, 0)
end

function Logic.pointed(_context: Types.Context, player: Player)
	print("pointed", player.Name)
end

function Logic.ping(): number
	return 1
end

function Logic.never(): number
	task.wait(1e6)
	return 1
end

return Logic
""",
    "specs/modules/Off/module.yaml": """
module: Off
realm: server
domain: OVHL_Modules
config:
  enabled: { type: boolean, default: false }
events:
  Ask: { from: client, request: {}, response: u8, rate: 9999/s, worker: Logic.ask }
  Say: { from: client, payload: { n: u8 }, rate: 9999/s, worker: Logic.say }
""",
    "specs/modules/Off/Logic.luau": "return { ask = function() return 1 end, say = print }\n",
    "specs/modules/Face/module.yaml": """
module: Face
realm: client
domain: OVHL_Modules
sends: [Gate.Plain, Gate.Ping, Gate.Points, Gate.Loose]
listens: { Gate.Told: Logic.told, Gate.Point: Logic.pointed }
lifecycle: { init: Logic.start }
api:
  Send: { args: { size: u32, times: u32 }, worker: Logic.send }
""",
    "specs/modules/Face/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.start()
	task.wait(3)
end

function Logic.told(_context: Types.Context, payload: Types.Told)
	print("told", payload.n, #payload.pad)
end

function Logic.pointed()
	print("pointed")
end

function Logic.send(context: Types.Context, size: number, times: number)
	for n = 1, times do
		context.Remote.Gate.Plain:Fire({ n = n, pad = "", more = string.rep("x", size) })
	end
end

return Logic
""",
}

# What a hostile client's script may use: `batch(event, payloads)` and `call(text, …)`, the remote itself.
HOSTILE = """
local Storage = game:GetService("ReplicatedStorage")
local Layouts = require(Storage.Shared.Network.Layouts)
local remote = Storage.OVHL_Remotes.Reliable
local function call(text, ...)
	remote:FireServer(buffer.fromstring(text), ...)
end
local function message(event, payload)
	local id = Layouts.ids[event]
	local shape = Layouts.events[id].payload
	local out = { b = buffer.create(64), size = 64, side = {}, count = 0 }
	local after = if shape then (assert(shape.write(payload, out, 1))) else 1
	local question = if Layouts.events[id].response then "\\1\\0" else ""
	return string.char(id) .. question .. buffer.readstring(out.b, 1, after - 1), out.side
end
"""

FLOODS: dict[str, Callable[[str], str]] = {
    "small": lambda event: (
        f"""
        local text = ""
        for n = 1, 400 do text ..= message("{event}", {{ n = n, pad = "" }}) end
        call(text)"""
    ),
    "large": lambda event: (
        f"""
        for n = 1, 12 do call((message("{event}", {{ n = n, pad = string.rep("x", 15000) }}))) end"""
    ),
    "beside": lambda event: (
        f"""
        for n = 1, 12 do
            local text, side = message("{event}", {{ n = n, pad = "", more = string.rep("x", 15000) }})
            call(text, side[1])
        end"""
    ),
    "unasked": lambda event: (
        f"""
        for n = 1, 12 do call((message("{event}", {{ n = n, pad = "" }})), string.rep("x", 15000)) end"""
    ),
    "shared": lambda event: (
        f"""
        local text = ""
        for n = 1, 90 do text ..= message("{event}", {{ n = n, pad = string.rep("x", 100) }}) end
        call(text, string.rep("x", 30000)) call(text, string.rep("x", 30000)) call(text, string.rep("x", 30000))"""
    ),
}


# Of everything, as often as Roblox lets a client call a remote: 480 times a second.
EVERYTHING = """
local nested = {} for n = 1, 1000 do nested[n] = { n = n } end
local pad, long = string.rep("x", 15000), string.rep("x", 100000)
local off = string.rep((message("Off.Ask")), 20)
local never, neverInTurn = message("Gate.Never"), message("Gate.NeverInTurn")
local many = string.char(Layouts.ids["Gate.Many"]) .. string.pack("<I2", 16000) .. string.rep("\\1", 16000)
local turn, plain = message("Gate.Turn", { n = 0, pad = pad }), message("Gate.Plain", { n = 1, pad = "" })
local calls = {
	function() call(many) end,
	function() call(turn, pad) end,
	function() call(string.rep(plain, 20), pad, pad) end,
	function() call(string.rep((message("Gate.Vips", { n = 1 })), 20), nested) end,
	function() call(string.rep(never, 5) .. string.rep(neverInTurn, 5)) end,
	function() call(off, nested) end,
	function() call("\\xff", pad) end,
	function() remote:FireServer(long) end,
}
local began, number = os.clock(), 0
while os.clock() - began < SECONDS do
	for _ = 1, 8 do
		number += 1
		calls[if number % 9 < 8 then number % 9 + 1 else math.random(#calls)]()
	end
	task.wait()
end
"""

RELOAD = 'require(Shared.Kernel.ServiceManager):Reload("Gate", { force = true })'

type Place = tuple[Project, Path]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return built(tmp_path_factory.mktemp("queues"), SPECS)


@contextmanager
def playing(place: Place, *players: str, boots: bool = True, groups: str = "") -> Iterator[Game]:
    """A server, booted unless its boot goes on for six seconds more, and players whose clients aren't ready yet."""
    with Session(place[1], patience=120) as session:
        game = Game(place[0], session)
        if boots:
            game.boot()
        else:
            session.ask("boot", server=1)
        if groups:
            game.service_fault("groups", groups, seconds=100)
        for number, player in enumerate(players, 1):
            session.ask("join", server=1, name=player, user_id=number, locale="en-us")
        session.ask("advance", seconds=0.3)
        yield game


def begin(game: Game, player: str, source: str) -> None:
    game.run(player, HOSTILE + source, settle=False)
    game.session.ask("advance", seconds=0.05)


def handled(game: Game, player: str) -> dict[int, int]:
    """The numbers of what a player's handlers got, and the bytes of each."""
    lines = [str(one.get("text")).split() for one in game.facts if one.kind == "print" and one.side == "server"]
    return {int(line[2]): int(line[3]) for line in lines if line[:2] == ["handled", player]}


def refusals(game: Game, player: str) -> Counter[str]:
    return Counter(str(one.get("word")) for one in game.facts if one.kind == "refused" and one.get("player") == player)


def kicked(game: Game) -> set[str]:
    return {one.side for one in game.facts if one.kind == "kick"}


@contextmanager
def waiting(place: Place, way: str, *players: str) -> Iterator[Game]:
    """What these players send has to wait, for three seconds or longer."""
    with playing(place, *players, boots=way != "kernel", groups="hanging" if way == "role" else "") as game:
        if way in ("reload", "turn"):
            game.advance(8)
        if way == "reload":
            game.reload("Gate")
        elif way != "kernel":
            event = {"role": "Gate.Vips", "turn": "Gate.Turn"}[way]
            for player in players:
                begin(game, player, f'call((message("{event}", {{ n = 0, pad = "" }})))')
        yield game


@pytest.mark.parametrize(("way", "most"), [("kernel", 256), ("role", 255), ("reload", 100), ("turn", 256)])
def test_what_waits_has_a_bound(place: Place, way: str, most: int) -> None:
    """In messages and in bytes, with what lies beside the buffer: needed, unasked for, or shared by many messages.

    What is over is refused as NET_BUSY, which is no violation; what waited is handled.
    """
    event = "Gate.Turn" if way == "turn" else "Gate.Plain"
    counts = {"small": most, "large": 4, "beside": 4, "unasked": 4, "shared": 90}
    with waiting(place, way, *FLOODS) as game:
        for player, flood in FLOODS.items():
            begin(game, player, flood(event))
        game.advance(12)
        for player, count in counts.items():
            got = {number: size for number, size in handled(game, player).items() if number > 0}
            assert len(got) == count, player
            assert 0 <= sum(got.values()) <= 64 * KIB
            assert refusals(game, player).keys() == {"NET_BUSY"}
        assert kicked(game) == set()


@pytest.mark.parametrize("way", ["kernel", "role", "reload", "turn"])
def test_nothing_waits_for_who_is_gone(place: Place, way: str) -> None:
    """They left, or were kicked: no handler begins for them; another's messages wait all the same."""
    event = "Gate.Turn" if way == "turn" else "Gate.Plain"
    with waiting(place, way, "Leaver", "Kicked", "Stays") as game:
        for player in ("Leaver", "Kicked", "Stays"):
            begin(game, player, f'for n = 1, 5 do call((message("{event}", {{ n = n, pad = "" }}))) end')
        game.session.ask("leave", name="Leaver")
        begin(game, "Kicked", 'for _ = 1, 60 do call("\\xff") end')
        game.advance(12)
        for player in ("Leaver", "Kicked"):
            assert handled(game, player).keys() <= {0}
        assert handled(game, "Stays").keys() - {0} == {1, 2, 3, 4, 5}
        assert kicked(game) == {"Kicked"}


@pytest.mark.parametrize("way", ["kernel", "role", "reload"])
def test_a_message_is_charged_once(place: Place, way: str) -> None:
    """As of when it came: two of an event of one a minute are one too many, however long they waited."""
    with waiting(place, way, "Vera", "Twice") as game:
        begin(game, "Vera", 'call((message("Gate.Vip", { n = 7 })))')
        begin(game, "Twice", 'for n = 8, 9 do call((message("Gate.Vip", { n = n }))) end')
        game.advance(12)
        assert handled(game, "Vera").keys() - {0} == {7}
        assert refusals(game, "Vera") == {}
        assert handled(game, "Twice").keys() - {0} == {8}
        assert refusals(game, "Twice") == {"NET_RATE": 1}
        game.advance(60)
        begin(game, "Vera", 'call((message("Gate.Vip", { n = 10 })))')
        assert 10 in handled(game, "Vera")


def test_what_is_off_costs_a_token(place: Place) -> None:
    """Beyond the budget of events a second it is NET_RATE, a violation as everywhere; of fires as of requests."""
    flood = 'call(string.rep((message("Off.{}", {{ n = 1 }})), 2040))'
    with playing(place, "Asks", "Says") as game:
        for player, event in (("Asks", "Ask"), ("Says", "Say")):
            begin(game, player, flood.format(event))
            assert refusals(game, player) == {"NET_UNAVAILABLE": 2000, "NET_RATE": 40}
            begin(game, player, flood.format(event))
        assert kicked(game) == {"Asks", "Says"}


def test_bytes_beside_the_buffer_count(place: Place) -> None:
    """256 KiB at once, whatever they lie in; what is counted as received says so."""
    nested = "local many = {} for n = 1, 2000 do many[n] = { a = n } end"
    floods = {
        "Texts": 'for _ = 1, 20 do call("", string.rep("x", 20000)) end',
        "Buffers": 'for _ = 1, 20 do call("", buffer.create(20000)) end',
        "Tables": f'{nested} for _ = 1, 20 do call("", many) end',
        "Many": 'for _ = 1, 20 do call("", table.unpack(table.create(1000, "twenty bytes of text"))) end',
    }
    with playing(place, *floods) as game:
        for player, flood in floods.items():
            begin(game, player, flood)
            assert refusals(game, player)["NET_RATE"] >= 6, player
        game.advance(60)
        metric = game.metric("kernel.network.bytes")
        assert metric is not None
        assert 4 * 200 * KIB < metric["value"] <= 4 * 256 * KIB


def test_a_hostile_table_is_weighed_no_further_than_its_limit(place: Place) -> None:
    """One that contains itself, that is as deep as it gets, or that is huge: an answer at once."""
    weigh = """
    local Weight = require(game:GetService("ReplicatedStorage").Shared.Network.Weight)
    local cycle = {} cycle.again = cycle
    local deep = {} for _ = 1, 100000 do deep = { deep } end
    local wide = table.create(1000000, "x")
    local began = os.clock()
    for _, one in { cycle, deep, wide, { [cycle] = cycle } } do
        local weight = Weight.of(one, 65536)
        assert(weight > 65536 and weight < 65536 + 200, weight)
    end
    return Weight.of({ 1, "abc", { true } }, 65536)
    """
    with playing(place) as game:
        assert game.run("server", weigh, settle=False) == {"1": 80 + 32 + 35 + 96 + 32}


def test_a_place_is_given_back(place: Place) -> None:
    """Sixteen requests that nobody answers: after their time-out others are answered; so where they wait in turn."""
    with playing(place, "Asks", "Turns") as game:
        game.advance(8)
        for player, event in (("Asks", "Gate.Never"), ("Turns", "Gate.NeverInTurn")):
            for _ in range(16):
                game.request(player, event, {})
            busy = game.request(player, "Gate.Ping", {})
            assert busy and busy.code == "NET_BUSY"
            game.advance(3)
            for _ in range(2):
                answer = game.request(player, "Gate.Ping", {})
                assert answer and answer.response == 1


def test_a_turn_whose_thread_is_cancelled_ends(place: Place) -> None:
    """Whoever cancelled it: the next message finds that out, and what waits goes on in order."""
    with waiting(place, "turn", "Eve") as game:
        begin(game, "Eve", 'call((message("Gate.Turn", { n = 1, pad = "" })))')
        game.run("server", "task.cancel(_G.turn)")
        begin(game, "Eve", 'call((message("Gate.Turn", { n = 2, pad = "" })))')
        assert list(handled(game, "Eve")) == [0, 1, 2]


def test_a_client_that_is_not_ready_has_a_bound(place: Place) -> None:
    """The same one as on the server; what is over is an error in its log."""
    with playing(place, "Small", "Large") as game:
        fire = 'context.Events.Told:Fire(player("{}"), {{ n = n, pad = string.rep("x", {}) }})'
        for player, times, size in (("Small", 300, 0), ("Large", 12, 15000)):
            line = fire.format(player, size)
            game.run("server", f'local context = record("Gate").context for n = 1, {times} do {line} end', settle=False)
        game.advance(8)
        told = Counter(
            one.side for one in game.facts if one.kind == "print" and str(one.get("text")).startswith("told")
        )
        assert told == {"Small": 256, "Large": 4}
        logged = [
            one for one in game.facts if one.kind == "log" and "too many wait for the kernel" in str(one.get("text"))
        ]
        dropped = Counter(one.side for one in logged)
        assert dropped["Small"] == 44
        assert dropped["Large"] == 8


def test_a_sender_keeps_to_the_bound(place: Place) -> None:
    """A client's call ends before there is more beside it than may wait; a value above that raises at its sender."""
    send = 'require(Shared.Kernel.ServiceManager):Get("Face"):Send({}, {})'
    with playing(place, "Budi") as game:
        game.advance(8)
        game.run("Budi", send.format(20000, 5))
        game.advance(1)
        assert handled(game, "Budi") == dict.fromkeys(range(1, 6), 20000)
        with pytest.raises(GameError, match=r"at most 49152 bytes beside the buffer expected"):
            game.run("Budi", send.format(60000, 1))
        game.run("Budi", send.format(5, 1))
        assert refusals(game, "Budi") == {}


def test_what_lies_beside_an_unreliable_buffer_counts(place: Place) -> None:
    """Roblox drops unreliable calls above 1,000 bytes, whatever they lie in: none is as large, on either side."""
    with playing(place, "Budi") as game:
        game.advance(8)
        game.run("Budi", "for _ = 1, 190 do send('Gate.Points', { part = workspace }) end", settle=False)
        fire = 'record("Gate").context.Events.Point:FireAll({ part = workspace })'
        game.run("server", f"for _ = 1, 190 do {fire} end", settle=False)
        game.advance(1)
        pointed = [one.side for one in game.facts if one.kind == "print" and "pointed" in str(one.get("text"))]
        assert Counter(side == "Budi" for side in pointed) == {True: 190, False: 190}
        with pytest.raises(GameError, match=r"at most 900 bytes beside the buffer expected"):
            game.run("Budi", "send('Gate.Loose', { more = string.rep('x', 1000) })")


def test_a_hostile_client_costs_little(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """At full speed, with all it can think of, never kicked, its role unknown, its module reloaded: 8 MiB at most."""
    patient = SPECS["specs/project.yaml"] + "network: { violations: { kick_after: 100000 } }\n"
    place = built(tmp_path_factory.mktemp("patient"), {**SPECS, "specs/project.yaml": patient})
    with playing(place, "Eve", groups="hanging") as game:
        before = game.session.ask("memory")
        game.run("Eve", HOSTILE + EVERYTHING.replace("SECONDS", str(SECONDS)), settle=False)
        worst = 0.0
        for second in range(SECONDS):
            if second == SECONDS // 2:
                game.run("server", RELOAD, settle=False)
            game.session.ask("advance", seconds=1)
            worst = max(worst, game.session.ask("memory") - before)
        codes = refusals(game, "Eve")
        said = f"{SECONDS} s of a hostile client: at most {worst / KIB:.1f} MiB more, {sum(codes.values()):,} refused"
        with capsys.disabled():
            print("\n" + said)
        assert {"NET_RATE", "NET_BUSY", "NET_INVALID"} <= codes.keys(), codes
        assert worst <= 8 * KIB
