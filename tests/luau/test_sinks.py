"""Where SystemMonitor's lines go: the webhook, `ovhlgen logs`, the log store; and what never goes anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.logs.address import publish
from ovhlgen.logs.line import read
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.place import build_place
from ovhlgen.simulator.session import Session
from tests.cli.test_logs import kept, running
from tests.support.projects import Project

pytestmark = pytest.mark.tools

HOOK = "https://example.com/hook/s3cr3t-path"
PRIVATE = "private-value-8f2a"
LEAKY = """
local secret = game:GetService("HttpService"):GetSecret("LogWebhook")
local Logger = require(game:GetService("ReplicatedStorage").Shared.Logger)
Logger:Error("Shop", "GAME", "leaky", {{ hook = secret, inner = {{ email = {value} }} }})
Logger:Debug("Shop", "GAME", "DATA", "leaky", {{ email = {value}, list = {{ secret }} }})
"""
FILES = {
    "specs/project.yaml": (
        "ovhl: 1\nname: Test\nlogging: { persist: true, webhook: 'secret:LogWebhook', level: DEBUG }\n"
    ),
    "specs/data.yaml": """
store: Test
version: 1
player:
  coins: { type: u32, default: 0 }
  email: { type: string(..50), default: none, private: true }
save: { retries: 1, backoff: 1 s, backoff_cap: 2 s, lock_timeout: 60 s }
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("sinks")).write(FILES).root


