"""ConfigService: the fields of OVHL_CONFIG; on a client those with `realm: shared`, to read."""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, Signature, get, key_type, keys, method
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import Arrow, LuauType, Maybe, Pack, Record
from ovhlgen.model.game import Config

API = "ConfigService_Api"


def config(of: Config, writer: TypeWriter, *, is_server: bool) -> Declared:
    fields = [
        (name, writer.ref(field.type)) for name, field in of.fields.items() if is_server or field.realm == "shared"
    ]
    known = keys("ConfigService_Keys", "ConfigService_Key", fields)
    connection = writer.spell("Kernel_Connection")

    def set_(key: LuauType, value: LuauType) -> Signature:
        params = (("key", key), ("value", value), ("by", Maybe("Player")))
        return params, Pack(("boolean", Maybe("string")))

    def subscribe(key: LuauType, value: LuauType) -> Signature:
        return (("key", key), ("callback", Arrow((("new", value), ("old", value)), None))), connection

    found: Declared = [("ConfigService_Key<T>", key_type("config")), *known.declared]
    found += method(known, "ConfigService_Get", API, get)
    found += method(known, "ConfigService_Subscribe", API, subscribe)
    methods: list[tuple[str, LuauType]] = [("Get", "ConfigService_Get"), ("Subscribe", "ConfigService_Subscribe")]
    if is_server:
        found += method(known, "ConfigService_Set", API, set_)
        methods.append(("Set", "ConfigService_Set"))
    found.append((API, Record(tuple(methods))))
    return found
