"""A project as large as a team's: 0 findings, and a mistake in it is still found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import Project
from tests.types.big import hub_and_spokes

pytestmark = pytest.mark.tools
LOGIC, STORED = "specs/modules/Hub/Logic.luau", "specs/modules/Hub/Stored.luau"


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return hub_and_spokes(tmp_path_factory.mktemp("big"))


def test_no_findings(big: Project) -> None:
    """60 data keys of 12 types, 30 dependencies of one module, `uses` back, 300 events, 40 catalogues."""
    result = big.json("lint", "--types")
    assert [one for one in result.findings if not one["code"].startswith("N")] == []
    assert result.code == 0


@pytest.mark.parametrize(
    ("right", "wrong", "word"),
    [
        ('data:Set("key_0", 1)', 'data:Set("key_0", "1")', "key_0"),
        ('data:Set("key_13", "a")', 'data:Set("ky_13", "a")', "ky_13"),
        ("data:Set(Types.Keys.key_11, nil)", "data:Set(Types.Keys.key_11, 3)", "key_11"),
        ("data:Set(Types.Keys.key_59, nil)", "data:Set(Types.Keys.key59, nil)", "key59"),
        ("total += context.Spoke29:Count()", "total += context.Spoke30:Count()", "Spoke30"),
        ('count(context.Catalogues.Goods39:Get("a"))', 'count(context.Catalogues.Goods40:Get("a"))', "Goods40"),
    ],
)
def test_mistakes_in_it_are_found(tmp_path: Path, right: str, wrong: str, word: str) -> None:
    project = hub_and_spokes(tmp_path)
    worker = STORED if "data:" in wrong else LOGIC
    project.edit(worker, right, wrong)
    lines = (tmp_path / worker).read_text("utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if wrong in text)
    found = [one for one in project.json("lint", "--types").findings if one["code"] == "E1125"]
    assert {(one["file"], one["line"]) for one in found} == {(worker, line)}
    assert any(word in one["message"] for one in found)
