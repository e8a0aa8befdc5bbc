"""A game under test from Python: many players, a bad network, long times, and no leaks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest

from ovhlgen.pipeline import load
from ovhlgen.simulator.game import Answer, Game, GameError
from ovhlgen.simulator.session import Refused, Session, SessionError
from tests.conftest import ROOT
from tests.luau.conftest import party_game as party_game
from tests.support.games import Game as Built

pytestmark = pytest.mark.tools
PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
PARTY = load(ROOT / "tests/fixtures/party")


@contextmanager
def playing(built: Built, seed: int = 1) -> Iterator[Game]:
    assert PARTY.project is not None
    with Session(built.place, seed=seed) as session:
        game = Game(PARTY.project, session)
        game.boot()
        yield game


def test_the_game_from_python(party_game: Built) -> None:
    with playing(party_game) as game:
        assert game.module("MusicModule") == ("ready", None)
        game.join("Siti", 7)
        asked = game.request("Siti", "MusicModule.RequestSong", {"song_id": "123"})
        assert asked == Answer({"kind": "queued", "position": 1}, None)
        assert game.state("MusicModule", "Siti") == {"requests": 1}
        assert game.call("MusicModule", "Length") == 1
        game.advance(30)
        assert game.state("MusicModule")["playing"]["id"] == "123"
        game.leave("Siti")
        assert [fact.get("subject") for fact in game.facts if fact.kind == "published"][-1] == "SongStarted"


def test_data_from_python(party_game: Built) -> None:
    save = "game:GetService('DataStoreService'):GetDataStore('P'):SetAsync('Siti', { wallet = 5 })"
    with playing(party_game) as game:
        game.data_fault("ack_lost", times=1, keys=["Si*"])
        with pytest.raises(GameError, match="504"):
            game.run("server", save)
        assert game.stored("P", "Siti") == {"wallet": 5}
        assert game.stored("P", "Budi") is None
        assert game.run("server", save) == {}


def test_what_fails_in_it_says_why(party_game: Built) -> None:
    with playing(party_game) as game:
        with pytest.raises(Refused, match="Siti isn't in the game"):
            game.leave("Siti")
        with pytest.raises(GameError, match="Scenario:1: oh no"):
            game.run("server", 'error("oh no")')
        with pytest.raises(GameError, match="no module Nowhere"):
            game.state("Nowhere")
        assert game.run("server", "task.wait(1) return 5") is None
        game.advance(1)
        assert [fact.get("data") for fact in game.facts if fact.kind == "returned"][-1] == {"1": 5}


# the network


def beats(game: Game, count: int) -> list[int]:
    """The lights of so many beats, as they arrived at Siti."""
    for number in range(count):
        energy = {"zone": "edm", "energy": 0.5, "lights": number % 8, "strobe": False}
        game.run("server", f"record('MusicModule').context.Events.Beat:FireAll({_luau(energy)})", settle=False)
        game.session.ask("advance", seconds=1 / 60)
    game.advance(1)
    got = [fact for fact in game.facts if fact.kind == "received" and fact.get("subject") == "MusicModule.Beat"]
    return [fact.get("data")["lights"] for fact in got if fact.side == "Siti"]


def _luau(value: dict[str, object]) -> str:
    fields = (f"{key} = {json.dumps(one)}" for key, one in value.items())
    return "{ " + ", ".join(fields) + " }"


def test_what_is_no_place_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "text.rbxl"
    with pytest.raises(SessionError, match=r"text\.rbxl can't be read as a place: No such file"):
        Session(path)
    path.write_text("not a place", "utf-8")
    with pytest.raises(SessionError, match=r"text\.rbxl can't be read as a place: Unknown document format"):
        Session(path)


def test_latency_delays_both_ways(party_game: Built) -> None:
    with playing(party_game) as game:
        game.join("Siti")
        quick = game.now
        game.request("Siti", "MusicModule.RequestSong", {"song_id": "123"})
        quick = game.now - quick
        game.network(latency=0.2)
        slow = game.now
        game.request("Siti", "MusicModule.RequestSong", {"song_id": "123"})
        assert game.now - slow == pytest.approx(quick + 0.4, abs=0.01)


def test_unreliable_events_are_lost_and_overtaken_reliable_ones_are_not(party_game: Built) -> None:
    """By the shares, under the seed: the same twice, another way with another seed."""
    runs = []
    for seed in (1, 1, 2):
        with playing(party_game, seed) as game:
            game.join("Siti")
            assert beats(game, 40) == [number % 8 for number in range(40)]
            before = len(game.facts)
            game.network(loss=0.3, reorder=0.3)
            arrived = beats(game, 100)[40:]
            assert 50 <= len(arrived) <= 90
            runs.append(arrived)
            for _ in range(20):
                game.request("Siti", "MusicModule.RequestSong", {"song_id": "none"})
                game.advance(1)
            answers = [fact for fact in game.facts[before:] if fact.kind == "answered"]
            assert len(answers) == 20
    assert runs[0] == runs[1] != runs[2]
    steps = list(zip(runs[0], runs[0][1:], strict=False))
    assert any((b - a) % 8 > 4 for a, b in steps), "one must have been overtaken"


def test_reliable_messages_keep_their_order_when_latency_changes(party_game: Built) -> None:
    with playing(party_game) as game:
        game.join("Siti")
        game.network(latency=0.5)
        game.run(
            "Siti",
            "send('ZoneModule.Enter', { zone = 'edm' })",
            settle=False,
        )
        game.session.ask("advance", seconds=0.05)
        game.network()
        game.fire("Siti", "ZoneModule.Enter", {"zone": "koplo"})
        arrived = [fact for fact in game.facts if fact.kind == "received" and fact.side == "server"]
        zones = [fact.get("data")["zone"] for fact in arrived]
        assert zones == ["edm", "koplo"]


# long times and many players


def test_ten_minutes_with_eight_players_pass_quickly(party_game: Built) -> None:
    """At least 200 times faster than real time; a busy machine must still reach 50."""
    with playing(party_game) as game:
        began, start = time.perf_counter(), game.now
        names = [f"Player{number}" for number in range(8)]
        for name in names:
            game.join(name)
        for minute in range(10):
            for number, name in enumerate(names):
                game.request(name, "MusicModule.RequestSong", {"song_id": str(123 + number)})
                game.fire(name, "TestOrder.Orders", {"item": "nasi", "amount": 2})
            gone = names[minute % 8]
            game.leave(gone)
            game.advance(30)
            game.join(gone)
            game.advance(start + 60 * (minute + 1) - game.now)
        took = time.perf_counter() - began
        assert game.now - start >= 600
        speed = (game.now - start) / took
        assert speed > (200 if PROVE else 50), f"{speed:.0f} times real time"


def test_nothing_leaks_over_joins_and_leaves(party_game: Built) -> None:
    """Memory after many joins and leaves is within 10 % of that after the first hundred.

    The players are fifty: what is stored of each stays, as it should, and so do the newest thousand lines of the log.
    They come as fast as the budget for it allows.
    """
    many = 1000 if PROVE else 300
    with playing(party_game) as game:
        monitor = 'require(Shared.Kernel.ServiceManager):Get("SystemMonitor")'
        line = '"INFO", "JOINED", "a player is here: " .. n, { player = n, key = "Player_" .. n }'
        game.run("server", f'for n = 1, 1000 do {monitor}:Log("Shop", {line}) end')
        sizes: dict[int, float] = {}
        for number in range(1, many + 1):
            game.join("Siti", number % 50 + 1)
            game.leave("Siti")
            game.advance(3)
            if number in (100, many):
                # One look may meet the collector in the middle of its work.
                sizes[number] = median(game.session.ask("memory") for _ in range(5))
        assert sizes[many] <= sizes[100] * 1.1, sizes


def test_equal_seeds_are_equal(party_game: Built, tmp_path: Path) -> None:
    """Two runs under one seed see the same facts at the same times."""

    def run(seed: int) -> str:
        with playing(party_game, seed) as game:
            game.network(latency=0.03, loss=0.2, reorder=0.2)
            for number in range(3):
                game.join(f"Player{number}")
            for number in range(6):
                game.request(f"Player{number % 3}", "MusicModule.RequestSong", {"song_id": str(123 + number)})
                beats(game, 3)
            return json.dumps([[fact.t, fact.side, fact.kind, fact.fields] for fact in game.facts])

    for seed in range(100 if PROVE else 8):
        assert run(seed) == run(seed)
