"""The guards between a hostile client and a handler, each shown by what gets past it and what doesn't."""

from __future__ import annotations

import pytest

from tests.support.games import Game, Played, Probe, errors, game, printed, probe

pytestmark = pytest.mark.tools

MODULE = """
module: Gate
realm: server
domain: OVHL_Modules
log: { domain: NETWORK }
config:
  size: { type: u8, default: 3 }
types:
  Kind: { enum: [one, two] }
  Deed: { union: { go: { to: "Vector3" }, say: { text: string(..5) } } }
events:
  Open: { from: client, payload: { n: u8(1..20) }, rate: 1000/s, worker: Logic.open }
  Free: { from: client, payload: { n: u8 }, rate: 10000/s, worker: Logic.free }
  Text: { from: client, payload: { text: string(2..4) }, rate: 1000/s, worker: Logic.text }
  Deep:
    from: client
    payload: { deeds: "Deed[..3]", by: "map(id, Kind, ..2)", part: "Instance(Model, Workspace.Stage)?", who: "Player?" }
    rate: 1000/s
    worker: Logic.deep
  Slow: { from: client, request: { n: u8 }, response: { n: u8 }, rate: 1000/s, worker: Logic.slow }
  Never: { from: client, request: {}, response: u8, timeout: 2 s, rate: 1000/s, worker: Logic.never }
  Breaks: { from: client, request: {}, response: u8, rate: 1000/s, worker: Logic.breaks }
  Lies: { from: client, request: {}, response: u8, rate: 1000/s, worker: Logic.lies }
  Few: { from: client, request: {}, response: u8, rate: 2/s burst 3, worker: Logic.few }
  Admins: { from: client, request: {}, response: u8, rate: 1000/s, allow: [Admin], worker: Logic.few }
  Off: { from: client, request: {}, response: u8, rate: 1000/s, enabled: false, worker: Logic.few }
  Switched: { from: client, request: {}, response: u8, rate: 1000/s, enabled: "@config.open", worker: Logic.few }
  InTurn: { from: client, payload: { n: u8 }, rate: 1000/s, serial: true, worker: Logic.in_turn }
  Told: { from: server, payload: { n: u8, text: string(..5) } }
"""
LOGIC = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.open(context: Types.Context, player: Player, payload: Types.Open)
	print("open", player.Name, payload.n)
	if payload.n == 13 then
		error("secret of the server")
	end
end

function Logic.free(_context: Types.Context, _player: Player, payload: Types.Free)
	print("free", payload.n)
end

function Logic.text(_context: Types.Context, _player: Player, payload: Types.Text)
	print("text", payload.text)
end

function Logic.deep(_context: Types.Context, _player: Player, payload: Types.Deep)
	local kinds = {}
	for _, deed in payload.deeds do
		table.insert(kinds, deed.kind)
	end
	local part, who = payload.part, payload.who
	print("deep", table.concat(kinds, ","), payload.by[5], part and part.Name, who and who.Name)
end

function Logic.slow(_context: Types.Context, _player: Player, payload: Types.SlowRequest): Types.SlowResponse
	task.wait(3)
	return { n = payload.n }
end

function Logic.never(_context: Types.Context): number
	task.wait(1e6)
	return 1
end

function Logic.breaks(_context: Types.Context): number
	error("secret of the server")
end

function Logic.lies(_context: Types.Context): number
	return 256
end

function Logic.few(_context: Types.Context): number
	return 7
end

function Logic.in_turn(_context: Types.Context, _player: Player, payload: Types.InTurn)
	print("begin", payload.n)
	task.wait(0.2)
	print("end", payload.n)
end

return Logic
"""
CLIENT = """
module: Face
realm: client
domain: OVHL_Modules
sends: [Gate.Open, Gate.Slow, Gate.Never, Gate.Breaks, Gate.Lies, Gate.Few, Gate.Admins, Gate.Off, Gate.Switched]
listens: { Gate.Told: Logic.told }
api:
  Ask: { args: { event: string, n: u8 }, worker: Logic.ask }
  Fire: { args: { n: f64 }, worker: Logic.fire }
