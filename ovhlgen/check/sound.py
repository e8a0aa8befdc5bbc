"""Types that can be walked: each has an end, and none is too deep. What reads types afterwards relies on it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.connected import connected
from ovhlgen.model.game import TypeDecl
from ovhlgen.model.project import Broken, Project
from ovhlgen.model.types import MAX_NESTING, Array, Map, Named, Optional, Type
from ovhlgen.resolve.typegraph import Edges, aliases, cycles, declared_types, edges, name_of, recursive, required

MAX_LEVELS = 64  # types within each other
_SHOWN = 12  # names of a path


def sound(project: Project) -> tuple[Project, list[Diagnostic]]:
    """The project without the types that have no end or are too deep, and a finding for each group of them.

    E0304: a type that contains itself has no finite value. E0311: types too deep within each other."""
    types = declared_types(project)
    problems = []
    endless: set[str] = set()
    for graph in (required(project, types), aliases(project, types)):
        for group in cycles(graph):
            if not endless & set(group):
                first = min(group, key=list(types).index) if len(group) <= _SHOWN else group[0]
                problems.append(problem("E0304", types[first].key.span, path=_path(_round(graph, first))))
            endless.update(group)
    deep, found = _deep(project, {name: of for name, of in types.items() if name not in endless}, endless)
    return _without(project, endless | deep), [*problems, *found]


def _deep(project: Project, types: Mapping[str, TypeDecl], endless: set[str]) -> tuple[set[str], list[Diagnostic]]:
    """The types that are too deep, and a finding for each that isn't so because of another one."""
    graph = {name: [one for one in to if one not in endless] for name, to in edges(project, types).items()}
    levels: dict[str, int] = {}
    nesting: dict[str, int] = {}  # of aliases: arrays, maps and `?` within each other
    deep: set[str] = set()
    problems = []
    for group in connected(graph):
        inner = [one for name in group for one in graph[name] if one not in group]
        level = len(group) + max((levels[one] for one in inner), default=0)
        levels.update(dict.fromkeys(group, level))
        for name in group:
            of = types[name]
            nesting[name] = _nesting(project, of.target.type, of.module, nesting) if of.target else 0
        too_nested = [name for name in group if nesting[name] > MAX_NESTING]
        if level > MAX_LEVELS or too_nested or any(one in deep for one in inner):
            deep.update(group)
            if not any(one in deep for one in inner):
                first = too_nested[0] if too_nested else group[-1]
                found = nesting[first] if too_nested else level
                most = MAX_NESTING if too_nested else MAX_LEVELS
                problems.append(
                    problem("E0311", types[first].key.span, name=types[first].key.name, found=found, most=most)
                )
    return deep, problems


def _nesting(project: Project, of: Type, module: str | None, known: Mapping[str, int]) -> int:
    match of:
        case Optional() | Array():
            return 1 + _nesting(project, of.of, module, known)
        case Map():
            return 1 + max(_nesting(project, one, module, known) for one in (of.key, of.value))
        case Named():
            declared = project.type_of(of, module)
            return known.get(name_of(declared), 0) if declared else 0
    return 0


def _round(graph: Edges, start: str) -> list[str]:
    """The shortest way from a type back to itself."""
    came: dict[str, str] = {}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        for to in graph[at]:
            if to == start:
                path = [at]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return [*reversed(path), start]
            if to not in came:
                came[to] = at
                queue.append(to)
    return [start]


def _path(names: list[str]) -> str:
    shown = names if len(names) <= _SHOWN else [*names[: _SHOWN - 2], "…", names[-1]]
    return " → ".join(shown)


def _without(project: Project, names: set[str]) -> Project:
    """What names them isn't told that they are unknown: they are there, and wrong."""
    if not names:
        return replace(project, recursive=recursive(project))
    kept = replace(
        project,
        types={name: of for name, of in project.types.items() if name_of(of) not in names},
        modules={
            name: replace(module, types={key: of for key, of in module.types.items() if name_of(of) not in names})
            for name, module in project.modules.items()
        },
        broken=project.broken | {Broken("types", "types")} | {Broken("module", name) for name in project.modules},
    )
    return replace(kept, recursive=recursive(kept))
