"""A value of a spec against its type: the Luau value it stands for, or in what it departs from the type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ovhlgen.diagnostics import Span, listed, nearest
from ovhlgen.language.literals import Given, amount
from ovhlgen.language.types import ID, EnumOf, Leaf, Number, Theme
from ovhlgen.luau import NOTHING, MapValue
from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence, to_plain
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import enums
from ovhlgen.model.types import Array, Map, Named, Optional, Type, TypeRef
from ovhlgen.read.validate import describe, renamed
from ovhlgen.resolve.aliases import followed


@dataclass(frozen=True, slots=True)
class Misfit:
    """In what a value departs from its type, where, and in which words; `upon` is where the type stands."""

    kind: Literal["value", "unknown field", "missing field", "theme", "item"]
    span: Span
    args: Dict[str, str]
    suggestion: str | None = None
    upon: tuple[Span, ...] = ()


@dataclass(slots=True)
class Values:
    """Fits values of one module (None: of the shared files) to types, collecting what doesn't fit."""

    project: Project
    module: str | None = None
    misfits: list[Misfit] = field(default_factory=list)

    def fit(self, node: Node, expression: Type) -> Any:
        """The value as Python data for the Luau printer; None where it doesn't fit (and a misfit)."""
        if isinstance(expression, Optional):
            if isinstance(node, Scalar) and node.value is None:
                return NOTHING
            return self.fit(node, expression.inner)
        if isinstance(expression, Named):
            behind, module = followed(self.project, expression, self.module)
            if behind is not expression:
                return Values(self.project, module or self.module, self.misfits).fit(node, behind)
            declared = self.project.type_of(expression, self.module)
            return None if declared is None or declared.kind == "alias" else self.declared(node, declared)
        if isinstance(expression, Array):
            return self.array(node, expression)
        if isinstance(expression, Map):
            return self.map(node, expression)
        return self.leaf(node, expression)

    def wrong(self, node: Node, expected: str, meant: str | None = None) -> None:
        self.misfits.append(Misfit("value", node.span, {"expected": expected, "found": describe(node)}, meant))

    def leaf(self, node: Node, leaf: Leaf) -> Any:
        if isinstance(leaf, Theme):
            self.misfits += self.unknown_theme(node)
        literal = leaf.literal(self.given(node))
        if isinstance(leaf, EnumOf) and literal is not None and isinstance(node, Scalar):
            self.misfits += unknown_item(leaf.enum, node.text, node.span)
        return literal

    def given(self, node: Node) -> Given:
        def wrong(expected: str, meant: str | None) -> None:
            self.wrong(node, expected, meant)

        inner = node.values if isinstance(node, Mapping) else {}
        text = node.text if isinstance(node, Scalar) else None
        return Given(to_plain(node), wrong, text, {key: self.given(value) for key, value in inner.items()})

    def unknown_theme(self, node: Node) -> Iterator[Misfit]:
        text = node.text if isinstance(node, Scalar) else ""
        themes = self.project.themes
        if text not in themes and not self.project.is_broken("theme", text):
            yield Misfit("theme", node.span, {"name": text, "defined": listed(themes)}, nearest(text, themes))

    def array(self, node: Node, array: Array) -> Any:
        if not isinstance(node, Sequence):
            meant = f"[{node.text}]" if isinstance(node, Scalar) and node.value is not None else None
            return self.wrong(node, "a list", meant)
        self.count(node, len(node.items), array.low, array.high, "elements")
        return [self.fit(item, array.inner) for item in node.items]

    def count(self, node: Node, count: int, low: int, high: int | None, what: str) -> None:
        if count < low or (high is not None and count > high):
            self.wrong(node, f"{amount(low, high)} {what} (it has {count})")

    def map(self, node: Node, expression: Map) -> Any:
        if not isinstance(node, Mapping):
            return self.wrong(node, "a mapping")
        self.count(node, len(node.keys), expression.low, expression.high, "entries")
        entries = []
        for key, value in node.items():
            name = self.key(key, expression.key)
            if name is not None:
                entries.append((name, self.fit(value, expression.value)))
        return MapValue(tuple(sorted(entries, key=lambda entry: (isinstance(entry[0], str), entry[0]))))

    def key(self, key: Scalar, expression: Type) -> Any:
        """Mapping keys are texts in YAML: a number is read where the type asks for one."""
        if isinstance(expression, Number) or expression == ID:
            whole = re.fullmatch(r"-?\d{1,17}", key.text)
            return self.fit(Scalar(int(key.text) if whole else key.text, key.text, key.span), expression)
        return self.fit(Scalar(key.text, key.text, key.span), expression)

    def declared(self, node: Node, declared: TypeDecl) -> Any:
        inner = Values(self.project, declared.module or self.module, self.misfits)
        if declared.kind == "enum":
            words = [value.name for value in declared.values]
            text = node.text if isinstance(node, Scalar) else ""
            if text in words:
                return text
            got = describe(node) if not isinstance(node, Scalar) else f"`{text}`"
            self.misfits.append(
                Misfit("value", node.span, {"expected": f"one of {listed(words)}", "found": got}, nearest(text, words))
            )
            return None
        if not isinstance(node, Mapping):
            return self.wrong(node, f"a {declared.key.name}: a mapping")
        if declared.kind == "struct":
            return inner.struct(node, declared.fields, declared.key.name)
        kind = node.get("kind")
        text = kind.text if isinstance(kind, Scalar) else ""
        if text not in declared.members:
            words = list(declared.members)
            at = kind.span if kind is not None else node.span
            args = {"expected": f"`kind:` with one of {listed(words)}", "found": f"`{text}`" if text else "none"}
            self.misfits.append(Misfit("value", at, args, nearest(text, words)))
            return None
        rest = Mapping(
            {k: v for k, v in node.keys.items() if k != "kind"},
            {k: v for k, v in node.values.items() if k != "kind"},
            node.span,
            node.flow,
        )
        return {"kind": text, **inner.struct(rest, declared.members[text][1], text)}

    def struct(self, node: Mapping, fields: Fields, name: str) -> dict[str, Any]:
        needed = [key for key, wanted in fields.items() if wanted.type and not isinstance(wanted.type.type, Optional)]
        meant = renamed(node, fields, needed)
        for key in node.keys.values():
            if key.text not in fields:
                near = meant.get(key.text) or nearest(key.text, fields)
                self.misfits.append(Misfit("unknown field", key.span, {"key": key.text, "known": listed(fields)}, near))
        values = {}
        for key_name, wanted in fields.items():
            value = node.get(key_name)
            if wanted.type is None:
                continue
            if value is None:
                if key_name in needed and key_name not in meant.values():
                    self.misfits.append(
                        Misfit("missing field", node.span, {"key": key_name, "expected": wanted.type.text})
                    )
                continue
            fitted = self.fit(value, wanted.type.type)
            if fitted is not NOTHING:
                values[key_name] = fitted
        return values


def unknown_item(enum: str, name: str, span: Span) -> Iterator[Misfit]:
    """An item that an Enum of Roblox doesn't have; nothing is known of Enums that Roblox hasn't either."""
    items = enums().get(enum)
    if items and name not in items:
        yield Misfit("item", span, {"name": name, "enum": enum}, nearest(name, items))


def misfits(project: Project, node: Node, ref: TypeRef, module: str | None = None) -> Iterator[Misfit]:
    """In what a value departs from a type that is right where it stands."""
    values = Values(project, module)
    values.fit(node, ref.type)
    return (replace(misfit, upon=(ref.span,)) for misfit in values.misfits)