@pytest.fixture
def game(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as found:
        found.secret("LogWebhook", HOOK)
        found.http(HOOK, "")
        found.advance(1)
        yield found


# A number in letters: texts that differ in their digits alone are one flood.
LETTERS = 'string.gsub(tostring(n), "%d", function(digit) return string.char(97 + tonumber(digit)) end)'


def say(game: Game, count: int, level: str = "ERROR", text: str = "no", start: int = 1, name: str = "n") -> None:
    game.run(
        "server",
        f'local monitor = require(Shared.Kernel.ServiceManager):Get("SystemMonitor")\n'
        f"for n = {start}, {start + count - 1} do "
        f'monitor:Log("Shop", "{level}", "BROKEN", "{text} " .. ({name}), {{ email = "{PRIVATE}", n = n }}) end',
        settle=False,
    )


def posted(game: Game) -> list[dict[str, Any]]:
    return [json.loads(one.get("data")["body"]) for one in game.facts if one.kind == "http"]


def told(game: Game) -> list[str]:
    """The lines that reached the webhook."""
    lines = [text for body in posted(game) for text in body["content"].split("\n")]
    return [text for text in lines if "[CODE:BROKEN]" in text]


def test_errors_reach_the_webhook_in_batches(game: Game) -> None:
    say(game, 3)
    say(game, 5, "WARN")
    assert posted(game) == [], "not at once: others may follow"
    game.advance(6)
    [body] = posted(game)
    assert body["username"] == "Test"
    lines = body["content"].split("\n")
    assert [line for line in lines if not read(line)] == []
    assert [line[22:] for line in lines] == [
        f'[SERVICE:Shop] [LEVEL:ERROR] [CODE:BROKEN] Message: "no {n}" Data: {{"email":"<private>","n":{n}}}'
        for n in (1, 2, 3)
    ]
    game.advance(60)
    assert len(posted(game)) == 1


def test_a_message_is_no_longer_than_chats_take(game: Game) -> None:
    say(game, 40, name=f'{LETTERS} .. string.rep("x", 900)')
    game.advance(120)
    bodies = posted(game)
    assert all(len(body["content"].encode()) <= 1990 for body in bodies)
    assert len(told(game)) == 40, "in as many messages as it takes"


def test_a_busy_webhook_is_left_alone_for_as_long_as_it_says(game: Game) -> None:
    game.http(HOOK, "{}", status=429, headers={"Retry-After": "30"})
    say(game, 2)
    game.advance(6)
    assert len(posted(game)) == 1
    game.advance(25)
    assert len(posted(game)) == 1
    game.http(HOOK, "")
    game.advance(10)
    assert [line.split('"')[1] for line in told(game)] == ["no 1", "no 2"] * 2, "the first was refused"


def test_a_webhook_that_fails_is_tried_more_and_more_rarely(game: Game) -> None:
    game.http(HOOK, "", status=500)
    say(game, 1)
    game.advance(600)
    times = [one.t for one in game.facts if one.kind == "http"]
    pauses = [round(later - earlier) for earlier, later in pairwise(times)]
    assert pauses[:5] == [5, 10, 20, 40, 80]
    assert all(pause <= 301 for pause in pauses)
    failed = [line for line in game.monitored() if "[CODE:SINK_FAILED]" in line]
    assert len(failed) == 1
    assert 'Message: "the webhook can\'t be reached; it is tried again" Data: {"reason":"HTTP 500"}' in failed[0]
    game.http(HOOK, "")
    game.advance(301)
    assert told(game)[-1].split('"')[1] == "no 1"


def test_what_waits_is_bounded_and_the_rest_is_said_to_be_lost(game: Game) -> None:
    game.http(HOOK, "", status=500)
    say(game, 5000, name=LETTERS)
    game.advance(30)
    refused = len(posted(game))
    game.http(HOOK, "")
    game.advance(900)
    texts = [body["content"].split("\n") for body in posted(game)[refused:]]
    sent = [text for lines in texts for text in lines if "[CODE:BROKEN]" in text]
    assert sent[-1].split('"')[1] == "no faaa"
    assert any(text.startswith("(") and text.endswith("lines were left out)") for lines in texts for text in lines)
    assert len(sent) <= 1000


@pytest.mark.parametrize("fault", ["failing", "hanging"])
def test_no_sink_stands_in_the_way_of_the_game(game: Game, fault: str) -> None:
    game.service_fault("http", fault)
    game.data_fault("unavailable", seconds=100)
    say(game, 500)
    game.join("Siti", 1)
    game.advance(100)
    before = game.now
    say(game, 1)
    assert game.now == before, "nothing waits"
    assert game.health()["status"] in ("ok", "degraded")
    game.stop()


def test_a_closing_server_sends_what_waits(game: Game) -> None:
    say(game, 2)
    game.stop()
    assert [line.split('"')[1] for line in told(game)] == ["no 1", "no 2"]
    day = "2025-01-01"
    [server] = game.stored("OVHL_Logs", day)
    assert [one["message"] for one in game.stored("OVHL_Logs", f"{day}/{server}")["lines"]][-2:] == ["no 1", "no 2"]


def test_without_its_secret_the_webhook_is_a_warning(folder: Path) -> None:
    with Game.start(folder) as game:
        say(game, 1)
        game.advance(10)
        assert posted(game) == []
        [failed] = [line for line in game.monitored() if "[CODE:SINK_FAILED]" in line]
        assert "LogWebhook" in failed


def test_secrets_and_private_values_reach_no_sink(game: Game) -> None:
    """Everything that a server says while its data is broken in every way, on the console, in the ring, in the log
    store, at the webhook."""
    game.join("Siti", 1)
    game.run(
        "server",
        'local data = require(Shared.Kernel.ServiceManager):Get("DataService"):GetPlayerData(player("Siti"))\n'
        f'data:Set("email", "{PRIVATE}")\n'
        f"{LEAKY.format(value="data:Get('email')")}\n"
        f'local ok, problem = pcall(function() data:Set("coins", "{PRIVATE[:3]}") end)\n'
        "Logger:Warn('Shop', 'GAME', tostring(problem))",
    )
    for kind in ("unavailable", "throttled", "ack_lost", "corrupt", "conflict"):
        game.data_fault(kind, seconds=40)
        say(game, 3)
        game.advance(60)
    game.http(HOOK, "", status=500)
    say(game, 1)
    game.advance(30)
    game.http(HOOK, "")
    game.leave("Siti")
    game.advance(100)
    [*day] = game.stored("OVHL_Logs", "2025-01-01")
    sinks = {
        "console": [str(one.get("text")) for one in game.facts if one.kind in ("print", "warn", "error")],
        "ring": game.monitored(),
        "webhook": [json.dumps(body) for body in posted(game)],
        "store": [json.dumps(game.stored("OVHL_Logs", f"2025-01-01/{server}")) for server in day],
    }
    for name, texts in sinks.items():
        assert any("<private>" in text for text in texts), f"{name}: the test reached it"
        for hidden in (PRIVATE, HOOK, "s3cr3t-path"):
            assert [text for text in texts if hidden in text] == [], name


def test_studio_sends_its_lines_to_the_receiver(project: Project) -> None:
    """The simulator lets nothing leave the machine: the test carries its requests to the receiver, which takes them."""
    with running(project) as logs:
        allowed = "place: { HttpService: { $properties: { HttpEnabled: true } } }\n"
        project.write({**FILES, "specs/project.yaml": f"ovhl: 1\nname: Test\n{allowed}"})
        url = f"http://127.0.0.1:{logs.port}/lines"
        assert publish(project.root, url) == logs.token
        assert project.json("build").code == 0
        place = project.root / "game.rbxl"
        build_place(project.root, place)
        with Session(place, studio=True) as session:
            session.ask("http", url=url, status=200, body="", headers={})
            session.ask("secret", name="LogWebhook", value=HOOK)
            session.ask("boot")
            session.ask("run", side="server", source=LEAKY.format(value=f'"{PRIVATE}"'))
            session.ask("advance", seconds=70)
            requests = [one for one in session.facts if one.kind == "http"]
            for one in requests:
                assert one.get("subject") == url
                assert logs.post(one.get("data")["body"]) == 200
    assert any("leaky" in text and "<private>" in text and "<secret>" in text for text in kept(project))
    assert [text for text in kept(project) if PRIVATE in text or HOOK in text] == []
    lines = [read(text) for text in kept(project)]
    assert [line.code for line in lines if line and line.service == "SystemMonitor"] == [
        "CORE_READY",
        "HEARTBEAT",
        "HEARTBEAT",
    ]
    assert len(requests) in (2, 3), "in batches"
