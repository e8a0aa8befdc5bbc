"""module.yaml → Module."""

from __future__ import annotations

import re

from ovhlgen.model.game import ConfigField, Ref
from ovhlgen.model.module import (
    HOOKS,
    Attribute,
    BusEvent,
    Contract,
    Event,
    Every,
    Listener,
    Method,
    Module,
    StateField,
)
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.read.parts import (
    Reader,
    as_mapping,
    config_ref,
    duration,
    flag,
    get_ref,
    items,
    need_ref,
    rate,
    ref,
    refs,
    seconds,
    switch,
    text,
    worker_ref,
)


def build_module(reader: Reader, root: Mapping) -> Module:
    key = need_ref(root, "module")
    log = as_mapping(root.get("log"))
    bus = as_mapping(root.get("bus"))
    lifecycle = as_mapping(root.get("lifecycle"))
    workers = refs(root.get("workers")) if "workers" in root.keys else (Ref("Logic", key.span),)
    return Module(
        key=key,
        path=reader.path,
        realm=text(root, "realm") or "server",
        domain=need_ref(root, "domain"),
        version=text(root, "version") or "0.1.0",
        doc=text(root, "doc"),
        log_domain=get_ref(log, "domain"),
        log_level=text(log, "level"),
        depends=refs(root.get("depends")),
        uses=refs(root.get("uses")),
        packages=refs(root.get("packages")),
        workers=workers,
        config=config_fields(reader, as_mapping(root.get("config"))),
        state=_state(reader, as_mapping(root.get("state"))),
        types=reader.types(root.get("types"), key.name),
        api=_methods(reader, as_mapping(root.get("api"))),
        exports={
            worker.text: _methods(reader, as_mapping(functions))
            for worker, functions in as_mapping(root.get("exports")).items()
        },
        events=_events(reader, as_mapping(root.get("events"))),
        sends=refs(root.get("sends")),
        listens=_listeners(as_mapping(root.get("listens"))),
        reads=refs(root.get("reads")),
        publishes={
            name.text: BusEvent(ref(name), reader.fields(payload))
            for name, payload in as_mapping(bus.get("publishes")).items()
        },
        subscribes=_listeners(as_mapping(bus.get("subscribes"))),
        lifecycle={hook: worker for hook in HOOKS if (worker := worker_ref(lifecycle.get(hook))) is not None},
        every=tuple(_every(as_mapping(entry)) for entry in items(lifecycle.get("every"))),
        contracts={
            name.text: _contract(reader, name, as_mapping(body))
            for name, body in as_mapping(root.get("attributes")).items()
        },
        catalogues=refs(root.get("catalogues")),
        screens=refs(root.get("screens")),
        given={name: key.span for name, key in root.keys.items()},
    )


def config_fields(reader: Reader, node: Mapping) -> dict[str, ConfigField]:
    fields = {}
    for key, value in node.items():
        body = as_mapping(value)
        fields[key.text] = ConfigField(
            key=ref(key),
            type=reader.type(body.get("type")),
            default=body.values["default"],
            doc=text(body, "doc"),
            editable_by=get_ref(body, "editable_by"),
            realm=text(body, "realm") or "server",
        )
    return fields


def _state(reader: Reader, node: Mapping) -> dict[str, StateField]:
    fields = {}
    for key, value in node.items():
        body = as_mapping(value)
        fields[key.text] = StateField(
            key=ref(key),
            type=reader.type(body.get("type")),
            default=body.get("default"),
            keep=flag(body, "keep"),
            per_player=flag(body, "per_player"),
            replicate=get_ref(body, "replicate"),
            doc=text(body, "doc"),
        )
    return fields


def _methods(reader: Reader, node: Mapping) -> dict[str, Method]:
    return {
        key.text: Method(
            key=ref(key),
            args=reader.fields(as_mapping(value).get("args")),
            returns=reader.type(as_mapping(value).get("returns")),
            worker=worker_ref(as_mapping(value).get("worker")),
            doc=text(as_mapping(value), "doc"),
        )
        for key, value in node.items()
    }


def _events(reader: Reader, node: Mapping) -> dict[str, Event]:
    events = {}
    for key, value in node.items():
        body = as_mapping(value)
        answer = body.get("response")
        written_rate = text(body, "rate")
        events[key.text] = Event(
            key=ref(key),
            sender=text(body, "from") or "client",
            payload=reader.fields(body.get("request") or body.get("payload")),
            is_request="request" in body.keys,
            response=reader.fields(answer) if isinstance(answer, Mapping) else reader.type(answer),
            reliable=flag(body, "reliable", True),
            unsafe=flag(body, "unsafe"),
            timeout=duration(body, "timeout", 10.0),
            rate=rate(written_rate) if written_rate else None,
            allow=refs(body.get("allow")),
            enabled=switch(body, "enabled", True),
            serial=flag(body, "serial"),
            worker=worker_ref(body.get("worker")),
            doc=text(body, "doc"),
            given={name: entry.span for name, entry in body.keys.items()},
        )
    return events


def _listeners(node: Mapping) -> tuple[Listener, ...]:
    listeners = []
    for key, value in node.items():
        worker = worker_ref(value)
        if worker is not None:
            listeners.append(Listener(ref(key), worker))
    return tuple(listeners)


def _every(body: Mapping) -> Every:
    interval = body.values["interval"]
    worker = worker_ref(body.get("worker"))
    assert isinstance(interval, Scalar) and worker is not None
    if interval.text.startswith("@"):
        return Every(None, config_ref(interval), worker)
    return Every(seconds(interval.text), None, worker)


def _sibling(fallback: Node | None) -> Ref | None:
    """`$Zone_ID` names a field; a text such as `$5` is a text."""
    if isinstance(fallback, Scalar) and re.fullmatch(r"\$[A-Za-z_]\w*", fallback.text, re.ASCII):
        return Ref(fallback.text[1:], fallback.span.within(1, len(fallback.text)))
    return None


def _contract(reader: Reader, key: Scalar, body: Mapping) -> Contract:
    fields = {}
    for name, value in as_mapping(body.get("fields")).items():
        inner = as_mapping(value)
        fallback = inner.get("fallback")
        sibling = _sibling(fallback)
        fields[name.text] = Attribute(
            key=ref(name),
            type=reader.type(inner.get("type")),
            required=flag(inner, "required"),
            fallback=None if sibling else fallback,
            sibling=sibling,
            unique=flag(inner, "unique"),
            references=get_ref(inner, "references"),
        )
    return Contract(ref(key), get_ref(body, "under"), get_ref(body, "tagged"), need_ref(body, "each"), fields)
