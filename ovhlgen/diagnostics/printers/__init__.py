"""One printer per format over one diagnostic type."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ovhlgen.diagnostics.diagnostic import Diagnostic
from ovhlgen.diagnostics.printers.github import print_github
from ovhlgen.diagnostics.printers.json import print_json
from ovhlgen.diagnostics.printers.sarif import print_sarif
from ovhlgen.diagnostics.printers.text import print_text
from ovhlgen.diagnostics.source import Sources

FORMATS: dict[str, Callable[[Sequence[Diagnostic], Sources, str, bool], str]] = {
    "text": print_text,
    "json": print_json,
    "github": print_github,
    "sarif": print_sarif,
}
