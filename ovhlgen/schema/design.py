"""Schemas of themes and screens."""

from __future__ import annotations

from typing import Any

from ovhlgen.schema.parts import (
    ANYTHING,
    EVENT_NAME,
    LOCALISED,
    TYPE,
    WORKER_NAME,
    Schema,
    array,
    choice,
    doc,
    form,
    pascal,
    record,
    snake,
    table,
    word,
)


def theme() -> Schema:
    return record(
        "Design tokens; a theme may extend another.",
        ("theme", "tokens"),
        theme=doc(snake("a theme"), "The file's name."),
        extends=doc(snake("a theme"), "The theme whose tokens count where this one has none."),
        tokens={
            "type": "object",
            "description": "Nested tokens; `{color.primary}` refers to another.",
            "propertyNames": snake("a token"),
            "additionalProperties": {"$ref": "#/definitions/token"},
        },
    ) | {
        "definitions": {
            "token": {
                "type": ["object", "string", "number"],
                "propertyNames": snake("a token"),
                "additionalProperties": {"$ref": "#/definitions/token"},
            }
        }
    }


_SHARE: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
_COMPONENTS: Schema = {"type": "array", "items": {"$ref": "#/definitions/component"}, "maxItems": 500}
_TEXT: Schema = {**LOCALISED}
_PICTURE = form(
    "an image such as `rbxassetid://1`, a reference, or one for each language",
    r"^(rbxassetid://[0-9]+|rbxasset://.+|rbxthumb://.+|[$@].+)$",
)
_IMAGE: Schema = {**LOCALISED, **_PICTURE, "type": LOCALISED["type"], "additionalProperties": _PICTURE}
_COMMON: dict[str, Schema] = {
    "name": snake("a component's name"),
    "width": doc(_SHARE, "Share of the container's width."),
    "height": doc(_SHARE, "Share of the container's height."),
    "when": form(
        "a value: `$name` or a reference such as `@MusicModule.playing`",
        r"^(\$[a-z][a-z0-9_.]*|@[A-Za-z][A-Za-z0-9]*(\.[a-z][a-z0-9_]*)+)$",
        "Shown while it is neither false nor nil.",
    ),
    "style": doc(snake("a style"), "A group of tokens, such as `primary`."),
}
_SET: Schema = {
    "type": "object",
    "title": "values of the screen such as `{ count: 1 }`",
    "propertyNames": snake("a value"),
    "additionalProperties": ANYTHING,
    "minProperties": 1,
}
_ANSWER: Schema = {"$ref": "#/definitions/answer"}
_ACTION: dict[str, Schema] = {
    "send": EVENT_NAME,
    "with": {"type": "object", "description": "The payload's fields.", "propertyNames": snake("a field")},
    "then": _ANSWER,
    "refused": _ANSWER,
    "call": WORKER_NAME,
    "open": pascal("a screen"),
    "close": {"type": ["boolean", "string"], "title": "true, or a screen such as `MusicPanel`"},
    "set": _SET,
}
_VALUE = form("a value of the screen such as `$song_id`", r"^\$[a-z][a-z0-9_]*$")


def _component(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return record("", required, **{**_COMMON, **properties})


def _components() -> dict[str, Schema]:
    return {
        "heading": _component(("text",), text=_TEXT),
        "text": _component(("text",), text=_TEXT),
        "badge": _component(("text",), text=_TEXT),
        "image": _component(("image",), image=_IMAGE),
        "card": _component((), title=_TEXT, subtitle=_TEXT, image=_IMAGE, **_ACTION),
        "list": _component(
            ("items", "row"),
            items=form("a value or replicated state that is an array", r"^[$@].+$"),
            empty=_TEXT,
            row={"$ref": "#/definitions/component"},
        ),
        "row": _COMPONENTS,
        "grid": _COMPONENTS,
        "tabs": array(
            record(
                "",
                ("title", "content"),
                title=_TEXT,
                content=_COMPONENTS,
                opened=doc(WORKER_NAME, "Called whenever it is shown."),
            ),
            minItems=1,
            maxItems=10,
        ),
        "progress": _component(("value",), value=form("a value", r"^[$@].+$")),
        "button": _component(("text",), text=_TEXT, **_ACTION),
        "toggle": _component(("value",), value=_VALUE, text=_TEXT),
        "slider": _component(("value",), value=_VALUE),
        "stepper": _component(("value",), value=_VALUE),
        "field": _component(("value",), value=_VALUE, placeholder=_TEXT),
        "dropdown": _component(("value",), value=_VALUE),
        "area": _component(("worker",), worker=WORKER_NAME),
        "divider": {**_component(), "type": ["object", "null"]},
        "empty": _component(("text",), text=_TEXT),
    }


def screen() -> Schema:
    bound: dict[str, Any] = {
        "type": ["string", "object"],
        "title": "a class such as `TextButton`, or `{ class: TextButton, send: … }`",
        "properties": {"class": word("a class"), **_ACTION},
        "additionalProperties": False,
        "required": ["class"],
    }
    return record(
        "A screen: drawn here (`content`) or in Studio (`bind`).",
        ("screen", "kind"),
        screen=doc(pascal("a screen"), "The file's name."),
        kind=choice("modal", "panel", "hud", doc="A modal keeps clicks from what is behind it."),
        aspect=form(
            "an aspect ratio such as `4:3`", r"^[1-9]\d{0,3}:[1-9]\d{0,3}$", "Width to height, kept on every device."
        ),
        size=record("Shares of the screen; never pixels.", width=_SHARE, height=_SHARE),
        title=doc(LOCALISED, "In the header."),
        values=table(
            snake("a value"),
            record("", ("type",), type=TYPE, default=ANYTHING),
            "What the screen holds.",
        ),
        content=doc(_COMPONENTS, "Components, from top to bottom."),
        bind=form(
            "a screen drawn in Studio such as `StarterGui.Shop`",
            r"^StarterGui(\.[A-Za-z_]\w*)+$",
            "Instead of `content`: a screen that Studio holds.",
        ),
        components=table(word("a component"), bound, "With `bind`: the components, found by unique names."),
    ) | {
        "definitions": {
            "component": {
                "type": "object",
                "title": "one component such as `button: { text: … }`",
                "properties": _components(),
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "answer": {
                "type": ["string", "object"],
                "title": "a text, `set:`, or one of them for each kind of the response",
                "properties": {"set": _SET},
                "additionalProperties": _ANSWER,
                "minProperties": 1,
            },
        }
    }
