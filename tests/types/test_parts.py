"""Large games in parts: what one file would hold is spread over several, and the game is the same."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ovhlgen.lower.parts import parts
from ovhlgen.model.connected import connected
from ovhlgen.pipeline import load
from ovhlgen.simulator.boot import boot
from tests.support.games import Game, printed, probe
from tests.support.projects import Project
from tests.support.strategies import projects

STUDIO = 200_000  # characters of the longest script that Studio takes


@pytest.fixture
def tiny() -> Iterator[None]:
    """Files of a few lines each."""
    with (
        mock.patch("ovhlgen.lower.type_files.MAX_CHARACTERS", 400),
        mock.patch("ovhlgen.lower.network.MAX_CHARACTERS", 400),
    ):
        yield


def files(project: Project, pattern: str) -> list[str]:
    return sorted(
        path.relative_to(project.root / "out/src").as_posix() for path in project.root.glob(f"out/src/{pattern}")
    )


@pytest.mark.tools
@pytest.mark.usefixtures("tiny")
def test_the_party_in_parts(party: Project) -> None:
    """Types and layouts in folders; formatted, clean, and it boots."""
    result = party.json("lint", "--types")
    assert [one for one in result.findings if one["severity"] != "note"] == []
    assert len(files(party, "Shared/Types/Part*.luau")) > 3
    assert len(files(party, "Shared/Network/Layouts/MusicModule*.luau")) > 2
    assert len(files(party, "Shared/Network/Structs*.luau")) > 1
    assert not (party.root / "out/src/Shared/Types.luau").exists()
    result = party.run("test")
    assert result.code == 0, result.out


@pytest.mark.tools
def test_ids_are_the_same_in_parts(party: Project) -> None:
    """An event's id and the hash of all layouts don't depend on how they are spread."""
    show = probe('print(Layouts.hash, #Layouts.events, Layouts.ids["MusicModule.RequestSong"])')
    whole = printed(Game(party).play(show))
    with mock.patch("ovhlgen.lower.network.MAX_CHARACTERS", 400):
        split = printed(Game(party).play(show))
    assert split == whole != []


CYCLE = {
    "specs/project.yaml": "ovhl: 1\nname: Round\n",
    "specs/modules/Aa/module.yaml": (
        "module: Aa\nrealm: server\ndomain: OVHL_Modules\ntypes:\n  Left: { struct: { other: 'Bb.Right?' } }\n"
        "  Far: { struct: { left: Left } }\n"
        "events:\n  Tell: { from: server, payload: { left: Left } }\n"
    ),
    "specs/modules/Bb/module.yaml": (
        "module: Bb\nrealm: server\ndomain: OVHL_Modules\ntypes:\n  Right: { struct: { other: 'Aa.Left?' } }\n"
        "events:\n  Tell: { from: server, payload: { far: Aa.Far } }\n"
    ),
    "specs/modules/Aa/Logic.luau": "--!strict\nlocal Logic = {}\n\nreturn Logic\n",
    "specs/modules/Bb/Logic.luau": "--!strict\nlocal Logic = {}\n\nreturn Logic\n",
}


@pytest.mark.tools
@pytest.mark.usefixtures("tiny")
def test_types_that_lead_to_each_other_stay_together(project: Project) -> None:
    """Two modules' types in a circle: one part, since files can't require each other."""
    project.write(CYCLE)
    with mock.patch("ovhlgen.lower.type_files.MAX_CHARACTERS", 10):
        result = project.json("lint", "--types")
    assert [one for one in result.findings if one["severity"] != "note"] == []
    (together,) = [
        path for path in project.root.glob("out/src/Shared/Types/*.luau") if "type Aa_Left" in path.read_text("utf-8")
    ]
    assert "type Bb_Right" in together.read_text("utf-8")
    loaded = load(project.root).project
    assert loaded is not None
    assert boot(project.root, loaded).problems == []


@pytest.mark.tools
@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(files=projects())
@pytest.mark.usefixtures("tiny")
def test_any_project_in_parts_checks_clean(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "game").write(files)
        found = project.json("lint", "--types").findings
        assert [one for one in found if one["severity"] != "note" and one["file"].startswith("out/")] == []


def test_no_script_of_a_large_game_is_too_long_for_studio(project: Project) -> None:
    """500 modules with 1,500 events."""
    from bench.types import specs

    project.write(specs(500))
    assert project.run("build", "-q").code == 0
    longest = max((path.stat().st_size, path.as_posix()) for path in project.root.glob("out/src/**/*.luau"))
    assert longest[0] < STUDIO, longest
    requires = (project.root / "out/src/Server/OVHL_Modules/Mod7/Types.luau").read_text("utf-8")
    assert re.search(r"local Shared\d = require\(ReplicatedStorage\.Shared\.Types\.Part\d\)", requires)


@given(edges=st.dictionaries(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=4), max_size=13))
def test_components_come_behind_what_they_lead_to(edges: dict[int, list[int]]) -> None:
    """Every name once; two are together exactly where each leads to the other."""
    whole = {name: [to for to in edges.get(name, []) if to in edges] for name in edges}
    groups = connected(whole)
    place = {name: at for at, group in enumerate(groups) for name in group}
    assert sorted(name for group in groups for name in group) == sorted(whole)
    reach = {name: reached(whole, name) for name in whole}
    for a in whole:
        for b in whole:
            assert (place[a] == place[b]) == (a == b or (b in reach[a] and a in reach[b]))
        assert all(place[b] <= place[a] for b in whole[a])


def reached(edges: dict[int, list[int]], start: int) -> set[int]:
    found: set[int] = set()
    queue = [start]
    while queue:
        for to in edges[queue.pop()]:
            if to not in found:
                found.add(to)
                queue.append(to)
    return found


@given(sizes=st.lists(st.integers(1, 30)), most=st.integers(1, 40))
def test_parts_keep_order_and_limit(sizes: list[int], most: int) -> None:
    runs = list(parts(((at, size) for at, size in enumerate(sizes)), most))
    assert [at for run in runs for at in run] == list(range(len(sizes)))
    assert all(sum(sizes[at] for at in run) <= most or len(run) == 1 for run in runs)
