"""The game of these runs: modules that are alike, each of which ends in its own way, and what their hooks call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ovhlgen.pipeline import build, load
from ovhlgen.services import of_realm
from ovhlgen.simulator.place import build_place

HERE = Path(__file__).parent
CALLS = (HERE / "calls.luau").read_text("utf-8")

# Modules, and what more each has in its lifecycle. Nobody reloads the first; the third starts too slowly now and then,
# the fourth fails too often, and the last needs it.
MODULES = {
    "Steady": "",
    "Swapped": "  hot_reload: Logic.hot\n",
    "Slow": "",
    "Failing": "",
    "Leaning": "",
}
SERVICES = tuple(sorted(of_realm("server")))
PRODUCTS = {"grants": 900, "calls": 901}
GAMEPASS = 700
INIT = 2.0  # seconds that a module has to start

_PROJECT = f"""ovhl: 1
name: Cancelled
kernel:
  init_timeout: {INIT:g} s
  disable_after: {{ failures: 3, within: 30 s }}
  hot_reload: {{ enabled: true, dependents: cascade }}
logging: {{ persist: true }}
"""
_DATA = """store: Chaos
version: 2
migrations: [{ from: 1, to: 2, worker: migrations/things.luau }]
player:
  things: { type: "string(1..40)[]", default: [] }
  wallet: { type: u32, default: 0 }
global:
  treasury: { type: integer(0..1000000), default: 0 }
  sign: { type: string(..40), default: "" }
leaderboards: { Richest: { of: wallet, top: 10, refresh: 10 s } }
save: { retries: 3, backoff: 1 s, backoff_cap: 8 s, lock_timeout: 30 s }
"""
_MODULE = """module: {name}
realm: server
domain: OVHL_Modules
depends: [{depends}]
events:
  Tell: {{ from: client, payload: {{ n: u32 }}, worker: Logic.tell }}
  Ask: {{ from: client, request: {{ n: u32 }}, response: u8, timeout: 5 s, worker: Logic.ask }}
  Told: {{ from: server, payload: {{ n: u32 }} }}
bus:
  publishes: {{ {name}Rang: {{}} }}
  subscribes: {{ {name}Rang: Logic.rang }}
api:
  Grant: {{ args: {{ player: Player }}, worker: Logic.grant }}
  Help: {{ args: {{}}, worker: Logic.help }}
lifecycle:
  init: Logic.init
  ready: Logic.ready
  teardown: Logic.teardown
  player_added: Logic.added
  player_removing: Logic.removing
  character_added: Logic.character
  every: [{{ interval: 1 s, worker: Logic.tick }}]
{more}"""
_HOOKS = {
    "init": "init",
    "hot": "hot_reload",
    "ready": "ready",
    "teardown": "teardown",
    "added": "player_added",
    "removing": "player_removing",
    "character": "character_added",
    "tick": "every",
    "tell": "event",
    "rang": "bus",
    "grant": "product",
    "help": "api",
}
# What a worker of a module may be called from.
HOOKS = (*_HOOKS.values(), "request", "migration")

_FILES = {
    "project.yaml": _PROJECT,
    "data.yaml": _DATA,
    "config.yaml": "fields:\n  speed: { type: number(0..100), default: 10, editable_by: Admin }\n",
    "roles.yaml": f"""roles: {{ Guest: {{ rank: 0 }}, Vip: {{ rank: 10 }}, Admin: {{ rank: 100 }} }}
default: Guest
sources:
  - granted
  - users: {{ Admin: [1] }}
  - gamepasses: {{ {GAMEPASS}: Vip }}
cache: {{ refresh: 60 s }}
""",
    "monetization.yaml": f"""gamepasses: {{ Pass: {{ id: {GAMEPASS} }} }}
products:
  Coin: {{ id: {PRODUCTS["grants"]}, grants: {{ wallet: 1 }} }}
  Gift: {{ id: {PRODUCTS["calls"]}, worker: Swapped.Grant }}
""",
    "migrations/things.luau": """--!strict
return function(old: { [string]: any }): { [string]: any }
	local chaos = (_G :: any).chaos
	if chaos then
		chaos.hook("migration", "Steady", chaos.services)
	end
	return old
end
""",
    "themes/default.yaml": 'theme: default\ntokens: { color: { ink: "#101010" } }\n',
    "themes/dark.yaml": 'theme: dark\nextends: default\ntokens: { color: { ink: "#FFFFFF" } }\n',
}


def _logic(name: str) -> str:
    """The workers of a module: each hands its hook on to what is asked of it."""
    hooks = [
        f'function Logic.{worker}(context: any)\n\t(_G :: any).chaos.hook("{hook}", "{name}", context)\nend\n'
        for worker, hook in _HOOKS.items()
    ]
    ask = f"""function Logic.ask(context: any): number
	(_G :: any).chaos.hook("request", "{name}", context)
	return 1
end
"""
    return "--!strict\nlocal Logic = {}\n\n" + "\n".join([*hooks, ask]) + "\nreturn Logic\n"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake in the runtime: another text in one of its files, by its path in `src`."""

    file: str
    old: str
    new: str


def place(folder: Path, mutant: Mutant | None = None) -> Path:
    """The game, built; with a mistake in it, where one is given."""
    files = dict(_FILES)
    for name, more in MODULES.items():
        depends = [*SERVICES, *(["Failing"] if name == "Leaning" else [])]
        files[f"modules/{name}/module.yaml"] = _MODULE.format(name=name, depends=", ".join(depends), more=more)
        files[f"modules/{name}/Logic.luau"] = _logic(name)
    for path, text in files.items():
        target = folder / "specs" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    project = load(folder).project
    assert project is not None
    build(folder, project)
    if mutant:
        file = folder / "out/runtime" / f"{mutant.file}.luau"
        text = file.read_text("utf-8")
        assert text.count(mutant.old) == 1, (mutant.file, mutant.old)
        file.write_text(text.replace(mutant.old, mutant.new), "utf-8")
    build_place(folder, folder / "game.rbxl")
    return folder / "game.rbxl"
