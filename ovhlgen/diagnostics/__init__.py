"""Findings about a project: the value, the catalogue of messages, the printers."""

from ovhlgen.diagnostics.diagnostic import Diagnostic, Span, listed, nearest, problem
from ovhlgen.diagnostics.source import Source, Sources

__all__ = ["Diagnostic", "Source", "Sources", "Span", "listed", "nearest", "problem"]
