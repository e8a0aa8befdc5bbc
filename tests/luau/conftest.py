"""The party's place, built once for the tests that only run it."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.support.games import Game
from tests.support.projects import Project


@pytest.fixture(scope="session")
def party_game(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return Game(Project(tmp_path_factory.mktemp("party")).copy(ROOT / "tests/fixtures/party/specs"))
