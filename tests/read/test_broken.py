"""Which parts of the specs have findings of their own: by kind and name, a worker by its path."""

from __future__ import annotations

from ovhlgen.model.project import Broken
from ovhlgen.read.project import read_project
from tests.support.projects import Project


def test_what_is_broken_is_told_by_kind_and_name(project: Project) -> None:
    """A module of many is named; the only data.yaml is its kind; a worker that isn't UTF-8 is its path."""
    worker = "specs/modules/Party/Logic.luau"
    project.base().append("specs/modules/Party/module.yaml", "nonsense: 1\n").write({"specs/data.yaml": "store: 5\n"})
    (project.root / worker).write_bytes(b"\xff\xfe")
    read = read_project(project.root).project
    assert read is not None
    assert read.broken == {Broken("module", "Party"), Broken("data", "data"), Broken("file", worker)}
    assert read.is_broken("module")
    assert not read.is_broken("module", "Other")
    assert read.is_broken("data")
    assert not read.is_broken("theme")
