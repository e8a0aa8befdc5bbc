"""What happens to each file: create, change, keep, remove, or refuse because somebody edited it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

from ovhlgen.emit.render import Rendered
from ovhlgen.model.tree import FOLDERS
from ovhlgen.publish.manifest import BACKUP, FOLDER, JOURNAL, LOCK, MANIFEST, STAGE, Known, digest, read_known


class Fate(Enum):
    CREATE = "create"
    CHANGE = "change"
    KEEP = "keep"
    REMOVE = "remove"
    EDITED = "edited"  # ours, but not as we wrote it
    FOREIGN = "foreign"  # never ours


@dataclass(slots=True)
class Plan:
    """The fate of every path, what is wanted, and what the disk held before."""

    out: Path
    wanted: Mapping[str, Rendered]
    fates: dict[str, Fate] = field(default_factory=dict)
    before: dict[str, bytes] = field(default_factory=dict)
    known: Known = field(default_factory=dict)
    is_ours: bool = True

    def paths(self, *fates: Fate) -> list[str]:
        return [path for path in sorted(self.fates) if self.fates[path] in fates]

    @property
    def refused(self) -> list[str]:
        """What isn't as we wrote it. What lies in a refused folder is a part of that folder."""
        paths = self.paths(Fate.EDITED, Fate.FOREIGN)
        refused = set(paths)
        return [path for path in paths if not any(str(above) in refused for above in PurePosixPath(path).parents)]

    @property
    def is_drift(self) -> bool:
        return any(fate is not Fate.KEEP for fate in self.fates.values())


def plan(out: Path, wanted: Mapping[str, Rendered]) -> Plan:
    """Compares the wanted files with the disk. Reads only."""
    planned = Plan(out, wanted, known=read_known(out))
    planned.is_ours = is_ours(out)
    for path, file in wanted.items():
        planned.fates[path] = _fate(planned, path, digest(file.data))
    for path in planned.known:
        if path not in wanted and os.path.lexists(out / path) and _blocker(out, path) is None:
            data = _read(planned, path)
            ours = data is not None and digest(data) in planned.known[path]
            planned.fates[path] = Fate.REMOVE if ours else Fate.EDITED
    for path in _strays(out):
        planned.fates.setdefault(path, Fate.FOREIGN)
    return planned


def is_ours(out: Path) -> bool:
    """Whether `out` may be written to: absent, empty, or made by ovhlgen."""
    if any(is_link(path) for path in (out, *(out / name for name in (FOLDER, LOCK, STAGE, BACKUP)))):
        return False
    if out.exists() and not out.is_dir():
        return False
    if not out.exists() or (out / MANIFEST).is_file() or (out / JOURNAL).is_file():
        return True
    return all(item.name == FOLDER for item in out.iterdir())


def is_link(path: Path) -> bool:
    """Whether a path leads elsewhere: a symbolic link, or a junction of Windows."""
    return path.is_symlink() or path.is_junction()


def _fate(planned: Plan, path: str, wanted: str) -> Fate:
    blocker = _blocker(planned.out, path)
    if blocker is not None:
        planned.fates.setdefault(blocker, Fate.FOREIGN)
        return Fate.CREATE
    if not os.path.lexists(planned.out / path):
        return Fate.CREATE
    data = _read(planned, path)
    if data is None:
        return Fate.FOREIGN
    have = digest(data)
    if have == wanted:
        return Fate.KEEP
    hashes = planned.known.get(path)
    if hashes is None:
        return Fate.FOREIGN
    return Fate.CHANGE if have in hashes else Fate.EDITED


def _blocker(out: Path, path: str) -> str | None:
    """The file or link that stands where a folder of the path would be."""
    for above in reversed(PurePosixPath(path).parents[:-1]):
        at = out / above
        if is_link(at) or (at.exists() and not at.is_dir()):
            return str(above)
    return None


def _read(planned: Plan, path: str) -> bytes | None:
    """The bytes of what stands at a path that nothing blocks; None where it is no plain file."""
    at = planned.out / path
    if at.is_symlink() or not at.is_file():
        return None
    planned.before[path] = at.read_bytes()
    return planned.before[path]


def _strays(out: Path) -> Iterator[str]:
    """Everything in the folders that Rojo takes into the place, ours or not."""
    for root in FOLDERS:
        if is_link(out / root):
            yield root
            continue
        for folder, names, files in os.walk(out / root):
            names.sort()
            for name in files:
                yield (Path(folder) / name).relative_to(out).as_posix()
            for name in names:
                if is_link(Path(folder) / name):
                    yield (Path(folder) / name).relative_to(out).as_posix()
