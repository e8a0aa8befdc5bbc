"""SystemMonitor: how the server is, and the document's line of a log (semantics, Logs 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ovhlgen.reference.kernel import Kernel

LONGEST_MESSAGE = 1000  # bytes
LONGEST_NAME = 100
# What breaks a line besides control characters, and what turns text round.
UNSAFE = {*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)}
SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def health(kernel: Kernel) -> tuple[str, list[str]]:
    """`ok`, `degraded` or `failing`, and why."""
    wanted = [record for record in kernel.records if record.code != "KERNEL_OFF"]
    issues = kernel.errors.issues(kernel.clock.now)
    issues += [f"{record.name}: {record.code}" for record in wanted if record.state == "disabled"]
    is_down = bool(wanted) and all(record.state != "ready" for record in wanted)
    if not kernel.is_ready:
        issues.append(f"the boot is in phase {kernel.phase}")
        is_down = True
    return "failing" if is_down else "degraded" if issues else "ok", issues


def metrics(kernel: Kernel) -> dict[str, int]:
    """The kernel's own numbers as they are now; the Luau takes them each minute."""
    states = [record.state for record in kernel.records]
    return {
        "kernel.modules.ready": states.count("ready"),
        "kernel.modules.disabled": states.count("disabled"),
        "kernel.players": len(kernel.players),
        **{f"kernel.network.{what}": count for what, count in kernel.network.counts.items()},
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is in seconds since 1970, UTC."""

    at: int
    service: str
    level: str
    code: str
    message: bytes
    metadata: Mapping[str, Any] | None = None
    tag: str | None = None


def line(entry: Entry) -> str:
    """One line, whatever is in it."""
    time = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    fields = [f"[{time}]", *(f"[{key}:{_name(of)}]" for key, of in _fields(entry).items())]
    if entry.tag is not None:
        fields.append(f"[{_name(entry.tag)}]")
    text = f"{' '.join(fields)} Message: {quote(cut(entry.message, LONGEST_MESSAGE))}"
    if entry.metadata is None:
        return text
    return f"{text} Data: {encode(entry.metadata)}"


def _fields(entry: Entry) -> dict[str, str]:
    return {"SERVICE": entry.service, "LEVEL": entry.level, "CODE": entry.code}


def _name(text: str) -> str:
    raw = text.encode()[:LONGEST_NAME].decode("latin-1")
    return re.sub(r"[^A-Za-z0-9_.-]", "_", raw) or "_"


def encode(value: Any) -> str:
    """JSON on one line, keys sorted."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{quote(key.encode())}:{encode(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(encode, value)) + "]"
    if isinstance(value, str):
        return quote(value.encode())
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.14g}"


def cut(text: bytes, most: int) -> bytes:
    """Its first bytes, never a part of a character; a cut one ends in `…`."""
    if len(text) <= most:
        return text
    end = most
    while end > 0 and text[end] & 0xC0 == 0x80:
        end -= 1
    return text[:end] + "…".encode()


def quote(text: bytes) -> str:
    """A JSON string on one line. What isn't UTF-8 is shown as `?` a byte."""
    try:
        plain = text.decode()
    except UnicodeDecodeError:
        plain = "".join(chr(byte) if byte < 0x80 else "?" for byte in text)
    return '"' + "".join(_escaped(one) for one in plain) + '"'


def _escaped(character: str) -> str:
    if character in SHORT:
        return SHORT[character]
    return f"\\u{ord(character):04x}" if ord(character) in UNSAFE else character
