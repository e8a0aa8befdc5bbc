"""`ovhlgen test`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from ovhlgen.cli.common import Options, options, progress, report
from ovhlgen.cli.needs import prepare
from ovhlgen.cli.watch import again
from ovhlgen.diagnostics import Span, nearest, problem
from ovhlgen.model.design import Scenario
from ovhlgen.model.project import Project
from ovhlgen.scenarios.junit import junit
from ovhlgen.scenarios.run import Ran, run_scenario
from ovhlgen.scenarios.trace import as_json, shown
from ovhlgen.simulator.boot import Booted, boot
from ovhlgen.simulator.live import Live
from ovhlgen.simulator.place import build_place
from ovhlgen.tools.run import ToolError

AROUND = 12  # lines of the trace that are shown before a failure


@click.command("test", epilog="Example: ovhlgen test vip_requests_a_song --trace")
@click.argument("names", nargs=-1)
@click.option("--trace", is_flag=True, help="Show what happened, line by line (with --format json: as JSON lines).")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Run under this seed instead of the scenario's.")
@click.option("--watch", is_flag=True, help="Run again on every change; modules are reloaded in a running game.")
@options(findings=True, formats=("junit",))
def command(with_: Options, names: tuple[str, ...], trace: bool, seed: int | None, watch: bool) -> int:
    """Build the place, boot it headless, and run the scenarios (all, or those named) against it."""

    live = Live(with_.root) if watch and with_.format == "text" and not with_.quiet else None

    def run() -> int:
        return _test(with_, names, trace, seed, live)

    try:
        return again(with_.root, run) if watch else run()
    finally:
        if live:
            live.close()


def _test(with_: Options, names: tuple[str, ...], trace: bool, seed: int | None, live: Live | None) -> int:
    ready = prepare(with_, "rojo", "lune")
    if isinstance(ready, int):
        return ready
    checked, project = ready
    chosen = _chosen(project, names)
    try:
        with progress(with_, "booting"):
            booted = boot(with_.root, project)
        with progress(with_, f"running {len(chosen)} scenarios"):
            ran = _run(with_, project, chosen, seed) if not booted.problems else []
    except ToolError as error:
        report([problem("E1112", Span("out"), tool="the boot", reason=error)], checked.sources, with_)
        return 3
    if with_.format == "junit":
        print(junit(ran, with_.language), end="")
        return 1 if booted.problems or any(run.problems for run in ran) else 0
    if trace and with_.format == "json":
        print("".join(as_json(run.scenario.id, run.facts) for run in ran), end="")
        return 1 if booted.problems or any(run.problems for run in ran) else 0
    _show(with_, booted, ran, trace)
    problems = [problem for run in ran for problem in run.problems]
    code = report([*checked.problems, *booted.problems, *problems], checked.sources, with_)
    if code == 0 and with_.format == "text" and not with_.quiet:
        print(booted.summary)
    for line in live.follow(project) if live else ():
        print(line)
    return code


def _chosen(project: Project, names: Sequence[str]) -> list[Scenario]:
    known = {scenario.id: scenario for scenario in project.scenarios}
    for name in names:
        if name not in known:
            close = nearest(name, known)
            hint = f"; did you mean {close}?" if close else ""
            raise click.UsageError(f"no scenario {name!r} in specs/scenarios{hint}")
    return [known[name] for name in dict.fromkeys(names)] if names else [known[name] for name in sorted(known)]


def _run(with_: Options, project: Project, chosen: Sequence[Scenario], seed: int | None) -> list[Ran]:
    """Side by side, each in a process of its own; in the order of their names."""
    if not chosen:
        return []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "game.rbxl"
        build_place(with_.root, place)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return list(pool.map(lambda scenario: run_scenario(project, scenario, place, seed), chosen))


def _show(with_: Options, booted: Booted, ran: Sequence[Ran], trace: bool) -> None:
    if with_.format != "text":
        return
    if with_.verbose:
        for line in booted.lines:
            print(f"{line.t:8.3f} {line.side:<8} {line.text}")
    for run in ran:
        if not with_.quiet:
            print(f"{'FAILED' if run.problems else 'passed'} {run.scenario.id} ({run.virtual:.1f} s of the game)")
        if trace or (run.problems and run.facts):
            lines = shown(run.facts)
            for text in lines if trace else lines[-AROUND:]:
                print(text)
