"""`make bench-network`: the generated network beside hand-written codecs and plain tables, in Lune.

The spec is tests/fixtures/peers; values differ from one event to the next; all guards are on. In each of five
processes the implementations take turns, round by round; the median of the processes is printed, and its ratio to
`floor_checked`, a hand-written codec with a receiver's guards.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.plot import COLOURS, bars
from ovhlgen.tools.find import need

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "bench/network"
PLOT = ROOT / "docs/benchmarks/network.svg"
PROCESSES = 5
RUNS = 31
NAMES = ("floor", "floor_checked", "ours", "plain table")
type Rates = dict[tuple[bool, str], dict[str, list[dict[str, Any]]]]


def build(folder: Path) -> Path:
    """The built spec."""
    shutil.copytree(ROOT / "tests/fixtures/peers/specs", folder / "specs")
    subprocess.run([sys.executable, "-m", "ovhlgen", "build", "-q", "-C", str(folder)], check=True)
    return folder / "out"


def run(source: Path, runs: int) -> list[dict[str, Any]]:
    """One process: a dict with name, payload, native, bytes and rate (events a second) for each case."""
    done = subprocess.run(
        [str(need("lune")), "run", "run.luau", str(source), str(runs)],
        cwd=FOLDER,
        check=True,
        capture_output=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def measured(processes: int, runs: int) -> Rates:
    found: Rates = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as folder:
        source = build(Path(folder))
        for _ in range(processes):
            for one in run(source, runs):
                found[one["native"], one["payload"]][one["name"]].append(one)
    return found


def rate(of: list[dict[str, Any]]) -> float:
    return statistics.median(one["rate"] for one in of)


def ratios(found: Rates) -> dict[tuple[bool, str], float]:
    """Of ours to `floor_checked`: the median over the processes, in each of which they took turns."""
    return {
        case: statistics.median(
            ours["rate"] / floor["rate"] for ours, floor in zip(by["ours"], by["floor_checked"], strict=True)
        )
        for case, by in found.items()
        if "floor_checked" in by
    }


def table(found: Rates) -> str:
    lines = [
        "| | bytes | events/s: floor | floor_checked | ours | plain table | ours / floor_checked |",
        "|---|---|---|---|---|---|---|",
    ]
    ratio = ratios(found)
    for (native, payload), by in found.items():
        cells = [f"{rate(by[name]):,.0f}" if name in by else "–" for name in NAMES]
        size = by["ours"][0]["bytes"]
        mode = "native" if native else "interpreted"
        shown = f"{ratio[native, payload]:.2f}" if (native, payload) in ratio else "–"
        lines.append(f"| {payload}, {mode} | {size:g} | {' | '.join(cells)} | {shown} |")
    return "\n".join(lines)


def plot(found: Rates) -> str:
    """Each rate as a share of `floor_checked`'s in the same process."""
    rows = {}
    for (native, payload), by in found.items():
        if "floor_checked" in by:
            rows[f"{payload}, {'native' if native else 'interpreted'}"] = {
                name: statistics.median(
                    one["rate"] / floor["rate"] for one, floor in zip(by[name], by["floor_checked"], strict=True)
                )
                for name in COLOURS
            }
    most = max(value for row in rows.values() for value in row.values())
    return bars("Events a second, floor_checked = 1", rows, most)


def main() -> None:
    found = measured(PROCESSES, RUNS)
    PLOT.write_text(plot(found), "utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
