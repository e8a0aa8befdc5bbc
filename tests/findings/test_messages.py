"""Wrong inputs, each with the text that has to be in the answer: at its place, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.support.projects import Project

SHOP = ROOT / "tests" / "fixtures" / "shop" / "specs"
MISTAKES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/findings/mistakes.yaml").read_text("utf-8"))


def answer(finding: dict[str, Any]) -> str:
    return " ".join([finding["message"], finding["suggestion"] or "", *finding["notes"]])


def quoted(finding: dict[str, Any]) -> list[str]:
    """The name that a finding is about: it is never suggested in its own place."""
    return re.findall("`([^`]*)`", finding["message"])[:1]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("shop")).copy(SHOP)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{one['file']}: {one['new']!r}" for one in MISTAKES])
def test_a_mistake_is_answered_where_it_is(shop: Project, mistake: dict[str, Any]) -> None:
    """In the file and at a line of what was written; the English answer and the Indonesian one say what to do."""
    path = shop.root / "specs" / mistake["file"]
    before = path.read_text("utf-8") if path.exists() else None
    text, lines = mistake["new"], range(1, 2)
    if before is not None:
        assert before.count(mistake["old"]) >= 1
        at = before.index(mistake["old"])
        text = before[:at] + mistake["new"] + before[at + len(mistake["old"]) :]
        first = before[:at].count("\n") + 1
        lines = range(first, first + mistake["new"].count("\n") + 1)
    shop.write({f"specs/{mistake['file']}": text})
    where = f"specs/{mistake.get('at', mistake['file'])}"
    try:
        for language in ("en", "id"):
            found = shop.run("check", "--format", "json", "--lang", language).findings
            here = [one for one in found if one["file"] == where and ("at" in mistake or one["line"] in lines)]
            if mistake["new"] == "":  # what is missing is missed where its mapping begins
                here = [one for one in found if one["file"] == where]
            assert any(mistake[language] in answer(one) for one in here), [answer(one) for one in found]
            assert not mistake.get("once") or len(found) == 1, [answer(one) for one in found]
            assert all(one["suggestion"] not in quoted(one) for one in found if one["code"][1:3] == "04")
    finally:
        path.unlink() if before is None else path.write_text(before, "utf-8", newline="")


def test_there_are_sixty_and_more() -> None:
    """Each differs from the others in what is written, or in its place."""
    assert len({(one["file"], one.get("old"), one["new"]) for one in MISTAKES}) == len(MISTAKES) >= 60
