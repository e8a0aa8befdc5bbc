"""Projects in temporary folders, and the command line run inside this process."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from ovhlgen.cli.entry import run
from ovhlgen.diagnostics.catalogue import base


@dataclass(frozen=True)
class Result:
    """What a command ended with and printed."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of a run with `--format json`."""
        return list(json.loads(self.out)["diagnostics"])

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in self.findings]


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root

    def copy(self, specs: Path) -> Project:
        shutil.copytree(specs, self.root / "specs")
        return self

    def base(self) -> Project:
        """The smallest project, the one under the catalogue's examples."""
        return self.write(base())

    def write(self, files: Mapping[str, str]) -> Project:
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="")
        return self

    def append(self, path: str, text: str) -> Project:
        with (self.root / path).open("a", encoding="utf-8", newline="") as file:
            file.write(text)
        return self

    def edit(self, path: str, old: str, new: str) -> Project:
        text = (self.root / path).read_text("utf-8")
        assert old in text, f"{path} doesn't hold {old!r}"
        (self.root / path).write_text(text.replace(old, new), "utf-8", newline="")
        return self

    def size(self, path: str) -> int:
        """Bytes of a file."""
        return (self.root / path).stat().st_size

    def run(self, command: str, *args: str, env: Mapping[str, str] | None = None) -> Result:
        """`ovhlgen COMMAND -C ROOT ARGS`."""
        return invoke(command, "-C", str(self.root), *args, env=env)

    def json(self, command: str = "check", *args: str) -> Result:
        return self.run(command, "--format", "json", *args)

    def tree(self) -> dict[str, str]:
        """The hash of every file of out/."""
        return hashes(self.root / "out")


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def times(folder: Path) -> dict[str, int]:
    """The modification time of every file, in nanoseconds."""
    return {path.as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def is_ignored(root: Path, path: str) -> bool:
    """Whether Git leaves a file of a project out of its repository."""
    subprocess.run(["git", "init", "-q", root], check=True)
    return subprocess.run(["git", "-C", root, "check-ignore", "-q", path], check=False).returncode == 0


def invoke(*args: str, env: Mapping[str, str] | None = None) -> Result:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _environment(env):
        code = run(list(args))
    return Result(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _environment(env: Mapping[str, str] | None) -> Iterator[None]:
    cleared = {"OVHLGEN_LANG": "en"}
    with mock.patch.dict(os.environ, {**cleared, **(env or {})}):
        yield
