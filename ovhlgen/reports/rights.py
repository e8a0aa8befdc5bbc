"""Who may do what: every event of a client and every action of an administrator, by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.model.project import Project
from ovhlgen.reports.printer import Align, Table
from ovhlgen.resolve.settings import settings


@dataclass(frozen=True, slots=True)
class Right:
    """`what` is an event, or an action and what it is done to: `SetConfig pace`, `SetRole Vip`. `roles` are those that
    may, lowest rank first: none where nobody can, all of them where anyone may."""

    what: str
    roles: tuple[str, ...]


def roles(project: Project) -> tuple[str, ...]:
    """The columns of the matrix: by rank, lowest first. Nothing where the game has no roles."""
    return tuple(sorted(project.roles.roles, key=project.roles.rank)) if project.roles else ()


def rights(project: Project) -> list[Right]:
    """The matrix, row by row: events by name, then settings, then roles that can be given."""
    return [Right(what, _from(project, least)) for what, least in (*_events(project), *_actions(project))]


def _from(project: Project, least: int | None) -> tuple[str, ...]:
    if least is None or project.roles is None:
        return ()
    return tuple(role for role in roles(project) if project.roles.rank(role) >= least)


def _events(project: Project) -> Iterator[tuple[str, int | None]]:
    """Each with the least rank that may send it; None for one that is switched off for good."""
    for _, module in sorted(project.modules.items()):
        for name, event in sorted(module.events.items()):
            if event.sender == "client":
                ranks = [project.roles.rank(role.name) for role in event.allow] if project.roles else []
                yield f"{module.name}.{name}", None if event.enabled.value is False else min(ranks, default=0)


def _actions(project: Project) -> Iterator[tuple[str, int | None]]:
    """What the panel does to each setting and with each role: who may open the panel, and may do that too."""
    if project.admin is None or project.roles is None:
        return
    panel = min(project.roles.rank(role.name) for role in project.admin.roles)
    if "config" in project.admin.pages:
        for setting in settings(project):
            editor = setting.field.editable_by
            yield f"SetConfig {setting.name}", max(panel, project.roles.rank(editor.name)) if editor else None
    if "permissions" in project.admin.pages and any(source.kind.name == "granted" for source in project.roles.sources):
        ranks = sorted(role.rank for role in project.roles.roles.values())
        for role in roles(project):
            above = next((rank for rank in ranks if rank > project.roles.rank(role)), None)
            yield f"SetRole {role}", None if above is None else max(panel, above)


def matrix(project: Project) -> Iterator[Table]:
    """A row for each right, a column for each role; no table where there are none."""
    columns, rows = roles(project), rights(project)
    if columns and rows:
        sides: dict[str, Align] = dict.fromkeys(columns, "centre")
        yield Table({"who may what": "left", **sides}, [[right.what, *_cells(right, columns)] for right in rows])


def _cells(right: Right, columns: tuple[str, ...]) -> list[str]:
    return ["yes" if role in right.roles else "–" for role in columns]
