"""SystemMonitor: log, metrics, health."""

from __future__ import annotations

from ovhlgen.luau import ArrayType, Arrow, LuauType, MapType, Maybe, Record, one_of
from ovhlgen.model.project import Project
from ovhlgen.services.service import Api, Method, Service, Table, TypeWriter

API = "SystemMonitor_Api"
HEALTH = "SystemMonitor_Health"

_ME: tuple[str, LuauType] = ("self", API)

_TABLE = Table(
    API,
    (
        Method(
            "Log",
            Arrow(
                (
                    _ME,
                    ("service", "string"),
                    ("level", "SystemMonitor_Level"),
                    ("code", "string"),
                    ("message", "string"),
                    ("metadata", Maybe(MapType("string", "unknown"))),
                    ("tag", Maybe("SystemMonitor_Tag")),
                ),
                None,
            ),
            "Writes a line of the log. WARN and ERROR go to the console too. `tag` says who acted, where it was no "
            "player's play.",
        ),
        Method(
            "Metric",
            Arrow((_ME, ("name", "string"), ("value", "number"), ("kind", Maybe("SystemMonitor_Metric"))), None),
            "Adds to a counter, sets a gauge, or takes the milliseconds of a timing. Without a kind it is what it was, "
            "else a gauge.",
        ),
        Method(
            "HealthCheck",
            Arrow((_ME,), HEALTH),
            "How the server is, and what keeps modules and services from running.",
        ),
        Method(
            "Recent",
            Arrow((_ME, ("count", Maybe("number"))), ArrayType("string")),
            "The newest lines of this server's log as texts, oldest first.",
        ),
    ),
)


def api(_project: Project, _types: TypeWriter, _realm: str) -> Api:
    health = Record((("status", one_of(("ok", "degraded", "failing"))), ("issues", ArrayType("string"))))
    declared: list[tuple[str, LuauType]] = [
        ("SystemMonitor_Level", one_of(("DEBUG", "INFO", "WARN", "ERROR"))),
        ("SystemMonitor_Metric", one_of(("counter", "gauge", "timing"))),
        ("SystemMonitor_Tag", one_of(("ADMIN", "AI"))),
        (HEALTH, health),
        _TABLE.declaration(),
    ]
    return Api(declared, (_TABLE,))


SERVICE = Service(
    "SystemMonitor",
    "The log, the metrics and the health of the server.",
    {"server": "Server/Core/SystemMonitor"},
    api,
    exports=lambda _project: (HEALTH,),
)
