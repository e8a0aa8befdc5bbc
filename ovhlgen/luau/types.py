"""Types as StyLua would lay them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ovhlgen.luau.nodes import (
    Applied,
    ArrayType,
    Arrow,
    Generic,
    Imported,
    LuauType,
    MapType,
    Maybe,
    Overloads,
    Pack,
    Record,
    Union,
)
from ovhlgen.luau.printer import COLUMNS, TAB, comment, key

type Recorder = Callable[[str], str]  # takes the name of each file of which a type is printed, and gives it back


def luau_type(of: LuauType, indent: int = 0, lead: int = 0, tail: int = 0, uses: Recorder = str) -> str:
    """A type as Luau source; the columns as in `literal`. `uses` records the files that it needs."""
    return _Printer(uses).type(of, indent, lead, tail)


def fits_overload(of: Arrow) -> bool:
    """Whether a function type stands on a line of its own among Overloads."""
    printer = _Printer()
    return printer.flat(of) is not None and TAB + len("& ") + len(printer.overload(of)) <= COLUMNS


def declare(name: str, type_: LuauType, uses: Recorder = str) -> str:
    """`export type Name = …`."""
    if isinstance(type_, Generic):
        return declare(f"{name}{_generics(type_.params)}", type_.body, uses)
    head, printer = f"export type {name} =", _Printer(uses)
    flat = printer.flat(type_)
    if isinstance(type_, Overloads):
        if len(type_.arrows) == 1:
            return declare(name, type_.arrows[0], uses)
        below = "\n\t& ".join(map(printer.overload, type_.arrows))
        return f"{head} {flat}" if len(f"{head} {flat}") <= COLUMNS else f"{head}\n\t{below}"
    is_empty = isinstance(type_, Record) and not type_.fields
    is_one_piece = is_empty or (flat is not None and not isinstance(type_, Union | Arrow | Record | MapType))
    if is_one_piece and len(head) + 1 + len(str(flat)) > COLUMNS:
        return f"{head}\n\t{printer.type(type_, 1)}"
    lead = len(head) + 1
    text = printer.type(type_, 0, lead)
    if text.startswith("\n"):
        return head + text
    measured = f"{head} {printer.type(type_, 0, lead, by_token=True)}"
    if any(len(line) > COLUMNS for line in measured.split("\n")):
        return f"{head}\n\t{printer.type(type_, 1)}"
    return f"{head} {text}"


@dataclass(frozen=True, slots=True)
class _Printer:
    uses: Recorder = str

    def type(
        self,
        type_: LuauType,
        indent: int = 0,
        lead: int = 0,
        tail: int = 0,
        *,
        by_token: bool = False,
        broken: bool = False,
    ) -> str:
        """`by_token` gives the text whose lines StyLua measures where it decides on a break after `=`: it writes a
        pair of brackets down before what stands between them.
        """
        flat = self.flat(type_)
        if (
            flat is not None
            and (_is_whole(type_) or not broken)
            and (_is_whole(type_) or TAB * indent + lead + len(flat) + tail <= COLUMNS)
        ):
            return flat

        def inner(part: LuauType, before: int = 0, after: int = 0, *, broken: bool = False) -> str:
            return self.type(part, indent + 1, before, after, by_token=by_token, broken=broken)

        def between(opening: str, lines: list[str], closing: str) -> str:
            body = "".join("\t" * (indent + 1) + line + "\n" for line in lines)
            end = "\t" * indent + closing
            return f"{opening}\n{end}{body}" if by_token else f"{opening}\n{body}{end}"

        if isinstance(type_, Maybe):
            return f"{self.type(type_.inner, indent, lead, tail + 1, by_token=by_token)}?"
        if isinstance(type_, Record):
            notes = dict(type_.notes)
            lines = []
            for name, field_type in type_.fields:
                if name in notes:
                    lines.append("" if by_token else f"-- {comment(notes[name])}")
                written = key(name)
                lines.append(f"{written}: {inner(field_type, len(written) + 2, 1)},")
            return between("{", lines, "}")
        if isinstance(type_, ArrayType):
            return between("{", [inner(type_.element, broken=isinstance(type_.element, ArrayType | MapType))], "}")
        if isinstance(type_, MapType):
            name = self.type(type_.key)
            return between("{", [f"[{name}]: {inner(type_.value, len(name) + 4, 1)},"], "}")
        if isinstance(type_, Union):
            first, *rest = (inner(member, 2) for member in type_.members)
            start = "\t" * (indent + 1)
            return "\n".join(["", f"{start}{first}", *(f"{start}| {member}" for member in rest)])
        if isinstance(type_, Pack):
            return between("(", _separated([inner(result, 0, 1) for result in type_.results]), ")")
        assert isinstance(type_, Arrow)
        params = _separated([f"{name}: {inner(param, len(name) + 2, 1)}" for name, param in type_.params])
        returns = "()" if type_.returns is None else self.type(type_.returns, indent, len(") -> "), by_token=by_token)
        return f"{between(f'{_generics(type_.generics)}(', params, ')')} -> {returns}"

    def flat(self, type_: LuauType) -> str | None:
        """On one line; None where it must be broken."""
        match type_:
            case str():
                return type_
            case Imported():
                return f"{self.uses(type_.file)}.{type_.name}"
            case Record():
                return None if type_.fields else "{}"
            case ArrayType():
                inner = self.flat(type_.element)
                return None if inner is None else f"{{ {inner} }}"
            case MapType():
                name, value = self.flat(type_.key), self.flat(type_.value)
                return None if name is None or value is None else f"{{ [{name}]: {value} }}"
            case Maybe():
                inner = self.flat(type_.inner)
                if inner is None:
                    return None
                return f"({inner})?" if isinstance(type_.inner, Union | Arrow) else f"{inner}?"
            case Applied():
                args = self._all(type_.args)
                return None if args is None else f"{self.flat(type_.generic)}<{', '.join(args)}>"
            case Union():
                parts = self._all(type_.members)
                return None if parts is None else " | ".join(parts)
            case Pack():
                parts = self._all(type_.results)
                return None if parts is None else f"({', '.join(parts)})"
            case Overloads():
                return " & ".join(map(self.overload, type_.arrows))
        assert isinstance(type_, Arrow)
        params = self._all(param for _, param in type_.params)
        returns = "()" if type_.returns is None else self.flat(type_.returns)
        if returns is None or params is None:
            return None
        written = (f"{name}: {param}" for (name, _), param in zip(type_.params, params, strict=True))
        return f"{_generics(type_.generics)}({', '.join(written)}) -> {returns}"

    def overload(self, of: LuauType) -> str:
        return f"({self.flat(of)})" if isinstance(of, Arrow) else str(self.flat(of))

    def _all(self, of: Iterable[LuauType]) -> list[str] | None:
        parts = [self.flat(one) for one in of]
        found = [part for part in parts if part is not None]
        return found if len(found) == len(parts) else None


def _is_whole(of: LuauType) -> bool:
    """StyLua breaks neither a name nor an array of arrays of one."""
    return isinstance(of, str | Imported | Applied) or (isinstance(of, ArrayType) and _is_whole(of.element))


def _separated(lines: list[str]) -> list[str]:
    """The lines with a comma behind each but the last."""
    return [*(f"{line}," for line in lines[:-1]), *lines[-1:]]


def _generics(params: Iterable[str]) -> str:
    written = ", ".join(params)
    return f"<{written}>" if written else ""
