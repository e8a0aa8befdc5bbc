"""The pinned versions (pins.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Pin:
    """A tool. `crate` is its name on crates.io; None: its sources come with ovhlgen. `rokit` is None where
    Rokit doesn't know it."""

    name: str
    version: str
    crate: str | None
    features: tuple[str, ...]
    rokit: str | None
    purpose: str


@dataclass(frozen=True, slots=True)
class PackagePin:
    """An npm package; `integrity` is that of its tarball."""

    package: str
    version: str
    integrity: str
    purpose: str


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("ovhlgen.tools").joinpath("pins.toml").read_text("utf-8"))


@cache
def pins() -> dict[str, Pin]:
    """Every tool by name, in the order in which they are installed."""
    return {
        name: Pin(
            name,
            entry["version"],
            entry.get("crate"),
            tuple(entry.get("features", ())),
            entry.get("rokit"),
            entry["purpose"],
        )
        for name, entry in _data()["tools"].items()
    }


def definitions_pin() -> PackagePin:
    """The package that Roblox's API is read from."""
    return PackagePin(**_data()["definitions"])
