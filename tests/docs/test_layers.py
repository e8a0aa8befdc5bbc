"""The house's rule: imports point one way, and start-up stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

# Each room may import from itself and from those before it.
ORDER = [
    "resources",
    "luau",
    "diagnostics",
    "language",
    "schema",
    "model",
    "read",
    "resolve",
    "services",
    "check",
    "tools",
    "lower",
    "emit",
    "publish",
    "pipeline",
    "reports",
    "lint",
    "picture",
    "simulator",
    "scenarios",
    "logs",
    "preview",
    "cli",
    "__main__",
]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ovhlgen"):
            parts = node.module.split(".")
            found.update([parts[1]] if len(parts) > 1 else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("ovhlgen."))
    return found - {"__version__"}


def test_imports_point_one_way() -> None:
    """model ← read ← resolve ← services ← check ← lower ← emit ← publish ← pipeline ← cli."""
    wrong = []
    for path in sorted((ROOT / "ovhlgen").rglob("*.py")):
        room = path.relative_to(ROOT / "ovhlgen").parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        wrong += [f"{path.name} imports {one}" for one in imports(path) if ORDER.index(one) > ORDER.index(room)]
    assert wrong == []


def test_starting_up_loads_nothing_heavy() -> None:
    """`ovhlgen --version` needs click alone."""
    code = "import sys; from ovhlgen.cli.entry import run; run(['--version']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert loaded & {"jinja2", "yaml", "jsonschema", "tree_sitter", "rich", "watchfiles", "asyncio"} == set()


def test_building_loads_only_what_it_uses() -> None:
    """A build without findings to colour and without `watch` loads neither rich nor watchfiles."""
    code = (
        "import sys; from ovhlgen.cli.entry import run; "
        "run(['check', '-q', '-C', sys.argv[1]]); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, ROOT], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in done.stderr.split()} & {"rich", "watchfiles", "asyncio"} == set()
