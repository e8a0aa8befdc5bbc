"""A line of the log (docs/origin.md, Core OS 8): read back to its fields, and what may be written at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")
_RANKS = {**{level: rank for rank, level in enumerate(LEVELS)}, "PERF": LEVELS.index("INFO")}
_TEXT = r'"(?:[^"\\]|\\.)*"'
_LINE = re.compile(
    r"\[(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[SERVICE:(?P<service>[\w.-]+)\] \[LEVEL:(?P<level>[\w.-]+)\] "
    rf"\[CODE:(?P<code>[\w.-]+)\](?: \[(?P<tag>[\w.-]+)\])? Message: (?P<message>{_TEXT})(?: Data: (?P<data>.+))?",
    re.ASCII,
)
# Line breaks of any script, other control characters, and marks that turn text round.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST = 20_000  # characters: more than a game ever writes


@dataclass(frozen=True, slots=True)
class Line:
    """`message` and `data` stand as they are in the line: quoted, and JSON."""

    text: str
    time: str
    service: str
    level: str
    code: str
    tag: str | None
    message: str
    data: str | None


def read(text: str) -> Line | None:
    """None for what isn't a line of the log, or could do harm on a terminal."""
    match = _LINE.fullmatch(text) if len(text) <= LONGEST and not _UNSAFE.search(text) else None
    return Line(text, **match.groupdict()) if match else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines somebody wants to see: at least of a level, of a service, with a text in them, whatever its case."""

    level: str | None = None
    service: str | None = None
    text: str | None = None

    def fits(self, line: Line) -> bool:
        if self.level is not None and _RANKS.get(line.level, -1) < _RANKS[self.level]:
            return False
        if self.service is not None and line.service != self.service:
            return False
        return self.text is None or self.text.lower() in line.text.lower()
