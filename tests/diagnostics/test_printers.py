"""What people, machines, GitHub and code scanners are shown, byte for byte."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ovhlgen.diagnostics import Diagnostic, Source, Sources, Span, nearest, problem
from ovhlgen.diagnostics.catalogue import codes, entry, translated
from ovhlgen.diagnostics.printers import FORMATS
from ovhlgen.language.types import LEAVES, Plain
from tests.check.test_catalogue import outcome
from tests.conftest import ROOT
from tests.support.projects import Project
from tests.support.snapshots import matches

EXPECTED = Path(__file__).parent / "expected"
YAML = 'module: Pesta\nallow: [OVHL_Vip]\ndoc: "🎵🎵 你好" # ovhl\n\tevents:   x\n'
PATH = "specs/modules/Pesta/module.yaml"
SOURCES = Sources({PATH: Source(PATH, YAML)})
FINDINGS: list[Diagnostic] = [
    problem(
        "E0404",
        Span(PATH, 2, 9, 2, 17),
        suggestion="OVHL_VIP",
        name="OVHL_Vip",
        defined="OVHL_Guest, OVHL_VIP",
        related=[(Span("specs/roles.yaml", 2, 3, 2, 13), "defined here")],
    ),
    problem("W1002", Span(PATH, 3, 16, 3, 20), accepted="W0509"),
    problem("E0101", Span(PATH, 4, 2, 4, 8), key="events", known="module", suggestion="event"),
    problem("N0003", Span("specs/themes/default.yaml"), name="Gotham", family="Montserrat"),
    problem("E0202", Span("specs/a,b:100%.yaml", 1, 1, 1, 1), name="a\nb", why="a\x1b[31m"),
]


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_each_format(form: str, language: str) -> None:
    """One snapshot for each printer and language."""
    text = FORMATS[form](FINDINGS, SOURCES, language, False)
    assert matches(EXPECTED / f"{form}.{language}.txt", text)


def test_colours_are_only_colours() -> None:
    """With colours the same text comes out, but for escape sequences."""
    plain = FORMATS["text"](FINDINGS, SOURCES, "en", False)
    coloured = FORMATS["text"](FINDINGS, SOURCES, "en", True)
    assert matches(EXPECTED / "text.colour.txt", coloured)

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_the_caret_stands_under_wide_and_tabbed_text() -> None:
    """Emoji and Chinese characters take two columns, a tab four: the caret is under its word all the same."""
    lines = FORMATS["text"](FINDINGS[1:3], SOURCES, "en", False).split("\n")
    wide = lines.index('3 | doc: "🎵🎵 你好" # ovhl')
    assert lines[wide + 1].index("^") == len("  | ") + len('doc: "') + 2 * 4 + 1 + len('" # ') - 0
    tabbed = next(index for index, line in enumerate(lines) if line == "4 |     events:   x")
    assert lines[tabbed + 1].startswith("  |     ^^^^^^")


def test_text_of_a_spec_cannot_forge_lines_or_colours() -> None:
    """Control characters of a name are shown as a replacement character."""
    text = FORMATS["text"](FINDINGS[4:], SOURCES, "en", False)
    assert "\x1b" not in text
    assert "`a�b`" in text


def test_a_long_line_is_cut_round_its_caret() -> None:
    path = "specs/x.yaml"
    sources = Sources({path: Source(path, "x" * 5000 + "HERE" + "y" * 5000)})
    found = problem("E0008", Span(path, 1, 5001, 1, 5005), file=path)
    lines = FORMATS["text"]([found], sources, "en", False).split("\n")
    assert max(map(len, lines)) < 200
    shown, carets = lines[3], lines[4]
    assert shown[carets.index("^") :].startswith("HERE")


def test_json_and_sarif_are_json() -> None:
    for form in ("json", "sarif"):
        json.loads(FORMATS[form](FINDINGS, SOURCES, "id", False))


def test_languages_by_option_and_environment(project: Project) -> None:
    """`--lang` wins over OVHLGEN_LANG; an unknown language is a mistake of usage."""
    project.base().edit("specs/project.yaml", "ovhl: 1", "ovhl: 1\nnonsense: 1")
    assert "unknown key" in project.run("check").out
    assert "tidak dikenal" in project.run("check", env={"OVHLGEN_LANG": "id"}).out
    assert "unknown key" in project.run("check", "--lang", "en", env={"OVHLGEN_LANG": "id"}).out
    assert project.run("check", env={"OVHLGEN_LANG": "fr"}).code == 2


def test_strict_and_quiet(example: Project) -> None:
    """Warnings fail under `--strict`; `-q` leaves errors only."""
    example.append("specs/modules/ZoneModule/Logic.luau", "\n" * 320)
    result = example.run("check")
    assert (result.code, "W0509" in result.out) == (0, True)
    assert example.run("check", "--strict").code == 1
    assert example.run("check", "-q").out == ""


def test_indonesian_to_the_last_word(project: Project) -> None:
    """What stands inside a message is translated too; what a spec says stays as it says it."""
    project.base().write({"specs/types.yaml": "types:\n  Zone: { enum: two }\n  two: { alias: 'u8(5..1)' }\n"})
    project.append("specs/modules/Party/module.yaml", "two: 1\n")
    out = project.run("check", "--lang", "id").out
    assert "seharusnya daftar seperti `[…]`, ditemukan teks `two`" in out
    assert "seharusnya tipe seperti `Song`: huruf besar" in out
    assert "kunci `two` tidak dikenal" in out


def test_every_phrase_fills_its_gaps() -> None:
    """Both sides of phrases.yaml have the same number of gaps."""
    phrases = yaml.safe_load((ROOT / "ovhlgen/diagnostics/phrases.yaml").read_text("utf-8"))
    assert [english for english, words in phrases.items() if english.count("{}") != words.count("{}")] == []


@pytest.mark.parametrize(
    "leaf", [leaf for leaf in LEAVES.values() if isinstance(leaf, Plain)], ids=lambda leaf: leaf.name
)
def test_how_a_literal_is_written_is_said_in_indonesian(leaf: Plain) -> None:
    assert translated(leaf.form) != leaf.form


ENGLISH = re.compile(r"\b(the|an|such as|at least|at most|isn't|needs|belongs|nothing|is no|are|with|must)\b")


@pytest.mark.parametrize("code", [code for code in codes() if entry(code).wrong is not None])
def test_no_english_is_left_in_indonesian_findings(code: str, project: Project) -> None:
    """The wrong example of every code, in Indonesian: what isn't quoted from a spec or a tool has no English word."""
    wrong = entry(code).wrong
    assert wrong is not None
    if wrong.command[0] in ("lint", "test"):
        return
    result = outcome(project, replace(wrong, env={**wrong.env, "OVHLGEN_LANG": "id"}))
    for found in result.findings:
        for words in (found["message"], *found["notes"]):
            assert not ENGLISH.search(re.sub(r"`[^`]*`|\"[^\"]*\"|specs/\S+", "", words)), words


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("part", "Part"), ("Prat", "Part"), ("Pathh", "Path"), ("Zzz", None), ("Part", "Part"), ("PART", "Part")],
)
def test_the_nearest_name(name: str, wanted: str | None) -> None:
    """Case first, then swapped letters, then likeness; nothing where nothing is like it."""
    assert nearest(name, ["Path", "Part", "Port"]) == wanted
