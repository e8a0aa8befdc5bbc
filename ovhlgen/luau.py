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
    if flat is not None and (TAB * indent + lead + _columns(flat) + tail <= COLUMNS or _is_atom(value)):
        return flat
    if isinstance(value, Call):
        return _broken_call(value, indent)
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


def assigned(target: str, value: Any) -> str:
    """`target = value`: a call that fits on a line of its own goes below the `=`."""
    flat = _flat(value)
    lead = len(target) + 3
    if flat is not None and not _is_hugging(value) and lead + len(flat) > COLUMNS >= TAB + len(flat):
        return f"{target} =\n\t{flat}"
    return f"{target} = {literal(value, 0, lead)}"


def _is_hugging(value: Any) -> bool:
    """A call with a table as its one argument: the brackets of both stand together."""
    return isinstance(value, Call) and len(value.args) == 1 and isinstance(value.args[0], dict | list | tuple)


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
    """A function type; each parameter has a name, `returns` is None for nothing. `generics` are type
    parameters such as `T`."""

    params: tuple[tuple[str, LuauType], ...]
    returns: LuauType | None
    generics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overloads:
    """A function of several types. Only for `declare`, and each of them must be a name or pass `fits_overload`."""

    of: tuple[LuauType, ...]


@dataclass(frozen=True, slots=True)
class Union:
    of: tuple[LuauType, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """What a function returns that returns more than one value."""

    of: tuple[LuauType, ...]


type LuauType = str | Record | ArrayType | MapType | Maybe | Arrow | Overloads | Pack | Union


def luau_type(of: LuauType, indent: int = 0, lead: int = 0, tail: int = 0, *, by_token: bool = False) -> str:
    """A type as Luau source; the columns as in `literal`.

    `by_token` gives the text whose lines StyLua measures where it decides on a break after `=`: it writes a
    pair of brackets down before what stands between them.
    """
    flat = _flat_type(of)
    is_whole = isinstance(of, str | ArrayType)  # StyLua breaks neither a name nor an array of what is on one line
    if flat is not None and (is_whole or TAB * indent + lead + len(flat) + tail <= COLUMNS):
        return flat

    def inner(one: LuauType, before: int = 0, after: int = 0) -> str:
        return luau_type(one, indent + 1, before, after, by_token=by_token)

    def between(opening: str, lines: list[str], closing: str) -> str:
        body = "".join("\t" * (indent + 1) + line + "\n" for line in lines)
        end = "\t" * indent + closing
        return f"{opening}\n{end}{body}" if by_token else f"{opening}\n{body}{end}"

    if isinstance(of, Maybe):
        return f"{luau_type(of.of, indent, lead, tail + 1, by_token=by_token)}?"
    if isinstance(of, Record):
        notes = dict(of.notes)
        lines = []
        for name, one in of.fields:
            if name in notes:
                lines.append("" if by_token else f"-- {comment(notes[name])}")
            written = key(name)
            lines.append(f"{written}: {inner(one, len(written) + 2, 1)},")
        return between("{", lines, "}")
    if isinstance(of, ArrayType):
        return between("{", [inner(of.of)], "}")
    if isinstance(of, MapType):
        name = luau_type(of.key)
        return between("{", [f"[{name}]: {inner(of.value, len(name) + 4, 1)},"], "}")
    if isinstance(of, Union):
        first, *rest = (inner(one, 2) for one in of.of)
        start = "\t" * (indent + 1)
        return "\n".join(["", f"{start}{first}", *(f"{start}| {one}" for one in rest)])
    if isinstance(of, Pack):
        return between("(", _separated([inner(one, 0, 1) for one in of.of]), ")")
    assert isinstance(of, Arrow)
    params = _separated([f"{name}: {inner(one, len(name) + 2, 1)}" for name, one in of.params])
    returns = "()" if of.returns is None else luau_type(of.returns, indent, len(") -> "), by_token=by_token)
    return f"{between(f'{_generics(of)}(', params, ')')} -> {returns}"


def _separated(lines: list[str]) -> list[str]:
    """The lines with a comma behind each but the last."""
    return [*(f"{line}," for line in lines[:-1]), *lines[-1:]]


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
    if isinstance(of, Overloads):
        return " & ".join(map(_overload, of.of))
    params = [(name, _flat_type(one)) for name, one in of.params]
    returns = "()" if of.returns is None else _flat_type(of.returns)
    if returns is None or any(one is None for _, one in params):
        return None
    return f"{_generics(of)}({', '.join(f'{name}: {one}' for name, one in params)}) -> {returns}"


def _generics(of: Arrow) -> str:
    return f"<{', '.join(of.generics)}>" if of.generics else ""


def _overload(of: LuauType) -> str:
    return f"({_flat_type(of)})" if isinstance(of, Arrow) else str(_flat_type(of))


def fits_overload(of: Arrow) -> bool:
    """Whether a function type stands on a line of its own among Overloads."""
    return _flat_type(of) is not None and TAB + len("& ") + len(_overload(of)) <= COLUMNS


def declare(name: str, of: LuauType) -> str:
    """`export type Name = …`."""
    head = f"export type {name} ="
    flat = _flat_type(of)
    if isinstance(of, Overloads):
        if len(of.of) == 1:
            return declare(name, of.of[0])
        below = "\n\t& ".join(map(_overload, of.of))
        return f"{head} {flat}" if len(f"{head} {flat}") <= COLUMNS else f"{head}\n\t{below}"
    is_empty = isinstance(of, Record) and not of.fields
    is_one_piece = is_empty or (flat is not None and not isinstance(of, Union | Arrow | Record | MapType))
    if is_one_piece and len(head) + 1 + len(str(flat)) > COLUMNS:
        return f"{head}\n\t{luau_type(of, 1)}"
    lead = len(head) + 1
    text = luau_type(of, 0, lead)
    if text.startswith("\n"):
        return head + text
    measured = f"{head} {luau_type(of, 0, lead, by_token=True)}"
    if any(len(line) > COLUMNS for line in measured.split("\n")):
        return f"{head}\n\t{luau_type(of, 1)}"
    return f"{head} {text}"


def required(name: str, path: str) -> str:
    """`local Name = require(path)`."""
    return _hung(f"local {name} =", f"require({path})")


def _hung(head: str, atom: str) -> str:
    """`head atom`, on two lines where one is too short."""
    return f"{head} {atom}" if len(head) + 1 + len(atom) <= COLUMNS else f"{head}\n\t{atom}"
