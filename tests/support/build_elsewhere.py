"""Builds a project with the entries of every folder in another order (`SHUFFLE` is the seed)."""

from __future__ import annotations

import os
import random
import sys
from typing import Any

from ovhlgen.cli.entry import run

_scandir = os.scandir
_order = random.Random(int(os.environ["SHUFFLE"]))


class Shuffled:
    def __init__(self, path: Any) -> None:
        with _scandir(path) as entries:
            self.entries = list(entries)
        _order.shuffle(self.entries)

    def __iter__(self) -> Any:
        return iter(self.entries)

    def __enter__(self) -> Any:
        return self

    def close(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


os.scandir = Shuffled
sys.exit(run(["build", "-q", "-C", sys.argv[1]]))
