"""Fixtures that every test may use. Tests go through the command line wherever that is the public way in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.projects import Project

ROOT = Path(__file__).parent.parent

# The same cases on every machine, however slow: a failure is a change, not chance.
settings.register_profile("everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("everywhere")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty folder with helpers to fill it and to run commands in it."""
    return Project(tmp_path)


@pytest.fixture
def example(tmp_path: Path) -> Project:
    """A copy of the repository's own game, PuraPuraPesta."""
    return Project(tmp_path).copy(ROOT / "specs")


@pytest.fixture
def party(tmp_path: Path) -> Project:
    """A copy of the fixture game in which every module runs."""
    return Project(tmp_path).copy(ROOT / "tests" / "fixtures" / "party" / "specs")
