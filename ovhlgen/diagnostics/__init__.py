"""Findings about a project: the value, the catalogue of messages, the printers."""

from ovhlgen.diagnostics.diagnostic import Diagnostic, Span, causes, errors_in, problem
from ovhlgen.diagnostics.source import Source, Sources
from ovhlgen.diagnostics.spelling import listed, nearest

__all__ = ["Diagnostic", "Source", "Sources", "Span", "causes", "errors_in", "listed", "nearest", "problem"]
