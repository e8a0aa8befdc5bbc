"""Types: every name known, every type allowed where it stands, with the default that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ovhlgen.check.references import unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import CATALOGUE, MODULE, PROJECT, USE
from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.language.limits import DEFAULT_ELEMENTS
from ovhlgen.language.places import PLACES, Kind
from ovhlgen.language.types import Leaf, Sized
from ovhlgen.model.connected import connected
from ovhlgen.model.game import Catalogue, Field, Ref
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import MAX_NESTING, Array, Map, Named, Optional, Type, TypeRef, walk
from ovhlgen.read import guess
from ovhlgen.resolve.aliases import followed
from ovhlgen.resolve.typegraph import all_types, declared_types, edges, name_of, parts
from ovhlgen.resolve.uses import Use
from ovhlgen.resolve.wire import key_count, references

_SHOWN = 12  # names of a path


def _undeclared(project: Project, use: Use) -> Iterator[Named]:
    """Names in an expression that nothing declares."""
    for part in walk(use.ref.type):
        if isinstance(part, Named) and project.type_of(part, use.module) is None:
            yield part


@rule("E0401", USE)
def unknown_owners(project: Project, use: Use) -> Iterator[Diagnostic]:
    """`Module.Type` of no module."""
    for named in _undeclared(project, use):
        owner = named.module
        if owner and owner not in project.modules and not project.is_broken("module", owner):
            yield unknown("E0401", Ref(owner, use.ref.at(named)), project.modules)


@rule("E0302", USE)
def unknown_types(project: Project, use: Use) -> Iterator[Diagnostic]:
    """A name that no `types:` declares."""
    for named in _undeclared(project, use):
        if named.module is None:
            if project.is_broken("types"):
                continue
            known = [*project.types, *(project.modules[use.module].types if use.module else ())]
            suggestion = guess.of_type(named.name, known)
        elif named.module in project.modules:
            known = list(project.modules[named.module].types)
            near = nearest(named.name, known)
            suggestion = f"{named.module}.{near}" if near else None
        else:
            continue  # E0401
        yield problem("E0302", use.ref.at(named), name=str(named), defined=listed(known), suggestion=suggestion)


type Parts = dict[Kind, str]  # by the kinds of what a type is made of: the first of each, in words


def _parts(project: Project, type_: Type, module: str | None, known: Mapping[str, Parts]) -> Parts:
    """The ingredients of a type, through all declarations."""
    match type_:
        case Optional():
            return _parts(project, type_.inner, module, known)
        case Array():
            array: Parts = {"compound": "an array"}
            return array | _parts(project, type_.inner, module, known)
        case Map():
            map_: Parts = {"compound": "a map"}
            return map_ | _parts(project, type_.value, module, known) | _parts(project, type_.key, module, known)
        case Leaf():
            return {type_.kind: type_.words}
        case Named():
            declared = project.type_of(type_, module)
            if declared is None:
                return {}
            own: Parts = {}
            if declared.kind in ("struct", "union"):
                own = {"compound": f"the {declared.kind} {declared.key.name}"}
            return known.get(name_of(declared), {}) | own


def _all_parts(project: Project) -> Mapping[str, Parts]:
    """The ingredients of each declared type: those that lead to each other have the same."""
    types = declared_types(project)
    known: dict[str, Parts] = {}
    for group in connected(edges(project, types)):
        ingredients: Parts = {}
        for name in group:
            for part, module in parts(types[name]):
                ingredients = _parts(project, part, module, known) | ingredients
        known.update(dict.fromkeys(group, ingredients))
    return known


def _misplaced_uses(project: Project) -> Iterator[tuple[Use, str]]:
    known = _all_parts(project)
    for _, use in USE.walk(project):
        words = _misplaced(project, use, known)
        if words:
            yield use, words


def _misplaced(project: Project, use: Use, known: Mapping[str, Parts]) -> str | None:
    allowed = PLACES[use.place]
    type_, module = use.ref.type, use.module
    if use.place == "config":
        type_, module = followed(project, type_, module)
        if isinstance(type_, Optional):
            return "an optional"
        type_ = type_.inner if isinstance(type_, Array) else type_
    ingredients = _parts(project, type_, module, known)
    return next((words for kind, words in ingredients.items() if kind not in allowed), None)


# Expressions with something that their place doesn't allow, and what that is.
MISPLACED = Scope("misplaced type", _misplaced_uses)


@rule("E0303", MISPLACED)
def misplaced_types(use: Use, words: str) -> Iterator[Diagnostic]:
    """A type that its place doesn't allow."""
    if not (words == "any" and use.event):
        yield problem("E0303", use.ref.span, what=words, place=use.place)


@rule("E0606", MISPLACED)
def any_on_the_network(use: Use, words: str) -> Iterator[Diagnostic]:
    """`any` over the network, without `unsafe: true`."""
    if words == "any" and use.event:
        yield problem("E0606", use.ref.span, name=use.event)


@rule("E0310", USE)
def always_there(project: Project, use: Use) -> Iterator[Diagnostic]:
    """What an array or a map holds isn't an alias of an optional (E0301 is about a `?` in sight)."""
    for part in walk(use.ref.type):
        held = part.inner if isinstance(part, Array) else part.value if isinstance(part, Map) else None
        if isinstance(held, Named) and _is_optional(project, held, use.module, or_any=False):
            yield problem("E0310", use.ref.at(held), type=use.ref.text, name=str(held))


@rule("E0309", USE)
def map_keys(project: Project, use: Use) -> Iterator[Diagnostic]:
    """A map's key is a string, a whole number, an id or an enum."""
    for part in walk(use.ref.type):
        if isinstance(part, Map) and not _is_key(project, part.key, use.module):
            yield problem("E0309", use.ref.span, type=use.ref.text)


