"""A module's generated files: manifest, init, Config, State, Handlers, Types, Contracts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.context import worker_functions
from ovhlgen.lower.declarations import Types
from ovhlgen.lower.module_types import SERVICES, catalogue_requires, module_types, realm_of
from ovhlgen.lower.output import Output
from ovhlgen.lower.shapes import Shapes
from ovhlgen.luau import NOTHING, Construct, Scope, Uses, assigned, camel, literal, required
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Contract, Event, Module, WorkerRef
from ovhlgen.model.names import LOCALS
from ovhlgen.model.project import Project
from ovhlgen.resolve.values import Values

ROOTS = {"server": "Server", "client": "Client", "shared": "Shared"}


def folder(module: Module) -> str:
    """Where a module lies in `out/`."""
    return f"{module.home}/{ROOTS[module.realm]}/{module.domain.name}/{module.name}"


def module_files(project: Project, module: Module, types: Types) -> Iterator[Output]:
    base = folder(module)
    inputs = (module.path,)
    manifest = {"manifest": _manifest(project, module)}
    sources = (module.path, *(worker.path for worker in module.sources.values()))
    yield Output(f"{base}/manifest.luau", "module/manifest.luau.j2", sources, manifest)
    yield Output(f"{base}/Config.luau", "module/Config.luau.j2", inputs, _config(project, module))
    yield Output(f"{base}/State.luau", "module/State.luau.j2", inputs, _state(project, module))
    yield Output(f"{base}/Handlers.luau", "module/Handlers.luau.j2", inputs, _handlers(project, module))
    yield Output(f"{base}/Types.luau", "module/Types.luau.j2", inputs, module_types(project, module, types))
    yield Output(f"{base}/init.luau", "module/init.luau.j2", inputs, _init(project, module))
    for worker in module.workers if module.is_builtin else ():
        yield Output(f"{base}/{worker.name}.luau", f"builtin/{module.name}/{worker.name}.luau", inputs)
    if any(state.keep for state in module.state.values()):
        yield Output(f"{base}/Kept.luau", "module/Kept.luau.j2", inputs, _kept(project, module))
    if module.contracts:
        yield Output(f"{base}/Contracts.luau", "module/Contracts.luau.j2", inputs, _contracts(project, module))


def _names(refs: tuple[Ref, ...]) -> list[str]:
    return [ref.name for ref in refs]


def _manifest(project: Project, module: Module) -> str:
    values = Values(project, module.name)
    manifest: dict[str, Any] = {"name": module.name, "version": module.version, "domain": module.domain.name}
    if module.doc:
        manifest["doc"] = module.doc
    if module.log_domain:
        manifest["log"] = module.log_domain.name
    manifest["depends"] = _names(module.depends)
    manifest["uses"] = _names(module.uses)
    schema = {}
    for name, field in module.config.items():
        assert field.type is not None
        entry: dict[str, Any] = {
            "type": field.type.text,
            "default": values.fit(field.default, field.type.type),
        }
        if field.doc:
            entry["doc"] = field.doc
        if field.editable_by:
            entry["editable_by"] = field.editable_by.name
        schema[name] = entry
    manifest["schema"] = schema
    manifest["hash"] = _hash(module, literal(manifest))
    return literal(manifest)


def _hash(module: Module, manifest: str) -> str:
    """Of the canonical manifest and the sources: what a reload tells old from new by."""
    sources = [f"{name} {worker.digest}" for name, worker in sorted(module.sources.items())]
    return hashlib.sha256("\n".join([manifest, *sources]).encode()).hexdigest()[:16]


def _config(project: Project, module: Module) -> dict[str, Any]:
    values = Values(project, module.name)
    found = {name: values.fit(field.default, field.type.type) for name, field in module.config.items() if field.type}
    return {"config": literal(found)}


def _state(project: Project, module: Module) -> dict[str, Any]:
    def defaults(per_player: bool) -> str:
        values = Values(project, module.name)
        fields = {}
        for name, state in module.state.items():
            if state.per_player == per_player and state.type is not None:
                fields[name] = NOTHING if state.default is None else values.fit(state.default, state.type.type)
        return literal(fields, 1, len("return "))

    return {
        "state": defaults(False),
        "player_state": defaults(True) if any(one.per_player for one in module.state.values()) else None,
    }


def _kept(project: Project, module: Module) -> dict[str, Any]:
    """Shapes of the state that survives a reload: what was kept is given to new code as far as it fits."""
    shapes = Shapes(project, unbounded=True)
    kept: dict[str, dict[str, Any]] = {"state": {}, "player": {}}
    for name, state in module.state.items():
        if state.keep and state.type is not None:
            kept["player" if state.per_player else "state"][name] = shapes.type(state.type.type, module.name)
    text = literal({kind: fields for kind, fields in kept.items() if fields})
    named = [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
    return {"shapes": named, "recursive": sorted(shapes.recursive), "kept": text}


def _function(worker: WorkerRef, uses: Uses) -> Construct:
    return Construct(f"{uses(worker.worker.name)}.{worker.function.name}")


def _handlers(project: Project, module: Module) -> dict[str, Any]:
    handlers: dict[str, Any] = {}
    uses = Uses()
    events = {name: _event(project, module, event, uses) for name, event in module.events.items() if event.worker}
    if events:
        handlers["events"] = events
    if module.listens:
        handlers["listens"] = {listener.event.name: _function(listener.worker, uses) for listener in module.listens}
    if module.subscribes:
        handlers["bus"] = {listener.event.name: _function(listener.worker, uses) for listener in module.subscribes}
    if module.every:
        every = []
        for listener in module.every:
            when = {"config": listener.reference.name} if listener.reference else {"interval": listener.interval}
            every.append({**when, "handle": _function(listener.worker, uses)})
        handlers["every"] = every
    for hook in ("player_added", "player_removing", "character_added"):
        if hook in module.lifecycle:
            handlers[hook] = _function(module.lifecycle[hook], uses)
    return {"requires": [required(name, f"script.Parent.{name}") for name in uses], "handlers": literal(handlers)}


def _event(project: Project, module: Module, event: Event, uses: Uses) -> dict[str, Any]:
    assert event.worker is not None
    rate = event.rate or project.settings.network.default_rate
    lowered: dict[str, Any] = {
        "handle": _function(event.worker, uses),
        "rate": rate.per_second,
        "burst": rate.burst,
    }
    if event.allow and project.roles:
        lowered["allow"] = min(project.roles.rank(role.name) for role in event.allow)
    if event.enabled.reference:
        lowered["enabled"] = event.enabled.reference.name
    elif event.enabled.value is False:
        lowered["off"] = True
    if event.serial:
        lowered["serial"] = True
    if module.is_builtin:
        lowered["tag"] = "ADMIN"
    return lowered


def _init(project: Project, module: Module) -> dict[str, Any]:
    hooks = {"init": "init", "ready": "ready", "teardown": "teardown", "hot_reload": "hotReload"}
    uses = Uses()
    scope = Scope(taken=(*LOCALS, "manifest", "workers", *_names(module.workers), *_names(module.catalogues)))
    drawn = {name: scope.fresh(name, camel(name, "screen")) for name in sorted(_names(module.screens))}
    own_events = [name for name, event in module.events.items() if event.sender == "server"]
    fields: list[tuple[str, Any]] = [
        ("api", {name: _function(method.worker, uses) for name, method in module.api.items() if method.worker}),
        ("events", own_events),
        (
            "replicated",
            [{"field": name, "to": state.replicate.name} for name, state in module.state.items() if state.replicate],
        ),
        ("sends", _names(module.sends)),
        ("reads", [ref.name for ref in module.reads]),
        ("publishes", list(module.publishes)),
        ("screens", {name: Construct(local) for name, local in drawn.items()}),
        ("catalogues", {name: Construct(name) for name in sorted(_names(module.catalogues))}),
        (
            "packages",
            {
                ref.name: [path.name.split(".") for path in project.settings.packages[ref.name].at]
                for ref in module.packages
            },
        ),
        *((hooks[hook], _function(method, uses)) for hook, method in module.lifecycle.items() if hook in hooks),
    ]
    uses.update(name for name, functions in worker_functions(project, module).items() if functions)
    requires = [required(name, f"script.{name}") for name in uses]
    roots = {realm_of(project, name) for name in _names(module.catalogues)} | ({"Shared"} if module.screens else set())
    screens = f"{SERVICES['Shared']}.Shared.OVHL_UI.Screens"
    shown = [required(local, f"{screens}.{name}") for name, local in drawn.items()]
    return {
        "doc": module.doc,
        "requires": [*requires, *catalogue_requires(project, module), *shown],
        "services": [f'local {SERVICES[root]} = game:GetService("{SERVICES[root]}")' for root in sorted(roots)[::-1]],
        "has_contracts": bool(module.contracts),
        "has_kept": any(state.keep for state in module.state.values()),
        "workers": _workers(project, module),
        "fields": [f"{name} = {literal(value, 1, len(name) + 3, 1)}" for name, value in fields if value],
    }


def _workers(project: Project, module: Module) -> str | None:
    """The functions that the spec names, by worker: typed where it is assigned, so that one that doesn't fit
    its binding is found."""
    workers = {
        name: {function: Construct(f"{name}.{function}") for function in functions}
        for name, functions in sorted(worker_functions(project, module).items())
    }
    return literal(workers, 0, len("local workers: Types.Workers = ")) if workers else None


def _contracts(project: Project, module: Module) -> dict[str, Any]:
    shapes = Shapes(project)
    contracts = {name: _contract(project, module, one, shapes) for name, one in module.contracts.items()}
    text = literal(contracts)
    named = [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
    return {"shapes": named, "contracts": text}


def _contract(project: Project, module: Module, contract: Contract, shapes: Shapes) -> dict[str, Any]:
    lowered: dict[str, Any] = {}
    if contract.under:
        lowered["under"] = contract.under.name.split(".")
    if contract.tagged:
        lowered["tagged"] = contract.tagged.name
    lowered["each"] = contract.each.name
    fields = []
    values = Values(project, module.name)
    for name, attribute in contract.fields.items():
        assert attribute.type is not None
        field: dict[str, Any] = {"name": name, "shape": shapes.type(attribute.type.type, module.name)}
        if attribute.required:
            field["required"] = True
        if attribute.sibling:
            field["fallbackTo"] = attribute.sibling.name
        elif attribute.fallback is not None:
            field["fallback"] = values.fit(attribute.fallback, attribute.type.type)
        if attribute.unique:
            field["unique"] = True
        if attribute.references:
            target = module.contracts[attribute.references.name]
            unique = next(name for name, field in target.fields.items() if field.unique)
            field["references"] = {"contract": attribute.references.name, "field": unique}
        fields.append(field)
    lowered["fields"] = fields
    return lowered
