"""Typed stubs for workers and functions that a spec names and that aren't there. Nothing is changed that stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import COLUMNS, LuauType, luau_type
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import Binding, Shape, SharedName, bindings, exported

_RETURN = re.compile(r"^return\b[^\n]*\n?\s*\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stub:
    """What is added to a worker: a whole file, or functions before its last `return`."""

    path: str
    text: str
    functions: list[str] = field(default_factory=list)


def scaffold(root: Path, project: Project) -> list[Stub]:
    """The stubs that are missing; each holds the file's complete new text."""
    found = []
    for name in sorted(project.modules):
        module = project.modules[name]
        for worker in sorted(ref.name for ref in module.linked):
            stub = _worker(root, project, module, worker)
            if stub is not None:
                found.append(stub)
    return found


def _worker(root: Path, project: Project, module: Module, worker: str) -> Stub | None:
    path = f"{module.folder}/{worker}.luau"
    source = module.sources.get(worker)
    wanted: dict[str, Binding] = {}
    for binding in _bindings(project, module, worker):
        if source is None or (binding.ref.function.name not in source.functions and not source.unread):
            wanted.setdefault(binding.ref.function.name, binding)
    if source is not None and not wanted:
        return None
    functions = [_function(project, module, worker, name, binding) for name, binding in wanted.items()]
    if source is None:
        body = "\n\n".join(
            ["--!strict\nlocal Types = require(script.Parent.Types)", f"local {worker} = {{}}", *functions]
        )
        return Stub(path, f"{body}\n\nreturn {worker}\n", list(wanted))
    text = (root / path).read_text("utf-8-sig")
    end = _RETURN.search(text)
    at = end.start() if end else len(text)
    added = "\n\n".join(functions)
    return Stub(path, f"{text[:at].rstrip()}\n\n{added}\n\n{text[at:]}", list(wanted))


def _bindings(project: Project, module: Module, worker: str) -> Iterator[Binding]:
    for binding in bindings(project, module):
        if binding.ref.worker.name == worker:
            yield binding
    for owner, binding in exported(project, module):
        if owner == worker:
            yield binding


def _shape(writer: TypeWriter, module: Module, of: Shape) -> LuauType:
    """Types as a worker writes them: `Types.Song`, payloads by their event's name."""
    if isinstance(of, SharedName):
        return f"Types.{of.name.partition('_')[2]}"
    found = writer.shape(of)
    return found.replace(f"Types.{module.name}_", "Types.") if isinstance(found, str) else found


def _function(project: Project, module: Module, worker: str, name: str, binding: Binding) -> str:
    writer = TypeWriter(project, module.name, lambda name: f"Types.{name}")
    params: list[tuple[str, LuauType]] = [("context", "Types.Context")]
    params += [(f"_{param}", _shape(writer, module, of)) for param, of in binding.params]
    returns = "" if binding.returns is None else f": {luau_type(_shape(writer, module, binding.returns))}"
    head = f"function {worker}.{name}"
    written = [f"{param}: {luau_type(of)}" for param, of in params]
    flat = f"{head}({', '.join(written)}){returns}"
    if len(flat) > COLUMNS:
        inner = ",\n\t".join(written)
        flat = f"{head}(\n\t{inner}\n){returns}"
    words = f"{worker}.{name} isn't written yet"
    return f'{flat}\n\tcontext.Logger:Warn("{words}")\n\terror("{words}")\nend'