"""
FACE = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.told(_context: Types.Context, payload: Types.Told)
	print("told", payload.n, payload.text)
end

function Logic.ask(context: Types.Context, event: string, n: number)
	local remote = (context.Remote.Gate :: any)[event]
	local answer, code
	if event == "Slow" then
		answer, code = remote:Request({ n = n })
	else
		answer, code = remote:Request()
	end
	print(event, if type(answer) == "table" then answer.n else answer, code)
end

function Logic.fire(context: Types.Context, n: number)
	context.Remote.Gate.Open:Fire({ n = n })
end

return Logic
"""
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n"
    "network: { violations: { log: true, kick_after: 40, within: 60 s } }\n"
    "place: { Workspace: { Stage: { $className: Folder, Arena: { $className: Model } } } }\n",
    "specs/roles.yaml": "roles: { Guest: { rank: 0 }, Admin: { rank: 9 } }\ndefault: Guest\n",
    "specs/config.yaml": "fields:\n  open: { type: boolean, default: false }\n",
    "specs/modules/Gate/module.yaml": MODULE,
    "specs/modules/Gate/Logic.luau": LOGIC,
    "specs/modules/Face/module.yaml": CLIENT,
    "specs/modules/Face/Logic.luau": FACE,
}


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("gate"), FILES)


def attack(source: str, at: float = 1.0, side: str = "Siti") -> Probe:
    """A client that speaks to the remotes by itself: `fire(event, payload, question)`, `raw(text, …)`, `id(event)`.

    It prints the answers to its questions.
    """
    tools = """
    local remote = ReplicatedStorage.OVHL_Remotes.Reliable
    local codes = require(Shared.Network.Codes).codes
    _G.asked = _G.asked or {}
    local function raw(text, ...)
        remote:FireServer(buffer.fromstring(text), ...)
    end
    local function id(event)
        return string.char(Layouts.ids["Gate." .. event])
    end
    local function bytes(event, payload, question)
        local shape = Layouts.events[Layouts.ids["Gate." .. event]].payload
        local out = { b = buffer.create(1), size = 1, side = {}, count = 0 }
        local after = 1
        if shape then
            local found, problem = shape.write(payload, out, 1, 0)
            assert(found > 0, problem)
            after = found
        end
        if question then
            _G.asked[question] = event
        end
        local head = id(event) .. if question then string.pack("<I2", question) else ""
        return head .. if shape then buffer.readstring(out.b, 1, after - 1) else "", out
    end
    local function fire(event, payload, question)
        local text, out = bytes(event, payload, question)
        raw(text, table.unpack(out.side, 1, out.count))
    end
    if not _G.hears then
        _G.hears = true
        remote.OnClientEvent:Connect(function(b)
            local at = 0
            while at < buffer.len(b) do
                assert(buffer.readu8(b, at) == 0, "an answer")
                local question, code = buffer.readu16(b, at + 1), codes[buffer.readu8(b, at + 3)]
                at += 4
                local response
                if not code then
                    local shape = Layouts.events[Layouts.ids["Gate." .. _G.asked[question]]].response
                    at, response = shape.read(b, at, buffer.len(b), { n = 0 }, 0)
                end
                print("answer", question, code or response)
            end
        end)
    end
    """
    return probe(tools + source, side, at)


def refusals(outcome: Played) -> list[str]:
    """The violations in the log, as `event code`."""
    return [
        text.split("] ", 1)[1].replace(" refused:", "")
        for text in outcome.texts("server")
        if "[Network]" in text and "refused" in text
    ]


