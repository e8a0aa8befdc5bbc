"""Each mistake in either kernel makes the two differ."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ovhlgen.reference.kernel import Kernel
from tests.conftest import ROOT
from tests.differential.mutants import LUAU, REFERENCE, Mutant
from tests.differential.play import Host, base
from tests.differential.run import survives

pytestmark = pytest.mark.tools
PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
CASES = 4000  # at most, for one mutant
EVERY = 1 if PROVE else 6  # mutants of which one is tried


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return base(tmp_path_factory.mktemp("mutants"))


def test_there_are_enough() -> None:
    assert len(LUAU) >= 30
    assert len(REFERENCE) >= 15


def test_each_stands_in_the_code_once() -> None:
    """A text that has changed would be noticed only when its mutant is tried."""
    shared = ROOT / "templates/runtime/Shared"
    found = {name: (shared / f"{path}.luau").read_text("utf-8").count(old) for name, (path, old, _) in LUAU.items()}
    assert {name: count for name, count in found.items() if count != 1} == {}


def test_the_page_lists_them() -> None:
    page = (ROOT / "docs/semantics.md").read_text("utf-8")
    assert f"- In the Luau kernel: {' · '.join(LUAU)}." in page
    assert f"- In the reference: {' · '.join(REFERENCE)}." in page


@pytest.mark.parametrize("name", list(LUAU)[::EVERY])
def test_a_mistake_in_the_luau_kernel_is_caught(place: Path, name: str) -> None:
    with Host(place, LUAU[name]) as host:
        assert not survives(host, CASES, 1)


@pytest.mark.parametrize("name", list(REFERENCE)[::EVERY])
def test_a_mistake_in_the_reference_is_caught(
    place: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = mutated(REFERENCE[name], tmp_path, monkeypatch)
    with Host(place) as host:
        assert not survives(host, CASES, 1, kernel)


def mutated(mutant: Mutant, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Kernel]:
    """The reference kernel out of a copy with the mistake in it."""
    package = folder / "mutated"
    package.mkdir()
    (package / "__init__.py").touch()
    path, old, new = mutant
    for name in ("graph", "failures", "network", "kernel"):
        text = (ROOT / f"ovhlgen/reference/{name}.py").read_text("utf-8")
        if name == path:
            assert text.count(old) == 1, f"not once in {name}: {old}"
            text = text.replace(old, new)
        for own in ("graph", "failures", "network"):
            text = text.replace(f"ovhlgen.reference.{own}", f"mutated.{own}")
        (package / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(folder)
    for name in [one for one in sys.modules if one.startswith("mutated")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    found: Callable[..., Kernel] = importlib.import_module("mutated.kernel").Kernel
    return found
