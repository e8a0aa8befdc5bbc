"""A hand-written parser of type expressions, with positions inside the string."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ovhlgen.diagnostics import Diagnostic, Span
from ovhlgen.language.types import LEAVES, InstanceOf, Leaf, Number, Sized, enum_of, instance_of
from ovhlgen.model.types import MAX_NESTING, Array, Map, Named, Optional, Type, TypeRef, nesting
from ovhlgen.read.guess import of_type

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?(?:\d+(?:\.(?!\.)\d*)?|\.(?!\.)\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<dots>\.\.)|(?P<mark>[().,\[\]?=]))"
)


class _Wrong(Exception):
    def __init__(self, code: str, start: int, end: int, *, suggestion: str | None = None, **args: str) -> None:
        super().__init__(code)
        self.code, self.start, self.end, self.args_ = code, start, end, args
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse_type(text: str, span: Span) -> TypeRef | Diagnostic:
    """The expression, or one finding at the character where it goes wrong (E0301, E0305)."""
    try:
        return TypeRef(_parsed(text), text, span)
    except _Wrong as wrong:
        at = span.within(wrong.start, wrong.end)
        return Diagnostic(wrong.code, at, {"type": text, **wrong.args_}, wrong.suggestion or _rewritten(text))


def _parsed(text: str) -> Type:
    parser = _Parser(text)
    parsed = parser.type(0)
    parser.end()
    if nesting(parsed) > MAX_NESTING:
        expected = f"at most {MAX_NESTING} levels of nesting"
        raise _Wrong("E0301", 0, len(text), expected=expected, found=str(nesting(parsed)))
    return parsed


MAX_REWRITTEN = 200  # characters: the patterns take a time that grows with the square of the text

# Notations of other languages, and ours.
_REWRITES = (
    (r"([(\[])\s*(-?[\d.]+)\s*(?:-|,|:|\.\.\.|to|sampai)\s*([\d.]+)\s*([)\]])", r"\1\2..\3\4"),
    (r"(?i)map\s*<(.+)>", r"map(\1)"),
    (r"(?i)(?:array|list)\s*[<(](.+)[>)]|\{\s*([\w.]+)\s*\}", r"\1\2[]"),
    (r"(?i)optional\s*[<(](.+)[>)]|(.+?)\s*(?:\||or)\s*(?:nil|null|none)", r"\1\2?"),
    (r"([\w.]+)<(.+)>", r"\1(\2)"),
    (r"^\?\s*(.+)$|^(?i:optional|opsional)\s+(.+)$|^(.+?)\s+(?i:optional|opsional)$", r"\1\2\3?"),
    (r"(?i)^\[\s*([^\[\]]+)\]$|^(?:list|array|daftar)\s+(?:of\s+)?(.+)$|^(.+?)\s+(?:list|array)$", r"\1\2\3[]"),
    (r"\{\s*\[?\s*([\w.]+)\s*\]?\s*:\s*([\w.()]+)\s*\}", r"map(\1, \2)"),
    (r"(?<=\d)[.,_](?=\d{3}(?!\d))", ""),
)


def _rewritten(text: str) -> str | None:
    """The type that was meant in another language's notation; none for texts that nobody wrote by hand."""
    if len(text) > MAX_REWRITTEN:
        return None
    for pattern, ours in _REWRITES:
        rewritten = re.sub(pattern, ours, text)
        if rewritten != text:
            try:
                _parsed(rewritten)
            except _Wrong:
                continue
            return rewritten
    return None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[_Token] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                at = end - len(text[at:end].lstrip())
                raise _Wrong("E0301", at, at + 1, expected="a type", found=f"`{text[at]}`")
            kind = match.lastgroup
            self.tokens.append(_Token(kind, match.group(kind), match.start(kind), match.end(kind)))
            at = match.end()
        self.tokens.append(_Token("end", "the end", len(text), len(text) + 1))
        self.next = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.token
        self.next += 1
        return token

    def accept(self, text: str) -> bool:
        if self.token.kind in ("mark", "dots") and self.token.text == text:
            self.next += 1
            return True
        return False

    def wrong(self, expected: str) -> _Wrong:
        token = self.token
        got = token.text if token.kind == "end" else f"`{token.text}`"
        return _Wrong("E0301", token.start, token.end, expected=expected, found=got)

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.wrong(f"`{text}`")

    def end(self) -> None:
        if self.token.kind != "end":
            raise self.wrong("the end of the type")

    def type(self, depth: int) -> Type:
        if depth > MAX_NESTING:
            raise self.wrong(f"at most {MAX_NESTING} levels of nesting")
        parsed = self.base(depth)
        while True:
            start = self.token.start
            if self.accept("?"):
                if isinstance(parsed, Optional):
                    raise _Wrong("E0301", start, start + 1, expected="one `?`", found="two")
                parsed = Optional(parsed)
            elif self.accept("["):
                if isinstance(parsed, Optional):
                    raise _Wrong(
                        "E0301",
                        start,
                        start + 1,
                        expected="elements that are always there",
                        found="`?` before `[`",
                    )
                low, high = self.count("]")
                self.expect("]")
                parsed = Array(parsed, low, high)
            else:
                return parsed

    def name(self, expected: str) -> _Token:
        if self.token.kind != "name":
            raise self.wrong(expected)
        return self.take()

    def base(self, depth: int) -> Type:
        token = self.name("a type")
        word = token.text
        if word in LEAVES:
            return self.limited(LEAVES[word])
        if word == "map":
            return self.map(depth)
        if word == "Instance":
            return self.instance()
        if word == "Enum":
            self.expect(".")
            return enum_of(self.name("the name of an Enum").text)
        if self.accept("."):
            inner = self.name("the name of a type")
            return Named(word, inner.text, token.start, inner.end)
        meant = of_type(word) if self.token.text == "(" else None
        if meant:  # no name of a spec's takes `(…)`
            raise _Wrong("E0302", token.start, token.end, suggestion=meant, name=word, defined="–")
        return Named(None, word, token.start, token.end)

    def limited(self, leaf: Leaf) -> Leaf:
        """A leaf type with the limits behind it."""
        if isinstance(leaf, Number):
            return self.numeric(leaf)
        if isinstance(leaf, Sized) and self.accept("("):
            low, high = self.count(")")
            self.expect(")")
            return replace(leaf, low=low, high=high)
        return leaf

    def map(self, depth: int) -> Map:
        self.expect("(")
        key = self.type(depth + 1)
        self.expect(",")
        start = self.token.start
        value = self.type(depth + 1)
        if isinstance(value, Optional):
            raise _Wrong(
                "E0301",
                start,
                self.token.start,
                expected="values that are always there",
                found="`?` in a map's value",
            )
        low, high = 0, None
        if self.accept(","):
            low, high = self.count(")")
        self.expect(")")
        return Map(key, value, low, high)

    def instance(self) -> InstanceOf:
        self.expect("(")
        class_name = self.name("the name of a class").text
        path: str | None = None
        if self.accept(","):
            parts = [self.name("a path such as Workspace.Stages").text]
            while self.accept("."):
                parts.append(self.name("a name").text)
            path = ".".join(parts)
        self.expect(")")
        return instance_of(class_name, path)

    def number(self) -> float | int | None:
        if self.token.kind != "number":
            return None
        text = self.take().text
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)

    def range(self) -> tuple[float | int | None, float | int | None, _Token]:
        first = self.token
        low = self.number()
        if not self.accept(".."):
            if low is None:
                raise self.wrong("a range such as `1..32`")
            return low, low, first
        high = self.number()
        if low is not None and high is not None and low > high:
            last = self.tokens[self.next - 1]
            raise _Wrong("E0305", first.start, last.end, reason=f"{low} is above {high}")
        return low, high, first

    def count(self, close: str) -> tuple[int, int | None]:
        """A range of lengths; `[]` alone has no limits."""
        if self.token.text == close:
            return 0, None
        low, high, first = self.range()
        last = self.tokens[self.next - 1]
        for bound in (low, high):
            if bound is not None and (not isinstance(bound, int) or bound < 0 or bound > 2**31 - 1):
                raise _Wrong("E0305", first.start, last.end, reason=f"{bound} is no length (a whole number from 0 on)")
        return int(low or 0), None if high is None else int(high)

    def numeric(self, leaf: Number) -> Number:
        if not self.accept("("):
            return leaf
        low, high, first = self.range()
        last = self.tokens[self.next - 1]
        for bound in (low, high):
            if bound is None:
                continue
            if leaf.whole and not isinstance(bound, int):
                raise _Wrong("E0305", first.start, last.end, reason=f"{bound} isn't a whole number")
            if not leaf.low <= bound <= leaf.high:
                ends = f"{leaf.low} to {leaf.high}" if leaf.whole else f"{leaf.low:.4g} to {leaf.high:.4g}"
                raise _Wrong("E0305", first.start, last.end, reason=f"{bound} is no {leaf.name} ({ends})")
        step: float | None = None
        if self.accept(","):
            word = self.name("`step=`")
            if word.text != "step":
                raise _Wrong("E0301", word.start, word.end, expected="`step=`", found=f"`{word.text}`")
            self.expect("=")
            start = self.token
            step = self.number()
            if step is None:
                raise self.wrong("a number")
            is_fraction = leaf.whole and not isinstance(step, int)
            if step <= 0 or low is None or high is None or step > high - low or is_fraction:
                reason = "a step is above 0, at most the whole range, and needs both ends"
                raise _Wrong("E0305", start.start, start.end, reason=reason)
        self.expect(")")
        return replace(leaf, low=leaf.low if low is None else low, high=leaf.high if high is None else high, step=step)
