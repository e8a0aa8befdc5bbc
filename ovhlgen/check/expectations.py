"""What a scenario names inside its steps and expectations: fields, keys, methods, codes, metrics, who logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ovhlgen.check import runtime
from ovhlgen.check.literals import finding
from ovhlgen.check.references import unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.subset import Departure, Missing, fields_of, inside, lacks
from ovhlgen.diagnostics import Diagnostic, nearest, problem
from ovhlgen.model.design import HOW, Scenario
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Event
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.types import Optional, TypeRef
from ovhlgen.resolve.scenarios import Part, parts, players, steps
from ovhlgen.resolve.values import Misfit

_CODE = re.compile(r"([A-Z]+)_[A-Z_]+")
_STATES = ("discovered", "registered", "initialising", "ready", "disabled", "reloading", "stopping", "stopped")
_OF_A_METRIC = ("kind", "value", "count", "total", "least", "most", "p50", "p95", "p99")
_METRICS = ("counter", "gauge", "timing")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A field that a client sends and that is nearly one of the payload's."""

    key: Scalar
    event: str
    meant: str


type Said = Departure | Doubtful


def _said(project: Project) -> Iterator[tuple[Said]]:
    for scenario in project.scenarios:
        for of_scenario in (_players(project, scenario), _global(project, scenario.root.get("global"))):
            yield from ((said,) for said in of_scenario)
        asked: Event | None = None  # what the last step that did something asked for
        owner: str | None = None
        for part in (part for step in steps(scenario) for part in _actions_first(step)):
            if not part.is_expectation:
                owner, asked = _asked(project, part.name, part.body)
                of_part = _action(project, part.name, part.body)
            elif part.name == "response":
                of_part = _response(project, owner, asked, part.body)
            else:
                of_part = _expectation(project, part.name, part.body)
            yield from ((said,) for said in of_part)


def _actions_first(step: Mapping) -> list[Part]:
    return sorted(parts(step), key=lambda part: part.is_expectation)


# In what scenarios depart from what there is.
SAID = Scope("said by a scenario", _said)


def _missing(code: str, kind: str, said: Said) -> Iterator[Diagnostic]:
    if isinstance(said, Missing) and said.kind == kind:
        yield unknown(code, said.ref, said.known, **said.args)


@rule("E0816", SAID)
def names(said: Said) -> Iterator[Diagnostic]:
    """A name that its owner doesn't have."""
    return _missing("E0816", "name", said)


@rule("E0406", SAID)
def data_keys(said: Said) -> Iterator[Diagnostic]:
    """A key that players' data doesn't have."""
    return _missing("E0406", "data key", said)


@rule("E0803", SAID)
def screen_values(said: Said) -> Iterator[Diagnostic]:
    """A value that a screen doesn't have."""
    return _missing("E0803", "screen value", said)


@rule("E0415", SAID)
def gamepasses(said: Said) -> Iterator[Diagnostic]:
    """A gamepass that monetization.yaml doesn't have."""
    return _missing("E0415", "gamepass", said)


@rule("E0306", SAID)
def kinds(said: Said) -> Iterator[Diagnostic]:
    """Another kind of value than there can be."""
    if isinstance(said, Misfit) and said.kind == "value":
        yield finding(said)


@rule("E0102", SAID)
def arguments(said: Said) -> Iterator[Diagnostic]:
    """An argument that a method needs."""
    if isinstance(said, Misfit) and said.kind == "missing field":
        yield finding(said)


@rule("W0817", SAID)
def doubtful_fields(said: Said) -> Iterator[Diagnostic]:
    """A client may send anything, so a field that is nearly one of the payload's is only doubtful."""
    if isinstance(said, Doubtful):
        yield problem("W0817", said.key.span, name=said.key.text, event=said.event, suggestion=said.meant)


def _keys(node: Node | None) -> Iterable[Scalar]:
    return [key for key in node.keys.values() if key.text not in HOW] if isinstance(node, Mapping) else ()


def _scalar(node: Node | None) -> Scalar | None:
    return node if isinstance(node, Scalar) and isinstance(node.value, str) else None


# --- the scenario's own head


def _players(project: Project, scenario: Scenario) -> Iterator[Said]:
    """What players have stored, where it is of the present version: an older one had other keys."""
    declared, data = players(scenario), project.data
    for player in declared.values.values() if declared and data else ():
        stored = player.get("stored") if isinstance(player, Mapping) else None
        version = stored.get("version") if isinstance(stored, Mapping) else None
        is_present = data is not None and (not isinstance(version, Scalar) or version.text == data.version.name)
        if isinstance(stored, Mapping) and is_present:
            # Data of another kind is what a store may hold when it has been damaged.
            yield from (said for said in _stored(project, stored.get("data")) if isinstance(said, Missing))


