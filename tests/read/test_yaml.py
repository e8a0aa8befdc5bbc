"""YAML as the language reads it: 1.2 core schema, a place for everything, limits."""

from __future__ import annotations

import math

import pytest

from ovhlgen.diagnostics import Source
from ovhlgen.model.node import Mapping, Scalar, Sequence, to_plain
from ovhlgen.read.yaml import read_yaml
from tests.support.projects import Project

PATH = "specs/x.yaml"


def plain(text: str) -> object:
    node, problems = read_yaml(Source(PATH, text))
    assert problems == []
    assert node is not None
    return to_plain(node)


def refused(text: str) -> list[str]:
    node, problems = read_yaml(Source(PATH, text))
    assert node is None
    return [f"{one.code} {one.span.line}:{one.span.column}" for one in problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(word, word) for word in ("yes", "no", "on", "off", "y", "4:3", "1_000", "0b1", "1e", "+", ".", "=", "<<")],
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("+7", 7),
        ("-0", 0),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        ("~", None),
        ("null", None),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("2025-01-01", "2025-01-01"),
        (f"'{'9' * 500}'", "9" * 500),
    ],
)
def test_scalars_are_what_the_core_schema_says(text: str, value: object) -> None:
    """Not what YAML 1.1 says: `on` is a word, `012` is twelve, `4:3` no number of minutes."""
    found = plain(f"a: {text}")
    assert found == {"a": value}
    assert type(found["a"]) is type(value)


def test_keys_are_strings_always() -> None:
    assert plain("1: a\ntrue: b\nnull: c") == {"1": "a", "true": "b", "null": "c"}


def test_every_key_and_value_has_its_place() -> None:
    """Also inside quotes, where the place is the text's own, and in flow style."""
    root, _ = read_yaml(Source(PATH, 'a: "one"\nb:\n  - { c: two }\n'))
    assert isinstance(root, Mapping)
    assert str(root.keys["a"].span) == f"{PATH}:1:1"
    assert str(root.values["a"].span) == f"{PATH}:1:5"
    rows = root.values["b"]
    assert isinstance(rows, Sequence)
    inner = rows.items[0]
    assert isinstance(inner, Mapping)
    value = inner.values["c"]
    assert isinstance(value, Scalar)
    assert (str(value.span), value.span.end_column) == (f"{PATH}:3:10", 13)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\na: 2\n", ["E0007 2:1"]),
        ("a: &x 1\n", ["E0006 1:4"]),
        ("a: *x\n", ["E0006 1:4"]),
        ("a: !!str 1\n", ["E0006 1:4"]),
        ("? [a]\n: 1\n", ["E0005 1:3"]),
        ("a: 1\n---\nb: 1\n", ["E0011 2:1"]),
        ("a: [1\n", ["E0005 2:1"]),
        ("a: 1\n b: 2\n", ["E0005 2:3"]),
        ("", ["E0002 1:1"]),
        ("  \n\n", ["E0002 1:1"]),
        ("# only a comment\n", ["E0002 1:1"]),
        ("a: { t: string[1..3] }\n", ["E0013 1:9"]),
    ],
)
def test_what_is_refused(text: str, found: list[str]) -> None:
    """Duplicates, anchors, aliases, tags, keys that are no text, second documents, syntax errors: each at its place."""
    assert refused(text) == found


def test_limits_on_depth_and_nodes() -> None:
    """40 levels and 200,000 nodes pass, one more doesn't."""
    depth = 40
    assert plain("[" * (depth - 1) + "1" + "]" * (depth - 1))
    assert refused("[" * depth + "1" + "]" * depth) == [f"E0004 1:{depth + 1}"]
    assert refused("a: [" + "1," * 200_000 + "]")[0].startswith("E0004")


def test_a_megabyte_is_the_most(project: Project) -> None:
    limit = 1024 * 1024
    project.base().append("specs/project.yaml", "#" * (limit - project.size("specs/project.yaml") - 1) + "\n")
    assert project.json().codes == []
    project.append("specs/project.yaml", "#")
    assert project.json().codes == ["E0004"]


def test_crlf_and_bom_change_nothing(example: Project) -> None:
    """Files as Windows writes them give the same out/ and the same places of findings."""
    example.run("build")
    before = example.tree()
    for path in (example.root / "specs").rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert example.run("build", "--check").code == 0
    assert example.tree() == before


@pytest.mark.parametrize(
    ("line", "type_", "column"),
    [
        ("state: { songs: { type: Song[0..3], default: [] } }", "Song[0..3]", 25),
        ("config: { rate: { type: integer(1..5, step=2), default: 1 } }", "integer(1..5, step=2)", 25),
    ],
)
def test_the_two_quoting_mistakes_are_explained(project: Project, line: str, type_: str, column: int) -> None:
    """A type with `[` or `,` inside `{…}` needs quotes: the message says so, not what YAML made of it."""
    project.base().append("specs/modules/Party/module.yaml", line + "\n")
    found = [one for one in project.json().findings if one["code"] == "E0013"]
    assert len(found) == 1
    assert "needs quotes" in found[0]["message"]
    assert type_ in " ".join(found[0]["notes"])
    assert found[0]["column"] == column
