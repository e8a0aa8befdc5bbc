"""Which declared types lead to which: computed once, so that no walk goes through one of them twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ovhlgen.model.connected import connected
from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Optional, Type, walk
from ovhlgen.resolve.naming import type_name

type Edges = Mapping[str, list[str]]


def all_types(project: Project) -> Iterator[TypeDecl]:
    """The declared ones: those of types.yaml, then each module's."""
    yield from project.types.values()
    for module in project.modules.values():
        yield from module.types.values()


def declared_types(project: Project) -> dict[str, TypeDecl]:
    """All of them, by their names in Shared/Types."""
    return {name_of(declared): declared for declared in all_types(project)}


def name_of(of: TypeDecl) -> str:
    return type_name(of.module, of.key.name)


def parts(declared: TypeDecl) -> list[tuple[Type, str | None]]:
    """The expressions inside a declaration."""
    groups = [declared.fields, *(fields for _, fields in declared.members.values())]
    found = [field.type.type for fields in groups for field in fields.values() if field.type]
    if declared.target:
        found.append(declared.target.type)
    return [(one, declared.module) for one in found]


def edges(project: Project, types: Mapping[str, TypeDecl]) -> Edges:
    """From each type to those that it names, in the order in which it does."""
    return {
        name: _names(project, [(one, module) for expression, module in parts(of) for one in walk(expression)])
        for name, of in types.items()
    }


def required(project: Project, types: Mapping[str, TypeDecl]) -> Edges:
    """From each type to those of which its values always hold one: not behind `?`, array or map; of a union only what
    all members have."""
    return {name: list(dict.fromkeys(_required(project, of))) for name, of in types.items()}


def aliases(project: Project, types: Mapping[str, TypeDecl]) -> Edges:
    """From each alias to the alias that it stands for, with or without `?`."""
    edges: dict[str, list[str]] = {}
    for name, of in types.items():
        target = of.target.type if of.target else None
        inner = target.inner if isinstance(target, Optional) else target
        names = _names(project, [(inner, of.module)] if isinstance(inner, Named) else [])
        edges[name] = [one for one in names if types[one].target]
    return edges


def cycles(of: Edges) -> list[list[str]]:
    """The groups of types that lead to each other, or to themselves."""
    return [group for group in connected({name: list(to) for name, to in of.items()}) if is_cycle(group, of)]


def is_cycle(group: list[str], of: Edges) -> bool:
    return len(group) > 1 or group[0] in of[group[0]]


def recursive(project: Project) -> frozenset[str]:
    """The types that lead back to themselves."""
    return frozenset(name for group in cycles(edges(project, declared_types(project))) for name in group)


def reachable(project: Project, of: TypeDecl) -> list[TypeDecl]:
    """The declarations that a declaration leads to; itself among them where it is recursive."""
    reached: dict[str, TypeDecl] = {}
    queue = [of]
    while queue:
        for expression, module in parts(queue.pop()):
            for one in walk(expression):
                declared = project.type_of(one, module) if isinstance(one, Named) else None
                if declared is not None and name_of(declared) not in reached:
                    reached[name_of(declared)] = declared
                    queue.append(declared)
    return list(reached.values())


def _required(project: Project, declared: TypeDecl) -> list[str]:
    if declared.kind == "union":
        members = [_fields(project, fields, declared.module) for _, fields in declared.members.values()]
        return [name for name in members[0] if all(name in one for one in members)] if members else []
    target = declared.target.type if declared.target else None
    return [
        *_fields(project, declared.fields, declared.module),
        *_names(project, [(target, declared.module)] if target else []),
    ]


def _fields(project: Project, fields: Fields, module: str | None) -> list[str]:
    return _names(project, [(field.type.type, module) for field in fields.values() if field.type])


def _names(project: Project, of: list[tuple[Type, str | None]]) -> list[str]:
    """The declared types among some expressions, each once."""
    found = [project.type_of(one, module) for one, module in of if isinstance(one, Named)]
    return list(dict.fromkeys(name_of(one) for one in found if one))
