"""OVHL_UI, and what a module has of its screens."""

from __future__ import annotations

from ovhlgen.luau import ArrayType, Arrow, Declared, LuauType, MapType, Maybe, Record, one_of
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Screen
from ovhlgen.services.keyed import get, keys, method, set_
from ovhlgen.services.service import Api, Method, Service, Table, TypeWriter
from ovhlgen.services.style_service import THEMES, TYPOGRAPHY

NAME = "OVHL_UI"
API = "OVHL_UI_Api"
MODAL_SYSTEM = "OVHL_UI_ModalSystem"

_ME: tuple[str, LuauType] = ("self", API)
_MODAL: tuple[str, LuauType] = ("self", MODAL_SYSTEM)
_SCREEN: tuple[str, LuauType] = ("name", "OVHL_UI_Screen")
_PROPS: tuple[str, LuauType] = ("props", Maybe(MapType("string", "unknown")))
_LABEL: tuple[tuple[str, LuauType], ...] = (
    ("typography", TYPOGRAPHY),
    ("text", "string"),
    ("color", Maybe("Color3")),
)

_MODAL_SYSTEM = Table(
    MODAL_SYSTEM,
    (
        Method(
            "Open",
            Arrow((_MODAL, _SCREEN, _PROPS), None),
            "Opens a screen of any module that runs. `props` are set as its values first.",
        ),
        Method("Close", Arrow((_MODAL, _SCREEN), None), "Closes a screen."),
        Method("IsOpen", Arrow((_MODAL, _SCREEN), "boolean"), "Whether a screen is open."),
    ),
)

_TABLE = Table(
    API,
    (
        Method(
            "Toast",
            Arrow((_ME, ("text", "string"), ("kind", Maybe("OVHL_UI_Toast"))), None),
            "Shows the player a short message for a moment.",
        ),
        Method(
            "createTextLabel",
            Arrow(_LABEL, "TextLabel"),
            "Makes a label in one of the theme's typographies, without a parent. It is called with a dot.",
        ),
        Method(
            "createVerticalLayout",
            Arrow((("padding", Maybe("number")),), "UIListLayout"),
            "Makes a layout that stacks what is beside it, `padding` pixels apart. It is called with a dot.",
        ),
        Method(
            "Audit",
            Arrow((_ME, ("gui", "ScreenGui")), ArrayType("OVHL_UI_Violation")),
            "What a screen does against the rules for screens, whoever built it.",
        ),
    ),
)


def api(project: Project, _types: TypeWriter, _realm: str) -> Api:
    violation = Record((("rule", "string"), ("path", "string"), ("message", "string")))
    declared: Declared = [
        ("OVHL_UI_Screen", one_of(sorted(project.screens))),
        ("OVHL_UI_Toast", one_of(("info", "success", "warning", "danger"))),
        ("OVHL_UI_Violation", violation),
        _MODAL_SYSTEM.declaration(),
        _TABLE.declaration(("ModalSystem", MODAL_SYSTEM)),
    ]
    return Api(declared, (_MODAL_SYSTEM, _TABLE))


def screen_name(screen: str) -> str:
    return f"Screens_{screen}"


def screen_api(screen: Screen, types: TypeWriter) -> Api:
    """What `context.Screens.X` is; its values are set and got by name."""
    owner = screen_name(screen.key.name)
    me: tuple[str, LuauType] = ("self", owner)
    methods = [
        Method("Open", Arrow((me,), None), "Opens the screen."),
        Method("Close", Arrow((me,), None), "Closes the screen."),
        Method("Toggle", Arrow((me,), None), "Opens the screen, or closes it where it is open."),
        Method("IsOpen", Arrow((me,), "boolean"), "Whether the screen is open."),
    ]
    declared: Declared = []
    if screen.values:
        known = keys(f"{owner}_Keys", None, [(name, types.ref(value.type)) for name, value in screen.values.items()])
        declared += known.declared
        declared += method(known, f"{owner}_Get", owner, get)
        declared += method(known, f"{owner}_Set", owner, set_)
        methods += [
            Method("Get", f"{owner}_Get", "One of the screen's values."),
            Method("Set", f"{owner}_Set", "Sets one of the screen's values; what shows it follows."),
        ]
    table = Table(owner, tuple(methods))
    return Api([*declared, table.declaration()], (table,))


def _is_wanted(project: Project, _realm: str) -> bool:
    """Where a screen is drawn, or a module asks for it."""
    return bool(project.screens) or any(NAME in module.named for module in project.modules.values())


SERVICE = Service(
    NAME,
    "All that is drawn: screens, toasts, and the rules that screens keep to.",
    {"client": "Shared/OVHL_UI"},
    api,
    file=THEMES,
    is_wanted=_is_wanted,
    exports=lambda _project: (TYPOGRAPHY,),
    beside=("StyleService",),
    internal={"ScreensOf": "the kernel makes `context.Screens` with it"},
)
