"""Files that all modules share: types, catalogues, the config manifests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.lower.services.declared import named, server_types, shared_types
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import ArrayType, Arrow, LuauType, MapType, Maybe, Record, declare, key, literal, luau_type
from ovhlgen.model.game import Catalogue, ConfigField
from ovhlgen.model.module import Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, TypeRef
from ovhlgen.resolve.naming import api_name, payload_name, response_name, type_name
from ovhlgen.resolve.values import Values

type Declared = tuple[str, str]  # a comment that names the spec, the declaration


def modules_in_order(project: Project) -> list[Module]:
    return [project.modules[name] for name in sorted(project.modules)]


def types(project: Project) -> Iterator[Output]:
    """Shared/Types: every struct, payload and client-side api; Server/Types: apis of server modules."""
    modules = modules_in_order(project)
    inputs = tuple(sorted({"specs/types.yaml", "specs/config.yaml", *(m.path for m in modules)} & set(project.files)))
    writer = TypeWriter(project, None)
    shared: list[Declared] = [
        ("specs/types.yaml#" + name, declare(name, writer.declaration(one))) for name, one in project.types.items()
    ]
    wanted = {name for module in modules for name in named(module)}
    for module in modules:
        shared += _module_types(project, module)
        if module.realm != "server" and (module.api or module.name in wanted):
            shared.append(_api(project, module, ""))
    fields = project.config.fields
    common = {name: field for name, field in fields.items() if field.realm == "shared"}
    shared.append(("specs/config.yaml", declare("GlobalConfig", config_type(writer, common))))
    shared += _services(shared_types(project))
    yield Output("src/Shared/Types.luau", "shared/Types.luau.j2", inputs, {"types": shared})

    outer = TypeWriter(project, None, "Shared.")
    server = [
        _api(project, module, "Shared.")
        for module in modules
        if module.realm == "server" and (module.api or module.name in wanted)
    ]
    server.append(("specs/config.yaml", declare("GlobalConfig", config_type(outer, fields))))
    server += _services(server_types(project))
    uses_shared = any("Shared." in text for _, text in server)
    yield Output(
        "src/Server/Types.luau",
        "shared/ServerTypes.luau.j2",
        inputs,
        {"types": server, "uses_shared": uses_shared},
    )


def _services(types: list[tuple[str, LuauType]]) -> list[Declared]:
    return [(f"{name.split('_')[0]}, see docs/semantics.md", declare(name, of)) for name, of in types]


def config_type(writer: TypeWriter, fields: dict[str, ConfigField] | Any) -> Record:
    return Record(
        tuple((name, writer.ref(field.type)) for name, field in fields.items()),
        tuple((name, field.doc) for name, field in fields.items() if field.doc),
    )


def _module_types(project: Project, module: Module) -> list[Declared]:
    writer = TypeWriter(project, module.name)
    found: list[Declared] = []
    for name, declared in module.types.items():
        text = declare(type_name(module.name, name), writer.declaration(declared))
        found.append((f"{module.path}#types.{name}", text))
    for name, event in module.events.items():
        place = f"{module.path}#events.{name}"
        if event.payload:
            found.append((place, declare(payload_name(module.name, event), writer.fields(event.payload))))
        if event.is_request:
            answer: LuauType
            if isinstance(event.response, TypeRef):
                answer = writer.ref(event.response)
            else:
                answer = writer.fields(event.response or {})
            found.append((f"{place}.response", declare(response_name(module.name, event), answer)))
    for name, bus in module.publishes.items():
        text = declare(type_name(module.name, name), writer.fields(bus.payload))
        found.append((f"{module.path}#bus.publishes.{name}", text))
    return found


def _api(project: Project, module: Module, prefix: str) -> Declared:
    writer = TypeWriter(project, module.name, prefix)
    return (f"{module.path}#api", declare(api_name(module.name), writer.api(module)))


def catalogues(project: Project) -> Iterator[Output]:
    for name in sorted(project.catalogues):
        catalogue = project.catalogues[name]
        realm = "Server" if catalogue.realm == "server" else "Shared"
        writer = TypeWriter(project, None, "Types.")
        row = writer.ref(catalogue.row)
        key_type = _key_type(project, catalogue)
        assert isinstance(row, str)
        get = Arrow((("self", name), ("key", key_type)), Maybe(row))
        by_key = "local byKey: "
        view = {
            "name": name,
            "type": declare(name, Record((("rows", ArrayType(row)), ("Get", get)))),
            "by_key": by_key + luau_type(MapType(key_type, row), 0, len(by_key), len(" = {}")),
            "rows": literal(_rows(project, catalogue), 1, len("rows = "), 1),
            "key_field": catalogue.key_field.name,
        }
        inputs = tuple(sorted({catalogue.path, "specs/types.yaml"} & set(project.files)))
        yield Output(f"src/{realm}/Catalogues/{name}.luau", "shared/Catalogue.luau.j2", inputs, view)


def _rows(project: Project, catalogue: Catalogue) -> list[Any]:
    values = Values(project)
    assert catalogue.row is not None
    return [values.fit(row, catalogue.row.type) for row in catalogue.rows]


def _key_type(project: Project, catalogue: Catalogue) -> LuauType:
    assert catalogue.row is not None and isinstance(catalogue.row.type, Named)
    declared = project.type_of(catalogue.row.type, None)
    assert declared is not None
    writer = TypeWriter(project, declared.module, "Types.")
    return writer.ref(declared.fields[catalogue.key_field.name].type)


def config_values(project: Project, profile: str | None) -> dict[str, Any]:
    """Every config field with its default, or with the profile's."""
    values = Values(project)
    overrides = project.config.profiles[profile].values if profile else {}
    found = {}
    for name, field in project.config.fields.items():
        assert field.type is not None
        found[name] = values.fit(overrides.get(name, field.default), field.type.type)
    return found


def config(project: Project, profile: str | None) -> Iterator[Output]:
    """OVHL_CONFIG for the server (as Luau or JSON), and its shared fields for clients."""
    values = config_values(project, profile)
    inputs = tuple({"specs/config.yaml"} & set(project.files))
    docs = {name: field.doc for name, field in project.config.fields.items()}
    if project.config.format == "json":
        text = json.dumps(values, indent="\t", ensure_ascii=False)
        yield Output("src/Server/OVHL_CONFIG.json", "project/raw.j2", inputs, {"text": text})
    else:
        yield Output("src/Server/OVHL_CONFIG.luau", "shared/OVHL_CONFIG.luau.j2", inputs, _fields(values, docs))
    common = {name: value for name, value in values.items() if project.config.fields[name].realm == "shared"}
    yield Output("src/Shared/SHARED_CONFIG.luau", "shared/SHARED_CONFIG.luau.j2", inputs, _fields(common, docs))


def _fields(values: dict[str, Any], docs: dict[str, str | None]) -> dict[str, Any]:
    fields = []
    for name, value in values.items():
        written = key(name)
        fields.append((docs.get(name), f"{written} = {literal(value, 1, len(written) + 3, 1)}"))
    return {"fields": fields}
