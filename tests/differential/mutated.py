"""The reference with a mistake in it: its modules, and those that play cases on it, are loaded once more."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from tests.conftest import ROOT
from tests.differential.games import Games
from tests.differential.mutants import Mutant

ANEW = (
    *("tests.oracle", "ovhlgen.resolve.boot_order"),
    *("tests.differential.cases", "tests.differential.data", "tests.differential.games"),
)


class _Source(importlib.abc.InspectLoader):
    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, _name: str) -> str:
        return self.text


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def find_spec(self, name: str, _path: object, _target: ModuleType | None = None) -> object:
        return importlib.util.spec_from_loader(name, _Source(self.text)) if name == self.name else None


@contextmanager
def mutated(mutant: Mutant, games: str) -> Iterator[Games]:
    """`games` (`OF_KERNEL`, `OF_DATA`) on a reference with the mistake."""
    module, old, new = mutant
    text = (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
    assert text.count(old) == 1, f"not once in {module}: {old}"
    finder = _Finder(module, text.replace(old, new))
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(ANEW)}
    for name in kept:
        _bind(name, None)
    sys.meta_path.insert(0, finder)
    try:
        yield getattr(importlib.import_module("tests.differential.games"), games)
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith(ANEW)]:
            del sys.modules[name]
        sys.modules.update(kept)
        for name, module in kept.items():
            _bind(name, module)


def _bind(name: str, module: ModuleType | None) -> None:
    """`from package import module` takes the package's attribute where there is one, whatever sys.modules has."""
    package, _, child = name.rpartition(".")
    if package not in sys.modules:
        return
    if module:
        setattr(sys.modules[package], child, module)
    elif hasattr(sys.modules[package], child):
        delattr(sys.modules[package], child)
