"""Typed stubs for workers and functions that a spec names and that aren't there. Nothing is changed that stands."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ovhlgen.check import check
from ovhlgen.diagnostics import Diagnostic, Span, errors_in
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import COLUMNS, LuauType, luau_type
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Placed, TypeRef, walk
from ovhlgen.resolve.bindings import Binding, Shape, SharedName, bindings
from ovhlgen.resolve.sound import sound

_RETURN = re.compile(r"^return\b[^\n]*\n?\s*\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stub:
    """What is added to a worker: a whole file, or functions before its last `return`."""

    path: str
    text: str
    functions: list[str] = field(default_factory=list)


# Findings that stubs are the answer to.
ANSWERED = ("E0501", "E0502")


def scaffold(
    root: Path, project: Project, salvaged: Mapping[str, Module], problems: Iterable[Diagnostic] = ()
) -> list[Stub]:
    """The stubs that are missing; each holds the file's complete new text. `salvaged` is what can be read of modules
    whose specs have mistakes.

    What an error of `problems` is in, and what depends on what can't be read, waits until that is put right."""
    whole = sound(replace(project, modules={**salvaged, **project.modules}))
    every = [*problems, *(check(whole) if salvaged else ())]
    errors = [finding for finding in every if finding.severity == "error" and finding.code not in ANSWERED]
    is_wrong, files = errors_in(errors), {error.span.file for error in errors}
    stubs = []
    for name, module in sorted(whole.modules.items()):
        for worker in sorted(module.linked, key=lambda ref: ref.name):
            path = f"{module.folder}/{worker.name}.luau"
            is_missing = worker.name not in module.sources
            if path in files or is_wrong(worker.span) or (is_missing and os.path.lexists(root / path)):
                continue
            stub = _worker(root, whole, module, worker.name, is_wrong)
            # What can't be read of a module may be its list of workers.
            if stub is not None and (stub.functions or name not in salvaged):
                stubs.append(stub)
    return stubs


def _worker(root: Path, project: Project, module: Module, worker: str, is_wrong: Callable[[Span], bool]) -> Stub | None:
    path = f"{module.folder}/{worker}.luau"
    source = module.sources.get(worker)
    wanted: dict[str, list[Binding]] = {}
    for binding in _bindings(project, module, worker):
        if any(map(is_wrong, (binding.ref.function.span, *binding.upon))) or not _is_known(project, module, binding):
            continue
        if source is None or (binding.ref.function.name not in source.functions and not source.unread):
            wanted.setdefault(binding.ref.function.name, []).append(binding)
    if source is not None and not wanted:
        return None
    functions = [_function(project, module, worker, name, bound) for name, bound in wanted.items()]
    if source is None:
        body = "\n\n".join(
            ["--!strict\nlocal Types = require(script.Parent.Types)", f"local {worker} = {{}}", *functions]
        )
        return Stub(path, f"{body}\n\nreturn {worker}\n", list(wanted))
    text = (root / path).read_bytes().decode("utf-8")  # as it is, with its line endings
    end = _RETURN.search(text)
    at = end.start() if end else len(text)
    before = text[:at].rstrip()
    added = "\n\n".join(["", *functions, ""])
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")
    return Stub(path, f"{before}{added}{text[at:]}", list(wanted))


def _is_known(project: Project, module: Module, binding: Binding) -> bool:
    """Whether all its parameters are there, and each type that they name."""
    shapes = [*(shape for _, shape in binding.params), *([binding.returns] if binding.returns else [])]
    types = [
        Placed(shape.type, shape.module if isinstance(shape, Placed) else module.name)
        for shape in shapes
        if isinstance(shape, Placed | TypeRef)
    ]
    names = [(part, owner) for type_, owner in types for part in walk(type_) if isinstance(part, Named)]
    return binding.is_known and all(project.type_of(name, owner) is not None for name, owner in names)


def _bindings(project: Project, module: Module, worker: str) -> Iterator[Binding]:
    return (binding for binding in bindings(project, module) if binding.ref.worker.name == worker)


def _params(project: Project, module: Module, bound: list[Binding]) -> list[tuple[str, LuauType]]:
    """Those that each of a function's bindings gives; what is of several types is `any`."""
    shortest = min(bound, key=lambda binding: len(binding.params))
    params: list[tuple[str, LuauType]] = [("context", "Types.Context")]
    for at, (name, _) in enumerate(shortest.params):
        types = [_shape(project, module, binding.params[at][1]) for binding in bound]
        params.append((f"_{name}", types[0] if all(type_ == types[0] for type_ in types) else "any"))
    return params


def _shape(project: Project, module: Module, shape: Shape) -> LuauType:
    """Types as a worker writes them: `Types.Song`, payloads by their event's name."""
    if isinstance(shape, SharedName):
        return f"Types.{shape.name.partition('_')[2]}"
    own = f"{module.name}_"
    return TypeWriter(project, module.name, lambda name: f"Types.{name.removeprefix(own)}").shape(shape)


def _function(project: Project, module: Module, worker: str, name: str, bound: list[Binding]) -> str:
    given = bound[0].returns
    # What never returns has no type of its own that fits: it says the one that is wanted.
    returns = ": ()" if given is None else f": {luau_type(_shape(project, module, given))}"
    head = f"function {worker}.{name}"
    written = [f"{param}: {luau_type(type_)}" for param, type_ in _params(project, module, bound)]
    flat = f"{head}({', '.join(written)}){returns}"
    if len(flat) > COLUMNS:
        inner = ",\n\t".join(written)
        flat = f"{head}(\n\t{inner}\n){returns}"
    words = f"{worker}.{name} isn't written yet"
    return f'{flat}\n\tcontext.Logger:Warn("{words}")\n\terror("{words}")\nend'
