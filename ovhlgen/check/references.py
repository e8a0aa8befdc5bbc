"""Every name that stands for something declared elsewhere; a wrong one is answered with the nearest right one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import CATALOGUE, COMPONENT, CONTRACT, MODULE, PRODUCT, PROJECT, STEP_PART
from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.language.components import PropertyKind
from ovhlgen.language.types import BOOLEAN, ID, Number
from ovhlgen.model.game import Catalogue, ConfigField, Product, Ref, TypeDecl
from ovhlgen.model.module import Contract, Event, Module
from ovhlgen.model.names import ADMIN_PANEL
from ovhlgen.model.node import Scalar
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
    return Diagnostic(code, ref.span, filled, nearest(ref.name, (name for name in names if name != ref.name)))


@dataclass(frozen=True, slots=True)
class _Dependency:
    """What a module names under `depends` or `uses`; `is_repeated`: it is itself, or was named before."""

    project: Project
    module: Module
    ref: Ref
    is_repeated: bool

    @property
    def service(self) -> Service | None:
        return None if self.is_repeated else BY_NAME.get(self.ref.name)

    @property
    def other(self) -> Module | None:
        is_service = self.ref.name in BY_NAME
        return None if self.is_repeated or is_service else self.project.modules.get(self.ref.name)


def _dependencies(project: Project) -> Iterator[tuple[_Dependency]]:
    for _, module in MODULE.walk(project):
        seen = {module.name}
        for ref in (*module.depends, *module.uses):
            yield (_Dependency(project, module, ref, ref.name in seen),)
            seen.add(ref.name)


DEPENDENCY = Scope("dependency", _dependencies)


@rule("E0419", DEPENDENCY)
def repeated_dependencies(dependency: _Dependency) -> Iterator[Diagnostic]:
    """A module that names itself, or the same twice."""
    if dependency.is_repeated:
        yield problem("E0419", dependency.ref.span, name=dependency.ref.name, module=dependency.module.name)


@rule("E0401", DEPENDENCY)
def unknown_dependencies(dependency: _Dependency) -> Iterator[Diagnostic]:
    """Neither a module nor a service."""
    project, ref = dependency.project, dependency.ref
    is_known = dependency.is_repeated or dependency.service or dependency.other
    if not is_known and not project.is_broken("module", ref.name):
        yield unknown("E0401", ref, [*project.modules, *of_realm(dependency.module.realm)])


@rule("E0402", DEPENDENCY)
def other_realms(dependency: _Dependency) -> Iterator[Diagnostic]:
    """A module or service of another realm."""
    module, ref, other = dependency.module, dependency.ref, dependency.other
    is_foreign_service = dependency.service and module.realm not in dependency.service.folders
    if is_foreign_service or (other and other.realm not in (module.realm, "shared")):
        # Of a wrong `realm:` the keys tell.
        upon = [*module.given.values(), *(other.given.values() if other else ())]
        yield problem("E0402", ref.span, name=ref.name, realm=module.realm, module=module.name, upon=upon)


@rule("E0421", DEPENDENCY)
def missing_services(dependency: _Dependency) -> Iterator[Diagnostic]:
    """A service without its file. `uses` may name it: it is nil."""
    project, module, service = dependency.project, dependency.module, dependency.service
    if service is None or service.file is None or module.realm not in service.folders:
        return
    is_needed = dependency.ref in module.depends
    if is_needed and not service.exists(project) and service.file.broken not in project.broken:
        yield problem("E0421", dependency.ref.span, name=service.name, file=service.file.path)


@rule("E0403", PROJECT)
def cycles(project: Project) -> Iterator[Diagnostic]:
    """Modules that wait for each other, as a path with the line of each edge."""
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


@rule("E0413", MODULE)
def domains(project: Project, module: Module) -> Iterator[Diagnostic]:
    """A module's domain is one of `kernel.domains`."""
    known = [ref.name for ref in project.settings.kernel.domains]
    if module.domain.name not in known:
        yield unknown("E0413", module.domain, known)


