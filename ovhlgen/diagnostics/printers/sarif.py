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


def print_sarif(found: Sequence[Diagnostic], sources: Sources, language: str, colour: bool) -> str:
    codes = sorted({one.code for one in found})
    rules = [{"id": code, "fullDescription": {"text": entry(code).explain[language].strip()}} for code in codes]
    driver = {"name": "ovhlgen", "version": __version__, "rules": rules}
    value = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, codes, language) for one in found],
            }
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _result(found: Diagnostic, codes: list[str], language: str) -> dict[str, Any]:
    return {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": found.severity,
        "message": {"text": message(found, language)},
        "locations": [{"physicalLocation": _location(found.span)}],
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
