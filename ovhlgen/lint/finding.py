"""What a type checker said."""

from __future__ import annotations

from dataclasses import dataclass

from ovhlgen.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """`span` is in the file's characters, its file relative to the root; `names` are the fields that there are,
    where one isn't found."""

    span: Span
    is_warning: bool
    code: str
    message: str
    names: tuple[str, ...] = ()
    suggestion: str | None = None
