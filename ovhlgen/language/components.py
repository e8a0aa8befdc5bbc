"""Components of screens, one row each: which properties they have, and what is to know about them.

The schemas, the checks, what OVHL_UI is told and the table in the documents come from here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal


class PropertyKind(StrEnum):
    """What a property takes."""

    NAME = "a name"
    SHARE = "a share, above 0 and at most 1"
    STYLE = "a group of tokens"
    TEXT = "a text, one for each language, or a reference"
    IMAGE = "an image, one for each language, or a reference"
    CONDITION = "a reference; shown while it is neither false nor nil"
    ITEMS = "a reference to a list"
    VALUE = "a reference"
    WORKER = "a function of a worker"
    COMPONENT = "one component"
    COMPONENTS = "a list of components"
    CLASS = "a class of Roblox"
    EVENT = "an event"
    PAYLOAD = "the payload's fields"
    ANSWER = "a text, or values to set, or one of them for each kind of the response"
    SCREEN = "a screen"
    CLOSING = "true, or a screen"
    VALUES = "values of the screen"


# Types that have a text, and that name an image, in the words of messages.
READABLE = ("a text", "a number", "a boolean", "an id", "an enum", "a theme", "any")
PICTURED = ("a text", "any")


@dataclass(frozen=True, slots=True)
class Property:
    """`is_action`: it is what happens when the component is pressed. `doc`: what editors show beside it."""

    kind: PropertyKind
    doc: str = ""
    is_action: bool = False


# Properties have one meaning wherever they stand; OVHL_UI is told them in this order.
PROPERTIES: dict[str, Property] = {
    "name": Property(PropertyKind.NAME),
    "class": Property(PropertyKind.CLASS),
    "width": Property(PropertyKind.SHARE, "Share of the container's width."),
    "height": Property(PropertyKind.SHARE, "Share of the container's height."),
    "style": Property(PropertyKind.STYLE, "A group of tokens, such as `primary`."),
    "text": Property(PropertyKind.TEXT),
    "title": Property(PropertyKind.TEXT),
    "subtitle": Property(PropertyKind.TEXT),
    "placeholder": Property(PropertyKind.TEXT),
    "image": Property(PropertyKind.IMAGE),
    "when": Property(PropertyKind.CONDITION, "Shown while it is neither false nor nil."),
    "items": Property(PropertyKind.ITEMS),
    "empty": Property(PropertyKind.TEXT),
    "value": Property(PropertyKind.VALUE),
    "worker": Property(PropertyKind.WORKER),
    "row": Property(PropertyKind.COMPONENT),
    "content": Property(PropertyKind.COMPONENTS),
    "opened": Property(PropertyKind.WORKER, "Called whenever it is shown."),
    "send": Property(PropertyKind.EVENT, is_action=True),
    "with": Property(PropertyKind.PAYLOAD, "The payload's fields."),
    "then": Property(PropertyKind.ANSWER),
    "refused": Property(PropertyKind.ANSWER),
    "call": Property(PropertyKind.WORKER, is_action=True),
    "open": Property(PropertyKind.SCREEN, is_action=True),
    "close": Property(PropertyKind.CLOSING, is_action=True),
    "set": Property(PropertyKind.VALUES, is_action=True),
}
COMMON = ("name", "width", "height", "when", "style")
ACTION = ("send", "with", "then", "refused", "call", "open", "close", "set")


@dataclass(frozen=True, slots=True)
class ComponentKind:
    """What every component of a kind has in common."""

    properties: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # those that it can't be without
    # What it is made of: instead of properties a list of components or of tabs, or among them a list's row.
    holds: Literal["", "components", "tabs", "row"] = ""
    shares_width: bool = False  # what it holds stands beside each other
    accepts: tuple[str, ...] = ()  # the types that its `value` or its `items` may have
    needs_range: bool = False  # its `value` is a number between two ends
    is_input: bool = False  # it changes its `value`, which is then one of the screen
    needs_action: bool = False  # it does something when it is pressed
    shows_style: bool = False  # its `style` is a group of tokens below `button`
    in_list_row: bool = True  # it may stand in a list's row
    may_be_bare: bool = False  # nothing need follow its name
    least_width: int = 0  # pixels; 0 where it shrinks as far as it has to

    @property
    def is_pressed(self) -> bool:
        """Whether a player may do something with it."""
        return self.is_input or any(PROPERTIES[name].is_action for name in self.properties)


_TEXT = ComponentKind((*COMMON, "text"), needs=("text",))
_CHANGED = ComponentKind((*COMMON, "value"), needs=("value",), is_input=True, least_width=200)

COMPONENTS: dict[str, ComponentKind] = {
    "heading": _TEXT,
    "text": _TEXT,
    "badge": replace(_TEXT, shows_style=True),
    "image": ComponentKind((*COMMON, "image"), needs=("image",)),
    "card": ComponentKind((*COMMON, "title", "subtitle", "image", *ACTION), least_width=120),
    "list": ComponentKind(
        (*COMMON, "items", "empty", "row"),
        needs=("items", "row"),
        holds="row",
        accepts=("a list",),
        in_list_row=False,
    ),
    "row": ComponentKind(holds="components", shares_width=True),
    "grid": ComponentKind(holds="components"),
    "tabs": ComponentKind(holds="tabs", in_list_row=False),
    "progress": ComponentKind((*COMMON, "value"), needs=("value",), accepts=("a number",)),
    "button": ComponentKind(
        (*COMMON, "text", *ACTION),
        needs=("text",),
        needs_action=True,
        shows_style=True,
        least_width=88,
    ),
    "toggle": replace(_CHANGED, properties=(*COMMON, "value", "text"), accepts=("a boolean",)),
    "slider": replace(_CHANGED, accepts=("a number",), needs_range=True),
    "stepper": replace(_CHANGED, accepts=("a number",), needs_range=True),
    "field": replace(
        _CHANGED,
        properties=(*COMMON, "value", "placeholder"),
        accepts=("a text", "a number", "an id"),
    ),
    "dropdown": replace(_CHANGED, accepts=("an enum", "a theme")),
    "area": ComponentKind((*COMMON, "worker"), needs=("worker",), in_list_row=False),
    "divider": ComponentKind(COMMON, may_be_bare=True),
    "empty": _TEXT,
}
TAB = ComponentKind(("title", "content", "opened"), needs=("title", "content"), holds="components")
# A component that was drawn in Studio.
BOUND = ComponentKind(("class", *ACTION), needs=("class",))
