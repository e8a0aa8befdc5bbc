"""Server/Keys and Shared/Keys: one value for each stored key and each field of the config.

They are what a generic method such as `Get<T>(key: Key<T>): T` takes; a module's Types hand them on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.lower.declarations import Types
from ovhlgen.lower.output import Output
from ovhlgen.lower.service_types import typed
from ovhlgen.luau import NOTHING, Uses, literal, luau_type
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.model.tree import KEYS
from ovhlgen.resolve.values import Values
from ovhlgen.services import SERVICES
from ovhlgen.services.keyed import member
from ovhlgen.services.service import KeyGroup


def key_fields(project: Project, module: Module) -> dict[str, str]:
    """What a module's Types return: from the name there to the name in Keys."""
    named = {service.name for service in typed(project, module)}
    groups = (group for service in SERVICES if service.name in named for group in service.keys)
    return {group.field: group.name for group in groups}


def keys(project: Project, types: Types) -> Iterator[Output]:
    """Only where a module of that realm asks for the service."""
    for root, realm in (("Server", "server"), ("Shared", "client")):
        modules = (module for module in project.modules.values() if module.realm == realm)
        named = {service.name for module in modules for service in typed(project, module)}
        files, uses = types.server if root == "Server" else types.shared, Uses()
        groups = {
            group.name: (luau_type(files.spell(group.type), uses=uses), _group(project, group, realm))
            for service in SERVICES
            if service.name in named
            for group in service.keys
        }
        if groups:
            inputs = tuple(sorted({"specs/config.yaml", "specs/data.yaml"} & set(project.files)))
            view = {"groups": groups, "requires": files.requires(uses), "is_server": root == "Server"}
            yield Output(f"src/{root}/{KEYS}.luau", "shared/Keys.luau.j2", inputs, view)


def _group(project: Project, group: KeyGroup, realm: str) -> str:
    """Each key with its default, where it has one."""
    written: dict[str, dict[str, object]] = {}
    for name, field, module in group.fields(project, realm):
        assert field.type is not None
        default = Values(project, module).fit(field.default, field.type.type)
        has_default = default is not NOTHING and default is not None
        written[member(name)] = {group.kind: name, **({"default": default} if has_default else {})}
    return literal(written)
