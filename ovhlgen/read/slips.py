"""Slips that YAML tells of by what follows from them: a text without its quotes, a tab, a space that is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from ovhlgen.diagnostics import Diagnostic, Source, Span, problem
from ovhlgen.language import hints
from ovhlgen.model.node import Node, Scalar
from ovhlgen.model.types import TypeRef
from ovhlgen.read.typeexpr import parse_type

# What a plain text can't begin with or hold, and why (in words of phrases.yaml).
_COMMENT = "`#` begins a comment in YAML"
_COLON = "`:` with a space behind it ends a key in YAML"
_FIRST: dict[str, str] = {
    "@": "YAML keeps `@` for itself",
    "`": "YAML keeps the backtick for itself",
    "%": "YAML keeps `%` for itself",
    "*": "`*` begins an alias in YAML",
    "[": "`[` begins a list in YAML",
    "{": "`{` begins a mapping in YAML",
}
MAX_LINE = 10_000  # characters: nobody's slip is in a longer one, and patterns take its length squared
_BARE_COLOUR = re.compile(r"[:\-,\[{]\s+(#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})\b)")
_VALUE = re.compile(r"^(\s*(?:- +)?[\w$-]+: +|\s*- +)([^\s|>].*?)\s*$")
# A line as Luau has it: an assignment, or a comment.
_OF_LUA = re.compile(r"\s*((?:local )?([A-Za-z_]\w*) *= *(\S.*?)|--(?!-).*|//.*|/\*.*)\s*$")
_IN_FLOW = re.compile(r"[{,]\s*[\w-]+: +([^\s\"'{\[][^,{}\[\]\"']*?: +[^,{}\[\]\"']*?)\s*[,}]")


def of_syntax(source: Source, error: yaml.YAMLError) -> Diagnostic:
    """Why a file can't be parsed, at the place of the slip, which libyaml may only have missed further down."""
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    mark = mark or context
    reason = str(getattr(error, "problem", None) or error).split("\n")[0]
    if mark is None:
        return problem("E0005", source.span, reason=reason)
    lines = [line if len(line) <= MAX_LINE else "" for line in source.text.split("\n")]
    # Where libyaml's own message belongs: of a quote that isn't closed, where it begins.
    at = context if context and "quoted scalar" in str(getattr(error, "context", "")) else mark
    span = Span(source.path, at.line + 1, at.column + 1, at.line + 1, at.column + 2)
    slip = (
        None
        if at is context
        else next(_slips(source.path, lines, mark, reason, str(getattr(error, "context", ""))), None)
    )
    return slip or problem("E0005", span, reason=_reason(error, reason))


def after_nothing(path: str, lines: Sequence[str], line: int, column: int) -> Diagnostic | None:
    """Behind a key without a value: a colour that became a comment. `line` and `column` count from 0."""
    rest = lines[line][max(0, column - 1) :] if line < len(lines) else ""
    found = _BARE_COLOUR.match(rest)
    return _needs_quotes(path, line, max(0, column - 1) + found.start(1), found.group(1), _COMMENT) if found else None


def joined(before: Node | None, after: Node) -> Scalar | None:
    """In a list or mapping in brackets: the number that its comma has cut in two, as in `price: 10,000`."""
    if not isinstance(before, Scalar) or not isinstance(after, Scalar) or not re.fullmatch(r"\d{3}", after.text):
        return None
    first, last = before.span, after.span
    is_close = (last.line, last.column) == (first.end_line, first.end_column + 1)
    if not is_close or not re.fullmatch(r"-?\d{1,3}(,\d{3})*", before.text):
        return None
    text = f"{before.text},{after.text}"
    return Scalar(text, text, Span(first.file, first.line, first.column, last.end_line, last.end_column))


def cut_number(number: Scalar) -> Diagnostic:
    digits = number.text.replace(",", "")
    return problem("E0016", number.span, reason="a comma ends a number in YAML", suggestion=digits)


def torn(keys: Mapping[str, Scalar], values: Mapping[str, Node]) -> Iterator[Diagnostic]:
    """In a mapping in `{…}`, a value in whose brackets YAML has found the next keys."""
    opened: Scalar | None = None
    parts: list[str] = []
    for name, value in values.items():
        is_nothing = isinstance(value, Scalar) and value.value is None and not value.text
        if opened and is_nothing:
            parts.append(name)
            if _is_closed(", ".join(parts)):
                yield _torn(opened, ", ".join(parts))
                opened = None
        elif isinstance(value, Scalar) and isinstance(value.value, str):
            opened, parts = (None if _is_closed(value.text) else value), [value.text]
        else:
            opened = None


def _is_closed(text: str) -> bool:
    return all(text.count(one) <= text.count(other) for one, other in ("()", "[]"))


def _torn(value: Scalar, text: str) -> Diagnostic:
    at = value.span.within(0, len(text))
    if isinstance(parse_type(text, at), TypeRef):
        return problem("E0013", at, type=text)
    right = hints.colour(text) or f'"{text}"'
    return problem("E0014", at, text=text, why="`,` ends a value inside `{…}`", suggestion=right)


