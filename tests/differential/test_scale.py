"""Boot and reload of the shipped kernel with 10, 100 and 1,000 modules."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.differential.cases import SETTINGS, Case
from tests.differential.play import Host, base

pytestmark = pytest.mark.tools
RELOADS = 1000  # enough to stand out from the noise of a boot


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return base(tmp_path_factory.mktemp("scale"))


def game_of(count: int, reloads: int) -> Case:
    """Each module depends on the one before it by ten; the last is reloaded."""
    plan: dict[str, Any] = {"load": "ok", "enabled": True, "keeps": True, "seconds": 0.1, "init": "ok", "every": "ok"}
    names = [f"M{number:04}" for number in range(count)]
    modules = {
        name: {
            "domain": "OVHL_Modules",
            "depends": [names[index - 10]] if index >= 10 else [],
            "uses": [names[index - 1]] if index else [],
        }
        for index, name in enumerate(names)
    }
    steps: list[dict[str, Any]] = [{"op": "boot", "at": 0.0}]
    steps += [{"op": "reload", "module": names[-1], "force": False, "at": 100.0 + number} for number in range(reloads)]
    plans = dict.fromkeys(names, plan)
    rest = {"settings": SETTINGS, "ranks": {}, "ends": 2000.0}
    return {"modules": modules, "order": names, "plans": plans, "steps": steps, **rest}


def took(host: Host, case: Case) -> float:
    """The shortest of three, in seconds."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        lines = host.play(case)
        times.append(time.perf_counter() - began)
        reloads = sum(1 for step in case["steps"] if step["op"] == "reload")
        assert sum(text.endswith(" ready") for _, text in lines) == len(case["order"]) + reloads
    return min(times)


def test_boot_takes_the_same_time_for_each_module(place: Path) -> None:
    with Host(place) as host:
        each = {count: took(host, game_of(count, 0)) / count for count in (10, 100, 1000)}
    assert each[1000] < 2 * each[100], each


def test_a_reload_takes_the_same_time_whatever_else_runs(place: Path) -> None:
    with Host(place) as host:
        each = {
            count: (took(host, game_of(count, RELOADS)) - took(host, game_of(count, 0))) / RELOADS
            for count in (10, 100, 1000)
        }
    assert each[1000] < 3 * each[10], each
