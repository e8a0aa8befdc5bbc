"""Workers: every function that a spec names is there and takes what it is given; what workers may not do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ovhlgen.diagnostics import Diagnostic, Span, listed, nearest, problem
from ovhlgen.model.module import Module, Worker, WorkerRef
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import Binding, bindings, exported
from ovhlgen.services import of_realm

MAX_LINES = 300  # by the documents: a longer worker is split

_GUI = re.compile(
    r"^(\"|')(Frame|ScrollingFrame|CanvasGroup|ViewportFrame|VideoFrame|TextLabel|TextButton|TextBox|ImageLabel|"
    r"ImageButton|ScreenGui|SurfaceGui|BillboardGui)(\"|')"
)

# Signals of what is there as long as the server: services.
_LASTING = re.compile(r"(game\b|workspace\b|[A-Z]\w*(Service|Storage)\.|(Players|Workspace|Lighting|Teams)\.)")


def _workers(project: Project) -> Iterator[tuple[Module, Worker]]:
    """All that Luau can read: of others nothing else is said."""
    for name in sorted(project.modules):
        module = project.modules[name]
        for worker in sorted(module.sources):
            if module.sources[worker].path not in project.broken:
                yield module, module.sources[worker]


def missing_files(project: Project) -> Iterator[Diagnostic]:
    """E0501: a worker that is listed has no file."""
    for module in project.modules.values():
        for ref in module.linked:
            path = f"{module.folder}/{ref.name}.luau"
            if ref.name not in module.sources and path not in project.broken:
                yield problem(
                    "E0501",
                    ref.span,
                    name=ref.name,
                    path=path,
                    suggestion=nearest(ref.name, module.sources),
                )


def _bindings(project: Project, module: Module) -> Iterator[Binding]:
    yield from bindings(project, module)
    for worker, binding in exported(project, module):
        function = binding.ref.function
        yield Binding(
            WorkerRef(type(function)(worker, function.span), function),
            binding.why,
            binding.params,
            binding.returns,
            binding.is_known,
        )


def functions(project: Project) -> Iterator[Diagnostic]:
    """E0502: no such function. E0503: it takes more than it is given. E0511: its worker isn't listed.
    W0504: a region that can't be read hides it."""
    for name in sorted(project.modules):
        module = project.modules[name]
        listed_workers = [ref.name for ref in module.workers]
        for binding in _bindings(project, module):
            ref = binding.ref
            if ref.worker.name not in listed_workers:
                yield problem(
                    "E0511",
                    ref.worker.span,
                    name=ref.worker.name,
                    defined=listed(listed_workers),
                    suggestion=nearest(ref.worker.name, listed_workers),
                    upon=[one.span for one in module.workers],
                )
                continue
            worker = module.sources.get(ref.worker.name)
            if worker is not None and worker.no_table is None and worker.path not in project.broken:
                yield from _function(worker, binding)


def _function(worker: Worker, binding: Binding) -> Iterator[Diagnostic]:
    ref = binding.ref.function
    found = worker.functions.get(ref.name)
    if found is None:
        if worker.unread:
            first, last = worker.unread[0]
            yield problem("W0504", ref.span, name=ref.name, path=worker.path, first=first, last=last)
        else:
            yield problem(
                "E0502",
                ref.span,
                name=ref.name,
                path=worker.path,
                defined=listed(worker.functions),
                suggestion=nearest(ref.name, worker.functions),
            )
        return
    given = ["context", *(name for name, _ in binding.params)]
    if binding.is_known and found.parameters is not None and found.parameters > len(given):
        yield problem(
            "E0503",
            ref.span,
            name=f"{worker.name}.{ref.name}",
            takes=found.parameters,
            given=", ".join(given),
            place=f"{worker.path}:{found.line}",
        )


def returned(project: Project) -> Iterator[Diagnostic]:
    """E0514: a file that returns nothing, or more than one value: Roblox can't require it. E0516: a worker that returns
    no table."""
    for _, worker in _workers(project):
        if worker.no_table is not None and worker.path not in project.broken:
            yield problem("E0516", Span(worker.path, worker.lines), found=worker.no_table, name=worker.name)
    for worker in (*(worker for _, worker in _workers(project)), *project.migrations.values()):
        if worker.returns not in (1, None) and worker.path not in project.broken:
            yield problem("E0514", Span(worker.path, worker.lines), found=worker.returns, name=worker.name)


