"""What lowering hands to rendering: a file to be, its template, its finished texts, the specs behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Output:
    """A file of `out/`. `view` holds finished text and lists of it; `inputs` are the specs that it comes from."""

    path: str
    template: str
    inputs: tuple[str, ...]
    view: Mapping[str, Any] = field(default_factory=dict)
