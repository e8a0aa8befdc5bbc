"""`python -m tests.differential.mutate N SEED`: N mistakes drawn at random in the Luau kernel; who survives is listed.

Each is a dropped statement, a swapped comparison or operator, a negation less, or a constant off by one, in a file of
`templates/runtime/Shared/Kernel/`. It is caught where the two kernels differ, or else by the kernel's own tests. One
that doesn't compile is drawn again.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tests.differential.games import OF_KERNEL
from tests.differential.mutants import Mutant
from tests.differential.play import Host, base
from tests.differential.run import survives

KERNEL = "templates/runtime/Shared/Kernel"
FILES = (
    *("Bootstrapper", "CoreServices", "DependencyGraph", "Discovery", "Failures", "Hooks", "Kept"),
    *("Lifecycle", "ModuleLoader", "PlayerHooks", "Reloader", "Starting"),
)
TESTS = (
    "handwritten",
    "boot",
    "kernel",
    "reload",
    "failing",
    "monitor",
    "documents",
    "attributes",
    "contract",
    "network",
)
CASES = 1500
SWAPS = (
    *((" == ", " ~= "), (" ~= ", " == "), (" and ", " or "), (" or ", " and "), (" < ", " <= "), (" > ", " >= ")),
    *((" >= ", " > "), (" true", " false"), (" false", " true"), ("not ", ""), (" + 1", " + 2"), (" - 1", " - 0")),
    *((", -1 do", ", -2 do"), (" = 1,", " = 2,")),
)
STATEMENT = re.compile(
    r"^\t+(?!local |return |if |for |while |function |end|else|\}|\)|--|\{)[\w.:\[\]]+(\(.*\)| [-+]?= .*[^{(])$"
)
# Words of people: in texts, in comments, in what is logged or only says why.
SAID = re.compile(r"error\(|assert\(|logger|\binfo\(|reason = |refused\(|^\s*--| = nil,$")


def mutants(number: int) -> Iterator[Mutant]:
    """File, text, and what stands there instead, each once; texts are whole lines that are there once."""
    chance = random.Random(number)
    sources = {name: (ROOT / KERNEL / f"{name}.luau").read_text("utf-8").split("\n") for name in FILES}
    places = [(name, index) for name, lines in sources.items() for index in range(3, len(lines))]
    seen = set()
    while True:
        name, index = chance.choice(places)
        line, before = sources[name][index], sources[name][index - 1]
        if SAID.search(line):
            continue
        code = line.split(" -- ")[0]
        choices = [code.replace(old, new, 1) for old, new in SWAPS if old in code]
        if STATEMENT.match(code):
            choices.append("")
        old = f"{before}\n{line}\n"
        if choices and "\n".join(sources[name]).count(old) == 1:
            mutant = (f"Kernel/{name}", old, f"{before}\n{chance.choice(choices)}\n")
            if mutant not in seen:
                seen.add(mutant)
                yield mutant


def passes_tests(copy: Path, mutant: Mutant) -> bool:
    """Whether the kernel's own tests, in a copy of the repository, don't notice it either."""
    path = copy / f"templates/runtime/Shared/{mutant[0]}.luau"
    good = path.read_text("utf-8")
    path.write_text(good.replace(mutant[1], mutant[2]), "utf-8")
    tests = ["tests/differential/test_scenarios.py", *(f"tests/luau/test_{name}.py" for name in TESTS)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        check=False,
    )
    path.write_text(good, "utf-8")
    return done.returncode == 0


def main() -> None:
    count, number = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        place, copy = base(Path(folder) / "base"), Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules", "out", "target"))
        for mutant in mutants(number):
            try:
                host = Host(place, mutant)
            except AssertionError:
                continue  # it doesn't compile
            with host:
                is_same = survives(OF_KERNEL, host, CASES, number)
            if not is_same:
                found["by the two kernels' difference"] += 1
            elif not passes_tests(copy, mutant):
                found["by the kernel's own tests"] += 1
            else:
                found["by nothing"] += 1
                old, new = (text.split("\n")[1].strip() for text in mutant[1:])
                print(f"survives: {mutant[0]}: {old}  →  {new or 'nothing'}", flush=True)
            if found.total() % 10 == 0:
                print(f"{found.total()} of {count}", file=sys.stderr, flush=True)
            if found.total() == count:
                break
    print(f"{count} mutants, caught " + ", ".join(f"{times} {how}" for how, times in sorted(found.items())))


if __name__ == "__main__":
    main()
