"""What the schemas share: names, types, durations, texts. `title` says in words what a form asks for."""

from __future__ import annotations

from typing import Any

from ovhlgen.language.limits import MAX_WHOLE

Schema = dict[str, Any]

PASCAL = r"^[A-Z][A-Za-z0-9]{0,49}$"
SNAKE = r"^(?=.{1,50}$)[a-z][a-z0-9]*(_[a-z0-9]+)*_?$"
WORD = r"^[A-Za-z_][A-Za-z0-9_]{0,49}$"

LITERALS = 1_000  # parts of one union type: Luau reads no more
REQUIRED = 60  # files of a kind that a module requires: Luau has 200 locals a function

DURATION = r"^\d+(\.\d+)? ?(ms|s|min|h)$"
LONGEST = "8760 h"  # a year: no duration of a game is longer, and all of them are finite
RATE = r"^(?!0+/)\d{1,6}/(?!0+(\.0+)?[a-z])\d{0,6}(\.\d{1,6})?(ms|s|min|h)( burst 0{0,5}[1-9]\d{0,5})?$"
PATH = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$"
_STEP = r"[A-Za-z0-9_]+([. -][A-Za-z0-9_]+)*"
LOG_FILE = rf"^(?!([Ss][Pp][Ee][Cc][Ss]|[Oo][Uu][Tt])/)({_STEP}/)*{_STEP}\.(md|log|txt)$"
WORKER = r"^[A-Z][A-Za-z0-9]*\.[A-Za-z_][A-Za-z0-9_]*$"


def form(title: str, pattern: str, doc: str = "") -> Schema:
    """A text of a certain form; `title` is what the diagnostic asks for."""
    found: Schema = {"type": "string", "title": title, "pattern": pattern}
    return {**found, "description": doc} if doc else found


# A name of each kind, for messages.
_SAMPLES = {
    "a screen": "MusicPanel",
    "a catalogue": "Songs",
    "a type": "Song",
    "a worker": "Queue",
    "a method": "Grant",
    "an event": "RequestSong",
    "a bus event": "SongStarted",
    "a contract": "Stage",
    "a theme": "dark",
    "a token": "primary",
    "a style": "primary",
    "a component's name": "buy",
    "a value": "song_id",
    "a field": "song_id",
    "a field of the row": "song_id",
    "a data key": "coins",
    "a state field": "playing",
    "an argument": "amount",
}


def pascal(what: str) -> Schema:
    return form(
        f"{what} such as `{_SAMPLES.get(what, 'MusicModule')}`: a capital, then letters and digits, at most 50", PASCAL
    )


def snake(what: str) -> Schema:
    return form(
        f"{what} such as `{_SAMPLES.get(what, 'max_queue')}`: small letters, digits and single `_`, at most 50", SNAKE
    )


def word(what: str) -> Schema:
    return form(f"{what}: letters, digits and `_`, not starting with a digit, at most 50", WORD)


def record(doc: str = "", required: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """A mapping with known keys only."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    return {**schema, "description": doc} if doc else schema


def table(keys: Schema, values: Schema, doc: str = "") -> Schema:
    """A mapping from names to values of one kind."""
    found: Schema = {"type": "object", "propertyNames": keys, "additionalProperties": values}
    return {**found, "description": doc} if doc else found


def array(items: Schema, doc: str = "", **limits: int) -> Schema:
    found: Schema = {"type": "array", "items": items, **limits}
    return {**found, "description": doc} if doc else found


def doc(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def text(doc: str = "", limit: int = 200) -> Schema:
    """One line of text."""
    schema: Schema = {
        "type": "string",
        "title": f"one line of text, at most {limit} characters",
        "pattern": r"^[^\u0000-\u001f\u007f\u2028\u2029]*$",
        "maxLength": limit,
    }
    return {**schema, "description": doc} if doc else schema


def choice(*values: str, doc: str = "") -> Schema:
    found: Schema = {"enum": list(values)}
    return {**found, "description": doc} if doc else found


def whole(least: int = 0, most: int = MAX_WHOLE, doc: str = "") -> Schema:
    found: Schema = {"type": "integer", "minimum": least, "maximum": most}
    return {**found, "description": doc} if doc else found


def duration(shortest: str = "0 s", longest: str = LONGEST, doc: str = "") -> Schema:
    """A text such as `30 s`, not shorter and not longer than these."""
    found = form("a duration such as `30 s` (ms, s, min, h)", DURATION, doc)
    return {**found, "shortest": shortest, "longest": longest}


BOOLEAN: Schema = {"type": "boolean"}
ANYTHING: Schema = {}
TYPE: Schema = {"type": "string", "title": "a type such as `string(1..32)`", "maxLength": 500}
REFERENCE: Schema = form("a reference such as `@config.name`", r"^@config\.[a-z][a-z0-9_]*$")
RATE_TEXT = form("a rate such as `2/s burst 5`, `10/min` or `1/2s`, each number of at most six digits", RATE)
WORKER_NAME = form("a worker's function such as `Queue.start`", WORKER)
EVENT_NAME = form("an event such as `MusicModule.RequestSong`", r"^[A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*$")
INSTANCE_PATH = form("a path such as `Workspace.Stages`", PATH)

SWITCH: Schema = {
    "type": ["boolean", "string"],
    "title": "true, false or a reference such as `@config.name`",
    "pattern": r"^@config\.[a-z][a-z0-9_]*$",
}
LIVE_NUMBER: Schema = {
    "type": ["number", "string"],
    "title": "a number or a reference such as `@config.name`",
    "pattern": r"^@config\.[a-z][a-z0-9_]*$",
}

# A text in one language, or one for each.
LOCALISED: Schema = {
    "type": ["string", "object"],
    "title": "a text, a reference, or one text for each language (`{ id: …, en: … }`)",
    "propertyNames": form("a language such as `id` or `en`", r"^[a-z]{2}(-[A-Z]{2})?$"),
    "additionalProperties": {"type": "string"},
    "minProperties": 1,
}

# A struct's or payload's field: a type, or a mapping that says more.
FIELD: Schema = {
    "type": ["string", "object"],
    "title": "a type such as `u8(1..20)`",
    "properties": {
        "type": TYPE,
        "references": doc(pascal("a catalogue"), "The catalogue in which each value must be a key."),
        "doc": text("What it means, one line."),
    },
    "additionalProperties": False,
    "required": ["type"],
}
FIELDS = table(snake("a field"), FIELD)

TYPE_DECLARATION: Schema = {
    "type": "object",
    "properties": {
        "struct": doc(FIELDS, "Named fields, each with a type."),
        "enum": array(word("an enum value"), "One of these words.", minItems=1, maxItems=LITERALS),
        "union": doc(
            {**table(word("a kind"), {**FIELDS, "type": ["object", "null"]}), "maxProperties": LITERALS},
            "Exactly one of these structs, told apart by `kind`.",
        ),
        "alias": doc(TYPE, "Another name of a type."),
        "doc": text("What it means, one line."),
    },
    "additionalProperties": False,
}
TYPES = table(pascal("a type"), TYPE_DECLARATION)
