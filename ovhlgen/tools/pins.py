"""The pinned versions (pins.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Pin:
    name: str
    version: str
    crate: str
    features: tuple[str, ...]
    rokit: str
    purpose: str


@cache
def pins() -> dict[str, Pin]:
    """Every tool by name, in the order in which they are installed."""
    data = tomllib.loads(files("ovhlgen.tools").joinpath("pins.toml").read_text("utf-8"))
    return {
        name: Pin(name, entry["version"], entry["crate"], tuple(entry["features"]), entry["rokit"], entry["purpose"])
        for name, entry in data.items()
    }
