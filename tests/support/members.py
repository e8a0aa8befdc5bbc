"""The methods and events of Roblox's classes, out of the pinned definitions: one class a line, its own members."""

from __future__ import annotations

import re
from pathlib import Path

from ovhlgen.tools.definitions.install import definitions_file

MEMBERS = Path(__file__).parent.parent.parent / "ovhlgen/simulator/host/Members.luau"

_HEAD = """--!strict
-- The methods and callbacks of Roblox's classes by the class that has them, behind them its events with a `+`, so that
-- what isn't simulated can be told from what doesn't exist. Made by tests/simulator/test_list.py.
return [[
"""
_CLASS = re.compile(r"^declare extern type (\w+)(?: extends \w+)? with\n(.*?)^end", re.MULTILINE | re.DOTALL)
_METHOD = re.compile(r"^\tfunction ([A-Za-z]\w*)\(", re.MULTILINE)
_SIGNAL = re.compile(r"^\t(?:read )?(\w+): RBXScriptSignal<", re.MULTILINE)
_CALLBACK = re.compile(r"^\t(On\w+Invoke|ProcessReceipt): ", re.MULTILINE)


def members() -> str:
    """`Class: name +event …`, sorted; classes without members of their own are left out."""
    lines = []
    for name, body in _CLASS.findall(definitions_file().read_text("utf-8")):
        events = set(_SIGNAL.findall(body))
        own = sorted({*_METHOD.findall(body), *_CALLBACK.findall(body)} - events)
        own += [f"+{event}" for event in sorted(events)]
        if own and not name.startswith("Enum"):
            lines.append(f"{name}: {' '.join(own)}")
    return _HEAD + "\n".join(sorted(lines)) + "\n]]\n"
