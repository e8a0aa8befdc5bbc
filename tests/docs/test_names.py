"""A name that says nothing stands only for what is read within three lines: `found`, `one`, `of`, `most`, `it`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

EMPTY = frozenset({"found", "one", "of", "most", "it"})
MAX_LINES = 3

type Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _bound(function: ast.AST) -> Iterator[tuple[str, int]]:
    """The names that a function and those in it bind, with their lines."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def _used(function: ast.AST, name: str) -> int:
    """The last line that reads a name."""
    return max(
        (node.lineno for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name), default=0
    )


def empty_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Lines and names: of locals that live too long, of functions, classes, fields and constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name.lower() in EMPTY:
            yield node.lineno, node.name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _locals(node)
        if isinstance(node, ast.ClassDef | ast.Module):
            yield from _fields(node)


def _locals(function: Function) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for name, line in _bound(function):
        if name.lower() in EMPTY:
            first[name] = min(line, first.get(name, line))
    for name, line in first.items():
        if _used(function, name) - line > MAX_LINES:
            yield line, name


def _fields(scope: ast.ClassDef | ast.Module) -> Iterator[tuple[int, str]]:
    for statement in scope.body:
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Name) and target.id.lower() in EMPTY:
                yield statement.lineno, target.id


def _files() -> list[Path]:
    return sorted((ROOT / "ovhlgen").rglob("*.py"))


def test_a_name_that_lives_says_what_it_is() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in _files()
        for line, name in sorted(set(empty_names(ast.parse(path.read_text("utf-8")))))
    ] == []


def test_what_is_read_within_three_lines_may_be_short() -> None:
    def names(text: str) -> list[str]:
        return sorted(name for _, name in empty_names(ast.parse(text)))

    assert names("def f(of):\n    return of\n") == []
    assert names("def f(of):\n    a = 1\n    b = 2\n    c = 3\n    return of\n") == ["of"]
    assert names("def f():\n    for one in x:\n        a\n        b\n        c\n        one\n") == ["one"]
    assert names("def found(): ...\nclass A:\n    of: int\nMOST = 5\n") == ["MOST", "found", "of"]
