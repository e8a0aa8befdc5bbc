"""`specs/` → Project: every file read, validated against its kind, and built into the model."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ovhlgen.diagnostics import Diagnostic, Source, Sources, Span, listed, nearest, problem
from ovhlgen.model.game import Config, Ref
from ovhlgen.model.module import Module, Worker
from ovhlgen.model.names import ADMIN_PANEL, ADMIN_SCREEN
from ovhlgen.model.node import Mapping
from ovhlgen.model.project import Broken, Project
from ovhlgen.read import build_game as game
from ovhlgen.read.build_module import build_module
from ovhlgen.read.builtin import admin_panel, admin_screen, filled, panel_screen, panel_theme
from ovhlgen.read.parts import Reader
from ovhlgen.read.salvage import salvaged as without_wrong
from ovhlgen.read.screens import build_screen
from ovhlgen.read.source import digest, read_sources
from ovhlgen.read.validate import validate
from ovhlgen.read.worker import read_worker
from ovhlgen.read.yaml import read_yaml
from ovhlgen.schema import FILES

_BUILDERS: dict[str, Callable[[Reader, Mapping], Any]] = {
    "project": game.build_settings,
    "config": game.build_config,
    "roles": game.build_roles,
    "types": lambda reader, root: reader.types(root.get("types"), None),
    "data": game.build_data,
    "monetization": game.build_monetization,
    "topbar": game.build_topbar,
    "admin": game.build_admin,
    "catalogue": game.build_catalogue,
    "module": build_module,
    "theme": game.build_theme,
    "screen": build_screen,
    "scenario": game.build_scenario,
}
_PATTERNS = {kind: re.compile(re.escape(pattern).replace(r"\*", "([^/]+)")) for kind, pattern in FILES.items()}
_WORKER = re.compile(r"specs/modules/([^/]+)/([^/]+)\.luau")
_MIGRATION = re.compile(r"specs/migrations/([^/]+)\.luau")
# Files whose name is the name that they declare, and the key that declares it.
_NAMED = {
    "catalogue": "catalogue",
    "module": "module",
    "theme": "theme",
    "screen": "screen",
}


@dataclass(frozen=True, slots=True)
class Read:
    """The outcome of reading: a project (None where project.yaml itself can't be), sources, findings."""

    project: Project | None
    sources: Sources
    problems: list[Diagnostic]


def read_project(root: Path) -> Read:
    sources = read_sources(root)
    problems = list(sources.problems)
    if not sources.files and problems and problems[0].code == "E0001":
        return Read(None, sources, problems)
    parts: dict[str, dict[str, Any]] = {kind: {} for kind in FILES}
    broken: set[Broken] = set()
    for path in sorted({*sources.files, *(diagnostic.span.file for diagnostic in problems)}):
        kind, stem = _kind_of(path)
        if kind is None:
            if path in sources.files:
                problems.extend(_stray(path))
            else:
                broken.add(Broken("file", path))
            continue
        name = stem or kind
        built, diagnostic = _build(kind, name, sources.files[path]) if path in sources.files else (None, [])
        problems.extend(diagnostic)
        if built is not None:
            parts[kind][name] = built
        if built is None or diagnostic:
            broken.add(Broken(kind, name))
    if "project" not in parts["project"] and Broken("project", "project") not in broken:
        problems.append(problem("E0002", Span("specs/project.yaml")))
    workers = _read_workers(sources)
    modules = {name: _with_workers(module, workers) for name, module in parts["module"].items()}
    settings = parts["project"].get("project")
    if settings is None:
        return Read(None, sources, problems)
    admin, roles = parts["admin"].get("admin"), parts["roles"].get("roles")
    themes = {name: filled(theme) if name == "default" else theme for name, theme in parts["theme"].items()}
    screens = dict(parts["screen"])
    if admin and roles:
        panel = admin_panel(settings, admin, roles)
        modules.setdefault(ADMIN_PANEL, panel)
        modules.setdefault(ADMIN_SCREEN, admin_screen(settings, admin, panel))
        if not themes and not screens and not any(part.kind == "theme" for part in broken):
            themes["default"] = panel_theme()
        screens.setdefault(ADMIN_PANEL, panel_screen(admin))
    project = Project(
        settings=settings,
        config=parts["config"].get("config", Config()),
        roles=roles,
        data=parts["data"].get("data"),
        monetization=parts["monetization"].get("monetization"),
        topbar=parts["topbar"].get("topbar"),
        admin=admin,
        types=parts["types"].get("types", {}),
        modules=modules,
        catalogues=parts["catalogue"],
        themes=themes,
        screens=screens,
        scenarios=tuple(parts["scenario"][name] for name in sorted(parts["scenario"])),
        files={path: Span(path) for path in sources.files},
        broken=frozenset(broken),
        digest=digest(sources),
        migrations={path: worker for path, worker in workers.items() if _MIGRATION.fullmatch(path)},
    )
    return Read(project, sources, problems)


def _kind_of(path: str) -> tuple[str | None, str | None]:
    for kind, pattern in _PATTERNS.items():
        match = pattern.fullmatch(path)
        if match:
            return kind, match.group(1).removesuffix(".yaml") if match.groups() else None
    return None, None


def _build(kind: str, name: str, source: Source) -> tuple[Any, list[Diagnostic]]:
    root, problems = read_yaml(source)
    if root is None:
        return None, problems
    found = validate(kind, root)
    if found or not isinstance(root, Mapping):
        return None, found
    reader = Reader(source.path)
    built = _BUILDERS[kind](reader, root)
    problems.extend(reader.problems)
    declared = _NAMED.get(kind)
    if declared is not None:
        key: Ref = built.key
        if key.name != name:
            problems.append(problem("E0107", key.span, name=key.name, file=name, what=declared))
            return None, problems
    return built, problems


def salvaged_modules(sources: Sources, project: Project) -> dict[str, Module]:
    """What can be read of modules that the project lacks, for findings in their specs: by name, with their workers."""
    modules: dict[str, Module] = {}
    for path, source in sources.files.items():
        kind, name = _kind_of(path)
        if kind != "module" or name is None or name in project.modules:
            continue
        root, _ = read_yaml(source)
        rest = without_wrong("module", root) if isinstance(root, Mapping) else None
        built = build_module(Reader(path), rest) if rest else None
        if built and built.name == name:
            modules[name] = built
    workers = _read_workers(sources) if modules else {}
    return {name: _with_workers(module, workers) for name, module in modules.items()}


def is_script(path: str) -> bool:
    """Whether a file is a worker or a migration."""
    return bool(_WORKER.fullmatch(path) or _MIGRATION.fullmatch(path))


def _stray(path: str) -> list[Diagnostic]:
    """E0008: a spec or worker where none is read."""
    if is_script(path):
        return []
    return [problem("E0008", Span(path), suggestion=_place(path), file=path, places=listed(FILES.values(), 20))]


# Folders of specs by other names.
_FOLDERS = {
    **dict.fromkeys(("screens", "screen", "gui", "guis", "views"), "ui"),
    **dict.fromkeys(("catalogs", "catalog"), "catalogues"),
    **dict.fromkeys(("tests", "test"), "scenarios"),
    **dict.fromkeys(("styles", "style"), "themes"),
}


def _place(path: str) -> str | None:
    """Where a file is read that stands where none is."""
    *folders, name = path.split("/")[1:]
    stem, _, ending = name.rpartition(".")
    if ending == "lua":
        return f"{path}u" if _WORKER.fullmatch(f"{path}u") or _MIGRATION.fullmatch(f"{path}u") else None
    if ending == "luau":
        return None
    if not folders:
        top = nearest(stem, _TOP)
        return f"specs/{top}.yaml" if top else None
    first = _FOLDERS.get(folders[0].lower()) or nearest(folders[0], _ROOMS) or folders[0]
    if stem.lower() == "module":
        owner = folders[-1] if folders[0] != folders[-1] or first != "modules" else None
        return f"specs/modules/{owner}/module.yaml" if owner else None
    if first == "modules":
        return f"specs/modules/{folders[1] if len(folders) > 1 else stem}/module.yaml"
    return f"specs/{first}/{stem}.yaml" if first in _ROOMS else None


_TOP = [pattern[6:-5] for pattern in FILES.values() if "*" not in pattern]  # their stems
_ROOMS = sorted({pattern.split("/")[1] for pattern in FILES.values() if "*" in pattern})


def _read_workers(sources: Sources) -> dict[str, Worker]:
    workers = {}
    for path, source in sources.files.items():
        match = _WORKER.fullmatch(path) or _MIGRATION.fullmatch(path)
        if match:
            workers[path] = read_worker(match.groups()[-1], source)
    return workers


def _with_workers(module: Module, workers: dict[str, Worker]) -> Module:
    own = {worker.name: worker for path, worker in workers.items() if path.rsplit("/", 1)[0] == module.folder}
    return replace(module, sources=own)
