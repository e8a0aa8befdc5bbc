"""What a module's `Types.luau` exports, its context above all."""

from __future__ import annotations

from typing import Any

from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import ArrayType as LuauArray
from ovhlgen.luau import Arrow, LuauType, MapType, Maybe, Pack, Record, declare, required
from ovhlgen.model.module import Contract, Event, Module
from ovhlgen.model.project import SERVICE_NAMES, Project
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.bindings import bindings, exported, publisher_of
from ovhlgen.resolve.naming import api_name, payload_name, response_name, type_name

SERVICES = {"Server": "ServerScriptService", "Shared": "ReplicatedStorage"}


def realm_of(project: Project, catalogue: str) -> str:
    return "Server" if project.catalogues[catalogue].realm == "server" else "Shared"


def catalogue_requires(project: Project, module: Module) -> list[str]:
    """The requires of the catalogues that a module uses."""
    found = []
    for name in sorted(ref.name for ref in module.catalogues):
        root = realm_of(project, name)
        found.append(required(name, f"{SERVICES[root]}.{root}.Catalogues.{name}"))
    return found


def module_types(project: Project, module: Module) -> dict[str, Any]:
    writer = TypeWriter(project, module.name, "Shared.")
    exports: dict[str, LuauType] = {}
    for name, declared in {**project.types, **module.types}.items():
        exports[name] = "Shared." + type_name(declared.module, name)
    for name, event in module.events.items():
        exports.update(_event_exports(module.name, name, event))
    for name, bus in module.publishes.items():
        if bus.payload:
            exports[name] = "Shared." + type_name(module.name, name)
    for listener in module.listens:
        owner, name = listener.event.name.split(".", 1)
        event = project.modules[owner].events[name]
        if event.payload:
            taken = name in exports
            exports[f"{owner}_{name}" if taken else name] = "Shared." + payload_name(owner, event)
    for listener in module.subscribes:
        publisher = publisher_of(project, module.realm, listener.event.name)
        if publisher and publisher.name != module.name and publisher.publishes[listener.event.name].payload:
            name = listener.event.name
            exports[f"{publisher.name}_{name}" if name in exports else name] = "Shared." + type_name(
                publisher.name, name
            )
    own: list[tuple[str, LuauType]] = [
        ("Config", _fields(writer, {name: one.type for name, one in module.config.items()})),
        ("State", _fields(writer, {n: one.type for n, one in module.state.items() if not one.per_player})),
        ("PlayerState", _fields(writer, {n: one.type for n, one in module.state.items() if one.per_player})),
    ]
    for name, contract in module.contracts.items():
        own.append((f"{name}Record", _record(writer, contract)))
    text = [declare(name, of) for name, of in own]
    context = declare("Context", _context(project, module, writer))
    aliases = [declare(name, of) for name, of in exports.items()]
    everything = "\n".join([*text, *aliases, context])
    return {
        "is_server": module.realm == "server",
        "uses_shared": "Shared." in everything,
        "requires": catalogue_requires(project, module),
        "aliases": aliases,
        "types": text,
        "context": context,
    }


def _event_exports(module: str, name: str, event: Event) -> dict[str, LuauType]:
    found: dict[str, LuauType] = {}
    if event.payload:
        found[f"{name}Request" if event.is_request else name] = "Shared." + payload_name(module, event)
    if event.is_request:
        found[f"{name}Response"] = "Shared." + response_name(module, event)
    return found


def _fields(writer: TypeWriter, fields: dict[str, TypeRef | None]) -> Record:
    return Record(tuple((name, writer.ref(of)) for name, of in fields.items()))


def _record(writer: TypeWriter, contract: Contract) -> Record:
    fields: list[tuple[str, LuauType]] = [("instance", contract.each.name)]
    sure: set[str] = set()  # fields that a record always has
    for name, one in contract.fields.items():
        of = writer.ref(one.type)
        if one.required or one.fallback is not None or (one.sibling and one.sibling.name in sure):
            sure.add(name)
        fields.append((name, of if name in sure or isinstance(of, Maybe) else Maybe(of)))
    return Record(tuple(fields))


_METHOD_SELF: tuple[str, LuauType] = ("self", "any")


def _sender(payload: tuple[tuple[str, LuauType], ...]) -> Record:
    player: tuple[str, LuauType] = ("player", "Player")
    return Record(
        (
            ("Fire", Arrow((_METHOD_SELF, player, *payload), None)),
            ("FireAll", Arrow((_METHOD_SELF, *payload), None)),
            ("FireExcept", Arrow((_METHOD_SELF, player, *payload), None)),
            ("FireList", Arrow((_METHOD_SELF, ("players", LuauArray("Player")), *payload), None)),
        )
    )


