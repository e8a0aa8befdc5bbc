"""Games whose course was worked out by hand from docs/runtime/data.md, on both sides: Core OS' list again.

A line of `expect` is a time and a fact; a value that was stored is written short: whose, locked or free, and what.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.diagnostics import Source
from ovhlgen.model.node import to_plain
from ovhlgen.read.yaml import read_yaml
from tests.differential.games import OF_DATA, Case, Lines
from tests.differential.play import Host

SCENARIOS = sorted((OF_DATA.kind.folder / "scenarios").glob("*.yaml"))


def read(path: Path) -> tuple[Case, Lines]:
    root, problems = read_yaml(Source(path.name, path.read_text("utf-8")))
    assert root and not problems
    found: dict[str, Any] = to_plain(root)
    steps = [{"times": None, "key": None, **step} if step["op"] == "fault" else step for step in found["steps"]]
    case = {"stored": {}, "autosave": 300, "retries": 2, "share": 1.0, **found, "steps": steps}
    wanted = [re.fullmatch(r"([\d.]+) (.*)", text) for text in found["expect"]]
    return case, [(float(line[1]), line[2]) for line in wanted if line]


def short(lines: Lines) -> Lines:
    return [(at, _short(text)) for at, text in lines]


def _short(text: str) -> str:
    found = re.fullmatch(r"stored Player_(\d) (.*)", text)
    if not found:
        return text
    value = json.loads(found[2])
    data = " ".join(f"{name} {value['data'][name]}" for name in sorted(value["data"]))
    return f"P{found[1]} {'locked' if value.get('lock') else 'free'} seq {value['seq']} {data}".rstrip()


def test_all_of_them_are_found() -> None:
    assert len(SCENARIOS) == 2


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_on_the_reference(path: Path) -> None:
    case, wanted = read(path)
    assert short(OF_DATA.form(OF_DATA.expected(case))) == wanted


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with Host(OF_DATA.base(tmp_path_factory.mktemp("place")), kind=OF_DATA.kind) as found:
        yield found


@pytest.mark.tools
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_on_the_shipped_service(host: Host, path: Path) -> None:
    case, wanted = read(path)
    assert short(OF_DATA.form(host.play(case))) == wanted
