"""SystemMonitor: log, metrics, health."""

from __future__ import annotations

from ovhlgen.luau import ArrayType, Arrow, LuauType, MapType, Maybe, Pack, Record, one_of
from ovhlgen.model.project import Project
from ovhlgen.services.service import Api, Method, Service, Table, TypeWriter

API = "SystemMonitor_Api"
HEALTH = "SystemMonitor_Health"
ENTRY = "SystemMonitor_Entry"
FILTER = "SystemMonitor_Filter"

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
        Method(
            "Metrics",
            Arrow((_ME,), MapType("string", "SystemMonitor_Numbers")),
            "All metrics by name, the kernel's too.",
        ),
        Method(
            "Find",
            Arrow((_ME, ("filter", Maybe(FILTER))), ArrayType(ENTRY)),
            "The newest lines of this server's log that a filter lets through, oldest first.",
        ),
        Method(
            "FindEarlier",
            Arrow((_ME, ("filter", Maybe(FILTER))), Pack((Maybe(ArrayType("SystemMonitor_Found")), Maybe("string")))),
            "Warnings and errors of other servers of the last seven days, where `logging.persist` keeps them. It "
            "yields; nil and `LOGS_UNAVAILABLE` where they can't be read.",
        ),
    ),
)

# A metric: `value` is a counter's sum, else the last number; `count` to `most` are over all that were given.
_NUMBERS: tuple[tuple[str, LuauType], ...] = (
    ("kind", "SystemMonitor_Metric"),
    *((name, "number") for name in ("value", "count", "total", "least", "most")),
    *((name, Maybe("number")) for name in ("p50", "p95", "p99")),
)
# A line of the log. `number` counts up; `at` is in seconds since 1970, `data` is JSON, `by` a user's id.
_ENTRY: tuple[tuple[str, LuauType], ...] = (
    ("number", "number"),
    ("at", "number"),
    *((name, "string") for name in ("service", "level", "code", "message")),
    *((name, Maybe("string")) for name in ("data", "tag")),
    ("by", Maybe("number")),
)
# The least level, who said it, a part of its text, a number that it is below, and how many lines at most.
_FILTER: tuple[tuple[str, LuauType], ...] = (
    ("level", Maybe("SystemMonitor_Level")),
    *((name, Maybe("string")) for name in ("service", "text")),
    *((name, Maybe("number")) for name in ("before", "count")),
)


def api(_project: Project, _types: TypeWriter, _realm: str) -> Api:
    health = Record((("status", one_of(("ok", "degraded", "failing"))), ("issues", ArrayType("string"))))
    declared: list[tuple[str, LuauType]] = [
        ("SystemMonitor_Level", one_of(("DEBUG", "INFO", "WARN", "ERROR"))),
        ("SystemMonitor_Metric", one_of(("counter", "gauge", "timing"))),
        ("SystemMonitor_Tag", one_of(("ADMIN", "AI"))),
        (HEALTH, health),
        ("SystemMonitor_Numbers", Record(_NUMBERS)),
        (ENTRY, Record(_ENTRY)),
        (FILTER, Record(_FILTER)),
        ("SystemMonitor_Found", Record((("server", "string"), ("entry", ENTRY)))),
        _TABLE.declaration(),
    ]
    return Api(declared, (_TABLE,))


SERVICE = Service(
    "SystemMonitor",
    "The log, the metrics and the health of the server.",
    {"server": "Server/Core/SystemMonitor"},
    api,
    exports=lambda _project: (HEALTH, ENTRY, FILTER),
)
