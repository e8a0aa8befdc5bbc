"""`python -m tests.chaos.run N SEED`: N runs from a seed on, judged; the last line is `N runs, M violations`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.chaos.model import Verdict, judge
from tests.chaos.plan import Plan, draw
from tests.chaos.play import Places, places, play

REGRESSIONS = Path(__file__).parent / "regressions"
ALL_CLEAR = 0.99  # of joins without faults have to be served
HALF = 0.5  # of all joins
TRIES = 150  # for a shorter plan


def one(at: Places, seed: int) -> tuple[int, Verdict]:
    return seed, judge(play(at, draw(seed)))


def runs(at: Places, seeds: range) -> Iterator[tuple[int, Verdict]]:
    """On every core, in the order of the seeds."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(one, [at] * len(seeds), seeds)


def shortened(plan: Plan, fails: Callable[[Plan], bool]) -> Plan:
    """Fewer steps that still fail: halves, quarters, … are left out as long as that helps."""
    steps, size, tries = list(plan["steps"]), len(plan["steps"]) // 2, 0
    while size > 0 and tries < TRIES:
        at, helped = 0, False
        while at < len(steps) and tries < TRIES:
            fewer = steps[:at] + steps[at + size :]
            tries += 1
            if fails({**plan, "steps": fewer}):
                steps, helped = fewer, True
            else:
                at += size
        if not helped or size > len(steps):
            size //= 2
    return {**plan, "steps": steps}


def served(counts: Counter[str]) -> list[str]:
    """What is wrong with how players were served."""
    clear, loaded = counts["joins without faults"], counts["joins without faults loaded"]
    ended = counts["joins loaded"] + counts["joins refused"]
    found = []
    if loaded < ALL_CLEAR * clear:
        found.append(f"{loaded} of {clear} joins without faults were served")
    if counts["joins loaded"] < HALF * ended:
        found.append(f"{counts['joins loaded']} of {ended} joins were served")
    return found


def table(counts: Counter[str]) -> list[str]:
    """How often each thing happened."""
    hours = counts["hours"] / 3600
    lines = [f"{hours:8.1f}  simulated hours"]
    return lines + [f"{counts[name]:8d}  {name}" for name in sorted(counts) if name != "hours"]


def save(at: Places, seed: int) -> Path:
    plan = shortened(draw(seed), lambda plan: bool(judge(play(at, plan)).violations))
    REGRESSIONS.mkdir(exist_ok=True)
    path = REGRESSIONS / f"{seed}.json"
    path.write_text(json.dumps(plan, indent=1, sort_keys=True) + "\n", "utf-8")
    return path


def main() -> None:
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    counts: Counter[str] = Counter()
    violations = 0
    with tempfile.TemporaryDirectory() as folder:
        at = places(Path(folder))
        for seed, verdict in runs(at, range(first, first + count)):
            counts += verdict.counts
            violations += len(verdict.violations)
            for text in verdict.violations:
                print(f"seed {seed}: {text}")
            if verdict.violations:
                print(f"seed {seed}: a shorter plan is in {save(at, seed)}", flush=True)
    print("\n".join(table(counts)))
    problems = served(counts)
    print("\n".join(problems), end="\n" if problems else "")
    print(f"{count} runs, {violations + len(problems)} violations")
    sys.exit(bool(violations or problems))


if __name__ == "__main__":
    main()
