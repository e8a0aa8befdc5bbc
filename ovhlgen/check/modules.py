"""Rules of a module's own keys: what its realm allows, what events and state may combine."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.module import Event, Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import Boolean
from ovhlgen.model.wire import arithmetic
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


def _modules(project: Project) -> Iterator[Module]:
    return (project.modules[name] for name in sorted(project.modules))


def realm_keys(project: Project) -> Iterator[Diagnostic]:
    """E0601: a key or hook that modules of this realm don't have."""
    for module in _modules(project):
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


def replication(project: Project) -> Iterator[Diagnostic]:
    """E0602: state of each player goes to its owner only, other state to all."""
    for module in _modules(project):
        for state in module.state.values():
            if state.replicate and (state.replicate.name == "owner") != state.per_player:
                right = "owner" if state.per_player else "all"
                yield problem("E0602", state.replicate.span, name=state.key.name, right=right)


def event_keys(project: Project) -> Iterator[Diagnostic]:
    """E0603: a request from the server. E0605: keys that don't go together."""
    for module in _modules(project):
        for event in module.events.values():
            yield from _event(event)


def _event(event: Event) -> Iterator[Diagnostic]:
    given = event.given
    name = event.key.name
    if event.sender == "server":
        if "request" in given:
            yield problem("E0603", given["request"], name=name)
            return
        for key in _CLIENT_ONLY:
            if key in given:
                yield problem("E0605", given[key], name=name, reason=f"`{key}` belongs to events `from: client`")
        if "payload" not in given:
            yield problem("E0605", event.key.span, name=name, reason="it needs `payload:` (`{}` for none)")
        return
    if "reliable" in given:
        yield problem("E0605", given["reliable"], name=name, reason="`reliable` belongs to events `from: server`")
    if "worker" not in given:
        yield problem("E0605", event.key.span, name=name, reason="it needs `worker:`, the function that handles it")
    if ("payload" in given) == ("request" in given):
        yield problem("E0605", event.key.span, name=name, reason="it needs exactly one of `payload:` and `request:`")
    elif "request" in given and "response" not in given:
        yield problem("E0605", given["request"], name=name, reason="a `request:` needs a `response:`")
    for key in ("response", "timeout"):
        if key in given and "request" not in given:
            yield problem("E0605", given[key], name=name, reason=f"`{key}` belongs to a `request:`")


def sizes(project: Project) -> Iterator[Diagnostic]:
    """E0607: an unreliable event above 900 bytes. E0608: an event of a client above 16 KiB."""
    found = layouts(project)
    for message in found.messages:
        size = message.most(found.types)
        is_unreliable = not message.reliable and size > MAX_UNRELIABLE
        if message.payload and (is_unreliable or (message.sender == "client" and size > MAX_PACKET)):
            module, name = message.name.split(".", 1)
            yield problem(
                "E0607" if is_unreliable else "E0608",
                project.modules[module].events[name].key.span,
                name=name,
                size=_bytes(size),
                most=MAX_UNRELIABLE if is_unreliable else MAX_PACKET,
                sum=arithmetic(message.payload, found.types),
            )


def _bytes(size: float) -> str:
    return "any number of" if size == float("inf") else f"{size:,.0f}"


def client_config(project: Project) -> Iterator[Diagnostic]:
    """E0614: an interval on a client out of a config field that clients don't see."""
    for module in _modules(project):
        for every in module.every if module.realm != "server" else ():
            field = project.config.fields.get(every.reference.name) if every.reference else None
            if every.reference and field and field.realm != "shared":
                upon = module.given.values()  # of a wrong `realm:` the keys tell
                yield problem("E0614", every.reference.span, name=every.reference.name, module=module.name, upon=upon)


def contracts(project: Project) -> Iterator[Diagnostic]:
    """E0610: a contract says where its Instances are: `under` or `tagged`, one of them."""
    for module in _modules(project):
        for contract in module.contracts.values():
            if (contract.under is None) == (contract.tagged is None):
                yield problem("E0610", contract.key.span, name=contract.key.name)
            for field in contract.fields.values():
                if field.required and (field.fallback is not None or field.sibling):
                    yield problem("E0611", field.key.span, name=field.key.name)


def switched_config(project: Project) -> Iterator[Diagnostic]:
    """E0612: `enabled` of a module's config is the kernel's switch: true or false."""
    for module in _modules(project):
        field = module.config.get("enabled")
        if field and field.type and not isinstance(followed(project, field.type.type, module.name).type, Boolean):
            yield problem("E0612", field.type.span, type=field.type.text)


def editable_config(project: Project) -> Iterator[Diagnostic]:
    """W0617: ConfigService changes the settings of server modules alone, and not the kernel's switch."""
    for module in _modules(project):
        for field in module.config.values():
            reason = None
            if module.realm != "server":
                reason = f"the module's realm is {module.realm}"
            elif field.key.name == "enabled":
                reason = "the kernel reads it once, at the start"
            if field.editable_by and reason:
                yield problem("W0617", field.editable_by.span, name=field.key.name, reason=reason)


def screen_service(project: Project) -> Iterator[Diagnostic]:
    """E0613: `screens` need OVHL_UI among the module's dependencies."""
    for module in _modules(project):
        if module.screens and module.realm == "client" and not any(ref.name == "OVHL_UI" for ref in module.depends):
            upon = [ref.span for ref in module.depends]
            yield problem("E0613", module.screens[0].span, module=module.name, upon=upon)


RULES = (
    realm_keys,
    replication,
    event_keys,
    sizes,
    client_config,
    contracts,
    switched_config,
    editable_config,
    screen_service,
)
