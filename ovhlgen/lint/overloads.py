"""One finding a mistake. Of a call that fits no overload Luau says only that it fits none: here is which word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ovhlgen.diagnostics import Span, listed, nearest
from ovhlgen.lint.finding import Finding

_FITS_NONE = "MultipleNonviableOverloads"
_AVAILABLE = "ExtraInformation"  # the list of overloads, a finding of its own
_MAY_BE_NIL = "OptionalValueAccess"  # then Luau goes on as if it were nil
_MISMATCH = "TypeMismatch"
_FIRST_TEXT = re.compile(r"""[.:](?P<method>\w+)\(\s*(?:\w+\s*,\s*)?(?P<quote>["'])(?P<key>[^"']*)(?P=quote)""")
_KEY = re.compile(r'"([^"]*)"')
_MAX_QUOTED = 80  # characters of a call that are quoted


def explained(found: Iterable[Finding], text_at: Callable[[Span], str]) -> Iterator[Finding]:
    """The same findings, each call that fits no overload once, with the key or the overload in question."""
    everything = list(found)
    available = {finding.span: finding.message for finding in everything if finding.code == _AVAILABLE}
    nil = {_start(finding) for finding in everything if finding.code == _MAY_BE_NIL}
    for finding in everything:
        if finding.code == _AVAILABLE or (_start(finding) in nil and finding.code in (_FITS_NONE, _MISMATCH)):
            continue
        if finding.code != _FITS_NONE:
            yield finding
        elif not any(_is_inside(other, finding) for other in everything):
            yield _explain(finding, available.get(finding.span, ""), text_at(finding.span))


def _start(one: Finding) -> tuple[str, int, int]:
    return (one.span.file, one.span.line, one.span.column)


def _is_inside(other: Finding, call: Finding) -> bool:
    """Whether another finding says more exactly what is wrong with an argument."""
    if other.code in (_AVAILABLE, _FITS_NONE) or other.is_warning or other.span.file != call.span.file:
        return False
    start = (other.span.line, other.span.column)
    end = (other.span.end_line, other.span.end_column)
    return (call.span.line, call.span.column) < start and end <= (call.span.end_line, call.span.end_column)


def _explain(finding: Finding, available: str, call: str) -> Finding:
    quoted = " ".join(call.split())
    quoted = quoted if len(quoted) <= _MAX_QUOTED else quoted[:_MAX_QUOTED] + "…"
    match = _FIRST_TEXT.search(call)
    if match is None:
        return replace(finding, code="NoFittingOverload", message=f"`{quoted}` fits no overload. {available}".strip())
    key, method = match["key"], match["method"]
    known = list(dict.fromkeys(_KEY.findall(available)))
    if key not in known:
        message = f'"{key}" is no key of {method}; there are: {listed(known)}'
        span = _within(finding.span, call[: match.start("key")], key)
        return Finding(span, False, "UnknownKey", message, suggestion=nearest(key, known))
    wanted = next((part for part in _overloads(available) if f'"{key}"' in part), available)
    return replace(finding, code="NoFittingOverload", message=f"`{quoted}` doesn't fit {method}: {wanted}")


def _within(call: Span, before: str, word: str) -> Span:
    """The place of a word in a call, from what stands before it there."""
    line = call.line + before.count("\n")
    column = len(before) - before.rfind("\n") if "\n" in before else call.column + len(before)
    return Span(call.file, line, column, line, column + len(word))


def _overloads(available: str) -> list[str]:
    """The overloads of Luau's list `Available overloads: a; b; and c`."""
    parts = available.partition(": ")[2].split("; ")
    return [part.removeprefix("and ") for part in parts]
