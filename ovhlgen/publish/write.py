"""Writes a plan: everything is staged first, then renamed into place; a failure takes back what was done.

A build killed at any moment leaves every file whole: the journal names what it may have written, so that
the next build knows its own files and finishes the work.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from ovhlgen.publish.manifest import (
    BACKUP,
    FOLDER,
    JOURNAL,
    LOCK,
    MANIFEST,
    STAGE,
    journal_bytes,
    manifest_bytes,
    read_known,
    with_lf,
)
from ovhlgen.publish.reconcile import Fate, Plan, is_link

type Undo = list[Callable[[], object]]


class Busy(Exception):
    """Another build is at work in this folder."""


class Overtaken(Exception):
    """What a plan was made from has changed since."""


def publish(plan: Plan, *, force: bool = False, is_current: Callable[[], bool] = lambda: True) -> str | None:
    """Carries out a plan without refusals, or with them moved to a backup by `force`.

    `is_current` is asked once no other build can come between: whether the specs still say what was planned.
    Returns the backup folder (relative to `out`) where one was made. Raises OSError where the disk refuses,
    Busy where another build is at work, and Overtaken where one has been since: `out` is then as it was.
    """
    with held(plan.out):
        if read_known(plan.out) != plan.known or not is_current():
            raise Overtaken
        return _publish(plan, force)


@contextlib.contextmanager
def held(out: Path) -> Iterator[None]:
    """Makes `out` and takes its lock; what was made is taken back on failure. Raises OSError and Busy."""
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
    moved = plan.refused if force else []
    refused = plan.paths(Fate.EDITED, Fate.FOREIGN) if force else []
    written = plan.paths(Fate.CREATE, Fate.CHANGE) + [path for path in refused if path in plan.wanted]
    removed = plan.paths(Fate.REMOVE)
    manifest = manifest_bytes(plan.wanted)
    is_same = (out / MANIFEST).is_file() and with_lf((out / MANIFEST).read_bytes()) == manifest
    if not (written or removed or moved) and is_same and not (out / JOURNAL).exists():
        return None
    old_journal = (out / JOURNAL).read_bytes() if (out / JOURNAL).is_file() else None
    stage = out / STAGE
    backup = _unused(out) if moved else None
    undo: Undo = []
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        for number, path in enumerate(written):
            (stage / str(number)).write_bytes(plan.wanted[path].data)
        (stage / "manifest").write_bytes(manifest)
        (stage / "journal").write_bytes(journal_bytes(plan.known, plan.wanted))
        (stage / "journal").replace(out / JOURNAL)
        for path in removed:
            _remove(plan, path, undo)
        for path in moved:
            _move(out / path, out / f"{backup}/{path}", undo)
        for number, path in enumerate(written):
            _put(plan, stage / str(number), path, undo)
        (stage / "manifest").replace(out / MANIFEST)
    except BaseException:
        if _take_back(undo):
            with contextlib.suppress(OSError):
                _restore(out / JOURNAL, old_journal, stage)
        shutil.rmtree(stage, ignore_errors=True)
        raise
    # What is left over here is cleared away by the next build: this one is done.
    with contextlib.suppress(OSError):
        (out / JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(stage, ignore_errors=True)
    prune(out, [*removed, *moved])
    return backup


def _unused(out: Path) -> str:
    """The next folder for a backup."""
    number = 1
    while os.path.lexists(out / BACKUP / str(number)):
        number += 1
    return f"{BACKUP}/{number}"


def _remove(plan: Plan, path: str, undo: Undo) -> None:
    at = plan.out / path
    undo.append(lambda: _restore(at, plan.before[path], plan.out / STAGE))
    at.unlink()


def _put(plan: Plan, staged: Path, path: str, undo: Undo) -> None:
    at = plan.out / path
    undo.extend(folder.rmdir for folder in _make(at.parent))
    # What was moved away comes back by a step of its own.
    before = plan.before.get(path) if plan.fates[path] is Fate.CHANGE else None
    undo.append(lambda: _restore(at, before, plan.out / STAGE))
    staged.replace(at)


def _move(at: Path, target: Path, undo: Undo) -> None:
    undo.extend(folder.rmdir for folder in _make(target.parent))
    at.replace(target)
    undo.append(lambda: shutil.move(target, at))


def _restore(path: Path, before: bytes | None, stage: Path) -> None:
    """A file of ours gets what it held before, whole or not at all; None is no file."""
    if before is None:
        path.unlink(missing_ok=True)
    elif not path.is_file() or path.read_bytes() != before:
        whole = stage / "restored"
        try:
            whole.write_bytes(before)
            whole.replace(path)
        except OSError:  # a file that is open can't be replaced on Windows, but written
            path.write_bytes(before)


def _take_back(undo: Undo) -> bool:
    """Whether every step could be taken back, the last one first."""
    is_whole = True
    for step in reversed(undo):
        try:
            step()
        except OSError:
            is_whole = False
    return is_whole


def prune(out: Path, paths: list[str]) -> None:
    """Folders that became empty. One that can't be removed stays."""
    with contextlib.suppress(OSError):
        for path in paths:
            folder = (out / path).parent
            while folder != out and folder.is_dir() and not is_link(folder) and not any(folder.iterdir()):
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
