"""Expected files beside the tests. `UPDATE_SNAPSHOTS=1` writes them anew; then read the difference."""

from __future__ import annotations

import os
from pathlib import Path


def matches(path: Path, text: str) -> bool:
    """Whether `text` is what stands in `path`, byte for byte."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return path.read_bytes() == text.encode()
