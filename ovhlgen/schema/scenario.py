"""The schema of `scenarios/*.yaml`."""

from __future__ import annotations

from ovhlgen.language.limits import MAX_WHOLE
from ovhlgen.schema.parts import (
    ANYTHING,
    BOOLEAN,
    EVENT_NAME,
    Schema,
    array,
    choice,
    doc,
    duration,
    pascal,
    record,
    table,
    text,
    whole,
    word,
)

NAME = word("a player")
FREE: Schema = {"type": "object"}
GAMEPASS: Schema = {
    "type": ["string", "integer"],
    "title": "a gamepass by name or id",
    "pattern": r"^([A-Za-z_][A-Za-z0-9_]*|[0-9]{1,16})$",
    "minimum": 1,
}
NUMBER: Schema = {"type": "number", "minimum": 0}


def _one_or_many(names: Schema) -> Schema:
    return {
        "type": ["array", "object"],
        "title": "names such as `[Siti]`, or `{ players, server }`",
        "items": names,
        "properties": {"players": array(names), "server": whole(1, 6)},
        "additionalProperties": False,
        "required": ["players"],
    }


def _steps() -> dict[str, Schema]:
    message = record("", ("as", "event"), **{"as": NAME, "with": FREE, "event": EVENT_NAME})
    screen = {"as": NAME, "screen": pascal("a screen"), "component": {"type": "string"}}
    window = {"for": duration()}
    return {
        "join": _one_or_many(NAME),
        "leave": _one_or_many(NAME),
        "fire": message,
        "request": message,
        "publish": record("", ("event",), event=pascal("a bus event"), **{"with": FREE}),
        "call": record("", ("module", "method"), module=pascal("a module"), method=pascal("a method"), args=FREE),
        "attach": {"type": "string"},
        "advance": duration(),
        "fault": record(
            datastore=choice("unavailable", "throttled", "slow", "ack_lost", "corrupt"),
            gamepasses=choice("failing", "hanging", "slow"),
            groups=choice("failing", "hanging", "slow"),
            messaging=choice("failing", "hanging"),
            http=choice("failing", "hanging"),
            network=record(latency=duration(), loss=NUMBER, reorder=NUMBER),
            times=whole(1),
            keys={"type": ["string", "array"], "items": {"type": "string"}},
            **window,
        ),
        "reload": record("", ("module",), module=pascal("a module"), force=BOOLEAN),
        "config": record("", ("set",), set=FREE, **{"as": NAME}),
        "set_attribute": record(
            "",
            ("instance", "name"),
            instance={"type": "string"},
            name={"type": "string"},
            value=ANYTHING,
        ),
        "purchase": record("", ("as",), product=word("a product"), gamepass=word("a gamepass"), **{"as": NAME}),
        "stop": record(server=whole(1, 6)),
        "crash": record(server=whole(1, 6)),
        "open": record("", ("as", "screen"), **screen),
        "close": record("", ("as", "screen"), **screen),
        "press": record("", ("as", "screen", "component"), **screen),
        "type": record("", ("as", "screen", "component", "text"), text={"type": "string"}, **screen),
        "select": record("", ("as", "screen", "component", "value"), value=ANYTHING, **screen),
        "scroll": record("", ("as", "screen", "component", "rows"), rows={"type": "integer"}, **screen),
        "key": record("", ("as", "key"), key=word("a key"), **{"as": NAME}),
    }


def _expectations() -> dict[str, Schema]:
    how: dict[str, Schema] = {
        "exactly": BOOLEAN,
        "times": whole(0),
        "not": BOOLEAN,
        "within": duration(),
        "since": choice("start"),
    }
    return {
        "response": ANYTHING,
        "refused": {"type": "string"},
        "received": record("", ("by", "event"), by=NAME, event=EVENT_NAME, payload=ANYTHING, **how),
        "published": record("", ("event",), event=pascal("a bus event"), payload=ANYTHING, **how),
        "logged": record(
            level=choice("DEBUG", "INFO", "WARN", "ERROR", "PERF"),
            module={"type": "string"},
            code={"type": "string"},
            text={"type": "string"},
            **how,
        ),
        "stored": record("", ("player",), player=NAME, data=FREE, **how),
        "global": FREE,
        "state": record("", ("module", "fields"), module=pascal("a module"), fields=FREE, player=NAME, **how),
        "module": record(
            "",
            ("name",),
            name=pascal("a module"),
            state={"type": "string"},
            code={"type": "string"},
            **how,
        ),
        "health": record(status=choice("ok", "degraded", "failing"), issues=array({"type": "string"}), **how),
        "screen": record(
            "",
            ("as", "screen"),
            screen=pascal("a screen"),
            open=BOOLEAN,
            values=FREE,
            **{"as": NAME},
            **how,
        ),
        "config": FREE,
        "metric": record("", ("name",), name={"type": "string"}, value=ANYTHING, **how),
        "kicked": {"type": "string"},
        "success": BOOLEAN,
        "code": {"type": "string"},
    }


def scenario() -> Schema:
    player = record(
        user_id=whole(-MAX_WHOLE),
        gamepasses=array(GAMEPASS),
        groups=table({"type": "string", "pattern": "^[0-9]{1,16}$", "title": "a group's id"}, whole(0, 255)),
        kohls=word("a rank"),
        locale={"type": "string"},
        device=choice("desktop", "phone", "tablet", "console"),
        stored=record(version=whole(1), data=FREE),
    )
    step = record(expect=record("", (), **_expectations()), server=whole(1, 6), **_steps())
    return record(
        "A test: steps, and what must be true after each.",
        ("scenario", "steps"),
        scenario=text("Its title."),
        players=table(NAME, player, "Who may join, by name."),
        **{"global": doc(FREE, "Global data as it is stored before the start.")},
        http=table(
            {"type": "string", "pattern": "^https://.+$", "title": "an address such as `https://example.com/x`"},
            record(status=whole(100, 599), body=ANYTHING),
            "What the world outside answers.",
        ),
        servers=whole(1, 6, "How many servers of the game run; default 1."),
        seed=whole(0, doc="Of everything random; default 1."),
        start={
            "type": "string",
            "title": "a date such as `2025-01-01`",
            "pattern": r"^\d{4}-\d\d-\d\d.*$",
            "description": "Where the clock starts; default 2025-01-01.",
        },
        steps=array(step, "In this order; each does one thing.", minItems=1),
    )
