"""What a worker gets wrong is found at its line, by a message that names the wrong word; the right way is clean."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.projects import Project
from tests.types.mistakes import MISTAKES, Mistake

pytestmark = pytest.mark.tools

WORKERS = {
    "server": "specs/modules/MusicModule/Mistakes.luau",
    "client": "specs/modules/UIModule/Mistakes.luau",
}
HEAD = "--!strict\nlocal Types = require(script.Parent.Types)\n\nlocal Mistakes = {}\n"


def test_there_are_sixty_of_twelve_kinds() -> None:
    assert len(MISTAKES) == 60
    assert set(Counter(one.kind for one in MISTAKES).values()) == {5}


def project(folder: Path, bodies: dict[Mistake, str]) -> tuple[Project, dict[tuple[str, int], Mistake]]:
    """The example with two workers more, and the line of each mistake."""
    made = Project(folder).copy(ROOT / "specs")
    made.edit(
        "specs/modules/MusicModule/module.yaml",
        "uses: [MonetizationModule] ",
        "uses: [MonetizationModule, SystemMonitor] ",
    )
    made.edit("specs/modules/MusicModule/module.yaml", "workers: [AutoDJ, Queue]", "workers: [AutoDJ, Queue, Mistakes]")
    made.edit(
        "specs/modules/UIModule/module.yaml",
        "screens: [MusicPanel]",
        "workers: [Logic, Mistakes]\nuses: [ConfigService]\nscreens: [MusicPanel]",
    )
    made.edit(
        "specs/modules/UIModule/module.yaml",
        "sends: [TestOrder.Orders]",
        "sends: [TestOrder.Orders, MusicModule.RequestSong]",
    )
    places: dict[tuple[str, int], Mistake] = {}
    for realm, path in WORKERS.items():
        lines = HEAD.split("\n")
        params = "context: Types.Context" + (", player: Player" if realm == "server" else "")
        for number, (mistake, body) in enumerate(bodies.items()):
            if mistake.realm != realm:
                continue
            lines.append(f"function Mistakes.m{number}({params})")
            for at, line in enumerate(body.split("\n")):
                if line != mistake.right.split("\n")[at]:
                    places[(path, len(lines) + 1)] = mistake
                lines.append("\t" + line)
            if realm == "server" and "player" not in body:
                lines.append("\tprint(player)")
            if "context" not in body:
                lines.append("\tprint(context)")
            lines += ["end", ""]
        made.write({path: "\n".join([*lines, "return Mistakes", ""])})
    return made, places


def test_each_mistake_is_found_at_its_line(tmp_path: Path) -> None:
    wrong, places = project(tmp_path, {one: one.wrong for one in MISTAKES})
    assert len(places) == len(MISTAKES)
    found: dict[tuple[str, int], list[str]] = {}
    for one in wrong.json("lint", "--types").findings:
        if one["code"] == "E1125":
            text = one["message"] + (f" (did you mean {one['suggestion']})" if one["suggestion"] else "")
            found.setdefault((one["file"], one["line"]), []).append(text)
    missed = [f"{mistake.kind}: {mistake.wrong}" for place, mistake in places.items() if place not in found]
    assert missed == []
    assert [place for place in found if place not in places] == [], "findings where no mistake is"
    vague = {
        mistake.wrong: found[place]
        for place, mistake in places.items()
        if not any(mistake.word in text for text in found[place])
    }
    assert vague == {}


def test_each_corrected_twin_is_clean(tmp_path: Path) -> None:
    """0 findings of any of the tools."""
    right, _ = project(tmp_path, {one: one.right for one in MISTAKES})
    assert right.run("lint", "--fix").code == 0
    result = right.json("lint", "--types")
    assert [one for one in result.findings if not one["code"].startswith("N")] == []
