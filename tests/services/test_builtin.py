"""Modules of ours reach services as anyone's module does: through their context."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ovhlgen.resources import templates

# Libraries, which are no services: what a request's sender may still do, texts, languages.
LIBRARIES = {"Network", "Logger.Json", "Kernel.Language"}
WORKERS = sorted((templates() / "builtin").rglob("*.luau"))


@pytest.mark.parametrize("path", WORKERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_worker_requires_no_service(path: Path) -> None:
    text = path.read_text("utf-8")
    required = set(re.findall(r"require\((.*)\)$", text, re.MULTILINE))
    libraries = {re.sub(r"^.*\bShared\.", "", one) for one in required - {"script.Parent.Types"}}
    assert libraries <= LIBRARIES
    assert "GetModule" not in text
