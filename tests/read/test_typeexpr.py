"""Type expressions: what parses to what, and where a mistake is pointed at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovhlgen.diagnostics import Diagnostic, Span
from ovhlgen.language.types import ID, LEAVES, Leaf, enum_of, instance_of
from ovhlgen.model.types import Array, Map, Named, Optional, TypeRef
from ovhlgen.read.typeexpr import parse_type

AT = Span("specs/x.yaml", 3, 11, 3, 60)


def leaf(name: str, **limits: float) -> Leaf:
    return replace(LEAVES[name], **limits)


def parse(text: str) -> TypeRef | Diagnostic:
    return parse_type(text, AT)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("u8", leaf("u8", low=0, high=255)),
        ("u8(1..20)", leaf("u8", low=1, high=20)),
        ("integer(5)", leaf("integer", low=5, high=5)),
        ("i16(..-1)", leaf("i16", low=-32768, high=-1)),
        ("f32(0..1, step=0.01)", leaf("f32", low=0, high=1, step=0.01)),
        ("number( -1.5e3 .. 2. )", leaf("number", low=-1500.0, high=2.0)),
        ("bool", leaf("boolean")),
        ("id?", Optional(ID)),
        ("string(1..32)", leaf("string", low=1, high=32)),
        ("string(..32)[]", Array(leaf("string", low=0, high=32))),
        ("buffer(4..)", leaf("buffer", low=4, high=None)),
        ("Vector3", leaf("Vector3")),
        ("Song[1..20]?", Optional(Array(Named(None, "Song", 0, 4), 1, 20))),
        ("id[3][2..]", Array(Array(ID, 3, 3), 2, None)),
        ("MusicModule.Song", Named("MusicModule", "Song", 0, 16)),
        ("map(id, Song, ..8)", Map(ID, Named(None, "Song", 8, 12), 0, 8)),
        ("Instance(Model, Workspace.Stages)", instance_of("Model", "Workspace.Stages")),
        ("Enum.Material", enum_of("Material")),
    ],
)
def test_what_parses(text: str, type_: object) -> None:
    found = parse(text)
    assert isinstance(found, TypeRef)
    assert found.type == type_


@pytest.mark.parametrize(
    ("text", "code", "start", "end"),
    [
        ("", "E0301", 0, 1),
        ("u8(1..", "E0301", 6, 7),
        ("u8(5..1)", "E0305", 3, 7),
        ("u8(0..256)", "E0305", 3, 9),
        ("u8(0.5..2)", "E0305", 3, 9),
        ("f32(0..1, stp=1)", "E0301", 10, 13),
        ("f32(0..1, step=0)", "E0305", 15, 16),
        ("f32(0.., step=1)", "E0305", 14, 15),
        ("string(-1..4)", "E0305", 7, 12),
        ("id??", "E0301", 3, 4),
        ("id?[3]", "E0301", 3, 4),
        ("map(id, id?)", "E0301", 8, 11),
        ("map(id id)", "E0301", 7, 9),
        ("Song]", "E0301", 4, 5),
        ("Song §", "E0301", 5, 6),
        ("(u8)", "E0301", 0, 1),
        ("Instance()", "E0301", 9, 10),
        ("Enum", "E0301", 4, 5),
    ],
)
def test_where_a_mistake_is_pointed_at(text: str, code: str, start: int, end: int) -> None:
    """The caret stands under the characters inside the string, not under the whole of it."""
    found = parse(text)
    assert isinstance(found, Diagnostic)
    assert (found.code, found.span.column - AT.column, found.span.end_column - AT.column) == (code, start, end)


@given(st.text(alphabet="u8if64stringmapbo(),.[]?=-15 eE.SongEnumInstance", max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is a type or a finding on its own line."""
    found = parse(text)
    assert isinstance(found, TypeRef) or found.span.line == 3


def test_nesting_is_limited() -> None:
    """A type deeper than 16 is a finding, not a stack overflow."""
    found = parse("map(id," * 5000 + "id" + ")" * 5000)
    assert isinstance(found, Diagnostic)
    assert found.code == "E0301"
