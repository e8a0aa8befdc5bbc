"""AdminPanel: what an administrator asks of the server, and the panel itself."""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, one_of
from ovhlgen.luau import ArrayType, Arrow, LuauType, Maybe, Pack, Record


def admin() -> Declared:
    me = ("self", "AdminPanel_Requests")
    name: tuple[str, LuauType] = ("name", "string")
    outcome = Pack(("boolean", Maybe("string")))
    user: tuple[str, LuauType] = ("userId", "number")
    requests = (
        ("GetConfig", Arrow((me,), ArrayType("AdminPanel_Field"))),
        ("SetConfig", Arrow((me, name, ("value", "unknown")), outcome)),
        ("ListModules", Arrow((me,), ArrayType("AdminPanel_Module"))),
        ("ReloadModule", Arrow((me, name, ("force", Maybe("boolean"))), "AdminPanel_Reload")),
        ("GetLogs", Arrow((me, ("filter", Maybe("AdminPanel_Filter"))), ArrayType("AdminPanel_Line"))),
        ("GetHealth", Arrow((me,), "AdminPanel_Health")),
        ("SetRole", Arrow((me, user, ("role", "string")), outcome)),
        ("RevokeRole", Arrow((me, user), outcome)),
    )
    panel = ("self", "AdminPanel_Api")
    return [
        (
            "AdminPanel_Field",
            Record(
                (
                    ("name", "string"),
                    ("type", "string"),
                    ("value", "unknown"),
                    ("default", "unknown"),
                    ("doc", Maybe("string")),
                    ("isEditable", "boolean"),
                )
            ),
        ),
        (
            "AdminPanel_Module",
            Record((("name", "string"), ("version", "string"), ("state", "string"), ("code", Maybe("string")))),
        ),
        (
            "AdminPanel_Reload",
            Record((("success", "boolean"), ("code", Maybe("string")), ("messages", ArrayType("string")))),
        ),
        (
            "AdminPanel_Filter",
            Record((("level", Maybe("string")), ("module", Maybe("string")), ("text", Maybe("string")))),
        ),
        (
            "AdminPanel_Line",
            Record((("time", "number"), ("level", "string"), ("module", "string"), ("message", "string"))),
        ),
        (
            "AdminPanel_Health",
            Record((("status", one_of(("ok", "degraded", "failing"))), ("issues", ArrayType("string")))),
        ),
        ("AdminPanel_Requests", Record(requests)),
        (
            "AdminPanel_Api",
            Record(
                (
                    ("Open", Arrow((panel,), None)),
                    ("Close", Arrow((panel,), None)),
                    ("Toggle", Arrow((panel,), None)),
                    ("IsOpen", Arrow((panel,), "boolean")),
                )
            ),
        ),
    ]
