"""The one printer of Luau values and types. What it prints is what StyLua would print: tabs, 120 columns."""

from __future__ import annotations

import re
from typing import Any

from ovhlgen.luau.names import KEYWORDS
from ovhlgen.luau.nodes import Call, Chain, Construct, Either, MapValue, Product

COLUMNS = 120
TAB = 4  # columns of a tab, for StyLua's arithmetic

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def string(text: str) -> str:
    """A string literal, quoted as StyLua prefers: double quotes unless that needs more escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    out = []
    for character in text:
        code = ord(character)
        if character in (quote, "\\"):
            out.append("\\" + character)
        elif character == "\n":
            out.append("\\n")
        elif character == "\t":
            out.append("\\t")
        elif code < 0x20 or code == 0x7F:
            out.append(f"\\x{code:02x}")
        elif code in (0x85, 0x2028, 0x2029, 0xFEFF) or 0x200E <= code <= 0x200F or 0x202A <= code <= 0x202E:
            out.append(f"\\u{{{code:x}}}")
        else:
            out.append(character)
    return quote + "".join(out) + quote


def key(name: str | int | float) -> str:
    """A table's key: bare where it is an identifier."""
    if isinstance(name, str):
        return name if _is_identifier(name) else f"[{string(name)}]"
    return f"[{number(name)}]"


def access(of: str, name: str) -> str:
    """A field, or a child."""
    return f"{of}.{name}" if _is_identifier(name) else f"{of}[{string(name)}]"


def _is_identifier(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name not in KEYWORDS


def literal(value: Any, indent: int = 0, lead: int = 0, tail: int = 0) -> str:
    """A value as Luau source.

    `indent` is the line's indentation in tabs, `lead` the columns in front of the value on its line after
    that, `tail` the columns that follow it.
    """
    flat = _flat(value)
    if flat is not None and (TAB * indent + lead + _columns(flat) + tail <= COLUMNS or _is_atom(value)):
        return flat
    if isinstance(value, Call):
        return _broken_call(value, indent)
    if isinstance(value, Chain | Either):
        first, *rest = (
            (value.first, *value.rest)
            if isinstance(value, Chain)
            else (f"if {value.condition}", f"then {value.yes}", f"else {value.no}")
        )
        return "\n".join([first, *("\t" * (indent + 1) + part for part in rest)])
    if isinstance(value, Product):
        left, right = literal(value.left, indent, lead), _flat(value.right)
        below = f"{left}\n{'\t' * (indent + 1)}* "
        if right is not None and TAB * (indent + 1) + 2 + _columns(right) <= COLUMNS:
            return below + right
        beside = f"{left} * {_broken_call(value.right, indent)}"
        return beside if _fits(beside) else below + _broken_call(value.right, indent + 1)
    return _broken_table(value, indent)


def _columns(text: str) -> int:
    """As StyLua counts them: in bytes."""
    return len(text.encode())


def _fits(text: str) -> bool:
    return all(_columns(line.expandtabs(TAB)) <= COLUMNS for line in text.split("\n"))


def assigned(target: str, value: Any, indent: int = 0, operator: str = "=") -> str:
    """`target = value`: what fits on a line of its own goes below the `=`."""
    lead = len(target) + len(operator) + 2
    room = COLUMNS - TAB * indent
    flat = _flat(value)
    if flat is not None and (lead + _columns(flat) <= room or _is_hugging(value)):
        return f"{target} {operator} {literal(value, indent, lead)}"
    if flat is not None and (_is_atom(value) or (isinstance(value, Call) and _columns(flat) <= room - TAB)):
        return f"{target} {operator}\n{'\t' * (indent + 1)}{flat}"
    return f"{target} {operator} {literal(value, indent, lead)}"


def _is_hugging(value: Any) -> bool:
    """A call with a table as its one argument: the brackets of both stand together."""
    return isinstance(value, Call) and len(value.args) == 1 and isinstance(value.args[0], dict | list | tuple)


def _is_atom(value: Any) -> bool:
    return not isinstance(value, dict | list | tuple | MapValue | Call | Product | Chain | Either)


def _flat(value: Any) -> str | None:
    """On one line; None where it must be broken: tables with keys always are, for the reader."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return string(value)
    if isinstance(value, Construct):
        return value.text
    if isinstance(value, Call):
        parts = [_flat(arg) for arg in value.args]
        return None if None in parts else f"{value.name}({', '.join(map(str, parts))})"
    if isinstance(value, Product):
        return f"{_flat(value.left)} * {_flat(value.right)}"
    if isinstance(value, Chain):
        return " ".join((value.first, *value.rest))
    if isinstance(value, Either):
        return f"if {value.condition} then {value.yes} else {value.no}"
    if isinstance(value, dict | MapValue):
        entries = value.entries if isinstance(value, MapValue) else value
        return None if entries else "{}"
    parts = [None if isinstance(item, str) and not item.isascii() else _flat(item) for item in value]
    if None in parts:
        return None
    return "{ " + ", ".join(map(str, parts)) + " }" if parts else "{}"


def _broken_table(value: Any, indent: int) -> str:
    inner = "\t" * (indent + 1)
    lines = ["{"]
    if isinstance(value, dict | MapValue):
        entries = value.entries if isinstance(value, MapValue) else tuple(value.items())
        for name, item in entries:
            written = key(name)
            lead = _columns(written) + 3
            lines.append(f"{inner}{written} = {literal(item, indent + 1, lead, 1)},")
    else:
        lines += [f"{inner}{literal(item, indent + 1, 0, 1)}," for item in value]
    lines.append("\t" * indent + "}")
    return "\n".join(lines)


def _broken_call(value: Call, indent: int) -> str:
    if _is_hugging(value):
        return f"{value.name}({_broken_table(value.args[0], indent)})"
    inner = "\t" * (indent + 1)
    last = len(value.args) - 1
    lines = [
        f"{inner}{literal(arg, indent + 1)}{',' if at != last else ''}"  # StyLua doesn't count the comma here
        for at, arg in enumerate(value.args)
    ]
    return "\n".join([f"{value.name}(", *lines, "\t" * indent + ")"])


def comment(text: str) -> str:
    """Text of a spec inside a `--` comment: one line, no control characters, nothing trailing."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()


def number(value: float) -> str:
    """A number as Luau reads it, whole numbers without a point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return repr(value)


def required(name: str, path: str) -> str:
    """`local Name = require(path)`."""
    return assigned(f"local {name}", Construct(f"require({path})"))
