"""A module's `Context`: everything that its workers may touch."""

from __future__ import annotations

from ovhlgen.lower.service_types import api_type
from ovhlgen.lower.types import Spell, TypeWriter
from ovhlgen.luau import (
    MAX_OVERLOADS,
    ArrayType,
    Arrow,
    Declared,
    Imported,
    LuauType,
    MapType,
    Maybe,
    Pack,
    Record,
    Scope,
    overloads,
    string,
)
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import Binding, bindings
from ovhlgen.resolve.naming import api_name, payload_name, record_name, response_name, type_name
from ovhlgen.services import BY_NAME
from ovhlgen.services.ovhl_ui import screen_name

_SELF: tuple[str, LuauType] = ("self", "any")
_ADD = Arrow((("self", "Connections_Api"), ("connection", "RBXScriptConnection")), "RBXScriptConnection")
_CONNECTIONS = Record((("Add", _ADD),))

type Params = tuple[tuple[str, LuauType], ...]


def context(project: Project, module: Module, writer: TypeWriter, server: Spell) -> Declared:
    """Its type, and those that it names; `writer` spells those of Shared/Types, `server` those of Server/Types."""
    shared = writer.spell
    others = _others(project, module, shared, server)
    fields: list[tuple[str, LuauType]] = [
        ("Logger", Imported("Logger", "Bound")),
        ("Config", "Config"),
        ("GlobalConfig", (server if module.realm == "server" else shared)("GlobalConfig")),
        ("State", "State"),
        ("PlayerState", MapType("Player", "PlayerState")),
        ("Workers", "Workers"),
        ("ServiceManager", Imported("ServiceManager", "Api") if module.is_builtin else "ServiceManager_Api"),
        ("Connections", "Connections_Api"),
    ]
    sent = {name: event for name, event in module.events.items() if event.sender == "server"}
    if sent:
        senders = ((name, _sender(_payload(shared, module.name, event))) for name, event in sent.items())
        fields.append(("Events", Record(tuple(senders))))
    if module.sends:
        fields.append(("Remote", _remotes(project, module, shared)))
    if module.publishes:
        fields.append(("Bus", _bus(module, shared)))
    if module.contracts:
        fields.append(("Attributes", Record(tuple((name, _reader(name)) for name in module.contracts))))
    if module.catalogues:
        names = sorted(ref.name for ref in module.catalogues)
        fields.append(("Catalogues", Record(tuple((name, Imported(name, name)) for name in names))))
    if module.packages:
        fields.append(("Packages", Record(tuple((ref.name, "any") for ref in module.packages))))
    if module.reads:
        fields.append(("Reads", _reads(project, module, shared)))
    if module.screens:
        fields.append(("Screens", Record(tuple((ref.name, screen_name(ref.name)) for ref in module.screens))))
    fields += others.items()
    return [
        *_workers(project, module, writer),
        *([] if module.is_builtin else _service_manager(others)),
        ("Connections_Api", _CONNECTIONS),
        ("Context", Record(tuple(fields))),
    ]


def _others(project: Project, module: Module, shared: Spell, server: Spell) -> dict[str, LuauType]:
    """The modules and services that the module names. Those that may be missing are optional; a service that the game
    can't have is nil."""
    types: dict[str, LuauType] = {}
    for name in module.named:
        if name not in BY_NAME:
            api = (server if project.modules[name].realm == "server" else shared)(api_name(name))
        elif BY_NAME[name].exists(project):
            api = api_type(BY_NAME[name], module, shared, server)
        else:
            api = "nil"
        is_optional = api != "nil" and any(ref.name == name for ref in module.uses)
        types[name] = Maybe(api) if is_optional else api
    return types


def _service_manager(others: dict[str, LuauType]) -> Declared:
    me: tuple[str, LuauType] = ("self", "ServiceManager_Api")
    arrows = [Arrow((me, ("name", string(name))), of) for name, of in others.items()]
    if not 0 < len(arrows) <= MAX_OVERLOADS:
        arrows = [Arrow((me, ("name", "string")), "unknown")]
    methods: tuple[tuple[str, LuauType], ...] = (
        ("Get", "ServiceManager_Get"),
        ("listServices", Arrow((me,), ArrayType("string"))),
    )
    return [*overloads("ServiceManager_Get", arrows), ("ServiceManager_Api", Record(methods))]


