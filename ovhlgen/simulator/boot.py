"""Builds the place with Rojo, inspects it, and boots it in the simulator with one client."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.lower.module import folder
from ovhlgen.model.project import Project
from ovhlgen.simulator.inspection import Inspection
from ovhlgen.simulator.output import Line, output
from ovhlgen.simulator.place import build_place, instance_path
from ovhlgen.simulator.session import Hangs, Refused, Session, SessionError
from ovhlgen.tools.run import ToolError

CLIENT = "Player1"
JOINS = 0.5  # seconds of virtual time after which the client joins
MARGIN = 30.0  # seconds of virtual time beyond the modules' own time-outs
PATIENCE = 10.0  # seconds of real time; then loops are counted, so that the one that never ends is named
GUARDED = 300.0  # seconds of real time, where they are
LONGEST = 600.0  # seconds of virtual time: a boot that takes longer is none


@dataclass(frozen=True, slots=True)
class Booted:
    problems: list[Diagnostic]
    lines: list[Line]
    summary: str


def boot(root: Path, project: Project) -> Booted:
    """Raises ToolError where Rojo or Lune fails."""
    seconds = min(LONGEST, project.settings.kernel.init_timeout * 2 * (len(project.modules) + 1) + MARGIN)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "game.rbxl"
        build_place(root, place)
        try:
            try:
                inspection, lines = _play(place, seconds, guarded=False)
            except Hangs:
                inspection, lines = _play(place, seconds, guarded=True)
        except (SessionError, Refused) as error:
            raise ToolError(str(error)) from error
    problems = [*inspect(project, inspection), *_ready(lines, seconds), *_errors(lines)]
    ready = sum(1 for line in lines if line.text.endswith(": ready"))
    return Booted(problems, lines, f"booted: server and client CoreReady, {ready} modules ready")


def _play(place: Path, seconds: float, *, guarded: bool) -> tuple[Inspection, list[Line]]:
    with Session(place, guarded=guarded, patience=GUARDED if guarded else PATIENCE) as session:
        inspection = Inspection.take(session)
        session.ask("boot")
        session.ask("advance", seconds=JOINS)
        session.ask("join", name=CLIENT, user_id=1)
        session.ask("advance", seconds=seconds - JOINS)
        return inspection, list(output(session.facts))


def inspect(project: Project, inspection: Inspection) -> Iterator[Diagnostic]:
    """E1133: what Rojo made of the project isn't what the specs say."""
    for path, said in inspection.broken:
        yield problem("E1133", Span("out"), what=f"{path} doesn't compile: {said}")
    for path in inspection.empty:
        yield problem("E1133", Span("out"), what=f"{path} is empty")
    for path in inspection.twice:
        yield problem("E1133", Span("out"), what=f"{path} is there twice")
    wanted = {instance_path(folder(module)) for module in project.modules.values()}
    modules = set(inspection.modules)
    for path in sorted(wanted - modules):
        yield problem("E1133", Span("out"), what=f"module {path} is missing")
    for path in sorted(modules - wanted):
        yield problem("E1133", Span("out"), what=f"{path} is a module that no spec declares")
    for kind in ("Script", "LocalScript"):
        if inspection.scripts.get(kind) != 1:
            yield problem("E1133", Span("out"), what=f"{inspection.scripts.get(kind, 0)} of class {kind}, 1 expected")


def _ready(lines: Sequence[Line], seconds: float) -> Iterator[Diagnostic]:
    for side in ("server", CLIENT):
        texts = [line.text for line in lines if line.side == side]
        if not any(text.endswith("[Kernel] CoreReady") for text in texts):
            realm = "server" if side == "server" else "client"
            yield problem("E1131", Span("out"), realm=realm, seconds=f"{seconds:g}", last=texts[-1] if texts else "–")


def _errors(lines: Sequence[Line]) -> Iterator[Diagnostic]:
    """E1132: errors of the VM, and of the kernel; a module's own ERROR records are its business."""
    for line in lines:
        is_kernel = line.level == "warn" and "💀" in line.text and "[Kernel]" in line.text
        if line.level == "error" or is_kernel:
            realm = "server" if line.side == "server" else "client"
            yield problem("E1132", Span("out"), realm=realm, text=line.text)
