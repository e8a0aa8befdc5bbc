"""`python -m tests.chaos.peers N`: the same runs on ProfileStore and Lapis, for what they offer, beside ours.

Left out are trades, purchases, data of the game, reloads and newer versions. Every loss is counted with its kind; none
is excused but what was earned within the library's own interval of autosaves before a crash.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ovhlgen.tools.find import need
from ovhlgen.tools.run import run
from tests.chaos.model import names
from tests.chaos.plan import Plan, draw
from tests.chaos.play import Places, Story, places, play
from tests.conftest import ROOT

HERE = Path(__file__).parent
NPM = ROOT / "tests/npm"
OFFERED = {"join", "leave", "hop", "twin", "earn", "spend", "save", "fault", "crash", "stop"}


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    deeds: str | None  # its file; none: ours
    data: str  # the field of what is stored that has the data
    autosave: float  # seconds


PEERS = (
    Peer("ovhlgen", None, "data", 20),
    Peer("@rbxts/profile-store", "profile_store.luau", "Data", 300),
    Peer("@rbxts/lapis", "lapis.luau", "data", 300),
)


def place(peer: Peer, folder: Path) -> Places:
    if peer.deeds is None:
        return places(folder)
    tree: dict[str, Any] = json.loads((NPM / "suites.project.json").read_text("utf-8"))["tree"]
    del (
        tree["ReplicatedStorage"]["Suite"],
        tree["ReplicatedStorage"]["Packages"],
        tree["ReplicatedStorage"]["DevPackages"],
    )
    for node in (tree["ReplicatedStorage"]["include"], tree["ReplicatedStorage"]["node_modules"]["@rbxts"]):
        node["$path"] = str(NPM / node["$path"])
    tree["ServerScriptService"] = {
        "Main": {"$path": str(HERE / "peers/Main.server.luau")},
        "Peer": {"$path": str(HERE / "peers" / peer.deeds)},
    }
    folder.mkdir(parents=True, exist_ok=True)
    project, target = folder / "peer.project.json", folder / "peer.rbxl"
    project.write_text(json.dumps({"name": "peer", "tree": tree}), "utf-8")
    done = run([need("rojo"), "build", project, "-o", target])
    assert done.code == 0, done.last_lines
    return Places(target, target)


def plan(seed: int) -> Plan:
    found = draw(seed)
    steps = [step for step in found["steps"] if step["do"] in OFFERED and step.get("kind") != "receipts"]
    return {**found, "steps": steps}


def measure(peer: Peer, at: Places, seed: int) -> Counter[str]:
    deeds = None if peer.deeds is None else 'local deeds = require(game:GetService("ServerScriptService").Peer)'
    return count(peer, play(at, plan(seed), deeds))


def owned(peer: Peer, envelope: Any) -> list[str]:
    data = envelope.get(peer.data) if isinstance(envelope, dict) else None
    return names(data.get("items", data.get("things"))) if isinstance(data, dict) else []


def count(peer: Peer, story: Story) -> Counter[str]:
    """What a run came to."""
    found = Counter[str](hours=int(story.settled), writes=0)
    earned: dict[str, tuple[float, int]] = {}  # when, and where
    spent: set[str] = set()
    stored: set[str] = set()
    for fact in story.facts:
        words = str(fact.get("text")).split() if fact.kind == "print" else []
        if words[:1] == ["earn"]:
            earned[words[2]] = (fact.t, int(fact.side.split()[1]) if " " in fact.side else 1)
        elif words[:1] == ["spend"]:
            spent.add(words[2])
        elif fact.kind == "saved" and str(fact.get("word")).startswith("global/Player_"):
            found["writes"] += 1
            stored.update(owned(peer, fact.get("data")))
    left = Counter(item for envelope in story.stored.values() for item in owned(peer, envelope))
    found["things earned"] = len(earned)
    for item, (at, server) in earned.items():
        crashed = any(
            one.server == server and one.how == "crash" and at <= one.at <= at + peer.autosave + 5
            for one in story.ended
        )
        if left[item] > 1:
            found["in two places"] += 1
        elif left[item] == 0 and item not in spent and item in stored:
            found["gone, though stored once"] += 1
        elif left[item] == 0 and item not in spent and crashed:
            found["gone with a crash before the next autosave"] += 1
        elif left[item] == 0 and item not in spent:
            found["gone otherwise"] += 1
    for visit in story.visits:
        until = visit.until if visit.until is not None else story.settled
        found["player seconds"] += int(until - visit.since)
    joins(story, found)
    return found


def joins(story: Story, found: Counter[str]) -> None:
    """Those who were served, who were kicked, and who stayed for 90 s."""
    kicked = {fact.side for fact in story.facts if fact.kind == "kick"}
    ends = {fact.get("id"): fact for fact in story.facts if fact.kind in ("returned", "failed")}
    visits = {visit.name: visit for visit in story.visits}
    for number, deed in story.deeds.items():
        if deed.do != "load":
            continue
        fact = ends.get(number)
        loaded = fact is not None and fact.kind == "returned"
        visit = visits[str(deed.name)]
        stayed = (visit.until if visit.until is not None else story.settled) - visit.since >= 90
        if not loaded and not stayed and deed.name not in kicked:
            continue
        clear = not any(since <= deed.at + 90 and to >= deed.at - 90 for _, since, to in story.faults)
        for kind in ("joins", "joins without faults") if clear else ("joins",):
            found[kind] += 1
            found[f"{kind} served within 90 s"] += loaded and fact is not None and fact.t - deed.at <= 93


def main() -> None:
    runs = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(os.cpu_count()) as pool:
        for peer in PEERS:
            at = place(peer, Path(folder) / (peer.deeds or "ours").split(".")[0])
            one: Callable[[int], Counter[str]] = partial(measure, peer, at)
            total = sum(pool.map(one, range(1, runs + 1)), Counter[str]())
            hours = total["player seconds"] / 3600
            print(f"{peer.name}: {runs} runs, {total['hours'] / 3600:.0f} h, {hours:.0f} player hours")
            for name in (
                "things earned",
                "in two places",
                "gone, though stored once",
                "gone with a crash before the next autosave",
                "gone otherwise",
            ):
                print(f"  {total[name]:7d}  {name}")
            for name in ("joins", "joins without faults"):
                share = 100 * total[f"{name} served within 90 s"] / max(1, total[name])
                print(f"  {share:6.1f}%  of {total[name]} {name} served within 90 s")
            print(f"  {total['writes'] / hours:7.1f}  writes a player and hour", flush=True)


if __name__ == "__main__":
    main()
