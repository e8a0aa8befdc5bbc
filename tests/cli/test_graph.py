"""`ovhlgen graph`: the order of the boot, and why."""

from __future__ import annotations

import json

import pytest

from tests.luau.conftest import party_game as party_game
from tests.support.games import Game
from tests.support.projects import Project


def module(name: str, rest: str) -> dict[str, str]:
    return {
        f"specs/modules/{name}/module.yaml": f"module: {name}\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n{rest}"
    }


FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    **module("A", "depends: [B]\n"),
    **module("B", "uses: [C]\n"),
    **module("C", "uses: [B]\n"),
}


def test_the_tree_names_every_edge_with_its_place(project: Project) -> None:
    result = project.write(FILES).run("graph")
    assert result.code == 0
    assert result.out == (
        "server: 3 start, 0 wait\n"
        "  1. C\n"
        "     └─ uses B (part of a cycle: orders nothing)  specs/modules/C/module.yaml:5:8\n"
        "  2. B\n"
        "     └─ uses C  specs/modules/B/module.yaml:5:8\n"
        "  3. A\n"
        "     └─ depends B  specs/modules/A/module.yaml:5:11\n"
        "client: 0 start, 0 wait\n"
    )


def test_cycles_are_paths_with_the_line_of_each_edge(project: Project) -> None:
    files = {**FILES, **module("B", "depends: [C]\n"), **module("C", "depends: [A]\n")}
    result = project.write(files).run("graph")
    assert result.code == 1
    assert "  ↻  A → B → C → A\n     ├─ A depends on B  specs/modules/A/module.yaml:5:11\n" in result.out
    assert "     └─ C depends on A  specs/modules/C/module.yaml:5:11\n" in result.out


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("dot", '\t\t"server.A" -> "server.B"\n'),
        ("dot", '\t\t"server.B" -> "server.C" [style=dashed]\n'),
        ("mermaid", "    server_A --> server_B\n"),
        ("mermaid", "    server_B -.-> server_C\n"),
    ],
)
def test_other_tools_can_draw_it(project: Project, form: str, text: str) -> None:
    assert text in project.write(FILES).run("graph", "--format", form).out


def test_json_has_the_places(project: Project) -> None:
    found = json.loads(project.write(FILES).run("graph", "--format", "json").out)
    assert found["version"] == 1
    server = found["realms"]["server"]
    assert sorted(server["order"]) == ["A", "B", "C"]
    [edge] = [one for one in server["edges"] if one["kind"] == "depends"]
    assert edge == {
        "from": "A",
        "to": "B",
        "kind": "depends",
        "dropped": False,
        "file": "specs/modules/A/module.yaml",
        "line": 5,
        "column": 11,
    }


@pytest.mark.tools
def test_the_game_starts_in_that_order(party: Project, party_game: Game) -> None:
    planned = json.loads(party.run("graph", "--format", "json").out)["realms"]["server"]["order"]
    outcome = party_game.play(seconds=5)
    ready = [line.split("] ")[1].split(": ready")[0] for line in outcome.texts("server") if line.endswith(": ready")]
    assert ready == planned
