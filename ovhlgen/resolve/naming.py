"""The names under which a spec's types appear in Shared/Types. Spec names hold no `_`, so two can't meet."""

from __future__ import annotations

from ovhlgen.model.module import Event


def type_name(module: str | None, name: str) -> str:
    return f"{module}_{name}" if module else name


def payload_name(module: str, event: Event) -> str:
    return f"{module}_{event.key.name}{'Request' if event.is_request else ''}"


def response_name(module: str, event: Event) -> str:
    return f"{module}_{event.key.name}Response"


def api_name(module: str) -> str:
    return f"{module}_Api"


def record_name(contract: str) -> str:
    """The type of what a contract reads, in its module's own Types."""
    return f"{contract}Record"
