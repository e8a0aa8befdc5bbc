"""YAML 1.2, core schema, over libyaml's events: plain trees in which every key and value has its place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from ovhlgen.diagnostics import Diagnostic, Source, Span, problem
from ovhlgen.model.node import Mapping, Node, Plain, Scalar, Sequence
from ovhlgen.read import slips

if not yaml.__with_libyaml__:
    raise ImportError("this PyYAML was built without libyaml, whose marks and speed ovhlgen needs")

MAX_DEPTH = 40
MAX_NODES = 200_000


class _Refused(Exception):
    """Carries the finding that ends the reading of one file."""

    def __init__(self, found: Diagnostic) -> None:
        super().__init__(found.code)
        self.found = found


def read_yaml(source: Source) -> tuple[Node | None, list[Diagnostic]]:
    """The tree of a file, or the findings that say why there is none."""
    if not source.text.strip():
        return None, [problem("E0002", source.span)]
    composer = _Composer(source)
    try:
        node = composer.document()
    except _Refused as refused:
        return None, [*composer.problems, refused.found]
    except yaml.YAMLError as error:
        return None, [*composer.problems, slips.of_syntax(source, error)]
    return (None if composer.problems else node), composer.problems


class _Composer:
    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.lines = source.text.split("\n")
        self.problems: list[Diagnostic] = []
        self.count = 0
        self.events: Iterator[Any] = yaml.parse(source.text, Loader=yaml.CSafeLoader)

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent) and node is not None:
                raise _Refused(problem("E0011", self.span(event)))
            if isinstance(event, yaml.NodeEvent):
                node = self.node(event, 1)
        if node is None:
            raise _Refused(problem("E0002", Span(self.path)))
        return node

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(self.path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def node(self, event: Any, depth: int) -> Node:
        span = self.span(event)
        self.count += 1
        if self.count > MAX_NODES:
            raise _Refused(problem("E0004", span, what=f"{MAX_NODES:,} nodes"))
        if depth > MAX_DEPTH:
            raise _Refused(problem("E0004", span, what=f"{MAX_DEPTH} levels"))
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(problem("E0006", span, what=f"alias `*{event.anchor}`"))
        if event.anchor is not None:
            raise _Refused(problem("E0006", span, what=f"anchor `&{event.anchor}`"))
        if event.tag is not None:
            raise _Refused(problem("E0006", span, what=f"tag `{event.tag}`"))
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, span)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(span, depth)
        return self.mapping(event, span, depth)

    def scalar(self, event: Any, span: Span) -> Scalar:
        if not event.style:
            slip = (
                slips.after_nothing(self.path, self.lines, span.line - 1, span.column - 1) if not event.value else None
            )
            self.problems += [slip] if slip else []
            try:
                return Scalar(core_value(event.value), event.value, span)
            except OverflowError:
                self.problems.append(problem("E0015", span, number=event.value[:40]))
                return Scalar(None, event.value, span)
        if event.style in ("'", '"') and span.line == span.end_line:
            span = Span(span.file, span.line, span.column + 1, span.end_line, span.end_column - 1)
        return Scalar(event.value, event.value, span)

    def sequence(self, span: Span, depth: int) -> Sequence:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, depth + 1))
            # `[1,200]` may be two numbers; `[1,000]` is one.
            whole = slips.joined(items[-2], items[-1]) if len(items) > 1 else None
            if whole and whole.text[-3] == "0":
                items[-2:] = [self.cut(whole)]
        return Sequence(tuple(items), span)

    def cut(self, number: Scalar) -> Scalar:
        """Says that its comma has cut a number, once for all of its commas."""
        diagnostic = slips.cut_number(number)
        before = self.problems[-1] if self.problems else None
        if before and (before.span.line, before.span.column) == (diagnostic.span.line, diagnostic.span.column):
            self.problems.pop()
        self.problems.append(diagnostic)
        return number

    def mapping(self, start: Any, span: Span, depth: int) -> Mapping:
        keys: dict[str, Scalar] = {}
        values: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise _Refused(problem("E0005", key.span, reason="a key must be a plain text"))
            value = self.node(next(self.events), depth + 1)
            last = next(reversed(values), "")
            whole = slips.joined(values.get(last), key) if start.flow_style else None
            if whole and isinstance(value, Scalar) and not value.text:
                values[last] = self.cut(whole)
                continue
            if key.text in keys:
                first = keys[key.text].span
                self.problems.append(
                    problem("E0007", key.span, key=key.text, first=first.line, related=[(first, "first")])
                )
                continue
            keys[key.text] = key
            values[key.text] = value
        if start.flow_style:
            self.problems += slips.torn(keys, values)
        return Mapping(keys, values, span, bool(start.flow_style))


_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_MAX_DIGITS = 400  # of a number that Luau can hold; longer ones are slow to convert


def core_value(text: str) -> Plain:
    """What the YAML 1.2 core schema makes of an unquoted scalar (section 10.3.2).

    Raises OverflowError for a number that no float holds: in the game it would be infinite.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INFINITE.fullmatch(text):
        return float("-inf" if text[0] == "-" else "inf")
    for form, base in ((_INT, 10), (_OCTAL, 8), (_HEX, 16)):
        if form.fullmatch(text):
            return _whole(text, base)
    if len(text) <= _MAX_DIGITS and _FLOAT.fullmatch(text):
        return _finite(float(text))
    return text


def _whole(text: str, base: int) -> int:
    if len(text) > _MAX_DIGITS:
        raise OverflowError
    value = int(text, base)
    _finite(float(value))
    return value


def _finite(value: float) -> float:
    if math.isinf(value):
        raise OverflowError
    return value
