"""Rules of a module's own keys: what its realm allows, what events and state may combine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import CONTRACT, EVENT, MODULE
from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.language.types import BOOLEAN
from ovhlgen.model.module import Contract, Event, Module
from ovhlgen.model.project import Project
from ovhlgen.model.wire import Message, Struct, Union, arithmetic
from ovhlgen.resolve.aliases import followed
from ovhlgen.resolve.wire import layouts

_REALM_KEYS: dict[str, frozenset[str]] = {
    "server": frozenset({"sends", "listens", "reads", "screens"}),
    "client": frozenset({"events"}),
    "shared": frozenset({"events", "sends", "listens", "reads", "screens", "attributes"}),
}
_SHARED_HOOKS = frozenset({"init", "ready", "teardown", "hot_reload"})
_CLIENT_ONLY = ("rate", "allow", "enabled", "serial", "worker", "request", "response", "timeout")
MAX_UNRELIABLE = 900  # bytes: a larger packet may be dropped by the platform
MAX_PACKET = 16 * 1024  # bytes of one event that a client sends


@rule("E0601", MODULE)
def realm_keys(_project: Project, module: Module) -> Iterator[Diagnostic]:
    """A key or hook that modules of this realm don't have."""
    for key, span in module.given.items():
        if key in _REALM_KEYS[module.realm]:
            yield problem("E0601", span, key=key, realm=module.realm)
    if module.realm == "shared":
        for hook, ref in module.lifecycle.items():
            if hook not in _SHARED_HOOKS:
                yield problem("E0601", ref.worker.span, key=f"lifecycle.{hook}", realm="shared")
        for state in module.state.values():
            if state.per_player or state.replicate:
                yield problem("E0601", state.key.span, key="per_player and replicate", realm="shared")
    if module.realm == "client":
        for state in module.state.values():
            if state.replicate:
                yield problem("E0601", state.replicate.span, key="replicate", realm="client")


@rule("E0602", MODULE)
def replication(_project: Project, module: Module) -> Iterator[Diagnostic]:
    """State of each player goes to its owner only, other state to all."""
    for state in module.state.values():
        if state.replicate and (state.replicate.name == "owner") != state.per_player:
            right = "owner" if state.per_player else "all"
            yield problem("E0602", state.replicate.span, name=state.key.name, right=right)


@rule("E0603", EVENT)
def requests_of_servers(_project: Project, _module: Module, event: Event) -> Iterator[Diagnostic]:
    """Only clients ask."""
    if event.sender == "server" and "request" in event.given:
        yield problem("E0603", event.given["request"], name=event.key.name)


@rule("E0605", EVENT)
def event_keys(_project: Project, _module: Module, event: Event) -> Iterator[Diagnostic]:
    """Keys of an event that don't go together."""
    misplaced = _of_a_client(event) if event.sender == "client" else _of_a_server(event)
    for span, reason in misplaced:
        yield problem("E0605", span, name=event.key.name, reason=reason)


def _of_a_server(event: Event) -> Iterator[tuple[Span, str]]:
    """A place in an event, and what is wrong there."""
    given = event.given
    if "request" in given:
        return  # E0603
    for key in _CLIENT_ONLY:
        if key in given:
            yield given[key], f"`{key}` belongs to events `from: client`"
    if "payload" not in given:
        yield event.key.span, "it needs `payload:` (`{}` for none)"


def _of_a_client(event: Event) -> Iterator[tuple[Span, str]]:
    given = event.given
    if "reliable" in given:
        yield given["reliable"], "`reliable` belongs to events `from: server`"
    if "worker" not in given:
        yield event.key.span, "it needs `worker:`, the function that handles it"
    if ("payload" in given) == ("request" in given):
        yield event.key.span, "it needs exactly one of `payload:` and `request:`"
    elif "request" in given and "response" not in given:
        yield given["request"], "a `request:` needs a `response:`"
    for key in ("response", "timeout"):
        if key in given and "request" not in given:
            yield given[key], f"`{key}` belongs to a `request:`"


