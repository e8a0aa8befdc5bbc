"""`python -m tests.chaos.cancel.run N SEED`: N runs from a seed on, judged; the last line is `N runs, M violations`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.chaos.cancel.game import place
from tests.chaos.cancel.model import judge
from tests.chaos.cancel.plan import draw
from tests.chaos.cancel.play import play
from tests.chaos.model import Verdict


def one(at: Path, seed: int) -> tuple[int, Verdict]:
    return seed, judge(play(at, draw(seed)))


def runs(at: Path, seeds: range) -> Iterator[tuple[int, Verdict]]:
    """On every core, in the order of the seeds."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(one, [at] * len(seeds), seeds)


def main() -> None:
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    counts: Counter[str] = Counter()
    violations = 0
    with tempfile.TemporaryDirectory() as folder:
        at = place(Path(folder))
        for seed, verdict in runs(at, range(first, first + count)):
            counts += verdict.counts
            violations += len(verdict.violations)
            for text in verdict.violations:
                print(f"seed {seed}: {text}", flush=True)
    for name in sorted(counts):
        print(f"{counts[name]:8d}  {name}")
    print(f"{count} runs, {violations} violations")
    sys.exit(bool(violations))


if __name__ == "__main__":
    main()
