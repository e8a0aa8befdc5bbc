"""Removes the generated files, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from ovhlgen.publish.manifest import BACKUP, FOLDER, JOURNAL, LOCK, MANIFEST, STAGE, kept_bytes
from ovhlgen.publish.reconcile import Fate, plan
from ovhlgen.publish.write import held, prune, write_text


def clean(out: Path) -> tuple[int, int]:
    """How many files were removed, and how many stayed because they aren't as we wrote them.

    Raises OSError where the disk refuses and Busy where a build is at work."""
    with held(out):
        planned = plan(out, {})
        removed = planned.paths(Fate.REMOVE)
        for path in removed:
            (out / path).unlink()
        prune(out, removed)
        (out / JOURNAL).unlink(missing_ok=True)
        shutil.rmtree(out / STAGE, ignore_errors=True)
        is_shared = any(item.name != FOLDER for item in out.iterdir())
        if is_shared:  # else the next build would take a folder with files of others for somebody else's
            edited = {path: planned.known[path] for path in planned.paths(Fate.EDITED) if path in planned.known}
            write_text(out / MANIFEST, kept_bytes(edited).decode())
        else:
            (out / MANIFEST).unlink(missing_ok=True)
    (out / LOCK).unlink(missing_ok=True)
    if not is_shared and not (out / BACKUP).exists():
        shutil.rmtree(out / FOLDER, ignore_errors=True)
        out.rmdir()
    return len(removed), len(planned.refused)
