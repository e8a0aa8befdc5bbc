"""Workers read by an error-tolerant parser: which functions there are, and where calls stand."""

from __future__ import annotations

import pytest

from ovhlgen.diagnostics import Source
from ovhlgen.model.module import Worker
from ovhlgen.read.worker import read_worker

PATH = "specs/modules/Pesta/Logic.luau"


def read(text: str) -> Worker:
    return read_worker("Logic", Source(PATH, text))


@pytest.mark.parametrize(
    ("text", "name", "parameters"),
    [
        ("function Logic.start(context)\nend", "start", 1),
        ("function Logic:start(context)\nend", "start", 2),
        ("function Logic.start(context: Types.Context, player: Player): boolean\n\treturn true\nend", "start", 2),
        ("function Logic.start<T>(context: T)\nend", "start", 1),
        ("function Logic.start(context, ...: any)\nend", "start", None),
        ("Logic.start = function(a, b, c)\nend", "start", 3),
        ("local function begin(a)\nend\nLogic.start = begin", "start", None),
        ("@native\nfunction Logic.start(context)\nend", "start", 1),
    ],
)
def test_functions_of_the_table(text: str, name: str, parameters: int | None) -> None:
    """Each way to write one; None parameters means that any number may be given."""
    found = read(f"--!strict\nlocal Logic = {{}}\n\n{text}\n\nreturn Logic\n")
    assert found.functions[name].parameters == parameters


def test_functions_in_a_constructor_and_under_another_name() -> None:
    """The table is the one that the file returns, whatever it is called."""
    found = read("local M = {\n\tstart = function(context) end,\n}\nfunction M.stop() end\nreturn M\n")
    assert {name: one.parameters for name, one in found.functions.items()} == {"start": 1, "stop": 0}


def test_a_table_without_a_name() -> None:
    """`return { start = … }` has its functions too; what a call returns can't be known."""
    found = read("local function start(context)\nend\n\nreturn { start = start, stop = function() end }\n")
    assert {name: one.parameters for name, one in found.functions.items()} == {"start": None, "stop": 0}
    assert read("return make()\n").unread == ((1, 1),)


@pytest.mark.parametrize(
    "text",
    [
        "const answer = 42",
        "type Ro = { read name: string, write age: number }",
        "type function Pick(t)\n\treturn t\nend",
        "local x = f<<number>>(1)",
        "local broken = {",
        "if if if",
    ],
)
def test_syntax_that_the_parser_does_not_know_hides_nothing_around_it(text: str) -> None:
    """Newer Luau and mistakes alike: the functions before and after are found, or their region is called unread."""
    found = read(
        f"local Logic = {{}}\nfunction Logic.before(context)\nend\n\n{text}\n\n"
        "function Logic.after(context)\nend\nreturn Logic\n"
    )
    assert "before" in found.functions or found.unread
    assert "after" in found.functions or found.unread


def test_calls_stand_at_their_character() -> None:
    """Columns count characters, not bytes; the function round a call is known."""
    found = read('local Logic = {}\nfunction Logic.start()\n\tlocal x = "🎵é" .. wait(5)\nend\nreturn Logic\n')
    call = found.calls[0]
    assert (call.callee, call.arguments, call.inside) == ("wait", "5", "start")
    assert (call.span.line, call.span.column, call.span.end_column) == (3, 20, 27)


def test_a_long_file_is_read_in_a_moment() -> None:
    """No recursion over the tree: depth and length don't matter."""
    deep = "(" * 3000 + "1" + ")" * 3000
    found = read(f"local Logic = {{}}\nlocal x = {deep}\n" + "print(1)\n" * 5000 + "return Logic\n")
    assert found.lines == 5003
