"""Workflow commands: GitHub shows them on the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from ovhlgen.diagnostics.catalogue import message
from ovhlgen.diagnostics.diagnostic import Diagnostic
from ovhlgen.diagnostics.source import Sources

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def print_github(found: Sequence[Diagnostic], sources: Sources, language: str, colour: bool) -> str:
    return "".join(_one(one, language) for one in found)


def _one(diagnostic: Diagnostic, language: str) -> str:
    span = diagnostic.span
    text = message(diagnostic, language)
    if diagnostic.suggestion:
        text += (
            f" (did you mean `{diagnostic.suggestion}`?)"
            if language == "en"
            else f" (maksudnya `{diagnostic.suggestion}`?)"
        )
    properties = {
        "file": span.file,
        "line": str(span.line),
        "col": str(span.column),
        "endLine": str(span.end_line),
        "endColumn": str(span.end_column),
        "title": diagnostic.code,
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
