"""The file that lines are kept in: whole lines only, never larger than it may be, whatever ends the process."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

KEPT = 5  # files that were full, besides the one that is written: NAME.1.md is the newest
_TIME = b"[0000-00-00 00:00:00]"


class LogFile:
    """Appends batches of lines to the file `name` of the project in `root`. `max_size` is in bytes: a file that a batch
    would make larger is put aside first.
    """

    def __init__(self, root: Path, name: str, max_size: int) -> None:
        self.root, self.path, self.max_size = root, root / name, max_size

    def refusal(self) -> str | None:
        """Why it isn't a file of the log's own, to be written and put aside; None where it is, or doesn't exist yet.
        Raises OSError."""
        for path in (self.path, *(self.aside(number) for number in range(1, KEPT + 1))):
            steps = [path, *(parent for parent in path.parents if self.root in parent.parents)]
            if any(step.is_symlink() for step in steps):
                return f"{path.relative_to(self.root).as_posix()} is reached by a link"
            if path.exists() and not _begins_as_log(path):
                return f"{path.relative_to(self.root).as_posix()} holds something else"
        return None

    def repair(self) -> int:
        """Cuts a last line that was written half: how many bytes of it. Whoever sent it sends it again."""
        if not self.path.exists():
            return 0
        with self.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            whole = _end_of_last_line(file, size)
            if whole < size:
                file.truncate(whole)
                file.flush()
                os.fsync(file.fileno())
            return size - whole

    def append(self, lines: Sequence[str]) -> None:
        """All of them, on the disk when it returns. Raises OSError; the file then holds whole lines all the same."""
        data = "".join(f"{line}\n" for line in lines).encode("utf-8")
        size = self.path.stat().st_size if self.path.exists() else 0
        if size > 0 and size + len(data) > self.max_size:
            self._rotate()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as file:
            before = file.seek(0, os.SEEK_END)
            try:
                _write(file.fileno(), data)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(before)  # a disk that is full keeps no half line
                raise

    def aside(self, number: int) -> Path:
        """`OVHL_OJOL_LOGS.1.md`, …"""
        return self.path.with_name(f"{self.path.stem}.{number}{self.path.suffix}")

    def _rotate(self) -> None:
        self.aside(KEPT).unlink(missing_ok=True)
        for number in range(KEPT - 1, 0, -1):
            if self.aside(number).exists():
                self.aside(number).replace(self.aside(number + 1))
        self.path.replace(self.aside(1))

    def all(self) -> Iterator[str]:
        """Every line that is kept, oldest first, the files that were put aside included."""
        paths = [*(self.aside(number) for number in range(KEPT, 0, -1)), self.path]
        for path in paths:
            if path.exists():
                with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
                    for line in file:
                        yield line.rstrip("\n")


def _begins_as_log(path: Path) -> bool:
    """With a time, as every line does; all that there is may be a part of it."""
    with path.open("rb") as file:
        return _TIME.startswith(re.sub(rb"\d", b"0", file.read(len(_TIME))))


def _write(handle: int, data: bytes) -> None:
    """os.write may take a part alone."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _end_of_last_line(file: BinaryIO, size: int) -> int:
    step = 64 * 1024
    end = size
    while end > 0:
        begin = max(0, end - step)
        file.seek(begin)
        at = file.read(end - begin).rfind(b"\n")
        if at >= 0:
            return begin + at + 1
        end = begin
    return 0
