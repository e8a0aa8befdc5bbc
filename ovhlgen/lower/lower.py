"""The whole of lowering: which files there will be."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.lower.guide import guide
from ovhlgen.lower.keys import keys
from ovhlgen.lower.module import module_files
from ovhlgen.lower.network import network
from ovhlgen.lower.output import Output
from ovhlgen.lower.project import configs, project_file, tool_files
from ovhlgen.lower.shared import catalogues, config, modules_in_order, types
from ovhlgen.model.project import Project


def lower(project: Project, profile: str | None = None) -> Iterator[Output]:
    """Every file that comes from the specs; the runtime's plain files are added by `emit.render`."""
    yield project_file(project)
    yield from tool_files(project)
    yield guide(project)
    yield from configs(project)
    yield from config(project, profile)
    yield from types(project)
    yield from keys(project)
    yield from network(project)
    yield from catalogues(project)
    for module in modules_in_order(project):
        yield from module_files(project, module)
