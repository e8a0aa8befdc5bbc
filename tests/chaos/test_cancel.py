"""Whoever is cancelled amid a call to a core service takes nothing along; a mistake there is noticed."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from ovhlgen.simulator.session import Session
from tests.chaos.cancel.game import CALLS, HOOKS, MODULES, SERVICES, place
from tests.chaos.cancel.mutants import MUTANTS
from tests.chaos.cancel.plan import CALLS as DRAWN
from tests.chaos.cancel.plan import DEEDS
from tests.chaos.cancel.run import one, runs
from tests.conftest import ROOT

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
RUNS = 300 if PROVE else 12
SEEDS = 150  # within which each mistake has to be found
TRIED = list(MUTANTS) if PROVE else list(MUTANTS)[:2]

# What there is to call: the methods of every service, of what it gives of a player, and of a module's EventService.
LISTED = """
local ServiceManager = require(game:GetService("ReplicatedStorage").Shared.Kernel.ServiceManager)
local Player = game:GetService("Players"):GetPlayers()[1]
local context = ServiceManager:GetRecord("Steady").context
local names = {}
for _, service in { %s } do
	for name, value in context[service] do
		if type(value) == "function" then
			table.insert(names, `{service}.{name}`)
		end
	end
end
for name in context.DataService:GetPlayerData(Player) do
	table.insert(names, `PlayerData.{name}`)
end
return names
"""


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return place(tmp_path_factory.mktemp("cancel"))


@pytest.mark.tools
def test_every_method_of_every_service_is_called(at: Path) -> None:
    """A new method without a random call is noticed here."""
    with Session(at) as session:
        session.ask("run", side="server", source=CALLS)
        session.ask("boot")
        session.ask("join", name="Siti", user_id=1)
        session.ask("advance", seconds=5)
        before = len(session.facts)
        services = ", ".join(f'"{name}"' for name in SERVICES)
        session.ask("run", side="server", source=LISTED % services)
        listed = next(one.get("data")["1"] for one in session.facts[before:] if one.kind == "returned")
        session.ask(
            "run",
            side="server",
            source="local names = {} for name in _G.chaos.calls do table.insert(names, name) end return names",
        )
        written = [one.get("data")["1"] for one in session.facts[before:] if one.kind == "returned"][-1]
    assert sorted(listed) == sorted(DRAWN)
    assert sorted(written) == sorted([*DRAWN, *DEEDS])


@pytest.mark.tools
def test_nobody_takes_anything_along(at: Path) -> None:
    counts: Counter[str] = Counter()
    violations = []
    for seed, verdict in runs(at, range(1, RUNS + 1)):
        counts += verdict.counts
        violations += [f"seed {seed}: {text}" for text in verdict.violations]
    assert violations == []
    assert counts["cut short every"] > RUNS and counts["saved"] > RUNS and counts["stop"] > RUNS / 4
    assert {hook for hook in HOOKS if not counts[f"hook {hook}"]} == set()
    assert all(counts[f"module {word}"] for word in ("reloading", "disabled", "stopping"))
    assert len(MODULES) == 5


@pytest.mark.parametrize("name", MUTANTS)
def test_each_mistake_stands_in_the_code_once(name: str) -> None:
    found = ROOT / "templates/runtime" / f"{MUTANTS[name].file}.luau"
    assert found.read_text("utf-8").count(MUTANTS[name].old) == 1


@pytest.mark.tools
@pytest.mark.parametrize("name", TRIED)
def test_a_mistake_is_noticed(name: str, tmp_path: Path) -> None:
    wrong = place(tmp_path, MUTANTS[name])
    assert any(one(wrong, seed)[1].violations for seed in range(1, SEEDS + 1))
