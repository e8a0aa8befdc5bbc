"""Findings about a project: the value, the catalogue of messages, the printers."""

from ovhlgen.diagnostics.diagnostic import Diagnostic, Span, listed, nearest, problem

__all__ = ["Diagnostic", "Span", "listed", "nearest", "problem"]