@rule("E0309", CATALOGUE)
def catalogue_keys(project: Project, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """So is the key of a catalogue's rows."""
    row = catalogue.row.type if catalogue.row else None
    declared = project.type_of(row, None) if isinstance(row, Named) else None
    field = declared.fields.get(catalogue.key_field.name) if declared else None
    key = field.type if field else None
    if catalogue.row and declared and key and not _is_key(project, key.type, declared.module):
        yield problem("E0309", catalogue.key_field.span, type=key.text, upon=[catalogue.row.span])


def _is_key(project: Project, type_: Type, module: str | None) -> bool:
    if isinstance(type_, Named):
        declared = project.type_of(type_, module)
        if declared is None:
            return True
        if declared.kind == "alias" and declared.target:
            return _is_key(project, declared.target.type, declared.module)
        return declared.kind == "enum"
    return isinstance(type_, Leaf) and type_.is_key


@rule("E0304", PROJECT)
def endless_types(project: Project) -> Iterator[Diagnostic]:
    """A type that contains itself has no finite value."""
    for endless in project.endless:
        path = endless.path
        shown = path if len(path) <= _SHOWN else (*path[: _SHOWN - 2], "…", path[-1])
        yield problem("E0304", endless.key.span, path=" → ".join(shown))


@rule("E0311", PROJECT)
def nested_types(project: Project) -> Iterator[Diagnostic]:
    """Declared types, or arrays, maps and `?`, too deep within each other."""
    for deep in project.too_deep:
        yield problem("E0311", deep.key.span, name=deep.key.name, found=deep.levels, most=deep.limit)
    known: dict[str, int] = {}  # of aliases, by the name of each

    def levels(type_: Type, module: str | None) -> int:
        declared = project.type_of(type_, module) if isinstance(type_, Named) else None
        if declared and declared.target and name_of(declared) not in project.recursive:
            name = name_of(declared)
            if name not in known:
                known[name] = levels(declared.target.type, declared.module)
            return known[name]
        match type_:
            case Optional() | Array():
                return 1 + levels(type_.inner, module)
            case Map():
                return 1 + max(levels(type_.key, module), levels(type_.value, module))
            case _:
                return 0

    for _, use in USE.walk(project):
        depth = levels(use.ref.type, use.module)
        if depth > MAX_NESTING:
            yield problem("E0311", use.ref.span, name=use.name, found=depth, most=MAX_NESTING)


@rule("E0308", USE)
def defaults(project: Project, use: Use) -> Iterator[Diagnostic]:
    """No default, where the type isn't optional."""
    is_missing = use.needs_default and use.default is None and not any(_undeclared(project, use))
    if is_missing and not _is_optional(project, use.ref.type, use.module):
        yield problem("E0308", use.span, name=use.name, type=use.ref.text)


def _is_optional(project: Project, type_: Type, module: str | None, *, or_any: bool = True) -> bool:
    if isinstance(type_, Named):
        declared = project.type_of(type_, module)
        return bool(
            declared
            and declared.kind == "alias"
            and declared.target
            and _is_optional(project, declared.target.type, declared.module, or_any=or_any)
        )
    return isinstance(type_, Optional) or (or_any and isinstance(type_, Leaf) and type_.may_be_nil)


@rule("N0307", USE)
def unlimited(project: Project, use: Use) -> Iterator[Diagnostic]:
    """A string, buffer, array or map without a maximum on the network gets one: said once of an expression."""
    for part in walk(use.ref.type) if use.travels else ():
        if isinstance(part, Sized | Array | Map) and part.high is None:
            if isinstance(part, Map) and key_count(project, part, use.module) <= DEFAULT_ELEMENTS:
                continue
            limit = part.network_maximum if isinstance(part, Sized) else "1,024"
            yield problem("N0307", use.ref.span, type=use.ref.text, limit=limit)
            return


def _fields(project: Project) -> Iterator[tuple[Project, Field]]:
    for declared in all_types(project):
        for fields in (declared.fields, *(fields for _, fields in declared.members.values())):
            yield from ((project, field) for field in fields.values())
    for module in project.modules.values():
        for event in module.events.values():
            yield from ((project, field) for field in event.payload.values())
            if event.response and not isinstance(event.response, TypeRef):
                yield from ((project, field) for field in event.response.values())


# Fields of declared types and of events.
FIELD = Scope("field", _fields)


@rule("E0410", FIELD)
def field_references(project: Project, field: Field) -> Iterator[Diagnostic]:
    """`references:` of a field names a catalogue."""
    target = field.references
    if target and target.name not in project.catalogues and not project.is_broken("catalogue", target.name):
        yield unknown("E0410", target, project.catalogues)


@rule("E0432", PROJECT)
def travelling_references(project: Project) -> Iterator[Diagnostic]:
    """A field on the network has to be a key of a catalogue that clients don't have."""
    for target in dict.fromkeys(references(project)):
        catalogue = project.catalogues.get(target.name)
        if catalogue and catalogue.realm == "server":
            yield problem("E0432", target.span, name=target.name)


@rule("E0433", MODULE)
def idle_references(_project: Project, module: Module) -> Iterator[Diagnostic]:
    """`references:` of a field where nobody looks at it."""
    payloads = (event.payload for event in module.publishes.values())
    arguments = (method.args for method in module.api.values())
    for field in (field for fields in (*payloads, *arguments) for field in fields.values()):
        if field.references:
            yield problem("E0433", field.references.span, name=field.key.name)
