"""The language's pages: their examples are a game without findings, and show every key of the language."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.gallery.draw import GALLERY
from ovhlgen.schema import FILES, schema
from tests.docs.examples import PAGES, blocks, files
from tests.support.projects import Project

WITHOUT_EXAMPLES = ("files", "names", "references")  # their rules hold in every file


@pytest.fixture
def market(tmp_path: Path) -> Project:
    """The game of the pages; what they don't show of its workers is written by `scaffold`."""
    project = Project(tmp_path).write(files())
    assert project.run("scaffold").code == 0
    return project


def test_the_examples_are_one_game_without_findings(market: Project) -> None:
    assert market.json("check").findings == []


def test_the_examples_build(market: Project) -> None:
    assert market.run("build").code == 0


@pytest.mark.tools
def test_the_workers_of_the_pages_have_right_types(market: Project) -> None:
    assert market.run("lint", "--types").code == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_examples(page: Path) -> None:
    assert (blocks(page) > 0) == (page.stem not in WITHOUT_EXAMPLES)


@pytest.mark.parametrize("kind", FILES)
def test_every_key_has_an_example(kind: str) -> None:
    assert _without_example(kind, SPECS) == set()


def test_a_key_without_an_example_is_noticed() -> None:
    specs = [(path, text.replace("cache: 300 s", "")) for path, text in SPECS]
    assert _without_example("monetization", specs) == {"cache"}


def _without_example(kind: str, specs: Iterable[tuple[str, str]]) -> set[str]:
    """Keys of one name and one rule are the same key, wherever they stand: a field's `type`, a component's `width`."""
    shown = {key for path, text in specs for key in _shown(path, yaml.load(text, yaml.BaseLoader))}
    return {path for key, path in _keys(schema(kind), schema(kind)) if key not in shown}


type Key = tuple[str, str]
"""A key's name, and the rule of its value."""

SPECS = [
    *((path, text) for path, text in files().items() if path.endswith(".yaml")),
    *((f"specs/{path.relative_to(GALLERY)}", path.read_text("utf-8")) for path in GALLERY.rglob("*.yaml")),
]


def _shown(path: str, node: Any) -> Iterator[Key]:
    [kind] = (kind for kind, pattern in FILES.items() if fnmatch.fnmatch(path, pattern))
    return _used(node, schema(kind), schema(kind))


def _keys(rule: Any, root: Any, path: str = "", seen: frozenset[str] = frozenset()) -> Iterator[tuple[Key, str]]:
    """Every key that a schema knows, and where."""
    rule, seen = _followed(rule, root, seen)
    for name, inner in rule.get("properties", {}).items():
        yield (name, json.dumps(inner)), f"{path}{name}"
        yield from _keys(inner, root, f"{path}{name}.", seen)
    for several in ("additionalProperties", "items"):
        if isinstance(rule.get(several), dict):
            yield from _keys(rule[several], root, f"{path}*.", seen)


def _used(node: Any, rule: Any, root: Any) -> Iterator[Key]:
    """Every key of a schema that a file uses."""
    rule, _ = _followed(rule, root, frozenset())
    for name, value in node.items() if isinstance(node, dict) else ():
        inner = rule.get("properties", {}).get(name)
        if inner is not None:
            yield name, json.dumps(inner)
        yield from _used(value, inner or rule.get("additionalProperties"), root)
    for value in node if isinstance(node, list) else ():
        yield from _used(value, rule.get("items"), root)


def _followed(rule: Any, root: Any, seen: frozenset[str]) -> tuple[dict[str, Any], frozenset[str]]:
    """What a reference leads to; a definition within itself has no further keys."""
    if not isinstance(rule, dict):
        return {}, seen
    match = re.fullmatch(r"#/definitions/(\w+)", rule.get("$ref", ""))
    if match is None:
        return rule, seen
    name = match[1]
    return ({}, seen) if name in seen else (root["definitions"][name], seen | {name})
