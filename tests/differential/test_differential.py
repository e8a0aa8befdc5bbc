"""The reference kernel and the shipped one do the same in random games; `make differential N=2000` for many."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.differential.play import Host, base
from tests.differential.rules import RULES
from tests.differential.run import compare, search

pytestmark = pytest.mark.tools
HERE = Path(__file__).parent
PROVE = bool(os.environ.get("OVHLGEN_PROVE"))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with Host(base(tmp_path_factory.mktemp("kernels"))) as found:
        yield found


def test_both_kernels_do_the_same(host: Host) -> None:
    """In 2,000 games each rule is met at least 20 times; 300 are too few for that."""
    rules = search(host, 2000 if PROVE else 300, 1)
    if PROVE:
        assert {name: rules[name] for name in RULES if rules[name] < 20} == {}


def test_what_once_differed(host: Host) -> None:
    for path in sorted(HERE.glob("regressions/*.json")):
        compare(host, json.loads(path.read_text("utf-8")))
