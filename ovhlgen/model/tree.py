"""The places of the generated tree that no domain may take: the runtime's own, and those that are written beside it."""

from __future__ import annotations

from functools import cache

from ovhlgen.resources import templates

CATALOGUES = "Catalogues"
CONFIG = "Config"
KEYS = "Keys"
LOG_RECEIVER = "LogReceiver"
SERVER_CONFIG = "OVHL_CONFIG"
SHARED_CONFIG = "SHARED_CONFIG"
TYPES = "Types"

# Folders of the runtime in which domains lie.
DOMAINS = frozenset({"Core", "Services"})


@cache
def taken() -> frozenset[str]:
    """What stands directly in `Server`, `Client` and `Shared`, in small letters."""
    runtime = {path.name.partition(".")[0] for path in (templates() / "runtime").glob("*/*")}
    written = {CATALOGUES, CONFIG, KEYS, LOG_RECEIVER, SERVER_CONFIG, SHARED_CONFIG, TYPES}
    return frozenset(name.lower() for name in runtime - DOMAINS | written)
