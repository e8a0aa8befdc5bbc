"""ConfigService's own files: the settings with their types, defaults and editors (docs/origin.md, Core OS 11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovhlgen.language import types
from ovhlgen.language.limits import DEFAULT_ELEMENTS, MAX_WHOLE
from ovhlgen.language.types import Number, Text
from ovhlgen.lower.output import Output
from ovhlgen.lower.shapes import Shapes
from ovhlgen.luau import NOTHING, assigned, literal
from ovhlgen.model.game import TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.settings import Setting, seen_by_clients
from ovhlgen.resolve.settings import settings as settings_of
from ovhlgen.resolve.values import Values
from ovhlgen.services.config_service import SERVICE

MAX_CHOICES = 1000  # choices of an editor


def settings(project: Project) -> Iterator[Output]:
    """Only where the game has ConfigService, in each realm."""
    inputs = {"specs/admin.yaml", "specs/config.yaml", "specs/data.yaml", "specs/types.yaml"}
    inputs |= {project.modules[setting.module].path for setting in settings_of(project) if setting.module}
    read = tuple(sorted(inputs & set(project.files)))
    if SERVICE.is_in(project, "server"):
        shapes = Shapes(project)
        fields = literal({setting.name: _field(project, shapes, setting) for setting in settings_of(project)})
        named = [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
        view = {"shapes": named, "fields": fields, "is_stored": project.data is not None}
        yield Output(f"{SERVICE.path('server')}/Fields.luau", "services/ConfigFields.luau.j2", read, view)
    if SERVICE.is_in(project, "client"):
        names = literal([setting.name for setting in seen_by_clients(project)])
        yield Output(f"{SERVICE.path('client')}/Fields.luau", "services/SharedFields.luau.j2", read, {"names": names})


def _field(project: Project, shapes: Shapes, setting: Setting) -> dict[str, Any]:
    field = setting.field
    assert field.type is not None
    lowered = {
        "owner": setting.module or "",
        "name": field.key.name,
        "shape": shapes.type(field.type.type, setting.module),
    }
    default = Values(project, setting.module).fit(field.default, field.type.type)
    if default is not NOTHING and default is not None:
        lowered["default"] = default
    if field.editable_by:
        lowered["editableBy"] = field.editable_by.name
    if setting.module is None and field.realm == "shared":
        lowered["isShared"] = True
    if project.admin:
        lowered["form"] = _form(project, setting, field.type) | ({"doc": field.doc} if field.doc else {})
    return lowered


def _form(project: Project, one: Setting, of: TypeRef) -> dict[str, Any]:
    """How the panel's editor asks for a value."""
    form: dict[str, Any] = {"kind": "list", "type": of.text}
    match meant(project, of.type, one.module):
        case types.BOOLEAN:
            form["kind"] = "switch"
        case Number() as number:
            form |= {"kind": "whole" if number.whole else "number", "low": number.low, "high": number.high}
        case types.ID:
            form |= {"kind": "whole", "low": -MAX_WHOLE, "high": MAX_WHOLE}
        case Text() as text:
            form |= {"kind": "text", "low": text.low, "high": DEFAULT_ELEMENTS if text.high is None else text.high}
        case types.THEME:
            form |= {"kind": "choice", "choices": sorted(project.themes)}
        case TypeDecl() as enum:
            form |= {"kind": "choice", "choices": [value.name for value in enum.values][:MAX_CHOICES]}
    return form
