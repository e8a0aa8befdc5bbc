"""`ovhlgen build`."""

from __future__ import annotations

import click

from ovhlgen.cli.common import Options, options, report, say
from ovhlgen.diagnostics import Diagnostic
from ovhlgen.pipeline import build, check_drift, diff, load, unknown_profile


@click.command("build", epilog="Example: ovhlgen build && rojo serve out")
@click.option("--profile", metavar="NAME", help="Defaults of this profile of config.yaml.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 where out/ differs.")
@click.option("--diff", "only_diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--force", is_flag=True, help="Move edited and foreign files to a backup and go on.")
@options(findings=True)
def command(with_: Options, profile: str | None, only_check: bool, only_diff: bool, force: bool) -> int:
    """Turn specs/ into the Rojo project out/.

    Nothing that somebody edited is overwritten, and a failure leaves out/ as it was.
    """
    checked = load(with_.root)
    project = checked.project
    wrong = [] if project is None else unknown_profile(project, profile)
    if checked.has_errors or project is None or wrong:
        return report([*checked.problems, *wrong], checked.sources, with_)
    if only_diff:
        text = diff(with_.root, project, profile)
        print(text, end="")
        return 1 if text else 0
    if only_check:
        return report([*checked.problems, *check_drift(with_.root, project, profile)], checked.sources, with_)
    result = build(with_.root, project, profile, force=force)
    found: list[Diagnostic] = [*checked.problems, *result.problems]
    code = report(found, checked.sources, with_)
    if not any(one.severity == "error" for one in found):
        say(with_, result.summary)
        if result.backup:
            print(f"edited files are kept in out/{result.backup}")
    return code
