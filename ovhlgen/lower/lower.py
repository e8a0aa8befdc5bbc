"""The whole of lowering: which files there will be."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.lower.data import data
from ovhlgen.lower.declarations import type_outputs, types
from ovhlgen.lower.guide import guide
from ovhlgen.lower.keys import keys
from ovhlgen.lower.module import module_files
from ovhlgen.lower.monetization import monetization
from ovhlgen.lower.network import network
from ovhlgen.lower.output import Output
from ovhlgen.lower.permissions import permissions
from ovhlgen.lower.project import configs, project_file, services, tool_files
from ovhlgen.lower.screens import screens
from ovhlgen.lower.settings import settings
from ovhlgen.lower.shared import catalogues, config, modules_in_order
from ovhlgen.lower.style import style
from ovhlgen.lower.topbar import topbar
from ovhlgen.model.project import Project


def lower(project: Project, profile: str | None = None) -> Iterator[Output]:
    """Every file that comes from the specs; the runtime's plain files are added by `emit.render`."""
    outputs = list(_outputs(project, profile))
    yield project_file(project, [output.path for output in outputs])
    yield from outputs


def _outputs(project: Project, profile: str | None) -> Iterator[Output]:
    yield from tool_files(project)
    yield guide(project)
    yield from configs(project)
    yield from config(project, profile)
    yield from services(project)
    yield from data(project)
    yield from settings(project)
    yield from permissions(project)
    yield from monetization(project)
    yield from topbar(project)
    yield from style(project)
    yield from screens(project)
    declared = types(project)
    yield from type_outputs(project, declared)
    yield from keys(project, declared)
    yield from network(project)
    yield from catalogues(project, declared.shared)
    for module in modules_in_order(project):
        yield from module_files(project, module, declared)
