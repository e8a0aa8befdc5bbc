"""Each mistake on either side, in the kernel or in DataService, makes the two differ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.differential.data import mutants as of_data
from tests.differential.games import OF_DATA, OF_KERNEL
from tests.differential.mutants import LUAU, REFERENCE, Mutant
from tests.differential.mutated import mutated
from tests.differential.play import Host
from tests.differential.run import survives
from tests.support.snapshots import matches

pytestmark = pytest.mark.tools
PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
CASES = 4000  # at most, for one mutant
EVERY = 1 if PROVE else 6  # mutants of which one is tried
SIDES = {
    "kernel": (OF_KERNEL, "OF_KERNEL", LUAU, REFERENCE),
    "data": (OF_DATA, "OF_DATA", of_data.LUAU, of_data.REFERENCE),
}
TITLES = {
    "In the Luau kernel": LUAU,
    "In the kernel's reference": REFERENCE,
    "In DataService": of_data.LUAU,
    "In DataService's reference": of_data.REFERENCE,
}
MISTAKES = """# Mistakes that are put in

Each of these, put in alone, makes the runtime and its reference differ ([how that is played](proof.md)). They stand in
`tests/differential/mutants.py` and `tests/differential/data/mutants.py`. The test `tests/differential/test_mutants.py`
tries them and writes this page. A heading is the file that the mistake is put into.
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {side: games.base(tmp_path_factory.mktemp(side)) for side, (games, *_) in SIDES.items()}


def test_there_are_enough() -> None:
    assert len(LUAU) >= 30
    assert len(REFERENCE) >= 15
    assert len(of_data.LUAU) >= 30
    assert len(of_data.REFERENCE) >= 10


@pytest.mark.parametrize("side", SIDES)
def test_each_stands_in_the_code_once(side: str) -> None:
    """A text that has changed would be noticed only when its mutant is tried."""
    games, _, luau, reference = SIDES[side]
    room = f"templates/runtime/{games.kind.room}"
    counts = {name: _count(f"{room}/{path}.luau", old) for name, (path, old, _) in luau.items()}
    counts |= {name: _count(f"{module.replace('.', '/')}.py", old) for name, (module, old, _) in reference.items()}
    assert {name: count for name, count in counts.items() if count != 1} == {}


def _count(path: str, text: str) -> int:
    return (ROOT / path).read_text("utf-8").count(text)


def test_the_page_lists_them() -> None:
    page = [MISTAKES]
    for title, mutants in TITLES.items():
        page.append(f"\n## {title}\n")
        for place in sorted({place for place, _, _ in mutants.values()}):
            page.append(f"\n### {place.rpartition('.')[2]}\n\n")
            page += [f"- {name}\n" for name, (where, _, _) in mutants.items() if where == place]
    assert matches(ROOT / "docs/runtime/mistakes.md", "".join(page))


def _tried(number: int) -> Iterator[tuple[str, str]]:
    """Side and name; of the Luau files (2), or of the reference (3)."""
    for side, parts in SIDES.items():
        mutants: dict[str, Mutant] = parts[number]
        yield from ((side, name) for name in list(mutants)[::EVERY])


@pytest.mark.parametrize(("side", "name"), list(_tried(2)))
def test_a_mistake_in_luau_is_caught(places: dict[str, Path], side: str, name: str) -> None:
    games, _, luau, _ = SIDES[side]
    with Host(places[side], luau[name], games.kind) as host:
        assert not survives(games, host, CASES, 1)


@pytest.mark.parametrize(("side", "name"), list(_tried(3)))
def test_a_mistake_in_the_reference_is_caught(places: dict[str, Path], side: str, name: str) -> None:
    games, title, _, reference = SIDES[side]
    with Host(places[side], kind=games.kind) as host, mutated(reference[name], title) as wrong:
        assert not survives(wrong, host, CASES, 1)
