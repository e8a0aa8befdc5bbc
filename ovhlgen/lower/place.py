"""Rojo's tree: which folders and files of a game stand where in its place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any


@dataclass(slots=True)
class _Folder:
    """`files` are paths on the disk by their names in the folder."""

    path: str
    folders: dict[str, _Folder] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def disk_paths(self) -> Iterator[tuple[str, str]]:
        """Every file below it: its path in the place, and on the disk."""
        yield from ((f"{self.path}/{name}", path) for name, path in self.files.items())
        for folder in self.folders.values():
            yield from folder.disk_paths()

    def roots(self) -> set[str | None]:
        """The folders of the disk that hold its files under their own paths; None for a file that has another."""
        return {path.removesuffix(f"/{own}") if path.endswith(f"/{own}") else None for own, path in self.disk_paths()}


@dataclass(frozen=True, slots=True)
class Tree:
    """`nodes` are Rojo's, by the name of the root; `ignored` are folders that Rojo mustn't take in by itself."""

    nodes: dict[str, Any]
    ignored: list[str]


def tree(files: Mapping[str, str]) -> Tree:
    """`files` are paths on the disk by paths in the place, such as `Server/Types.luau`.

    A folder whose files stand together on the disk is one `$path`; of another each part has its own.
    """
    top = _Folder("")
    for path, disk in files.items():
        *above, name = PurePosixPath(path).parts
        folder = top
        for step in above:
            folder = folder.folders.setdefault(step, _Folder(posixpath.join(folder.path, step)))
        folder.files[name] = disk
    ignored: list[str] = []
    nodes = {name: _node(folder, ignored) for name, folder in sorted(top.folders.items())}
    return Tree(nodes, sorted(ignored))


def _node(folder: _Folder, ignored: list[str]) -> dict[str, Any]:
    roots = folder.roots()
    if len(roots) == 1 and None not in roots:
        return {"$path": f"{roots.pop()}/{folder.path}"}
    script = next((path for name, path in folder.files.items() if name.startswith("init.")), None)
    if script is None:
        return {"$className": "Folder", **_parts(folder, None, ignored)}
    base = posixpath.dirname(script)
    return {"$path": base, **_parts(folder, base, ignored)}


def _parts(folder: _Folder, base: str | None, ignored: list[str]) -> dict[str, Any]:
    """The nodes inside a folder. With a `base` Rojo takes in by itself what stands there."""
    nodes: dict[str, Any] = {}
    for name, path in folder.files.items():
        if posixpath.dirname(path) != base or posixpath.basename(path) != name:
            nodes[PurePosixPath(name).stem] = {"$path": path}
    for name, inner in folder.folders.items():
        node = _node(inner, ignored)
        if base is not None and node == {"$path": f"{base}/{name}"}:
            continue
        if base is not None and any(path.startswith(f"{base}/{name}/") for _, path in inner.disk_paths()):
            ignored.append(f"{base}/{name}")
        nodes[name] = node
    return {name: nodes[name] for name in sorted(nodes)}
