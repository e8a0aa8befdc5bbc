"""Themes: what they extend, and the tokens that refer to others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Dict

from ovhlgen.check.references import unknown
from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.model.design import Theme
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project

_TOKEN = re.compile(r"\{([a-z0-9_.]+)\}")


def bases(project: Project) -> Iterator[Diagnostic]:
    """E0416: `extends:` names no theme. E0710: themes that extend each other. E0711: no `default`."""
    themes = project.themes
    for name, theme in themes.items():
        if theme.extends is None:
            continue
        if theme.extends.name not in themes:
            if not project.is_broken(f"theme {theme.extends.name}"):
                yield unknown("E0416", theme.extends, themes)
        elif _chain(themes, name) is None:
            yield problem("E0710", theme.extends.span, name=name)
    if project.screens and "default" not in themes and not project.is_broken("theme default"):
        screen = project.screens[min(project.screens)]
        yield problem("E0711", screen.key.span, screen=screen.key.name)


def _chain(themes: Dict[str, Theme], name: str) -> list[Theme] | None:
    """The theme and those that it extends, nearest first; None where they go round."""
    found: list[Theme] = []
    at: str | None = name
    while at is not None and at in themes:
        theme: Theme = themes[at]
        if theme in found:
            return None
        found.append(theme)
        at = theme.extends.name if theme.extends else None
    return found


def tokens(project: Project) -> Iterator[Diagnostic]:
    """E0712: `{a.b}` names no token. E0713: tokens that refer to each other."""
    for name in project.themes:
        chain = _chain(project.themes, name)
        if chain is None or any(one.extends and one.extends.name not in project.themes for one in chain):
            continue
        merged: dict[str, Scalar] = {}
        for theme in reversed(chain):
            merged.update(_leaves(theme.tokens, ""))
        for path, leaf in _leaves(project.themes[name].tokens, "").items():
            for wanted in _references(leaf):
                if wanted not in merged:
                    yield problem(
                        "E0712",
                        leaf.span,
                        name=wanted,
                        defined=listed(merged),
                        suggestion=nearest(wanted, merged),
                    )
            if _goes_round(merged, path):
                yield problem("E0713", leaf.span, name=path)


def _leaves(node: Node, path: str) -> dict[str, Scalar]:
    if isinstance(node, Scalar):
        return {path: node}
    found: dict[str, Scalar] = {}
    if isinstance(node, Mapping):
        for key, value in node.items():
            found.update(_leaves(value, f"{path}.{key.text}" if path else key.text))
    return found


def _references(leaf: Scalar) -> list[str]:
    return _TOKEN.findall(leaf.text) if isinstance(leaf.value, str) else []


def _goes_round(merged: dict[str, Scalar], start: str) -> bool:
    queue, seen = [start], set()
    while queue:
        at = queue.pop()
        for wanted in _references(merged[at]) if at in merged else ():
            if wanted == start:
                return True
            if wanted not in seen:
                seen.add(wanted)
                queue.append(wanted)
    return False


def token_forms(project: Project) -> Iterator[Diagnostic]:
    """E0714: a text token is a colour, a reference or the name of a font."""
    for theme in project.themes.values():
        for path, leaf in _leaves(theme.tokens, "").items():
            if isinstance(leaf.value, str) and not re.fullmatch(
                r"#[0-9A-Fa-f]{6}|\{[a-z0-9_.]+\}|[A-Za-z][A-Za-z0-9 ]*", leaf.value
            ):
                yield problem("E0714", leaf.span, name=path, found=leaf.text)


RULES = (bases, tokens, token_forms)
