"""For machines and AI assistants: one document, stable keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ovhlgen.diagnostics.catalogue import message, notes
from ovhlgen.diagnostics.diagnostic import Diagnostic, Span
from ovhlgen.diagnostics.source import Sources


def print_json(diagnostics: Sequence[Diagnostic], sources: Sources, language: str, colour: bool) -> str:
    value = {
        "version": 1,
        "diagnostics": [_one(diagnostic, language) for diagnostic in diagnostics],
        "summary": {
            f"{kind}s": sum(1 for diagnostic in diagnostics if diagnostic.severity == kind)
            for kind in ("error", "warning", "note")
        },
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _one(diagnostic: Diagnostic, language: str) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": message(diagnostic, language),
        **_span(diagnostic.span),
        "suggestion": diagnostic.suggestion,
        "notes": notes(diagnostic, language),
        "related": [{**_span(span), "message": text} for span, text in diagnostic.related],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
