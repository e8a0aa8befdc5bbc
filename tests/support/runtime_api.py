"""The methods that the runtime's services have, read from their Luau: names, and parameters without `self`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ovhlgen.resources import templates

RUNTIME = templates() / "runtime"
_BRACKETS = {"(": ")", "{": "}"}

type Methods = dict[str, list[str]]


def declared(path: str, name: str = "Api") -> Methods:
    """Of `export type Name = { … }` in a file of the runtime. Fields that are no functions are left out."""
    text = (RUNTIME / path).read_text("utf-8")
    match = re.search(rf"^export type {name} = (?=\{{)", text, re.MULTILINE)
    assert match, f"{path} declares no {name}"
    fields = re.findall(r"(\w+): (?=\()", _inside(text, match.end(), depth=1))
    body = _inside(text, match.end())
    return {field: _params(body, body.index(f"{field}: (") + len(field) + 2) for field in fields}


def defined(path: str, function: str) -> Methods:
    """Of the table that a local function gives: `Name = function(…)`."""
    text = (RUNTIME / path).read_text("utf-8")
    body = text[text.index(f"local function {function}(") :]
    body = body[: body.index("\nend\n")]
    returned = body[body.index("\n\treturn {") :]
    matches = re.finditer(r"^\t\t(\w+) = function(?=\()", returned, re.MULTILINE)
    return {match.group(1): _params(returned, match.end()) for match in matches}


def _inside(text: str, start: int, depth: int | None = None) -> str:
    """What the bracket at `start` holds; with `depth`, without what lies in deeper brackets."""
    level, kept = 0, []
    for char in text[start:]:
        level -= char in _BRACKETS.values()
        if level == 0 and kept:
            return "".join(kept)[1:]
        if depth is None or level <= depth:
            kept.append(char)
        level += char in _BRACKETS
    raise AssertionError("a bracket isn't closed")


def _params(text: str, start: int) -> list[str]:
    names = [part.strip().partition(":")[0] for part in _split(_inside(text, start))]
    return [name for name in names if name not in ("self", "_self")]


def _split(text: str) -> Iterator[str]:
    """The parts between commas that stand in no bracket."""
    level, part = 0, ""
    for char in text:
        level += (char in "({<") - (char in ")}") - (char == ">" and not part.endswith("-"))
        if char == "," and level == 0:
            yield part
            part = ""
        else:
            part += char
    if part.strip():
        yield part
