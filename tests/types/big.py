"""Large generated projects, with workers that use what is declared."""

from __future__ import annotations

from pathlib import Path

from tests.support.projects import Project

SPOKES = 30
EVENTS = 10  # of each spoke: 300 in all
CATALOGUES = 40
KEYS = 60

# Twelve types of stored values: the spec's spelling, the default, and the Luau expression of a value.
STORED = (
    ("u32", "0", "1"),
    ("string(..32)", '""', '"a"'),
    ("bool", "false", "true"),
    ("u32[..9]", "[]", "{ 1 }"),
    ("string(..9)[..9]", "[]", '{ "a" }'),
    ("map(string, u32)", "{}", "{ a = 1 }"),
    ("map(string, bool)", "{}", "{ a = true }"),
    ("Item", "{ id: a, count: 1 }", '{ id = "a", count = 1 }'),
    ("Item[..9]", "[]", '{ { id = "a", count = 1 } }'),
    ("Rarity", "common", '"rare" :: Types.Rarity'),
    ("Vector3", "[0, 0, 0]", "Vector3.new(1, 2, 3)"),
    ("Item?", "null", "nil"),
)
HEAD = "--!strict\nlocal Types = require(script.Parent.Types)\n\nlocal Logic = {}\n\n"


def hub_and_spokes(folder: Path) -> Project:
    """One module that depends on thirty, which use it in turn; 300 events, 40 catalogues, 60 stored keys."""
    project = Project(folder)
    files = {
        "specs/project.yaml": "ovhl: 1\nname: Big\n",
        "specs/types.yaml": (
            "types:\n  Item:\n    struct: { id: string(..32), count: u16 }\n  Rarity:\n    enum: [common, rare]\n"
        ),
        "specs/data.yaml": "store: Big\nversion: 1\nplayer:\n"
        + "".join(
            f'  key_{at}: {{ type: "{STORED[at % 12][0]}", default: {STORED[at % 12][1]} }}\n' for at in range(KEYS)
        ),
    }
    for at in range(CATALOGUES):
        files[f"specs/catalogues/Goods{at}.yaml"] = (
            f"catalogue: Goods{at}\nrow: Item\nkey: id\nrows:\n  - {{ id: a, count: {at} }}\n"
        )
    for at in range(SPOKES):
        files[f"specs/modules/Spoke{at}/module.yaml"] = _spoke(at)
        files[f"specs/modules/Spoke{at}/Logic.luau"] = _spoke_worker(at)
    files["specs/modules/Hub/module.yaml"] = _hub()
    files["specs/modules/Hub/Logic.luau"] = _hub_worker()
    files["specs/modules/Hub/Stored.luau"] = _stored_worker()
    return project.write(files)


def _spoke(at: int) -> str:
    events = ""
    for number in range(EVENTS):
        payload = "{ item: Item, count: u8, rarity: Rarity }"
        if number % 2:
            events += f"  Told{number}: {{ from: server, payload: {payload} }}\n"
        else:
            events += f"  Asked{number}: {{ from: client, payload: {payload}, worker: Logic.asked{number} }}\n"
    return (
        f"module: Spoke{at}\nrealm: server\ndomain: OVHL_Modules\nversion: 1.0.0\nuses: [Hub]\n"
        f"api:\n  Count: {{ returns: u32, worker: Logic.count }}\nevents:\n{events}"
    )


def _spoke_worker(at: int) -> str:
    text = HEAD + "function Logic.count(context: Types.Context): number\n"
    text += "\tlocal hub = context.Hub\n\treturn if hub then hub:Sum() else 0\nend\n\n"
    for number in range(0, EVENTS, 2):
        text += (
            f"function Logic.asked{number}(context: Types.Context, player: Player, payload: Types.Asked{number})\n"
            f"\tcontext.Events.Told{number + 1}:Fire(player, payload)\nend\n\n"
        )
    return text + "return Logic\n"


def _hub() -> str:
    spokes = ", ".join(f"Spoke{at}" for at in range(SPOKES))
    goods = ", ".join(f"Goods{at}" for at in range(CATALOGUES))
    return (
        "module: Hub\nrealm: server\ndomain: OVHL_Modules\nversion: 1.0.0\n"
        f"workers: [Logic, Stored]\ndepends: [DataService, {spokes}]\ncatalogues: [{goods}]\n"
        "api:\n  Sum: { returns: u32, worker: Logic.sum }\nlifecycle: { player_added: Stored.greet }\n"
    )


def _hub_worker() -> str:
    text = HEAD + "local function count(item: Types.Item?): number\n\treturn if item then item.count else 0\nend\n\n"
    text += "function Logic.sum(context: Types.Context): number\n\tlocal total = 0\n"
    text += "".join(f"\ttotal += context.Spoke{at}:Count()\n" for at in range(SPOKES))
    for at in range(CATALOGUES):
        text += f'\ttotal += count(context.Catalogues.Goods{at}:Get("a"))\n'
    return text + "\treturn total\nend\n\nreturn Logic\n"


def _stored_worker() -> str:
    text = HEAD.replace("Logic", "Stored") + "function Stored.greet(context: Types.Context, player: Player)\n"
    text += "\tlocal data = context.DataService:GetPlayerData(player)\n"
    for at in range(KEYS):
        of, _, value = STORED[at % 12]
        given = value
        if of.startswith("map"):  # Luau takes a literal behind a generic key for a record
            given = f"map{at}"
            text += f"\tlocal map{at}: {{ [string]: {'number' if 'u32' in of else 'boolean'} }} = {value}\n"
        text += f"\tdata:Set(Types.Keys.key_{at}, {given})\n"
        if at % 12 < 7:
            text += f'\tdata:Set("key_{at}", {value})\n\tdata:Set("key_{at}", data:Get("key_{at}"))\n'
        text += f"\tdata:Set(Types.Keys.key_{at}, data:Get(Types.Keys.key_{at}))\n"
    return text + "end\n\nreturn Stored\n"