@rule("E0417", MODULE)
def log_domains(project: Project, module: Module) -> Iterator[Diagnostic]:
    """A module's log domain has an emoji."""
    emojis = [*LOG_DOMAINS, *project.settings.logging.domains]
    if module.log_domain and module.log_domain.name not in emojis:
        yield unknown("E0417", module.log_domain, emojis)


@rule("E0404", PROJECT)
def roles(project: Project) -> Iterator[Diagnostic]:
    """A role that roles.yaml doesn't declare."""
    known = project.roles.roles if project.roles else {}
    for ref in _role_refs(project) if not project.is_broken("roles") else ():
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
    for _, module in MODULE.walk(project):
        for event in module.events.values():
            yield from event.allow
        for field in module.config.values():
            if field.editable_by:
                yield field.editable_by


@dataclass(frozen=True, slots=True)
class _Setting:
    """`@config.x`: the field that it names, if there is one, and what that must be."""

    project: Project
    ref: Ref
    expected: str
    field: ConfigField | None


def _setting_refs(project: Project) -> Iterator[tuple[_Setting]]:
    if not project.is_broken("config"):
        for ref, expected in _settings(project):
            yield (_Setting(project, ref, expected, project.config.fields.get(ref.name)),)


def _settings(project: Project) -> Iterator[tuple[Ref, str]]:
    reload = project.settings.kernel.reload_enabled.reference
    if reload:
        yield reload, "boolean"
    if project.admin and project.admin.whitelist:
        yield project.admin.whitelist, "id[]"
    for _, module in MODULE.walk(project):
        for event in module.events.values():
            if event.enabled.reference:
                yield event.enabled.reference, "boolean"
        for every in module.every:
            if every.reference:
                yield every.reference, "a number above 0"


SETTING = Scope("setting", _setting_refs)


@rule("E0405", SETTING)
def unknown_settings(setting: _Setting) -> Iterator[Diagnostic]:
    """`@config.x` that doesn't exist."""
    if setting.field is None:
        yield unknown("E0405", setting.ref, setting.project.config.fields)


@rule("E0422", SETTING)
def unsuited_settings(setting: _Setting) -> Iterator[Diagnostic]:
    """`@config.x` of a type that its place can't take."""
    project, field, expected = setting.project, setting.field, setting.expected
    type_ = field.type if field else None
    if field and type_ and not _suits(project, type_.type, expected) and not is_unknown(project, type_.type, None):
        upon = [type_.span, field.default.span]
        ref = setting.ref
        yield problem("E0422", ref.span, name=ref.name, type=type_.text, expected=expected, upon=upon)


@rule("E0422", PROJECT)
def unsuited_whitelist(project: Project) -> Iterator[Diagnostic]:
    """The field that is the whitelist by its name."""
    field = None if project.is_broken("config") else whitelist(project)
    if field and field.type and field.key.name == WHITELIST and not _suits(project, field.type.type, "id[]"):
        upon = [field.type.span]
        yield problem("E0422", field.key.span, name=WHITELIST, type=field.type.text, expected="id[]", upon=upon)


def _suits(project: Project, type_: Type, expected: str) -> bool:
    kind, module = followed(project, type_, None)
    if expected == "boolean":
        return kind == BOOLEAN
    if expected == "a number above 0":
        return isinstance(kind, Number) and kind.low > 0
    return expected == "id[]" and isinstance(kind, Array) and followed(project, kind.inner, module).type == ID


@dataclass(frozen=True, slots=True)
class _EventName:
    """Where an event is named: under which key, and who has to send it (None: anyone); the event, if there is one."""

    project: Project
    ref: Ref
    key: str
    sender: str | None
    event: Event | None


def _event_names(project: Project) -> Iterator[tuple[_EventName]]:
    for names in (_of_modules, _of_components, _of_scenarios):
        for ref, key, sender in names(project):
            yield (_EventName(project, ref, key, sender, _event(project, ref)),)