def test_a_valid_event_arrives(gate: Game) -> None:
    """The authentic player, the payload as sent; from the module's own context too."""
    outcome = gate.play(
        attack('fire("Open", { n = 7 })'),
        probe('Kernel:GetModule("Face"):Fire(8)', "Budi", 2),
        players=("Siti", "Budi"),
    )
    assert printed(outcome) == ["open Siti 7", "open Budi 8"]
    assert refusals(outcome) == []


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('raw("\\xff")', "an unknown event NET_UNKNOWN"),
        ('raw("\\0\\1\\0\\0")', "an unknown event NET_UNKNOWN"),
        ('raw(id("Told") .. "\\1\\0")', "an unknown event NET_UNKNOWN"),
        ('remote:FireServer("x")', "a batch NET_INVALID"),
        ("remote:FireServer(nil)", "a batch NET_INVALID"),
        ("remote:FireServer({ buffer.create(1) })", "a batch NET_INVALID"),
        ('raw(string.rep("\\0", 16 * 1024 + 1))', "a batch NET_INVALID"),
        ('raw(id("Slow") .. "\\1")', "Gate.Slow NET_INVALID"),
        ('raw(id("Slow") .. "\\1\\0")', "Gate.Slow NET_INVALID"),
        ('raw(id("Open"))', "Gate.Open NET_INVALID"),
        ('raw(id("Open") .. "\\20")', "Gate.Open NET_INVALID"),
        ('raw(id("Open") .. "\\33")', "Gate.Open NET_INVALID"),
        ('raw(id("Text") .. "\\1x")', "Gate.Text NET_INVALID"),
        ('raw(id("Text") .. "\\5abcde")', "Gate.Text NET_INVALID"),
        ('raw(id("Text") .. "\\2\\xff\\xff")', "Gate.Text NET_INVALID"),
        ('raw(id("Text") .. "\\4abc")', "Gate.Text NET_INVALID"),
        ('raw(id("Text") .. "\\17" .. string.rep("x", 17))', "Gate.Text NET_INVALID"),
        # bits of `part` and `who`, how many deeds, how many entries; then the deeds: a bit for the kind, and its fields
        ('raw(id("Deep") .. "\\4\\0\\0")', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\1\\0" .. "\\2" .. string.rep("\\0", 12))', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\1\\0" .. "\\0" .. string.pack("<fff", 0/0, 0, 0))', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\1\\0" .. "\\0" .. string.pack("<fff", 0, 0, math.huge))', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\4\\0" .. string.rep("\\1\\0", 4))', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\0\\1" .. string.pack("<d", 5))', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\0\\1" .. string.pack("<d", 5.5) .. "\\0")', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\0\\1" .. string.pack("<d", 5) .. "\\2")', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\0\\0\\2" .. string.rep(string.pack("<d", 5) .. "\\0", 2))', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\1\\0\\0\\0")', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\1\\0\\0\\1")', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\1\\0\\0\\2", workspace.Stage.Arena)', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\1\\0\\0\\1", workspace)', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\1\\0\\0\\1", workspace.Stage)', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\1\\0\\0\\1", "Arena")', "Gate.Deep NET_INVALID"),
        ('raw(id("Deep") .. "\\2\\0\\0" .. string.pack("<d", 0/0))', "Gate.Deep NET_INVALID"),
    ],
)
def test_what_is_refused_never_reaches_the_handler(gate: Game, source: str, code: str) -> None:
    """One violation in the log, nothing printed by a handler, no error anywhere."""
    outcome = gate.play(attack(source), seconds=3)
    assert refusals(outcome) == [code]
    assert printed(outcome) == []
    assert errors(outcome) == []


def test_a_payload_that_fits_in_every_part(gate: Game) -> None:
    """Unions, maps with number keys, Instances in their place and players come through; unknown fields don't travel."""
    outcome = gate.play(
        attack(
            """
            fire("Deep", {
                deeds = { { kind = "go", to = Vector3.new(1, 2, 3), extra = 1 }, { kind = "say", text = "hey" } },
                by = { [5] = "two" }, part = workspace.Stage.Arena, who = Players.LocalPlayer, more = {},
            })
            fire("Text", { text = "é🎵" })
            """
        )
    )
    assert refusals(outcome) == []
    assert printed(outcome) == ["deep go,say two Arena Siti", "text é🎵"]


def test_the_log_tells_of_the_same_refusals_every_ten_seconds(gate: Game) -> None:
    """With how many it left out; another event, and another player, are told of at once."""
    outcome = gate.play(
        attack('for _ = 1, 15 do raw(id("Open")) end raw(id("Text") .. "\\1x")', at=1),
        attack('raw(id("Open"))', at=1, side="Budi"),
        attack('raw(id("Open"))', at=12),
        players=("Siti", "Budi"),
        seconds=14,
    )
    assert sorted(refusals(outcome)) == ["Gate.Open NET_INVALID"] * 3 + ["Gate.Text NET_INVALID"]
    data = [text for text in outcome.texts("server") if '"untold"' in text]
    assert len(data) == 1
    assert '"untold":14' in data[0]


