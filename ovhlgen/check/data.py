"""Roles, stored data, config profiles, monetization, catalogues' rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovhlgen.check.references import unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import CATALOGUE, PRODUCT, PROJECT
from ovhlgen.diagnostics import Diagnostic, nearest, problem
from ovhlgen.language.types import Number
from ovhlgen.model.game import AUTOSAVE, AUTOSAVE_FLOOR, Catalogue, ConfigField, Product, Ref
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Type, TypeRef
from ovhlgen.resolve.aliases import followed
from ovhlgen.resolve.settings import whitelist


@rule("E0701", PROJECT)
def ranks(project: Project) -> Iterator[Diagnostic]:
    """Two roles of one rank."""
    seen: dict[int, str] = {}
    for role in project.roles.roles.values() if project.roles else ():
        first = seen.setdefault(role.rank, role.key.name)
        if first != role.key.name:
            yield problem("E0701", role.key.span, name=role.key.name, other=first, rank=role.rank)


@rule("E0702", PROJECT)
def default_role(project: Project) -> Iterator[Diagnostic]:
    """A default role that isn't the lowest."""
    if project.roles is None:
        return
    default = project.roles.roles.get(project.roles.default.name)
    if default and any(role.rank < default.rank for role in project.roles.roles.values()):
        lowest = min(project.roles.roles.values(), key=lambda role: role.rank)
        yield problem("E0702", project.roles.default.span, name=default.key.name, lowest=lowest.key.name)


@rule("E0740", PROJECT)
def whitelist_editors(project: Project) -> Iterator[Diagnostic]:
    """Who may edit the whitelist gives themselves the highest role, and so has it already."""
    field = whitelist(project)
    if project.roles is None or field is None or field.editable_by is None:
        return
    roles = project.roles.roles
    editor = roles.get(field.editable_by.name)
    highest = max(roles.values(), key=lambda role: role.rank, default=None)
    if editor and highest and editor.rank < highest.rank:
        yield problem(
            "E0740", field.editable_by.span, name=field.key.name, role=editor.key.name, highest=highest.key.name
        )


@rule("E0703", PROJECT)
def migrations(project: Project) -> Iterator[Diagnostic]:
    """One step each, no gaps, up to `version`."""
    data = project.data
    if data is None:
        return
    version = int(data.version.name)
    expected = 1
    for step in data.migrations:
        if step.from_version != expected or step.to_version != expected + 1:
            yield problem("E0703", step.span, expected=f"from {expected} to {expected + 1}")
            return
        expected += 1
    if data.migrations and expected != version:
        yield problem("E0703", data.version.span, expected=f"version {expected}, as the migrations end there")
    elif not data.migrations and version != 1:
        yield problem("E0703", data.version.span, expected="a migration from 1 to 2")


@rule("E0704", PROJECT)
def migration_files(project: Project) -> Iterator[Diagnostic]:
    """A migration's file is missing; behind a gap (E0703) that isn't asked."""
    for index, step in enumerate(project.data.migrations if project.data else (), 1):
        if (step.from_version, step.to_version) != (index, index + 1):
            return
        path = f"specs/{step.worker.name}"
        if path not in project.files and not project.is_broken("file", path):
            yield problem("E0704", step.worker.span, path=path)


def _counted_keys(project: Project) -> Iterator[tuple[Project, Ref]]:
    """Keys that a leaderboard sorts by or a product adds to."""
    if project.is_broken("data"):
        return
    for board in project.data.leaderboards.values() if project.data else ():
        yield project, board.value
    for product in project.monetization.products.values() if project.monetization else ():
        for ref in product.grants:
            yield project, ref


COUNTED_KEY = Scope("counted key", _counted_keys)


@rule("E0406", COUNTED_KEY)
def unknown_keys(project: Project, ref: Ref) -> Iterator[Diagnostic]:
    """An unknown data key."""
    keys = project.data.player if project.data else {}
    if ref.name not in keys:
        yield unknown("E0406", ref, keys)


@rule("E0705", COUNTED_KEY)
def numeric_keys(project: Project, ref: Ref) -> Iterator[Diagnostic]:
    """A leaderboard or a grant needs a number."""
    key = project.data.player.get(ref.name) if project.data else None
    if key and key.type and not isinstance(followed(project, key.type.type, None).type, Number):
        yield problem("E0705", ref.span, name=ref.name, type=key.type.text, upon=[key.type.span])


