"""`make bench`: how long a build takes, each figure beside `python -c pass` in the same run.

Every command is a process of its own. Commands take turns, round by round, so that a busy moment of the
machine falls on all of them; the least of each is printed, and its ratio to the least of the bare interpreter.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 15
MANY = 100  # modules of the large game


@dataclass(frozen=True)
class Task:
    name: str
    command: list[str]
    prepare: Callable[[], None] = lambda: None


def ovhlgen(*args: str) -> list[str]:
    return [sys.executable, "-m", "ovhlgen", *args]


def large(folder: Path) -> Path:
    """The example with one of its modules a hundred times more."""
    shutil.copytree(ROOT / "specs", folder / "specs")
    source = ROOT / "specs/modules/ZoneModule"
    for number in range(MANY):
        name = f"ZoneModule{number}"
        target = folder / "specs/modules" / name
        shutil.copytree(source, target)
        text = (target / "module.yaml").read_text("utf-8")
        text = text.replace("module: ZoneModule", f"module: {name}").replace("ZoneEntered", f"ZoneEntered{number}")
        (target / "module.yaml").write_text(text, "utf-8")
    return folder


def seconds(task: Task) -> float:
    task.prepare()
    began = time.perf_counter()
    subprocess.run(task.command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        example = folder / "example"
        shutil.copytree(ROOT / "specs", example / "specs")
        many = large(folder / "many")
        for root in (example, many):
            subprocess.run(ovhlgen("build", "-q", "-C", str(root)), check=True)

        def fresh(root: Path) -> Callable[[], None]:
            return lambda: shutil.rmtree(root / "out", ignore_errors=True)

        tasks = [
            Task("`python -c pass`", [sys.executable, "-c", "pass"]),
            Task("`ovhlgen --version`", ovhlgen("--version")),
            Task("build of the example, nothing to do", ovhlgen("build", "-q", "-C", str(example))),
            Task("build of the example, cold", ovhlgen("build", "-q", "-C", str(example)), fresh(example)),
            Task(f"build of {MANY + 4} modules, nothing to do", ovhlgen("build", "-q", "-C", str(many))),
            Task(f"build of {MANY + 4} modules, cold", ovhlgen("build", "-q", "-C", str(many)), fresh(many)),
        ]
        # Nothing to do comes before cold in each round: a cold build leaves the finished tree behind.
        least = {task.name: float("inf") for task in tasks}
        for _ in range(ROUNDS):
            for task in tasks:
                least[task.name] = min(least[task.name], seconds(task))
    bare = least["`python -c pass`"]
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, best of {ROUNDS}\n")
    print("| command | ms | × `python -c pass` |")
    print("|---|---:|---:|")
    for task in tasks:
        print(f"| {task.name} | {least[task.name] * 1000:.0f} | {least[task.name] / bare:.1f} |")


if __name__ == "__main__":
    main()
