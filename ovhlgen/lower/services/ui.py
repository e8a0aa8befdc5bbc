"""OVHL_UI, the screens of a module, TopbarIntegration."""

from __future__ import annotations

from collections.abc import Iterable

from ovhlgen.lower.services.keys import Declared, get, keys, method, one_of, set_
from ovhlgen.lower.services.style import TYPOGRAPHY
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import ArrayType, Arrow, LuauType, MapType, Maybe, Record
from ovhlgen.model.design import Screen
from ovhlgen.model.game import Topbar

UI = "OVHL_UI_Api"
TOPBAR = "TopbarIntegration_Api"
ICON = "TopbarIntegration_Icon"


def ovhl_ui(screens: Iterable[str]) -> Declared:
    """The factory. `screens` are the names that ModalSystem may open."""
    names = sorted(screens)
    modal = ("self", "OVHL_UI_ModalSystem")
    name: tuple[str, LuauType] = ("name", "OVHL_UI_Screen")
    props = Maybe(MapType("string", "unknown"))
    me = ("self", UI)
    label = (("typography", TYPOGRAPHY), ("text", "string"), ("color", Maybe("Color3")))
    return [
        ("OVHL_UI_Screen", one_of(names) if names else "never"),
        ("OVHL_UI_Toast", one_of(("info", "success", "warning", "danger"))),
        ("OVHL_UI_Violation", Record((("rule", "string"), ("path", "string"), ("message", "string")))),
        (
            "OVHL_UI_ModalSystem",
            Record(
                (
                    ("Open", Arrow((modal, name, ("props", props)), None)),
                    ("Close", Arrow((modal, name), None)),
                    ("IsOpen", Arrow((modal, name), "boolean")),
                )
            ),
        ),
        (
            UI,
            Record(
                (
                    ("ModalSystem", "OVHL_UI_ModalSystem"),
                    ("Toast", Arrow((me, ("text", "string"), ("kind", Maybe("OVHL_UI_Toast"))), None)),
                    ("createTextLabel", Arrow(label, "TextLabel")),
                    ("createVerticalLayout", Arrow((("padding", Maybe("number")),), "UIListLayout")),
                    ("Audit", Arrow((("gui", "ScreenGui"),), ArrayType("OVHL_UI_Violation"))),
                )
            ),
        ),
    ]


def screen_name(screen: str) -> str:
    return f"Screens_{screen}"


def screen(of: Screen, writer: TypeWriter) -> Declared:
    """What `context.Screens.X` is; its values are set and got by name."""
    owner = screen_name(of.key.name)
    me = ("self", owner)
    fields: list[tuple[str, LuauType]] = [
        ("Open", Arrow((me,), None)),
        ("Close", Arrow((me,), None)),
        ("Toggle", Arrow((me,), None)),
        ("IsOpen", Arrow((me,), "boolean")),
    ]
    found: Declared = []
    if of.values:
        known = keys(f"{owner}_Keys", None, [(name, writer.ref(one.type)) for name, one in of.values.items()])
        found += known.declared
        found += method(known, f"{owner}_Get", owner, get)
        found += method(known, f"{owner}_Set", owner, set_)
        fields += [("Get", f"{owner}_Get"), ("Set", f"{owner}_Set")]
    return [*found, (owner, Record(tuple(fields)))]


def topbar(of: Topbar) -> Declared:
    me, icon = ("self", TOPBAR), ("icon", ICON)
    toggled = Arrow((("isSelected", "boolean"),), None)
    methods: tuple[tuple[str, LuauType], ...] = (
        ("Select", Arrow((me, icon), None)),
        ("Deselect", Arrow((me, icon), None)),
        ("IsSelected", Arrow((me, icon), "boolean")),
        ("SetLabel", Arrow((me, icon, ("text", "string")), None)),
        ("SetEnabled", Arrow((me, icon, ("isEnabled", "boolean")), None)),
        ("OnToggled", Arrow((me, icon, ("callback", toggled)), "Kernel_Connection")),
    )
    return [(ICON, one_of(of.icons) if of.icons else "never"), (TOPBAR, Record(methods))]
