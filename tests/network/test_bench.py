"""The promised sizes, and half of the promised speed: machines that test are busy. `make bench-network` measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.network import build, ratios, run

pytestmark = pytest.mark.tools

BYTES = {"Booleans": 4, "Entities": 603, "Mixed": 41}


def test_the_network_is_small_and_quick(tmp_path: Path) -> None:
    found = run(build(tmp_path), 5)
    by = {(one["native"], one["payload"]): {} for one in found}
    for one in found:
        by[one["native"], one["payload"]].setdefault(one["name"], []).append(one)
    assert {payload: by[True, payload]["ours"][0]["bytes"] for payload in BYTES} == BYTES
    assert {case: ratio for case, ratio in ratios(by).items() if ratio < 0.5} == {}
