"""The folders of `out/`, and the places in them that no domain may take: the runtime's own, and what is written beside.

`out/src` has what comes of a game's specs, `out/runtime` what is of ovhlgen itself: the kernel, services, the panel.
In both a file lies under its path in the place, such as `Server/Types.luau`: Rojo puts the two together.
"""

from __future__ import annotations

from functools import cache

from ovhlgen.resources import templates

SRC, RUNTIME = "src", "runtime"
FOLDERS = (SRC, RUNTIME)

CATALOGUES = "Catalogues"
CONFIG = "Config"
KEYS = "Keys"
PANEL_TYPES = "PanelTypes"
LOG_RECEIVER = "LogReceiver"
SERVER_CONFIG = "OVHL_CONFIG"
SHARED_CONFIG = "SHARED_CONFIG"
TYPES = "Types"

# Folders of the runtime in which domains lie.
DOMAINS = frozenset({"Core", "Services"})


def placed(path: str) -> str | None:
    """Where in the place a file of `out/` is: `Server/Types.luau` for `src/Server/Types.luau`."""
    folder, _, rest = path.partition("/")
    return rest if folder in FOLDERS else None


@cache
def runtime() -> tuple[str, ...]:
    """The runtime's files that are the same in every game, by their paths in the place."""
    root = templates() / RUNTIME
    return tuple(sorted(path.relative_to(root).as_posix() for path in root.rglob("*.luau")))


@cache
def taken() -> frozenset[str]:
    """What stands directly in `Server`, `Client` and `Shared`, in small letters."""
    own = {path.split("/")[1].partition(".")[0] for path in runtime()}
    written = {CATALOGUES, CONFIG, KEYS, LOG_RECEIVER, PANEL_TYPES, SERVER_CONFIG, SHARED_CONFIG, TYPES}
    return frozenset(name.lower() for name in own - DOMAINS | written)
