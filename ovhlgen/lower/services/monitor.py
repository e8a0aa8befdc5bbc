"""SystemMonitor: log, metrics, health."""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, one_of
from ovhlgen.luau import ArrayType, Arrow, MapType, Maybe, Record

API = "SystemMonitor_Api"
HEALTH = "SystemMonitor_Health"
EXPORTS = (HEALTH,)


def monitor() -> Declared:
    me = ("self", API)
    level = one_of(("DEBUG", "INFO", "WARN", "ERROR"))
    kind = one_of(("counter", "gauge", "timing"))
    log = (
        me,
        ("service", "string"),
        ("level", "SystemMonitor_Level"),
        ("code", "string"),
        ("message", "string"),
        ("metadata", Maybe(MapType("string", "unknown"))),
        ("tag", Maybe("SystemMonitor_Tag")),
    )
    metric = (me, ("name", "string"), ("value", "number"), ("kind", Maybe("SystemMonitor_Metric")))
    return [
        ("SystemMonitor_Level", level),
        ("SystemMonitor_Metric", kind),
        ("SystemMonitor_Tag", one_of(("ADMIN", "AI"))),
        (
            HEALTH,
            Record((("status", one_of(("ok", "degraded", "failing"))), ("issues", ArrayType("string")))),
        ),
        (
            API,
            Record(
                (
                    ("Log", Arrow(log, None)),
                    ("Metric", Arrow(metric, None)),
                    ("HealthCheck", Arrow((me,), HEALTH)),
                    ("Recent", Arrow((me, ("count", Maybe("number"))), ArrayType("string"))),
                )
            ),
        ),
    ]
