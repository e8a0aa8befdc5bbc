"""What happens to each file: create, change, keep, remove, or refuse because somebody edited it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from ovhlgen.emit.render import Rendered
from ovhlgen.publish.manifest import FOLDER, JOURNAL, MANIFEST, Known, digest, read_known


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
        return self.paths(Fate.EDITED, Fate.FOREIGN)

    @property
    def is_drift(self) -> bool:
        return any(fate is not Fate.KEEP for fate in self.fates.values())


def plan(out: Path, wanted: Mapping[str, Rendered]) -> Plan:
    """Compares the wanted files with the disk. Reads only."""
    found = Plan(out, wanted, known=read_known(out))
    found.is_ours = is_ours(out)
    for path, file in wanted.items():
        found.fates[path] = _fate(found, path, digest(file.data))
    for path in found.known:
        if path not in wanted and os.path.lexists(out / path):
            data = _read(found, path)
            ours = data is not None and digest(data) in found.known[path]
            found.fates[path] = Fate.REMOVE if ours else Fate.EDITED
    for path in _strays(out):
        found.fates.setdefault(path, Fate.FOREIGN)
    return found


def is_ours(out: Path) -> bool:
    """Whether `out` may be written to: absent, empty, or made by ovhlgen."""
    if out.is_symlink() or (out / FOLDER).is_symlink() or (out.exists() and not out.is_dir()):
        return False
    if not out.exists() or (out / MANIFEST).is_file() or (out / JOURNAL).is_file():
        return True
    return all(item.name == FOLDER for item in out.iterdir())


def _fate(found: Plan, path: str, wanted: str) -> Fate:
    if not os.path.lexists(found.out / path) and not _is_blocked(found.out, path):
        return Fate.CREATE
    data = _read(found, path)
    if data is None:
        return Fate.FOREIGN
    have = digest(data)
    if have == wanted:
        return Fate.KEEP
    hashes = found.known.get(path)
    if hashes is None:
        return Fate.FOREIGN
    return Fate.CHANGE if have in hashes else Fate.EDITED


def _is_blocked(out: Path, path: str) -> bool:
    """A file or link stands where a folder of the path would be."""
    at = out
    for part in path.split("/")[:-1]:
        at = at / part
        if at.is_symlink() or (at.exists() and not at.is_dir()):
            return True
    return False


def _read(found: Plan, path: str) -> bytes | None:
    """The file's bytes; None where it is no plain file of ours to read."""
    if _is_blocked(found.out, path) or (found.out / path).is_symlink() or not (found.out / path).is_file():
        return None
    data = (found.out / path).read_bytes()
    found.before[path] = data
    return data


def _strays(out: Path) -> Iterator[str]:
    """Everything below out/src: Rojo would take it into the place, ours or not."""
    for folder, names, files in os.walk(out / "src"):
        names.sort()
        for name in files:
            yield (Path(folder) / name).relative_to(out).as_posix()
        for name in names:
            if (Path(folder) / name).is_symlink():
                yield (Path(folder) / name).relative_to(out).as_posix()
