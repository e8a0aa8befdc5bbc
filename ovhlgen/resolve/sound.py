"""Types that can be walked: each has an end, and none is too deep. What reads types afterwards relies on it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from ovhlgen.model.connected import connected
from ovhlgen.model.game import TypeDecl
from ovhlgen.model.project import Broken, Endless, Project, TooDeep
from ovhlgen.model.types import MAX_NESTING, Array, Map, Named, Optional, Type
from ovhlgen.resolve.typegraph import Edges, aliases, cycles, declared_types, edges, name_of, recursive, required

MAX_LEVELS = 64  # types within each other
_SHOWN = 12  # types of a round among which the first that is declared begins it


def sound(project: Project) -> Project:
    """The project without the types that have no end or are too deep: `endless` and `too_deep` say which."""
    types = declared_types(project)
    endless: list[Endless] = []
    names: set[str] = set()
    for graph in (required(project, types), aliases(project, types)):
        for group in cycles(graph):
            if not names & set(group):
                first = min(group, key=list(types).index) if len(group) <= _SHOWN else group[0]
                endless.append(Endless(types[first].key, tuple(_round(graph, first))))
            names.update(group)
    deep, too_deep = _deep(project, {name: declared for name, declared in types.items() if name not in names}, names)
    return replace(
        _without(project, names | deep),
        endless=(*project.endless, *endless),
        too_deep=(*project.too_deep, *too_deep),
    )


def _deep(project: Project, types: Mapping[str, TypeDecl], endless: set[str]) -> tuple[set[str], list[TooDeep]]:
    """The types that are too deep, and of those each that isn't so because of another one."""
    graph = {name: [to for to in targets if to not in endless] for name, targets in edges(project, types).items()}
    levels: dict[str, int] = {}
    nesting: dict[str, int] = {}  # of aliases: arrays, maps and `?` within each other
    deep: set[str] = set()
    causes: list[TooDeep] = []
    for group in connected(graph):
        inner = [to for name in group for to in graph[name] if to not in group]
        level = len(group) + max((levels[name] for name in inner), default=0)
        levels.update(dict.fromkeys(group, level))
        for name in group:
            declared = types[name]
            target = declared.target
            nesting[name] = _nesting(project, target.type, declared.module, nesting) if target else 0
        too_nested = [name for name in group if nesting[name] > MAX_NESTING]
        follows = any(name in deep for name in inner)
        if level > MAX_LEVELS or too_nested or follows:
            deep.update(group)
        if too_nested and not follows:
            causes.append(TooDeep(types[too_nested[0]].key, nesting[too_nested[0]], MAX_NESTING))
        elif level > MAX_LEVELS and not follows:
            causes.append(TooDeep(types[group[-1]].key, level, MAX_LEVELS))
    return deep, causes


def _nesting(project: Project, type_: Type, module: str | None, known: Mapping[str, int]) -> int:
    match type_:
        case Optional() | Array():
            return 1 + _nesting(project, type_.inner, module, known)
        case Map():
            return 1 + max(_nesting(project, one, module, known) for one in (type_.key, type_.value))
        case Named():
            declared = project.type_of(type_, module)
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
