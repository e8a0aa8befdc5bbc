"""Files that all modules share: catalogues, the config manifests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.lower.type_files import TypeFiles
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import ArrayType, Arrow, LuauType, MapType, Maybe, Record, Uses, declare, key, literal, luau_type
from ovhlgen.model.game import Catalogue
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.model.tree import CATALOGUES, SERVER_CONFIG, SHARED_CONFIG
from ovhlgen.model.types import Named
from ovhlgen.resolve.values import Values


def modules_in_order(project: Project) -> list[Module]:
    return [project.modules[name] for name in sorted(project.modules)]


def catalogues(project: Project, types: TypeFiles) -> Iterator[Output]:
    for name in sorted(project.catalogues):
        catalogue = project.catalogues[name]
        realm = "Server" if catalogue.realm == "server" else "Shared"
        writer = TypeWriter(project, None, types.spell)
        row = writer.ref(catalogue.row)
        key_type = _key_type(project, catalogue, types)
        uses = Uses()
        get = Arrow((("self", name), ("key", key_type)), Maybe(row))
        by_key = "local byKey: "
        declaration = declare(name, Record((("rows", ArrayType(row)), ("Get", get))), uses)
        keyed = by_key + luau_type(MapType(key_type, row), 0, len(by_key), len(" = {}"), uses)
        view = {
            "name": name,
            "requires": types.requires(uses),
            "type": declaration,
            "by_key": keyed,
            "rows": literal(_rows(project, catalogue), 1, len("rows = "), 1),
            "key_field": catalogue.key_field.name,
        }
        inputs = tuple(sorted({catalogue.path, "specs/types.yaml"} & set(project.files)))
        yield Output(f"src/{realm}/{CATALOGUES}/{name}.luau", "shared/Catalogue.luau.j2", inputs, view)


def _rows(project: Project, catalogue: Catalogue) -> list[Any]:
    values = Values(project)
    assert catalogue.row is not None
    return [values.fit(row, catalogue.row.type) for row in catalogue.rows]


def _key_type(project: Project, catalogue: Catalogue, types: TypeFiles) -> LuauType:
    assert catalogue.row is not None and isinstance(catalogue.row.type, Named)
    declared = project.type_of(catalogue.row.type, None)
    assert declared is not None
    writer = TypeWriter(project, declared.module, types.spell)
    return writer.ref(declared.fields[catalogue.key_field.name].type)


def config_values(project: Project, profile: str | None) -> dict[str, Any]:
    """Every config field with its default, or with the profile's."""
    values = Values(project)
    overrides = project.config.profiles[profile].values if profile else {}
    fitted = {}
    for name, field in project.config.fields.items():
        assert field.type is not None
        fitted[name] = values.fit(overrides.get(name, field.default), field.type.type)
    return fitted


def config(project: Project, profile: str | None) -> Iterator[Output]:
    """OVHL_CONFIG for the server (as Luau or JSON), and its shared fields for clients."""
    values = config_values(project, profile)
    inputs = tuple({"specs/config.yaml"} & set(project.files))
    docs = {name: field.doc for name, field in project.config.fields.items()}
    if project.config.format == "json":
        text = json.dumps(values, indent="\t", ensure_ascii=False)
        yield Output(f"src/Server/{SERVER_CONFIG}.json", "project/raw.j2", inputs, {"text": text})
    else:
        yield Output(f"src/Server/{SERVER_CONFIG}.luau", "shared/OVHL_CONFIG.luau.j2", inputs, _fields(values, docs))
    common = {name: value for name, value in values.items() if project.config.fields[name].realm == "shared"}
    yield Output(f"src/Shared/{SHARED_CONFIG}.luau", "shared/SHARED_CONFIG.luau.j2", inputs, _fields(common, docs))


def _fields(values: dict[str, Any], docs: dict[str, str | None]) -> dict[str, Any]:
    fields = []
    for name, value in values.items():
        written = key(name)
        fields.append((docs.get(name), f"{written} = {literal(value, 1, len(written) + 3, 1)}"))
    return {"fields": fields}
