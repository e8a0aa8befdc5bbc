"""Games with thousands of events: what the build prints is small, compiles, checks and boots."""

from __future__ import annotations

import os
import time

import pytest

from ovhlgen.pipeline import load
from ovhlgen.simulator.boot import boot
from tests.network.many import specs
from tests.support.projects import Project

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
COUNT = 5_000 if PROVE else 500
EACH = 3 * 1024  # bytes of Luau for an event
FILE = 150_000  # characters; Studio's own limit is 200,000


def built(project: Project, events: int) -> float:
    """Seconds that the build took."""
    project.write(specs(events))
    began = time.perf_counter()
    result = project.run("build", "-q")
    assert result.code == 0, result.out
    return time.perf_counter() - began


def sources(project: Project) -> dict[str, str]:
    root = project.root / "out/src"
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*.luau"))}


def test_a_file_stays_small_however_many_there_are(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    built(project, COUNT)
    found = sources(project)
    codecs = [text for path, text in found.items() if path.startswith(("Shared/Network/Layouts/", "Shared/Network/St"))]
    assert sum(map(len, codecs)) <= EACH * COUNT
    assert max((len(text), path) for path, text in found.items())[0] < FILE
    again = Project(tmp_path_factory.mktemp("again") / "game")
    again.root.mkdir()
    built(again, COUNT)
    assert sources(again) == found, "to the byte"


@pytest.mark.tools
def test_it_compiles_checks_and_boots(project: Project) -> None:
    built(project, COUNT)
    loaded = load(project.root).project
    assert loaded is not None
    assert boot(project.root, loaded).problems == []
    if PROVE:
        findings = project.json("lint", "--types").findings
        assert [one for one in findings if one["severity"] != "note"] == []


def test_a_build_takes_the_same_time_for_each_event(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Machines that test are busy: the promised factor is the proof's."""
    few, many, factor = (1_000, 5_000, 1.5) if PROVE else (100, 500, 4.0)
    took = {}
    for count in (few, many):
        project = Project(tmp_path_factory.mktemp("many") / "game")
        project.root.mkdir()
        took[count] = min(built(project, count), built(project, count)) / count
    assert took[many] < factor * took[few], took
