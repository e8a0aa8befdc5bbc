"""Themes: what they extend, and the tokens that refer to others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from ovhlgen.check.references import unknown
from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import PROJECT
from ovhlgen.diagnostics import Diagnostic, Span, listed, nearest, problem
from ovhlgen.language import hints
from ovhlgen.language.types import THEME
from ovhlgen.model.connected import connected
from ovhlgen.model.design import Theme
from ovhlgen.model.game import Ref
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


@dataclass(frozen=True, slots=True)
class _Extension:
    """A theme and what it extends; `goes_round` where that leads to a theme that extends itself."""

    project: Project
    theme: Theme
    base: Ref
    goes_round: bool

    @property
    def is_unknown(self) -> bool:
        return self.base.name not in self.project.themes


def _extensions(project: Project) -> Iterator[tuple[_Extension]]:
    round_ = endless(project.themes)
    for name, theme in project.themes.items():
        if theme.extends is not None:
            yield (_Extension(project, theme, theme.extends, name in round_),)


EXTENSION = Scope("extension", _extensions)


@rule("E0416", EXTENSION)
def unknown_bases(extension: _Extension) -> Iterator[Diagnostic]:
    """`extends:` names no theme."""
    if extension.is_unknown and not extension.project.is_broken("theme", extension.base.name):
        yield unknown("E0416", extension.base, extension.project.themes)


@rule("E0710", EXTENSION)
def endless_bases(extension: _Extension) -> Iterator[Diagnostic]:
    """Themes that extend each other."""
    if extension.goes_round and not extension.is_unknown:
        yield problem("E0710", extension.base.span, name=extension.theme.key.name)


@rule("E0729", EXTENSION)
def long_chains(extension: _Extension) -> Iterator[Diagnostic]:
    """Too many themes that extend each other: said of the first that is one too many."""
    themes, name = extension.project.themes, extension.theme.key.name
    is_judged = extension.is_unknown or extension.goes_round
    if not is_judged and chain(themes, name) is None and chain(themes, extension.base.name) is not None:
        yield problem("E0729", extension.base.span, name=name, most=MAX_CHAIN)


@rule("E0711", PROJECT)
def default_is_there(project: Project) -> Iterator[Diagnostic]:
    """Screens, or themes, and none that is called `default`."""
    if DEFAULT not in project.themes and not project.is_broken("theme", "default"):
        needs = [group[min(group)].key for group in (project.screens, project.themes) if group]
        for key in needs[:1]:
            yield problem("E0711", key.span, name=key.name)


def _whole(project: Project) -> list[str]:
    """The themes whose bases are all there."""
    themes = project.themes
    chains = {name: chain(themes, name) for name in themes}
    return [
        name
        for name, links in chains.items()
        if links is not None and not any(theme.extends and theme.extends.name not in themes for theme in links)
    ]


@dataclass(frozen=True, slots=True)
class _Alias:
    """A token that refers to another one, among all that its theme has."""

    path: str
    leaf: Scalar
    target: str
    merged: dict[str, Scalar]
    goes_round: bool


def _aliases(project: Project) -> Iterator[tuple[_Alias]]:
    for name in _whole(project):
        merged = tokens(project.themes, name)
        round_ = _round(merged)
        for path, leaf in leaves(project.themes[name].tokens).items():
            target = alias(leaf)
            if target is not None:
                yield (_Alias(path, leaf, target, merged, path in round_),)


def _round(merged: dict[str, Scalar]) -> set[str]:
    """The tokens whose references lead back to them."""
    to = {path: [target] for path, leaf in merged.items() if (target := alias(leaf)) in merged and target}
    edges = {path: to.get(path, []) for path in merged}
    return {path for group in connected(edges) for path in group if len(group) > 1 or path in edges[path]}


ALIAS = Scope("token reference", _aliases)


@rule("E0712", ALIAS)
def unknown_tokens(token: _Alias) -> Iterator[Diagnostic]:
    """`{a.b}` names no token."""
    if token.target not in token.merged:
        near = nearest(token.target, token.merged)
        yield problem("E0712", token.leaf.span, name=token.target, defined=listed(token.merged), suggestion=near)


@rule("E0713", ALIAS)
def endless_tokens(token: _Alias) -> Iterator[Diagnostic]:
    """Tokens that refer to each other."""
    if token.goes_round and token.target in token.merged:
        yield problem("E0713", token.leaf.span, name=token.path)


def _text_tokens(project: Project) -> Iterator[tuple[Project, Theme, str, Scalar]]:
    for theme in project.themes.values():
        for path, leaf in leaves(theme.tokens).items():
            if isinstance(leaf.value, str):
                yield project, theme, path, leaf


TEXT_TOKEN = Scope("text token", _text_tokens)


@rule("E0714", TEXT_TOKEN)
def forms(project: Project, theme: Theme, path: str, leaf: Scalar) -> Iterator[Diagnostic]:
    """A text token is a colour, a reference or the name of a font."""
    if not _FORM.fullmatch(leaf.text):
        name = leaf.text.lstrip("$@").strip("{}")
        is_token = name in tokens(project.themes, theme.key.name)
        meant = f'"{{{name}}}"' if is_token else hints.colour(leaf.text)
        yield problem("E0714", leaf.span, name=path, found=leaf.text, suggestion=meant)


def _font(path: str, leaf: Scalar) -> str | None:
    """The font that a text token names."""
    is_font = _FORM.fullmatch(leaf.text) and kind(path, leaf) == FONT and alias(leaf) is None
    return leaf.text if is_font else None


@rule("E0723", TEXT_TOKEN)
def unknown_fonts(_project: Project, _theme: Theme, path: str, leaf: Scalar) -> Iterator[Diagnostic]:
    """Roblox has no such font."""
    font = _font(path, leaf)
    if font is not None and font not in fonts():
        yield problem("E0723", leaf.span, name=font, suggestion=nearest(font, fonts()))


@rule("N0003", PROJECT, command="build")
def replaced_fonts(project: Project) -> Iterator[Diagnostic]:
    """The first font that Roblox ships no more."""
    for _, _, path, leaf in TEXT_TOKEN.walk(project):
        font = _font(path, leaf)
        if font in fonts() and fonts()[font].is_replaced:
            yield problem("N0003", leaf.span, name=font, family=fonts()[font].family)
            return


@dataclass(frozen=True, slots=True)
class _Own:
    """A token of a theme beside what it is in `default`; a type is None where it can't be said."""

    path: str
    leaf: Scalar
    default: dict[str, Scalar]
    type: str | None
    expected: str | None


