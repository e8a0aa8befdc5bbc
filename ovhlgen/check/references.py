"""Every name that stands for something declared elsewhere; a wrong one is answered with the nearest right one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.language.types import BOOLEAN, ID, Number
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Event, Module
from ovhlgen.model.names import ADMIN_PANEL
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Named, Type, TypeRef
from ovhlgen.resolve.aliases import followed, is_unknown
from ovhlgen.resolve.bindings import BUILT_IN, built_in, places_of, publisher_of
from ovhlgen.resolve.graph import find_cycles
from ovhlgen.resolve.settings import WHITELIST, whitelist
from ovhlgen.services import BY_NAME, of_realm
from ovhlgen.services.service import Service

LOG_DOMAINS = frozenset(
    [
        "MUSIC",
        "ZONE",
        "DATA",
        "ADMIN",
        "UI",
        "NETWORK",
        "MONETIZATION",
        "TEST",
        "SYSTEM",
        "PLAYER",
        "GAME",
        "SECURITY",
    ]
)


def unknown(code: str, ref: Ref, known: Iterable[str], **args: str) -> Diagnostic:
    """A reference to nothing, with what there is. The name itself is never suggested."""
    names = tuple(known)
    filled = {"name": ref.name, "defined": listed(names), **args}
    return Diagnostic(code, ref.span, filled, nearest(ref.name, (one for one in names if one != ref.name)))


def _modules(project: Project) -> Iterator[Module]:
    return (project.modules[name] for name in sorted(project.modules))


def dependencies(project: Project) -> Iterator[Diagnostic]:
    """E0401: unknown. E0402: of another realm. E0419: itself, or twice. E0421: a service without its file, which
    `uses` may name: it is nil."""
    for module in _modules(project):
        seen: dict[str, Ref] = {}
        for ref in (*module.depends, *module.uses):
            first = seen.setdefault(ref.name, ref)
            if ref.name == module.name or first is not ref:
                yield problem("E0419", ref.span, name=ref.name, module=module.name)
            elif ref.name in BY_NAME:
                yield from _service(project, module, ref, BY_NAME[ref.name], is_needed=ref in module.depends)
            else:
                yield from _other_module(project, module, ref)


def _service(project: Project, module: Module, ref: Ref, service: Service, *, is_needed: bool) -> Iterator[Diagnostic]:
    if module.realm not in service.folders:
        places = module.given.values()  # of a wrong `realm:` the keys tell
        yield problem("E0402", ref.span, name=ref.name, realm=module.realm, module=module.name, upon=places)
    elif is_needed and service.file and not service.exists(project) and service.file.broken not in project.broken:
        yield problem("E0421", ref.span, name=ref.name, file=service.file.path)


def _other_module(project: Project, module: Module, ref: Ref) -> Iterator[Diagnostic]:
    other = project.modules.get(ref.name)
    if other is None:
        if not project.is_broken("module", ref.name):
            yield unknown("E0401", ref, [*project.modules, *of_realm(module.realm)])
    elif other.realm not in (module.realm, "shared"):
        places = [*module.given.values(), *other.given.values()]
        yield problem("E0402", ref.span, name=ref.name, realm=module.realm, module=module.name, upon=places)


def cycles(project: Project) -> Iterator[Diagnostic]:
    """E0403: modules that wait for each other, as a path with the line of each edge."""
    for cycle in find_cycles(project):
        path = " → ".join([edge.source for edge in cycle] + [cycle[0].source])
        lines = "; ".join(f"{edge.source} → {edge.target} ({edge.ref.span})" for edge in cycle)
        yield problem(
            "E0403",
            cycle[0].ref.span,
            path=path,
            edges=lines,
            related=[(edge.ref.span, f"{edge.source} depends on {edge.target}") for edge in cycle],
        )


def domains(project: Project) -> Iterator[Diagnostic]:
    """E0413: a module's domain is one of `kernel.domains`. E0417: its log domain has an emoji."""
    known = [ref.name for ref in project.settings.kernel.domains]
    emojis = [*LOG_DOMAINS, *project.settings.logging.domains]
    for module in _modules(project):
        if module.domain.name not in known:
            yield unknown("E0413", module.domain, known)
        if module.log_domain and module.log_domain.name not in emojis:
            yield unknown("E0417", module.log_domain, emojis)


