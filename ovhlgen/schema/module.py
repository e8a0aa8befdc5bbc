"""The schema of `modules/<Name>/module.yaml`."""

from __future__ import annotations

from ovhlgen.schema.parts import (
    ANYTHING,
    BOOLEAN,
    EVENT_NAME,
    FIELDS,
    INSTANCE_PATH,
    LIVE_NUMBER,
    LONGEST,
    RATE_TEXT,
    REQUIRED,
    SWITCH,
    TYPE,
    TYPES,
    WORKER_NAME,
    Schema,
    array,
    choice,
    doc,
    duration,
    form,
    pascal,
    record,
    snake,
    table,
    text,
    word,
)

ROLE = word("a role")
ARGUMENTS = table(snake("an argument"), TYPE)


def module() -> Schema:
    return record(
        "A module: its wiring. Its logic stands in the workers beside it.",
        ("module", "realm", "domain"),
        module=doc(pascal("a module"), "The folder's name."),
        realm=choice("server", "client", "shared", doc="Where it runs; shared: one instance in each realm."),
        domain=doc(word("a domain"), "One of `kernel.domains`: they start in that order."),
        version=form(
            "a version such as `1.2.0`",
            r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$",
            "Semantic version; default 0.1.0.",
        ),
        doc=text("What it does, one line."),
        log=record(
            "Bound into `context.Logger`.",
            domain=word("a log domain"),
            level=choice("DEBUG", "INFO", "WARN", "ERROR", "NONE"),
        ),
        depends=array(word("a module or core service"), "Must be ready first."),
        uses=array(word("a module or core service"), "May be missing: nil, read live."),
        packages=array(word("a package"), "Third parties, in `context.Packages`."),
        workers=array(pascal("a worker"), "Hand-written files beside this one; default `[Logic]`.", maxItems=REQUIRED),
        config=table(
            snake("a config field"),
            record(
                "",
                ("type", "default"),
                type=TYPE,
                default=ANYTHING,
                doc=text(),
                editable_by=doc(ROLE, "Without it the field can't be changed at run time."),
            ),
            "Settings; `enabled: false` switches the module off.",
        ),
        state=table(
            snake("a state field"),
            record(
                "",
                ("type",),
                type=TYPE,
                default=ANYTHING,
                doc=text(),
                keep=doc(BOOLEAN, "Survives a reload."),
                per_player=doc(BOOLEAN, "One value a player, dropped after leaving."),
                replicate=choice("all", "owner", doc="Clients have a live read-only copy."),
            ),
            "What the module remembers: plain tables, `context.State` and `context.PlayerState[player]`.",
        ),
        types=doc(TYPES, "The module's own types; others say `Module.Type`."),
        api=table(
            pascal("a method"),
            record("", ("worker",), args=ARGUMENTS, returns=TYPE, worker=WORKER_NAME, doc=text()),
            "What other modules may call.",
        ),
        exports=table(
            pascal("a worker"),
            table(word("a function"), record(args=ARGUMENTS, returns=TYPE)),
            "Functions that other workers of this module call.",
        ),
        events=table(pascal("an event"), _event(), "The network; server modules only."),
        sends=array(EVENT_NAME, "Client modules: events that they fire or request."),
        listens=table(EVENT_NAME, WORKER_NAME, "Client modules: events of the server and who handles them."),
        reads=array(
            form(
                "replicated state or data such as `MusicModule.playing` or `data.wallet`",
                r"^([A-Z][A-Za-z0-9]*|data)\.[a-z][a-z0-9_]*$",
            ),
            "Client modules: what they read live.",
        ),
        bus=record(
            "Messages inside one realm.",
            publishes=table(pascal("a bus event"), FIELDS),
            subscribes=table(pascal("a bus event"), WORKER_NAME),
        ),
        lifecycle=record(
            "When the module's own functions run.",
            **dict.fromkeys(
                (
                    "init",
                    "ready",
                    "teardown",
                    "hot_reload",
                    "player_added",
                    "player_removing",
                    "character_added",
                ),
                WORKER_NAME,
            ),
            every=array(
                record(
                    "",
                    ("interval", "worker"),
                    interval={
                        **LIVE_NUMBER,
                        "type": "string",
                        "title": "a duration above 0 such as `30 s`, or a number of seconds by `@config.name`",
                        "pattern": r"^((?!0+(\.0+)? ?[a-z])\d+(\.\d+)? ?(ms|s|min|h)|@config\.[a-z][a-z0-9_]*)$",
                        "longest": LONGEST,
                    },
                    worker=WORKER_NAME,
                )
            ),
        ),
        attributes=table(pascal("a contract"), _contract(), "The contract with builders."),
        catalogues=array(pascal("a catalogue"), "In `context.Catalogues`.", maxItems=REQUIRED),
        screens=array(pascal("a screen"), "A screen has one owner: the module that lists it.", maxItems=REQUIRED),
    )


def _event() -> Schema:
    return record(
        "",
        ("from",),
        **{"from": choice("client", "server")},
        payload=FIELDS,
        request=FIELDS,
        response={
            "type": ["string", "object"],
            "title": "a type, or the fields of the answer",
            "propertyNames": snake("a field"),
            "additionalProperties": FIELDS["additionalProperties"],
        },
        doc=text(),
        reliable=doc(BOOLEAN, "Default true; from the server only."),
        unsafe=doc(BOOLEAN, "Permits `any`."),
        timeout=duration("100 ms", "1 h", "How long a request waits; default 10 s."),
        rate=RATE_TEXT,
        allow=array(ROLE, "Any of these roles or a higher rank.", minItems=1),
        enabled=SWITCH,
        serial=doc(BOOLEAN, "One at a time per player, also when the handler yields."),
        worker=WORKER_NAME,
    )


def _contract() -> Schema:
    attribute = record(
        "",
        ("type",),
        type=TYPE,
        fallback=ANYTHING,
        required=BOOLEAN,
        unique=BOOLEAN,
        references=pascal("a contract"),
        doc=text(),
    )
    return record(
        "",
        ("each", "fields"),
        under=INSTANCE_PATH,
        tagged=word("a tag"),
        each=word("a class"),
        fields=table(
            form(
                "an attribute such as `Zone_ID`: `Domain_Property`",
                r"^(?!RBX)[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$",
            ),
            attribute,
        ),
    )
