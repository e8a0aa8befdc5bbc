"""Who calls which function of a worker, with which parameters: one list for checks, types and stubs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.diagnostics import Span
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Event, Method, Module, WorkerRef
from ovhlgen.model.project import Project
from ovhlgen.model.types import Placed, TypeRef
from ovhlgen.resolve.naming import payload_name, response_name, type_name
from ovhlgen.resolve.screens import workers_of


@dataclass(frozen=True, slots=True)
class SharedName:
    """A type of Shared/Types by its name there."""

    name: str


type Shape = TypeRef | Placed | SharedName | str  # a text is Luau as it stands
type Params = tuple[tuple[str, Shape], ...]

_HOOK_PARAMS: dict[str, Params] = {
    "player_added": (("player", "Player"),),
    "player_removing": (("player", "Player"),),
    "character_added": (("player", "Player"), ("character", "Model")),
}


_AREA: Params = (("frame", "Frame"),)


@dataclass(frozen=True, slots=True)
class Binding:
    """A worker's function named in a spec. `params` come after the context; `is_known` says whether those are all:
    what gives them may be in a file that has findings. `upon`: where they are declared."""

    ref: WorkerRef
    why: str
    params: Params
    returns: Shape | None
    is_known: bool = True
    upon: tuple[Span, ...] = ()


def bindings(project: Project, module: Module) -> Iterator[Binding]:
    """Every binding of a module: in the order of its spec's keys, and what it exports at the end."""
    for name, method in module.api.items():
        if method.worker:
            yield _method(method.worker, f"api.{name}", method)
    for name, event in module.events.items():
        if event.worker:
            yield _event(event.worker, module, name, event)
    for listener in module.listens:
        sent = _listened(project, listener.event.name)
        upon = (listener.event.span,)
        yield Binding(listener.worker, f"listens.{listener.event}", sent or (), None, sent is not None, upon)
    for listener in module.subscribes:
        name = listener.event.name
        is_known = name in BUILT_IN or publisher_of(project, module.realm, name) is not None
        params = published_params(project, module, name)
        yield Binding(listener.worker, f"bus.subscribes.{name}", params, None, is_known, (listener.event.span,))
    for hook, worker in module.lifecycle.items():
        yield Binding(worker, f"lifecycle.{hook}", _HOOK_PARAMS.get(hook, ()), None)
    for every in module.every:
        yield Binding(every.worker, "lifecycle.every", (), None)
    for ref in module.screens:
        screen = project.screens.get(ref.name)
        for key, worker, scope in workers_of(project, screen) if screen else ():
            item: Params = (("item", scope.item),) if key == "call" and scope.item else ()
            is_known = key != "call" or not scope.is_lost
            params = _AREA if key == "worker" else item
            yield Binding(worker, f"ui/{ref.name}.{key}", params, None, is_known, scope.relies)
    for exporter, functions in module.exports.items():
        for name, method in functions.items():
            exported = WorkerRef(Ref(exporter, method.key.span), method.key)
            yield _method(exported, f"exports.{exporter}.{name}", method)


def _method(ref: WorkerRef, why: str, method: Method) -> Binding:
    params = tuple((name, arg.type) for name, arg in method.args.items() if arg.type)
    types = [arg.type for arg in method.args.values()] + [method.returns]
    upon = (method.key.span, *(of.span for of in types if of))
    return Binding(ref, why, params, method.returns, len(params) == len(method.args), upon)


def _event(ref: WorkerRef, module: Module, name: str, event: Event) -> Binding:
    params: list[tuple[str, Shape]] = [("player", "Player")]
    if event.payload:
        params.append(("request" if event.is_request else "payload", SharedName(payload_name(module.name, event))))
    returns = SharedName(response_name(module.name, event)) if event.is_request else None
    return Binding(ref, f"events.{name}", tuple(params), returns, upon=places_of(event))


def places_of(event: Event) -> tuple[Span, ...]:
    """Where an event is declared: its name, and its keys."""
    return (event.key.span, *event.given.values())


def _listened(project: Project, event: str) -> Params | None:
    """None where there is no such event."""
    owner, name = event.split(".", 1)
    module = project.modules.get(owner)
    declared = module.events.get(name) if module else None
    if module is None or declared is None:
        return None
    if not declared.payload:
        return ()
    return (("payload", SharedName(payload_name(owner, declared))),)


def publisher_of(project: Project, realm: str, event: str) -> Module | None:
    """The module that publishes a bus event in a realm (shared modules publish in both)."""
    for name in sorted(project.modules):
        module = project.modules[name]
        if event in module.publishes and (module.realm in (realm, "shared") or realm == "shared"):
            return module
    return None


# Bus events of the kernel and its services, and the fields of their payloads.
BUILT_IN: dict[str, tuple[tuple[str, str], ...]] = {
    "CoreReady": (),
    "ModuleReloaded": (("name", "string"), ("old_hash", "string"), ("new_hash", "string")),
    "ModuleDisabled": (("name", "string"), ("code", "string")),
    "ConfigChanged": (("name", "string"), ("old", "any"), ("new", "any")),
    "RoleChanged": (("player", "Player"), ("old", "string"), ("new", "string")),
}


_OF_SERVER = frozenset({"RoleChanged"})


def built_in(realm: str) -> Iterator[str]:
    """Those that are published in a realm."""
    return (name for name in BUILT_IN if realm != "client" or name not in _OF_SERVER)


def published_params(project: Project, module: Module, event: str) -> Params:
    """What a subscriber in `module` gets of a bus event."""
    if event in BUILT_IN:
        fields = BUILT_IN[event]
        return (("payload", "{ " + ", ".join(f"{name}: {of}" for name, of in fields) + " }"),) if fields else ()
    owner = publisher_of(project, module.realm, event)
    if owner is None or not owner.publishes[event].payload:
        return ()
    return (("payload", SharedName(type_name(owner.name, event))),)
