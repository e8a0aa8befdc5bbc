"""Names: reserved ones, those that differ only by case, stems that Rojo reads another way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from ovhlgen.check.types import uses
from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.language.types import InstanceOf
from ovhlgen.luau import KEYWORDS
from ovhlgen.model import tree
from ovhlgen.model.game import Fields, Migration, Ref, TypeDecl
from ovhlgen.model.module import Module
from ovhlgen.model.names import (
    ADMIN_PANEL,
    ADMIN_SCREEN,
    CONTEXT,
    GLOBALS,
    LAYOUTS,
    LOCALS,
    MEMBERS,
    PRINTED,
    RUNTIME_MODULES,
    SIBLINGS,
    TYPE_EXPORTS,
    is_device,
)
from ovhlgen.model.project import Project
from ovhlgen.model.types import walk
from ovhlgen.services import NAMES


def _reserved(refs: Iterable[Ref], names: frozenset[str], why: str, *, as_file: bool = False) -> Iterator[Diagnostic]:
    """`as_file`: the names are in small letters, for files of one folder don't differ by case alone."""
    for ref in refs:
        if (ref.name.lower() if as_file else ref.name) in names:
            yield problem("E0202", ref.span, name=ref.name, why=why)


def reserved_names(project: Project) -> Iterator[Diagnostic]:
    """E0202: names that mean something to Roblox, Luau or the generated tree."""
    modules = [module.key for module in project.modules.values() if not module.is_builtin]
    yield from _reserved(modules, GLOBALS, "a global of Roblox or Luau")
    yield from _reserved(modules, MEMBERS, "a member of Instance")
    runtime = frozenset(name.lower() for name in RUNTIME_MODULES | NAMES)
    yield from _reserved(modules, runtime, "part of the runtime", as_file=True)
    yield from _reserved(modules, LAYOUTS, "a file of the generated network", as_file=True)
    yield from _reserved(modules, CONTEXT - RUNTIME_MODULES, "a field of every context")
    if project.admin:
        drawn = [screen.key for screen in project.screens.values() if screen.path.startswith("specs/ui/")]
        yield from _reserved([*modules, *drawn], frozenset({ADMIN_PANEL, ADMIN_SCREEN}), "the panel of admin.yaml")
    domains = project.settings.kernel.domains
    yield from _reserved(domains, tree.taken(), "a place of the generated tree", as_file=True)
    others = [ref for ref in domains if ref.name not in tree.DOMAINS]
    yield from _reserved(others, frozenset(map(str.lower, tree.DOMAINS)), "a folder of the runtime", as_file=True)
    yield from _reserved(project.settings.kernel.domains, MEMBERS | KEYWORDS, "a member of Instance or a keyword")
    catalogues = [catalogue.key for catalogue in project.catalogues.values()]
    yield from _reserved(catalogues, GLOBALS | MEMBERS, "a global of Roblox or a member of Instance")
    yield from _reserved(catalogues, LOCALS, "a name of the generated code")
    yield from _reserved((screen.key for screen in project.screens.values()), MEMBERS, "a member of Instance")
    classes = PRINTED | _classes(project)
    for declared in _all_types(project):
        yield from _reserved([declared.key], GLOBALS | classes, "a type of Roblox or Luau")
        yield from _reserved([declared.key], TYPE_EXPORTS, "a type that every module has")
    for module in project.modules.values():
        yield from _reserved(_payloads(module), classes, "a type of Roblox or Luau")
        yield from _reserved(module.workers, GLOBALS | MEMBERS, "a global of Roblox or a member of Instance")
        yield from _reserved(module.workers, LOCALS, "a name of the generated code")
        yield from _reserved(module.workers, SIBLINGS, "a file that is generated beside it", as_file=True)


def migrations(project: Project) -> Iterator[Diagnostic]:
    """E0202: a step whose file Rojo, or the folder's Instance, reads another way."""
    steps = [Ref(PurePosixPath(step.worker.name).stem, step.worker.span) for step in _migrations(project)]
    yield from _reserved(steps, MEMBERS, "a member of Instance")
    yield from _reserved(steps, frozenset({"init"}), "a file that stands for its folder", as_file=True)


def _migrations(project: Project) -> tuple[Migration, ...]:
    return tuple(project.data.migrations) if project.data else ()


def _classes(project: Project) -> frozenset[str]:
    """The classes of Instances that travel, or that contracts read."""
    found = {contract.each.name for module in project.modules.values() for contract in module.contracts.values()}
    for use in uses(project):
        found.update(one.class_name for one in walk(use.ref.type) if isinstance(one, InstanceOf))
    return frozenset(found)


def _payloads(module: Module) -> Iterator[Ref]:
    """Of events whose payload is a type of their name."""
    yield from (event.key for event in module.events.values() if event.payload and not event.is_request)
    yield from (bus.key for bus in module.publishes.values() if bus.payload)


def keywords(project: Project) -> Iterator[Diagnostic]:
    """E0202: a field, argument or value named like a keyword of Luau."""
    yield from _reserved(_small_names(project), KEYWORDS, "a keyword of Luau")


