"""The tokens of a theme: what it has itself, what it extends, then what `default` has (docs/origin.md, Core OS 9)."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict

from ovhlgen.model.design import Theme
from ovhlgen.model.node import Mapping, Node, Scalar

DEFAULT = "default"
SETTING = "ui_theme"  # the field of config.yaml that switches the theme
COLOR, FONT, NUMBER, TEXT = "Color3", "Font", "number", "string"
# What an entry of `typography` has; it is one token, and so is each of these.
TYPOGRAPHY = {"font": FONT, "size": NUMBER, "line_height": NUMBER}

MAX_CHAIN = 16  # themes that extend each other: more are looked at for each of them

_ALIAS = re.compile(r"\{([a-z0-9_.]+)\}")


def chain(themes: Dict[str, Theme], name: str) -> list[Theme] | None:
    """The theme and those that it extends, nearest first; None where they go round, or are more than MAX_CHAIN."""
    chained: list[Theme] = []
    at: str | None = name
    while at is not None and at in themes:
        if len(chained) == MAX_CHAIN:
            return None
        chained.append(themes[at])
        at = _base(themes, at)
    return chained


def endless(themes: Dict[str, Theme]) -> set[str]:
    """The themes that lead to one that extends itself in the end."""
    ends: dict[str, bool] = {}
    for name in themes:
        path: dict[str, None] = {}
        at: str | None = name
        while at is not None and at not in ends and at not in path:
            path[at] = None
            at = _base(themes, at)
        ends.update(dict.fromkeys(path, at is not None and ends.get(at, True)))
    return {name for name, is_endless in ends.items() if is_endless}


def _base(themes: Dict[str, Theme], name: str) -> str | None:
    theme = themes.get(name)
    return theme.extends.name if theme and theme.extends else None


def leaves(node: Node, path: str = "") -> dict[str, Scalar]:
    """Every value of a tree by its path, such as `color.gray.dark`."""
    if isinstance(node, Scalar):
        return {path: node}
    scalars: dict[str, Scalar] = {}
    if isinstance(node, Mapping):
        for key, value in node.items():
            scalars.update(leaves(value, f"{path}.{key.text}" if path else key.text))
    return scalars


def tokens(themes: Dict[str, Theme], name: str) -> dict[str, Scalar]:
    """The tokens of a theme as they are written; empty where `chain` has none."""
    above = chain(themes, name)
    if above is None:
        return {}
    found = leaves(themes[DEFAULT].tokens) if DEFAULT in themes else {}
    for theme in reversed(above):
        found.update(leaves(theme.tokens))
    return found


def alias(leaf: Scalar) -> str | None:
    """The token that `{a.b}` refers to."""
    match = _ALIAS.fullmatch(leaf.value) if isinstance(leaf.value, str) else None
    return match.group(1) if match else None


def followed(declared: Dict[str, Scalar], path: str) -> tuple[str, Scalar] | None:
    """The token at the end of a token's references, with its path; None where there is none."""
    seen: set[str] = set()
    while path in declared and path not in seen:
        wanted = alias(declared[path])
        if wanted is None:
            return path, declared[path]
        seen.add(path)
        path = wanted
    return None


def ends(declared: Dict[str, Scalar]) -> dict[str, tuple[str, Scalar]]:
    """What `followed` finds, for each token for which there is something: each reference is followed once."""
    reached: dict[str, tuple[str, Scalar] | None] = {}
    for start in declared:
        path: dict[str, None] = {}
        at: str | None = start
        end: tuple[str, Scalar] | None = None
        while at is not None and at in declared and at not in reached and at not in path:
            path[at] = None
            wanted = alias(declared[at])
            end = (at, declared[at]) if wanted is None else None
            at = wanted
        reached.update(dict.fromkeys(path, end or reached.get(at or "")))
    return {path: end for path, end in reached.items() if end}


def kind(path: str, leaf: Scalar) -> str:
    """The type of a token's value in Luau."""
    if not isinstance(leaf.value, str):
        return NUMBER
    if leaf.value.startswith("#"):
        return COLOR
    return FONT if path.endswith(".font") else TEXT


def kinds(of: Dict[str, Scalar]) -> dict[str, str]:
    """The type of each token that leads to a value."""
    return {path: kind(*end) for path, end in ends(of).items()}


def typographies(paths: Dict[str, object]) -> list[str]:
    """The entries of `typography`, such as `typography.body`."""
    return list(dict.fromkeys(f"typography.{path.split('.')[1]}" for path in paths if path.startswith("typography.")))


type Tree[T] = dict[str, T | Tree[T]]


def nested[T](flat: Dict[str, T]) -> Tree[T]:
    """Values by their paths as a table in tables."""
    tree: Tree[T] = {}
    for path, value in flat.items():
        *groups, name = path.split(".")
        at: Tree[T] = tree
        for group in groups:
            inner = at.setdefault(group, {})
            assert isinstance(inner, dict), path
            at = inner
        at[name] = value
    return tree
