"""Every type expression of the specs, and what it is used for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.diagnostics import Span
from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.node import Node
from ovhlgen.model.project import Project
from ovhlgen.model.types import TypeRef


@dataclass(frozen=True, slots=True)
class Use:
    """A type expression in a spec: where it is used, in which module, with which default, in which event.

    `place` is one of `language.places.PLACES`; `travels`: its values go over the network."""

    ref: TypeRef
    place: str
    module: str | None
    name: str
    span: Span
    default: Node | None = None
    needs_default: bool = False
    event: str | None = None
    travels: bool = False


def uses(project: Project) -> Iterator[Use]:
    """Every type expression of the project."""
    for declared in project.types.values():
        yield from _declared(declared)
    for name, config in project.config.fields.items():
        if config.type:
            yield Use(config.type, "config", None, name, config.key.span, config.default)
    if project.data:
        for name, key in {**project.data.player, **project.data.global_keys}.items():
            if key.type:
                yield Use(key.type, "data", None, name, key.key.span, key.default, travels=bool(key.visible))
    for catalogue in project.catalogues.values():
        if catalogue.row:
            yield Use(catalogue.row, "catalogue", None, catalogue.key.name, catalogue.row.span)
    for screen in project.screens.values():
        for name, field in screen.values.items():
            if field.type:
                yield Use(field.type, "screen value", None, name, field.key.span, field.default, True)
    for name in project.modules:
        yield from _module(project, name)


def _declared(declared: TypeDecl) -> Iterator[Use]:
    if declared.target:
        yield Use(declared.target, "type", declared.module, declared.key.name, declared.key.span)
    for fields in (declared.fields, *(member for _, member in declared.members.values())):
        yield from _fields(fields, "type", declared.module)


def _fields(fields: Fields, place: str, module: str | None, event: str | None = None) -> Iterator[Use]:
    for name, field in fields.items():
        if field.type:
            yield Use(field.type, place, module, name, field.key.span, event=event, travels=event is not None)


def _module(project: Project, name: str) -> Iterator[Use]:
    module = project.modules[name]
    for declared in module.types.values():
        yield from _declared(declared)
    for key, config in module.config.items():
        if config.type:
            yield Use(config.type, "config", name, key, config.key.span, config.default)
    for key, state in module.state.items():
        if state.type:
            place = "kept state" if state.keep else "replicated state" if state.replicate else "state"
            yield Use(state.type, place, name, key, state.key.span, state.default, True)
    for methods in (module.api, *module.exports.values()):
        for method in methods.values():
            yield from _fields(method.args, "api", name)
            if method.returns:
                yield Use(method.returns, "api", name, method.key.name, method.key.span)
    for key, event in module.events.items():
        place = "unsafe network" if event.unsafe else "network"
        yield from _fields(event.payload, place, name, key)
        if isinstance(event.response, TypeRef):
            yield Use(event.response, place, name, key, event.key.span, event=key, travels=True)
        elif event.response:
            yield from _fields(event.response, place, name, key)
    for bus in module.publishes.values():
        yield from _fields(bus.payload, "bus", name)
    for contract in module.contracts.values():
        for key, attribute in contract.fields.items():
            if attribute.type:
                yield Use(attribute.type, "attribute", name, key, attribute.key.span, attribute.fallback)
