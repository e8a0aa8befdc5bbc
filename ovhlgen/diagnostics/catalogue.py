"""The words of every code, English and Indonesian, with a wrong and a right example (catalogue/*.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ovhlgen.diagnostics.diagnostic import Diagnostic

LANGUAGES = ("en", "id")


type Content = str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """Files laid over the examples' base project, and how it is run.

    `path+` appends to the base's file. A content is a text, or one of `{remove: true}`, `{hex: …}`,
    `{link: target}`, `{repeat: [text, times]}`. `before` are commands that ran first, without the files.
    """

    files: Mapping[str, Content]
    command: tuple[str, ...]
    before: tuple[tuple[str, ...], ...]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `message` and `notes` hold `{name}` for the finding's arguments."""

    code: str
    message: Mapping[str, str]
    notes: tuple[Mapping[str, str], ...]
    explain: Mapping[str, str]
    wrong: Example | None
    right: Example | None


@cache
def codes() -> tuple[str, ...]:
    """Every code, in order."""
    folder = files("ovhlgen.diagnostics").joinpath("catalogue")
    groups = sorted(item.name.removesuffix(".yaml") for item in folder.iterdir())
    return tuple(sorted((code for group in groups for code in _group(group)), key=lambda code: (code[1:], code[0])))


@cache
def _group(name: str) -> dict[str, Any]:
    text = files("ovhlgen.diagnostics").joinpath("catalogue", f"{name}.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def entry(code: str) -> Entry:
    """The entry of a code. Raises KeyError for a code that isn't in the catalogue."""
    try:
        row = _group(code[1:3])[code]
    except FileNotFoundError:
        raise KeyError(code) from None
    notes = tuple(note for note in row.get("notes", ()))
    return Entry(
        code,
        row["message"],
        notes,
        row["explain"],
        _example(row.get("wrong"), row),
        _example(row.get("right"), row),
    )


def _example(example: dict[str, Any] | None, row: dict[str, Any]) -> Example | None:
    if example is None:
        return None
    return Example(
        example,
        tuple(row.get("command", ("check",))),
        tuple(tuple(command) for command in row.get("before", ())),
        row.get("env", {}),
    )


def base() -> dict[str, str]:
    """The project under every example: its files by path."""
    text = files("ovhlgen.diagnostics").joinpath("example_base.yaml").read_text("utf-8")
    loaded: dict[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def message(found: Diagnostic, language: str) -> str:
    """The finding in words."""
    return _fill(entry(found.code).message[language], found, language)


def notes(found: Diagnostic, language: str) -> list[str]:
    """Further lines: what is defined, what to do."""
    return [_fill(note[language], found, language) for note in entry(found.code).notes]


def _fill(template: str, diagnostic: Diagnostic, language: str) -> str:
    """One pass over the template: an argument's own braces are text."""

    def value(match: re.Match[str]) -> str:
        before, name, after = match.groups()
        if name not in diagnostic.args:
            return match.group(0)
        words = diagnostic.args[name]
        # In backticks stands what a spec says, as it says it; the rest are words of ours.
        is_quoted = before == after == "`"
        return before + clean(words if is_quoted or language == "en" else translated(words)) + after

    return re.sub(r"(`?)\{(\w+)\}(`?)", value, template)


@cache
def _phrases() -> tuple[dict[str, str], list[tuple[re.Pattern[str], list[str]]]]:
    """The phrases that stand alone, and those with gaps: what they match, and the pieces round the gaps."""
    text = files("ovhlgen.diagnostics").joinpath("phrases.yaml").read_text("utf-8")
    loaded: dict[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)
    gapped = [
        (re.compile("(.+)".join(map(re.escape, english.split("{}"))), re.DOTALL), words.split("{}"))
        for english, words in loaded.items()
        if "{}" in english
    ]
    return loaded, gapped


def translated(words: str) -> str:
    """An argument in Indonesian; what is no phrase of ours (a name, a path, a number) stays as it is."""
    alone, gapped = _phrases()
    if words in alone:
        return alone[words]
    for pattern, pieces in gapped:
        match = pattern.fullmatch(words)
        if match:
            text = pieces[0]
            for inner, piece in zip(match.groups(), pieces[1:], strict=True):
                is_quoted = text.endswith("`") and piece.startswith("`")
                text += (inner if is_quoted else translated(inner)) + piece
            return text
    return words


def clean(text: str) -> str:
    """Text of a spec on a terminal: control characters can't forge lines or colours."""
    return "".join(character if character.isprintable() else "�" for character in text)
