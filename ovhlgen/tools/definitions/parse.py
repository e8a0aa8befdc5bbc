"""TypeScript declarations → syntax. Generic parameters become what bounds them; what Luau can't say becomes `any`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ovhlgen.tools.definitions.syntax import (
    ANY,
    Alias,
    Array,
    Constant,
    Declaration,
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

_TOKEN = re.compile(
    r"""\s+ | //[^\n]* | /\*.*?\*/
    | (?P<token> "(?:[^"\\]|\\.)*" | `[^`]*` | => | \.\.\. | [A-Za-z_$][\w$]* | -?\d[\w.]* | . )""",
    re.DOTALL | re.VERBOSE,
)
_BY_CLASS = ("Instances", "CreatableInstances", "Services")  # maps from a class's name to its type


class ParseError(Exception):
    """The text isn't what this reader knows; the message holds what stands there."""


def parse(text: str) -> list[Declaration]:
    """Every declaration at the top of a file. Raises ParseError."""
    return list(_Parser(text).declarations())


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [match["token"] for match in _TOKEN.finditer(text) if match["token"]]
        self.at = 0
        self.generics: list[dict[str, Type]] = []

    # -- tokens

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ""

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise ParseError("the file ends in the middle of a declaration")
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def need(self, token: str) -> None:
        if not self.take(token):
            raise ParseError(f"expected {token!r} at {' '.join(self.tokens[self.at : self.at + 8])!r}")

    def skip_block(self) -> None:
        depth = 0
        while True:
            token = self.next()
            depth += (token in ("(", "{", "[")) - (token in (")", "}", "]"))
            if depth == 0:
                return

    # -- declarations

    def declarations(self) -> Iterator[Declaration]:
        while self.peek():
            word = self.next()
            if word == "interface":
                yield self.interface()
            elif word == "type" and self.peek(1) in ("=", "<"):
                name = self.next()
                with_generics = self.open_generics()
                self.need("=")
                yield Alias(name, self.type())
                self.close_generics(with_generics)
            elif word == "const" and self.peek() != "enum":
                name = self.next()
                self.need(":")
                yield Constant(name, self.type())
            elif word in ("namespace", "enum", "const"):
                while self.peek() != "{":
                    self.next()
                self.skip_block()
            elif word == "function":
                while self.next() != ";":
                    pass

    def interface(self) -> Interface:
        name = self.next()
        depth = self.open_generics()
        bases: list[str] = []
        if self.take("extends"):
            while self.peek() != "{":
                bases.append(self.next())
                if self.peek() == "<":
                    self.type_arguments()
                self.take(",")
        found = Interface(name, tuple(bases), self.members())
        self.close_generics(depth)
        return found

    # -- generic parameters

    def open_generics(self) -> int:
        """Reads `<T extends X>` where it stands; the number of scopes before it."""
        before = len(self.generics)
        scope: dict[str, Type] = {}
        self.generics.append(scope)
        if self.take("<"):
            while not self.take(">"):
                name = self.next()
                scope[name] = ANY
                if self.take("extends"):
                    bound = self.type()
                    scope[name] = bound if bound in (Name("string"), Name("Instance")) else ANY
                if self.take("="):
                    self.type()
                self.take(",")
        return before

    def close_generics(self, before: int) -> None:
        del self.generics[before:]

    # -- types

    def type(self) -> Type:
        self.take("|")
        parts = [self.intersection()]
        while self.take("|"):
            parts.append(self.intersection())
        if self.take("extends"):  # a conditional type
            self.type()
            self.need("?")
            self.type()
            self.need(":")
            self.type()
            return ANY
        if self.take("is"):  # a type predicate
            self.type()
            return Name("boolean")
        return parts[0] if len(parts) == 1 else Union(tuple(parts))

    def intersection(self) -> Type:
        self.take("&")
        parts = [self.postfix()]
        while self.take("&"):
            parts.append(self.postfix())
        return parts[0] if len(parts) == 1 else Intersection(tuple(parts))

    def postfix(self) -> Type:
        type_ = self.primary()
        while self.take("["):
            if self.take("]"):
                type_ = Array(type_)
            else:
                self.type()
                self.need("]")
                by_class = isinstance(type_, Name) and type_.name in _BY_CLASS
                type_ = Name("Instance") if by_class else ANY
        return type_

    def primary(self) -> Type:
        if self.peek() == "<" or (self.peek() == "(" and self.begins_parameters()):
            return self.function()
        token = self.next()
        if token == "readonly":
            return self.postfix()
        if token == "keyof":
            self.postfix()
            return Name("string")
        if token in ("typeof", "unique", "infer", "asserts"):
            self.postfix()
            return ANY
        if token == "new" and self.peek() in ("(", "<"):
            return self.function()
        if token == "(":
            inner = self.type()
            self.need(")")
            return inner
        if token == "{":
            self.at -= 1
            return Object(self.members())
        if token == "[":
            return self.several()
        if token[0] in "\"'":
            return Text(token[1:-1])
        if token[0] == "`":
            return Name("string")
        if re.match(r"-?\d", token):
            return Name("number")
        return self.named(token)

    def named(self, name: str) -> Type:
        while self.peek() == "." and self.peek(1) != ".":
            self.next()
            name += "." + self.next()
        args = self.type_arguments() if self.peek() == "<" else ()
        for scope in reversed(self.generics):
            if name in scope:
                return scope[name]
        return Name(name, args)

    def type_arguments(self) -> tuple[Type, ...]:
        self.need("<")
        arguments = []
        while not self.take(">"):
            arguments.append(self.type())
            self.take(",")
        return tuple(arguments)

    def several(self) -> Type:
        elements: list[Type] = []
        while not self.take("]"):
            self.take("...")
            if self.peek(1) == ":" or (self.peek(1) == "?" and self.peek(2) == ":"):
                self.next()
                self.take("?")
                self.need(":")
            element = self.type()
            elements.append(Union((element, Name("undefined"))) if self.take("?") else element)
            self.take(",")
        return Tuple(tuple(elements))

    # -- functions and members

    def begins_parameters(self) -> bool:
        """Whether the `(` ahead opens parameters and not a type in brackets."""
        after = self.peek(2)
        return self.peek(1) in (")", "...") or after == ":" or (after == "?" and self.peek(3) in (":", ",", ")"))

    def function(self) -> Function:
        depth = self.open_generics()
        params = self.params()
        self.need("=>")
        found = Function(params, self.type())
        self.close_generics(depth)
        return found

    def params(self) -> tuple[Parameter, ...]:
        self.need("(")
        parameters = []
        while not self.take(")"):
            is_rest = self.take("...")
            name = self.next()
            is_optional = self.take("?")
            type_ = self.type() if self.take(":") else ANY
            self.take(",")
            parameters.append(Parameter(name, type_, is_optional, is_rest))
        return tuple(parameters)

    def members(self) -> tuple[Member, ...]:
        self.need("{")
        members: list[Member] = []
        while not self.take("}"):
            if self.take(";") or self.take(","):
                continue
            is_readonly = self.peek() == "readonly" and self.peek(1) not in (":", "(", "?") and bool(self.next())
            if self.peek() == "[":
                members += self.index()
            elif self.peek() in ("(", "<"):
                self.signature()  # an object that can be called: Luau has no such type
            else:
                members += self.named_member(is_readonly)
        return tuple(members)

    def index(self) -> list[Member]:
        self.need("[")
        if self.peek(1) not in (":", "in"):  # a computed key
            self.type()
            self.need("]")
            self.take("?")
            self.need(":")
            self.type()
            return []
        is_mapped = self.peek(1) == "in"
        self.next()
        self.next()
        key = self.type()
        self.need("]")
        self.take("?")
        self.need(":")
        return [Index(Name("string") if is_mapped else key, self.type())]

    def named_member(self, is_readonly: bool) -> list[Member]:
        name = self.next().strip('"')
        if name in ("get", "set") and re.match(r"[A-Za-z_]", self.peek()):
            is_getter = name == "get"
            name = self.next()
            self.params()
            of = self.type() if self.take(":") else ANY
            return [Property(name, of, is_readonly=True)] if is_getter else []
        is_optional = self.take("?")
        if self.peek() in ("(", "<"):
            return [Method(name, self.signature())]
        self.need(":")
        return [Property(name, self.type(), is_readonly, is_optional)]

    def signature(self) -> Function:
        depth = self.open_generics()
        params = self.params()
        found = Function(params, self.type() if self.take(":") else ANY)
        self.close_generics(depth)
        return found
