"""Small readers shared by the builders: references, types, durations, rates, fields.

They run on trees that the schema accepted, so a key of another shape is a defect, not a finding.
"""

from __future__ import annotations

import re

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.game import Field, Fields, Rate, Ref, Switch, TypeDecl
from ovhlgen.model.module import WorkerRef
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.types import TypeRef
from ovhlgen.read.typeexpr import parse_type

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


class Reader:
    """One file: its path, and the findings of its parts."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Diagnostic] = []

    def type(self, node: Node | None) -> TypeRef | None:
        if not isinstance(node, Scalar):
            return None
        parsed = parse_type(node.text, node.span)
        if isinstance(parsed, Diagnostic):
            self.problems.append(parsed)
            return None
        return parsed

    def field(self, key: Scalar, node: Node) -> Field:
        if isinstance(node, Mapping):
            return Field(
                ref(key),
                self.type(node.get("type")),
                node.get("default"),
                text(node, "doc"),
                get_ref(node, "references"),
            )
        return Field(ref(key), self.type(node))

    def fields(self, node: Node | None) -> Fields:
        if not isinstance(node, Mapping):
            return {}
        return {key.text: self.field(key, value) for key, value in node.items()}

    def types(self, node: Node | None, module: str | None) -> dict[str, TypeDecl]:
        if not isinstance(node, Mapping):
            return {}
        declarations = {}
        for key, value in node.items():
            declared = self.declaration(key, value, module)
            if declared is not None:
                declarations[key.text] = declared
        return declarations

    def declaration(self, key: Scalar, node: Node, module: str | None) -> TypeDecl | None:
        body = as_mapping(node)
        kinds = [kind for kind in ("struct", "enum", "union", "alias") if kind in body.keys]
        if len(kinds) != 1:
            found = ", ".join(kinds) or "none"
            self.problems.append(problem("E0108", key.span, keys="struct, enum, union, alias", found=found))
            return None
        kind = kinds[0]
        inner = body.values[kind]
        members = {}
        if kind == "union":
            for member, value in as_mapping(inner).items():
                members[member.text] = (ref(member), self.fields(value))
        return TypeDecl(
            ref(key),
            module,
            kind,
            fields=self.fields(inner) if kind == "struct" else {},
            values=refs(inner) if kind == "enum" else (),
            members=members,
            target=self.type(inner) if kind == "alias" else None,
            doc=text(body, "doc"),
        )


def as_mapping(node: Node | None) -> Mapping:
    """The mapping, or an empty one where the key is absent."""
    return node if isinstance(node, Mapping) else Mapping({}, {}, Span(""), False)


def items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def ref(node: Scalar) -> Ref:
    return Ref(node.text, node.span)


def get_ref(node: Mapping, key: str) -> Ref | None:
    value = node.get(key)
    return ref(value) if isinstance(value, Scalar) else None


def need_ref(node: Mapping, key: str) -> Ref:
    found = get_ref(node, key)
    assert found is not None, f"the schema requires `{key}`"
    return found


def refs(node: Node | None) -> tuple[Ref, ...]:
    return tuple(ref(item) for item in items(node) if isinstance(item, Scalar))


def text(node: Mapping, key: str) -> str | None:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) and value.value is not None else None


def flag(node: Mapping, key: str, default: bool = False) -> bool:
    value = node.get(key)
    return bool(value.value) if isinstance(value, Scalar) else default


def whole(node: Mapping, key: str, default: int) -> int:
    value = node.get(key)
    return value.value if isinstance(value, Scalar) and isinstance(value.value, int) else default


def share(node: Mapping, key: str, default: float) -> float:
    value = node.values.get(key)
    return float(value.value) if isinstance(value, Scalar) and isinstance(value.value, int | float) else default


def seconds(written: str) -> float:
    """`30 s` → 30.0. The schema has checked the form."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?(ms|s|min|h)", written)
    assert match is not None, written
    return round(float(match.group(1)) * _UNITS[match.group(2)], 6)


def duration(node: Mapping, key: str, default: float) -> float:
    written = text(node, key)
    return default if written is None else seconds(written)


def rate(written: str) -> Rate:
    """`2/s burst 5`, `10/min`, `1/2s`; the burst is the number where none is given."""
    match = re.fullmatch(r"(\d+)/(\d*(?:\.\d+)?)(ms|s|min|h)(?: burst (\d+))?", written)
    assert match is not None, written
    count = int(match.group(1))
    window = float(match.group(2) or 1) * _UNITS[match.group(3)]
    per_second = count / window if window > 0 else 0.0
    return Rate(per_second, int(match.group(4)) if match.group(4) else count)


def switch(node: Mapping, key: str, default: bool) -> Switch:
    value = node.get(key)
    if not isinstance(value, Scalar):
        return Switch(default)
    if isinstance(value.value, bool):
        return Switch(value.value)
    return Switch(None, config_ref(value))


def config_ref(node: Scalar) -> Ref:
    """`@config.name` → the name, at its own place."""
    return Ref(node.text.removeprefix("@config."), node.span.within(len("@config."), len(node.text)))


def worker_ref(node: Node | None) -> WorkerRef | None:
    if not isinstance(node, Scalar):
        return None
    worker, function = node.text.split(".", 1)
    return WorkerRef(
        Ref(worker, node.span.within(0, len(worker))),
        Ref(function, node.span.within(len(worker) + 1, len(node.text))),
    )
