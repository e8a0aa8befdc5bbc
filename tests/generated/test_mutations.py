"""Broken copies of the example: each ends in a diagnostic or builds, none in a traceback."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.projects import Project

FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "specs").rglob("*.*"))
WANTED = 100
VALUES = [
    "",
    "{}",
    "[]",
    "null",
    "-1",
    "1.5",
    "true",
    "@config.nope",
    "$nope",
    "{color.nope}",
    "Nope.nope",
    "'",
    "é" * 60,
]
MARKS = ["{", "}", "[", "]", ":", "-", "'", '"', "\t", "&a ", "*a ", "!!int ", "%", "\x07", "﻿", "日", "\r", "|"]


def drop_line(lines: list[str], at: int, _chance: random.Random) -> None:
    del lines[at]


def double_line(lines: list[str], at: int, _chance: random.Random) -> None:
    lines.insert(at, lines[at])


def indent(lines: list[str], at: int, chance: random.Random) -> None:
    lines[at] = " " * chance.randint(1, 9) + lines[at]


def dedent(lines: list[str], at: int, _chance: random.Random) -> None:
    lines[at] = lines[at].lstrip()


def misspell(lines: list[str], at: int, chance: random.Random) -> None:
    letters = [index for index, letter in enumerate(lines[at]) if letter.isalpha()]
    if letters:
        index = chance.choice(letters)
        lines[at] = lines[at][:index] + chance.choice("qxzQ_9") + lines[at][index + 1 :]


def mark(lines: list[str], at: int, chance: random.Random) -> None:
    index = chance.randint(0, len(lines[at]))
    lines[at] = lines[at][:index] + chance.choice(MARKS) + lines[at][index:]


def value(lines: list[str], at: int, chance: random.Random) -> None:
    key, colon, _ = lines[at].partition(":")
    if colon:
        lines[at] = f"{key}: {chance.choice(VALUES)}"


def cut(lines: list[str], at: int, chance: random.Random) -> None:
    lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
    del lines[at + 1 :]


CHANGES: list[Callable[[list[str], int, random.Random], None]] = [
    drop_line,
    double_line,
    indent,
    dedent,
    misspell,
    mark,
    value,
    cut,
]


def mutated(chance: random.Random) -> tuple[str, bytes]:
    path = chance.choice(FILES)
    lines = (ROOT / path).read_text("utf-8").split("\n")
    chance.choice(CHANGES)(lines, chance.randrange(len(lines)), chance)
    return path, "\n".join(lines).encode()


@pytest.mark.parametrize("seed", range(4))
def test_mutations_end_in_a_diagnostic(example: Project, seed: int) -> None:
    """25 mutations a seed that are mistakes (100 in all); those that aren't must build."""
    chance = random.Random(seed)
    mistakes = 0
    while mistakes < WANTED // 4:
        path, data = mutated(chance)
        target = example.root / path
        before = target.read_bytes()
        target.write_bytes(data)
        result = example.json("check")
        wrong = [one for one in result.findings if one["severity"] != "note"]
        assert result.code in (0, 1), (path, data)
        for language in ("en", "id"):
            assert example.run("check", "--lang", language).code == result.code
        if wrong:
            mistakes += 1
            assert all(one["file"].startswith("specs") for one in wrong)
        if result.code == 0:
            assert example.run("build").code == 0, (path, data)
        target.write_bytes(before)


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"\xff\xfe", b"- 1\n", b"x\n", b"{" * 200, b"a: &a [*a]\n"])
def test_every_file_may_be_nonsense(example: Project, path: str, content: bytes) -> None:
    """Each file of the example replaced by something else: exit 1, or 0 for a worker that nothing can read."""
    (example.root / path).write_bytes(content)
    result = example.json("check")
    assert result.code == 1 or path.endswith(".luau")
    assert Path(path).suffix == ".luau" or any(one["file"] == path for one in result.findings)