def _stored(project: Project, node: Node | None) -> Iterator[Said]:
    """Keys that players have. What has no data.yaml is E0812's."""
    keys = project.data.player if project.data else {}
    for key in _keys(node) if project.data and not project.is_broken("data") else ():
        if key.text not in keys:
            yield Missing("data key", Ref(key.text, key.span), tuple(keys), {})
        elif isinstance(node, Mapping) and (of := keys[key.text].type):
            yield from inside(project, node.values[key.text], of.type, None)


def _global(project: Project, node: Node | None) -> Iterator[Said]:
    keys = project.data.global_keys if project.data else {}
    for key in _keys(node) if project.data and not project.is_broken("data") else ():
        yield from lacks("the game's data", "global key", key, keys)
        of = keys[key.text].type if key.text in keys else None
        if of and isinstance(node, Mapping):
            yield from inside(project, node.values[key.text], of.type, None)


# --- steps


def _asked(project: Project, action: str, body: Node) -> tuple[str | None, Event | None]:
    named = _scalar(body.get("event")) if action == "request" and isinstance(body, Mapping) else None
    owner, _, event = named.text.partition(".") if named else ("", "", "")
    module = project.modules.get(owner)
    return (owner, module.events.get(event)) if module else (None, None)


def _action(project: Project, action: str, body: Node) -> Iterator[Said]:
    if not isinstance(body, Mapping):
        return
    if action in ("fire", "request"):
        named = _scalar(body.get("event"))
        owner, _, name = named.text.partition(".") if named else ("", "", "")
        event = project.modules[owner].events.get(name) if owner in project.modules else None
        if named and event:
            yield from _sent(event, named.text, body.get("with"))
    elif action == "publish":
        yield from _payload(project, body.get("event"), body.get("with"))
    elif action == "call":
        yield from _call(project, body)
    elif action == "purchase":
        yield from _purchase(project, body)
    elif "component" in body.keys:
        yield from _component(project, body)


def _sent(event: Event, name: str, given: Node | None) -> Iterator[Said]:
    for key in _keys(given):
        if key.text not in event.payload and (meant := nearest(key.text, event.payload)):
            yield Doubtful(key, name, meant)


def _call(project: Project, body: Mapping) -> Iterator[Said]:
    named, method = _scalar(body.get("module")), _scalar(body.get("method"))
    module = project.modules.get(named.text) if named else None
    if module is None or method is None:
        return
    yield from lacks(f"the module {module.name}", "method", method, module.api)
    if method.text in module.api:
        arguments = module.api[method.text].args
        owner = f"{module.name}.{method.text}"
        given = body.get("args")
        names = {key.text for key in _keys(given)}
        for name, field in arguments.items() if names <= set(arguments) else ():
            if field.type and not isinstance(field.type.type, Optional) and name not in names:
                yield Misfit("missing field", body.span, {"key": name, "expected": field.type.text})
        for key in _keys(given):
            yield from lacks(owner, "argument", key, arguments)
            of = arguments[key.text].type if key.text in arguments else None
            if of and isinstance(given, Mapping):
                yield from inside(project, given.values[key.text], of.type, module.name)


def _purchase(project: Project, body: Mapping) -> Iterator[Said]:
    if project.is_broken("monetization"):
        return
    shop = project.monetization
    product, gamepass = _scalar(body.get("product")), _scalar(body.get("gamepass"))
    if product:
        yield from lacks("the game", "product", product, shop.products if shop else ())
    passes = tuple(shop.gamepasses) if shop else ()
    if gamepass and gamepass.text not in passes:
        yield Missing("gamepass", Ref(gamepass.text, gamepass.span), passes, {})


def _component(project: Project, body: Mapping) -> Iterator[Said]:
    """Names of the spec are small letters; the parts inside of components (`More`, `Chosen`) begin with a capital."""
    named, path = _scalar(body.get("screen")), _scalar(body.get("component"))
    screen = project.screens.get(named.text) if named else None
    if screen is None or path is None or screen.bind:
        return
    drawn = list(screen.components())
    names = {name for component in drawn if (name := component.text("name"))}
    is_open = any(component.get("worker") for component in drawn)  # a worker's own things have names of its own
    at = 0
    for step in path.text.split("/"):
        name = step.partition("#")[0]
        if name[:1].islower() and not is_open:
            yield from lacks(
                f"the screen {screen.key.name}",
                "component",
                Scalar(name, name, path.span.within(at, at + len(name))),
                names,
            )
        at += len(step) + 1


# --- expectations


def _expectation(project: Project, kind: str, node: Node) -> Iterator[Said]:
    if kind == "refused" and isinstance(node, Scalar):
        refusals = (code for code in runtime.codes() if code.startswith("NET_"))
        yield from lacks("a refusal", "code", node, refusals)
    elif kind == "code" and isinstance(node, Scalar):
        yield from lacks("the runtime", "code", node, runtime.codes())
    elif kind == "global":
        yield from _global(project, node)
    elif isinstance(node, Mapping) and kind in _OF:
        yield from _OF[kind](project, node)


