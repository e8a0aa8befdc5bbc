"""Schemas of the files at the top of `specs/`, and of catalogues."""

from __future__ import annotations

from ovhlgen.language.limits import MAX_WHOLE
from ovhlgen.schema.parts import (
    ANYTHING,
    BOOLEAN,
    INSTANCE_PATH,
    LOCALISED,
    LOG_FILE,
    RATE_TEXT,
    REFERENCE,
    SWITCH,
    TYPE,
    TYPES,
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
    whole,
    word,
)

ROLE = word("a role")
PAGES = ("config", "modules", "logs", "health", "permissions")  # of the admin panel


def project() -> Schema:
    return record(
        "What the game is called, and how its kernel, log and network behave.",
        ("ovhl", "name"),
        ovhl={"const": 1, "description": "The version of the spec language."},
        name=form(
            "a name of letters, digits, spaces, `_` and `-`, at most 50",
            r"^[A-Za-z][A-Za-z0-9_ -]{0,49}$",
            "The game's name.",
        ),
        description=text("What it is, one line."),
        kernel=record(
            "How modules are found, started and given up.",
            domains=array(word("a domain"), "In discovery order.", minItems=1, maxItems=20),
            init_timeout=duration("100 ms", "1 h", "A module still initialising then is disabled."),
            disable_after=record(
                "Failures of hooks that disable a module.",
                failures=whole(1, 1000),
                within=duration("1 s", "24 h"),
            ),
            hot_reload=record(
                "Whether modules can be reloaded, and what happens to their dependents.",
                enabled=SWITCH,
                dependents=choice("reject", "cascade"),
            ),
        ),
        logging=record(
            "What is logged, and where to.",
            level=choice("DEBUG", "INFO", "WARN", "ERROR", "NONE"),
            perf=BOOLEAN,
            domains=table(word("a log domain"), text(limit=16), "Emoji added to the built-in domains."),
            file=form(
                "a file of its own in the project such as `logs/game.md` (.md, .log or .txt; not in specs/ or out/)",
                LOG_FILE,
                "The file that `ovhlgen logs` writes.",
            ),
            webhook={
                "type": ["string", "null"],
                "title": "null or a secret such as `secret:LogWebhook`",
                "pattern": r"^secret:[A-Za-z_][A-Za-z0-9_]*$",
            },
            persist=doc(BOOLEAN, "Keep WARN and above for the admin panel of later servers."),
        ),
        network=record(
            "Defaults of every event.",
            default_rate=doc(RATE_TEXT, "Per player and event, where an event names none."),
            violations=record(log=BOOLEAN, kick_after=whole(1, 100000), within=duration("1 s", "24 h")),
        ),
        packages=table(
            word("a package"),
            record("", ("at",), at=array(INSTANCE_PATH, "The first that exists.", minItems=1)),
            "Third parties: looked for, never needed.",
        ),
        place={"type": "object", "description": "Extra nodes, in Rojo's own notation."},
    )


def config() -> Schema:
    return record(
        "OVHL_CONFIG: what an administrator may change while the game runs.",
        format=choice("luau", "json", doc="The form of the manifest in the game."),
        fields=table(
            snake("a config field"),
            record(
                "",
                ("type", "default"),
                type=TYPE,
                default=ANYTHING,
                doc=text(),
                editable_by=doc(ROLE, "Without it the field can't be changed at run time."),
                realm=choice("server", "shared", doc="Clients see shared fields."),
            ),
            "The fields, each with its type and default.",
        ),
        profiles=table(word("a profile"), {"type": "object"}, "Other defaults, by `ovhlgen build --profile NAME`."),
    )


def roles() -> Schema:
    package = word("a package")
    source: Schema = {
        "type": ["string", "object"],
        "title": "`granted`, or one source such as `users: { Admin: [1] }`",
        "pattern": "^granted$",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {
            "kohls_admin": record(
                "",
                ("package", "map"),
                package=package,
                map=table(word("a rank of Kohl's Admin"), ROLE),
                studio=choice("ignore", "trust", doc="Kohl's makes everyone a creator in Studio."),
            ),
            "hd_admin": record(
                "",
                ("package", "map"),
                package=package,
                map=table(
                    form(
                        "a rank of HD Admin: NonAdmin, VIP, Mod, Admin, HeadAdmin or Owner",
                        "^(NonAdmin|VIP|Mod|Admin|HeadAdmin|Owner)$",
                    ),
                    ROLE,
                ),
            ),
            "creator": ROLE,
            "users": table(ROLE, array(whole(-MAX_WHOLE, doc="A user id."))),
            "gamepasses": table(form("a gamepass by name or id", r"^([A-Za-z_][A-Za-z0-9_]*|[0-9]{1,16})$"), ROLE),
            "groups": table(
                form("a group's id", r"^[0-9]{1,16}$"),
                array(record("", ("min_rank", "role"), min_rank=whole(0, 255), role=ROLE)),
            ),
        },
        "additionalProperties": False,
    }
    return record(
        "Who is who: roles by rank, and where they come from.",
        ("roles", "default"),
        roles=doc(
            table(ROLE, record("", ("rank",), rank=whole(0, 1_000_000), doc=text())),
            "A higher rank may all that a lower one may.",
        ),
        default=doc(ROLE, "The role of a player whom no source knows."),
        sources=array(source, "Admin systems first, in order; then the highest rank of the others together."),
        cache=record("How long a role found is trusted.", refresh=duration("5 s", "24 h")),
    )


