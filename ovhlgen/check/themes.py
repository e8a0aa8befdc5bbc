"""Themes: what they extend, and the tokens that refer to others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from ovhlgen.check.references import unknown
from ovhlgen.diagnostics import Diagnostic, Span, listed, nearest, problem
from ovhlgen.language import hints
from ovhlgen.language.types import THEME
from ovhlgen.model.connected import connected
from ovhlgen.model.node import Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.roblox import fonts
from ovhlgen.read.builtin import base_tokens
from ovhlgen.resolve.themes import (
    COLOR,
    DEFAULT,
    FONT,
    MAX_CHAIN,
    SETTING,
    TEXT,
    TYPOGRAPHY,
    alias,
    chain,
    endless,
    ends,
    followed,
    kind,
    kinds,
    leaves,
    tokens,
    typographies,
)

_FORM = re.compile(r"#[0-9A-Fa-f]{6}|\{[a-z0-9_.]+\}|[A-Za-z][A-Za-z0-9 ]*")


def bases(project: Project) -> Iterator[Diagnostic]:
    """E0416: `extends:` names no theme. E0710: themes that extend each other. E0729: too many.
    E0711: no `default`."""
    themes = project.themes
    round_ = endless(themes)
    for name, theme in themes.items():
        if theme.extends is None:
            continue
        if theme.extends.name not in themes:
            if not project.is_broken("theme", theme.extends.name):
                yield unknown("E0416", theme.extends, themes)
        elif name in round_:
            yield problem("E0710", theme.extends.span, name=name)
        elif chain(themes, name) is None and chain(themes, theme.extends.name) is not None:
            yield problem("E0729", theme.extends.span, name=name, most=MAX_CHAIN)
    if DEFAULT not in themes and not project.is_broken("theme", "default"):
        needs = [group[min(group)].key for group in (project.screens, themes) if group]
        for key in needs[:1]:
            yield problem("E0711", key.span, name=key.name)


def references(project: Project) -> Iterator[Diagnostic]:
    """E0712: `{a.b}` names no token. E0713: tokens that refer to each other."""
    for name in _whole(project):
        merged = tokens(project.themes, name)
        round_ = _round(merged)
        for path, leaf in leaves(project.themes[name].tokens).items():
            wanted = alias(leaf)
            if wanted is None:
                continue
            if wanted not in merged:
                near = nearest(wanted, merged)
                yield problem("E0712", leaf.span, name=wanted, defined=listed(merged), suggestion=near)
            elif path in round_:
                yield problem("E0713", leaf.span, name=path)


def _whole(project: Project) -> list[str]:
    """The themes whose bases are all there."""
    themes = project.themes
    chains = {name: chain(themes, name) for name in themes}
    return [
        name
        for name, found in chains.items()
        if found is not None and not any(one.extends and one.extends.name not in themes for one in found)
    ]


def _round(merged: dict[str, Scalar]) -> set[str]:
    """The tokens whose references lead back to them."""
    to = {path: [wanted] for path, leaf in merged.items() if (wanted := alias(leaf)) in merged and wanted}
    edges = {path: to.get(path, []) for path in merged}
    return {path for group in connected(edges) for path in group if len(group) > 1 or path in edges[path]}


def forms(project: Project) -> Iterator[Diagnostic]:
    """E0714: a text token is a colour, a reference or the name of a font. E0723: no such font."""
    for theme in project.themes.values():
        merged = tokens(project.themes, theme.key.name)
        for path, leaf in leaves(theme.tokens).items():
            if not isinstance(leaf.value, str):
                continue
            if not _FORM.fullmatch(leaf.value):
                name = leaf.text.lstrip("$@").strip("{}")
                meant = f'"{{{name}}}"' if name in merged else hints.colour(leaf.text)
                yield problem("E0714", leaf.span, name=path, found=leaf.text, suggestion=meant)
            elif kind(path, leaf) == FONT and alias(leaf) is None and leaf.value not in fonts():
                yield problem("E0723", leaf.span, name=leaf.value, suggestion=nearest(leaf.value, fonts()))


def default_has_all(project: Project) -> Iterator[Diagnostic]:
    """E0721: a token that `default` hasn't. E0722: one that has another type there."""
    if DEFAULT not in project.themes:
        return
    default = tokens(project.themes, DEFAULT)
    # What is wrong in `default` itself is said there.
    expected = {path: kind(*end) for path, end in ends(default).items() if _is_right(end[1])}
    expected |= {path: of for path, of in kinds(leaves(base_tokens())).items() if path in expected}
    for name in _whole(project):
        own, found = leaves(project.themes[name].tokens), kinds(tokens(project.themes, name))
        for path, leaf in own.items() if name != DEFAULT else ():
            if path not in default:
                yield problem("E0721", leaf.span, name=path, suggestion=nearest(path, default))
            elif path in expected and found.get(path, expected[path]) != expected[path]:
                yield problem("E0722", leaf.span, name=path, found=found[path], expected=expected[path])


def _is_right(leaf: Scalar) -> bool:
    return not isinstance(leaf.value, str) or _FORM.fullmatch(leaf.value) is not None


def drawn_with(project: Project) -> Iterator[Diagnostic]:
    """E0726: a token of OVHL_UI's own that has another type in `default`."""
    if DEFAULT not in project.themes:
        return
    wanted = kinds(leaves(base_tokens()))
    own, found = leaves(project.themes[DEFAULT].tokens), kinds(tokens(project.themes, DEFAULT))
    for path, of in wanted.items():
        group = next((leaf for leaf in own if path.startswith(f"{leaf}.")), None)
        value = own[path].value if path in own else None
        if isinstance(value, str) and not _FORM.fullmatch(value):
            continue  # E0714
        if group:
            yield problem("E0726", own[group].span, name=group, found=found.get(group, TEXT), expected=of, path=path)
        elif path in own and path in found and found[path] != of and not path.startswith("typography."):
            end = followed(tokens(project.themes, DEFAULT), path)
            upon = [end[1].span] if end and end[0] != path else []
            yield problem("E0726", own[path].span, name=path, found=found[path], expected=of, path=path, upon=upon)


def near_misses(project: Project) -> Iterator[Diagnostic]:
    """W0731: a token that nothing refers to, a letter off one that OVHL_UI draws with."""
    drawn = leaves(base_tokens())
    default = tokens(project.themes, DEFAULT) if DEFAULT in project.themes else {}
    used = {alias(leaf) for theme in project.themes.values() for leaf in leaves(theme.tokens).values()}
    for theme in project.themes.values():
        for path, leaf in leaves(theme.tokens).items():
            is_unknown = path not in drawn and path not in used
            is_said = theme.key.name != DEFAULT and DEFAULT in project.themes and path not in default  # E0721
            meant = nearest(path, drawn) if is_unknown and not is_said else None
            if meant and _is_slip(path.split("."), meant.split(".")):
                yield problem("W0731", leaf.span, name=path, suggestion=meant)


def _is_slip(path: list[str], meant: list[str]) -> bool:
    """One part is nearly another word; `surface_2` and a style called `gold` are names of their own."""
    differ = [(one, other) for one, other in zip(path, meant, strict=False) if one != other]
    if len(path) != len(meant) or len(differ) != 1:
        return False
    one, other = differ[0]
    return one.isalpha() and SequenceMatcher(None, one, other).ratio() >= 0.8


def typography(project: Project) -> Iterator[Diagnostic]:
    """E0724: an entry of `typography` is a font, a size and a line height, both above 0, and nothing else."""
    if DEFAULT not in project.themes:
        return
    merged = tokens(project.themes, DEFAULT)
    found = kinds(merged)
    own = {path: leaf for path, leaf in merged.items() if path.startswith("typography.")}
    for entry in typographies(own):
        inside = {path: leaf for path, leaf in own.items() if path == entry or path.startswith(f"{entry}.")}
        wanted = {f"{entry}.{name}": of for name, of in TYPOGRAPHY.items()}
        right = set(inside) == set(wanted) and all(found.get(path, of) == of for path, of in wanted.items())
        if not right:
            yield problem("E0724", next(iter(inside.values())).span, name=entry)
    for name in _whole(project):
        every = ends(tokens(project.themes, name))
        for path, leaf in leaves(project.themes[name].tokens).items():
            end = every.get(path)
            size = end[1].value if end else None
            if path.startswith("typography.") and isinstance(size, int | float) and size <= 0:
                yield problem("E0724", leaf.span, name=path.rpartition(".")[0])


def switch(project: Project) -> Iterator[Diagnostic]:
    """W0725: the setting `ui_theme` is there, and can't switch what clients show."""
    field = project.config.fields.get(SETTING)
    if project.themes and field and field.type and not (field.type.type == THEME and field.realm == "shared"):
        yield problem("W0725", field.key.span, upon=[field.type.span])


# Texts of OVHL_UI, and what is behind each.
_PAIRS = (
    ("color.text", "color.surface"),
    *(("color.black", f"color.{kind}") for kind in ("primary", "success", "warning", "danger")),  # toasts
)
_LEAST = 4.5  # WCAG AA, for texts below 24 pixels


def contrast(project: Project) -> Iterator[Diagnostic]:
    """W0840: a text that OVHL_UI draws is hard to read in a theme."""
    if not project.screens or DEFAULT not in project.themes:
        return
    styles = {path.split(".")[1] for path in tokens(project.themes, DEFAULT) if path.startswith("button.")}
    pairs = [*_PAIRS, *((f"button.{name}.text", f"button.{name}.background") for name in sorted(styles))]
    for name in sorted(_whole(project)):
        merged, own = tokens(project.themes, name), leaves(project.themes[name].tokens)
        for text, behind in pairs:
            front, back = _color(merged, text), _color(merged, behind)
            found = ratio(front, back) if front and back else _LEAST
            if found < _LEAST and (span := _changed(own, merged, text, behind)):
                yield problem("W0840", span, text=text, behind=behind, theme=name, found=f"{found:.2f}")


def _changed(own: dict[str, Scalar], merged: dict[str, Scalar], *paths: str) -> Span | None:
    """Where a theme itself says what one of these tokens is."""
    for path in paths:
        end = followed(merged, path)
        for one in (path, end[0] if end else path):
            if one in own:
                return own[one].span
    return None


def _color(merged: dict[str, Scalar], path: str) -> str | None:
    end = followed(merged, path) if path in merged else None
    is_whole = end is not None and kind(*end) == COLOR and _FORM.fullmatch(end[1].text)
    return end[1].text if end and is_whole else None


def ratio(front: str, back: str) -> float:
    """Contrast of two colours such as `#00AAFF`, by WCAG 2."""
    high, low = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    parts = [byte / 255 for byte in bytes.fromhex(color.removeprefix("#"))]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


RULES = (bases, references, forms, default_has_all, drawn_with, near_misses, typography, switch, contrast)
