"""What administrators do, worked out by hand, on the reference and in the game; and random requests on both."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ovhlgen.diagnostics import Source
from ovhlgen.logs.entry import line
from ovhlgen.model.node import to_plain
from ovhlgen.read.yaml import read_yaml
from ovhlgen.simulator.game import Answer, Game
from ovhlgen.simulator.session import Session
from tests.oracle.admin import Panel, Person, Setting
from tests.support.games import built

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
SCENARIOS = sorted((Path(__file__).parent / "admin").glob("*.yaml"))
RANKS = {"Guest": 0, "Vip": 1, "Admin": 100, "Owner": 200}
PEOPLE = {"Guest": (1, "Guest"), "Vip": (2, "Vip"), "Admin": (7, "Admin"), "Peer": (8, "Admin"), "Owner": (9, "Owner")}
SETTINGS = {"pace": Setting(1, 9, "Admin"), "limit": Setting(0, 5, "Owner"), "fixed": Setting(0, 9, None)}
MODULES: dict[str, list[str]] = {"AdminPanel": [], "Bell": ["Clock"], "Clock": []}
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nnetwork: { violations: { kick_after: 1000, within: 60 s } }\n",
    "specs/roles.yaml": """
roles: { Guest: { rank: 0 }, Vip: { rank: 1 }, Admin: { rank: 100 }, Owner: { rank: 200 } }
default: Guest
sources: [granted, { users: { Vip: [2], Admin: [7, 8], Owner: [9] } }]
""",
    "specs/admin.yaml": "roles: [Admin]\n",
    "specs/data.yaml": "store: Test\nversion: 1\nplayer: { coins: { type: u32, default: 0 } }\n",
    "specs/config.yaml": """
fields:
  pace: { type: number(1..9), default: 2, editable_by: Admin }
  limit: { type: number(0..5), default: 2, editable_by: Owner }
  fixed: { type: number(0..9), default: 2 }
""",
    "specs/modules/Clock/module.yaml": "module: Clock\nrealm: server\ndomain: OVHL_Modules\n",
    "specs/modules/Clock/Logic.luau": "return {}\n",
    "specs/modules/Bell/module.yaml": "module: Bell\nrealm: server\ndomain: OVHL_Modules\ndepends: [Clock]\n",
    "specs/modules/Bell/Logic.luau": "return {}\n",
}
BEGIN = 8.0  # seconds: when the first request leaves

type Step = dict[str, Any]


def on_the_reference(steps: list[Step]) -> list[str]:
    people = {name: Person(*one) for name, one in PEOPLE.items()}
    panel = Panel(RANKS, "Admin", people, SETTINGS, dict.fromkeys(SETTINGS, 2), MODULES)
    found = []
    for number, step in enumerate(steps):
        before = len(panel.written)
        code = panel.ask(number, step["player"], step["ask"], step.get("given") or {})
        found.append(f"{step['player']} {step['ask']} {code or 'done'}")
        found += [line(entry)[22:] for entry in panel.written[before:]]
    return [*found, json.dumps(panel.values, sort_keys=True)]


def in_the_game(place: tuple[Any, Path], steps: list[Step]) -> list[str]:
    project, path = place
    found = []
    with Session(path) as session:
        game = Game(project, session)
        game.boot()
        game.advance(1)
        for name, (user_id, _) in PEOPLE.items():
            game.join(name, user_id)
        game.advance(BEGIN - game.now)
        seen = len(audited(game))
        for number, step in enumerate(steps):
            game.advance(max(0, BEGIN + number - game.now))
            answer = game.request(step["player"], f"AdminPanel.{step['ask']}", step.get("given"))
            assert isinstance(answer, Answer), step
            outcome = answer.response if isinstance(answer.response, dict) else {}
            found.append(f"{step['player']} {step['ask']} {answer.code or outcome.get('code') or 'done'}")
            lines = audited(game)
            found += lines[seen:]
            seen = len(lines)
        return [*found, json.dumps(game.settings(list(SETTINGS)), sort_keys=True)]


def audited(game: Game) -> list[str]:
    return [text[22:] for text in game.monitored() if " [ADMIN] " in text]


def read(path: Path) -> tuple[list[Step], list[str]]:
    root, problems = read_yaml(Source(path.name, path.read_text("utf-8")))
    assert root and not problems
    found = to_plain(root)
    return found["steps"], found["expect"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    return built(tmp_path_factory.mktemp("admin"), FILES)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_on_the_reference(path: Path) -> None:
    steps, wanted = read(path)
    assert on_the_reference(steps)[:-1] == wanted


@pytest.mark.tools
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_in_the_game(place: tuple[Any, Path], path: Path) -> None:
    steps, wanted = read(path)
    assert in_the_game(place, steps)[:-1] == wanted


USERS = st.sampled_from([user_id for user_id, _ in PEOPLE.values()])
REQUESTS = st.one_of(
    *(st.just((name, {})) for name in ("GetConfig", "ListModules", "GetHealth", "GetPermissions")),
    st.just(("GetLogs", {"is_earlier": False})),
    st.tuples(
        st.just("SetConfig"),
        st.fixed_dictionaries(
            {
                "name": st.sampled_from((*SETTINGS, "nothing")),
                "value": st.sampled_from(("0", "3", "5.5", "9", "10", "-1", '"3"', "true", "null", "[]", "{")),
            }
        ),
    ),
    st.tuples(
        st.just("ReloadModule"),
        st.fixed_dictionaries({"name": st.sampled_from(("Clock", "Bell", "Nothing")), "force": st.booleans()}),
    ),
    st.tuples(st.just("SetRole"), st.fixed_dictionaries({"user_id": USERS, "role": st.sampled_from([*RANKS])})),
    st.tuples(st.just("RevokeRole"), st.fixed_dictionaries({"user_id": USERS})),
)


@pytest.mark.tools
@pytest.mark.parametrize("number", range(4 if PROVE else 1))
def test_both_do_the_same(place: tuple[Any, Path], number: int) -> None:
    @seed(number)
    @settings(
        max_examples=50 if PROVE else 12,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.lists(st.tuples(st.sampled_from([*PEOPLE]), REQUESTS), min_size=5, max_size=30))
    def check(drawn: list[Any]) -> None:
        steps = [{"player": player, "ask": ask, "given": of} for player, (ask, of) in drawn]
        assert in_the_game(place, steps) == on_the_reference(steps)

    check()
