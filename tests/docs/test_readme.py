"""The documents' commands and examples run, and print what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ovhlgen.cli.entry import COMMANDS
from tests.conftest import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def sessions(text: str) -> list[tuple[str, str]]:
    """The commands of all `console` blocks, each with the output written below it."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.tools
def test_the_readmes_tour(tmp_path: Path) -> None:
    """Every command of the tour, in order, in an empty folder: the output is the README's, byte for byte."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "OVHLGEN_LANG": "en"}
    folder = tmp_path
    for command, wanted in sessions((ROOT / "README.md").read_text("utf-8")):
        if command.startswith("cd "):
            folder = folder / command[3:]
            continue
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.stdout + done.stderr == wanted, command


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"`{command}" in text, command


def test_the_readmes_table_is_that_of_make_bench() -> None:
    """The rows are the tasks of bench/build.py."""
    text = (ROOT / "README.md").read_text("utf-8")
    source = (ROOT / "bench/build.py").read_text("utf-8")
    for name in re.findall(r'Task\(f?"(.*?)"', source):
        assert f"| {name.replace('{MANY + 4}', '104')} |" in text, name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_codes_in_documents_exist(path: Path) -> None:
    from ovhlgen.diagnostics.catalogue import codes

    for code in re.findall(r"\b[EWN]\d{4}\b", path.read_text("utf-8")):
        assert code in codes()


def test_the_workflow_of_ci_is_the_readmes() -> None:
    """`.ci/run` calls the two commands."""
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert "make build\n" in script
    assert "make test\n" in script