def strange(project: Project) -> Iterator[Diagnostic]:
    """N0515: syntax that the parser doesn't know. No rule of `check`: asked where Luau isn't at hand to say more."""
    for worker in (*(worker for _, worker in _workers(project)), *project.migrations.values()):
        for first, last in worker.strange[:1]:
            yield problem("N0515", Span(worker.path, first), first=first, last=last)


def requires(project: Project) -> Iterator[Diagnostic]:
    """E0505: GetModule at the top of a file. E0506: a require of anything but the module's own files."""
    for module, worker in _workers(project):
        siblings = {"Types", *(ref.name for ref in module.workers)}
        for call in worker.calls:
            if call.callee == "require":
                yield from _require(call.arguments, call.span, siblings)
            elif call.inside is None and re.search(r"[.:]GetModule$", call.callee):
                yield problem("E0505", call.span, call=f"{call.callee}({call.arguments})")


def _require(argument: str, span: Span, siblings: set[str]) -> Iterator[Diagnostic]:
    if argument == "script.Parent.Types":
        return
    match = re.fullmatch(r"script\.Parent\.([A-Za-z0-9_]+)", argument)
    if match and match.group(1) in siblings:
        yield problem("E0505", span, call=f"require({argument})")
    else:
        yield problem("E0506", span, path=argument)


def undeclared(project: Project) -> Iterator[Diagnostic]:
    """E0517: a module or service that the context lacks, for the module doesn't name it."""
    for module, worker in _workers(project):
        there = {*(name for name in project.modules if name != module.name), *of_realm(module.realm)}
        for ref in worker.asked:
            if ref.name in there.difference(module.named):
                upon = [named.span for named in (*module.depends, *module.uses)]
                yield problem("E0517", ref.span, name=ref.name, module=module.name, upon=upon)


def gui_instances(project: Project) -> Iterator[Diagnostic]:
    """W0507: screens are declared in specs/ui, not built by hand."""
    for _, worker in _workers(project):
        for call in worker.calls:
            match = _GUI.match(call.arguments)
            if call.callee == "Instance.new" and match:
                yield problem("W0507", call.span, name=match.group(2))


def literal_waits(project: Project) -> Iterator[Diagnostic]:
    """W0508: `task.wait(5)` in init or player_added stands for something that should be depended on."""
    for module, worker in _workers(project):
        hooks = {
            ref.function.name: hook
            for hook, ref in module.lifecycle.items()
            if hook in ("init", "player_added") and ref.worker.name == worker.name
        }
        for call in worker.calls:
            hook = hooks.get(call.inside or "")
            if hook and call.callee in ("task.wait", "wait") and re.fullmatch(r"[\d.]+", call.arguments):
                yield problem("W0508", call.span, hook=hook, call=f"{call.callee}({call.arguments})")


def lasting_connections(project: Project) -> Iterator[Diagnostic]:
    """W0512: what a worker connects to a service outlives the module, unless the context is told of it."""
    for _, worker in _workers(project):
        told = [call.arguments for call in worker.calls if call.callee.endswith(".Connections:Add")]
        for call in worker.calls:
            signal, _, method = call.callee.rpartition(":")
            if method in ("Connect", "Once") and _LASTING.match(signal) and not any(call.callee in one for one in told):
                yield problem("W0512", call.span, call=call.callee)


def long_workers(project: Project) -> Iterator[Diagnostic]:
    """W0509: more than 300 lines."""
    for _, worker in _workers(project):
        if worker.lines > MAX_LINES:
            yield problem("W0509", Span(worker.path), lines=worker.lines, most=MAX_LINES)


RULES = (
    missing_files,
    functions,
    returned,
    requires,
    undeclared,
    gui_instances,
    literal_waits,
    lasting_connections,
    long_workers,
)
