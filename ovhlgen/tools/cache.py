"""The per-user cache folder, where tools are installed by version."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ovhlgen.resources import own_crate
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


@cache
def release(pin: Pin) -> str:
    """The name of what is built: the version; for a tool of our own its sources' digest too, so that an
    edited source isn't taken for the program that was built before."""
    if pin.crate is not None:
        return pin.version
    crate = own_crate(pin.name)
    sources = [crate / "Cargo.lock", crate / "build.rs", *crate.glob("src/*"), *crate.glob("shim/*")]
    return f"{pin.version}-{digest(sources)}"


def digest(files: Iterable[Path]) -> str:
    """Ten characters that stand for the contents of some files."""
    whole = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.as_posix()):
        whole.update(hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).digest())
    return whole.hexdigest()[:10]


def installed_at(pin: Pin) -> Path:
    """The folder of one tool in one version; its program is `bin/NAME` in it."""
    return cache_folder() / "tools" / pin.name / release(pin)


def program(pin: Pin) -> Path:
    return installed_at(pin) / "bin" / (f"{pin.name}.exe" if sys.platform == "win32" else pin.name)