def test_a_refused_event_does_not_end_its_batch(gate: Game) -> None:
    """It is stepped over, without being read; a malformed one ends the batch: nobody knows where the next begins."""
    outcome = gate.play(
        attack(
            """
            local off = bytes("Off", nil, 5)
            local deep = id("Admins") .. "\\1\\0"
            local one, two, three = bytes("Open", { n = 1 }), bytes("Open", { n = 2 }), bytes("Open", { n = 3 })
            raw(one .. off .. deep .. two .. "\\xff" .. three)
            raw(bytes("Open", { n = 4 }) .. id("Text") .. "\\1x" .. bytes("Open", { n = 5 }))
            """
        )
    )
    assert printed(outcome) == ["open Siti 1", "open Siti 2", "open Siti 4"]
    assert refusals(outcome) == ["Gate.Admins NET_DENIED", "an unknown event NET_UNKNOWN", "Gate.Text NET_INVALID"]


def test_a_player_has_a_budget_of_events(gate: Game) -> None:
    """2,000 at once, whatever they are, beside the rate of each."""
    outcome = gate.play(attack('raw(string.rep(bytes("Free", { n = 3 }), 2030))'))
    assert len(printed(outcome)) == 2000
    assert refusals(outcome) == ["Gate.Free NET_RATE"]


def test_a_player_has_a_budget_of_bytes(gate: Game) -> None:
    """256 KiB at once: of twenty calls of 16 KiB, four aren't read at all."""
    outcome = gate.play(attack('for _ = 1, 20 do raw(id("Text") .. "\\1" .. string.rep("x", 16 * 1024 - 2)) end'))
    assert refusals(outcome) == ["Gate.Text NET_INVALID", "a batch NET_RATE"]


def test_a_flood_costs_nobody_else_anything(gate: Game) -> None:
    """60,000 events in a step: the budget holds, the flooder is kicked, another's request is answered as without it."""
    asks = probe('Kernel:GetModule("Face"):Ask("Few", 1)', "Budi", 1)
    flood = """
    local many = string.rep(bytes("Free", { n = 3 }), 7500)
    for _ = 1, 8 do
        raw(many)
    end
    """
    calm, flooded = (gate.play(*probes, players=("Siti", "Budi")) for probes in ((asks,), (attack(flood, at=1), asks)))
    answered = [[line.t for line in one.lines if line.text == "Few 7 nil"] for one in (calm, flooded)]
    assert len(answered[0]) == 1
    assert answered[0] == answered[1]
    assert sum(line.startswith("free") for line in printed(flooded)) == 2000
    assert [line.text for line in flooded.lines if line.level == "kick"] == ["Too many invalid requests."]


def test_rate_is_a_bucket_per_player_and_event(gate: Game) -> None:
    """3 at once, then 2 a second; another player has a bucket of their own."""
    burst = 'for n = 1, 5 do fire("Few", nil, n) end'
    outcome = gate.play(attack(burst), attack(burst, 1, "Budi"), attack(burst, 2.05), players=("Siti", "Budi"))
    answers = printed(outcome, "Siti")
    assert answers[:5] == [f"answer {n} {'7' if n <= 3 else 'NET_RATE'}" for n in range(1, 6)]
    assert answers[5:] == [f"answer {n} {'7' if n <= 2 else 'NET_RATE'}" for n in range(1, 6)]
    assert printed(outcome, "Budi") == answers[:5]


@pytest.mark.parametrize(
    ("event", "code"), [("Admins", "NET_DENIED"), ("Off", "NET_DISABLED"), ("Switched", "NET_DISABLED")]
)
def test_roles_and_switches(gate: Game, event: str, code: str) -> None:
    """Without a source of roles everybody has the default one; a switch that is off isn't a violation."""
    outcome = gate.play(attack(f'fire("{event}", nil, 1)'))
    assert printed(outcome, "Siti") == [f"answer 1 {code}"]
    assert refusals(outcome) == ([f"Gate.{event} {code}"] if code == "NET_DENIED" else [])


ROLES = """
local ranks = {}
_G.ranks = ranks
require(Shared.Network).Server.setRoles(ranks)
"""


