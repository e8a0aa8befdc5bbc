"""E1111 for the tools that a command needs and that aren't there."""

from __future__ import annotations

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.tools.find import missing


def need_tools(*names: str) -> list[Diagnostic]:
    return [
        problem("E1111", Span("tools"), tool=pin.name, version=pin.version, purpose=pin.purpose)
        for pin in missing(*names)
    ]
