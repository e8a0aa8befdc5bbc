"""Names: reserved ones, those that differ only by case, stems that Rojo reads another way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import CONTRACT, MODULE, PROJECT, USE
from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.language.types import InstanceOf
from ovhlgen.luau import KEYWORDS
from ovhlgen.model import tree
from ovhlgen.model.game import Fields, Ref
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
from ovhlgen.resolve.typegraph import all_types
from ovhlgen.services import NAMES


def _among(refs: Iterable[Ref], names: frozenset[str], why: str, *, as_file: bool = False) -> Iterator[Diagnostic]:
    """E0202 for each that is taken. `as_file`: the names are in small letters, for files of one folder don't differ by
    case alone."""
    for ref in refs:
        if (ref.name.lower() if as_file else ref.name) in names:
            yield problem("E0202", ref.span, name=ref.name, why=why)


@rule("E0202", PROJECT)
def reserved_names(project: Project) -> Iterator[Diagnostic]:
    """Names that mean something to Roblox, Luau, Rojo, Windows or the generated tree."""
    for group in (
        _of_modules,
        _of_domains,
        _of_catalogues,
        _of_screens,
        _of_types,
        _of_migrations,
        _keywords,
        _devices,
    ):
        yield from group(project)


def _of_modules(project: Project) -> Iterator[Diagnostic]:
    modules = [module.key for module in project.modules.values() if not module.is_builtin]
    yield from _among(modules, GLOBALS, "a global of Roblox or Luau")
    yield from _among(modules, MEMBERS, "a member of Instance")
    runtime = frozenset(name.lower() for name in RUNTIME_MODULES | NAMES)
    yield from _among(modules, runtime, "part of the runtime", as_file=True)
    yield from _among(modules, LAYOUTS, "a file of the generated network", as_file=True)
    yield from _among(modules, CONTEXT - RUNTIME_MODULES, "a field of every context")
    if project.admin:
        drawn = [screen.key for screen in project.screens.values() if screen.path.startswith("specs/ui/")]
        yield from _among([*modules, *drawn], frozenset({ADMIN_PANEL, ADMIN_SCREEN}), "the panel of admin.yaml")
    for module in project.modules.values():
        yield from _among(module.workers, GLOBALS | MEMBERS, "a global of Roblox or a member of Instance")
        yield from _among(module.workers, LOCALS, "a name of the generated code")
        yield from _among(module.workers, SIBLINGS, "a file that is generated beside it", as_file=True)


def _of_domains(project: Project) -> Iterator[Diagnostic]:
    domains = project.settings.kernel.domains
    yield from _among(domains, tree.taken(), "a place of the generated tree", as_file=True)
    others = [ref for ref in domains if ref.name not in tree.DOMAINS]
    yield from _among(others, frozenset(map(str.lower, tree.DOMAINS)), "a folder of the runtime", as_file=True)
    yield from _among(domains, MEMBERS | KEYWORDS, "a member of Instance or a keyword")


def _of_catalogues(project: Project) -> Iterator[Diagnostic]:
    catalogues = [catalogue.key for catalogue in project.catalogues.values()]
    yield from _among(catalogues, GLOBALS | MEMBERS, "a global of Roblox or a member of Instance")
    yield from _among(catalogues, LOCALS, "a name of the generated code")


def _of_screens(project: Project) -> Iterator[Diagnostic]:
    return _among((screen.key for screen in project.screens.values()), MEMBERS, "a member of Instance")


def _of_types(project: Project) -> Iterator[Diagnostic]:
    """Declared types, and payloads, which become a type of their name."""
    classes = PRINTED | _classes(project)
    for declared in all_types(project):
        yield from _among([declared.key], GLOBALS | classes, "a type of Roblox or Luau")
        yield from _among([declared.key], TYPE_EXPORTS, "a type that every module has")
    shared = [declared.key for declared in project.types.values()]
    yield from _among(shared, frozenset({"GlobalConfig"}), "a type that every module has")
    for module in project.modules.values():
        yield from _among(_payloads(module), classes, "a type of Roblox or Luau")
        exports = list(_exports(module))
        yield from _among((ref for _, ref in exports), frozenset({"Api"}), "the type of a module's api")
        others = [ref for name, ref in exports if name == ref.name and name not in module.types]
        yield from _among(others, TYPE_EXPORTS, "a type that every module has")


def _of_migrations(project: Project) -> Iterator[Diagnostic]:
    """A step whose file Rojo, or the folder's Instance, reads another way."""
    migrations = project.data.migrations if project.data else ()
    steps = [Ref(PurePosixPath(step.worker.name).stem, step.worker.span) for step in migrations]
    yield from _among(steps, MEMBERS, "a member of Instance")
    yield from _among(steps, frozenset({"init"}), "a file that stands for its folder", as_file=True)