def _response(project: Project, owner: str | None, asked: Event | None, node: Node) -> Iterator[Said]:
    if asked is None or owner is None:
        return
    title = f"the response of {owner}.{asked.key.name}"
    if isinstance(asked.response, TypeRef):
        yield from inside(project, node, asked.response.type, owner)
    elif asked.response is not None and isinstance(node, Mapping):
        yield from fields_of(project, node, asked.response, owner, title)


def _received(project: Project, node: Mapping) -> Iterator[Said]:
    named = _scalar(node.get("event"))
    owner, _, name = named.text.partition(".") if named else ("", "", "")
    event = project.modules[owner].events.get(name) if owner in project.modules else None
    payload = node.get("payload")
    if event and named and isinstance(payload, Mapping):
        yield from fields_of(project, payload, event.payload, owner, f"the payload of {named.text}")


def _published(project: Project, node: Mapping) -> Iterator[Said]:
    yield from _payload(project, node.get("event"), node.get("payload"))


def _payload(project: Project, event: Node | None, payload: Node | None) -> Iterator[Said]:
    """Of a bus event that a module publishes."""
    named = _scalar(event)
    owner = next((module for module in project.modules.values() if named and named.text in module.publishes), None)
    if named and owner and isinstance(payload, Mapping):
        fields = owner.publishes[named.text].payload
        yield from fields_of(project, payload, fields, owner.name, f"the payload of {named.text}")


def _logged(project: Project, node: Mapping) -> Iterator[Said]:
    said, free = _given_names(project, "Log")
    module = _scalar(node.get("module"))
    if module and not free and not project.is_broken("module"):
        yield from lacks("the log", "module or service", module, {*project.modules, *runtime.sources(), *said})
    code = _scalar(node.get("code"))
    form = _CODE.fullmatch(code.text) if code else None
    if code and form and form.group(1) in {known.partition("_")[0] for known in runtime.codes()}:
        yield from lacks("the runtime", "code", code, runtime.codes())


def _metric(project: Project, node: Mapping) -> Iterator[Said]:
    name = _scalar(node.get("name"))
    if name is None:
        return
    names, forms = runtime.metrics(frozenset(project.modules))
    given, free = _given_names(project, "Metric")
    is_own = name.text.startswith("kernel.")
    if (is_own or not free) and not any(form.fullmatch(name.text) for form in forms) and not project.broken:
        yield from lacks("the game", "metric", name, {*names, *given})
    value = node.get("value")
    for key in _keys(value):
        yield from lacks("a metric", "field", key, _OF_A_METRIC)
    kind = _scalar(value.get("kind")) if isinstance(value, Mapping) else None
    if kind:
        yield from lacks("a metric", "kind", kind, _METRICS)


def _given_names(project: Project, method: str) -> tuple[set[str], bool]:
    """First arguments of what workers give SystemMonitor; and whether there are others than literals."""
    names: set[str] = set()
    free = False
    for module in project.modules.values():
        for worker in module.sources.values():
            free = free or project.is_broken("file", worker.path)
            for call in worker.calls:
                if call.callee.endswith(f":{method}"):
                    literal = re.match(r"[\"']([^\"']*)[\"']\s*(,|$)", call.arguments)
                    names.update([literal.group(1)] if literal else ())
                    free = free or literal is None
    return names, free


def _state(project: Project, node: Mapping) -> Iterator[Said]:
    named, fields = _scalar(node.get("module")), node.get("fields")
    module = project.modules.get(named.text) if named else None
    if module is None or not isinstance(fields, Mapping):
        return
    of_player = "player" in node.keys
    state = {name: field for name, field in module.state.items() if field.per_player == of_player}
    owner = f"the state of {module.name}" + (" for a player" if of_player else "")
    for key, value in fields.items():
        yield from lacks(owner, "field", key, state)
        of = state[key.text].type if key.text in state else None
        if of:
            yield from inside(project, value, of.type, module.name)


def _module(_project: Project, node: Mapping) -> Iterator[Said]:
    state, code = _scalar(node.get("state")), _scalar(node.get("code"))
    if state:
        yield from lacks("a module", "state", state, _STATES)
    if code:
        yield from lacks("a module", "code", code, (known for known in runtime.codes() if known.startswith("KERNEL_")))


def _screen(project: Project, node: Mapping) -> Iterator[Said]:
    named = _scalar(node.get("screen"))
    screen = project.screens.get(named.text) if named else None
    given = node.get("values")
    for key in _keys(given) if screen else ():
        if screen and key.text not in screen.values:
            yield Missing("screen value", Ref(key.text, key.span), tuple(screen.values), {})
        elif screen and isinstance(given, Mapping) and (of := screen.values[key.text].type):
            yield from inside(project, given.values[key.text], of.type, None)


def _of_a_player(project: Project, node: Mapping) -> Iterator[Said]:
    yield from _stored(project, node.get("data"))


_OF = {
    "received": _received,
    "published": _published,
    "logged": _logged,
    "metric": _metric,
    "state": _state,
    "module": _module,
    "screen": _screen,
    "stored": _of_a_player,
}