@rule("E0719", PROJECT)
def granted_roles(project: Project) -> Iterator[Diagnostic]:
    """Roles that are granted are stored where data.yaml says."""
    if project.data is not None or project.is_broken("data"):
        return
    for source in project.roles.sources if project.roles else ():
        if source.kind.name == "granted":
            yield problem("E0719", source.kind.span)


@rule("E0706", PRODUCT)
def grants(_project: Project, product: Product) -> Iterator[Diagnostic]:
    """A product has `grants` or a `worker`, one of them."""
    if bool(product.grants) == (product.worker is not None):
        yield problem("E0706", product.key.span, name=product.key.name)


@rule("E0720", PRODUCT)
def receipts(project: Project, product: Product) -> Iterator[Diagnostic]:
    """Nowhere to store a receipt."""
    if project.data is None and product.worker is not None and not project.is_broken("data"):
        yield problem("E0720", product.key.span, name=product.key.name)


@rule("E0747", PROJECT)
def ids(project: Project) -> Iterator[Diagnostic]:
    """One id of Roblox stands for two gamepasses, or for two products."""
    shop = project.monetization
    if shop is None:
        return
    passes = [(ref, shop.gamepasses[ref.name]) for ref in shop.passes]
    products = [(product.key, product.id) for product in shop.products.values()]
    for named in (passes, products):
        first: dict[int, str] = {}
        for ref, number in named:
            if number in first:
                yield problem("E0747", ref.span, name=ref.name, id=number, other=first[number])
            first.setdefault(number, ref.name)


def _settings_of_profiles(project: Project) -> Iterator[tuple[Project, Scalar, Node, ConfigField | None]]:
    for profile in project.config.profiles.values():
        for key, value in profile.items():
            yield project, key, value, project.config.fields.get(key.text)


PROFILE_SETTING = Scope("profile's setting", _settings_of_profiles)


@rule("E0405", PROFILE_SETTING)
def profiles(project: Project, key: Scalar, _value: Node, field: ConfigField | None) -> Iterator[Diagnostic]:
    """A profile sets a field that doesn't exist."""
    if field is None:
        yield unknown("E0405", Ref(key.text, key.span), project.config.fields)


@rule("E0707", CATALOGUE)
def row_keys(_project: Project, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A key twice."""
    seen: dict[Any, Scalar] = {}
    for row in catalogue.rows if catalogue.row else ():
        key = row.get(catalogue.key_field.name)
        if isinstance(key, Scalar):
            first = seen.setdefault(key.value, key)
            if first is not key:
                yield problem("E0707", key.span, key=key.text, first=first.span.line)


@rule("E0708", CATALOGUE)
def row_references(project: Project, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A value of a field with `references:` that is no key of that catalogue."""
    row_type = catalogue.row.type if catalogue.row else None
    declared = project.type_of(row_type, None) if isinstance(row_type, Named) else None
    for name, field in declared.fields.items() if declared else ():
        target = project.catalogues.get(field.references.name) if field.references else None
        keys = _keys(target) if target else set()
        for value in (value for row in catalogue.rows for value in _each(row.get(name))) if target else ():
            if target and value.value is not None and value.value not in keys:
                near = nearest(value.text, tuple(map(str, keys)))
                yield problem("E0708", value.span, value=value.text, catalogue=target.key.name, suggestion=near)


def _keys(catalogue: Catalogue) -> set[Any]:
    keys = (row.get(catalogue.key_field.name) for row in catalogue.rows)
    return {key.value for key in keys if isinstance(key, Scalar)}


def _each(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _each(item)
    elif isinstance(node, Mapping):
        for item in node.values.values():
            yield from _each(item)


def _autosave(project: Project) -> Iterator[tuple[TypeRef, Type]]:
    """The type of `autosave_interval`, and what it comes to, where DataService saves by it."""
    field = project.config.fields.get(AUTOSAVE)
    if field is not None and field.type is not None and project.data is not None:
        yield field.type, followed(project, field.type.type, None).type


AUTOSAVED = Scope("autosave", _autosave)


@rule("E0727", AUTOSAVED)
def autosave_is_a_number(written: TypeRef, kind: Type) -> Iterator[Diagnostic]:
    """`autosave_interval` isn't a number."""
    if not isinstance(kind, Number):
        yield problem("E0727", written.span, type=written.text)


@rule("W0728", AUTOSAVED)
def autosave_is_kept(written: TypeRef, kind: Type) -> Iterator[Diagnostic]:
    """`autosave_interval` may be shorter than DataService saves."""
    if isinstance(kind, Number) and kind.low < AUTOSAVE_FLOOR:
        yield problem("W0728", written.span, low=f"{AUTOSAVE_FLOOR:g}", type=written.text)