def roles(project: Project) -> Iterator[Diagnostic]:
    """E0404: a role that roles.yaml doesn't declare."""
    known = project.roles.roles if project.roles else {}
    if project.is_broken("roles"):
        return
    for ref in _role_refs(project):
        if ref.name not in known:
            yield unknown("E0404", ref, known)


def _role_refs(project: Project) -> Iterator[Ref]:
    if project.roles:
        yield project.roles.default
        for source in project.roles.sources:
            yield from source.roles
    for field in project.config.fields.values():
        if field.editable_by:
            yield field.editable_by
    if project.admin:
        yield from project.admin.roles
    if project.topbar:
        for icon in project.topbar.icons.values():
            yield from icon.roles
    for module in _modules(project):
        for event in module.events.values():
            yield from event.allow
        for field in module.config.values():
            if field.editable_by:
                yield field.editable_by


def config_references(project: Project) -> Iterator[Diagnostic]:
    """E0405: `@config.x` that doesn't exist. E0422: of a type that its place can't take, also by the field's name."""
    if project.is_broken("config"):
        return
    for ref, what in _config_refs(project):
        field = project.config.fields.get(ref.name)
        if field is None:
            yield unknown("E0405", ref, project.config.fields)
        elif (
            field.type and not _suits(project, field.type.type, what) and not is_unknown(project, field.type.type, None)
        ):
            upon = [field.type.span, field.default.span]
            yield problem("E0422", ref.span, name=ref.name, type=field.type.text, expected=what, upon=upon)
    listed = whitelist(project)
    if listed and listed.type and listed.key.name == WHITELIST and not _suits(project, listed.type.type, "id[]"):
        upon = [listed.type.span]
        yield problem("E0422", listed.key.span, name=WHITELIST, type=listed.type.text, expected="id[]", upon=upon)


def _suits(project: Project, of: Type, what: str) -> bool:
    found, module = followed(project, of, None)
    if what == "boolean":
        return found == BOOLEAN
    if what == "a number above 0":
        return isinstance(found, Number) and found.low > 0
    return what == "id[]" and isinstance(found, Array) and followed(project, found.of, module).type == ID


def _config_refs(project: Project) -> Iterator[tuple[Ref, str]]:
    reload = project.settings.kernel.reload_enabled.reference
    if reload:
        yield reload, "boolean"
    if project.admin and project.admin.whitelist:
        yield project.admin.whitelist, "id[]"
    for module in _modules(project):
        for event in module.events.values():
            if event.enabled.reference:
                yield event.enabled.reference, "boolean"
        for every in module.every:
            if every.reference:
                yield every.reference, "a number above 0"


def event_references(project: Project) -> Iterator[Diagnostic]:
    """E0407: `Module.Event` that doesn't exist. E0408: of the other direction."""
    for module in _modules(project):
        for ref in module.sends:
            yield from _event(project, ref, "client", "sends")
        for listener in module.listens:
            yield from _event(project, listener.event, "server", "listens")


def _event(project: Project, ref: Ref, sender: str, key: str) -> Iterator[Diagnostic]:
    event = find_event(project, ref)
    if isinstance(event, Diagnostic):
        yield event
    elif event and event.sender != sender:
        yield problem("E0408", ref.span, name=ref.name, sender=event.sender, key=key, upon=places_of(event))


def find_event(project: Project, ref: Ref) -> Event | Diagnostic | None:
    """The event, a finding, or None where its module has findings of its own."""
    owner, name = ref.name.split(".", 1)
    module = project.modules.get(owner)
    if module is None and project.is_broken("module", owner):
        return None
    if module is None or name not in module.events:
        every = [f"{one.name}.{event}" for one in project.modules.values() for event in one.events]
        return unknown("E0407", ref, every)
    return module.events[name]


