"""Writes a plan: everything is staged first, then renamed into place; a failure takes back what was done.

A build killed at any moment leaves every file whole: the journal names what it may have written, so that
the next build knows its own files and finishes the work.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from ovhlgen.publish.manifest import FOLDER, JOURNAL, MANIFEST, journal_bytes, manifest_bytes
from ovhlgen.publish.reconcile import Fate, Plan

STAGE = f"{FOLDER}/stage"
BACKUP = f"{FOLDER}/backup"
LOCK = f"{FOLDER}/lock"


class Busy(Exception):
    """Another build is at work in this folder."""


def publish(plan: Plan, *, force: bool = False) -> str | None:
    """Carries out a plan without refusals, or with them moved to a backup by `force`.

    Returns the backup folder (relative to `out`) where one was made. Raises OSError where the disk refuses
    and Busy where another build is at work: `out` is then as it was.
    """
    with _ours(plan.out):
        return _publish(plan, force)


@contextlib.contextmanager
def _ours(out: Path) -> Iterator[None]:
    """Makes `out` and takes its lock; what was made is taken back on failure."""
    made = _make(out / FOLDER)
    try:
        with _lock(out / LOCK):
            yield
    except BaseException:
        with contextlib.suppress(OSError):
            if made:
                (out / LOCK).unlink(missing_ok=True)
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _make(folder: Path) -> list[Path]:
    """Makes a folder; the ones that weren't there, outermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    missing.reverse()
    folder.mkdir(parents=True, exist_ok=True)
    return missing


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Held by one process; the system releases it when that process ends, however it ends."""
    with path.open("a+b") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy from error
        yield


def _publish(plan: Plan, force: bool) -> str | None:
    out = plan.out
    written = plan.paths(Fate.CREATE, Fate.CHANGE)
    removed = plan.paths(Fate.REMOVE)
    moved = plan.refused if force else []
    written += [path for path in moved if path in plan.wanted]
    manifest = manifest_bytes(plan.wanted)
    is_same = (out / MANIFEST).is_file() and (out / MANIFEST).read_bytes() == manifest
    if not (written or removed or moved) and is_same and not (out / JOURNAL).exists():
        return None
    old_journal = (out / JOURNAL).read_bytes() if (out / JOURNAL).is_file() else None
    stage = out / STAGE
    backup: str | None = None
    undo: list[Path] = []
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        for number, path in enumerate(written):
            (stage / str(number)).write_bytes(plan.wanted[path].data)
        (stage / "manifest").write_bytes(manifest)
        (stage / "journal").write_bytes(journal_bytes(plan.known, plan.wanted))
        (stage / "journal").replace(out / JOURNAL)
        if moved:
            backup = _back_up(out, moved)
        for path in removed:
            undo.append(out / path)
            (out / path).unlink()
        for number, path in enumerate(written):
            undo.extend(reversed(_make((out / path).parent)))
            undo.append(out / path)
            (stage / str(number)).replace(out / path)
        (stage / "manifest").replace(out / MANIFEST)
    except BaseException:
        _take_back(plan, undo, backup)
        shutil.rmtree(stage, ignore_errors=True)
        with contextlib.suppress(OSError):
            if old_journal is None:
                (out / JOURNAL).unlink(missing_ok=True)
            else:
                (out / JOURNAL).write_bytes(old_journal)
        raise
    (out / JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(stage, ignore_errors=True)
    prune(out, [*removed, *moved])
    return backup


def _back_up(out: Path, paths: list[str]) -> str:
    number = 1
    while (out / BACKUP / str(number)).exists():
        number += 1
    folder = f"{BACKUP}/{number}"
    for path in paths:
        target = out / folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (out / path).replace(target)
    return folder


def _take_back(plan: Plan, undo: list[Path], backup: str | None) -> None:
    """Every path that was touched gets what it held before. Errors here can't be helped: the journal stays."""
    for path in reversed(undo):
        with contextlib.suppress(OSError):
            before = plan.before.get(path.relative_to(plan.out).as_posix())
            if path.is_dir():
                path.rmdir()
            elif before is None:
                path.unlink(missing_ok=True)
            elif not path.is_file() or path.read_bytes() != before:
                path.write_bytes(before)
    if backup is not None:
        for refused in plan.refused:
            with contextlib.suppress(OSError):
                (plan.out / backup / refused).replace(plan.out / refused)


def prune(out: Path, paths: list[str]) -> None:
    """Folders that became empty."""
    for path in paths:
        folder = (out / path).parent
        while folder != out and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def write_text(path: Path, text: str) -> None:
    """Writes one file of the user's project, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, "utf-8", newline="\n")
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
