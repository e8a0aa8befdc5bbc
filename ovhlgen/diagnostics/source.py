"""The files that findings point into."""

from __future__ import annotations

from dataclasses import dataclass, field

from ovhlgen.diagnostics.diagnostic import Diagnostic, Span


@dataclass(frozen=True, slots=True)
class Source:
    """A text file. `path` is relative to the project root, with forward slashes."""

    path: str
    text: str

    @property
    def span(self) -> Span:
        return Span(self.path)


@dataclass(slots=True)
class Sources:
    """Every file that was read, by path, and what went wrong on the way."""

    files: dict[str, Source] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def line(self, path: str, number: int) -> str | None:
        source = self.files.get(path)
        if source is None:
            return None
        lines = source.text.split("\n")
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def whole_line(self, path: str, number: int) -> Span:
        """A line without the blanks around it; the last one where there are fewer."""
        source = self.files.get(path)
        last = source.text.rstrip("\n").count("\n") + 1 if source else number
        number = min(number, last)
        text = self.line(path, number) or ""
        start = len(text) - len(text.lstrip()) + 1
        return Span(path, number, start, number, max(len(text.rstrip()), start) + 1)
