"""Removes the generated files, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from ovhlgen.publish.manifest import BACKUP, FOLDER, JOURNAL, LOCK, MANIFEST, STAGE
from ovhlgen.publish.reconcile import Fate, plan
from ovhlgen.publish.write import held, prune


def clean(out: Path) -> tuple[int, int]:
    """How many files were removed, and how many stayed because they aren't as we wrote them.

    Raises OSError where the disk refuses and Busy where a build is at work."""
    with held(out):
        found = plan(out, {})
        removed = found.paths(Fate.REMOVE)
        for path in removed:
            (out / path).unlink()
        prune(out, removed)
        for path in (MANIFEST, JOURNAL):
            (out / path).unlink(missing_ok=True)
        shutil.rmtree(out / STAGE, ignore_errors=True)
    (out / LOCK).unlink(missing_ok=True)
    if not (out / BACKUP).exists():
        shutil.rmtree(out / FOLDER, ignore_errors=True)
        if not any(out.iterdir()):
            out.rmdir()
    return len(removed), len(found.refused)
