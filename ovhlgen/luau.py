"""The one printer of Luau values and types. What it prints is what StyLua would print: tabs, 120 columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ovhlgen.model.names import KEYWORDS
from ovhlgen.resolve.values import Call, Construct, MapValue, Product, number

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
        return name if _NAME.fullmatch(name) and name not in KEYWORDS else f"[{string(name)}]"
    return f"[{number(name)}]"


def literal(value: Any, indent: int = 0, lead: int = 0, tail: int = 0) -> str:
    """A value as Luau source.

    `indent` is the line's indentation in tabs, `lead` the columns in front of the value on its line after
    that, `tail` the columns that follow it.
    """
    flat = _flat(value)
    if flat is not None and (TAB * indent + lead + len(flat) + tail <= COLUMNS or _is_atom(value)):
        return flat
    if isinstance(value, Call):
        return _broken_call(value, indent)
    if isinstance(value, Product):
        return (
            f"{literal(value.left, indent, lead)}\n{'\t' * (indent + 1)}* {literal(value.right, indent + 1, 2, tail)}"
        )
    return _broken_table(value, indent)


def _is_atom(value: Any) -> bool:
    return not isinstance(value, dict | list | tuple | MapValue | Call | Product)


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
            lead = len(written) + 3
            lines.append(f"{inner}{written} = {literal(item, indent + 1, lead, 1)},")
    else:
        lines += [f"{inner}{literal(item, indent + 1, 0, 1)}," for item in value]
    lines.append("\t" * indent + "}")
    return "\n".join(lines)


def _broken_call(value: Call, indent: int) -> str:
    if len(value.args) == 1 and isinstance(value.args[0], dict | list | tuple):
        return f"{value.name}({_broken_table(value.args[0], indent)})"
    inner = "\t" * (indent + 1)
    last = len(value.args) - 1
    lines = [
        f"{inner}{literal(arg, indent + 1, 0, at != last)}{',' if at != last else ''}"
        for at, arg in enumerate(value.args)
    ]
    return "\n".join([f"{value.name}(", *lines, "\t" * indent + ")"])


def comment(text: str) -> str:
    """Text of a spec inside a `--` comment: one line, no control characters, nothing trailing."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()


# Types


@dataclass(frozen=True, slots=True)
class Record:
    """A table type with named fields: always one field a line. `notes` are comments above a field."""

    fields: tuple[tuple[str, LuauType], ...]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ArrayType:
    of: LuauType


@dataclass(frozen=True, slots=True)
class MapType:
    key: LuauType
    value: LuauType


@dataclass(frozen=True, slots=True)
class Maybe:
    of: LuauType


@dataclass(frozen=True, slots=True)
class Arrow:
    """A function type; each parameter has a name, `returns` is None for nothing."""

    params: tuple[tuple[str, LuauType], ...]
    returns: LuauType | None


@dataclass(frozen=True, slots=True)
class Union:
    of: tuple[LuauType, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """What a function returns that returns more than one value."""

    of: tuple[LuauType, ...]


type LuauType = str | Record | ArrayType | MapType | Maybe | Arrow | Pack | Union


def luau_type(of: LuauType, indent: int = 0, lead: int = 0, tail: int = 0) -> str:
    """A type as Luau source; the columns as in `literal`."""
    flat = _flat_type(of)
    if flat is not None and (TAB * indent + lead + len(flat) + tail <= COLUMNS or isinstance(of, str)):
        return flat
    inner = "\t" * (indent + 1)
    end = "\t" * indent
    if isinstance(of, Maybe):
        return f"{luau_type(of.of, indent, lead, tail + 1)}?"
    if isinstance(of, Record):
        return "\n".join(["{", *_record_lines(of, indent), end + "}"])
    if isinstance(of, ArrayType):
        return f"{{\n{inner}{luau_type(of.of, indent + 1)}\n{end}}}"
    if isinstance(of, MapType):
        name = luau_type(of.key)
        return f"{{\n{inner}[{name}]: {luau_type(of.value, indent + 1, len(name) + 4, 1)},\n{end}}}"
    if isinstance(of, Union):
        first, *rest = (luau_type(one, indent + 1, 2) for one in of.of)
        return "\n".join(["", f"{inner}{first}", *(f"{inner}| {one}" for one in rest)])
    if isinstance(of, Pack):
        each = ",\n".join(f"{inner}{luau_type(one, indent + 1, 0, 1)}" for one in of.of)
        return f"(\n{each}\n{end})"
    assert isinstance(of, Arrow)
    last = len(of.params) - 1
    lines = [
        f"{inner}{name}: {luau_type(one, indent + 1, len(name) + 2, 1)}{',' if at != last else ''}"
        for at, (name, one) in enumerate(of.params)
    ]
    returns = "()" if of.returns is None else luau_type(of.returns, indent, len(") -> "), tail)
    return "\n".join(["(", *lines, f"{end}) -> {returns}"])


def _record_lines(of: Record, indent: int) -> list[str]:
    inner = "\t" * (indent + 1)
    notes = dict(of.notes)
    lines = []
    for name, one in of.fields:
        if name in notes:
            lines.append(f"{inner}-- {comment(notes[name])}")
        written = key(name)
        lines.append(f"{inner}{written}: {luau_type(one, indent + 1, len(written) + 2, 1)},")
    return lines


def _flat_type(of: LuauType) -> str | None:
    if isinstance(of, str):
        return of
    if isinstance(of, Record):
        return None if of.fields else "{}"
    if isinstance(of, ArrayType):
        inner = _flat_type(of.of)
        return None if inner is None else f"{{ {inner} }}"
    if isinstance(of, MapType):
        name, value = _flat_type(of.key), _flat_type(of.value)
        return None if name is None or value is None else f"{{ [{name}]: {value} }}"
    if isinstance(of, Maybe):
        inner = _flat_type(of.of)
        if inner is None:
            return None
        return f"({inner})?" if isinstance(of.of, Union | Arrow) else f"{inner}?"
    if isinstance(of, Union):
        parts = [_flat_type(one) for one in of.of]
        return None if None in parts else " | ".join(map(str, parts))
    if isinstance(of, Pack):
        parts = [_flat_type(one) for one in of.of]
        return None if None in parts else f"({', '.join(map(str, parts))})"
    params = [(name, _flat_type(one)) for name, one in of.params]
    returns = "()" if of.returns is None else _flat_type(of.returns)
    if returns is None or any(one is None for _, one in params):
        return None
    return f"({', '.join(f'{name}: {one}' for name, one in params)}) -> {returns}"


def declare(name: str, of: LuauType) -> str:
    """`export type Name = …`."""
    head = f"export type {name} ="
    if isinstance(of, str):
        return _hung(head, of)
    text = luau_type(of, 0, len(head) + 1)
    if text.startswith("\n"):
        return head + text
    whole = f"{head} {text}"
    if any(len(line.expandtabs(TAB)) > COLUMNS for line in whole.split("\n")):
        return f"{head}\n\t{luau_type(of, 1)}"
    return whole


def required(name: str, path: str) -> str:
    """`local Name = require(path)`."""
    return _hung(f"local {name} =", f"require({path})")


def _hung(head: str, atom: str) -> str:
    """`head atom`, on two lines where one is too short."""
    return f"{head} {atom}" if len(head) + 1 + len(atom) <= COLUMNS else f"{head}\n\t{atom}"