def _of_modules(project: Project) -> Iterator[tuple[Ref, str, str]]:
    for _, module in MODULE.walk(project):
        for ref in module.sends:
            yield ref, "sends", "client"
        for listener in module.listens:
            yield listener.event, "listens", "server"


def _of_components(project: Project) -> Iterator[tuple[Ref, str, str]]:
    for component, _ in COMPONENT.walk(project):
        for _, node in component.given(PropertyKind.EVENT):
            if isinstance(node, Scalar):
                yield Ref(node.text, node.span), "send", "client"


# Who sends what a step or an expectation is about.
_SENDERS = {"fire": "client", "request": "client", "received": "server"}


def _of_scenarios(project: Project) -> Iterator[tuple[Ref, str, str | None]]:
    for _, part in STEP_PART.walk(project):
        named = part.names.get("event") if part.names else None
        if isinstance(named, Scalar) and "." in named.text:
            yield Ref(named.text, named.span), part.name, _SENDERS.get(part.name)


def _event(project: Project, ref: Ref) -> Event | None:
    owner, name = ref.name.split(".", 1)
    module = project.modules.get(owner)
    return module.events.get(name) if module else None


EVENT_NAME = Scope("event's name", _event_names)


@rule("E0407", EVENT_NAME)
def unknown_events(named: _EventName) -> Iterator[Diagnostic]:
    """`Module.Event` that doesn't exist."""
    project, owner = named.project, named.ref.name.split(".", 1)[0]
    if named.event is None and (owner in project.modules or not project.is_broken("module", owner)):
        every = [f"{module.name}.{event}" for module in project.modules.values() for event in module.events]
        yield unknown("E0407", named.ref, every)


@rule("E0408", EVENT_NAME)
def senders(named: _EventName) -> Iterator[Diagnostic]:
    """`Module.Event` of the other direction."""
    event, ref = named.event, named.ref
    if event and named.sender not in (None, event.sender):
        upon = places_of(event)
        yield problem("E0408", ref.span, name=ref.name, sender=event.sender, key=named.key, upon=upon)


def _reads(project: Project) -> Iterator[tuple[Project, Ref, str, str]]:
    for _, module in MODULE.walk(project):
        for ref in module.reads:
            owner, name = ref.name.split(".", 1)
            yield project, ref, owner, name


# `data.key` and `Module.field`, in two parts.
READ = Scope("read", _reads)


@rule("E0406", READ)
def unknown_data(project: Project, ref: Ref, owner: str, _name: str) -> Iterator[Diagnostic]:
    """An unknown data key."""
    keys = [f"data.{key}" for key in project.data.player] if project.data else []
    if owner == "data" and ref.name not in keys and not project.is_broken("data"):
        yield unknown("E0406", ref, keys)


@rule("E0423", READ)
def hidden_data(project: Project, ref: Ref, owner: str, name: str) -> Iterator[Diagnostic]:
    """Data that its owner doesn't see."""
    key = project.data.player.get(name) if project.data and owner == "data" else None
    if key and key.visible != "owner" and not project.is_broken("data"):
        yield problem("E0423", ref.span, name=name)


@rule("E0409", READ)
def unknown_state(project: Project, ref: Ref, owner: str, name: str) -> Iterator[Diagnostic]:
    """State that doesn't exist."""
    if owner == "data" or project.is_broken("module", owner):
        return
    module = project.modules.get(owner)
    if module is None or name not in module.state:
        state = [
            f"{module.name}.{key}"
            for module in project.modules.values()
            for key, field in module.state.items()
            if field.replicate
        ]
        data = project.data.player if project.data else {}
        yield unknown("E0409", ref, [*state, *(f"data.{key}" for key in data)])


@rule("E0430", READ)
def hidden_state(project: Project, ref: Ref, owner: str, name: str) -> Iterator[Diagnostic]:
    """State that isn't replicated."""
    module = project.modules.get(owner) if not project.is_broken("module", owner) else None
    if module and name in module.state and not module.state[name].replicate:
        yield problem("E0430", ref.span, name=f"{owner}.{name}", right=replicated(module, name))


