"""What a type comes to, behind the names that it was given."""

from __future__ import annotations

from ovhlgen.model.game import TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Optional, Placed, Type


def followed(project: Project, type_: Type, module: str | None, *, bare: bool = False) -> Placed:
    """What an alias leads to, and with `bare` what is there where a value isn't missing."""
    while True:
        if bare and isinstance(type_, Optional):
            type_ = type_.inner
            continue
        declared = project.type_of(type_, module) if isinstance(type_, Named) else None
        if declared is None or declared.target is None:
            return Placed(type_, module)
        type_, module = declared.target.type, declared.module


def meant(project: Project, of: Type, module: str | None, *, bare: bool = False) -> Type | TypeDecl:
    """As `followed`, but a struct, enum or union is its declaration; a name that is none stays."""
    found = followed(project, of, module, bare=bare)
    declared = project.type_of(found.type, found.module) if isinstance(found.type, Named) else None
    return found.type if declared is None else declared


def is_unknown(project: Project, of: Type, module: str | None) -> bool:
    """Whether it comes to a name that nothing declares: that is said where the name stands."""
    return isinstance(meant(project, of, module, bare=True), Named)
