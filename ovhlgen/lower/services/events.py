"""EventService: the Core OS document's names over the module's own events.

`context.Events`, `context.Remote` and `context.Bus` are the same, typed for any number of events; here more than
eight of one kind make the method take any name, checked while the game runs.
"""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, one_of, overloads
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import Arrow, LuauType, Maybe, Pack, Record, string
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import published_params
from ovhlgen.resolve.naming import payload_name, response_name, type_name

API = "EventService_Api"
MOST = 8

type Params = tuple[tuple[str, LuauType], ...]


def events(project: Project, module: Module, writer: TypeWriter) -> Declared:
    """The type of `context.EventService` in one module."""
    return _client(project, module, writer) if module.realm == "client" else _server(project, module, writer)


def _server(project: Project, module: Module, writer: TypeWriter) -> Declared:
    received = {name: event for name, event in module.events.items() if event.sender == "client"}
    sent = {name: event for name, event in module.events.items() if event.sender == "server"}
    me = ("self", API)
    player: Params = (("player", "Player"),)
    handlers = [_method(name, ("handler", _handler(module, event, writer))) for name, event in received.items()]
    to_all = [_method(name, *_payload(module, event, writer)) for name, event in sent.items()]
    to_one = [Arrow((me, *player, *arrow.params[1:]), None) for arrow in to_all]
    heard = [_method(name, ("handler", handler)) for name, handler in _heard(project, module, writer).items()]
    handler: tuple[str, LuauType] = ("handler", "(...any) -> ...any")
    payload: tuple[str, LuauType] = ("payload", "unknown")
    found: Declared = []
    methods: list[tuple[str, LuauType]] = []
    if module.events:
        found.append(("EventService_Channel", one_of(module.events) if len(module.events) <= MOST else "string"))
        methods.append(("CreateChannel", Arrow((me, ("name", "EventService_Channel")), None)))
    for name, arrows, many in (
        ("OnClient", handlers, Arrow((me, ("name", "string"), handler), None)),
        ("FireClient", to_one, Arrow((me, *player, ("name", "string"), payload), None)),
        ("FireAll", to_all, Arrow((me, ("name", "string"), payload), None)),
        ("OnServer", heard, Arrow((me, ("name", "string"), handler), None)),
    ):
        if arrows:
            found += overloads(f"EventService_{name}", arrows if len(arrows) <= MOST else [many])
            methods.append((name, f"EventService_{name}"))
    return [*found, (API, Record(tuple(methods)))]


def _method(event: str, *params: tuple[str, LuauType]) -> Arrow:
    return Arrow((("self", API), ("name", string(event)), *params), None)


def _payload(module: Module, event: Event, writer: TypeWriter) -> Params:
    return (("payload", writer.spell(payload_name(module.name, event))),) if event.payload else ()


def _handler(module: Module, event: Event, writer: TypeWriter) -> Arrow:
    answer = writer.spell(response_name(module.name, event)) if event.is_request else None
    return Arrow((("player", "Player"), *_payload(module, event, writer)), answer)


def _heard(project: Project, module: Module, writer: TypeWriter) -> dict[str, Arrow]:
    """The bus events that the module publishes or subscribes to, with their handlers."""
    found: dict[str, Arrow] = {}
    for name, bus in module.publishes.items():
        params: Params = (("payload", writer.spell(type_name(module.name, name))),) if bus.payload else ()
        found[name] = Arrow(params, None)
    for listener in module.subscribes:
        given = published_params(project, module, listener.event.name)
        found[listener.event.name] = Arrow(tuple((name, writer.shape(of)) for name, of in given), None)
    return found


def _client(project: Project, module: Module, writer: TypeWriter) -> Declared:
    arrows = []
    for ref in module.sends:
        owner, name = ref.name.split(".", 1)
        event = project.modules[owner].events[name]
        if event.is_request:
            answer = Pack((Maybe(writer.spell(response_name(owner, event))), Maybe("string")))
            payload: Params = (("payload", writer.spell(payload_name(owner, event))),) if event.payload else ()
            arrows.append(Arrow((("self", API), ("name", string(ref.name)), *payload), answer))
    if not arrows:
        return [(API, Record(()))]
    if len(arrows) > MOST:
        many: Params = (("self", API), ("name", "string"), ("payload", "unknown"))
        arrows = [Arrow(many, Pack(("unknown", Maybe("string"))))]
    return [*overloads("EventService_Request", arrows), (API, Record((("Request", "EventService_Request"),)))]
