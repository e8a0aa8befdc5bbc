"""TopbarIntegration: icons in the top bar."""

from __future__ import annotations

from ovhlgen.luau import Arrow, LuauType, one_of
from ovhlgen.model.project import Broken, Project
from ovhlgen.services.service import CONNECTION, Api, Method, Service, SpecFile, Table, TypeWriter

API = "TopbarIntegration_Api"
ICON = "TopbarIntegration_Icon"

_ME: tuple[str, LuauType] = ("self", API)
_ICON: tuple[str, LuauType] = ("icon", ICON)
_TOGGLED = Arrow((("isSelected", "boolean"),), None)


def api(project: Project, types: TypeWriter, _realm: str) -> Api:
    assert project.topbar is not None
    table = Table(
        API,
        (
            Method(
                "Select",
                Arrow((_ME, _ICON), None),
                "Selects an icon and opens its screen. Nothing happens to an icon that the player doesn't see.",
            ),
            Method("Deselect", Arrow((_ME, _ICON), None), "Deselects an icon and closes its screen."),
            Method("IsSelected", Arrow((_ME, _ICON), "boolean"), "Whether an icon is selected."),
            Method("SetLabel", Arrow((_ME, _ICON, ("text", "string")), None), "Gives an icon another label."),
            Method(
                "SetEnabled",
                Arrow((_ME, _ICON, ("isEnabled", "boolean")), None),
                "Shows an icon, or hides it and deselects it.",
            ),
            Method(
                "OnToggled",
                Arrow((_ME, _ICON, ("callback", _TOGGLED)), types.spell(CONNECTION)),
                "Calls back whenever an icon is selected or deselected, until the connection or the module ends.",
            ),
        ),
    )
    return Api([(ICON, one_of(project.topbar.icons)), table.declaration()], (table,))


SERVICE = Service(
    "TopbarIntegration",
    "The icons of topbar.yaml, each with the screen that it opens.",
    {"client": "Client/Services/TopbarIntegration"},
    api,
    file=SpecFile("topbar", "specs/topbar.yaml", Broken("topbar", "topbar")),
)