def _own_tokens(project: Project) -> Iterator[tuple[_Own]]:
    if DEFAULT not in project.themes:
        return
    default = tokens(project.themes, DEFAULT)
    # What is wrong in `default` itself is said there.
    expected = {path: kind(*end) for path, end in ends(default).items() if _is_right(end[1])}
    expected |= {path: type_ for path, type_ in kinds(leaves(base_tokens())).items() if path in expected}
    for name in _whole(project):
        types = kinds(tokens(project.themes, name))
        for path, leaf in leaves(project.themes[name].tokens).items() if name != DEFAULT else ():
            yield (_Own(path, leaf, default, types.get(path), expected.get(path)),)


def _is_right(leaf: Scalar) -> bool:
    return not isinstance(leaf.value, str) or _FORM.fullmatch(leaf.value) is not None


OWN_TOKEN = Scope("own token", _own_tokens)


@rule("E0721", OWN_TOKEN)
def default_has_all(token: _Own) -> Iterator[Diagnostic]:
    """A token that `default` hasn't."""
    if token.path not in token.default:
        yield problem("E0721", token.leaf.span, name=token.path, suggestion=nearest(token.path, token.default))


@rule("E0722", OWN_TOKEN)
def same_types(token: _Own) -> Iterator[Diagnostic]:
    """A token that has another type in `default`."""
    if token.type and token.expected and token.type != token.expected:
        yield problem("E0722", token.leaf.span, name=token.path, found=token.type, expected=token.expected)


