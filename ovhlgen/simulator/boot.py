"""Builds the place with Rojo, inspects it, and boots it in the simulator with one client."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.lower.module import folder
from ovhlgen.model.project import Project
from ovhlgen.simulator.driver import Inspection, Job, Line, Outcome, Player, play
from ovhlgen.simulator.place import build_place, instance_path
from ovhlgen.tools.find import need
from ovhlgen.tools.run import TimedOut, ToolError

CLIENT = "Player1"
MARGIN = 30.0  # seconds of virtual time beyond the modules' own time-outs
PATIENCE = 10.0  # seconds of real time; then loops are counted, so that the one that never ends is named
MOST = 600.0  # seconds of virtual time: a boot that takes longer is none


@dataclass(frozen=True, slots=True)
class Booted:
    problems: list[Diagnostic]
    lines: list[Line]
    summary: str


def boot(root: Path, project: Project) -> Booted:
    """Raises ToolError where Rojo or Lune fails."""
    seconds = min(MOST, project.settings.kernel.init_timeout * 2 * (len(project.modules) + 1) + MARGIN)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "game.rbxl"
        build_place(root, place)
        job = Job(str(place), seconds=seconds, players=[Player(CLIENT, 1)])
        try:
            outcome = play(need("lune"), [job], timeout=PATIENCE)[0]
        except TimedOut:
            outcome = play(need("lune"), [replace(job, guarded=True)])[0]
    if outcome.failure or outcome.inspection is None:
        raise ToolError(outcome.failure or "no answer")
    problems = [*inspect(project, outcome.inspection), *_ready(outcome, seconds), *_errors(outcome)]
    ready = sum(1 for line in outcome.lines if line.text.endswith(": ready"))
    return Booted(problems, outcome.lines, f"booted: server and client CoreReady, {ready} modules ready")


def inspect(project: Project, found: Inspection) -> Iterator[Diagnostic]:
    """E1133: what Rojo made of the project isn't what the specs say."""
    for path, said in found.broken:
        yield problem("E1133", Span("out"), what=f"{path} doesn't compile: {said}")
    for path in found.empty:
        yield problem("E1133", Span("out"), what=f"{path} is empty")
    for path in found.twice:
        yield problem("E1133", Span("out"), what=f"{path} is there twice")
    wanted = sorted(instance_path(folder(module)) for module in project.modules.values())
    there = sorted(path for _, path in found.modules)
    for path in sorted(set(wanted) - set(there)):
        yield problem("E1133", Span("out"), what=f"module {path} is missing")
    for path in sorted(set(there) - set(wanted)):
        yield problem("E1133", Span("out"), what=f"{path} is a module that no spec declares")
    for kind in ("Script", "LocalScript"):
        if found.scripts.get(kind) != 1:
            yield problem("E1133", Span("out"), what=f"{found.scripts.get(kind, 0)} of class {kind}, 1 expected")


def _ready(outcome: Outcome, seconds: float) -> Iterator[Diagnostic]:
    for side in ("server", CLIENT):
        texts = outcome.texts(side)
        if not any(text.endswith("[Kernel] CoreReady") for text in texts):
            realm = "server" if side == "server" else "client"
            yield problem("E1131", Span("out"), realm=realm, seconds=f"{seconds:g}", last=texts[-1] if texts else "–")


def _errors(outcome: Outcome) -> Iterator[Diagnostic]:
    """E1132: errors of the VM, and of the kernel; a module's own ERROR records are its business."""
    for line in outcome.lines:
        is_kernel = line.level == "warn" and "💀" in line.text and "[Kernel]" in line.text
        if line.level == "error" or is_kernel:
            realm = "server" if line.side == "server" else "client"
            yield problem("E1132", Span("out"), realm=realm, text=line.text)
