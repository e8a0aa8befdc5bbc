"""A build killed at any moment: no file is half written, and the next build ends in the bytes of a clean one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.publish.test_publish import changed
from tests.support.projects import Project, hashes

BUILD = ROOT / "tests" / "support" / "build_killed.py"
PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
BY_COUNT, BY_TIME = (140, 60) if PROVE else (14, 6)


def start(root: Path, at: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "KILL_AT": str(at)}
    return subprocess.Popen(
        [sys.executable, BUILD, root], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


class Trees:
    """A built project, a changed spec, and what each of the two gives."""

    def __init__(self, folder: Path) -> None:
        self.before = Project(folder / "before").copy(ROOT / "specs")
        assert self.before.run("build").code == 0
        self.old = self.before.tree()
        after = Project(folder / "after").copy(ROOT / "specs")
        changed(after)
        assert after.run("build").code == 0
        self.new = after.tree()
        self.folder = folder

    def fresh(self, name: str) -> Project:
        """A copy of the old build under the changed specs."""
        shutil.copytree(self.before.root, self.folder / name)
        project = Project(self.folder / name)
        changed(project)
        return project

    def check(self, project: Project) -> None:
        """Every file is the old one or the new one, whole; a second build ends in the bytes of a clean build."""
        for path, digest in hashes(project.root / "out").items():
            if not path.startswith(".ovhlgen/"):
                assert digest in (self.old.get(path), self.new.get(path)), f"{path} is half written"
        result = project.json("build")
        assert (result.code, [code for code in result.codes if code[0] == "E"]) == (0, [])
        assert project.tree() == self.new
        shutil.rmtree(project.root)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Trees:
    return Trees(tmp_path_factory.mktemp("trees"))


def test_killed_between_two_changes(trees: Trees) -> None:
    """Before the n-th change to the disk, for n over the whole build: between its first write and its last."""
    project = trees.fresh("count")
    done = start(project.root, 0)
    total = int(done.communicate()[0])
    assert project.tree() == trees.new
    shutil.rmtree(project.root)
    moments = [1 + number * (total - 1) // (BY_COUNT - 1) for number in range(BY_COUNT)]
    assert total > 60
    for number, at in enumerate(moments):
        project = trees.fresh(f"count{number}")
        killed = start(project.root, at)
        killed.communicate()
        assert killed.returncode == -signal.SIGKILL
        trees.check(project)


def test_killed_at_any_moment(trees: Trees) -> None:
    """By the clock, so that a kill also falls into the middle of a write."""
    chance = random.Random(7)
    began = time.monotonic()
    start(trees.fresh("time").root, 0).communicate()
    whole = time.monotonic() - began
    for number in range(BY_TIME):
        project = trees.fresh(f"time{number}")
        killed = start(project.root, 0)
        time.sleep(chance.uniform(0.3, 1.05) * whole)
        killed.kill()
        killed.communicate()
        trees.check(project)


def test_a_first_build_that_is_killed(trees: Trees, tmp_path: Path) -> None:
    """Without an out/ before: whatever is left is known as ours and finished."""
    for at in (1, 2, 3, 30, 80, 120):
        project = Project(tmp_path / str(at)).copy(ROOT / "specs")
        killed = start(project.root, at)
        killed.communicate()
        assert killed.returncode == -signal.SIGKILL
        assert project.run("build").code == 0
        assert project.tree() == trees.old
