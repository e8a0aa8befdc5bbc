"""What a type comes to, behind the names that it was given."""

from __future__ import annotations

from ovhlgen.model.game import TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Optional, Type


def meant(project: Project, of: Type, module: str | None, *, bare: bool = False) -> Type | TypeDecl:
    """What an alias leads to, and with `bare` what is there where a value isn't missing. A struct, enum or union is its
    declaration; a name that is none stays."""
    if bare and isinstance(of, Optional):
        return meant(project, of.of, module, bare=bare)
    declared = project.type_of(of, module) if isinstance(of, Named) else None
    if declared is None:
        return of
    return declared if declared.target is None else meant(project, declared.target.type, declared.module, bare=bare)
