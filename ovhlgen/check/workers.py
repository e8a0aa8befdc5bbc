"""Workers: every function that a spec names is there and takes what it is given; what workers may not do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import MODULE, SCRIPT, WORKER, WORKER_FILE
from ovhlgen.diagnostics import Diagnostic, Span, listed, nearest, problem
from ovhlgen.model.module import Function, Module, Worker
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import Binding, bindings
from ovhlgen.services import of_realm

MAX_LINES = 300  # by the documents: a longer worker is split

_GUI = re.compile(
    r"^(\"|')(Frame|ScrollingFrame|CanvasGroup|ViewportFrame|VideoFrame|TextLabel|TextButton|TextBox|ImageLabel|"
    r"ImageButton|ScreenGui|SurfaceGui|BillboardGui)(\"|')"
)

# Signals of what is there as long as the server: services.
_LASTING = re.compile(r"(game\b|workspace\b|[A-Z]\w*(Service|Storage)\.|(Players|Workspace|Lighting|Teams)\.)")

_FILE_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,49}")
_BESIDE = "script.Parent."  # how a worker requires the files of its module
_TYPES = f"{_BESIDE}Types"


@rule("E0501", MODULE)
def missing_files(project: Project, module: Module) -> Iterator[Diagnostic]:
    """A worker that is listed has no file."""
    for ref in module.linked:
        path = f"{module.folder}/{ref.name}.luau"
        if ref.name not in module.sources and not project.is_broken("file", path):
            yield problem("E0501", ref.span, name=ref.name, path=path, suggestion=nearest(ref.name, module.sources))


def _bindings(project: Project) -> Iterator[tuple[Module, Binding]]:
    for _, module in MODULE.walk(project):
        for binding in bindings(project, module):
            yield module, binding


BINDING = Scope("binding", _bindings)


@rule("E0511", BINDING)
def unlisted_workers(module: Module, binding: Binding) -> Iterator[Diagnostic]:
    """A spec names a function of a worker that isn't listed."""
    named, workers = binding.ref.worker, [ref.name for ref in module.workers]
    if named.name not in workers:
        yield problem(
            "E0511",
            named.span,
            name=named.name,
            defined=listed(workers),
            suggestion=nearest(named.name, workers),
            upon=[ref.span for ref in module.workers],
        )


@dataclass(frozen=True, slots=True)
class _Bound:
    """A function that a spec names, of a worker that is there and that Luau can read: None where it isn't in it."""

    binding: Binding
    worker: Worker
    function: Function | None


def _functions(project: Project) -> Iterator[tuple[_Bound]]:
    readable = {worker.path: worker for _, _, worker in WORKER.walk(project)}
    for module, binding in _bindings(project):
        named = binding.ref.worker.name
        source = module.sources.get(named) if any(ref.name == named for ref in module.workers) else None
        worker = readable.get(source.path) if source else None
        if worker is not None and worker.no_table is None:
            yield (_Bound(binding, worker, worker.functions.get(binding.ref.function.name)),)


FUNCTION = Scope("function", _functions)


@rule("E0502", FUNCTION)
def missing_functions(bound: _Bound) -> Iterator[Diagnostic]:
    """The worker has no such function."""
    name, worker = bound.binding.ref.function, bound.worker
    if bound.function is None and not worker.unread:
        yield problem(
            "E0502",
            name.span,
            name=name.name,
            path=worker.path,
            defined=listed(worker.functions),
            suggestion=nearest(name.name, worker.functions),
        )


@rule("W0504", FUNCTION)
def hidden_functions(bound: _Bound) -> Iterator[Diagnostic]:
    """The function may be in a region that can't be read."""
    name, worker = bound.binding.ref.function, bound.worker
    if bound.function is None and worker.unread:
        first, last = worker.unread[0]
        yield problem("W0504", name.span, name=name.name, path=worker.path, first=first, last=last)


@rule("E0503", FUNCTION)
def parameters(bound: _Bound) -> Iterator[Diagnostic]:
    """The function takes more than it is given."""
    function, ref = bound.function, bound.binding.ref
    if function is None or function.parameters is None or not bound.binding.is_known:
        return
    given = ["context", *(name for name, _ in bound.binding.params)]
    if function.parameters > len(given):
        yield problem(
            "E0503",
            ref.function.span,
            name=str(ref),
            takes=function.parameters,
            given=", ".join(given),
            place=f"{bound.worker.path}:{function.line}",
        )