def replicated(module: Module, name: str) -> str:
    """What makes a state field seen by clients."""
    return "owner" if module.state[name].per_player else "all"


@rule("E0410", MODULE)
def catalogues(project: Project, module: Module) -> Iterator[Diagnostic]:
    """A catalogue that doesn't exist."""
    for ref in module.catalogues:
        if ref.name not in project.catalogues and not project.is_broken("catalogue", ref.name):
            yield unknown("E0410", ref, project.catalogues)


@rule("E0709", MODULE)
def hidden_catalogues(project: Project, module: Module) -> Iterator[Diagnostic]:
    """A catalogue that clients don't have."""
    for ref in module.catalogues:
        catalogue = project.catalogues.get(ref.name)
        if catalogue and catalogue.realm == "server" and module.realm != "server":
            yield problem("E0709", ref.span, name=ref.name, module=module.name)


@rule("E0411", MODULE)
def screens(project: Project, module: Module) -> Iterator[Diagnostic]:
    """A screen that doesn't exist."""
    for ref in module.screens:
        if ref.name not in project.screens and not project.is_broken("screen", ref.name):
            yield unknown("E0411", ref, project.screens)


@rule("E0411", PROJECT)
def opened_screens(project: Project) -> Iterator[Diagnostic]:
    """`opens:` of an icon takes a screen, or AdminPanel where admin.yaml exists."""
    for icon in project.topbar.icons.values() if project.topbar else ():
        if icon.opens.name not in screens_of(project) and not project.is_broken("screen", icon.opens.name):
            yield unknown("E0411", icon.opens, screens_of(project))


def screens_of(project: Project) -> list[str]:
    """Every screen that can be opened, the built-in one included."""
    built_in = [ADMIN_PANEL] if project.admin or project.is_broken("admin") else []
    return [*project.screens, *built_in]


@rule("E0412", PROJECT)
def packages(project: Project) -> Iterator[Diagnostic]:
    """A package that project.yaml doesn't name."""
    refs = [ref for _, module in MODULE.walk(project) for ref in module.packages]
    refs += [project.topbar.package] if project.topbar and project.topbar.package else []
    refs += [source.package for source in project.roles.sources if source.package] if project.roles else []
    for ref in refs:
        if ref.name not in project.settings.packages:
            yield unknown("E0412", ref, project.settings.packages)


@rule("E0424", PROJECT)
def screen_owners(project: Project) -> Iterator[Diagnostic]:
    """A screen has one owner, the module that lists it."""
    owners: dict[str, Module] = {}
    for _, module in MODULE.walk(project):
        for ref in module.screens:
            first = owners.setdefault(ref.name, module)
            if first is not module:
                yield problem("E0424", ref.span, name=ref.name, owner=first.name)


def _unheard(project: Project) -> Iterator[tuple[Project, Module, Ref]]:
    for _, module in MODULE.walk(project) if not project.is_broken("module") else ():
        for listener in module.subscribes:
            name = listener.event.name
            if name not in built_in(module.realm) and publisher_of(project, module.realm, name) is None:
                yield project, module, listener.event


# Bus events that a module subscribes to, and that nobody publishes in its realm.
UNHEARD = Scope("unheard event", _unheard)


def _distant(project: Project, event: Ref) -> Module | None:
    """Who publishes it in the other realm."""
    return next((module for _, module in MODULE.walk(project) if event.name in module.publishes), None)


@rule("E0414", UNHEARD)
def unknown_bus_events(project: Project, module: Module, event: Ref) -> Iterator[Diagnostic]:
    """Nobody publishes it."""
    if _distant(project, event) is None:
        near = [other for other in project.modules.values() if other.realm in (module.realm, "shared")]
        yield unknown("E0414", event, [*(name for other in near for name in other.publishes), *BUILT_IN])