@rule("E0726", PROJECT)
def drawn_with(project: Project) -> Iterator[Diagnostic]:
    """A token of OVHL_UI's own that has another type in `default`."""
    if DEFAULT not in project.themes:
        return
    drawn = kinds(leaves(base_tokens()))
    merged = tokens(project.themes, DEFAULT)
    own, types = leaves(project.themes[DEFAULT].tokens), kinds(merged)
    for path, expected in drawn.items():
        group = next((leaf for leaf in own if path.startswith(f"{leaf}.")), None)
        value = own[path].value if path in own else None
        if isinstance(value, str) and not _FORM.fullmatch(value):
            continue  # E0714
        if group:
            said = types.get(group, TEXT)
            yield problem("E0726", own[group].span, name=group, found=said, expected=expected, path=path)
        elif path in own and path in types and types[path] != expected and not path.startswith("typography."):
            end = followed(merged, path)
            upon = [end[1].span] if end and end[0] != path else []
            said = types[path]
            yield problem("E0726", own[path].span, name=path, found=said, expected=expected, path=path, upon=upon)


@rule("W0731", PROJECT)
def near_misses(project: Project) -> Iterator[Diagnostic]:
    """A token that nothing refers to, a letter off one that OVHL_UI draws with."""
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
    differ = [(word, other) for word, other in zip(path, meant, strict=False) if word != other]
    if len(path) != len(meant) or len(differ) != 1:
        return False
    word, other = differ[0]
    return word.isalpha() and SequenceMatcher(None, word, other).ratio() >= 0.8


@rule("E0724", PROJECT)
def typography(project: Project) -> Iterator[Diagnostic]:
    """An entry of `typography` is a font, a size and a line height, both above 0, and nothing else."""
    if DEFAULT not in project.themes:
        return
    merged = tokens(project.themes, DEFAULT)
    types = kinds(merged)
    own = {path: leaf for path, leaf in merged.items() if path.startswith("typography.")}
    for entry in typographies(own):
        inside = {path: leaf for path, leaf in own.items() if path == entry or path.startswith(f"{entry}.")}
        expected = {f"{entry}.{name}": type_ for name, type_ in TYPOGRAPHY.items()}
        right = set(inside) == set(expected) and all(
            types.get(path, type_) == type_ for path, type_ in expected.items()
        )
        if not right:
            yield problem("E0724", next(iter(inside.values())).span, name=entry)
    for name in _whole(project):
        every = ends(tokens(project.themes, name))
        for path, leaf in leaves(project.themes[name].tokens).items():
            end = every.get(path)
            size = end[1].value if end else None
            if path.startswith("typography.") and isinstance(size, int | float) and size <= 0:
                yield problem("E0724", leaf.span, name=path.rpartition(".")[0])


@rule("W0725", PROJECT)
def switch(project: Project) -> Iterator[Diagnostic]:
    """The setting `ui_theme` is there, and can't switch what clients show."""
    field = project.config.fields.get(SETTING)
    if project.themes and field and field.type and not (field.type.type == THEME and field.realm == "shared"):
        yield problem("W0725", field.key.span, upon=[field.type.span])


# Texts of OVHL_UI, and what is behind each.
_PAIRS = (
    ("color.text", "color.surface"),
    *(("color.black", f"color.{kind}") for kind in ("primary", "success", "warning", "danger")),  # toasts
)
_LEAST = 4.5  # WCAG AA, for texts below 24 pixels


@rule("W0840", PROJECT)
def contrast(project: Project) -> Iterator[Diagnostic]:
    """A text that OVHL_UI draws is hard to read in a theme."""
    if not project.screens or DEFAULT not in project.themes:
        return
    styles = {path.split(".")[1] for path in tokens(project.themes, DEFAULT) if path.startswith("button.")}
    pairs = [*_PAIRS, *((f"button.{name}.text", f"button.{name}.background") for name in sorted(styles))]
    for name in sorted(_whole(project)):
        merged, own = tokens(project.themes, name), leaves(project.themes[name].tokens)
        for text, behind in pairs:
            front, back = _color(merged, text), _color(merged, behind)
            reached = ratio(front, back) if front and back else _LEAST
            if reached < _LEAST and (span := _changed(own, merged, text, behind)):
                yield problem("W0840", span, text=text, behind=behind, theme=name, found=f"{reached:.2f}")


def _changed(own: dict[str, Scalar], merged: dict[str, Scalar], *paths: str) -> Span | None:
    """Where a theme itself says what one of these tokens is."""
    for path in paths:
        end = followed(merged, path)
        for token in (path, end[0] if end else path):
            if token in own:
                return own[token].span
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
    shares = [byte / 255 for byte in bytes.fromhex(color.removeprefix("#"))]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
