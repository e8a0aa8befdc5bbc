"""Nothing is lost and nothing is doubled, whatever fails; and each known way of losing data would be noticed."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.model import judge
from tests.chaos.mutants import MUTANTS
from tests.chaos.play import Places, places, play
from tests.chaos.run import REGRESSIONS, one, runs, served
from tests.conftest import ROOT

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
RUNS = 300 if PROVE else 12
SEEDS = 300  # within which each mistake has to be found
TRIED = list(MUTANTS) if PROVE else list(MUTANTS)[3:6]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return places(tmp_path_factory.mktemp("chaos"))


@pytest.mark.tools
def test_nothing_is_lost_and_nothing_is_doubled(at: Places) -> None:
    counts: Counter[str] = Counter()
    violations = []
    for seed, verdict in runs(at, range(1, RUNS + 1)):
        counts += verdict.counts
        violations += [f"seed {seed}: {text}" for text in verdict.violations]
    assert violations == []
    assert served(counts) == []
    assert counts["trade returned"] > 10 * RUNS and counts["crash"] > RUNS


@pytest.mark.tools
def test_what_once_went_wrong_goes_well(at: Places) -> None:
    plans = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(REGRESSIONS.glob("*.json"))}
    assert {name: judge(play(at, plan)).violations for name, plan in plans.items()} == {name: [] for name in plans}


def test_each_mistake_stands_in_the_code_once() -> None:
    folder = ROOT / "templates/runtime/Server/Services/DataService"
    found = {name: (folder / f"{one.file}.luau").read_text("utf-8").count(one.old) for name, one in MUTANTS.items()}
    assert {name: count for name, count in found.items() if count != 1} == {}


@pytest.mark.tools
@pytest.mark.parametrize("name", TRIED)
def test_a_mistake_is_noticed(name: str, tmp_path: Path) -> None:
    wrong = places(tmp_path, MUTANTS[name])
    assert any(one(wrong, seed)[1].violations for seed in range(1, SEEDS + 1))
