"""`ovhlgen lint`: findings at the file that a person can change."""

from __future__ import annotations

from unittest import mock

import pytest

from ovhlgen import luau
from ovhlgen.schema.game import PAGES
from tests.support.projects import Project

pytestmark = pytest.mark.tools


def test_the_example_is_clean(example: Project) -> None:
    result = example.json("lint")
    assert (result.code, result.findings) == (0, [])


def test_party_is_clean(party: Project) -> None:
    result = party.json("lint")
    assert (result.code, result.findings) == (0, [])


@pytest.mark.parametrize("page", PAGES)
def test_a_panel_of_one_page_is_clean(project: Project, page: str) -> None:
    """In a game that has nothing else: no settings, no data."""
    roles = "roles: { Guest: { rank: 0 }, Admin: { rank: 1 } }\ndefault: Guest\nsources: [{ users: { Admin: [1] } }]\n"
    files = {"specs/roles.yaml": roles, "specs/admin.yaml": f"roles: [Admin]\npages: [{page}]\n"}
    project.write({"specs/project.yaml": "ovhl: 1\nname: Test\n", **files})
    assert project.run("build").code == 0
    result = project.json("lint", "--types")
    assert (result.code, result.findings) == (0, [])


def test_findings_in_workers_are_at_the_worker(example: Project) -> None:
    path = "specs/modules/MusicModule/Queue.luau"
    example.edit(path, "local Queue = {}\n", 'local Queue = {}\nlocal part = Instance.new("Prat")\n')
    found = example.json("lint").findings
    assert {(one["file"], one["line"], one["code"]) for one in found} == {
        (path, 6, "E1122"),
        (path, 6, "W1123"),
    }


def test_fix_formats_workers_and_nothing_else(example: Project) -> None:
    path = "specs/modules/MusicModule/Queue.luau"
    before = (example.root / path).read_text()
    example.edit(path, "local Queue = {}", "local  Queue={}")
    assert example.json("lint").codes == ["E1121"]
    assert example.run("lint", "--fix").code == 0
    assert (example.root / path).read_text() == before


def test_findings_in_generated_code_are_a_defect(example: Project) -> None:
    """E1124, exit 70: nobody is told to mend what we print."""

    def sloppy(value: object, indent: int = 0, lead: int = 0, tail: int = 0) -> str:
        return "{  }"

    with mock.patch("ovhlgen.lower.module.literal", sloppy):
        assert luau.literal([]) == "{}"
        result = example.json("lint")
    assert result.code == 70
    assert set(result.codes) == {"E1124"}
