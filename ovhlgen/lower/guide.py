"""OVHL_OJOL_DEVELOPMENT.md: this game for people and AI assistants, bounded in size."""

from __future__ import annotations

from collections.abc import Iterable

from ovhlgen.lower.module import folder
from ovhlgen.lower.network import kind
from ovhlgen.lower.output import Output
from ovhlgen.lower.project import PROJECT_FILE
from ovhlgen.lower.shared import modules_in_order
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.resolve.wire import ranked

MAX_ROWS = 200  # rows of one table: the guide is read whole by an assistant


def guide(project: Project) -> Output:
    modules = modules_in_order(project)
    roles = project.roles
    view = {
        "name": cell(project.settings.name),
        "description": cell(project.settings.description),
        "modules": cut([_module(module) for module in modules]),
        "events": cut([_event(project, *pair) for pair in ranked(project)]),
        "bus": cut(
            [
                f"| `{name}` | `{module.name}` | {names(event.payload)} |"
                for module in modules
                for name, event in module.publishes.items()
            ]
        ),
        "roles": cut(
            [
                f"| `{role.key.name}` | {role.rank} |"
                for role in sorted(roles.roles.values(), key=lambda role: (role.rank, role.key.name))
            ]
            if roles
            else []
        ),
        "config": cut(
            [
                f"| `{name}` | `{cell(field.type.text if field.type else '')}` | {cell(field.doc or '')} |"
                for name, field in project.config.fields.items()
            ]
        ),
        "data": [],
    }
    if project.data:
        view["data"] = cut(
            [
                f"| `{name}` | {whose} | `{cell(key.type.text if key.type else '')}` | {cell(key.doc or '')} |"
                for whose, keys in (("each player's", project.data.player), ("the game's", project.data.global_keys))
                for name, key in keys.items()
            ]
        )
    inputs = tuple(sorted({PROJECT_FILE, *(module.path for module in modules)}))
    return Output("OVHL_OJOL_DEVELOPMENT.md", "project/guide.md.j2", inputs, view)


def cell(text: str) -> str:
    """Text inside a Markdown table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("`", "'").replace("<", "&lt;")


def cut(rows: list[str]) -> list[str]:
    return rows if len(rows) <= MAX_ROWS else [*rows[:MAX_ROWS], f"| … {len(rows) - MAX_ROWS} more | |"]


def names(of: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in of) or "–"


def _module(module: Module) -> str:
    needed = names(ref.name for ref in module.depends)
    workers = names(f"{module.folder}/{ref.name}.luau" for ref in module.linked)
    return (
        f"| `{module.name}` | {module.realm} | {cell(module.doc or '')} | {needed} | {workers} | `{folder(module)}` |"
    )


def _event(project: Project, module: Module, event: Event) -> str:
    allowed = names(ref.name for ref in event.allow) if event.allow else "all"
    rate = event.rate or project.settings.network.default_rate
    limit = f"{rate.per_second:g}/s, burst {rate.burst}" if event.sender == "client" else "–"
    way = f"{event.sender} → {'server' if event.sender == 'client' else 'client'}"
    allowed = allowed if event.sender == "client" else "–"
    return (
        f"| `{module.name}.{event.key.name}` | {way} | {kind(event)} | {names(event.payload)} | {limit} | {allowed} |"
    )
