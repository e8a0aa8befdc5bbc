"""The reference and what is shipped do the same in random games; `make differential N=2000` for many."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from tests.differential.games import OF_DATA, OF_KERNEL, Games
from tests.differential.play import Host
from tests.differential.run import compare, search

pytestmark = pytest.mark.tools
PROVE = bool(os.environ.get("OVHLGEN_PROVE"))

type Pair = tuple[Games, Host]


@pytest.fixture(scope="module", params=(OF_KERNEL, OF_DATA), ids=("kernel", "data"))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    games: Games = request.param
    with Host(games.base(tmp_path_factory.mktemp("kernels")), kind=games.kind) as host:
        yield games, host


def test_both_do_the_same(pair: Pair) -> None:
    """In 2,000 games each rule is met at least 20 times; 300 are too few for that."""
    games, host = pair
    rules = search(games, host, 2000 if PROVE else 300, 1)
    if PROVE:
        assert {name: rules[name] for name in games.rules if rules[name] < 20} == {}


def test_what_once_differed(pair: Pair) -> None:
    games, host = pair
    for path in sorted(games.regressions.glob("*.json")):
        compare(games, host, json.loads(path.read_text("utf-8")))
