"""Who may do what: every event of a client and every action of an administrator, by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.model.project import Project
from ovhlgen.resolve.settings import settings


@dataclass(frozen=True, slots=True)
class Right:
    """`what` is an event, or an action and what it is done to: `SetConfig pace`, `SetRole Vip`. `roles` are those that
    may, lowest rank first: none where nobody can, all of them where anyone may."""

    what: str
    roles: tuple[str, ...]


def roles(project: Project) -> tuple[str, ...]:
    """The columns of the matrix: by rank, lowest first. Nothing where the game has no roles."""
    found = project.roles
    return tuple(sorted(found.roles, key=found.rank)) if found else ()


def rights(project: Project) -> list[Right]:
    """The matrix, row by row: events by name, then settings, then roles that can be given."""
    return [Right(what, _from(project, least)) for what, least in (*_events(project), *_actions(project))]


def _from(project: Project, least: int | None) -> tuple[str, ...]:
    if least is None or project.roles is None:
        return ()
    return tuple(role for role in roles(project) if project.roles.rank(role) >= least)


def _events(project: Project) -> Iterator[tuple[str, int | None]]:
    """Each with the least rank that may send it; None for one that is switched off for good."""
    for name in sorted(project.modules):
        module = project.modules[name]
        for event in sorted(module.events):
            found = module.events[event]
            if found.sender == "client":
                ranks = [project.roles.rank(role.name) for role in found.allow] if project.roles else []
                yield f"{name}.{event}", None if found.enabled.value is False else min(ranks, default=0)


def _actions(project: Project) -> Iterator[tuple[str, int | None]]:
    """What the panel does to each setting and with each role: who may open the panel, and may do that too."""
    if project.admin is None or project.roles is None:
        return
    panel = min(project.roles.rank(role.name) for role in project.admin.roles)
    if "config" in project.admin.pages:
        for one in settings(project):
            editor = one.field.editable_by
            yield f"SetConfig {one.name}", max(panel, project.roles.rank(editor.name)) if editor else None
    if "permissions" in project.admin.pages and any(one.kind.name == "granted" for one in project.roles.sources):
        ranks = sorted(role.rank for role in project.roles.roles.values())
        for role in roles(project):
            above = next((rank for rank in ranks if rank > project.roles.rank(role)), None)
            yield f"SetRole {role}", None if above is None else max(panel, above)


def as_text(project: Project) -> str:
    """A table: a row for each right, a column for each role."""
    columns, found = roles(project), rights(project)
    if not columns or not found:
        return ""
    first = max(len(one.what) for one in found)
    lines = ["who may what".ljust(first) + "".join(f"  {role}" for role in columns)]
    for one in found:
        cells = "".join(f"  {('yes' if role in one.roles else '–').ljust(len(role))}" for role in columns)
        lines.append(f"{one.what.ljust(first)}{cells}".rstrip())
    return "\n" + "".join(f"{line}\n" for line in lines)


def as_markdown(project: Project) -> str:
    columns, found = roles(project), rights(project)
    if not columns or not found:
        return ""
    rows = [f"| who may what | {' | '.join(columns)} |", f"|---|{':-:|' * len(columns)}"]
    rows += [f"| {one.what} | {' | '.join('yes' if role in one.roles else '–' for role in columns)} |" for one in found]
    return "\n" + "\n".join(rows) + "\n"


def as_plain(project: Project) -> list[dict[str, object]]:
    """For JSON."""
    return [{"what": one.what, "roles": list(one.roles)} for one in rights(project)]
