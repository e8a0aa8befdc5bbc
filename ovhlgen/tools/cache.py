"""The per-user cache folder, where tools are installed by version."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ovhlgen.tools.pins import Pin


def cache_folder() -> Path:
    """OVHLGEN_CACHE where it is set, else the system's folder for caches."""
    override = os.environ.get("OVHLGEN_CACHE")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "ovhlgen" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ovhlgen"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ovhlgen"


def installed_at(pin: Pin) -> Path:
    """The folder of one tool in one version; its program is `bin/NAME` in it."""
    return cache_folder() / "tools" / pin.name / pin.version


def program(pin: Pin) -> Path:
    return installed_at(pin) / "bin" / (f"{pin.name}.exe" if sys.platform == "win32" else pin.name)
