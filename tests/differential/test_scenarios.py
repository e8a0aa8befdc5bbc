"""Twelve games whose course was worked out by hand from docs/runtime, on both kernels; most are of Core OS' list.

A line of `expect` is a time and a fact; `20 x …` stands for so many of them, with `{n}` for 1, 2, … and `{n+5}` for
6, 7, …; ` / ` stands between facts that come by turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.diagnostics import Source
from ovhlgen.model.node import to_plain
from ovhlgen.read.yaml import read_yaml
from tests.differential.cases import PLAYERS, SETTINGS, Case, expected
from tests.differential.games import rounded
from tests.differential.play import Host, base

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
PLAN = {
    "load": "ok",
    "enabled": True,
    "keeps": False,
    "off": False,
    "seconds": 0.5,
    "interval": None,
    "every": "ok",
    "bus": None,
    **dict.fromkeys(("init", "ready", "teardown", "hot_reload", "player_added", "player_removing")),
}
STEP = {"times": 1, "kind": "ok", "force": False, "calls": 1, "tail": "", "tails": 1}


def read(path: Path) -> tuple[Case, list[tuple[float, str]]]:
    """The game as both kernels take it, and what is expected of it."""
    root, problems = read_yaml(Source(path.name, path.read_text("utf-8")))
    assert root and not problems
    found: dict[str, Any] = to_plain(root)
    modules = {name: one or {} for name, one in found["modules"].items()}
    case = {
        "ranks": {**dict.fromkeys(PLAYERS, 0), **found.get("ranks", {})},
        "settings": {**SETTINGS, **found.get("settings", {})},
        "modules": {
            name: {
                "domain": one.get("domain", "OVHL_Modules"),
                "depends": one.get("depends", []),
                "uses": one.get("uses", []),
            }
            for name, one in modules.items()
        },
        "order": [name for name in modules if name not in found.get("late", [])],
        "plans": {name: {**PLAN, **one.get("plan", {})} for name, one in modules.items()},
        "steps": [step for one in found["steps"] for step in steps(one)],
        "ends": found.get("ends", 20),
    }
    return case, [line for text in found["expect"] for line in lines(text)]


def steps(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    step = {**STEP, **given}
    if "plan" in step:
        step["plan"] = {**PLAN, **step["plan"]}
    apart = step.pop("apart", 0)
    for number in range(step.pop("again", 1)):
        yield {**step, "at": step["at"] + number * apart}


def lines(text: str) -> Iterator[tuple[float, str]]:
    """`4 x 1 (+0.5 every 2) x {n}` is four lines, two at 1 and two at 1.5."""

    def counted(fact: str, number: int) -> str:
        return re.sub(r"\{n(?:\+(\d+))?\}", lambda of: str(number + int(of[1] or 0)), fact)

    found = re.fullmatch(r"(?:(\d+) x )?([\d.]+)(?: \(\+([\d.]+) every (\d+)\))? (.*)", text)
    assert found, text
    count, at, apart, each, line = found.groups()
    for number in range(int(count or 1)):
        later = number // int(each) * float(apart) if each else 0
        for fact in line.split(" / "):
            yield round(float(at) + later, 6), counted(fact, number + 1)


def test_there_are_twelve() -> None:
    assert len(SCENARIOS) == 12


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_on_the_reference(path: Path) -> None:
    case, wanted = read(path)
    assert rounded(expected(case)) == wanted


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with Host(base(tmp_path_factory.mktemp("place"))) as found:
        yield found


@pytest.mark.tools
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_on_the_luau_kernel(host: Host, path: Path) -> None:
    case, wanted = read(path)
    assert rounded(host.play(case)) == wanted