def _remote(owner: str, event: Event) -> Record:
    payload: tuple[tuple[str, LuauType], ...] = ()
    if event.payload:
        payload = (("payload", "Shared." + payload_name(owner, event)),)
    if event.is_request:
        answer = "Shared." + response_name(owner, event)
        returns = Pack((Maybe(answer), Maybe("string")))
        return Record((("Request", Arrow((_METHOD_SELF, *payload), returns)),))
    return Record((("Fire", Arrow((_METHOD_SELF, *payload), None)),))


def _context(project: Project, module: Module, writer: TypeWriter) -> Record:
    fields: list[tuple[str, LuauType]] = [
        ("Logger", "Logger.Bound"),
        ("Config", "Config"),
        ("GlobalConfig", "Server.GlobalConfig" if module.realm == "server" else "Shared.GlobalConfig"),
        ("State", "State"),
        ("PlayerState", MapType("Player", "PlayerState")),
        ("Workers", _workers(project, module, writer)),
        (
            "ServiceManager",
            Record(
                (
                    ("Get", Arrow((_METHOD_SELF, ("name", "string")), "any")),
                    ("listServices", Arrow((_METHOD_SELF,), LuauArray("string"))),
                )
            ),
        ),
    ]
    sent = {name: event for name, event in module.events.items() if event.sender == "server"}
    if sent:
        senders = []
        for name, event in sent.items():
            payload: tuple[tuple[str, LuauType], ...] = ()
            if event.payload:
                payload = (("payload", "Shared." + payload_name(module.name, event)),)
            senders.append((name, _sender(payload)))
        fields.append(("Events", Record(tuple(senders))))
    if module.sends:
        fields.append(("Remote", _remotes(project, module)))
    if module.publishes:
        published = []
        for name, bus in module.publishes.items():
            of: LuauType = "Shared." + type_name(module.name, name) if bus.payload else "{}"
            published.append((name, Record((("Publish", Arrow((_METHOD_SELF, ("payload", of)), None)),))))
        fields.append(("Bus", Record(tuple(published))))
    if module.contracts:
        fields.append(("Attributes", Record(tuple((name, _reader(name)) for name in module.contracts))))
    if module.catalogues:
        names = sorted(ref.name for ref in module.catalogues)
        fields.append(("Catalogues", Record(tuple((name, f"{name}.{name}") for name in names))))
    if module.packages:
        fields.append(("Packages", Record(tuple((ref.name, "any") for ref in module.packages))))
    if module.reads:
        fields.append(("Reads", "any"))
    if module.screens:
        fields.append(("Screens", "any"))
    for ref in module.depends:
        fields.append((ref.name, _api_of(project, ref.name)))
    for ref in module.uses:
        of = _api_of(project, ref.name)
        fields.append((ref.name, of if of == "any" else Maybe(of)))
    return Record(tuple(fields))


def _api_of(project: Project, name: str) -> LuauType:
    if name in SERVICE_NAMES:
        return "any"
    other = project.modules[name]
    if not other.api:
        return "any"
    return ("Server." if other.realm == "server" else "Shared.") + api_name(name)


def _remotes(project: Project, module: Module) -> Record:
    by_module: dict[str, list[tuple[str, LuauType]]] = {}
    for ref in module.sends:
        owner, name = ref.name.split(".", 1)
        by_module.setdefault(owner, []).append((name, _remote(owner, project.modules[owner].events[name])))
    return Record(tuple((owner, Record(tuple(events))) for owner, events in by_module.items()))


def _reader(name: str) -> Record:
    record = f"{name}Record"
    callback = Arrow((("record", record),), None)
    on = Arrow((_METHOD_SELF, ("callback", callback)), None)
    return Record(
        (
            ("Read", Arrow((_METHOD_SELF,), LuauArray(record))),
            ("OnAdded", on),
            ("OnChanged", on),
            ("OnRemoved", on),
        )
    )


def _workers(project: Project, module: Module, writer: TypeWriter) -> Record:
    functions: dict[str, dict[str, LuauType]] = {ref.name: {} for ref in module.workers}
    for binding in bindings(project, module):
        own = functions.setdefault(binding.ref.worker.name, {})
        own.setdefault(binding.ref.function.name, writer.function(binding))
    for worker, binding in exported(project, module):
        own = functions.setdefault(worker, {})
        own.setdefault(binding.ref.function.name, writer.function(binding))
    return Record(tuple((name, Record(tuple(own.items()))) for name, own in functions.items()))
