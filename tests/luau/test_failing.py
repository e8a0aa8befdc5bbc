"""Failures of hooks: counted in a sliding window, those in clients' events apart, and what happens after too many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.luau.test_kernel import module, worker
from tests.support.games import game
from tests.support.servers import Servers, servers

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": ("ovhl: 1\nname: Test\nkernel: { disable_after: { failures: 5, within: 60 s } }\n"),
    **module(
        "Fragile",
        "events:\n  Hit: { from: client, payload: { ok: boolean }, rate: 100000/s burst 100000, worker: Logic.hit }\n"
        "bus: { publishes: { Rang: {} }, subscribes: { Rang: Logic.heard } }\n"
        "lifecycle: { teardown: Logic.stop }\n",
    ),
    **worker(
        "Fragile",
        "function Logic.hit(_context: Types.Context, _player: Player, payload: Types.HitPayload)\n"
        '\tassert(payload.ok, "boom")\nend\n\n'
        'function Logic.heard(_context: Types.Context)\n\terror("boom")\nend\n\n'
        'function Logic.stop(_context: Types.Context)\n\ttask.wait(0.5)\n\tprint("stop")\nend',
    ),
    **module("Needs", "depends: [Fragile]\nlifecycle: { teardown: Logic.stop }\n"),
    **worker("Needs", 'function Logic.stop(_context: Types.Context)\n\tprint("needs stop")\nend'),
    **module("Apart", "workers: []\n"),
}


class Running(Servers):
    def ring(self, times: int = 1, apart: float = 0) -> None:
        for _ in range(times):
            self.ask(
                "run",
                side="server",
                source='require(game:GetService("ReplicatedStorage").Shared.Kernel.Bus).publish("Rang", {})',
            )
            if apart:
                self.ask("advance", seconds=apart)

    def hit(self, player: str, times: int = 1) -> None:
        source = f"""
            local Network = require(game:GetService("ReplicatedStorage").Shared.Network)
            for _ = 1, {times} do
                Network.Client.remote("Fragile.Hit"):Fire({{ ok = false }})
            end
        """
        self.ask("run", side=player, source=source)
        self.ask("settle")

    def state(self, name: str = "Fragile") -> list[Any]:
        found = self.run(
            f"""
            local ServiceManager = require(game:GetService("ReplicatedStorage").Shared.Kernel.ServiceManager)
            local record = ServiceManager:GetRecord("{name}")
            return record.state, record.code
            """,
            seconds=1,
        )
        return [*found, *[None] * (2 - len(found))]

    def joins(self, *names: str) -> None:
        for number, name in enumerate(names):
            self.join(name, number + 1)
        self.ask("advance", seconds=1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return game(tmp_path_factory.mktemp("failing"), FILES).place


@pytest.fixture
def here(built: Path) -> Iterator[Running]:
    with servers(built) as found:
        found.ask("advance", seconds=1)
        yield Running(found.session)


def test_too_many_failures_within_the_time_disable_a_module(here: Running) -> None:
    """Its dependents go first; each is torn down; what doesn't depend on it goes on."""
    here.ring(4)
    assert here.state() == ["ready", None]
    here.ring(1)
    assert here.state() == ["disabled", "KERNEL_FAILING"]
    assert here.state("Needs") == ["disabled", "KERNEL_DEPENDENCY"]
    assert here.state("Apart") == ["ready", None]
    assert [line for line in here.printed() if line.endswith("stop")] == ["needs stop", "stop"]
    told = [fact.get("data") for fact in here.session.facts if fact.get("subject") == "ModuleDisabled"]
    assert told == [
        {"name": "Needs", "code": "KERNEL_DEPENDENCY"},
        {"name": "Fragile", "code": "KERNEL_FAILING"},
    ]


def test_the_window_slides(here: Running) -> None:
    """Four failures, and a fifth 60 s after the first: no five within 60 s. A sixth soon after makes five."""
    here.ring(4, apart=10)
    here.ask("advance", seconds=20)
    here.ring(1)
    assert here.state() == ["ready", None]
    here.ring(1)
    assert here.state() == ["disabled", "KERNEL_FAILING"]


def test_a_disabled_module_hears_nothing_more(here: Running) -> None:
    here.joins("Siti")
    here.ring(5)
    here.ask("advance", seconds=1)
    before = len(here.session.facts)
    here.hit("Siti", 3)
    here.ring(3)
    after = here.session.facts[before:]
    assert [fact.get("word") for fact in after if fact.kind == "refused"] == ["NET_UNAVAILABLE"] * 3
    assert not any("failed: " in str(fact.get("text")) for fact in after)


def test_one_client_of_four_disables_nothing_however_often(here: Running) -> None:
    here.joins("Siti", "Budi", "Tuti", "Joko")
    for _ in range(20):
        here.hit("Siti", 500)
        here.ask("advance", seconds=0.5)  # a player has 1,000 events a second
    failures = sum("Hit failed: " in str(fact.get("text")) for fact in here.session.facts if fact.kind == "log")
    assert failures == 10_000
    assert here.state() == ["ready", None]


def test_three_clients_of_four_disable_it(here: Running) -> None:
    here.joins("Siti", "Budi", "Tuti", "Joko")
    here.hit("Siti", 10)
    here.hit("Budi", 10)
    assert here.state() == ["ready", None]
    here.hit("Tuti")
    assert here.state() == ["disabled", "KERNEL_FAILING"]


def test_where_two_are_present_both_must_fail(here: Running) -> None:
    here.joins("Siti", "Budi")
    here.hit("Siti", 10)
    assert here.state() == ["ready", None]
    here.hit("Budi")
    assert here.state() == ["disabled", "KERNEL_FAILING"]


def test_who_is_alone_disables_nothing(here: Running) -> None:
    here.joins("Siti")
    here.hit("Siti", 100)
    assert here.state() == ["ready", None]


def test_clients_failures_and_a_module_s_own_are_counted_apart(here: Running) -> None:
    here.joins("Siti", "Budi", "Tuti")
    for name in ("Siti", "Budi", "Tuti"):
        here.hit(name)
    here.ring(4)
    assert here.state() == ["ready", None]
