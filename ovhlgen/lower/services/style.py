"""StyleService: tokens of the themes, by their type."""

from __future__ import annotations

from collections.abc import Mapping as Dict

from ovhlgen.lower.services.keys import Declared, one_of, overloads
from ovhlgen.luau import Arrow, LuauType, MapType, Maybe, Record
from ovhlgen.model.design import Theme
from ovhlgen.resolve.themes import DEFAULT, Tree, kinds, nested, tokens, typographies

API = "StyleService_Api"
TYPOGRAPHY = "StyleService_Typography"
EXPORTS = (TYPOGRAPHY,)

_WORDS = {"Color3": "Color", "number": "Number", "Font": "Font", "string": "Text", TYPOGRAPHY: "Typography"}


def style(themes: Dict[str, Theme]) -> Declared:
    """`typography.body` is a whole: font, size, line height."""
    leaves = kinds(tokens(themes, DEFAULT))
    wholes = dict.fromkeys(typographies(leaves), TYPOGRAPHY)
    by_type: dict[str, list[str]] = {}
    for path, of in (*leaves.items(), *wholes.items()):
        by_type.setdefault(of, []).append(path)
    found: Declared = [
        ("StyleService_Theme", one_of(sorted(themes))),
        (TYPOGRAPHY, Record((("font", "Font"), ("size", "number"), ("line_height", "number")))),
    ]
    arrows = []
    for of, paths in by_type.items():
        name = f"StyleService_{_WORDS[of]}Token"
        found.append((name, one_of(paths)))
        arrows.append(Arrow((("self", API), ("name", name)), of))
    found += overloads("StyleService_GetToken", arrows or [Arrow((("self", API), ("name", "string")), "unknown")])
    groups = {path: of for path, of in leaves.items() if path.rpartition(".")[0] not in wholes}
    found.append(("StyleService_Tokens", _record(nested({**groups, **wholes}))))
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


def _record(of: Tree[str]) -> Record:
    """All tokens as a table in tables."""
    fields: list[tuple[str, LuauType]] = []
    for name, one in of.items():
        fields.append((name, one if isinstance(one, str) else _record(one)))
    return Record(tuple(fields))