def types() -> Schema:
    return record("Types shared by all modules.", ("types",), types=doc(TYPES, "By name."))


def data() -> Schema:
    key = table(
        snake("a data key"),
        record(
            "",
            ("type", "default"),
            type=TYPE,
            default=ANYTHING,
            doc=text(),
            visible=choice("owner", doc="The player's own client sees it live."),
            private=doc(BOOLEAN, "Its value never appears in a log."),
        ),
        "One value a player.",
    )
    return record(
        "Stored data of players and of the game.",
        ("store", "version"),
        store=text("The name of the data store.", 50),
        version=whole(1, 100000, "Raised with each migration."),
        player=key,
        **{
            "global": table(
                snake("a data key"),
                record("", ("type", "default"), type=TYPE, default=ANYTHING, doc=text()),
                "One value for the whole game.",
            )
        },
        leaderboards=table(
            word("a leaderboard"),
            record("", ("of",), of=snake("a data key"), top=whole(1, 100), refresh=duration("5 s", "24 h")),
            "Players in the order of one of their numbers.",
        ),
        migrations=array(
            record(
                "",
                ("from", "to", "worker"),
                **{"from": whole(1), "to": whole(2)},
                worker=form("a file such as `migrations/to_two.luau`", r"^migrations/[A-Za-z0-9_]+\.luau$"),
            ),
            "Pure functions from one version to the next, without gaps.",
        ),
        save=record(
            "How a save that fails is tried again, and how long a session's lock holds.",
            retries=whole(0, 100),
            backoff=duration("100 ms", "1 min"),
            backoff_cap=duration("1 s", "1 h"),
            lock_timeout=duration("20 s", "1 h"),
        ),
    )


def monetization() -> Schema:
    return record(
        "Gamepasses and developer products.",
        gamepasses=table(word("a gamepass"), record("", ("id",), id=whole(1), doc=text()), "By name."),
        products=table(
            word("a product"),
            record(
                "",
                ("id",),
                id=whole(1),
                doc=text(),
                grants=table(snake("a data key"), {"type": "number"}, "Added to these data keys."),
                worker=form("a method such as `ShopModule.Grant`", r"^[A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*$"),
            ),
            "Developer products: each grants data, or calls a method of a server module.",
        ),
        cache=duration("1 s", "24 h", "How long Roblox's answer on a gamepass is trusted."),
    )


def topbar() -> Schema:
    return record(
        "Icons in the top bar.",
        ("icons",),
        package=doc(word("a package"), "TopbarPlus, as project.yaml names it; used where the place has it."),
        icons=table(
            word("an icon"),
            record(
                "",
                ("opens",),
                label=LOCALISED,
                image=form("an image such as `rbxassetid://1`", r"^rbxassetid://[0-9]+$"),
                opens=pascal("a screen"),
                roles=array(ROLE, "Who sees it; a higher rank does too."),
            ),
            "By name.",
        ),
    )


def admin() -> Schema:
    return record(
        "The admin panel.",
        ("roles",),
        roles=array(ROLE, "Who may open it; a higher rank may too.", minItems=1),
        whitelist=doc(REFERENCE, "A config field of ids that are always administrators."),
        pages=array(choice(*PAGES), "Default: all.", minItems=1),
    )


def catalogue() -> Schema:
    return record(
        "A table of designers' data.",
        ("catalogue", "row", "key", "rows"),
        catalogue=doc(pascal("a catalogue"), "The file's name."),
        row=form(
            "a struct of types.yaml such as `Song`",
            r"^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)?$",
            "The type of each row.",
        ),
        key=doc(snake("a field of the row"), "The field that tells rows apart."),
        realm=choice("shared", "server", doc="Clients see shared ones."),
        doc=text("What it holds, one line."),
        rows=array({"type": "object"}, "The data.", maxItems=20000),
    )
