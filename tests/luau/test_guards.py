"""The guards of an event: the same answers in the same order, whichever way its message is read.

Network/Server/Reading reads a message in two ways. `readOne` asks every guard; `readAll` asks those of an event that
came before in the same call, and leaves what they refuse to `readOne`.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from ovhlgen.simulator.place import build_place
from tests.support.games import Game, game, printed, probe

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nnetwork: { violations: { kick_after: 1000 } }\n",
    "specs/roles.yaml": "roles: { Guest: { rank: 0 }, Admin: { rank: 9 } }\ndefault: Guest\n",
    "specs/modules/Door/module.yaml": """
module: Door
realm: server
domain: OVHL_Modules
log: { domain: NETWORK }
events:
  Knock: { from: client, payload: { n: u8(1..20), part: "Instance(Model)?" }, worker: Logic.knock }
""",
    "specs/modules/Door/Logic.luau": """--!strict
local Logic = {}

function Logic.knock() end

return Logic
""",
    "specs/modules/Yard/module.yaml": """
module: Yard
realm: server
domain: OVHL_Modules
log: { domain: NETWORK }
events:
  Walk: { from: client, payload: { n: u8 }, rate: 10000/s, worker: Logic.walk }
""",
    "specs/modules/Yard/Logic.luau": """--!strict
local Logic = {}

function Logic.walk() end

return Logic
""",
}
# In their order: what a message is answered that only this guard stops; WAITS: nothing yet.
WAITS = ""
GUARDS = {
    "events": "NET_RATE",  # of the player
    "held": WAITS,  # its module reloads
    "handled": "NET_UNAVAILABLE",
    "enabled": "NET_DISABLED",
    "known": WAITS,  # the player's role isn't
    "rate": "NET_RATE",  # of the event
    "role": "NET_DENIED",
    "decode": "NET_INVALID",
    "absent": "NET_ABSENT",
}
EXCLUSIVE = ({"known", "role"}, {"decode", "absent"})  # one message can't have both
CASES = [
    {"guards": guards, "way": way}
    for count in (0, 1, 2)
    for guards in itertools.combinations(GUARDS, count)
    if set(guards) not in EXCLUSIVE
    for way in ("alone", "behind")
]
EVERY = 5  # seconds from one case to the next: all tokens have come back
SERVER = """
local Server = require(Shared.Network).Server
local cases, every = CASES, EVERY
local player = Players.Siti
local ranks, isOpen = {}, true
Server.setRoles(ranks)
local number = 0

local trips = {
    held = function() Server.hold("Door") end,
    handled = function() Server.remove("Door.Knock") end,
    enabled = function() isOpen = false end,
    known = function() ranks[player] = nil end,
    role = function() ranks[player] = 0 end,
}
local function trip()
    for _, guard in cases[number].guards do
        if trips[guard] then
            trips[guard]()
        end
    end
end
local function prepare()
    ranks[player], isOpen = 9, true
    Server.handle("Door.Knock", {
        handle = function(_, payload)
            if payload.n == 20 then
                trip()
            elseif payload.n == 7 then
                print(number, "arrived")
            end
        end,
        rate = 1, burst = 2, allow = 9, serial = false, onError = print,
        enabled = function() return isOpen end,
    })
    Server.release("Door")
    Server.updateRole(player)
end
require(Shared.Trace).watch(function(kind, _, _, _, code)
    if kind == "refused" then
        print(number, code)
    end
end)
for index, case in cases do
    task.delay(every * index, function()
        prepare()
        number = index
    end)
    if case.way == "alone" then
        task.delay(every * index + 3, trip)
    end
    task.delay(every * index + 4, function()
        number = 0
    end)
end
"""
CLIENT = """
local remote = ReplicatedStorage.OVHL_Remotes.Reliable
local cases, every = CASES, EVERY
local function message(event, payload)
    return string.char(Layouts.ids[event]) .. payload
end
local function send(...)
    remote:FireServer(buffer.fromstring(table.concat({ ... })), nil) -- beside it, what the server hasn't got
end
-- A payload is a byte: n - 1, and 32 where the index of a part follows.
local good, last, walk = message("Door.Knock", "\\0"), message("Door.Knock", "\\19"), message("Yard.Walk", "\\1")
for index, case in cases do
    local has = {}
    for _, guard in case.guards do
        has[guard] = true
    end
    -- The player's budget holds 2,000 events, that of the event two.
    local before = if has.rate then 2 else 1
    local flood = if has.events then 2000 else 0
    local knock = message("Door.Knock", if has.decode then "\\25" elseif has.absent then "\\38\\1" else "\\6")
    task.delay(every * index + 2.9, function()
        if case.way == "alone" and has.rate then
            send(good, good)
        end
    end)
    task.delay(every * index + 3.1, function()
        if case.way == "alone" then
            send(string.rep(walk, flood))
            send(knock)
        else
            send(string.rep(walk, math.max(0, flood - before)), string.rep(good, before - 1), last, knock)
        end
    end)
end
"""
SECONDS = EVERY * (len(CASES) + 2)


def answers(place: Game) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """What the messages of the cases were answered, by way and guards."""
    sources = [
        text.replace("CASES", f"game:GetService('HttpService'):JSONDecode([==[{json.dumps(CASES)}]==])").replace(
            "EVERY", str(EVERY)
        )
        for text in (SERVER, CLIENT)
    ]
    outcome = place.play(probe(sources[0]), probe(sources[1], "Siti"), seconds=SECONDS)
    lines = [line.split() for line in printed(outcome)]
    return {
        (str(case["way"]), tuple(case["guards"])): [word for of, word in lines if of == str(number)]
        for number, case in enumerate(CASES, 1)
    }


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("door"), FILES)


def test_the_first_guard_answers_on_both_ways(door: Game) -> None:
    """Of every pair of guards that stop a message, too."""

    def expected(guards: tuple[str, ...]) -> list[str]:
        code = GUARDS[guards[0]] if guards else "arrived"
        return [] if code == WAITS else [code]

    answered = answers(door)
    assert answered == {(way, guards): expected(guards) for way, guards in answered}


@pytest.mark.parametrize(
    ("guard", "text", "without"),
    [
        ("events", "				and left >= 1\n", ""),
        ("rate", "				tokens >= 1\n", "				true\n"),
        (
            "role",
            "				and (not allow or (if ranks then ranks[player] or -1 else defaultRank) >= allow)\n",
            "",
        ),
        ("enabled", "				and (not enabled or enabled())\n", ""),
        ("absent", "if after > 0 and not side.isAbsent then", "if after > 0 then"),
    ],
)
def test_a_guard_that_one_way_leaves_out_is_noticed(tmp_path: Path, guard: str, text: str, without: str) -> None:
    place = game(tmp_path, FILES)
    path = tmp_path / "out/runtime/Shared/Network/Server/Reading.luau"
    source = path.read_text("utf-8")
    assert source.count(text) == 1
    path.write_text(source.replace(text, without), "utf-8")
    build_place(tmp_path, place.place)
    answered = answers(place)
    assert answered["alone", (guard,)] == [GUARDS[guard]]
    assert answered["behind", (guard,)] == ["arrived"]