def _classes(project: Project) -> frozenset[str]:
    """The classes of Instances that travel, or that contracts read."""
    classes = {contract.each.name for _, _, contract in CONTRACT.walk(project)}
    for _, use in USE.walk(project):
        classes.update(part.class_name for part in walk(use.ref.type) if isinstance(part, InstanceOf))
    return frozenset(classes)


def _payloads(module: Module) -> Iterator[Ref]:
    """Of events whose payload is a type of their name."""
    yield from (event.key for event in module.events.values() if event.payload and not event.is_request)
    yield from (bus.key for bus in module.publishes.values() if bus.payload)


def _keywords(project: Project) -> Iterator[Diagnostic]:
    """A field, argument or value named like a keyword of Luau."""
    return _among(_small_names(project), KEYWORDS, "a keyword of Luau")


def _small_names(project: Project) -> Iterator[Ref]:
    for declared in all_types(project):
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


def _devices(project: Project) -> Iterator[Diagnostic]:
    """A file or folder that Windows can't have."""
    files = [Ref(step, Span(path)) for path in project.files for step in path.split("/")]
    missing = [
        ref
        for module in project.modules.values()
        for ref in module.workers
        if f"{module.folder}/{ref.name}.luau" not in project.files
    ]
    for ref in (*project.settings.kernel.domains, *files, *missing):
        if is_device(ref.name):
            why = "a device's on Windows, which can't have such a file"
            yield problem("E0202", ref.span, name=ref.name, why=why)


def _namespaces(project: Project) -> Iterator[Iterable[Ref]]:
    """Names that stand beside each other."""
    yield (module.key for module in project.modules.values())
    yield (catalogue.key for catalogue in project.catalogues.values())
    yield (screen.key for screen in project.screens.values())
    yield project.settings.kernel.domains
    for folder in ("themes", "scenarios", "migrations"):
        files = [path for path in project.files if path.startswith(f"specs/{folder}/")]
        yield (Ref(path.rpartition("/")[2], Span(path)) for path in files)
    if project.roles:
        yield (role.key for role in project.roles.roles.values())
    for declared in all_types(project):
        yield declared.values
    for module in project.modules.values():
        yield [*module.workers, *module.catalogues]
        yield (event.key for event in module.events.values())
        yield (method.key for method in module.api.values())
        own = [declared.key for declared in module.types.values()]
        yield [*(declared.key for declared in project.types.values()), *own]


def _clashes(project: Project) -> Iterator[tuple[Ref, Ref]]:
    for refs in _namespaces(project):
        seen: dict[str, Ref] = {}
        for ref in refs:
            first = seen.setdefault(ref.name.lower(), ref)
            if first is not ref:
                yield ref, first


# Two names of one scope that are the same, or differ only by case: the later one, and the first.
CLASH = Scope("name clash", _clashes)


@rule("E0203", CLASH)
def same_but_for_case(ref: Ref, first: Ref) -> Iterator[Diagnostic]:
    """They differ only by case."""
    if ref.name != first.name:
        yield problem("E0203", ref.span, name=ref.name, other=first.name, place=first.span)


@rule("E0207", CLASH)
def same(ref: Ref, first: Ref) -> Iterator[Diagnostic]:
    """They don't differ at all."""
    if ref.name == first.name:
        yield problem("E0207", ref.span, name=ref.name, place=first.span)


@rule("E0205", PROJECT)
def kind_fields(project: Project) -> Iterator[Diagnostic]:
    """A union's member can't have a field `kind`: that name tells the members apart."""
    for declared in all_types(project):
        for _, fields in declared.members.values():
            if "kind" in fields:
                yield problem("E0205", fields["kind"].key.span, type=declared.key.name)


@rule("E0206", MODULE)
def exported_types(project: Project, module: Module) -> Iterator[Diagnostic]:
    """A module's `Types` exports types, payloads, bus events and records under one roof."""
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
