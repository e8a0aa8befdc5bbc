"""StyleService: tokens of the themes, by their type."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict

from ovhlgen.lower.services.keys import Declared, one_of, overloads
from ovhlgen.luau import Arrow, LuauType, MapType, Maybe, Record
from ovhlgen.model.design import Theme
from ovhlgen.model.node import Mapping, Node, Scalar

API = "StyleService_Api"
TYPOGRAPHY = "StyleService_Typography"
EXPORTS = (TYPOGRAPHY,)


def style(themes: Dict[str, Theme]) -> Declared:
    """`typography.body` is a whole: font, size, line height."""
    merged = _merged(themes)
    tokens = dict(_tokens(merged))
    by_type: dict[str, list[str]] = {}
    for path, of in tokens.items():
        by_type.setdefault(of, []).append(path)
    found: Declared = [
        ("StyleService_Theme", one_of(sorted(themes)) if themes else "string"),
        (TYPOGRAPHY, Record((("font", "Font"), ("size", "number"), ("line_height", "number")))),
    ]
    arrows = []
    for of, paths in by_type.items():
        name = f"StyleService_{_WORDS[of]}Token"
        found.append((name, one_of(paths)))
        arrows.append(Arrow((("self", API), ("name", name)), of))
    found += overloads("StyleService_GetToken", arrows or [Arrow((("self", API), ("name", "string")), "unknown")])
    found.append(("StyleService_Tokens", _record(merged, "")))
    me, theme = ("self", API), "StyleService_Theme"
    changed = Arrow((("theme", theme),), None)
    own = Maybe(MapType("string", "unknown"))
    methods: tuple[tuple[str, LuauType], ...] = (
        ("GetToken", "StyleService_GetToken"),
        ("GetTokens", Arrow((me,), "StyleService_Tokens")),
        ("GetTheme", Arrow((me,), theme)),
        ("SetTheme", Arrow((me, ("name", theme), ("tokens", own)), None)),
        ("Subscribe", Arrow((me, ("event", '"themeChanged"'), ("callback", changed)), "Kernel_Connection")),
    )
    return [*found, (API, Record(methods))]


_WORDS = {"Color3": "Color", "number": "Number", "Font": "Font", "string": "Text", TYPOGRAPHY: "Typography"}


def _merged(themes: Dict[str, Theme]) -> dict[str, Node]:
    """Every token and group by its path; the theme `default` first, as every other fills up from it."""
    merged: dict[str, Node] = {}
    for name in sorted(themes, key=lambda name: (name != "default", name)):
        for path, node in _nodes(themes[name].tokens, ""):
            merged.setdefault(path, node)
    return merged


def _tokens(merged: Dict[str, Node]) -> Iterator[tuple[str, str]]:
    """Each token's path and type."""
    for path, node in merged.items():
        of = _type(path, node, merged)
        if of is not None:
            yield path, of


def _record(merged: Dict[str, Node], prefix: str) -> Record:
    """All tokens as a table in tables."""
    fields: list[tuple[str, LuauType]] = []
    for path, node in merged.items():
        name = path.removeprefix(prefix)
        if not path.startswith(prefix) or "." in name:
            continue
        of = _type(path, node, merged)
        fields.append((name, of if of is not None else _record(merged, f"{path}.")))
    return Record(tuple(fields))


def _nodes(of: Mapping, prefix: str) -> Iterator[tuple[str, Node]]:
    for key, value in of.items():
        path = f"{prefix}{key.text}"
        yield path, value
        if isinstance(value, Mapping):
            yield from _nodes(value, f"{path}.")


def _type(path: str, node: Node, merged: Dict[str, Node]) -> str | None:
    if isinstance(node, Mapping):
        return TYPOGRAPHY if path.startswith("typography.") and path.count(".") == 1 else None
    if not isinstance(node, Scalar):
        return None
    value = node.value
    if isinstance(value, str) and value.startswith("{"):
        target = merged.get(value.strip("{}"))
        return _type(value.strip("{}"), target, merged) if target is not None else None
    if isinstance(value, str):
        return "Color3" if value.startswith("#") else "Font" if path.endswith(".font") else "string"
    return "number"
