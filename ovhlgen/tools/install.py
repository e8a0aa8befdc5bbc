"""Builds missing tools with `cargo install --locked` into the cache, one after the other.

An interrupted build is taken up where it stopped: what was compiled stays in the cache's build folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from ovhlgen.resources import own_crate
from ovhlgen.tools.cache import cache_folder, installed_at
from ovhlgen.tools.find import version_of
from ovhlgen.tools.pins import Pin

type Progress = Callable[[str], None]


class InstallError(Exception):
    """cargo is missing, failed, or built something that names another version."""


def install(pin: Pin, progress: Progress) -> Path:
    """The program, freshly built and verified. Raises InstallError."""
    cargo = shutil.which("cargo")
    if cargo is None:
        raise InstallError("cargo isn't on PATH: install Rust from https://rustup.rs first")
    target = cache_folder() / "build" / f"{pin.name}-{pin.version}"
    root = cache_folder() / "stage" / f"{pin.name}-{pin.version}"
    shutil.rmtree(root, ignore_errors=True)
    command = [cargo, "install", "--locked", "--root", str(root)]
    command += [pin.crate, "--version", pin.version] if pin.crate else ["--path", str(own_crate(pin.name))]
    if pin.features:
        command += ["--features", ",".join(pin.features)]
    last = _run(command, target, progress)
    path = next(iter((root / "bin").glob(f"{pin.name}*")), None) if (root / "bin").is_dir() else None
    if path is None:
        raise InstallError(last)
    version = version_of(path)
    if version != pin.version:
        raise InstallError(f"the program built says version {version}, not {pin.version}")
    home = installed_at(pin)
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    root.replace(home)
    shutil.rmtree(target, ignore_errors=True)
    return home / "bin" / path.name


def _run(command: list[str], target: Path, progress: Progress) -> str:
    """Runs cargo, reporting each crate; the last lines that it printed."""
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    lines: list[str] = []
    try:
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                lines.append(line.strip())
                progress(line.strip())
    except OSError as error:
        raise InstallError(str(error)) from error
    tail = " / ".join(lines[-5:])
    if process.returncode != 0:
        raise InstallError(tail or f"cargo ended with {process.returncode}")
    return tail
