"""What code of the game raises may be a table whose own text raises: it is a failure like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.luau.test_kernel import module, worker
from tests.support.games import game
from tests.support.servers import Servers, servers

pytestmark = pytest.mark.tools

ODD = 'error(setmetatable({}, { __tostring = function() error("no text") end }))'
TOLD = "what it raised has no text"
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { disable_after: { failures: 3, within: 60 s } }\n",
    **module("Starts", "lifecycle: { init: Logic.init }\n"),
    **worker("Starts", f"function Logic.init(_context: Types.Context)\n\t{ODD}\nend"),
    **module("Ticks", "lifecycle: { every: [{ interval: 1 s, worker: Logic.tick }] }\n"),
    **worker("Ticks", f"function Logic.tick(_context: Types.Context)\n\t{ODD}\nend"),
    **module(
        "Rings",
        "events:\n  Ask: { from: client, request: {}, response: { ok: boolean }, worker: Logic.ask }\n"
        "  Tell: { from: client, payload: {}, worker: Logic.tell }\n"
        "bus: { publishes: { Rang: {} }, subscribes: { Rang: Logic.heard } }\n",
    ),
    **worker(
        "Rings",
        f"function Logic.ask(_context: Types.Context, _player: Player): Types.AskResponse\n\t{ODD}\nend\n\n"
        f"function Logic.tell(_context: Types.Context, _player: Player)\n\t{ODD}\nend\n\n"
        f"function Logic.heard(_context: Types.Context)\n\t{ODD}\nend",
    ),
    **module("Hears", "bus: { subscribes: { Rang: Logic.heard } }\nuses: [Rings]\n"),
    **worker("Hears", 'function Logic.heard(_context: Types.Context)\n\tprint("heard")\nend'),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return game(tmp_path_factory.mktemp("raised"), FILES).place


@pytest.fixture
def here(built: Path) -> Iterator[Servers]:
    with servers(built) as found:
        yield found


def state(here: Servers, name: str) -> list[object]:
    source = f"""
        local ServiceManager = require(game:GetService("ReplicatedStorage").Shared.Kernel.ServiceManager)
        local record = ServiceManager:GetRecord("{name}")
        return record.state, record.code or "none"
    """
    return here.run(source)


def said(here: Servers) -> list[str]:
    lines = [str(fact.get("text")) for fact in here.session.facts if fact.kind == "warn"]
    return [line for line in lines if TOLD in line]


def test_a_hook_fails(here: Servers) -> None:
    assert state(here, "Starts") == ["disabled", "KERNEL_INIT"]
    assert state(here, "Rings") == ["ready", "none"]
    assert any("Starts" in line for line in said(here))


def test_an_interval_fails_until_its_module_is_off(here: Servers) -> None:
    here.ask("advance", seconds=5)
    assert state(here, "Ticks") == ["disabled", "KERNEL_FAILING"]


def test_a_client_hears_that_its_request_failed(here: Servers) -> None:
    here.join("Siti", 1)
    source = """
        local Network = require(game:GetService("ReplicatedStorage").Shared.Network)
        Network.Client.remote("Rings.Tell"):Fire()
        return select(2, Network.Client.remote("Rings.Ask"):Request())
    """
    assert here.run(source, side="Siti", seconds=1) == ["NET_ERROR"]
    assert len([line for line in said(here) if "Rings" in line]) == 2


def test_other_subscribers_hear_it(here: Servers) -> None:
    here.ask(
        "run",
        side="server",
        source='require(game:GetService("ReplicatedStorage").Shared.Kernel.Bus).publish("Rang", {})',
    )
    here.ask("advance", seconds=0.1)
    assert here.printed().count("heard") == 1
    assert any("Rings" in line for line in said(here))
