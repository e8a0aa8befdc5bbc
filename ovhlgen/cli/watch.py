"""`ovhlgen watch`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from ovhlgen.cli.common import Options, options, report
from ovhlgen.diagnostics import Span, problem
from ovhlgen.diagnostics.catalogue import message
from ovhlgen.pipeline import build, load


@click.command("watch", epilog="Example: ovhlgen watch")
@click.option("--profile", help="A profile of config.yaml.")
@click.option("--preview", is_flag=True, help="Draw the screens after every build; the page loads itself anew.")
@options()
def command(with_: Options, profile: str | None, preview: bool) -> int:
    """Build on every change below specs/, one line a result. A spec with mistakes leaves out/ as it is."""
    if not (with_.root / "specs").is_dir():
        checked = load(with_.root)
        return report(checked.problems, checked.sources, with_)
    try:
        for _ in changes(with_.root):
            print(_line(_result(with_, profile)), flush=True)
            if preview:
                print(_line(_drawn(with_)), flush=True)
    except KeyboardInterrupt:
        pass  # between two looks, or during a build, which leaves every file whole
    return 0


def changes(root: Path) -> Iterator[bool]:
    """False as soon as changes below specs/ are seen, so that none is missed meanwhile; then True for each burst of
    them, until it is interrupted."""
    from watchfiles import watch

    has_begun = False
    for changed in watch(
        root / "specs", debounce=200, step=50, raise_interrupt=False, yield_on_timeout=True, rust_timeout=100
    ):
        if changed or not has_begun:
            yield has_begun
        has_begun = True


def again(root: Path, run: Callable[[], int]) -> int:
    """Runs once, and once more after every change; the last exit code, when it is interrupted."""
    code = 0
    for is_change in changes(root) if (root / "specs").is_dir() else [False]:
        if is_change:
            print(_line("changed"), flush=True)
        code = run()
        sys.stdout.flush()
    return code


def _drawn(with_: Options) -> str:
    """What a preview came to."""
    from ovhlgen.picture.renderer import NoRenderer
    from ovhlgen.preview.draw import draw, drawable
    from ovhlgen.simulator.game import GameError
    from ovhlgen.tools.run import ToolError

    checked = load(with_.root)
    if checked.project is None or checked.has_errors:
        return "the pictures stay as they are"
    try:
        page, taken = draw(with_.root, checked.project, drawable(checked.project))
    except NoRenderer:
        return message(problem("E1171", Span("tools")), with_.language)
    except (GameError, ToolError, OSError) as error:
        return f"no pictures: {error}"
    found = sum(len(shot.findings) + bool(shot.problem) for shot in taken)
    return f"{len(taken)} pictures, {found} findings: {page.as_posix()}"


def _line(text: str) -> str:
    return f"{time.strftime('%H:%M:%S')} {text}"


def _result(with_: Options, profile: str | None) -> str:
    """What a build did; or how many mistakes there are, and the first."""
    checked = load(with_.root)
    problems = list(checked.problems)
    if checked.project is not None and not checked.has_errors:
        built = build(with_.root, checked.project, profile)
        problems += built.problems
        if built.summary:
            return built.summary
    errors = [one for one in problems if one.severity == "error"]
    first = errors[0]
    count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
    return f"{count}, the first: {first.span}: {message(first, with_.language)}"
