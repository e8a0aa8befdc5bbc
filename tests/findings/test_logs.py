"""The log: where it may be written, and what no text in it can do."""

from __future__ import annotations

import pytest

from tests.support.projects import Project


@pytest.mark.parametrize(
    "file",
    [
        "specs/project.yaml",
        "specs/log.md",
        "Specs/log.md",
        "out/log.md",
        ".ovhlgen/log.md",
        ".git/log.txt",
        "../log.md",
        "a/../specs/log.md",
        "/tmp/log.md",
        "C:/log.md",
        "a\\\\b.md",
        "log",
        "main.py",
        "a./b.md",
    ],
)
def test_the_log_is_a_file_of_its_own(project: Project, file: str) -> None:
    """Not a spec, nothing generated, nothing outside of the project: `check` refuses it."""
    project.base().write({"specs/project.yaml": f'ovhl: 1\nname: Test\nlogging: {{ file: "{file}" }}\n'})
    assert [(one["code"], one["line"]) for one in project.json().findings if one["severity"] == "error"] == [
        ("E0105", 3)
    ]


@pytest.mark.parametrize("text", ["# Notes\n", "no line at all", "[x]: https://example.com\n"])
def test_the_log_leaves_a_file_that_holds_something_else(project: Project, text: str) -> None:
    project.base().write({"OVHL_OJOL_LOGS.md": text})
    assert project.json("logs").codes == ["E1161"]
    assert (project.root / "OVHL_OJOL_LOGS.md").read_text("utf-8") == text


@pytest.mark.parametrize("name", ["logs", "logs/game.md", "logs/game.3.md"])
def test_the_log_follows_no_link(project: Project, name: str) -> None:
    """Neither to its file nor to a folder on the way, nor for the files that it puts aside."""
    project.base().write({"specs/project.yaml": "ovhl: 1\nname: Test\nlogging: { file: logs/game.md }\n"})
    (project.root / "elsewhere").mkdir()
    link = project.root / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(project.root / "elsewhere")
    assert project.json("logs").codes == ["E1161"]
    assert list((project.root / "elsewhere").iterdir()) == []
