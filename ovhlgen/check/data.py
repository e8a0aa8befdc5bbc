"""Roles, stored data, config profiles, monetization, catalogues' rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ovhlgen.check.references import unknown
from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.language.types import Number
from ovhlgen.model.game import AUTOSAVE, AUTOSAVE_FLOOR, Catalogue
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named
from ovhlgen.resolve.aliases import followed
from ovhlgen.resolve.settings import whitelist
from ovhlgen.resolve.values import misfits


def ranks(project: Project) -> Iterator[Diagnostic]:
    """E0701: two roles of one rank. E0702: a default role that isn't the lowest."""
    if project.roles is None:
        return
    seen: dict[int, str] = {}
    for role in project.roles.roles.values():
        first = seen.setdefault(role.rank, role.key.name)
        if first != role.key.name:
            yield problem("E0701", role.key.span, name=role.key.name, other=first, rank=role.rank)
    default = project.roles.roles.get(project.roles.default.name)
    if default and any(role.rank < default.rank for role in project.roles.roles.values()):
        lowest = min(project.roles.roles.values(), key=lambda role: role.rank)
        yield problem("E0702", project.roles.default.span, name=default.key.name, lowest=lowest.key.name)


def whitelist_editors(project: Project) -> Iterator[Diagnostic]:
    """E0740: who may edit the whitelist gives themselves the highest role, and so has it already."""
    listed = whitelist(project)
    if project.roles is None or listed is None or listed.editable_by is None:
        return
    roles = project.roles.roles
    editor = roles.get(listed.editable_by.name)
    highest = max(roles.values(), key=lambda role: role.rank, default=None)
    if editor and highest and editor.rank < highest.rank:
        yield problem(
            "E0740", listed.editable_by.span, name=listed.key.name, role=editor.key.name, highest=highest.key.name
        )


def migrations(project: Project) -> Iterator[Diagnostic]:
    """E0703: one step each, no gaps, up to `version`. E0704: a migration's file is missing."""
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
        path = f"specs/{step.worker.name}"
        if path not in project.files and not project.is_broken("file", path):
            yield problem("E0704", step.worker.span, path=path)
    if data.migrations and expected != version:
        yield problem("E0703", data.version.span, expected=f"version {expected}, as the migrations end there")
    elif not data.migrations and version != 1:
        yield problem("E0703", data.version.span, expected="a migration from 1 to 2")


def numeric_keys(project: Project) -> Iterator[Diagnostic]:
    """E0406: an unknown data key. E0705: a leaderboard or a grant needs a number."""
    if project.is_broken("data"):
        return
    keys = project.data.player if project.data else {}
    wanted = [board.of for board in project.data.leaderboards.values()] if project.data else []
    for product in project.monetization.products.values() if project.monetization else ():
        wanted += product.grants
    for ref in wanted:
        found = keys.get(ref.name)
        if found is None:
            yield unknown("E0406", ref, keys)
        elif found.type and not isinstance(followed(project, found.type.type, None).type, Number):
            yield problem("E0705", ref.span, name=ref.name, type=found.type.text, upon=[found.type.span])


def granted_roles(project: Project) -> Iterator[Diagnostic]:
    """E0719: roles that are granted are stored where data.yaml says."""
    if project.data is not None or project.is_broken("data"):
        return
    for source in project.roles.sources if project.roles else ():
        if source.kind.name == "granted":
            yield problem("E0719", source.kind.span)


def grants(project: Project) -> Iterator[Diagnostic]:
    """E0706: a product has `grants` or a `worker`, one of them."""
    for product in project.monetization.products.values() if project.monetization else ():
        if bool(product.grants) == (product.worker is not None):
            yield problem("E0706", product.key.span, name=product.key.name)


def ids(project: Project) -> Iterator[Diagnostic]:
    """E0747: one id of Roblox stands for two gamepasses, or for two products."""
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


def amounts(project: Project) -> Iterator[Diagnostic]:
    """E0306: a product adds what its key can't hold. E0720: nowhere to store a receipt."""
    if project.is_broken("data"):
        return
    keys = project.data.player if project.data else {}
    for product in project.monetization.products.values() if project.monetization else ():
        if project.data is None and product.worker is not None:
            yield problem("E0720", product.key.span, name=product.key.name)
        for name, amount in product.amounts.items():
            key = keys.get(name)
            if key and key.type and isinstance(followed(project, key.type.type, None).type, Number):
                yield from misfits(project, amount, key.type)


def profiles(project: Project) -> Iterator[Diagnostic]:
    """E0405: a profile sets a field that doesn't exist. E0306: to a value that doesn't fit."""
    fields = project.config.fields
    for profile in project.config.profiles.values():
        for key, value in profile.items():
            field = fields.get(key.text)
            if field is None:
                yield problem(
                    "E0405",
                    key.span,
                    name=key.text,
                    defined=listed(fields),
                    suggestion=nearest(key.text, fields),
                )
            elif field.type:
                for found in misfits(project, value, field.type):
                    yield replace(found, upon=(*found.upon, field.default.span))


def rows(project: Project) -> Iterator[Diagnostic]:
    """E0306 and its kin: a row that doesn't fit. E0707: a key twice."""
    for catalogue in project.catalogues.values():
        if catalogue.row is None:
            continue
        seen: dict[Any, Scalar] = {}
        for row in catalogue.rows:
            yield from misfits(project, row, catalogue.row)
            key = row.get(catalogue.key_field.name)
            if isinstance(key, Scalar):
                first = seen.setdefault(key.value, key)
                if first is not key:
                    yield problem("E0707", key.span, key=key.text, first=first.span.line)


def row_references(project: Project) -> Iterator[Diagnostic]:
    """E0708: a value of a field with `references:` that is no key of that catalogue."""
    keys = {name: _keys(catalogue) for name, catalogue in project.catalogues.items()}
    texts = {name: tuple(map(str, own)) for name, own in keys.items()}
    for catalogue in project.catalogues.values():
        of = catalogue.row.type if catalogue.row else None
        declared = project.type_of(of, None) if isinstance(of, Named) else None
        if declared is None:
            continue
        for name, field in declared.fields.items():
            target = field.references
            if target is None or target.name not in keys:
                continue
            for row in catalogue.rows:
                for value in _each(row.get(name)):
                    if value.value is not None and value.value not in keys[target.name]:
                        yield problem(
                            "E0708",
                            value.span,
                            value=value.text,
                            catalogue=target.name,
                            suggestion=nearest(value.text, texts[target.name]),
                        )


def _keys(catalogue: Catalogue) -> set[Any]:
    found = (row.get(catalogue.key_field.name) for row in catalogue.rows)
    return {node.value for node in found if isinstance(node, Scalar)}


def _each(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _each(item)
    elif isinstance(node, Mapping):
        for item in node.values.values():
            yield from _each(item)


def autosave(project: Project) -> Iterator[Diagnostic]:
    """E0727: `autosave_interval` isn't a number. W0728: it may be shorter than DataService saves."""
    field = project.config.fields.get(AUTOSAVE)
    if field is None or field.type is None or project.data is None:
        return
    kind = followed(project, field.type.type, None).type
    if not isinstance(kind, Number):
        yield problem("E0727", field.type.span, type=field.type.text)
    elif kind.low < AUTOSAVE_FLOOR:
        yield problem("W0728", field.type.span, low=f"{AUTOSAVE_FLOOR:g}", type=field.type.text)


RULES = (
    ranks,
    whitelist_editors,
    granted_roles,
    migrations,
    numeric_keys,
    grants,
    ids,
    amounts,
    profiles,
    rows,
    row_references,
    autosave,
)
