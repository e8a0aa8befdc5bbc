"""Where the files are that aren't Python: in the installed package, or in the checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def templates() -> Path:
    """The folder of templates. In a wheel it is part of the package, in a checkout it lies beside it."""
    packaged = _PACKAGE / "templates"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "templates"


@cache
def project_template() -> Path:
    """default.project.json.j2: at the top of a checkout, among the templates in a wheel."""
    packaged = _PACKAGE / "templates" / "project" / "default.project.json.j2"
    return packaged if packaged.is_file() else _PACKAGE.parent / "default.project.json.j2"


@cache
def own_crate(name: str) -> Path:
    """The folder of a Rust program of our own."""
    packaged = _PACKAGE / "crates" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / "tools" / name