def reads(project: Project) -> Iterator[Diagnostic]:
    """E0406: an unknown data key. E0409: state that doesn't exist. E0430: that isn't replicated."""
    for module in _modules(project):
        for ref in module.reads:
            owner, name = ref.name.split(".", 1)
            if owner == "data":
                yield from _data(project, ref, name)
            else:
                yield from _state(project, ref, owner, name)


def _data(project: Project, ref: Ref, name: str) -> Iterator[Diagnostic]:
    if project.is_broken("data"):
        return
    keys = {f"data.{key}": one for key, one in (project.data.player if project.data else {}).items()}
    if ref.name not in keys:
        yield unknown("E0406", ref, keys)
    elif keys[ref.name].visible != "owner":
        yield problem("E0423", ref.span, name=name)


def _state(project: Project, ref: Ref, owner: str, name: str) -> Iterator[Diagnostic]:
    if project.is_broken("module", owner):
        return
    other = project.modules.get(owner)
    known = [
        f"{one.name}.{key}" for one in project.modules.values() for key, state in one.state.items() if state.replicate
    ]
    if other and name in other.state and not other.state[name].replicate:
        yield problem("E0430", ref.span, name=f"{owner}.{name}", right=replicated(other, name))
    elif other is None or name not in other.state:
        data = project.data.player if project.data else {}
        yield unknown("E0409", ref, [*known, *(f"data.{key}" for key in data)])


def replicated(module: Module, name: str) -> str:
    """What makes a state field seen by clients."""
    return "owner" if module.state[name].per_player else "all"


def named_things(project: Project) -> Iterator[Diagnostic]:
    """E0410 catalogues, E0411 screens, E0412 packages."""
    packages = project.settings.packages
    for module in _modules(project):
        for ref in module.catalogues:
            found = project.catalogues.get(ref.name)
            if found is None and not project.is_broken("catalogue", ref.name):
                yield unknown("E0410", ref, project.catalogues)
            elif found and found.realm == "server" and module.realm != "server":
                yield problem("E0709", ref.span, name=ref.name, module=module.name)
        for ref in module.screens:
            if ref.name not in project.screens and not project.is_broken("screen", ref.name):
                yield unknown("E0411", ref, project.screens)
        for ref in module.packages:
            if ref.name not in packages:
                yield unknown("E0412", ref, packages)
    if project.topbar and project.topbar.package and project.topbar.package.name not in packages:
        yield unknown("E0412", project.topbar.package, packages)
    for source in project.roles.sources if project.roles else ():
        if source.package and source.package.name not in packages:
            yield unknown("E0412", source.package, packages)


def screen_owners(project: Project) -> Iterator[Diagnostic]:
    """E0424: a screen has one owner, the module that lists it."""
    owners: dict[str, Module] = {}
    for module in _modules(project):
        for ref in module.screens:
            first = owners.setdefault(ref.name, module)
            if first is not module:
                yield problem("E0424", ref.span, name=ref.name, owner=first.name)


def opened_screens(project: Project) -> Iterator[Diagnostic]:
    """E0411: `opens:` of an icon takes a screen, or AdminPanel where admin.yaml exists."""
    for icon in project.topbar.icons.values() if project.topbar else ():
        if icon.opens.name not in screens_of(project) and not project.is_broken("screen", icon.opens.name):
            yield unknown("E0411", icon.opens, screens_of(project))


def screens_of(project: Project) -> list[str]:
    """Every screen that can be opened, the built-in one included."""
    built_in = [ADMIN_PANEL] if project.admin or project.is_broken("admin") else []
    return [*project.screens, *built_in]


