"""Fetches the pinned package with npm, and writes Roblox's definitions into the cache."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from ovhlgen.tools.cache import cache_folder, digest
from ovhlgen.tools.definitions.parse import ParseError
from ovhlgen.tools.definitions.roblox import Package, definitions
from ovhlgen.tools.install import InstallError
from ovhlgen.tools.pins import PackagePin, definitions_pin
from ovhlgen.tools.run import ToolError, run

_MEMBERS = {
    "types": "package/include/roblox.d.ts",
    "classes": "package/include/generated/None.d.ts",
    "enums": "package/include/generated/enums.d.ts",
}
_MAX_FILE = 64 << 20  # bytes of one file in the package


def definitions_file() -> Path:
    """Where the definitions are, once installed: by the package's version and by what reads it."""
    readers = [path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".luau")]
    return cache_folder() / "definitions" / f"{definitions_pin().version}-{digest(readers)}" / "roblox.d.luau"


def install_definitions() -> Path:
    """Raises InstallError."""
    pin = definitions_pin()
    with tempfile.TemporaryDirectory() as folder:
        tarball = _fetch(pin, Path(folder))
        try:
            text = definitions(_texts(tarball))
        except (tarfile.TarError, KeyError, OSError, UnicodeDecodeError, ParseError) as error:
            raise InstallError(f"{pin.package} {pin.version} can't be read: {error}") from error
    path = definitions_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(text, "utf-8", newline="\n")
    fresh.replace(path)
    return path


def _fetch(pin: PackagePin, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise InstallError("npm isn't on PATH: install Node.js from https://nodejs.org first")
    command = [npm, "pack", f"{pin.package}@{pin.version}", "--pack-destination", str(folder), "--ignore-scripts"]
    try:
        done = run([*command, "--loglevel=error"], cwd=folder)
    except ToolError as error:
        raise InstallError(f"npm: {error}") from error
    tarball = next(folder.glob("*.tgz"), None)
    if done.code != 0 or tarball is None:
        raise InstallError(f"npm: {done.last_lines}")
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != pin.integrity:
        raise InstallError(f"{pin.package} {pin.version} isn't the package that is pinned: its integrity is {found}")
    return tarball


def _texts(tarball: Path) -> Package:
    with tarfile.open(tarball) as archive:
        return Package(**{name: _member(archive, path) for name, path in _MEMBERS.items()})


def _member(archive: tarfile.TarFile, path: str) -> str:
    file = archive.extractfile(path)
    if file is None:
        raise KeyError(f"{path} is no file")
    with file:
        return file.read(_MAX_FILE).decode("utf-8")
