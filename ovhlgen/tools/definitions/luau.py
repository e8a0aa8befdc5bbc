"""Syntax → Luau types and declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from ovhlgen.luau import KEYWORDS
from ovhlgen.tools.definitions.syntax import (
    Array,
    Function,
    Index,
    Interface,
    Intersection,
    Member,
    Method,
    Name,
    Object,
    Parameter,
    Property,
    Text,
    Tuple,
    Type,
    Union,
)

_ALIASES = {
    "void": "()",
    "undefined": "nil",
    "null": "nil",
    "object": "any",
    "defined": "any",
    "symbol": "any",
    "bigint": "any",
    "this": "any",
    "Callback": "(...any) -> ...any",
    "Function": "(...any) -> ...any",
    "ContentId": "string",
    "BinaryString": "string",
    "SharedString": "string",
    "ProtectedString": "string",
    "RBXObject": "Object",
}
ALIASES = frozenset(_ALIASES)
_BUILT_IN = frozenset(["string", "number", "boolean", "unknown", "any", "never", "thread", "buffer", "true", "false"])
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_NOMINAL = "_nominal_"  # members by which TypeScript tells classes of one shape apart


class Writer:
    """Writes types; a name that isn't in `known` is `any`."""

    def __init__(self, known: Set[str]) -> None:
        self.known = known

    # -- types

    def value(self, type_: Type) -> str:
        """Where one value stands: several, or none, are `any` there."""
        text = self.type(type_)
        return "any" if text == "()" or isinstance(type_, Tuple) else text

    def returns(self, type_: Type) -> str:
        """Where a function's results stand."""
        if isinstance(type_, Tuple):
            return f"({', '.join(self.value(part) for part in type_.members)})"
        if isinstance(type_, Name) and type_.name == "LuaTuple":
            return self.returns(type_.args[0]) if isinstance(type_.args[0], Tuple) else "(...any)"
        if isinstance(type_, Union) and any(self._is_pack(part) for part in type_.members):
            return "(...any)"
        text = self.type(type_)
        return f"({text})" if "->" in text else text

    def _is_pack(self, of: Type) -> bool:
        return isinstance(of, Tuple) or (isinstance(of, Name) and of.name == "LuaTuple")

    def type(self, type_: Type) -> str:
        match type_:
            case Name():
                return self.named(type_)
            case Text():
                return f'"{type_.value}"'
            case Union():
                return self.union(type_)
            case Intersection():
                return self.intersection(type_)
            case Array():
                return f"{{ {self.value(type_.element)} }}"
            case Tuple():
                return "any"
            case Function():
                return self.function(type_.params, type_.returns)
            case Object():
                return self.table(type_.members)

    def union(self, of: Union) -> str:
        parts = list(dict.fromkeys(self.type(one) for one in of.members))
        if "any" in parts or any(self._is_pack(one) for one in of.members):
            return "any"
        kept = [part for part in parts if part not in ("nil", "()")]
        if {"true", "false"} <= set(kept):
            kept = [part for part in kept if part not in ("true", "false")] + ["boolean"]
        if len(kept) > 1:
            kept = [f"({part})" if _is_compound(part) else part for part in kept]
        text = " | ".join(kept) or "nil"
        return _optional(text) if "nil" in parts else text

    def intersection(self, of: Intersection) -> str:
        parts = list(dict.fromkeys(self.type(one).removesuffix("?") for one in of.members))
        if "any" in parts:
            return "any"
        return " & ".join(f"({part})" if "|" in part or "->" in part else part for part in parts)

    def named(self, of: Name) -> str:
        name, args = of.name, of.args
        if name in _ALIASES:
            return _ALIASES[name]
        if name.startswith("Enum."):
            return "Enum" + name.split(".")[1]
        if name in ("Array", "ReadonlyArray", "Iterable"):
            return f"{{ {self.value(args[0]) if args else 'any'} }}"
        if name in ("Set", "ReadonlySet"):
            return f"{{ [{self.value(args[0]) if args else 'any'}]: boolean }}"
        if name in ("Map", "ReadonlyMap", "Record", "WeakMap"):
            return f"{{ [{self.value(args[0])}]: {self.value(args[1])} }}"
        if name in ("CastsToEnum", "Readonly", "NonNullable", "Strict"):
            return self.type(args[0])
        if name == "RBXScriptSignal":
            return f"RBXScriptSignal<{self._signal(args)}>"
        return name if name in _BUILT_IN or name in self.known else "any"

    def _signal(self, args: tuple[Type, ...]) -> str:
        """The values that a signal gives: the parameters of its callback."""
        if not args or not isinstance(args[0], Function):
            return "...any"
        return f"({', '.join(self._rest(one) if one.is_rest else self._param(one) for one in args[0].params)})"

    # -- functions

    def _param(self, of: Parameter) -> str:
        text = self.value(of.type)
        return _optional(text) if of.is_optional else text

    def _rest(self, of: Parameter) -> str:
        of_each = _element(of.type)
        inner = self.value(of_each) if of_each else "any"
        return f"...{'any' if inner == 'unknown' else inner}"

    def params(self, parameters: Iterable[Parameter]) -> str:
        written = []
        for parameter in parameters:
            name = f"{parameter.name}_" if parameter.name in KEYWORDS else parameter.name
            written.append(self._rest(parameter) if parameter.is_rest else f"{name}: {self._param(parameter)}")
        return ", ".join(written)

    def function(self, params: Iterable[Parameter], returns: Type) -> str:
        return f"({self.params(params)}) -> {self.returns(returns)}"

    # -- objects

    def table(self, members: Iterable[Member]) -> str:
        fields: list[str] = []
        methods: dict[str, list[str]] = {}
        for member in members:
            match member:
                case Index():
                    fields.append(f"[{self.value(member.key)}]: {self.value(member.value)}")
                case Property() if not member.name.startswith(_NOMINAL):
                    fields.append(f"{_read(member)}{_key(member.name)}: {self._property(member)}")
                case Method():
                    methods.setdefault(member.name, []).append(self._method(member))
        for name, overloads in methods.items():
            many = " & ".join(f"({member})" for member in overloads)
            fields.append(f"{_key(name)}: {overloads[0] if len(overloads) == 1 else many}")
        return f"{{ {', '.join(fields)} }}"

    def _method(self, method: Method) -> str:
        """`this` is the receiver; without a type it says that there is none."""
        params = [
            parameter
            for parameter in method.type.params
            if parameter.name != "this" or self.type(parameter.type) not in ("()", "any")
        ]
        renamed = [
            Parameter("self", parameter.type, parameter.is_optional, parameter.is_rest)
            if parameter.name == "this"
            else parameter
            for parameter in params
        ]
        return self.function(renamed, method.type.returns)

    def _property(self, of: Property) -> str:
        text = self.value(of.type)
        return _optional(text) if of.is_optional else text

    def extern(self, name: str, base: str | None, members: Iterable[Member], operators: Iterable[str] = ()) -> str:
        """A class: `declare extern type Part extends BasePart with …`."""
        lines = [f"declare extern type {name}{f' extends {base}' if base else ''} with"]
        seen: set[str] = set()
        for member in members:
            if isinstance(member, Index) or member.name.startswith(_NOMINAL) or not _IDENTIFIER.fullmatch(member.name):
                continue
            if isinstance(member, Method):
                lines.append(
                    f"\tfunction {member.name}({self._receiving(member)}): {self.returns(member.type.returns)}"
                )
            elif member.name not in seen:
                seen.add(member.name)
                lines.append(f"\t{_read(member)}{member.name}: {self._property(member)}")
        lines += [f"\tfunction {operator}" for operator in operators]
        return "\n".join([*lines, "end"])

    def _receiving(self, of: Method) -> str:
        params = [one for one in of.type.params if one.name != "this"]
        text = self.params(params)
        if params and params[-1].is_rest:  # a declared function writes `...: any`, a type `...any`
            head = self.params(params[:-1])
            text = ", ".join(filter(None, [head, f"...: {self._rest(params[-1])[3:]}"]))
        return f"self, {text}" if text else "self"


def is_nominal(of: Interface) -> bool:
    """Whether the interface stands for a class and not for a table of some shape."""
    return any(not isinstance(one, Index) and one.name.startswith(_NOMINAL) for one in of.members)


def _element(type_: Type) -> Type | None:
    """What an array holds."""
    if isinstance(type_, Name) and type_.name in ("Array", "ReadonlyArray") and type_.args:
        return type_.args[0]
    return type_.element if isinstance(type_, Array) else None


def _read(of: Property) -> str:
    return "read " if of.is_readonly else ""


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) and name not in KEYWORDS else f'["{name}"]'


def _is_compound(text: str) -> bool:
    """Whether it needs brackets inside a union."""
    return ("->" in text or "&" in text) and not text.startswith("{")


def _optional(text: str) -> str:
    if text.endswith("?") or text in ("any", "nil", "unknown"):
        return text
    return f"({text})?" if re.search(r"->|[|&]", text) else f"{text}?"
