"""`ovhlgen where`: from a generated line, or Luau's own words, to what a person wrote."""

from __future__ import annotations

import io
import re
from unittest import mock

import pytest

from tests.support.projects import Project, Result

MUSIC = "src/Server/OVHL_Modules/MusicModule"
SPEC = "specs/modules/MusicModule/module.yaml"


def line(project: Project, path: str, text: str, occurrence: int = 0) -> int:
    """The number of a line of a file that holds a text."""
    lines = (project.root / path).read_text("utf-8").split("\n")
    return [number for number, one in enumerate(lines, 1) if text in one][occurrence]


def where(project: Project, *places: str) -> Result:
    return project.run("where", *places)


@pytest.mark.parametrize(
    ("file", "text", "spec", "wanted"),
    [
        (f"{MUSIC}/Handlers.luau", "\t\t\trate = 2,", SPEC, "    rate: 2/s burst 5"),
        (f"{MUSIC}/Handlers.luau", "Skip = {", SPEC, "  Skip:"),
        (f"{MUSIC}/Handlers.luau", "interval = 30", SPEC, "- { interval: 30 s, worker: AutoDJ.tick }"),
        (f"{MUSIC}/Handlers.luau", "player_added = ", SPEC, "  player_added: Queue.greet"),
        (f"{MUSIC}/Config.luau", "max_queue = 50", SPEC, "  max_queue: { type"),
        (f"{MUSIC}/Types.luau", "max_queue: number", SPEC, "  max_queue: { type"),
        (f"{MUSIC}/init.luau", "skip = Queue.skip", "specs/modules/MusicModule/Queue.luau", "function Queue.skip("),
        ("src/Server/OVHL_CONFIG.luau", "ui_theme = ", "specs/config.yaml", "  ui_theme:"),
        ("src/Shared/Types.luau", "export type MusicModule_Beat", SPEC, "  Beat:"),
        ("src/Shared/Types.luau", "export type Song =", "specs/types.yaml", "  Song:"),
        ("src/Shared/Network/Layouts/MusicModule.luau", 'name = "MusicModule.Skip"', SPEC, "  Skip:"),
    ],
)
def test_generated_lines(example: Project, file: str, text: str, spec: str, wanted: str) -> None:
    example.run("build")
    number = line(example, f"out/{file}", text)
    result = where(example, f"out/{file}:{number}")
    assert result.code == 0
    assert result.out.startswith(f"out/{file}:{number}\n  → {spec}:{line(example, spec, wanted)}:"), result.out


def test_a_traceback_on_stdin(example: Project) -> None:
    """Each line is kept; those that name a script get a second one."""
    example.run("build")
    text = (
        "ServerScriptService.Server.OVHL_Modules.MusicModule.Queue:40: attempt to index nil\n"
        "Stack Begin\n"
        "Script 'Players.Siti.PlayerScripts.Client.OVHL_Modules.UIModule.Logic:10' - function order\n"
        "ReplicatedStorage.Shared.Kernel.Bus:20 function publish\n"
        "ServerScriptService.Other.Thing:3\n"
    )
    with mock.patch("sys.stdin", io.StringIO(text)):
        result = where(example)
    assert result.code == 0
    shown = result.out.split("\n")
    assert shown[1].startswith("  → specs/modules/MusicModule/Queue.luau:40:")
    assert shown[2] == "Stack Begin"
    assert shown[4].startswith("  → specs/modules/UIModule/Logic.luau:10:")
    assert "no spec is behind it" in shown[6]
    assert "no script of this game" in shown[8]
    assert [one for one in shown if one and not one.startswith("  → ")] == text.strip().split("\n")


def test_every_line_of_every_generated_file_leads_somewhere(example: Project) -> None:
    """No crash, no finding outside of the project; what the specs gave leads to one of its specs."""
    example.run("build")
    places = []
    for path in sorted((example.root / "out/src").rglob("*.luau")):
        count = len(path.read_text("utf-8").split("\n"))
        places += [f"{path.relative_to(example.root).as_posix()}:{number}" for number in range(1, count + 1)]
    result = where(example, *places)
    assert result.code == 0
    found = re.findall(r"→ (\S+?):\d+:\d+", result.out)
    assert len(found) > 800
    assert all((example.root / path).is_file() for path in found)


@pytest.mark.parametrize("place", ["out/src/Server/Nowhere.luau:1", "out/src/Server/Types.luau:99999", "hello"])
def test_what_is_no_place(example: Project, place: str) -> None:
    example.run("build")
    result = where(example, place)
    assert result.code == (1 if place == "hello" else 0)
    assert result.out.startswith(place)


def test_without_a_build(example: Project) -> None:
    result = where(example, "out/src/Server/Types.luau:1")
    assert result.code == 1
    assert "ovhlgen build" in result.out
