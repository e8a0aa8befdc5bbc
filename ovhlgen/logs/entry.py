"""What a service logs, and the document's line of it (docs/runtime/logs.md, 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LONGEST_MESSAGE = 1000  # bytes
LONGEST_NAME = 100
# What breaks a line besides control characters, and what turns text round.
UNSAFE = {*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)}
SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


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
    names = {"SERVICE": entry.service, "LEVEL": entry.level, "CODE": entry.code}
    fields = [f"[{time}]", *(f"[{key}:{_name(name)}]" for key, name in names.items())]
    if entry.tag is not None:
        fields.append(f"[{_name(entry.tag)}]")
    text = f"{' '.join(fields)} Message: {_quoted(_cut(entry.message, LONGEST_MESSAGE))}"
    if entry.metadata is None:
        return text
    return f"{text} Data: {_json(entry.metadata)}"


def _name(text: str) -> str:
    raw = text.encode()[:LONGEST_NAME].decode("latin-1")
    return re.sub(r"[^A-Za-z0-9_.-]", "_", raw) or "_"


def _json(value: Any) -> str:
    """JSON on one line, keys sorted."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_quoted(key.encode())}:{_json(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    if isinstance(value, str):
        return _quoted(value.encode())
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.14g}"


def _cut(text: bytes, limit: int) -> bytes:
    """Its first bytes, never a part of a character; a cut one ends in `…`."""
    if len(text) <= limit:
        return text
    end = limit
    while end > 0 and text[end] & 0xC0 == 0x80:
        end -= 1
    return text[:end] + "…".encode()


def _quoted(text: bytes) -> str:
    """A JSON string on one line. What isn't UTF-8 is shown as `?` a byte."""
    try:
        plain = text.decode()
    except UnicodeDecodeError:
        plain = "".join(chr(byte) if byte < 0x80 else "?" for byte in text)
    return '"' + "".join(map(_escaped, plain)) + '"'


def _escaped(character: str) -> str:
    if character in SHORT:
        return SHORT[character]
    return f"\\u{ord(character):04x}" if ord(character) in UNSAFE else character