def test_a_role_that_is_not_known_yet_is_waited_for(gate: Game) -> None:
    """The event and the player's later ones, in order; another player's don't wait."""
    outcome = gate.play(
        probe(ROLES + "ranks[Players.Budi] = 0"),
        attack('fire("Admins", nil, 1) fire("Open", { n = 1 })', at=1.5),
        attack('fire("Admins", nil, 2) fire("Open", { n = 2 })', at=1.6, side="Budi"),
        attack('fire("Open", { n = 3 })', at=2),
        probe("_G.ranks[Players.Siti] = 9 require(Shared.Network).Server.updateRole(Players.Siti)", at=3),
        players=("Siti", "Budi"),
        seconds=6,
    )
    handled = [(line.text, line.t >= 3) for line in outcome.lines if line.text.startswith("open")]
    assert handled == [("open Budi 2", False), ("open Siti 1", True), ("open Siti 3", True)]
    assert printed(outcome, "Siti") == ["answer 1 7"]
    assert printed(outcome, "Budi") == ["answer 2 NET_DENIED"]


def test_a_role_that_never_comes_is_the_default_one(gate: Game) -> None:
    """After ten seconds, and from then on at once; what waits is bounded."""
    outcome = gate.play(
        probe(ROLES),
        attack('fire("Admins", nil, 1) fire("Open", { n = 1 })', at=1.5),
        attack('raw(string.rep(bytes("Off", nil, 9), 300))', at=2),
        attack('fire("Admins", nil, 2)', at=13),
        seconds=15,
    )
    answers = [(line.text, line.t) for line in outcome.lines if line.text.startswith("answer") and "9" not in line.text]
    assert [text for text, _ in answers] == ["answer 1 NET_DENIED", "answer 2 NET_DENIED"]
    assert answers[0][1] > 11.5
    assert answers[1][1] < 13.5
    busy = [line for line in outcome.lines if line.text == "answer 9 NET_BUSY"]
    assert len(busy) == 300 - 254, "256 wait, of which two were there before"


def test_at_most_sixteen_requests_are_in_flight(gate: Game) -> None:
    """The seventeenth is answered BUSY at once; when the others are done there is room again."""
    outcome = gate.play(
        attack('for n = 1, 18 do fire("Slow", { n = n }, n) end'),
        attack('fire("Slow", { n = 200 }, 200)', 6),
        seconds=12,
    )
    answers = printed(outcome, "Siti")
    assert answers[:2] == ["answer 17 NET_BUSY", "answer 18 NET_BUSY"]
    assert sum("table" in answer for answer in answers) == 16 + 1
    assert refusals(outcome) == []


def test_serial_events_wait_for_each_other(gate: Game) -> None:
    """One at a time per player, also when the handler yields; another player's don't wait."""
    fire = 'fire("InTurn", { n = %d }) fire("InTurn", { n = %d })'
    outcome = gate.play(attack(fire % (1, 2)), attack(fire % (3, 4), 1.05, "Budi"), players=("Siti", "Budi"))
    assert printed(outcome) == [
        "begin 1",
        "begin 3",
        "end 1",
        "begin 2",
        "end 3",
        "begin 4",
        "end 2",
        "end 4",
    ]


def test_what_waits_in_turn_is_bounded(gate: Game) -> None:
    """A handler that hangs can't be made to hold a heap of messages: 256, the rest is dropped."""
    outcome = gate.play(
        attack(
            """
            for _ = 1, 2 do
                local batch = ""
                for n = 1, 200 do
                    batch ..= bytes("InTurn", { n = n })
                end
                raw(batch)
            end
            """
        ),
        seconds=120,
    )
    assert sum(line.startswith("end") for line in printed(outcome)) == 257


def test_too_many_violations_kick(gate: Game) -> None:
    """The fortieth within the window; the text tells nothing of the server."""
    outcome = gate.play(attack('for n = 1, 60 do raw("\\xff") end'))
    kicks = [line.text for line in outcome.lines if line.level == "kick"]
    assert kicks == ["Too many invalid requests."]
    assert len(refusals(outcome)) == 1


def test_a_kick_ends_its_batch(gate: Game) -> None:
    """What stands in the same call behind the last violation isn't handled, and nobody is kicked twice."""
    outcome = gate.play(
        attack(
            """
            raw(string.rep(bytes("Admins", nil, 1), 60) .. bytes("Open", { n = 1 }))
            """
        )
    )
    assert [line.text for line in outcome.lines if line.level == "kick"] == ["Too many invalid requests."]
    assert printed(outcome) == []
    assert len(refusals(outcome)) == 1


