"""A module's generated files: manifest, init, Config, State, Handlers, Types, Contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.lower.shapes import Shapes
from ovhlgen.lower.systems import needs
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import ArrayType as LuauArray
from ovhlgen.luau import Arrow, LuauType, MapType, Maybe, Pack, Record, declare, literal, required
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Contract, Event, Module, WorkerRef
from ovhlgen.model.project import SERVICE_NAMES, Project
from ovhlgen.model.types import TypeRef
from ovhlgen.resolve.bindings import bindings, exported, publisher_of
from ovhlgen.resolve.naming import api_name, payload_name, response_name, type_name
from ovhlgen.resolve.values import NOTHING, Construct, Values

ROOTS = {"server": "Server", "client": "Client", "shared": "Shared"}


def folder(module: Module) -> str:
    """Where a module lies in `out/`."""
    return f"src/{ROOTS[module.realm]}/{module.domain.name}/{module.name}"


def module_files(project: Project, module: Module) -> Iterator[Output]:
    base = folder(module)
    inputs = (module.path,)
    yield Output(f"{base}/manifest.luau", "module/manifest.luau.j2", inputs, {"manifest": _manifest(project, module)})
    yield Output(f"{base}/Config.luau", "module/Config.luau.j2", inputs, _config(project, module))
    yield Output(f"{base}/State.luau", "module/State.luau.j2", inputs, _state(project, module))
    yield Output(f"{base}/Handlers.luau", "module/Handlers.luau.j2", inputs, _handlers(project, module))
    yield Output(f"{base}/Types.luau", "module/Types.luau.j2", inputs, _types(project, module))
    yield Output(f"{base}/init.luau", "module/init.luau.j2", inputs, _init(project, module))
    if module.contracts:
        yield Output(f"{base}/Contracts.luau", "module/Contracts.luau.j2", inputs, _contracts(project, module))


def _names(refs: tuple[Ref, ...]) -> list[str]:
    return [ref.name for ref in refs]


def _manifest(project: Project, module: Module) -> str:
    values = Values(project, module.name)
    found: dict[str, Any] = {"name": module.name, "version": module.version, "domain": module.domain.name}
    if module.doc:
        found["doc"] = module.doc
    if module.log_domain:
        found["log"] = module.log_domain.name
    found["depends"] = _names(module.depends)
    found["uses"] = _names(module.uses)
    waiting = needs(module)
    if waiting:
        found["needs"] = list(waiting)
    schema = {}
    for name, field in module.config.items():
        assert field.type is not None
        entry: dict[str, Any] = {
            "type": field.type.text,
            "default": values.fit(field.default, field.type.type),
        }
        if field.doc:
            entry["doc"] = field.doc
        if field.editable_by:
            entry["editable_by"] = field.editable_by.name
        schema[name] = entry
    found["schema"] = schema
    return literal(found)


def _config(project: Project, module: Module) -> dict[str, Any]:
    values = Values(project, module.name)
    found = {name: values.fit(field.default, field.type.type) for name, field in module.config.items() if field.type}
    return {"config": literal(found)}


def _state(project: Project, module: Module) -> dict[str, Any]:
    def defaults(per_player: bool) -> str:
        values = Values(project, module.name)
        found = {}
        for name, state in module.state.items():
            if state.per_player == per_player and state.type is not None:
                found[name] = NOTHING if state.default is None else values.fit(state.default, state.type.type)
        return literal(found, 1, len("return "))

    return {
        "state": defaults(False),
        "player_state": defaults(True) if any(one.per_player for one in module.state.values()) else None,
    }


_SERVICES = {"Server": "ServerScriptService", "Shared": "ReplicatedStorage"}


def _realm_of(project: Project, catalogue: str) -> str:
    return "Server" if project.catalogues[catalogue].realm == "server" else "Shared"


def _catalogues(project: Project, module: Module) -> list[str]:
    """The requires of the catalogues that a module uses."""
    found = []
    for name in sorted(_names(module.catalogues)):
        root = _realm_of(project, name)
        found.append(required(name, f"{_SERVICES[root]}.{root}.Catalogues.{name}"))
    return found


def _function(worker: WorkerRef) -> Construct:
    return Construct(f"{worker.worker.name}.{worker.function.name}")


def _handlers(project: Project, module: Module) -> dict[str, Any]:
    found: dict[str, Any] = {}
    events = {name: _event(project, event) for name, event in module.events.items() if event.worker}
    if events:
        found["events"] = events
    if module.listens:
        found["listens"] = {one.event.name: _function(one.worker) for one in module.listens}
    if module.subscribes:
        found["bus"] = {one.event.name: _function(one.worker) for one in module.subscribes}
    if module.every:
        every = []
        for one in module.every:
            when = {"config": one.reference.name} if one.reference else {"interval": one.interval}
            every.append({**when, "handle": _function(one.worker)})
        found["every"] = every
    for hook in ("player_added", "player_removing", "character_added"):
        if hook in module.lifecycle:
            found[hook] = _function(module.lifecycle[hook])
    named = [worker.name for worker in module.workers]
    text = literal(found)
    used = [name for name in sorted(named) if f"= {name}." in text]
    return {"requires": [required(name, f"script.Parent.{name}") for name in used], "handlers": text}


def _event(project: Project, event: Event) -> dict[str, Any]:
    assert event.worker is not None
    rate = event.rate or project.settings.network.default_rate
    found: dict[str, Any] = {
        "handle": _function(event.worker),
        "rate": rate.per_second,
        "burst": rate.burst,
    }
    if event.allow and project.roles:
        found["allow"] = min(project.roles.rank(role.name) for role in event.allow)
    if event.enabled.reference:
        found["enabled"] = event.enabled.reference.name
    elif event.enabled.value is False:
        found["off"] = True
    if event.serial:
        found["serial"] = True
    return found


def _init(project: Project, module: Module) -> dict[str, Any]:
    hooks = {"init": "init", "ready": "ready", "teardown": "teardown", "hot_reload": "hotReload"}
    own_events = [name for name, event in module.events.items() if event.sender == "server"]
    fields: list[tuple[str, Any]] = [
        ("workers", {name: Construct(name) for name in sorted(_names(module.workers))}),
        ("api", {name: _function(one.worker) for name, one in module.api.items() if one.worker}),
        ("events", own_events),
        ("sends", _names(module.sends)),
        ("publishes", list(module.publishes)),
        ("catalogues", {name: Construct(name) for name in sorted(_names(module.catalogues))}),
        (
            "packages",
            {
                ref.name: [path.name.split(".") for path in project.settings.packages[ref.name].at]
                for ref in module.packages
            },
        ),
        *((hooks[hook], _function(one)) for hook, one in module.lifecycle.items() if hook in hooks),
    ]
    requires = [required(name, f"script.{name}") for name in sorted(_names(module.workers))]
    roots = {_realm_of(project, name) for name in _names(module.catalogues)}
    return {
        "doc": module.doc,
        "requires": [*requires, *_catalogues(project, module)],
        "services": [f'local {_SERVICES[root]} = game:GetService("{_SERVICES[root]}")' for root in sorted(roots)[::-1]],
        "has_contracts": bool(module.contracts),
        "fields": [f"{name} = {literal(value, 1, len(name) + 3, 1)}" for name, value in fields if value],
    }


def _contracts(project: Project, module: Module) -> dict[str, Any]:
    shapes = Shapes(project)
    contracts = {name: _contract(project, module, one, shapes) for name, one in module.contracts.items()}
    text = literal(contracts)
    named = [(name, literal(shape, 0, len(f"shapes.{name} = "))) for name, shape in shapes.named.items()]
    return {"shapes": named, "contracts": text}


def _contract(project: Project, module: Module, contract: Contract, shapes: Shapes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if contract.under:
        found["under"] = contract.under.name.split(".")
    if contract.tagged:
        found["tagged"] = contract.tagged.name
    found["each"] = contract.each.name
    fields = []
    values = Values(project, module.name)
    for name, one in contract.fields.items():
        assert one.type is not None
        field: dict[str, Any] = {"name": name, "shape": shapes.type(one.type.type, module.name)}
        if one.required:
            field["required"] = True
        if one.sibling:
            field["fallbackTo"] = one.sibling.name
        elif one.fallback is not None:
            field["fallback"] = values.fit(one.fallback, one.type.type)
        if one.unique:
            field["unique"] = True
        if one.references:
            target = module.contracts[one.references.name]
            unique = next(other for other, attribute in target.fields.items() if attribute.unique)
            field["references"] = {"contract": one.references.name, "field": unique}
        fields.append(field)
    found["fields"] = fields
    return found


def _types(project: Project, module: Module) -> dict[str, Any]:
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
        "requires": _catalogues(project, module),
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
        names = sorted(_names(module.catalogues))
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
