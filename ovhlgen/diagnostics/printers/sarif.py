"""SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from ovhlgen import __version__
from ovhlgen.diagnostics.catalogue import entry, message
from ovhlgen.diagnostics.diagnostic import Diagnostic, Span
from ovhlgen.diagnostics.source import Sources


def print_sarif(diagnostics: Sequence[Diagnostic], sources: Sources, language: str, colour: bool) -> str:
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    rules = [{"id": code, "fullDescription": {"text": entry(code).explain[language].strip()}} for code in codes]
    driver = {"name": "ovhlgen", "version": __version__, "rules": rules}
    value = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(diagnostic, codes, language) for diagnostic in diagnostics],
            }
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _result(diagnostic: Diagnostic, codes: list[str], language: str) -> dict[str, Any]:
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": diagnostic.severity,
        "message": {"text": message(diagnostic, language)},
        "locations": [{"physicalLocation": _location(diagnostic.span)}],
    }


def _location(span: Span) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(span.file)},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }
