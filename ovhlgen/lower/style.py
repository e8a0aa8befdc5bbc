"""StyleService's own file: every theme with all of its tokens, references followed (docs/origin.md, Core OS 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.luau import Call, Construct, literal
from ovhlgen.model.node import Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import fonts
from ovhlgen.resolve.themes import COLOR, FONT, ends, kind, nested, tokens
from ovhlgen.services import style_service

PATH = f"{style_service.SERVICE.path('client')}/Themes.luau"
_FAMILIES = "rbxasset://fonts/families"


def style(project: Project) -> Iterator[Output]:
    """Only where a theme is."""
    if not project.themes:
        return
    themes = {name: nested(_values(project, name)) for name in sorted(project.themes)}
    inputs = tuple(sorted(f"specs/themes/{name}.yaml" for name in project.themes))
    yield Output(PATH, "services/Themes.luau.j2", inputs, {"themes": literal(themes)})


def _values(project: Project, theme: str) -> dict[str, Any]:
    merged = tokens(project.themes, theme)
    found = ends(merged)
    assert found.keys() == merged.keys(), "only projects without findings are lowered"
    return {path: _value(*found[path]) for path in merged}


def _value(path: str, leaf: Scalar) -> Any:
    token_type = kind(path, leaf)
    if token_type == COLOR:
        red, green, blue = bytes.fromhex(leaf.text.removeprefix("#"))
        return Construct(f"Color3.fromRGB({red}, {green}, {blue})")
    if token_type == FONT:
        face = fonts()[leaf.text]
        parts: list[Any] = [f"{_FAMILIES}/{face.family}.json", Construct(f"Enum.FontWeight.{face.weight}")]
        if face.style != "Normal":
            parts.append(Construct(f"Enum.FontStyle.{face.style}"))
        return Call("Font.new", tuple(parts))
    return leaf.value
