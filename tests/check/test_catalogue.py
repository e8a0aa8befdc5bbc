"""Every code: its wrong example produces it through the command line, its right one doesn't."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.diagnostics.catalogue import Example, codes, entry
from tests.conftest import ROOT
from tests.support.projects import Project, Result

# Codes whose situation no file can hold; the test that produces each is named.
ELSEWHERE = {
    "E1106": "tests/publish/test_publish.py::test_two_builds_at_once",
    "E1108": "tests/findings/test_publishing.py::test_a_build_of_specs_that_changed_meanwhile_changes_nothing",
    "E1171": "tests/cli/test_preview.py::test_without_the_renderer",
    "E1162": "tests/cli/test_logs.py::test_a_port_that_is_taken",
    "E1151": "tests/cli/test_where.py::test_without_a_build",
    "E1124": "tests/cli/test_lint.py::test_findings_in_generated_code_are_a_defect",
}


# Commands that run a tool; and codes that a tool finds in a command that goes on without one.
TOOL_COMMANDS = ("lint", "preview", "test")
TOOL_CODES = ("E0513",)


def lay(project: Project, files: Mapping[str, Any]) -> None:
    for path, content in files.items():
        target = project.root / path.removesuffix("+")
        if isinstance(content, Mapping) and "repeat" in content:
            text, times = content["repeat"]
            content = text * times
        if isinstance(content, str) and path.endswith("+"):
            project.append(path.removesuffix("+"), content)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            project.write({path: content})
        elif "remove" in content:
            remove(target)
        elif "hex" in content:
            target.write_bytes(bytes.fromhex(content["hex"]))
        else:
            target.symlink_to(content["link"])


def remove(target: Path) -> None:
    if target.is_dir():
        for inner in sorted(target.rglob("*"), reverse=True):
            inner.rmdir() if inner.is_dir() else inner.unlink()
        target.rmdir()
    else:
        target.unlink()


def outcome(project: Project, example: Example) -> Result:
    project.base()
    for command in example.before:
        assert project.run(*command).code == 0
    lay(project, example.files)
    return project.run(example.command[0], "--format", "json", *example.command[1:], env=example.env)


def each(kind: str) -> list[Any]:
    """The codes that have such an example, as parameters; those that a tool finds are marked."""
    examples = {code: getattr(entry(code), kind) for code in codes() if code not in ELSEWHERE}
    return [
        pytest.param(code, marks=pytest.mark.tools if code in TOOL_CODES or example.command[0] in TOOL_COMMANDS else ())
        for code, example in examples.items()
        if example is not None
    ]


@pytest.mark.parametrize("code", each("wrong"))
def test_wrong_example_produces_its_code(code: str, project: Project) -> None:
    """The page of a code shows a mistake that the code is really the answer to."""
    wrong = entry(code).wrong
    assert wrong is not None
    result = outcome(project, wrong)
    assert code in result.codes
    assert result.code in ({"E": (1, 3), "W": (0,), "N": (0,)}[code[0]])


@pytest.mark.parametrize("code", each("right"))
def test_right_example_is_free_of_its_code(code: str, project: Project) -> None:
    """The page's right example is right: no error at all."""
    right = entry(code).right
    assert right is not None
    result = outcome(project, right)
    assert code not in result.codes
    assert [one for one in result.findings if one["severity"] == "error"] == []


def test_every_code_in_the_source_is_in_the_catalogue_and_back() -> None:
    """An unknown code would end in a defect; an unused one would be a page about nothing."""
    source = "".join(path.read_text("utf-8") for path in (ROOT / "ovhlgen").rglob("*.py"))
    assert sorted(set(re.findall(r'"([EWN]\d{4})"', source))) == sorted(codes())


def test_every_code_has_its_wrong_example() -> None:
    """And a right one, but for what only the machine can put right."""
    assert [code for code in codes() if entry(code).wrong is None] == sorted(ELSEWHERE)
    assert [code for code in codes() if entry(code).right is None] == sorted([*ELSEWHERE, "E1111"])


def test_tests_named_elsewhere_exist() -> None:
    for place in ELSEWHERE.values():
        path, name = place.split("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("code", codes())
def test_both_languages_say_all(code: str) -> None:
    """The same arguments appear in both languages, and none is left unfilled."""
    found = entry(code)
    assert set(found.message) == set(found.explain) == {"en", "id"}
    for words in (found.message, *found.notes):
        assert set(re.findall(r"\{(\w+)\}", words["en"])) == set(re.findall(r"\{(\w+)\}", words["id"]))
