"""For people: message, place, the line with a caret, what would be right."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ovhlgen.diagnostics.catalogue import clean, message, notes
from ovhlgen.diagnostics.diagnostic import Diagnostic, Span
from ovhlgen.diagnostics.source import Sources

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_BLUE, _BOLD, _OFF = "\x1b[1;34m", "\x1b[1m", "\x1b[0m"
_SEVERITY = {
    "en": {"error": "error", "warning": "warning", "note": "note"},
    "id": {"error": "galat", "warning": "peringatan", "note": "catatan"},
}
_SUGGEST = {"en": "did you mean `{}`?", "id": "maksudnya `{}`?"}
_WIDEST = 160  # columns of an excerpt; a longer line is cut round its caret


def print_text(found: Sequence[Diagnostic], sources: Sources, language: str, colour: bool) -> str:
    parts = [_one(one, sources, language, colour) for one in found]
    return "".join(parts)


def _one(diagnostic: Diagnostic, sources: Sources, language: str, colour: bool) -> str:
    def paint(text: str, code: str) -> str:
        return f"{code}{text}{_OFF}" if colour else text

    head = paint(f"{_SEVERITY[language][diagnostic.severity]}[{diagnostic.code}]", _COLOURS[diagnostic.severity])
    words = message(diagnostic, language)
    if diagnostic.severity == "note":
        return f"{head}: {words} ({_place(diagnostic.span, sources)})\n"
    lines = [f"{head}: {paint(words, _BOLD)}"]
    number = str(diagnostic.span.line)
    gutter = " " * len(number)
    lines.append(f"{gutter}{paint('-->', _BLUE)} {_place(diagnostic.span, sources)}")
    excerpt = _excerpt(diagnostic, sources, language)
    if excerpt is not None:
        bar = paint("|", _BLUE)
        lines += [f"{gutter} {bar}", f"{paint(number, _BLUE)} {bar} {excerpt[0]}"]
        lines.append(f"{gutter} {bar} {paint(excerpt[1], _COLOURS[diagnostic.severity])}")
    elif diagnostic.suggestion:
        lines.append(f"{gutter} = {_SUGGEST[language].format(clean(diagnostic.suggestion))}")
    lines += [f"{gutter} {paint('=', _BLUE)} {note}" for note in notes(diagnostic, language)]
    return "\n".join(lines) + "\n\n"


def _place(span: Span, sources: Sources) -> str:
    path = clean(span.file)
    return f"{path}:{span.line}:{span.column}" if span.file in sources.files else path


def _excerpt(diagnostic: Diagnostic, sources: Sources, language: str) -> tuple[str, str] | None:
    """The line, and the carets below it with the suggestion beside them."""
    span = diagnostic.span
    line = sources.line(span.file, span.line)
    if line is None or not line.strip():
        return None
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = max(start + 1, min(end, max(len(line), start + 1)))
    cut = max(0, start - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = line[cut : cut + _WIDEST]
    before = _columns(line[cut:start])
    width = max(1, _columns(line[start : min(end, cut + _WIDEST)]))
    label = f" {_SUGGEST[language].format(clean(diagnostic.suggestion))}" if diagnostic.suggestion else ""
    return clean(shown.replace("\t", "    ")), " " * before + "^" * width + label


def _columns(text: str) -> int:
    """Columns on a terminal: a tab is four, East Asian wide characters two, combining marks none."""
    total = 0
    for character in text:
        if character == "\t":
            total += 4
        elif unicodedata.combining(character) or character in "\u200d\ufe0f":
            total += 0
        else:
            total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return total


def summary(found: Sequence[Diagnostic], language: str) -> str:
    """`2 errors, 1 warning`; empty where there is neither."""
    counts = {kind: sum(1 for one in found if one.severity == kind) for kind in ("error", "warning")}
    words = []
    for kind, count in counts.items():
        if count:
            plural = "s" if language == "en" and count != 1 else ""
            words.append(f"{count} {_SEVERITY[language][kind]}{plural}")
    return ", ".join(words)
