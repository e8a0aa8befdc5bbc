"""`ovhlgen preview`."""

from __future__ import annotations

from pathlib import Path

import click

from ovhlgen.cli.common import Options, cannot_write, options, progress, report
from ovhlgen.cli.needs import prepare
from ovhlgen.diagnostics import Diagnostic, Span, nearest, problem
from ovhlgen.logs.address import FOLDER as OWN
from ovhlgen.model.project import Project
from ovhlgen.picture.renderer import NoRenderer
from ovhlgen.preview.draw import FOLDER, draw, drawable, take
from ovhlgen.preview.shots import Shot
from ovhlgen.simulator.game import GameError
from ovhlgen.tools.run import ToolError


@click.command("preview", epilog="Example: ovhlgen preview MusicPanel")
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Only say what is wrong: no pictures, exit code 1 with findings.")
@options(findings=True)
def command(with_: Options, names: tuple[str, ...], check: bool) -> int:
    """Draw the screens (all, or those named) in every theme, language and device, with a page to look through them."""
    ready = prepare(with_, "rojo", "lune")
    if isinstance(ready, int):
        return ready
    checked, project = ready
    chosen = _chosen(project, names)
    page: Path | None = None
    try:
        with progress(with_, "drawing") as at:
            if check:
                taken = take(with_.root, project, chosen, None, at)
            else:
                page, taken = draw(with_.root, project, chosen, at)
    except NoRenderer:
        report([problem("E1171", Span("tools"))], checked.sources, with_)
        return 3
    except GameError as error:
        return report([*checked.problems, problem("E0822", Span("specs/ui"), reason=error)], checked.sources, with_)
    except ToolError as error:
        report([problem("E1112", Span("out"), tool="the boot", reason=error)], checked.sources, with_)
        return 3
    except OSError as error:
        return cannot_write(error, f"{OWN}/{FOLDER}", checked.sources, with_)
    code = report([*checked.problems, *_findings(project, taken)], checked.sources, with_)
    if page and with_.format == "text" and not with_.quiet:
        elsewhere = sorted({*project.screens} - {*drawable(project)}) if not names else []
        left = f" (drawn in Studio: {', '.join(elsewhere)})" if elsewhere else ""
        print(f"{len(taken)} pictures: {_near(page, with_.root)}{left}")
    return code


def _near(page: Path, root: Path) -> str:
    return page.as_posix() if root == Path() else page.relative_to(root).as_posix()


def _chosen(project: Project, names: tuple[str, ...]) -> list[str]:
    known = drawable(project)
    for name in names:
        if name in project.screens and name not in known:
            raise click.UsageError(f"{name!r} is drawn in Studio (`bind:`): its pictures are made there")
        if name not in known:
            close = nearest(name, known)
            hint = f"; did you mean {close}?" if close else ""
            raise click.UsageError(f"no screen {name!r} in specs/ui{hint}")
    return list(dict.fromkeys(names)) or known


def _findings(project: Project, taken: list[Shot]) -> list[Diagnostic]:
    """One for each thing that is wrong, with all the places where it is."""
    where: dict[tuple[str, str, str, str], list[str]] = {}
    for shot in taken:
        place = f"{shot.device}, {shot.theme}, {shot.language}"
        for one in shot.findings:
            where.setdefault((shot.screen, one.check, one.paths[0], one.detail), []).append(place)
        if shot.problem:
            where.setdefault((shot.screen, "opens", shot.screen, shot.problem), []).append(place)
    return [
        problem(
            "E0821",
            project.screens[screen].key.span,
            check=check,
            path=path,
            detail=detail,
            places="; ".join(places[:3]) + (f"; {len(places) - 3} more" if len(places) > 3 else ""),
        )
        for (screen, check, path, detail), places in where.items()
    ]