def _small_names(project: Project) -> Iterator[Ref]:
    for declared in _all_types(project):
        yield from _fields(declared.fields)
        for _, fields in declared.members.values():
            yield from _fields(fields)
    yield from (field.key for field in project.config.fields.values())
    if project.data:
        yield from (key.key for key in project.data.player.values())
        yield from (key.key for key in project.data.global_keys.values())
    for screen in project.screens.values():
        yield from _fields(screen.values)
    for theme in project.themes.values():
        yield theme.key
    for module in project.modules.values():
        yield from (field.key for field in module.config.values())
        yield from (field.key for field in module.state.values())
        for method in module.api.values():
            yield from _fields(method.args)
        for functions in module.exports.values():
            for method in functions.values():
                yield from _fields(method.args)
        for event in module.events.values():
            yield from _fields(event.payload)
            if isinstance(event.response, dict):
                yield from _fields(event.response)
        for bus in module.publishes.values():
            yield from _fields(bus.payload)


def _fields(fields: Fields) -> Iterator[Ref]:
    return (field.key for field in fields.values())


def _all_types(project: Project) -> Iterator[TypeDecl]:
    yield from project.types.values()
    for module in project.modules.values():
        yield from module.types.values()


def kind_fields(project: Project) -> Iterator[Diagnostic]:
    """E0205: a union's member can't have a field `kind`: that name tells the members apart."""
    for declared in _all_types(project):
        for _, fields in declared.members.values():
            if "kind" in fields:
                yield problem("E0205", fields["kind"].key.span, type=declared.key.name)


def same_but_for_case(project: Project) -> Iterator[Diagnostic]:
    """E0203: two names of one scope that differ only by case. E0207: not at all."""
    yield from _clashes(module.key for module in project.modules.values())
    yield from _clashes(catalogue.key for catalogue in project.catalogues.values())
    yield from _clashes(screen.key for screen in project.screens.values())
    yield from _clashes(project.settings.kernel.domains)
    for folder in ("themes", "scenarios", "migrations"):
        files = [path for path in project.files if path.startswith(f"specs/{folder}/")]
        yield from _clashes(Ref(path.rpartition("/")[2], Span(path)) for path in files)
    if project.roles:
        yield from _clashes(role.key for role in project.roles.roles.values())
    for declared in _all_types(project):
        yield from _clashes(declared.values)
    for module in project.modules.values():
        yield from _clashes([*module.workers, *module.catalogues])
        yield from _clashes(event.key for event in module.events.values())
        yield from _clashes(method.key for method in module.api.values())
        own = [declared.key for declared in module.types.values()]
        yield from _clashes([*(declared.key for declared in project.types.values()), *own])


def _clashes(refs: Iterable[Ref]) -> Iterator[Diagnostic]:
    seen: dict[str, Ref] = {}
    for ref in refs:
        first = seen.setdefault(ref.name.lower(), ref)
        if first.name == ref.name and first is not ref:
            yield problem("E0207", ref.span, name=ref.name, place=first.span)
        elif first is not ref:
            yield problem("E0203", ref.span, name=ref.name, other=first.name, place=first.span)


def exported_types(project: Project) -> Iterator[Diagnostic]:
    """E0206, E0202: a module's `Types` exports types, payloads, bus events and records under one roof."""
    shared = [declared.key for declared in project.types.values()]
    yield from _reserved(shared, frozenset({"GlobalConfig"}), "a type that every module has")
    for module in project.modules.values():
        yield from _reserved((ref for _, ref in _exports(module)), frozenset({"Api"}), "the type of a module's api")
        yield from _reserved(
            (ref for name, ref in _exports(module) if name == ref.name and name not in module.types),
            TYPE_EXPORTS,
            "a type that every module has",
        )
        taken: dict[str, Ref] = {name: declared.key for name, declared in project.types.items()}
        for name, ref in _exports(module):
            first = taken.setdefault(name, ref)
            if first is not ref and first.span != ref.span:
                yield problem("E0206", ref.span, name=name, place=first.span)


def _exports(module: Module) -> Iterator[tuple[str, Ref]]:
    for name, declared in module.types.items():
        yield name, declared.key
    for name, event in module.events.items():
        if event.is_request:
            yield f"{name}Request", event.key
            yield f"{name}Response", event.key
        else:
            yield name, event.key
    for name, bus in module.publishes.items():
        yield name, bus.key
    for name, contract in module.contracts.items():
        yield f"{name}Record", contract.key


def device_names(project: Project) -> Iterator[Diagnostic]:
    """E0202: a file or folder that Windows can't have."""
    domains = project.settings.kernel.domains
    yield from _devices(domains)
    yield from _devices(Ref(step, Span(path)) for path in project.files for step in path.split("/"))
    for module in project.modules.values():
        yield from _devices(ref for ref in module.workers if f"{module.folder}/{ref.name}.luau" not in project.files)


def _devices(refs: Iterable[Ref]) -> Iterator[Diagnostic]:
    return (
        problem("E0202", ref.span, name=ref.name, why="a device's on Windows, which can't have such a file")
        for ref in refs
        if is_device(ref.name)
    )


RULES = (*(reserved_names, migrations, keywords, kind_fields, same_but_for_case, exported_types, device_names),)
