"""Fixtures that every test may use. Tests go through the command line wherever that is the public way in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.projects import Project

ROOT = Path(__file__).parent.parent

# The same cases on every machine, however slow: a failure is a change, not chance.
settings.register_profile("everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("everywhere")


_CACHE = "OVHLGEN_CACHE"
_INSTALLED = os.environ.get(_CACHE)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test without the mark `tools` finds no tool where they are installed either: `make quick` needs none."""
    cache = _INSTALLED if item.get_closest_marker("tools") else str(ROOT / ".pytest_cache" / "no-tools")
    if cache is None:
        os.environ.pop(_CACHE, None)
    else:
        os.environ[_CACHE] = cache


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
