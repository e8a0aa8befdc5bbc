"""EventService: the Core OS document's names over the module's own events.

`context.Events`, `context.Remote` and `context.Bus` are the same, typed for any number of events; here more than
eight of one kind make the method take any name, checked while the game runs.
"""

from __future__ import annotations

from ovhlgen.luau import MAX_OVERLOADS, Arrow, Declared, LuauType, Maybe, Pack, one_of, overloads, string
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.resolve.bindings import published_params
from ovhlgen.resolve.naming import payload_name, response_name, type_name
from ovhlgen.services.service import Api, Method, Service, Table, TypeWriter

API = "EventService_Api"

type Params = tuple[tuple[str, LuauType], ...]

_ME: tuple[str, LuauType] = ("self", API)
_CREATE_CHANNEL = Method(
    "CreateChannel",
    Arrow((_ME, ("name", "EventService_Channel")), None),
    "Does nothing for an event that the module declares: each has its channel. For another name it raises.",
)
_ON_CLIENT = (
    "OnClient",
    "Takes an event of clients in place of the event's worker, behind the same guards, until the module ends. What the "
    "handler of a request returns is the answer.",
)
_FIRE_CLIENT = ("FireClient", "Sends an event to one player.")
_FIRE_ALL = ("FireAll", "Sends an event to all players.")
_ON_SERVER = (
    "OnServer",
    "Hears a message of the server's bus that the module publishes or subscribes to, until it ends.",
)
_REQUEST = Method(
    "Request",
    "EventService_Request",
    "Sends a request to the server and yields until it is answered: the response, or nil and a code.",
)


def api(project: Project, module: Module, types: TypeWriter) -> Api:
    """What `context.EventService` is in one module."""
    return _client(project, module, types) if module.realm == "client" else _server(project, module, types)


def _server(project: Project, module: Module, types: TypeWriter) -> Api:
    received = {name: event for name, event in module.events.items() if event.sender == "client"}
    sent = {name: event for name, event in module.events.items() if event.sender == "server"}
    player: Params = (("player", "Player"),)
    handlers = [_method(name, ("handler", _handler(module, event, types))) for name, event in received.items()]
    to_all = [_method(name, *_payload(module, event, types)) for name, event in sent.items()]
    to_one = [Arrow((_ME, *player, *arrow.params[1:]), None) for arrow in to_all]
    heard = [_method(name, ("handler", handler)) for name, handler in _heard(project, module, types).items()]
    handler: tuple[str, LuauType] = ("handler", "(...any) -> ...any")
    payload: tuple[str, LuauType] = ("payload", "unknown")
    declared: Declared = []
    methods: list[Method] = []
    if module.events:
        channel = one_of(module.events) if len(module.events) <= MAX_OVERLOADS else "string"
        declared.append(("EventService_Channel", channel))
        methods.append(_CREATE_CHANNEL)
    for (name, doc), arrows, many in (
        (_ON_CLIENT, handlers, Arrow((_ME, ("name", "string"), handler), None)),
        (_FIRE_CLIENT, to_one, Arrow((_ME, *player, ("name", "string"), payload), None)),
        (_FIRE_ALL, to_all, Arrow((_ME, ("name", "string"), payload), None)),
        (_ON_SERVER, heard, Arrow((_ME, ("name", "string"), handler), None)),
    ):
        if arrows:
            declared += overloads(f"EventService_{name}", arrows if len(arrows) <= MAX_OVERLOADS else [many])
            methods.append(Method(name, f"EventService_{name}", doc))
    table = Table(API, tuple(methods))
    return Api([*declared, table.declaration()], (table,))


def _method(event: str, *params: tuple[str, LuauType]) -> Arrow:
    return Arrow((_ME, ("name", string(event)), *params), None)


def _payload(module: Module, event: Event, types: TypeWriter) -> Params:
    return (("payload", types.spell(payload_name(module.name, event))),) if event.payload else ()


def _handler(module: Module, event: Event, types: TypeWriter) -> Arrow:
    answer = types.spell(response_name(module.name, event)) if event.is_request else None
    return Arrow((("player", "Player"), *_payload(module, event, types)), answer)


def _heard(project: Project, module: Module, types: TypeWriter) -> dict[str, Arrow]:
    """The bus events that the module publishes or subscribes to, with their handlers."""
    handlers: dict[str, Arrow] = {}
    for name, event in module.publishes.items():
        params: Params = (("payload", types.spell(type_name(module.name, name))),) if event.payload else ()
        handlers[name] = Arrow(params, None)
    for listener in module.subscribes:
        given = published_params(project, module, listener.event.name)
        handlers[listener.event.name] = Arrow(tuple((name, types.shape(shape)) for name, shape in given), None)
    return handlers


def _client(project: Project, module: Module, types: TypeWriter) -> Api:
    arrows = []
    for ref in module.sends:
        owner, name = ref.name.split(".", 1)
        event = project.modules[owner].events[name]
        if event.is_request:
            answer = Pack((Maybe(types.spell(response_name(owner, event))), Maybe("string")))
            payload: Params = (("payload", types.spell(payload_name(owner, event))),) if event.payload else ()
            arrows.append(Arrow((_ME, ("name", string(ref.name)), *payload), answer))
    table = Table(API, (_REQUEST,) if arrows else ())
    if not arrows:
        return Api([table.declaration()], (table,))
    if len(arrows) > MAX_OVERLOADS:
        many: Params = (_ME, ("name", "string"), ("payload", "unknown"))
        arrows = [Arrow(many, Pack(("unknown", Maybe("string"))))]
    return Api([*overloads("EventService_Request", arrows), table.declaration()], (table,))


SERVICE = Service(
    "EventService",
    "The module's own events under the names of the Core OS document. `context.Events`, `context.Remote` and "
    "`context.Bus` reach the same events, typed for any number of them.",
    {"server": None, "client": None},
    api_of=api,
)
