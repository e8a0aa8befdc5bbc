"""The permission matrix of `surface`, against a client that tries everything: what it may, and what it may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.reports.rights import Right, rights, roles
from ovhlgen.simulator.game import Answer, Game
from tests.luau.test_admin import FILES, SOURCES, playing
from tests.support.projects import Project

pytestmark = pytest.mark.tools

DOORS = {
    "specs/modules/Doors/module.yaml": """
module: Doors
realm: server
domain: OVHL_Modules
events:
  Any: { from: client, request: {}, response: boolean, rate: 100/s burst 100, worker: Logic.open }
  Vips: { from: client, request: {}, response: boolean, rate: 100/s burst 100, allow: [Vip], worker: Logic.open }
  Either: { from: client, request: {}, response: boolean, rate: 50/s, allow: [Owner, Helper], worker: Logic.open }
  Owners: { from: client, request: {}, response: boolean, rate: 100/s burst 100, allow: [Owner], worker: Logic.open }
  Closed: { from: client, request: {}, response: boolean, enabled: false, worker: Logic.open }
""",
    "specs/modules/Doors/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.open(_context: Types.Context, _player: Player): boolean
	return true
end

return Logic
""",
}
# One of each role, and of the settings a value that fits.
PEOPLE = {"Guest": 1, "Vip": 2, "Helper": 3, "Admin": 7, "Owner": 9}
VALUES = {"pace": 5, "fixed": "x", "mood": "wild", "tags": ["b"], "reloads": True, "admin_whitelist": []}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {**FILES, **DOORS}
    files["specs/roles.yaml"] = files["specs/roles.yaml"].replace(
        "users: { Vip: [2],", "users: { Vip: [2], Helper: [3],"
    )
    return Project(tmp_path_factory.mktemp("rights")).write(files).root


@pytest.fixture
def game(folder: Path) -> Iterator[Game]:
    with playing(folder, PEOPLE) as found:
        yield found


def asked(right: Right, target: int) -> tuple[str, Any]:
    """The request that does it, and its payload."""
    what, _, of = right.what.partition(" ")
    if what == "SetConfig":
        return "AdminPanel.SetConfig", {"name": of, "value": json.dumps(VALUES[of])}
    if what == "SetRole":
        return "AdminPanel.SetRole", {"user_id": target, "role": of}
    if what == "AdminPanel.SetConfig":
        return what, {"name": "pace", "value": "3"}
    if what == "AdminPanel.ReloadModule":
        return what, {"name": "Clock", "force": True}
    if what == "AdminPanel.GetLogs":
        return what, {"is_earlier": False}
    if what in ("AdminPanel.SetRole", "AdminPanel.RevokeRole"):
        given = {"user_id": target, "role": "Guest"}
        return what, given if what == "AdminPanel.SetRole" else {"user_id": target}
    return what, None


def works(answer: Answer | None) -> bool:
    assert answer is not None, "no answer"
    is_outcome = isinstance(answer.response, dict)
    return answer.code is None and not (is_outcome and answer.response.get("code"))


@pytest.mark.parametrize("player", PEOPLE)
def test_everything_is_as_the_matrix_says(game: Game, player: str) -> None:
    found = rights(game.project)
    assert {one.what for one in found if one.what.startswith("AdminPanel.")} == {
        f"AdminPanel.{name}" for name in SOURCES
    }
    for number, right in enumerate(found):
        game.advance(3)  # within each rate
        what, given = asked(right, 1000 + number)
        assert works(game.request(player, what, given)) == (player in right.roles), right
    assert not any(one.kind == "kick" for one in game.facts)


def test_the_matrix(game: Game) -> None:
    assert roles(game.project) == ("Guest", "Vip", "Helper", "Admin", "Owner")
    found = {one.what: one.roles for one in rights(game.project)}
    assert found["Doors.Any"] == ("Guest", "Vip", "Helper", "Admin", "Owner")
    assert found["Doors.Either"] == ("Helper", "Admin", "Owner")
    assert found["Doors.Closed"] == ()
    assert found["SetConfig pace"] == ("Admin", "Owner")
    assert found["SetConfig tags"] == ("Owner",)
    assert found["SetConfig fixed"] == ()
    assert (found["SetRole Vip"], found["SetRole Admin"], found["SetRole Owner"]) == (
        ("Admin", "Owner"),
        ("Owner",),
        (),
    )


def test_surface_shows_it(folder: Path) -> None:
    project = Project(folder)
    plain = json.loads(project.run("surface", "--format", "json").out)["rights"]
    assert {"what": "SetRole Admin", "roles": ["Owner"]} in plain
    text = project.run("surface").out
    assert "\nwho may what               Guest  Vip  Helper  Admin  Owner\n" in text
    assert "\nDoors.Either               –      –    yes     yes    yes\n" in text
    assert "\n| Doors.Vips | – | yes | yes | yes | yes |\n" in project.run("surface", "--format", "markdown").out