def worker_functions(project: Project, module: Module) -> dict[str, dict[str, list[Binding]]]:
    """The functions that the spec binds or exports, by worker, each with all that it is bound to."""
    functions: dict[str, dict[str, list[Binding]]] = {ref.name: {} for ref in module.workers}
    for binding in bindings(project, module):
        functions.setdefault(binding.ref.worker.name, {}).setdefault(binding.ref.function.name, []).append(binding)
    return functions


def _workers(project: Project, module: Module, writer: TypeWriter) -> Declared:
    """A function that is bound twice must be both."""
    declared: Declared = []
    found = worker_functions(project, module)
    scope = Scope(taken=(_function_name(worker, name) for worker, functions in found.items() for name in functions))
    workers: list[tuple[str, LuauType]] = []
    for worker, functions in found.items():
        fields: list[tuple[str, LuauType]] = []
        for name, bound in functions.items():
            arrows = list(dict.fromkeys(map(writer.function, bound)))
            if len(arrows) == 1:
                fields.append((name, arrows[0]))
            else:
                declared += overloads(_function_name(worker, name), arrows, scope)
                fields.append((name, _function_name(worker, name)))
        workers.append((worker, Record(tuple(fields))))
    return [*declared, ("Workers", Record(tuple(workers)))]


def _function_name(worker: str, function: str) -> str:
    return f"Workers_{worker}_{function}"


def _payload(shared: Spell, owner: str, event: Event) -> Params:
    return (("payload", shared(payload_name(owner, event))),) if event.payload else ()


def _sender(payload: Params) -> Record:
    player: tuple[str, LuauType] = ("player", "Player")
    return Record(
        (
            ("Fire", Arrow((_SELF, player, *payload), None)),
            ("FireAll", Arrow((_SELF, *payload), None)),
            ("FireExcept", Arrow((_SELF, player, *payload), None)),
            ("FireList", Arrow((_SELF, ("players", ArrayType("Player")), *payload), None)),
        )
    )


def _remotes(project: Project, module: Module, shared: Spell) -> Record:
    by_module: dict[str, list[tuple[str, LuauType]]] = {}
    for ref in module.sends:
        owner, name = ref.name.split(".", 1)
        by_module.setdefault(owner, []).append((name, _remote(shared, owner, project.modules[owner].events[name])))
    return Record(tuple((owner, Record(tuple(events))) for owner, events in by_module.items()))


def _remote(shared: Spell, owner: str, event: Event) -> Record:
    if not event.is_request:
        return Record((("Fire", Arrow((_SELF, *_payload(shared, owner, event)), None)),))
    returns = Pack((Maybe(shared(response_name(owner, event))), Maybe("string")))
    return Record((("Request", Arrow((_SELF, *_payload(shared, owner, event)), returns)),))


def _bus(module: Module, shared: Spell) -> Record:
    published: list[tuple[str, LuauType]] = []
    for name, bus in module.publishes.items():
        of: LuauType = shared(type_name(module.name, name)) if bus.payload else "{}"
        published.append((name, Record((("Publish", Arrow((_SELF, ("payload", of)), None)),))))
    return Record(tuple(published))


def _reader(contract: str) -> Record:
    record = record_name(contract)
    on = Arrow((_SELF, ("callback", Arrow((("record", record),), None))), None)
    read = Arrow((_SELF,), ArrayType(record))
    return Record((("Read", read), ("OnAdded", on), ("OnChanged", on), ("OnRemoved", on)))


def _reads(project: Project, module: Module, shared: Spell) -> Record:
    """Live copies on a client; nil until the first value has come."""
    groups: dict[str, list[tuple[str, LuauType]]] = {}
    for ref in module.reads:
        owner, name = ref.name.split(".", 1)
        if owner == "data":
            assert project.data is not None
            of = TypeWriter(project, None, shared).ref(project.data.player[name].type)
        else:
            of = TypeWriter(project, owner, shared).ref(project.modules[owner].state[name].type)
        value = of if isinstance(of, Maybe) else Maybe(of)
        changed = Arrow((("new", value), ("old", value)), None)
        on_change = Arrow((_SELF, ("callback", changed)), shared("Kernel_Connection"))
        record = Record((("Get", Arrow((_SELF,), value)), ("OnChange", on_change)))
        groups.setdefault(owner, []).append((name, record))
    return Record(tuple((owner, Record(tuple(fields))) for owner, fields in groups.items()))
