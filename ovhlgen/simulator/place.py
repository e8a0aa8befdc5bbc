"""Builds the place with Rojo; where in it a generated file is."""

from __future__ import annotations

from pathlib import Path

from ovhlgen.tools.find import need
from ovhlgen.tools.run import ToolError, run

_ROOTS = {
    "Server": "ServerScriptService.Server",
    "Client": "StarterPlayer.StarterPlayerScripts.Client",
    "Shared": "ReplicatedStorage.Shared",
}


def build_place(root: Path, place: Path) -> None:
    """`rojo build`. Raises ToolError with what Rojo says."""
    done = run([need("rojo"), "build", root / "out", "-o", place, "--color", "never"])
    if done.code != 0:
        raise ToolError(f"rojo: {done.last_lines}")


def instance_path(path: str) -> str:
    """`src/Server/Core/X` → `ServerScriptService.Server.Core.X`."""
    _, root, *rest = path.split("/")
    return ".".join([_ROOTS[root], *rest])
