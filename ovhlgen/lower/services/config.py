"""ConfigService: the game's settings; on a client those with `realm: shared`, to read."""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, Signature, get, key_type, keys, method
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import Arrow, LuauType, Maybe, Pack, Record
from ovhlgen.model.project import Project
from ovhlgen.resolve.settings import seen_by_clients, settings

API = "ConfigService_Api"


def config(project: Project, writer: TypeWriter, *, is_server: bool) -> Declared:
    found = settings(project) if is_server else seen_by_clients(project)
    fields = [(one.name, writer.ref(one.field.type)) for one in found]
    known = keys("ConfigService_Keys", "ConfigService_Key", fields)
    connection = writer.spell("Kernel_Connection")

    def set_(key: LuauType, value: LuauType) -> Signature:
        params = (("key", key), ("value", value), ("by", Maybe("Player")))
        return params, Pack(("boolean", Maybe("string")))

    def subscribe(key: LuauType, value: LuauType) -> Signature:
        return (("key", key), ("callback", Arrow((("new", value), ("old", value)), None))), connection

    declared: Declared = [("ConfigService_Key", key_type("config")), *known.declared]
    declared += method(known, "ConfigService_Get", API, get)
    declared += method(known, "ConfigService_Subscribe", API, subscribe)
    methods: list[tuple[str, LuauType]] = [("Get", "ConfigService_Get"), ("Subscribe", "ConfigService_Subscribe")]
    if is_server:
        declared += method(known, "ConfigService_Set", API, set_)
        methods.append(("Set", "ConfigService_Set"))
    declared.append((API, Record(tuple(methods))))
    return declared
