"""Types: every name known, every type allowed where it stands, every default fitting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ovhlgen.diagnostics import Diagnostic, Span, listed, nearest, problem
from ovhlgen.language.limits import DEFAULT_ELEMENTS
from ovhlgen.language.places import PLACES, Kind
from ovhlgen.language.types import Leaf, Sized
from ovhlgen.model.connected import connected
from ovhlgen.model.game import Field, Fields, TypeDecl
from ovhlgen.model.node import Node
from ovhlgen.model.project import Project
from ovhlgen.model.types import MAX_NESTING, Array, Map, Named, Optional, Type, TypeRef, walk
from ovhlgen.read import guess
from ovhlgen.resolve.aliases import followed
from ovhlgen.resolve.typegraph import declared_types, edges, name_of, parts
from ovhlgen.resolve.wire import key_count, references


@dataclass(frozen=True, slots=True)
class Use:
    """A type expression in a spec: where it is used, in which module, with which default, in which event."""

    ref: TypeRef
    place: str
    module: str | None
    name: str
    span: Span
    default: Node | None = None
    needs_default: bool = False
    event: str | None = None


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
                yield Use(key.type, "data", None, name, key.key.span, key.default)
    for catalogue in project.catalogues.values():
        if catalogue.row:
            yield Use(catalogue.row, "catalogue", None, catalogue.key.name, catalogue.row.span)
    for screen in project.screens.values():
        for name, field in screen.values.items():
            if field.type:
                yield Use(field.type, "screen value", None, name, field.key.span, field.default, True)
    for name in project.modules:
        yield from _module(project, name)


def _declared(of: TypeDecl) -> Iterator[Use]:
    if of.target:
        yield Use(of.target, "type", of.module, of.key.name, of.key.span)
    for fields in (of.fields, *(member for _, member in of.members.values())):
        yield from _fields(fields, "type", of.module)


def _fields(fields: Fields, place: str, module: str | None, event: str | None = None) -> Iterator[Use]:
    for name, field in fields.items():
        if field.type:
            yield Use(field.type, place, module, name, field.key.span, event=event)


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
            yield Use(event.response, place, name, key, event.key.span, event=key)
        elif event.response:
            yield from _fields(event.response, place, name, key)
    for bus in module.publishes.values():
        yield from _fields(bus.payload, "bus", name)
    for contract in module.contracts.values():
        for key, attribute in contract.fields.items():
            if attribute.type:
                yield Use(attribute.type, "attribute", name, key, attribute.key.span, attribute.fallback)


def unknown_types(project: Project) -> Iterator[Diagnostic]:
    """E0302: a name that no `types:` declares."""
    for use in uses(project):
        for one in walk(use.ref.type):
            if isinstance(one, Named) and project.type_of(one, use.module) is None:
                yield from _unknown(project, use, one)


def _unknown(project: Project, use: Use, named: Named) -> Iterator[Diagnostic]:
    if named.module is not None and named.module not in project.modules:
        if not project.is_broken("module", named.module):
            yield problem(
                "E0401",
                use.ref.at(named),
                name=named.module,
                defined=listed(project.modules),
                suggestion=nearest(named.module, project.modules),
            )
        return
    if named.module is None and project.is_broken("types"):
        return
    if named.module is None:
        known = [*project.types, *(project.modules[use.module].types if use.module else ())]
        meant = guess.of_type(named.name, known)
    else:
        known = list(project.modules[named.module].types)
        near = nearest(named.name, known)
        meant = f"{named.module}.{near}" if near else None
    yield problem("E0302", use.ref.at(named), name=str(named), defined=listed(known), suggestion=meant)


type Parts = dict[Kind, str]  # by the kinds of what a type is made of: the first of each, in words


def _parts(project: Project, of: Type, module: str | None, known: Mapping[str, Parts]) -> Parts:
    """The ingredients of a type, through all declarations."""
    match of:
        case Optional():
            return _parts(project, of.of, module, known)
        case Array():
            array: Parts = {"compound": "an array"}
            return array | _parts(project, of.of, module, known)
        case Map():
            map_: Parts = {"compound": "a map"}
            return map_ | _parts(project, of.value, module, known) | _parts(project, of.key, module, known)
        case Leaf():
            return {of.kind: of.words}
        case Named():
            declared = project.type_of(of, module)
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
        found: Parts = {}
        for name in group:
            for one, module in parts(types[name]):
                found = _parts(project, one, module, known) | found
        known.update(dict.fromkeys(group, found))
    return known


def misplaced_types(project: Project) -> Iterator[Diagnostic]:
    """E0303: a type that its place doesn't allow. E0606: `any` over the network, without `unsafe: true`."""
    known = _all_parts(project)
    for use in uses(project):
        found = _misplaced(project, use, known)
        if found == "any" and use.event:
            yield problem("E0606", use.ref.span, name=use.event)
        elif found:
            yield problem("E0303", use.ref.span, what=found, place=use.place)


def _misplaced(project: Project, use: Use, known: Mapping[str, Parts]) -> str | None:
    allowed = PLACES[use.place]
    of, module = use.ref.type, use.module
    if use.place == "config":
        of, module = followed(project, of, module)
        if isinstance(of, Optional):
            return "an optional"
        of = of.of if isinstance(of, Array) else of
    found = _parts(project, of, module, known)
    return next((words for kind, words in found.items() if kind not in allowed), None)


def always_there(project: Project) -> Iterator[Diagnostic]:
    """E0310: what an array or a map holds isn't an alias of an optional (E0301 is about a `?` in sight)."""
    for use in uses(project):
        for one in walk(use.ref.type):
            held = one.of if isinstance(one, Array) else one.value if isinstance(one, Map) else None
            if isinstance(held, Named) and _is_optional(project, held, use.module, or_any=False):
                yield problem("E0310", use.ref.at(held), type=use.ref.text, name=str(held))


