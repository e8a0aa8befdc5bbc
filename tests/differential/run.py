"""`python -m tests.differential.run N SEED`: N random games, each on both kernels; the traces must be equal."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from tests.differential.cases import Case, cases, expected
from tests.differential.play import Host, base

type Lines = Sequence[tuple[float, str]]


class Differs(AssertionError):
    """The two kernels do different things; the text has both traces side by side."""


def compare(host: Host, case: Case) -> Lines:
    """The trace, where it is the same on both. Raises Differs."""
    left, right = rounded(expected(case)), rounded(host.play(case))
    if left != right:
        raise Differs(json.dumps(case) + "\n" + side_by_side(left, right))
    return left


def rounded(lines: Lines) -> list[tuple[float, str]]:
    return [(round(at, 5), text) for at, text in lines]


def side_by_side(left: Lines, right: Lines) -> str:
    rows = [f"{'reference':<52} generated"]
    for a, b in zip_longest(left, right):
        mark = " " if a == b else "≠"
        rows.append(f"{mark} {_text(a):<50} {_text(b)}")
    return "\n".join(rows)


def _text(line: tuple[float, str] | None) -> str:
    return "" if line is None else f"{line[0]:8.3f} {line[1]}"


def main() -> None:
    count, number = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    played = 0
    with tempfile.TemporaryDirectory() as folder, Host(base(Path(folder))) as host:

        @seed(number)
        @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(cases())
        def both(case: Case) -> None:
            nonlocal played
            compare(host, case)
            played += 1

        try:
            both()
        except Differs as found:
            print(found)
            print(f"{played} cases, 1 difference (seed {number})")
            sys.exit(1)
    print(f"{played} cases, 0 differences")


if __name__ == "__main__":
    main()
