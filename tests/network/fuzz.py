"""`make fuzz-network N=100000`: hostile buffers against the servers of built places, an honest player beside.

A tenth goes to the party with its own limits; the rest to a schema with every type, whose rates are so high that at
least 90 % of the messages reach a decoder. Every value that a handler gets is looked at once more, by shapes that have
nothing in common with the codec.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ovhlgen.lower.shapes import Shapes
from ovhlgen.luau import assigned, literal
from ovhlgen.model.project import Project
from ovhlgen.pipeline import load
from ovhlgen.resolve.wire import layouts, ranked
from ovhlgen.simulator.place import build_place
from ovhlgen.tools.find import need
from tests.conftest import ROOT
from tests.network.corpus import fields
from tests.oracle.codec import Writer

HOST = Path(__file__).parent / "fuzz.luau"
VALUES = 100  # of each event, to begin with
FEW = 2  # of those that no payload of gets as far as a decoder
REFUSED = ("Every.Off", "Every.Admins", "Every.Slow", "Every.Few", "Gone.Ask")
ALLOWED = 400  # bytes that may be allocated for a byte received
PREPARE = """
local Storage = game:GetService("ReplicatedStorage")
local Network = require(Storage.Shared.Network)
local Layouts = require(Storage.Shared.Network.Layouts)
local Shapes = require(Storage.Shared.Kernel.Shapes)
local Trace = require(Storage.Shared.Trace)
local recursive, shapes = {}, {}
%s
local payloads = %s
local arrived = {}
-- Looks at what came, when nobody takes the time.
function shared.look()
	for _, one in arrived do
		local shape = payloads[one.subject]
		if shape then
			local _, problem = shape(one.data)
			if problem then
				table.insert(shared.outOfSpec, `{one.subject}{problem}`)
			end
		end
	end
	table.clear(arrived)
end
local function count(what)
	shared.outcomes[what] = (shared.outcomes[what] or 0) + 1
end
Trace.watch(function(kind, subject, data, player, word)
	if kind == "refused" then
		count(word)
		shared.reached = shared.reached or word == "NET_INVALID"
		assert(player.Name ~= "Honest", "the honest player is refused")
	elseif kind == "received" then
		count("handled")
		shared.reached = true
		table.insert(arrived, { subject = subject, data = data })
		if player.Name == "Honest" and (data.n == nil or data.n == shared.heard + 1) then
			shared.heard += 1
		end
	end
end)
"""
type Edit = Callable[[Path], None]


@dataclass(frozen=True)
class Place:
    """What an honest player sends to it (`NNNNNNNN` is the number of the event), after how many messages; a Model."""

    event: str
    payload: str
    every: int
    model: str


PARTY = Place("ZoneModule.Enter", "01", 100, "Stages.KoploStage")
EVERYTHING = Place("Every.Honest", "NNNNNNNN", 5, "Stage.Arena")


@dataclass(frozen=True)
class Outcome:
    """What came of one place's messages; times in milliseconds, memory in kibibytes."""

    name: str
    count: int
    outcomes: Counter[str]
    found: dict[str, Any]

    def __str__(self) -> str:
        codes = ", ".join(f"{code} {count:,}" for code, count in sorted(self.outcomes.items()))
        first, last = self.found["memory"]
        found = self.found
        return "\n".join(
            [
                f"{self.name}: {self.count:,} messages, {found['reached'] / self.count:.1%} reached a decoder, "
                f"{found['kicks']} players kicked",
                f"  {codes}",
                f"  an honest player: {found['heard']:,} of {found['sent']:,} arrived, in order",
                f"  server time of a message: median {found['median']:.3f} ms, 99.9th percentile "
                f"{found['p999']:.3f} ms",
                f"  memory after a tenth {first:,} KiB, at the end {last:,} KiB; at most "
                f"{found['worst']['over']:,} KiB above {ALLOWED} bytes for a byte received",
            ]
        )

    @property
    def escaped(self) -> list[str]:
        return list(self.found["errors"] or [])

    @property
    def out_of_spec(self) -> list[str]:
        return list(self.found["outOfSpec"] or [])


def built(name: str, folder: Path, edit: Edit = lambda _: None) -> tuple[Project, Path]:
    """`edit` is given the folder `out/src`."""
    shutil.copytree(ROOT / f"tests/fixtures/{name}/specs", folder / "specs")
    subprocess.run([sys.executable, "-m", "ovhlgen", "build", "-q", "-C", str(folder)], check=True)
    edit(folder / "out/src")
    project = load(folder).project
    assert project is not None
    build_place(folder, folder / "game.rbxl")
    return project, folder / "game.rbxl"


def job(project: Project, place: Path, count: int, seed: int, place_of: Place) -> dict[str, Any]:
    of = layouts(project)
    draw = random.Random(seed)
    corpus = []
    for number, message in enumerate(of.messages, 1):
        if message.sender != "client":
            continue
        for _ in range(FEW if message.name in REFUSED else VALUES):
            writer = Writer(of.types)
            if message.payload:
                writer.struct(message.payload, fields(message.payload, of.types, draw))
            question = draw.randbytes(2) if message.response else b""
            data = bytes([number]) + question + bytes(writer.data)
            corpus.append({"event": message.name, "bytes": data.hex(), "beside": len(writer.side)})
    shapes = Shapes(project)
    checks = {
        f"{module.name}.{event.key.name}": shapes.struct(event.payload, module.name)
        for module, event in ranked(project)
        if event.payload and event.sender == "client"
    }
    named = [
        f"recursive.{name} = Shapes.lazy(function() return shapes.{name} end)" for name in sorted(shapes.recursive)
    ] + [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
    ids = [
        number
        for number, message in enumerate(of.messages, 1)
        for _ in range(1 if message.name in REFUSED or message.sender == "server" else 20)
    ]
    own = next(number for number, message in enumerate(of.messages, 1) if message.name == place_of.event)
    return {
        "place": str(place),
        "seed": seed,
        "count": count,
        "prepare": PREPARE % ("\n".join(named), literal(checks)),
        "honest": f"{own:02x}{place_of.payload}",
        "every": place_of.every,
        "model": place_of.model,
        "corpus": corpus,
        "ids": ids,
        "allowed": ALLOWED,
    }


def fuzz(name: str, count: int, seed: int, of: Place, edit: Edit = lambda _: None) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        project, place = built(name, Path(folder), edit)
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job(project, place, count, seed, of)), "utf-8")
        done = subprocess.run([str(need("lune")), "run", str(HOST), str(path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        found = json.loads(done.stdout)
        return Outcome(name, count, Counter(found["outcomes"] or {}), found)


def both(count: int, seed: int) -> list[Outcome]:
    """A tenth to the party, whose limits are those of a game; the rest to the schema with every type."""
    return [
        fuzz("party", count // 10, seed, PARTY),
        fuzz("everything", count - count // 10, seed, EVERYTHING),
    ]


def main() -> None:
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    print(f"seed {seed}")
    found = both(count, seed)
    for one in found:
        print(one)
    for what in sorted({text for one in found for text in (*one.escaped, *one.out_of_spec)})[:20]:
        print(f"  {what}")
    errors = sum(len(one.escaped) for one in found)
    wrong = sum(len(one.out_of_spec) for one in found)
    print(f"{count} messages, {errors} errors escaping, {wrong} values out of spec")
    sys.exit(1 if errors or wrong else 0)


if __name__ == "__main__":
    main()
