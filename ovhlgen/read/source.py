"""The files of `specs/`: found, limited, decoded. Nothing outside `specs/` is ever opened."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ovhlgen.diagnostics import Source, Sources, Span, problem

MAX_BYTES = 1024 * 1024  # of one file, by the spec language
SUFFIXES = (".yaml", ".yml", ".luau", ".lua")  # anything else in `specs/` is left to whoever put it there


def read_sources(root: Path) -> Sources:
    """All specs and workers of `root/specs`, in byte order of their paths. Links aren't followed."""
    sources = Sources()
    specs = root / "specs"
    if not specs.is_dir() or specs.is_symlink():
        where = "a symbolic link" if specs.is_symlink() else "no such folder"
        sources.problems.append(problem("E0001", Span("specs"), folder=str(root), found=where))
        return sources
    for relative, entry in sorted(_walk(specs, "specs")):
        if entry.is_symlink():
            sources.problems.append(problem("E0010", Span(relative)))
        elif not relative.endswith(SUFFIXES):
            continue
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            sources.problems.append(problem("E0003", Span(relative), reason="not a regular file"))
        else:
            _read(sources, relative, root / relative)
    return sources


def digest(sources: Sources) -> str:
    """The same for the same files, whatever their line endings."""
    whole = hashlib.sha256()
    for path, source in sorted(sources.files.items()):
        for text in (path, source.text):
            data = text.encode("utf-8", "surrogateescape")
            whole.update(b"%d:%b" % (len(data), data))
    return whole.hexdigest()


def _walk(folder: Path, relative: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{relative}/{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(folder / entry.name, path)
            else:
                yield path, entry


def _read(sources: Sources, relative: str, path: Path) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        sources.problems.append(problem("E0003", Span(relative), reason=reason))
        return
    if len(data) > MAX_BYTES:
        sources.problems.append(problem("E0004", Span(relative), what="1 MiB"))
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"byte {error.start + 1} isn't UTF-8"
        sources.problems.append(problem("E0003", Span(relative), reason=reason))
        return
    if "\0" in text:
        sources.problems.append(problem("E0003", Span(relative), reason="it holds a NUL byte"))
        return
    sources.files[relative] = Source(relative, text.replace("\r\n", "\n"))
