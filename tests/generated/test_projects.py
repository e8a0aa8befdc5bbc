"""Not fitted to the example: random projects build the same everywhere, format, lint, compile and boot."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from ovhlgen.simulator.boot import CLIENT
from ovhlgen.simulator.inspection import Inspection
from ovhlgen.simulator.output import output
from ovhlgen.simulator.place import build_place
from ovhlgen.simulator.session import Session
from tests.conftest import ROOT
from tests.support.projects import Project, hashes
from tests.support.strategies import projects

COUNT = 200 if os.environ.get("OVHLGEN_PROVE") else 30
ELSEWHERE = ROOT / "tests" / "support" / "build_elsewhere.py"


def build_elsewhere(project: Project, seed: int) -> dict[str, str]:
    """Another process, path, hash seed, directory order, and CRLF line ends."""
    other = project.root.parent / f"another path {seed}"
    for path in (project.root / "specs").rglob("*"):
        if path.is_file():
            target = other / path.relative_to(project.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "SHUFFLE": str(seed)}
    done = subprocess.run(
        [sys.executable, ELSEWHERE, other], env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = hashes(other / "out")
    shutil.rmtree(other)
    return found


@pytest.mark.tools
@settings(
    max_examples=COUNT,
    phases=[Phase.explicit, Phase.generate],  # each case takes about a second: shrink by hand
    suppress_health_check=list(HealthCheck),
)
@given(files=projects())
def test_any_project_builds_formats_lints_and_boots(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "game").write(files)
        checked = project.json("check")
        assert [one for one in checked.findings if one["severity"] != "note"] == []
        assert project.run("build").code == 0
        built = project.tree()
        seed = random.Random(len(files)).randrange(1, 1000)
        assert build_elsewhere(project, seed) == built
        linted = project.json("lint", "--types")
        assert [one for one in linted.findings if one["severity"] != "note" and one["file"].startswith("out/")] == []
        boots(project)


def boots(project: Project) -> None:
    """Every file compiles and both sides come to CoreReady without an error."""
    place = project.root / "game.rbxl"
    build_place(project.root, place)
    with Session(place, patience=300) as session:
        assert Inspection.take(session).broken == []
        session.ask("boot")
        session.ask("advance", seconds=0.5)
        session.ask("join", name=CLIENT, user_id=1)
        session.ask("advance", seconds=5)
        lines = list(output(session.facts))
    assert [line for line in lines if line.level == "error"] == []
    for side in ("server", CLIENT):
        texts = [line.text for line in lines if line.side == side]
        assert any("[Kernel] CoreReady" in text for text in texts), texts
    assert [line.text for line in lines if "💀" in line.text and "[Kernel]" in line.text] == []
