"""Types as StyLua would lay them out."""

from __future__ import annotations

from ovhlgen.luau.nodes import ArrayType, Arrow, LuauType, MapType, Maybe, Overloads, Pack, Record, Union
from ovhlgen.luau.printer import COLUMNS, TAB, comment, key


def luau_type(
    of: LuauType, indent: int = 0, lead: int = 0, tail: int = 0, *, by_token: bool = False, broken: bool = False
) -> str:
    """A type as Luau source; the columns as in `literal`.

    `by_token` gives the text whose lines StyLua measures where it decides on a break after `=`: it writes a
    pair of brackets down before what stands between them.
    """
    flat = _flat_type(of)
    if (
        flat is not None
        and (_is_whole(of) or not broken)
        and (_is_whole(of) or TAB * indent + lead + len(flat) + tail <= COLUMNS)
    ):
        return flat

    def inner(one: LuauType, before: int = 0, after: int = 0, *, broken: bool = False) -> str:
        return luau_type(one, indent + 1, before, after, by_token=by_token, broken=broken)

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
        return between("{", [inner(of.of, broken=isinstance(of.of, ArrayType | MapType))], "}")
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


def _is_whole(of: LuauType) -> bool:
    """StyLua breaks neither a name nor an array of arrays of one."""
    return isinstance(of, str) or (isinstance(of, ArrayType) and _is_whole(of.of))


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
