"""`make bench-types`: time and memory of the type checker for games of 10, 100 and 500 modules.

Each figure stands beside that of the sample project (forty scripts with 57 defects) in the same run. The checker
alone is measured, on all processors: its wall clock and its peak of resident memory, the least of some rounds.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ovhlgen.tools.definitions.install import definitions_file
from ovhlgen.tools.find import need

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tools/luau-check/sample"
SIZES = (10, 100, 500)
ROUNDS = 5

MODULE = """module: Mod{n}
realm: server
domain: OVHL_Modules
version: 1.0.0
depends: [DataService{depends}]
uses: [ConfigService{uses}]
config:
  enabled: {{ type: boolean, default: true }}
  limit: {{ type: "integer(1..200)", default: 50 }}
state:
  items: {{ type: "Item[..50]", default: [], keep: true }}
  count: {{ type: u32, default: 0, per_player: true }}
types:
  Reply:
    union:
      given: {{ item: Item }}
      denied: {{ reason: Reason }}
api:
  Add: {{ args: {{ player: Player, item: Item }}, returns: bool, worker: Logic.add }}
  Count: {{ returns: u32, worker: Logic.count }}
events:
  Give: {{ from: client, request: {{ id: "string(1..32)" }}, response: Reply, worker: Logic.give }}
  Drop: {{ from: client, payload: {{ id: "string(1..32)", count: u8 }}, worker: Logic.drop }}
  Changed: {{ from: server, payload: {{ items: "Item[..50]" }} }}
bus:
  publishes:
    Added{n}: {{ item: Item, user_id: id }}
lifecycle: {{ player_added: Logic.greet }}
"""
WORKER = """--!strict
local Types = require(script.Parent.Types)

local Logic = {{}}

local function find(context: Types.Context, id: string): number?
	for index, item in context.State.items do
		if item.id == id then
			return index
		end
	end
	return nil
end

function Logic.greet(context: Types.Context, player: Player)
	context.Events.Changed:Fire(player, {{ items = context.State.items }})
end

function Logic.count(context: Types.Context): number
	local total = #context.State.items
{calls}	return total
end

function Logic.add(context: Types.Context, player: Player, item: Types.Item): boolean
	local data = context.DataService:GetPlayerData(player)
	if #context.State.items >= context.Config.limit or data:Get("wallet") < 1 then
		return false
	end
	table.insert(context.State.items, item)
	context.PlayerState[player].count += 1
	data:Update("wallet", function(old: number): number
		return old - 1
	end)
	context.Bus.Added{n}:Publish({{ item = item, user_id = player.UserId }})
	return true
end

function Logic.give(context: Types.Context, player: Player, request: Types.GiveRequest): Types.GiveResponse
	local item: Types.Item = {{ id = request.id, count = 1, rarity = "common" }}
	if find(context, request.id) or not Logic.add(context, player, item) then
		return {{ kind = "denied", reason = "full" }}
	end
	return {{ kind = "given", item = item }}
end

function Logic.drop(context: Types.Context, player: Player, payload: Types.Drop)
	local at = find(context, payload.id)
	if at then
		table.remove(context.State.items, at)
		context.Logger:Info(`{{player.Name}} drops {{payload.count}}`)
	end
end

return Logic
"""


@dataclass
class Measure:
    scripts: int
    seconds: float = float("inf")
    mebibytes: float = float("inf")


def specs(modules: int) -> dict[str, str]:
    """Modules that depend on three before them and use two behind them, with workers of 60 lines."""
    files = {
        "specs/project.yaml": "ovhl: 1\nname: Bench\n",
        "specs/types.yaml": "types:\n  Rarity: { enum: [common, rare] }\n  Reason: { enum: [full, unknown] }\n"
        "  Item: { struct: { id: string(..32), count: u16, rarity: Rarity } }\n",
        "specs/config.yaml": "fields:\n  pace: { type: number, default: 1 }\n",
        "specs/data.yaml": "store: Bench\nversion: 1\nplayer:\n  wallet: { type: u32, default: 9 }\n",
    }
    for n in range(modules):
        before, behind = range(max(0, n - 3), n), range(n + 1, min(modules, n + 3))
        depends, uses = ("".join(f", Mod{at}" for at in of) for of in (before, behind))
        calls = "".join(f"\ttotal += context.Mod{at}:Count()\n" for at in before)
        files[f"specs/modules/Mod{n}/module.yaml"] = MODULE.format(n=n, depends=depends, uses=uses)
        files[f"specs/modules/Mod{n}/Logic.luau"] = WORKER.format(n=n, calls=calls)
    return files


def game(folder: Path, modules: int) -> Path:
    """The built game's `out/`."""
    for path, text in specs(modules).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    subprocess.run([sys.executable, "-m", "ovhlgen", "build", "-q", "-C", str(folder)], check=True)
    return folder / "out"


def check(project: Path, sourcemap: Path) -> tuple[int, float, float]:
    """Exit code, seconds and mebibytes of one run of the checker."""
    command = [need("luau-check"), "--sourcemap", sourcemap, "--root", project, "--definitions", definitions_file()]
    began = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), time.perf_counter() - began, usage.ru_maxrss / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        projects = {"the sample project": SAMPLE}
        for size in SIZES:
            projects[f"{size} modules"] = game(Path(name) / str(size), size)
        measures: dict[str, Measure] = {}
        for title, project in projects.items():
            sourcemap = Path(name) / f"{title}.json"
            command = [need("rojo"), "sourcemap", "--include-non-scripts", "-o", sourcemap]
            subprocess.run([*command, project / "default.project.json"], check=True, stdout=subprocess.DEVNULL)
            measures[title] = Measure(sourcemap.read_text("utf-8").count('Script"'))
        for _ in range(ROUNDS):
            for title, project in projects.items():
                code, seconds, mebibytes = check(project, Path(name) / f"{title}.json")
                assert code == (1 if project == SAMPLE else 0), f"{title}: exit {code}"
                of = measures[title]
                of.seconds, of.mebibytes = min(of.seconds, seconds), min(of.mebibytes, mebibytes)
    sample = measures["the sample project"]
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, best of {ROUNDS}\n")
    print("| project | scripts | s | × sample | MiB | × sample |")
    print("|---|---:|---:|---:|---:|---:|")
    for title, of in measures.items():
        times, space = of.seconds / sample.seconds, of.mebibytes / sample.mebibytes
        print(f"| {title} | {of.scripts} | {of.seconds:.2f} | {times:.1f} | {of.mebibytes:.0f} | {space:.1f} |")


if __name__ == "__main__":
    main()
