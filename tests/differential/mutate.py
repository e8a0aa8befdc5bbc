"""`python -m tests.differential.mutate N SEED`: N mistakes drawn at random in the Luau kernel; who survives is listed.

Each is a dropped statement, a swapped comparison or operator, a negation less, or a constant off by one, in a file of
`templates/runtime/Shared/Kernel/`. One that doesn't compile is drawn again.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tests.differential.mutants import Mutant
from tests.differential.play import Host, base
from tests.differential.run import survives

KERNEL = ROOT / "templates/runtime/Shared/Kernel"
FILES = (
    *("Bootstrapper", "DependencyGraph", "Failures", "Hooks", "Kept"),
    *("Lifecycle", "ModuleLoader", "PlayerHooks", "Reloader"),
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


def mutants(number: int) -> Iterator[Mutant]:
    """File, text, and what stands there instead; texts are whole lines that are there once."""
    chance = random.Random(number)
    sources = {name: (KERNEL / f"{name}.luau").read_text("utf-8").split("\n") for name in FILES}
    places = [(name, index) for name, lines in sources.items() for index in range(3, len(lines))]
    while True:
        name, index = chance.choice(places)
        line, before = sources[name][index], sources[name][index - 1]
        if "error(" in line or "assert(" in line or "logger" in line or line.strip().startswith("--"):
            continue
        choices = [line.replace(old, new, 1) for old, new in SWAPS if old in line]
        if STATEMENT.match(line):
            choices.append("")
        old = f"{before}\n{line}\n"
        if choices and "\n".join(sources[name]).count(old) == 1:
            yield f"Kernel/{name}", old, f"{before}\n{chance.choice(choices)}\n"


def main() -> None:
    count, number = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tried, survivors = 0, []
    with tempfile.TemporaryDirectory() as folder:
        place = base(Path(folder))
        for mutant in mutants(number):
            try:
                host = Host(place, mutant)
            except AssertionError:
                continue  # it doesn't compile
            with host:
                tried += 1
                if survives(host, CASES, number):
                    survivors.append(mutant)
                    old, new = (text.split("\n")[1].strip() for text in mutant[1:])
                    print(f"survives: {mutant[0]}: {old}  →  {new or 'nothing'}", flush=True)
            if tried == count:
                break
    print(f"{tried} mutants, {len(survivors)} survive")


if __name__ == "__main__":
    main()
