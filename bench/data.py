"""`make bench-data`: what DataService costs: requests beside the platform's budget, time to load, `Get` and `Set`.

Requests and loading are counted in the simulator's virtual time; `Get`, `Set` and `Update` are timed in Lune, beside a
function that writes a field of a plain table, in the same process and by turns; medians of ROUNDS.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from ovhlgen.simulator.session import Session
from tests.chaos.play import places

PLAYERS = (1, 10, 50, 100, 200)
HOUR = 3600
CALLS = 20_000
ROUNDS = 15

_HEAD = """
local Data = require(game:GetService("ReplicatedStorage").Shared.Kernel.ServiceManager):Get("DataService")
local data = Data:GetPlayerData(game:GetService("Players"):FindFirstChild("p1"))
local plain = { wallet = 0, items = {} }
local methods = {}
function methods.Set(self, key, value) self[key] = value end
local items = {}
for index = 1, 20 do items[index] = `thing {index}` end
"""
_CASES = {
    "a field of a plain table": "for i = 1, N do methods.Set(plain, 'wallet', i) end",
    "Get a number": "for i = 1, N do data:Get('wallet') end",
    "Set a number": "for i = 1, N do data:Set('wallet', i) end",
    "Update a number": "for i = 1, N do data:Update('wallet', function(old) return (old + 1) % 1000 end) end",
    "Get 20 texts": "for i = 1, N do data:Get('items') end",
    "Set 20 texts": "for i = 1, N do data:Set('items', items) end",
}


def requests(place: Path, players: int) -> tuple[float, float, float]:
    """Seconds until all are loaded; writes of a player in an hour; the share of the budget that they take."""
    with Session(place, patience=120) as session:
        session.ask("boot")
        for number in range(1, players + 1):
            session.ask("join", name=f"p{number}", user_id=number)
        session.ask("advance", seconds=60)
        first: dict[str, float] = {}
        for fact in session.facts:
            if fact.kind == "saved":
                first.setdefault(str(fact.get("word")), fact.t)
        assert len(first) == players
        before = len(session.facts)
        session.ask("advance", seconds=HOUR)
        writes = sum(1 for fact in session.facts[before:] if fact.kind == "saved")
    return max(first.values()), writes / players, writes / 60 / (60 + 40 * players)


def costs(place: Path) -> dict[str, float]:
    """Microseconds of a call, by case."""
    found: dict[str, list[float]] = {name: [] for name in _CASES}
    with Session(place, patience=120) as session:
        session.ask("boot")
        session.ask("join", name="p1", user_id=1)
        session.ask("advance", seconds=5)
        empty = []
        for round_ in range(ROUNDS + 1):
            for name, source in {"": "", **_CASES}.items():
                began = time.perf_counter()
                session.ask("run", side="server", source=_HEAD + source.replace("N do", f"{CALLS} do"))
                took = time.perf_counter() - began
                if round_ and name:
                    found[name].append(took)
                elif round_:
                    empty.append(took)
    base = statistics.median(empty)
    return {name: (statistics.median(times) - base) / CALLS * 1e6 for name, times in found.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = places(Path(folder)).old
        print("| players | all loaded after | writes a player and hour | of the budget |")
        print("|---:|---:|---:|---:|")
        for players in PLAYERS:
            loaded, writes, share = requests(place, players)
            print(f"| {players} | {loaded:.2f} s | {writes:.0f} | {100 * share:.1f} % |")
        print("\n| call | µs | × |\n|---|---:|---:|")
        found = costs(place)
        plain = found["a field of a plain table"]
        for name, cost in found.items():
            print(f"| {name} | {cost:.2f} | {cost / plain:.0f} |")


if __name__ == "__main__":
    main()
