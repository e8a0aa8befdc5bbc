"""`python -m tests.differential.run N SEED`: N random games of each kind, on both sides; the traces must be equal."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections import Counter
from itertools import zip_longest
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.differential.games import OF_DATA, OF_KERNEL, Case, Games, Lines
from tests.differential.play import Host
from tests.differential.rules import disabled_twice, met, table


class Differs(AssertionError):
    """The two do different things; the text has both traces side by side."""

    def __init__(self, case: Case, left: Lines, right: Lines) -> None:
        super().__init__(side_by_side(left, right))
        self.case = case


def compare(games: Games, host: Host, case: Case) -> Lines:
    """The trace, where it is the same on both. Raises Differs."""
    left, right = games.form(games.expected(case)), games.form(host.play(case))
    if left != right:
        raise Differs(case, left, right)
    assert disabled_twice(left) == []
    return left


def side_by_side(left: Lines, right: Lines) -> str:
    rows = [f"{'reference':<52} generated"]
    for a, b in zip_longest(left, right):
        mark = " " if a == b else "≠"
        rows.append(f"{mark} {_text(a):<50} {_text(b)}")
    return "\n".join(rows)


def _text(line: tuple[float, str] | None) -> str:
    return "" if line is None else f"{line[0]:8.3f} {line[1]}"


def search(games: Games, host: Host, count: int, number: int) -> Counter[str]:
    """Plays `count` cases of a seed on both; how often each rule was met.

    Raises Differs with the shortest case that differs, after saving it among the regressions.
    """
    rules = Counter[str]()

    @seed(number)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(games.cases())
    def both(case: Case) -> None:
        rules["cases"] += 1
        rules.update(met(games.rules, compare(games, host, case)))

    try:
        both()
    except Differs as found:
        text = json.dumps(found.case, indent=1, sort_keys=True) + "\n"
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        games.regressions.mkdir(exist_ok=True)
        (games.regressions / f"{name}.json").write_text(text, "utf-8")
        raise
    return rules


def survives(games: Games, host: Host, count: int, number: int) -> bool:
    """Whether a mistake in one of the two isn't noticed, neither by what once differed nor in so many cases."""

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(games.cases())
    def both(case: Case) -> None:
        compare(games, host, case)

    try:
        for path in sorted(games.regressions.glob("*.json")):
            compare(games, host, json.loads(path.read_text("utf-8")))
        both()
    except Exception:  # a mutant may also fail in other ways
        return False
    return True


def main() -> None:
    count, number = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    played = 0
    for games in (OF_KERNEL, OF_DATA):
        with tempfile.TemporaryDirectory() as folder, Host(games.base(Path(folder)), kind=games.kind) as host:
            try:
                rules = search(games, host, count, number)
            except Differs as found:
                print(found)
                print(f"1 difference (seed {number}); it is saved in {games.regressions}")
                sys.exit(1)
        print("\n".join(table(games.rules, rules)))
        played += rules["cases"]
    print(f"{played} cases, 0 differences")


if __name__ == "__main__":
    main()
