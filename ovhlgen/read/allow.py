"""`# ovhl: allow W0412 reason` on a line or the one above accepts a warning there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ovhlgen.diagnostics import Diagnostic, Sources, Span, problem

_ALLOW = re.compile(r"(?:#|--)\s*ovhl:\s*allow\b[ \t]*(?P<code>[A-Z]\d{4})?[ \t]*(?P<reason>[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Allow:
    span: Span
    code: str
    reason: str


def find_allows(sources: Sources) -> Iterable[Allow]:
    for path, source in sources.files.items():
        if "ovhl:" not in source.text:
            continue
        for number, line in enumerate(source.text.split("\n"), 1):
            match = _ALLOW.search(line)
            if match:
                span = Span(path, number, match.start() + 1, number, match.end() + 1)
                yield Allow(span, match.group("code") or "", match.group("reason").strip())


# Warnings that `surface` gives and `check` doesn't: there an `allow` of one isn't unused.
BY_SURFACE = frozenset({"W0615", "W0616", "W0625", "W0626"})


def apply_allows(sources: Sources, problems: list[Diagnostic]) -> list[Diagnostic]:
    """The findings without the accepted warnings, and one for each `allow` that is unused or reasonless."""
    kept = list(problems)
    at: dict[tuple[str, int, str], list[Diagnostic]] = {}
    for diagnostic in problems:
        at.setdefault((diagnostic.span.file, diagnostic.span.line, diagnostic.code), []).append(diagnostic)
    accepted: set[int] = set()
    for allow in find_allows(sources):
        lines = (allow.span.line, allow.span.line + 1)
        near = [one for line in lines for one in at.get((allow.span.file, line, allow.code), ())]
        matching = [one for one in near if one.severity != "error" and id(one) not in accepted]
        accepted.update(map(id, matching))
        if not matching and allow.code not in BY_SURFACE:
            kept.append(problem("W1001", allow.span, accepted=allow.code or "?"))
        elif not allow.reason:
            kept.append(problem("W1002", allow.span, accepted=allow.code))
    return [diagnostic for diagnostic in kept if id(diagnostic) not in accepted]