@rule("E0516", WORKER)
def tables(_project: Project, _module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """A worker that returns no table."""
    if worker.no_table is not None:
        yield problem("E0516", Span(worker.path, worker.lines), found=worker.no_table, name=worker.name)


@rule("E0514", SCRIPT)
def returned(_project: Project, script: Worker) -> Iterator[Diagnostic]:
    """A file that returns nothing, or more than one value: Roblox can't require it."""
    if script.returns not in (1, None):
        yield problem("E0514", Span(script.path, script.lines), found=script.returns, name=script.name)


@rule("N0515", SCRIPT)
def strange(project: Project, script: Worker) -> Iterator[Diagnostic]:
    """Syntax that the parser doesn't know, where Luau isn't at hand to say more."""
    for first, last in script.strange[:1] if not project.is_compiled else ():
        yield problem("N0515", Span(script.path, first), first=first, last=last)


@rule("E0505", WORKER)
def early_requires(_project: Project, module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """A sibling is required, or GetModule called, where a file is loaded: nothing is there yet."""
    siblings = {f"{_BESIDE}{ref.name}" for ref in module.workers}
    for call in worker.calls:
        is_sibling = call.callee == "require" and call.arguments in siblings and call.arguments != _TYPES
        if is_sibling or (call.inside is None and re.search(r"[.:]GetModule$", call.callee)):
            yield problem("E0505", call.span, call=f"{call.callee}({call.arguments})")


@rule("E0506", WORKER)
def foreign_requires(_project: Project, module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """A require of anything but the module's own files."""
    own = {_TYPES, *(f"{_BESIDE}{ref.name}" for ref in module.workers)}
    for call in worker.calls:
        if call.callee == "require" and call.arguments not in own:
            yield problem("E0506", call.span, path=call.arguments)


@rule("E0517", WORKER)
def undeclared(project: Project, module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """A module or service that the context lacks, for the module doesn't name it."""
    there = {*(name for name in project.modules if name != module.name), *of_realm(module.realm)}
    for asked in worker.asked:
        if asked.name in there.difference(module.named):
            upon = [ref.span for ref in (*module.depends, *module.uses)]
            yield problem("E0517", asked.span, name=asked.name, module=module.name, upon=upon)


@rule("W0507", WORKER)
def gui_instances(_project: Project, _module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """Screens are declared in specs/ui, not built by hand."""
    for call in worker.calls:
        match = _GUI.match(call.arguments)
        if call.callee == "Instance.new" and match:
            yield problem("W0507", call.span, name=match.group(2))


@rule("W0508", WORKER)
def literal_waits(_project: Project, module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """`task.wait(5)` in init or player_added stands for something that should be depended on."""
    hooks = {
        ref.function.name: hook
        for hook, ref in module.lifecycle.items()
        if hook in ("init", "player_added") and ref.worker.name == worker.name
    }
    for call in worker.calls:
        hook = hooks.get(call.inside or "")
        if hook and call.callee in ("task.wait", "wait") and re.fullmatch(r"[\d.]+", call.arguments):
            yield problem("W0508", call.span, hook=hook, call=f"{call.callee}({call.arguments})")


@rule("W0512", WORKER)
def lasting_connections(_project: Project, _module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """What a worker connects to a service outlives the module, unless the context is told of it."""
    told = [call.arguments for call in worker.calls if call.callee.endswith(".Connections:Add")]
    for call in worker.calls:
        signal, _, method = call.callee.rpartition(":")
        is_told = any(call.callee in arguments for arguments in told)
        if method in ("Connect", "Once") and _LASTING.match(signal) and not is_told:
            yield problem("W0512", call.span, call=call.callee)


@rule("W0509", WORKER)
def long_workers(_project: Project, _module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """More than 300 lines."""
    if worker.lines > MAX_LINES:
        yield problem("W0509", Span(worker.path), lines=worker.lines, most=MAX_LINES)


@rule("E0204", WORKER_FILE)
def file_names(_project: Project, _module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """Dots and odd letters in a worker's file name."""
    if not _FILE_NAME.fullmatch(worker.name):
        yield problem("E0204", Span(worker.path), name=worker.name)


@rule("W0510", WORKER_FILE)
def unlisted_files(_project: Project, module: Module, worker: Worker) -> Iterator[Diagnostic]:
    """A file that its module doesn't list."""
    if _FILE_NAME.fullmatch(worker.name) and all(ref.name != worker.name for ref in module.workers):
        upon = [ref.span for ref in module.workers]
        yield problem("W0510", Span(worker.path), name=worker.name, module=module.name, upon=upon)