def map_keys(project: Project) -> Iterator[Diagnostic]:
    """E0309: a key, of a map or a catalogue, is a string, a whole number, an id or an enum."""
    for use in uses(project):
        for one in walk(use.ref.type):
            if isinstance(one, Map) and not _is_key(project, one.key, use.module):
                yield problem("E0309", use.ref.span, type=use.ref.text)
    for catalogue in project.catalogues.values():
        row = catalogue.row.type if catalogue.row else None
        declared = project.type_of(row, None) if isinstance(row, Named) else None
        field = declared.fields.get(catalogue.key_field.name) if declared else None
        key = field.type if field else None
        if catalogue.row and declared and key and not _is_key(project, key.type, declared.module):
            yield problem("E0309", catalogue.key_field.span, type=key.text, upon=[catalogue.row.span])


def _is_key(project: Project, of: Type, module: str | None) -> bool:
    if isinstance(of, Named):
        declared = project.type_of(of, module)
        if declared is None:
            return True
        if declared.kind == "alias" and declared.target:
            return _is_key(project, declared.target.type, declared.module)
        return declared.kind == "enum"
    return isinstance(of, Leaf) and of.is_key


def nested_types(project: Project) -> Iterator[Diagnostic]:
    """E0311: arrays, maps and `?` too deep within each other, through the aliases that are named."""
    known: dict[str, int] = {}

    def levels(of: Type, module: str | None) -> int:
        inside = [of.of] if isinstance(of, Optional | Array) else [of.key, of.value] if isinstance(of, Map) else []
        declared = project.type_of(of, module) if isinstance(of, Named) else None
        if declared and declared.target and name_of(declared) not in project.recursive:
            name = name_of(declared)
            if name not in known:
                known[name] = levels(declared.target.type, declared.module)
            return known[name]
        return 1 + max(levels(one, module) for one in inside) if inside else 0

    for use in uses(project):
        found = levels(use.ref.type, use.module)
        if found > MAX_NESTING:
            yield problem("E0311", use.ref.span, name=use.name, found=found, most=MAX_NESTING)


def defaults(project: Project) -> Iterator[Diagnostic]:
    """E0308: no default, where the type isn't optional."""
    for use in uses(project):
        is_missing = use.needs_default and use.default is None and _is_known(project, use)
        if is_missing and not _is_optional(project, use.ref.type, use.module):
            yield problem("E0308", use.span, name=use.name, type=use.ref.text)


def _is_known(project: Project, use: Use) -> bool:
    return all(not isinstance(one, Named) or project.type_of(one, use.module) is not None for one in walk(use.ref.type))


def _is_optional(project: Project, of: Type, module: str | None, *, or_any: bool = True) -> bool:
    if isinstance(of, Named):
        declared = project.type_of(of, module)
        return bool(
            declared
            and declared.kind == "alias"
            and declared.target
            and _is_optional(project, declared.target.type, declared.module, or_any=or_any)
        )
    return isinstance(of, Optional) or (or_any and isinstance(of, Leaf) and of.may_be_nil)


def unlimited(project: Project) -> Iterator[Diagnostic]:
    """N0307: a string, buffer, array or map without a maximum on the network gets one."""
    seen = {id(key.type) for key in project.data.player.values() if key.visible} if project.data else set()
    for use in uses(project):
        if use.place not in ("network", "unsafe network") and id(use.ref) not in seen:
            continue
        for one in walk(use.ref.type):
            if isinstance(one, Sized | Array | Map) and one.high is None:
                if isinstance(one, Map) and key_count(project, one, use.module) <= DEFAULT_ELEMENTS:
                    continue
                limit = one.network_maximum if isinstance(one, Sized) else "1,024"
                yield problem("N0307", use.ref.span, type=use.ref.text, limit=limit)
                break


def field_references(project: Project) -> Iterator[Diagnostic]:
    """E0410: `references:` of a field names a catalogue."""
    for field in _all_fields(project):
        target = field.references
        if target and target.name not in project.catalogues and not project.is_broken("catalogue", target.name):
            yield problem(
                "E0410",
                target.span,
                name=target.name,
                defined=listed(project.catalogues),
                suggestion=nearest(target.name, project.catalogues),
            )


def travelling_references(project: Project) -> Iterator[Diagnostic]:
    """E0432: a field on the network has to be a key of a catalogue that clients don't have."""
    for target in dict.fromkeys(references(project)):
        catalogue = project.catalogues.get(target.name)
        if catalogue and catalogue.realm == "server":
            yield problem("E0432", target.span, name=target.name)


def idle_references(project: Project) -> Iterator[Diagnostic]:
    """E0433: `references:` of a field where nobody looks at it."""
    for module in project.modules.values():
        for fields in (
            *(event.payload for event in module.publishes.values()),
            *(method.args for method in module.api.values()),
        ):
            for field in fields.values():
                if field.references:
                    yield problem("E0433", field.references.span, name=field.key.name)


def _all_fields(project: Project) -> Iterator[Field]:
    every = [
        *project.types.values(),
        *(one for module in project.modules.values() for one in module.types.values()),
    ]
    for declared in every:
        yield from declared.fields.values()
        for _, fields in declared.members.values():
            yield from fields.values()
    for module in project.modules.values():
        for event in module.events.values():
            yield from event.payload.values()
            if event.response and not isinstance(event.response, TypeRef):
                yield from event.response.values()


RULES = (
    unknown_types,
    misplaced_types,
    always_there,
    map_keys,
    nested_types,
    defaults,
    unlimited,
    field_references,
    travelling_references,
    idle_references,
)
