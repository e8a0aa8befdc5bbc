"""How a report is printed, whatever it is about.

A report is facts: dataclasses of names, numbers and texts. JSON shows them as they are. Text and markdown show outlines
and tables of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

type Align = Literal["left", "centre", "right"]
_RULES: dict[Align, str] = {"left": "---", "centre": ":-:", "right": "---:"}


@dataclass(frozen=True, slots=True)
class Item:
    """A line, and lines below it."""

    text: str
    below: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """`has_branches`: lines lead from an item to what is below it."""

    items: Sequence[Item]
    has_branches: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`titles` are those of its columns, each with its side; as text every column is on the left."""

    titles: Mapping[str, Align]
    rows: Sequence[Sequence[str]]


type Block = Outline | Table


def as_text(blocks: Iterable[Block]) -> str:
    """For people. A blank line stands between two blocks."""
    return "\n".join(text_of(_outline(block) if isinstance(block, Outline) else _columns(block)) for block in blocks)


def as_markdown(tables: Iterable[Table]) -> str:
    return "\n".join(text_of(_markdown(table)) for table in tables)


def as_json(value: Mapping[str, object]) -> str:
    return json.dumps(plain(value), indent=2, ensure_ascii=False) + "\n"


def plain(value: Any) -> Any:
    """Facts as JSON has them: a dataclass is an object with its fields. `from_` is `from`, which Python keeps."""
    if is_dataclass(value):
        return {field.name.removesuffix("_"): plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(element) for key, element in value.items()}
    if isinstance(value, list | tuple):
        return [plain(element) for element in value]
    return value


def text_of(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _outline(outline: Outline) -> Iterator[str]:
    for item in outline.items:
        yield item.text
        for index, line in enumerate(item.below, 1):
            branch = "└─" if index == len(item.below) else "├─"
            yield f"     {branch} {line}" if outline.has_branches else f"    {line}"


def _columns(table: Table) -> Iterator[str]:
    rows = [[*table.titles], *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _markdown(table: Table) -> Iterator[str]:
    yield _row(table.titles)
    yield f"|{'|'.join(_RULES[align] for align in table.titles.values())}|"
    yield from map(_row, table.rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
