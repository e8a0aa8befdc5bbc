"""A value in a scenario is a part of what is there (mappings are subsets): only its names can be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ovhlgen.check.references import unknown
from ovhlgen.diagnostics import Diagnostic, Span
from ovhlgen.model.game import Field, Fields, Ref, TypeDecl
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Map, Named, Type
from ovhlgen.resolve.aliases import followed

# The field that tells a union's members apart.
KIND = Field(Ref("kind", Span("")), None)


def lacks(owner: str, what: str, node: Scalar, known: Iterable[str]) -> Iterator[Diagnostic]:
    """E0816 where the name isn't among those that are known."""
    names = set(known)
    if node.text not in names:
        yield unknown("E0816", Ref(node.text, node.span), names, owner=owner, what=what)


def fields_of(project: Project, node: Mapping, fields: Fields, module: str | None, owner: str) -> Iterator[Diagnostic]:
    """Names of `owner`'s fields, and those inside of their values."""
    for key, value in node.items():
        yield from lacks(owner, "field", key, fields)
        field = fields.get(key.text)
        if field and field.type:
            yield from inside(project, value, field.type.type, module)


def inside(project: Project, node: Node, of: Type, module: str | None) -> Iterator[Diagnostic]:
    """Names of fields, kinds and enum values inside a value of a type."""
    found, where = followed(project, of, module, bare=True)
    declared = project.type_of(found, where) if isinstance(found, Named) else None
    if declared:
        yield from _declared(project, node, declared)
    elif isinstance(found, Array) and isinstance(node, Sequence):
        for item in node.items:
            yield from inside(project, item, found.of, where)
    elif isinstance(found, Map) and isinstance(node, Mapping):
        for key, value in node.items():
            yield from inside(project, key, found.key, where)
            yield from inside(project, value, found.value, where)


def _declared(project: Project, node: Node, of: TypeDecl) -> Iterator[Diagnostic]:
    if of.kind == "enum" and isinstance(node, Scalar) and node.value is not None:
        yield from lacks(of.key.name, "value", node, (value.name for value in of.values))
    elif of.kind == "struct" and isinstance(node, Mapping):
        yield from fields_of(project, node, of.fields, of.module, of.key.name)
    elif of.kind == "union" and isinstance(node, Mapping):
        yield from _member(project, node, of)


def _member(project: Project, node: Mapping, of: TypeDecl) -> Iterator[Diagnostic]:
    """Where `kind` isn't said, a field is one of any member's."""
    kind = node.get("kind")
    if isinstance(kind, Scalar):
        yield from lacks(of.key.name, "kind", kind, of.members)
        if kind.text not in of.members:
            return
    chosen = [kind.text] if isinstance(kind, Scalar) else list(of.members)
    fields = {name: field for member in chosen for name, field in of.members[member][1].items()}
    yield from fields_of(project, node, {"kind": KIND, **fields}, of.module, of.key.name)
