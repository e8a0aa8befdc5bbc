"""StyleService: tokens of the themes, by their type."""

from __future__ import annotations

from ovhlgen.luau import Arrow, Declared, LuauType, MapType, Maybe, Record, one_of, overloads
from ovhlgen.model.project import Broken, Project
from ovhlgen.resolve.themes import DEFAULT, Tree, kinds, nested, tokens, typographies
from ovhlgen.services.service import CONNECTION, Api, Method, Service, SpecFile, Table, TypeWriter

API = "StyleService_Api"
TYPOGRAPHY = "StyleService_Typography"
THEMES = SpecFile("themes", "specs/themes/default.yaml", Broken("theme", "default"))

_WORDS = {"Color3": "Color", "number": "Number", "Font": "Font", "string": "Text", TYPOGRAPHY: "Typography"}
_ME: tuple[str, LuauType] = ("self", API)
_THEME = "StyleService_Theme"


def api(project: Project, types: TypeWriter, _realm: str) -> Api:
    """`typography.body` is a whole: font, size, line height."""
    leaves = kinds(tokens(project.themes, DEFAULT))
    wholes = dict.fromkeys(typographies(leaves), TYPOGRAPHY)
    by_type: dict[str, list[str]] = {}
    for path, kind in (*leaves.items(), *wholes.items()):
        by_type.setdefault(kind, []).append(path)
    declared: Declared = [
        (_THEME, one_of(sorted(project.themes))),
        (TYPOGRAPHY, Record((("font", "Font"), ("size", "number"), ("line_height", "number")))),
    ]
    arrows = []
    for kind, paths in by_type.items():
        name = f"StyleService_{_WORDS[kind]}Token"
        declared.append((name, one_of(paths)))
        arrows.append(Arrow((_ME, ("name", name)), kind))
    declared += overloads("StyleService_GetToken", arrows or [Arrow((_ME, ("name", "string")), "unknown")])
    groups = {path: kind for path, kind in leaves.items() if path.rpartition(".")[0] not in wholes}
    declared.append(("StyleService_Tokens", _record(nested({**groups, **wholes}))))
    table = _table(types.spell(CONNECTION))
    return Api([*declared, table.declaration()], (table,))


def _table(connection: LuauType) -> Table:
    own = Maybe(MapType("string", "unknown"))
    changed = Arrow((("theme", _THEME),), None)
    return Table(
        API,
        (
            Method(
                "GetToken",
                "StyleService_GetToken",
                "A token of the theme that is shown, by its path: a color, a number, a font, a text, or a whole "
                "typography with `font`, `size` and `line_height`.",
            ),
            Method("GetTokens", Arrow((_ME,), "StyleService_Tokens"), "All tokens, groups of them as tables."),
            Method("GetTheme", Arrow((_ME,), _THEME), "The theme that is shown."),
            Method(
                "SetTheme",
                Arrow((_ME, ("name", _THEME), ("tokens", own)), None),
                "Shows another theme, what is on screen included. `tokens` stand over the theme's own; one that the "
                "theme doesn't have, or of another type, raises `STYLE_TOKEN`.",
            ),
            Method(
                "Subscribe",
                Arrow((_ME, ("event", '"themeChanged"'), ("callback", changed)), connection),
                "Calls back whenever another theme is shown, until the connection or the module ends.",
            ),
        ),
    )


def _record(tree: Tree[str]) -> Record:
    """All tokens as a table in tables."""
    return Record(tuple((name, one if isinstance(one, str) else _record(one)) for name, one in tree.items()))


SERVICE = Service(
    "StyleService",
    "The tokens of the themes. A client has its own theme, the server another.",
    {"server": "Shared/StyleService", "client": "Shared/StyleService"},
    api,
    file=THEMES,
    exports=lambda _project: (TYPOGRAPHY,),
)
