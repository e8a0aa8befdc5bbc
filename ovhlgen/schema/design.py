"""Schemas of themes and screens."""

from __future__ import annotations

from ovhlgen.language.components import BOUND, COMPONENTS, PROPERTIES, TAB, ComponentKind, Property, PropertyKind
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


_COMPONENT: Schema = {"$ref": "#/definitions/component"}
_COMPONENTS: Schema = {"type": "array", "items": _COMPONENT, "maxItems": 500}
_PICTURE = form(
    "an image such as `rbxassetid://1`, a reference, or one for each language",
    r"^(rbxassetid://[0-9]+|rbxasset://.+|rbxthumb://.+|[$@].+)$",
)
_INPUT = form("a value of the screen such as `$song_id`", r"^\$[a-z][a-z0-9_]*$")
_FORMS: dict[PropertyKind, Schema] = {
    PropertyKind.NAME: snake("a component's name"),
    PropertyKind.SHARE: {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    PropertyKind.STYLE: snake("a style"),
    PropertyKind.TEXT: LOCALISED,
    PropertyKind.IMAGE: {**LOCALISED, **_PICTURE, "type": LOCALISED["type"], "additionalProperties": _PICTURE},
    PropertyKind.CONDITION: form(
        "a value: `$name` or a reference such as `@MusicModule.playing`",
        r"^(\$[a-z][a-z0-9_.]*|@[A-Za-z][A-Za-z0-9]*(\.[a-z][a-z0-9_]*)+)$",
    ),
    PropertyKind.ITEMS: form("a value or replicated state that is an array", r"^[$@].+$"),
    PropertyKind.VALUE: form("a value", r"^[$@].+$"),
    PropertyKind.WORKER: WORKER_NAME,
    PropertyKind.COMPONENT: _COMPONENT,
    PropertyKind.COMPONENTS: _COMPONENTS,
    PropertyKind.CLASS: word("a class"),
    PropertyKind.EVENT: EVENT_NAME,
    PropertyKind.PAYLOAD: {"type": "object", "propertyNames": snake("a field")},
    PropertyKind.ANSWER: {"$ref": "#/definitions/answer"},
    PropertyKind.SCREEN: pascal("a screen"),
    PropertyKind.CLOSING: {"type": ["boolean", "string"], "title": "true, or a screen such as `MusicPanel`"},
    PropertyKind.VALUES: {
        "type": "object",
        "title": "values of the screen such as `{ count: 1 }`",
        "propertyNames": snake("a value"),
        "additionalProperties": ANYTHING,
        "minProperties": 1,
    },
}


def _component(kind: ComponentKind) -> Schema:
    if not kind.properties:
        return array(_component(TAB), minItems=1, maxItems=10) if kind.holds == "tabs" else _COMPONENTS
    properties = {name: _property(kind, PROPERTIES[name]) for name in kind.properties}
    schema = record("", kind.needs, **properties)
    return {**schema, "type": ["object", "null"]} if kind.may_be_bare else schema


def _property(kind: ComponentKind, takes: Property) -> Schema:
    schema = _INPUT if takes.kind is PropertyKind.VALUE and kind.is_input else _FORMS[takes.kind]
    return doc(schema, takes.doc) if takes.doc else schema


def screen() -> Schema:
    bound = {
        **_component(BOUND),
        "type": ["string", "object"],
        "title": "a class such as `TextButton`, or `{ class: TextButton, send: … }`",
    }
    share = _FORMS[PropertyKind.SHARE]
    return record(
        "A screen: drawn here (`content`) or in Studio (`bind`).",
        ("screen", "kind"),
        screen=doc(pascal("a screen"), "The file's name."),
        kind=choice("modal", "panel", "hud", doc="A modal keeps clicks from what is behind it."),
        aspect=form(
            "an aspect ratio such as `4:3`", r"^[1-9]\d{0,3}:[1-9]\d{0,3}$", "Width to height, kept on every device."
        ),
        size=record("Shares of the screen; never pixels.", width=share, height=share),
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
                "properties": {name: _component(kind) for name, kind in COMPONENTS.items()},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "answer": {
                "type": ["string", "object"],
                "title": "a text, `set:`, or one of them for each kind of the response",
                "properties": {"set": _FORMS[PropertyKind.VALUES]},
                "additionalProperties": _FORMS[PropertyKind.ANSWER],
                "minProperties": 1,
            },
        }
    }