def test_violations_grow_old(gate: Game) -> None:
    """39, a minute, 39 more: nobody is kicked."""
    storm = 'for n = 1, 39 do raw("\\xff") end'
    outcome = gate.play(attack(storm), attack(storm, 62), seconds=70)
    assert [line for line in outcome.lines if line.level == "kick"] == []


@pytest.mark.parametrize(("event", "code"), [("Breaks", "NET_ERROR"), ("Lies", "NET_ERROR"), ("Never", "NET_TIMEOUT")])
def test_a_handler_that_fails(gate: Game, event: str, code: str) -> None:
    """The client gets a code and never the server's text; the log has it."""
    outcome = gate.play(probe(f'Kernel:GetModule("Face"):Ask("{event}", 1)', "Siti"))
    assert printed(outcome, "Siti") == [f"{event} nil {code}"]
    assert not any("secret" in line.text for line in outcome.lines if line.side == "Siti")
    logged = [text for text in outcome.texts("server") if "💀" in text]
    assert len(logged) == (0 if event == "Never" else 1)


def test_a_handlers_error_stays_with_its_event(gate: Game) -> None:
    """Logged with module, hook and traceback; the next event is handled."""
    outcome = gate.play(attack('fire("Open", { n = 13 }) fire("Open", { n = 1 })'))
    assert printed(outcome) == ["open Siti 13", "open Siti 1"]
    failed = [number for number, text in enumerate(outcome.texts("server")) if "Gate: Open failed" in text]
    assert len(failed) == 1
    assert "Logic:" in outcome.texts("server")[failed[0] + 1]


def test_sending_what_does_not_fit_raises(gate: Game) -> None:
    """On both sides: an error at the caller, and nothing is sent."""
    outcome = gate.play(
        probe('print(pcall(function() Kernel:GetModule("Face"):Fire(300) end))', "Siti"),
        probe(
            """
            local Server = require(Shared.Network).Server
            local told = Server.sender("Gate.Told")
            print(pcall(told.FireAll, told, { n = 1, text = "too long" }))
            print(pcall(told.FireList, told, {}, { n = 1, text = "too long" }))
            print(pcall(told.FireAll, told, { n = 1 }))
            told:FireAll({ n = 1, text = "fits" })
            """
        ),
    )
    assert len([line for line in printed(outcome, "Siti") if line.startswith("told")]) == 1
    assert "told 1 fits" in printed(outcome, "Siti")
    said = printed(outcome) + printed(outcome, "Siti")
    assert sum(line.startswith("false") and "NET_INVALID: Gate." in line for line in said) == 4


def test_who_is_told(gate: Game) -> None:
    """Fire, FireAll, FireExcept, FireList: each to whom it says."""
    outcome = gate.play(
        probe(
            """
            local told = require(Shared.Network).Server.sender("Gate.Told")
            local siti, budi, tono = Players.Siti, Players.Budi, Players.Tono
            told:Fire(siti, { n = 1, text = "one" })
            told:FireAll({ n = 2, text = "all" })
            told:FireExcept(siti, { n = 3, text = "most" })
            told:FireList({ siti, tono }, { n = 4, text = "two" })
            """
        ),
        players=("Siti", "Budi", "Tono"),
    )
    heard = {side: [line.split()[1] for line in printed(outcome, side)] for side in ("Siti", "Budi", "Tono")}
    assert heard == {"Siti": ["1", "2", "4"], "Budi": ["2", "3"], "Tono": ["2", "3", "4"]}


def test_events_can_be_delivered_without_a_network(gate: Game) -> None:
    """For tests and stories: as the receiver would have it, or an error."""
    outcome = gate.play(
        probe(
            """
            local Server = require(Shared.Network).Server
            Server.deliver(Players.Siti, "Gate.Open", { n = 4 })
            print(Server.deliver(Players.Siti, "Gate.Few", nil))
            print(pcall(Server.deliver, Players.Siti, "Gate.Open", { n = 99 }))
            print(pcall(Server.deliver, Players.Siti, "Gate.Told", { n = 1, text = "x" }))
            """
        ),
        probe('require(Shared.Network).Client.deliver("Gate.Told", { n = 8, text = "here" })', "Siti"),
    )
    said = printed(outcome)
    assert said[:2] == ["open Siti 4", "7"]
    assert "NET_INVALID: Gate.Open.n: a whole number from 1 to 20 expected, got 99" in said[2]
    assert "nobody handles Gate.Told" in said[3]
    assert "told 8 here" in printed(outcome, "Siti")