@rule("E0420", UNHEARD)
def distant_bus_events(project: Project, module: Module, event: Ref) -> Iterator[Diagnostic]:
    """Only the other realm publishes it."""
    other = _distant(project, event)
    if other:
        yield problem(
            "E0420",
            event.span,
            name=event.name,
            owner=other.name,
            realm=other.realm,
            module=module.name,
            upon=other.given.values(),
        )


@rule("E0604", PROJECT)
def publishers(project: Project) -> Iterator[Diagnostic]:
    """Two modules publish one bus event, or the kernel does."""
    for realm in ("server", "client"):
        owners: dict[str, Module] = {}
        for _, module in MODULE.walk(project):
            for name, event in module.publishes.items() if module.realm in (realm, "shared") else ():
                first = owners.setdefault(name, module)
                if first is not module or name in BUILT_IN:
                    owner = "the kernel" if name in BUILT_IN else first.name
                    yield problem("E0604", event.key.span, name=name, owner=owner)


@rule("E0418", CONTRACT)
def contract_references(_project: Project, module: Module, contract: Contract) -> Iterator[Diagnostic]:
    """Another contract's unique field; a fallback `$Field` that stands above."""
    above: list[str] = []
    for name, field in contract.fields.items():
        if field.references:
            known = [key for key, other in module.contracts.items() if any(f.unique for f in other.fields.values())]
            if field.references.name not in known:
                yield unknown("E0418", field.references, known)
        if field.sibling and field.sibling.name not in above:
            yield unknown("E0418", field.sibling, above)
        above.append(name)


@rule("E0422", CONTRACT)
def fallback_types(_project: Project, _module: Module, contract: Contract) -> Iterator[Diagnostic]:
    """A fallback `$Field` of another type."""
    above: dict[str, TypeRef | None] = {}
    for name, field in contract.fields.items():
        sibling, type_ = field.sibling, field.type
        given = above.get(sibling.name) if sibling else None
        if sibling and type_ and given and type(given.type) is not type(type_.type):
            upon = [given.span, type_.span]
            yield problem("E0422", sibling.span, name=sibling.name, type=given.text, expected=type_.text, upon=upon)
        above[name] = type_


@rule("E0415", PROJECT)
def gamepasses(project: Project) -> Iterator[Diagnostic]:
    """A gamepass by name must stand in monetization.yaml."""
    known = project.monetization.gamepasses if project.monetization else {}
    for source in project.roles.sources if project.roles and not project.is_broken("monetization") else ():
        for ref in source.gamepasses:
            if ref.name not in known:
                yield unknown("E0415", ref, known)


@rule("E0425", PRODUCT)
def product_workers(project: Project, product: Product) -> Iterator[Diagnostic]:
    """`worker:` of a product is a method of a server module."""
    if product.worker is None:
        return
    owner, name = product.worker.name.split(".", 1)
    module = project.modules.get(owner)
    if (module is None or name not in module.api) and not project.is_broken("module", owner):
        servers = [module for module in project.modules.values() if module.realm == "server"]
        yield unknown("E0425", product.worker, [f"{module.name}.{key}" for module in servers for key in module.api])


def _row_type(project: Project, catalogue: Catalogue) -> TypeDecl | None:
    type_ = catalogue.row.type if catalogue.row else None
    return project.type_of(type_, None) if isinstance(type_, Named) else None


@rule("E0426", CATALOGUE)
def row_types(project: Project, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """`row` is a struct."""
    declared = _row_type(project, catalogue)
    if catalogue.row and declared and declared.kind != "struct":
        yield problem("E0426", catalogue.row.span, name=declared.key.name, kind=declared.kind)


@rule("E0427", CATALOGUE)
def key_fields(project: Project, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """`key` is one of the row's fields."""
    declared = _row_type(project, catalogue)
    if declared and declared.kind == "struct" and catalogue.key_field.name not in declared.fields:
        yield unknown("E0427", catalogue.key_field, declared.fields, type=declared.key.name)
