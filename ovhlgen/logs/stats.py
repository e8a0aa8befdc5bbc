"""What a log holds, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ovhlgen.logs.line import Filter, read

TOP = 10


@dataclass(slots=True)
class Stats:
    """`unread` are lines that aren't in the log's format."""

    lines: int = 0
    unread: int = 0
    first: str | None = None
    last: str | None = None
    levels: Counter[str] = field(default_factory=Counter)
    services: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)  # of WARN and ERROR: service and code
    tags: Counter[str] = field(default_factory=Counter)


def count(texts: Iterable[str], wanted: Filter) -> Stats:
    stats = Stats()
    for text in texts:
        line = read(text)
        if line is None:
            stats.unread += 1
            continue
        if not wanted.fits(line):
            continue
        stats.lines += 1
        stats.first = min(stats.first or line.time, line.time)
        stats.last = max(stats.last or line.time, line.time)
        stats.levels[line.level] += 1
        stats.services[line.service] += 1
        if line.level in ("WARN", "ERROR"):
            stats.codes[line.service, line.code] += 1
        if line.tag:
            stats.tags[line.tag] += 1
    return stats


def as_text(stats: Stats) -> str:
    rows = [f"{stats.lines} lines" + (f", {stats.first} to {stats.last} (UTC)" if stats.first else "")]
    if stats.unread:
        rows.append(f"{stats.unread} lines that are none of a log")
    groups: tuple[tuple[str, list[tuple[str, int]]], ...] = (
        ("level", stats.levels.most_common()),
        ("service", stats.services.most_common(TOP)),
        ("warnings and errors", [(f"{of} {code}", many) for (of, code), many in stats.codes.most_common(TOP)]),
        ("tag", stats.tags.most_common()),
    )
    for title, counts in groups:
        if counts:
            width = len(str(max(many for _, many in counts)))
            rows += ["", title, *(f"  {many:>{width}}  {name}" for name, many in counts)]
    return "\n".join(rows) + "\n"


def as_plain(stats: Stats) -> dict[str, object]:
    """For JSON."""
    codes = [{"service": of, "code": code, "count": many} for (of, code), many in stats.codes.most_common()]
    return {
        "lines": stats.lines,
        "unread": stats.unread,
        "first": stats.first,
        "last": stats.last,
        "levels": dict(stats.levels),
        "services": dict(stats.services),
        "codes": codes,
        "tags": dict(stats.tags),
    }