def bare_token(key: Scalar) -> Diagnostic:
    """A reference to a token, which YAML has taken for a mapping."""
    return _needs_quotes(key.span.file, key.span.line - 1, key.span.column - 2, f"{{{key.text}}}", _FIRST["{"])


def _slips(path: str, lines: Sequence[str], mark: Any, reason: str, context: str) -> Iterator[Diagnostic]:
    line = lines[mark.line] if mark.line < len(lines) else ""
    unquoted = re.search(r"[{,]\s*[\w-]+:\s*([A-Za-z][\w.()?, ]*\[[^\]\"']*\][?]?)", line)
    if unquoted:
        at = Span(path, mark.line + 1, unquoted.start(1) + 1, mark.line + 1, unquoted.end(1) + 1)
        yield problem("E0013", at, type=unquoted.group(1).strip())
    inside = _IN_FLOW.search(line)
    if inside and "flow" in context:
        yield _needs_quotes(path, mark.line, inside.start(1), inside.group(1), _COLON)
    tab = re.match(r" *\t", line)
    if tab:
        at = Span(path, mark.line + 1, tab.end(), mark.line + 1, tab.end() + 1)
        yield problem("E0016", at, reason="a tab in the indentation; YAML takes spaces only")
    for number in range(min(mark.line, len(lines) - 1), max(-1, mark.line - 3), -1):
        bare = _BARE_COLOUR.search(lines[number])
        if bare and not _is_inside_quotes(lines[number], bare.start(1)):
            yield _needs_quotes(path, number, bare.start(1), bare.group(1), _COMMENT)
    yield from _unquoted(path, mark, line, reason)
    for number in range(max(0, mark.line - 2), min(mark.line + 1, len(lines))):
        foreign = _OF_LUA.match(lines[number])
        if foreign:
            at = Span(path, number + 1, foreign.start(1) + 1, number + 1, foreign.end(1) + 1)
            if foreign.group(2):
                right = f"{foreign.group(2)}: {foreign.group(3)}"
                yield problem("E0016", at, reason="a key ends with `:` in YAML, not with `=`", suggestion=right)
            else:
                yield problem("E0016", at, reason="a comment begins with `#` in YAML")
    for number in (mark.line, mark.line - 1):
        close = (
            re.match(r"\s*(?:- +)?([A-Za-z_]\w*):([^\s:/].*?)\s*$", lines[number]) if 0 <= number < len(lines) else None
        )
        if close:
            at = Span(path, number + 1, close.end(1) + 1, number + 1, close.end(1) + 2)
            right = f"{close.group(1)}: {close.group(2)}"
            yield problem("E0016", at, reason="a space is missing behind the `:`", suggestion=right)


def _unquoted(path: str, mark: Any, line: str, reason: str) -> Iterator[Diagnostic]:
    sign = line[mark.column : mark.column + 1]
    if "cannot start any token" in reason and sign in _FIRST:
        text = re.split(r"[,\]}#]", line[mark.column :])[0].strip()
        yield _needs_quotes(path, mark.line, mark.column, text, _FIRST[sign])
    value = _VALUE.match(line)
    if value is None or value.end(1) > mark.column:
        return
    text, why = value.group(2), _FIRST.get(value.group(2)[0])
    if text[0] in "\"'":
        at = Span(path, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)
        yield problem("E0016", at, reason="the text goes on behind its closing quote")
    elif why and not (text[0] in "[{" and re.search(r"[\]}]$", text)):
        yield _needs_quotes(path, mark.line, value.start(2), text, why)
    elif why is None and re.search(r":( |$)", text):
        yield _needs_quotes(path, mark.line, value.start(2), text, _COLON)


def _needs_quotes(path: str, line: int, column: int, text: str, why: str) -> Diagnostic:
    """`line` and `column` count from 0."""
    at = Span(path, line + 1, column + 1, line + 1, column + 1 + len(text))
    quote = "'" if '"' in text else '"'
    return problem("E0014", at, text=text, why=why, suggestion=f"{quote}{text}{quote}")


def _is_inside_quotes(line: str, column: int) -> bool:
    return line[:column].count('"') % 2 == 1 or line[:column].count("'") % 2 == 1


def _reason(error: Any, reason: str) -> str:
    """libyaml's message in words for who doesn't know its insides."""
    context, mark = str(getattr(error, "context", "")), getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 0
    if "quoted scalar" in context:
        return "the quote that begins here isn't closed"
    if "flow" in context:
        opened = "[" if "sequence" in context else "{"
        return f"the `{opened}` of line {line} isn't closed, or a comma is missing"
    if "expected <document start>" in reason:
        return "this line stands further to the left than the first one of the file"
    if "block" in context and "did not find expected" in reason:
        return f"the indentation doesn't fit the block that begins in line {line}"
    if reason.startswith("mapping values"):
        return "a key can't stand here: what is above has a value already, or the indentation is wrong"
    return reason
