"""A value of a spec against its type: the Luau value it stands for, or findings at its place."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from ovhlgen.diagnostics import Diagnostic, Span, listed, nearest, problem
from ovhlgen.luau import Call, Construct, MapValue, Product
from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import enums
from ovhlgen.model.types import (
    MAX_ID,
    Array,
    Boolean,
    Buffer,
    Datatype,
    EnumOf,
    Identity,
    InstanceOf,
    Map,
    Named,
    Number,
    Optional,
    Text,
    Type,
    TypeRef,
)
from ovhlgen.read import guess
from ovhlgen.read.validate import describe, renamed
from ovhlgen.resolve.aliases import followed

NOTHING = Construct("nil")


@dataclass(slots=True)
class Values:
    """Fits values of one module (None: of the shared files) to types, collecting findings."""

    project: Project
    module: str | None = None
    problems: list[Diagnostic] = field(default_factory=list)

    def fit(self, node: Node, of: Type) -> Any:
        """The value as Python data for the Luau printer; None where it doesn't fit (and a finding)."""
        if isinstance(of, Optional):
            if isinstance(node, Scalar) and node.value is None:
                return NOTHING
            return self.fit(node, of.of)
        if isinstance(of, Named):
            behind, module = followed(self.project, of, self.module)
            if behind is not of:
                return Values(self.project, module or self.module, self.problems).fit(node, behind)
            declared = self.project.type_of(of, self.module)
            return None if declared is None or declared.kind == "alias" else self.declared(node, declared)
        if isinstance(of, Array):
            return self.array(node, of)
        if isinstance(of, Map):
            return self.map(node, of)
        if isinstance(of, Datatype):
            return self.datatype(node, of.name)
        return self.simple(node, of)

    def wrong(self, node: Node, expected: str, meant: str | None = None) -> None:
        self.problems.append(problem("E0306", node.span, expected=expected, found=describe(node), suggestion=meant))

    def simple(self, node: Node, of: Type) -> Any:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(of, Boolean):
            meant = guess.boolean(node.text) if isinstance(node, Scalar) else None
            return value if isinstance(value, bool) else self.wrong(node, "true or false", meant)
        if isinstance(of, Number):
            return self.number(node, of)
        if isinstance(of, Identity):
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_ID:
                return value
            is_quoted = isinstance(value, str) and re.fullmatch(r"-?\d+", value)
            meant = str(value) if is_quoted else guess.grouped(node.text) if isinstance(node, Scalar) else None
            return self.wrong(node, "an id: a whole number", meant)
        if isinstance(of, Text):
            return self.text(node, of)
        if isinstance(of, Buffer):
            return self.buffer(node, of)
        if isinstance(of, EnumOf):
            if isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", value):
                self.problems += unknown_item(of.name, value, node.span)
                return Construct(f"Enum.{of.name}.{value}")
            item = re.fullmatch(rf"Enum\.{of.name}\.(\w+)", value) if isinstance(value, str) else None
            return self.wrong(node, f"an item of Enum.{of.name}, by its name", item.group(1) if item else None)
        assert isinstance(of, InstanceOf)
        return self.wrong(node, "no literal: an Instance has none")

    def number(self, node: Node, of: Number) -> Any:
        value = node.value if isinstance(node, Scalar) else None
        what = "a whole number" if of.whole else "a number"
        digits = guess.grouped(node.text) if isinstance(node, Scalar) else None
        if digits and (isinstance(value, str) or (of.whole and isinstance(value, float))):
            return self.wrong(node, f"{what} without a sign between its digits", digits)
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            is_quoted = isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)
            return self.wrong(node, what, str(value) if is_quoted else None)
        if of.whole and not (isinstance(value, int) or value.is_integer()):
            return self.wrong(node, what)
        if not of.low <= value <= of.high:
            return self.wrong(node, f"{what} from {of.low} to {of.high}")
        return int(value) if of.whole else value

    def text(self, node: Node, of: Text) -> Any:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            meant = f'"{node.text}"' if isinstance(node, Scalar) and node.value is not None else None
            return self.wrong(node, "a text (a number or true needs quotes)", meant)
        count = len(node.value)
        if any("\ud800" <= character <= "\udfff" for character in node.value):
            return self.wrong(node, "a text of valid characters")
        if count < of.low or (of.high is not None and count > of.high):
            return self.wrong(node, f"a text of {_amount(of.low, of.high)} characters (it has {count})")
        return node.value

    def buffer(self, node: Node, of: Buffer) -> Any:
        text = node.value if isinstance(node, Scalar) else None
        if not isinstance(text, str) or not text.startswith("base64:"):
            return self.wrong(node, "a buffer such as `base64:AAEC`")
        try:
            data = base64.b64decode(text.removeprefix("base64:"), validate=True)
        except binascii.Error:
            return self.wrong(node, "valid base64 after `base64:`")
        if len(data) < of.low or (of.high is not None and len(data) > of.high):
            return self.wrong(node, f"a buffer of {_amount(of.low, of.high)} bytes (it has {len(data)})")
        escaped = "".join(f"\\x{byte:02x}" for byte in data)
        return Call("buffer.fromstring", (Construct(f'"{escaped}"'),))

    def datatype(self, node: Node, name: str) -> Any:
        if name == "theme":
            return self.theme(node)
        if name == "any":
            return self.anything(node)
        if name == "Player":
            return self.wrong(node, "no literal: a Player has none")
        maker = getattr(self, f"make_{name.lower()}")
        return maker(node)

    def theme(self, node: Node) -> Any:
        text = node.text if isinstance(node, Scalar) else ""
        themes = self.project.themes
        if text in themes or self.project.is_broken("theme", text):
            return text
        self.problems.append(
            problem("E0416", node.span, name=text, defined=listed(themes), suggestion=nearest(text, themes))
        )
        return None

    def anything(self, node: Node) -> Any:
        if isinstance(node, Scalar):
            return NOTHING if node.value is None else node.value
        if isinstance(node, Sequence):
            return [self.anything(item) for item in node.items]
        return {key: self.anything(value) for key, value in node.values.items()}

    def numbers(self, node: Node, count: int, form: str) -> list[float] | None:
        items = node.items if isinstance(node, Sequence) else ()
        found = [item.value for item in items if isinstance(item, Scalar)]
        fine = [v for v in found if isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)]
        if len(items) != count or len(fine) != count:
            self.wrong(node, form)
            return None
        return [float(v) for v in fine]

    def make_vector2(self, node: Node) -> Any:
        parts = self.numbers(node, 2, "a Vector2 such as `[1, 2]`")
        return parts and Call("Vector2.new", tuple(parts))

    def make_vector3(self, node: Node) -> Any:
        parts = self.numbers(node, 3, "a Vector3 such as `[1, 2, 3]`")
        return parts and Call("Vector3.new", tuple(parts))

    def make_udim2(self, node: Node) -> Any:
        parts = self.numbers(node, 4, "a UDim2 such as `[0.5, 0, 1, 0]` (scale and offset of x, of y)")
        if parts is None:
            return None
        scale_x, offset_x, scale_y, offset_y = parts
        if offset_x == 0 and offset_y == 0:
            return Call("UDim2.fromScale", (scale_x, scale_y))
        if scale_x == 0 and scale_y == 0:
            return Call("UDim2.fromOffset", (offset_x, offset_y))
        return Call("UDim2.new", tuple(parts))

    def make_cframe(self, node: Node) -> Any:
        form = "a CFrame such as `{ position: [1, 2, 3], rotation: [0, 90, 0] }` (degrees)"
        if (
            not isinstance(node, Mapping)
            or not set(node.keys) <= {"position", "rotation"}
            or "position" not in node.keys
        ):
            return self.wrong(node, form)
        position = self.numbers(node.values["position"], 3, form)
        rotation = self.numbers(node.values["rotation"], 3, form) if "rotation" in node.keys else [0.0, 0.0, 0.0]
        if position is None or rotation is None:
            return None
        at = Call("CFrame.new", tuple(position))
        turn = Call("CFrame.fromOrientation", tuple(Call("math.rad", (degrees,)) for degrees in rotation))
        return Product(at, turn) if any(rotation) else at

    def make_color3(self, node: Node) -> Any:
        text = node.value if isinstance(node, Scalar) else None
        if not isinstance(text, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
            meant = guess.colour(text) if isinstance(text, str) else None
            return self.wrong(node, 'a colour such as `"#00AAFF"`', meant)
        parts = [int(text[at : at + 2], 16) for at in (1, 3, 5)]
        return Call("Color3.fromRGB", tuple(parts))

    def make_datetime(self, node: Node) -> Any:
        text = node.value if isinstance(node, Scalar) else None
        try:
            at = datetime.fromisoformat(text) if isinstance(text, str) else None
            millis = None if at is None else round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
        except (ValueError, OverflowError):
            millis = None
        if millis is None:
            return self.wrong(node, "a date such as `2025-01-31T12:00:00Z`")
        return Call("DateTime.fromUnixTimestampMillis", (millis,))

    def array(self, node: Node, of: Array) -> Any:
        if not isinstance(node, Sequence):
            meant = f"[{node.text}]" if isinstance(node, Scalar) and node.value is not None else None
            return self.wrong(node, "a list", meant)
        self.count(node, len(node.items), of.low, of.high, "elements")
        return [self.fit(item, of.of) for item in node.items]

    def count(self, node: Node, count: int, low: int, high: int | None, what: str) -> None:
        if count < low or (high is not None and count > high):
            self.wrong(node, f"{_amount(low, high)} {what} (it has {count})")

    def map(self, node: Node, of: Map) -> Any:
        if not isinstance(node, Mapping):
            return self.wrong(node, "a mapping")
        self.count(node, len(node.keys), of.low, of.high, "entries")
        entries = []
        for key, value in node.items():
            name = self.key(key, of.key)
            if name is not None:
                entries.append((name, self.fit(value, of.value)))
        return MapValue(tuple(sorted(entries, key=lambda entry: (isinstance(entry[0], str), entry[0]))))

    def key(self, key: Scalar, of: Type) -> Any:
        """Mapping keys are texts in YAML: a number is read where the type asks for one."""
        if isinstance(of, Number | Identity):
            whole = re.fullmatch(r"-?\d{1,17}", key.text)
            return self.fit(Scalar(int(key.text) if whole else key.text, key.text, key.span), of)
        return self.fit(Scalar(key.text, key.text, key.span), of)

    def declared(self, node: Node, of: TypeDecl) -> Any:
        inner = Values(self.project, of.module or self.module, self.problems)
        if of.kind == "enum":
            words = [value.name for value in of.values]
            text = node.text if isinstance(node, Scalar) else ""
            if text in words:
                return text
            found = describe(node) if not isinstance(node, Scalar) else f"`{text}`"
            self.problems.append(
                problem(
                    "E0306",
                    node.span,
                    expected=f"one of {listed(words)}",
                    found=found,
                    suggestion=nearest(text, words),
                )
            )
            return None
        if not isinstance(node, Mapping):
            return self.wrong(node, f"a {of.key.name}: a mapping")
        if of.kind == "struct":
            return inner.struct(node, of.fields, of.key.name)
        kind = node.get("kind")
        text = kind.text if isinstance(kind, Scalar) else ""
        if text not in of.members:
            words = list(of.members)
            at = kind.span if kind is not None else node.span
            self.problems.append(
                problem(
                    "E0306",
                    at,
                    expected=f"`kind:` with one of {listed(words)}",
                    found=f"`{text}`" if text else "none",
                    suggestion=nearest(text, words),
                )
            )
            return None
        rest = Mapping(
            {k: v for k, v in node.keys.items() if k != "kind"},
            {k: v for k, v in node.values.items() if k != "kind"},
            node.span,
            node.flow,
        )
        return {"kind": text, **inner.struct(rest, of.members[text][1], text)}

    def struct(self, node: Mapping, fields: Fields, name: str) -> dict[str, Any]:
        needed = [key for key, one in fields.items() if one.type and not isinstance(one.type.type, Optional)]
        meant = renamed(node, fields, needed)
        for key in node.keys.values():
            if key.text not in fields:
                self.problems.append(
                    problem(
                        "E0101",
                        key.span,
                        key=key.text,
                        known=listed(fields),
                        suggestion=meant.get(key.text) or nearest(key.text, fields),
                    )
                )
        found = {}
        for key_name, one in fields.items():
            value = node.get(key_name)
            if one.type is None:
                continue
            if value is None:
                if key_name in needed and key_name not in meant.values():
                    self.problems.append(problem("E0102", node.span, key=key_name, expected=one.type.text))
                continue
            fitted = self.fit(value, one.type.type)
            if fitted is not NOTHING:
                found[key_name] = fitted
        return found


def unknown_item(enum: str, name: str, span: Span) -> Iterator[Diagnostic]:
    """W0434: an item that an Enum of Roblox doesn't have. Which Enums there are is W0429's."""
    items = enums().get(enum)
    if items and name not in items:
        yield problem("W0434", span, name=name, enum=enum, suggestion=nearest(name, items))


def misfits(project: Project, node: Node, of: TypeRef, module: str | None = None) -> Iterator[Diagnostic]:
    """E0306 and its kin: in what a value departs from a type that is right where it stands."""
    values = Values(project, module)
    values.fit(node, of.type)
    return (replace(one, upon=(*one.upon, of.span)) for one in values.problems)


def _amount(low: int, high: int | None) -> str:
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"
