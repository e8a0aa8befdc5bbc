"""What ovhlgen wrote: `out/.ovhlgen/manifest.json`, and the journal of a build that may have been killed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ovhlgen import __version__
from ovhlgen.emit.render import Rendered

FOLDER = ".ovhlgen"
MANIFEST = f"{FOLDER}/manifest.json"
JOURNAL = f"{FOLDER}/journal.json"
STAGE = f"{FOLDER}/stage"
BACKUP = f"{FOLDER}/backup"
LOCK = f"{FOLDER}/lock"

type Known = dict[str, set[str]]  # the hashes under which a path is ours


def digest(data: bytes) -> str:
    """Of a text, whatever its line endings: Git may check `out` out with CRLF."""
    return hashlib.sha256(with_lf(data)).hexdigest()


def with_lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def manifest_bytes(files: Mapping[str, Rendered]) -> bytes:
    """Every generated file with its hash and inputs, sorted: the same for the same files."""
    return _manifest({path: (digest(file.data), list(file.inputs)) for path, file in files.items()})


def kept_bytes(known: Known) -> bytes:
    """A manifest of files that stay though no spec gives them: they are known as edited, and `out` as ours."""
    return _manifest({path: (min(hashes), []) for path, hashes in known.items()})


def _manifest(files: Mapping[str, tuple[str, list[str]]]) -> bytes:
    """From the hash and the inputs of each file."""
    entries = {path: {"sha256": sha256, "inputs": inputs} for path, (sha256, inputs) in sorted(files.items())}
    return dump({"version": 1, "ovhlgen": __version__, "files": entries})


def journal_bytes(known: Known, files: Mapping[str, Rendered]) -> bytes:
    """All hashes that a file may have while this build is at work."""
    merged = {path: set(hashes) for path, hashes in known.items()}
    for path, file in files.items():
        merged.setdefault(path, set()).add(digest(file.data))
    return dump({"version": 1, "files": {path: sorted(hashes) for path, hashes in sorted(merged.items())}})


def dump(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def read_known(out: Path) -> Known:
    """What is ours in `out`: the manifest's files and those of an unfinished build's journal.

    A file that is missing or unreadable counts as empty: what it would have named is then somebody else's.
    """
    known: Known = {}
    for path, entry in _files(out / MANIFEST).items():
        if isinstance(entry, dict) and isinstance(entry.get("sha256"), str):
            known.setdefault(path, set()).add(entry["sha256"])
    for path, hashes in _files(out / JOURNAL).items():
        if isinstance(hashes, list):
            known.setdefault(path, set()).update(one for one in hashes if isinstance(one, str))
    return known


def _files(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    files = value.get("files") if isinstance(value, dict) else None
    if not isinstance(files, dict):
        return {}
    return {name: entry for name, entry in files.items() if _is_safe(name)}


def _is_safe(path: str) -> bool:
    """A manifest may have been edited: nothing outside `out` is ever removed by it."""
    parts = path.split("/")
    return not path.startswith("/") and "\\" not in path and ":" not in path and ".." not in parts