def test_a_client_of_another_build_sends_nothing(gate: Game) -> None:
    """Where the layout hash differs the client logs it and stops sending; requests answer at once."""
    outcome = gate.play(
        probe('ReplicatedStorage:SetAttribute("OVHL_Layout", "other")', at=0.1),
        probe('Kernel:GetModule("Face"):Fire(1) Kernel:GetModule("Face"):Ask("Few", 1)', "Siti", 2),
    )
    assert printed(outcome) == []
    assert printed(outcome, "Siti") == ["Few nil NET_UNKNOWN"]
    assert any("differ from the server's" in text for text in outcome.texts("Siti"))


def test_a_hostile_server_message_breaks_nothing(gate: Game) -> None:
    """From server to client decoding is as strict; what doesn't fit is logged and dropped."""
    outcome = gate.play(
        probe(
            """
            local remote = ReplicatedStorage.OVHL_Remotes.Reliable
            local told, open = string.char(Layouts.ids["Gate.Told"]), string.char(Layouts.ids["Gate.Open"])
            local function raw(text)
                remote:FireClient(Players.Siti, buffer.fromstring(text))
            end
            raw(told .. "\\1\\9x")
            raw("\\99")
            raw("\\0\\77\\0\\0")
            raw(open .. "\\1")
            remote:FireClient(Players.Siti, "x")
            raw(told .. "\\1\\2ok")
            """
        )
    )
    assert printed(outcome, "Siti") == ["told 1 ok"]
    assert errors(outcome) == []
    assert sum("💀" in text for text in outcome.texts("Siti")) == 5


def test_events_of_a_disabled_module(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A request is answered UNAVAILABLE, a fire is dropped; neither is a violation."""
    broken = LOGIC.replace("--!strict\n", '--!strict\nerror("broken")\n', 1)
    outcome = game(tmp_path_factory.mktemp("broken"), {**FILES, "specs/modules/Gate/Logic.luau": broken}).play(
        attack('fire("Few", nil, 1) fire("Open", { n = 1 })')
    )
    assert printed(outcome, "Siti") == ["answer 1 NET_UNAVAILABLE"]
    assert refusals(outcome) == []


def slow(realm: str) -> dict[str, str]:
    """A module that holds up the boot of one realm for three seconds."""
    head = f"module: Slow\nrealm: {realm}\ndomain: Core\n"
    return {
        "specs/modules/Slow/module.yaml": head + "lifecycle: { init: Logic.start }\n",
        "specs/modules/Slow/Logic.luau": "return {\n\tstart = function()\n\t\ttask.wait(3)\n\tend,\n}\n",
    }


def test_what_arrives_before_the_server_is_ready_waits(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In order, at most 256 a player; it is handled when every module has started."""
    outcome = game(tmp_path_factory.mktemp("slow"), {**FILES, **slow("server")}).play(
        attack(
            """
            local batch = ""
            for n = 1, 300 do
                batch ..= bytes("Open", { n = n % 12 + 1 })
            end
            raw(batch)
            """
        )
    )
    handled = [(line.text, line.t) for line in outcome.lines if line.text.startswith("open")]
    assert len(handled) == 256
    assert [text for text, _ in handled[:3]] == ["open Siti 2", "open Siti 3", "open Siti 4"]
    assert min(at for _, at in handled) == 3


def test_what_arrives_before_the_client_is_ready_waits(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In order, at most 256; what is over is said to be dropped, of a flood ten times."""
    outcome = game(tmp_path_factory.mktemp("slow"), {**FILES, **slow("client")}).play(
        probe(
            """
            local told = require(Shared.Network).Server.sender("Gate.Told")
            for n = 1, 300 do
                told:FireAll({ n = n % 200, text = "x" })
            end
            """,
            at=2,
        )
    )
    heard = printed(outcome, "Siti", since=3)
    assert len(heard) - 1 == 256  # and the entry script's last line
    assert heard[:2] == ["told 1 x", "told 2 x"]
    assert sum("too many wait for the kernel" in text for text in outcome.texts("Siti")) == 10