@dataclass(frozen=True, slots=True)
class _Sized:
    """A payload, and how many bytes it takes at most."""

    event: Event
    message: Message
    payload: Struct
    size: float
    types: Mapping[str, Struct | Union]

    @property
    def is_dropped(self) -> bool:
        return not self.message.reliable and self.size > MAX_UNRELIABLE

    @property
    def is_refused(self) -> bool:
        return self.message.sender == "client" and self.size > MAX_PACKET

    def finding(self, code: str, limit: int) -> Diagnostic:
        size = "any number of" if self.size == float("inf") else f"{self.size:,.0f}"
        sum_ = arithmetic(self.payload, self.types)
        return problem(code, self.event.key.span, name=self.event.key.name, size=size, most=limit, sum=sum_)


def _payloads(project: Project) -> Iterator[tuple[_Sized]]:
    network = layouts(project)
    for message in network.messages:
        if message.payload and not message.is_state:
            module, name = message.name.split(".", 1)
            event = project.modules[module].events[name]
            yield (_Sized(event, message, message.payload, message.max_bytes(network.types), network.types),)


PAYLOAD = Scope("payload", _payloads)


@rule("E0607", PAYLOAD)
def unreliable_sizes(payload: _Sized) -> Iterator[Diagnostic]:
    """An unreliable event above 900 bytes."""
    if payload.is_dropped:
        yield payload.finding("E0607", MAX_UNRELIABLE)


@rule("E0608", PAYLOAD)
def packet_sizes(payload: _Sized) -> Iterator[Diagnostic]:
    """An event of a client above 16 KiB."""
    if payload.is_refused and not payload.is_dropped:
        yield payload.finding("E0608", MAX_PACKET)


@rule("E0614", MODULE)
def client_config(project: Project, module: Module) -> Iterator[Diagnostic]:
    """An interval on a client out of a config field that clients don't see."""
    for every in module.every if module.realm != "server" else ():
        field = project.config.fields.get(every.reference.name) if every.reference else None
        if every.reference and field and field.realm != "shared":
            upon = module.given.values()  # of a wrong `realm:` the keys tell
            yield problem("E0614", every.reference.span, name=every.reference.name, module=module.name, upon=upon)


@rule("E0610", CONTRACT)
def contract_places(_project: Project, _module: Module, contract: Contract) -> Iterator[Diagnostic]:
    """A contract says where its Instances are: `under` or `tagged`, one of them."""
    if (contract.under is None) == (contract.tagged is None):
        yield problem("E0610", contract.key.span, name=contract.key.name)


@rule("E0611", CONTRACT)
def required_fields(_project: Project, _module: Module, contract: Contract) -> Iterator[Diagnostic]:
    """A field that is required needs no fallback."""
    for field in contract.fields.values():
        if field.required and (field.fallback is not None or field.sibling):
            yield problem("E0611", field.key.span, name=field.key.name)


@rule("E0612", MODULE)
def switched_config(project: Project, module: Module) -> Iterator[Diagnostic]:
    """`enabled` of a module's config is the kernel's switch: true or false."""
    field = module.config.get("enabled")
    if field and field.type and followed(project, field.type.type, module.name).type != BOOLEAN:
        yield problem("E0612", field.type.span, type=field.type.text)


@rule("W0617", MODULE)
def editable_config(_project: Project, module: Module) -> Iterator[Diagnostic]:
    """ConfigService changes the settings of server modules alone, and not the kernel's switch."""
    for field in module.config.values():
        reason = None
        if module.realm != "server":
            reason = f"the module's realm is {module.realm}"
        elif field.key.name == "enabled":
            reason = "the kernel reads it once, at the start"
        if field.editable_by and reason:
            yield problem("W0617", field.editable_by.span, name=field.key.name, reason=reason)


@rule("E0613", MODULE)
def screen_service(_project: Project, module: Module) -> Iterator[Diagnostic]:
    """`screens` need OVHL_UI among the module's dependencies."""
    if module.screens and module.realm == "client" and not any(ref.name == "OVHL_UI" for ref in module.depends):
        upon = [ref.span for ref in module.depends]
        yield problem("E0613", module.screens[0].span, module=module.name, upon=upon)