def bus_events(project: Project) -> Iterator[Diagnostic]:
    """E0414: nobody publishes it. E0420: only the other realm does. E0604: two do, or the kernel does."""
    for module in _modules(project):
        for listener in module.subscribes:
            name, ours = listener.event.name, [*built_in(module.realm)]
            if (
                name not in ours
                and publisher_of(project, module.realm, name) is None
                and not project.is_broken("module")
            ):
                yield from _unheard(project, module, listener.event)
    for realm in ("server", "client"):
        owners: dict[str, Module] = {}
        for module in _modules(project):
            if module.realm not in (realm, "shared"):
                continue
            for name, event in module.publishes.items():
                first = owners.setdefault(name, module)
                if first is not module or name in BUILT_IN:
                    owner = "the kernel" if name in BUILT_IN else first.name
                    yield problem("E0604", event.key.span, name=name, owner=owner)


def _unheard(project: Project, module: Module, event: Ref) -> Iterator[Diagnostic]:
    """E0420: it's published in the other realm. E0414: it isn't published at all."""
    near = [one for one in project.modules.values() if one.realm in (module.realm, "shared")]
    far = next((one for one in _modules(project) if event.name in one.publishes), None)
    if far:
        yield problem(
            "E0420",
            event.span,
            name=event.name,
            owner=far.name,
            realm=far.realm,
            module=module.name,
            upon=far.given.values(),
        )
    else:
        yield unknown("E0414", event, [*(name for one in near for name in one.publishes), *BUILT_IN])


def contract_references(project: Project) -> Iterator[Diagnostic]:
    """E0418: another contract's unique field; a fallback `$Field` that stands above. E0422: of another type."""
    for module in _modules(project):
        for contract in module.contracts.values():
            above: dict[str, TypeRef | None] = {}
            for name, field in contract.fields.items():
                if field.references:
                    target = module.contracts.get(field.references.name)
                    if target is None or not any(one.unique for one in target.fields.values()):
                        known = [
                            key for key, one in module.contracts.items() if any(f.unique for f in one.fields.values())
                        ]
                        yield unknown("E0418", field.references, known)
                sibling = field.sibling
                if sibling and sibling.name not in above:
                    yield unknown("E0418", sibling, above)
                elif sibling and field.type:
                    of = above[sibling.name]
                    if of and type(of.type) is not type(field.type.type):
                        yield problem(
                            "E0422",
                            sibling.span,
                            name=sibling.name,
                            type=of.text,
                            expected=field.type.text,
                            upon=[of.span, field.type.span],
                        )
                above[name] = field.type


def gamepasses(project: Project) -> Iterator[Diagnostic]:
    """E0415: a gamepass by name must stand in monetization.yaml."""
    if project.is_broken("monetization"):
        return
    known = project.monetization.gamepasses if project.monetization else {}
    for source in project.roles.sources if project.roles else ():
        for ref in source.gamepasses:
            if ref.name not in known:
                yield unknown("E0415", ref, known)


def product_workers(project: Project) -> Iterator[Diagnostic]:
    """E0425: `worker:` of a product is a method of a server module."""
    for product in project.monetization.products.values() if project.monetization else ():
        if product.worker is None:
            continue
        owner, name = product.worker.name.split(".", 1)
        module = project.modules.get(owner)
        if (module is None or name not in module.api) and not project.is_broken("module", owner):
            every = [
                f"{one.name}.{key}" for one in project.modules.values() for key in one.api if one.realm == "server"
            ]
            yield unknown("E0425", product.worker, every)


def catalogue_rows(project: Project) -> Iterator[Diagnostic]:
    """E0426: `row` is a struct, `key` one of its fields."""
    for catalogue in project.catalogues.values():
        if catalogue.row is None:
            continue
        of = catalogue.row.type
        declared = project.type_of(of, None) if isinstance(of, Named) else None
        if declared is None:
            continue
        if declared.kind != "struct":
            yield problem("E0426", catalogue.row.span, name=declared.key.name, kind=declared.kind)
        elif catalogue.key_field.name not in declared.fields:
            yield unknown("E0427", catalogue.key_field, declared.fields, type=declared.key.name)


RULES = (
    dependencies,
    cycles,
    domains,
    roles,
    config_references,
    event_references,
    reads,
    named_things,
    screen_owners,
    opened_screens,
    bus_events,
    contract_references,
    gamepasses,
    product_workers,
    catalogue_rows,
)
