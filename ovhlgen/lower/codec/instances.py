"""Instances beside the buffer."""

from __future__ import annotations

from ovhlgen.lower.codec.lines import Lines
from ovhlgen.luau import string
from ovhlgen.model.wire import Beside


def is_instance(lines: Lines, of: Beside, value: str) -> str:
    """Whether it is one of that class, below its path."""
    path = "" if of.path is None else f", {string(of.path)}"
    return f"isInstance({value}, {string(of.class_name or '')}{path})"
