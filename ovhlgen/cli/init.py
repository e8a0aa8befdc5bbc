"""`ovhlgen init`."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import click

from ovhlgen import __version__
from ovhlgen.cli.common import Options, cannot_write, options
from ovhlgen.cli.schema import write_schemas
from ovhlgen.diagnostics import Sources
from ovhlgen.resources import templates

_RENAMED = {"gitignore": ".gitignore", "gitattributes": ".gitattributes"}
_VARIABLE = "\nSet it as the repository's variable OVHLGEN (Settings → Secrets and variables → Actions)."
_EXECUTABLE = {".githooks/pre-commit"}


@click.command("init", epilog="Example: ovhlgen init mygame")
@click.argument("name")
@options()
def command(with_: Options, name: str) -> int:
    """Start a small game in the folder NAME, new, empty or a fresh clone: it builds, lints and boots at once."""
    home = with_.root / name
    stem = home.resolve().name
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_ -]{0,49}", stem):
        raise click.UsageError(f"{stem!r} can't be a game's name: letters, digits, spaces, `_` and `-`, at most 50")
    if home.exists() and (not home.is_dir() or any(one.name != ".git" for one in home.iterdir())):
        raise click.UsageError(f"{home} is there already and not empty; nothing was written")
    try:
        _write(home, stem)
    except OSError as error:
        return cannot_write(error, str(home), Sources(), with_)
    if not with_.quiet:
        go = "" if home.resolve() == Path.cwd() else f"cd {home} && "
        print(f"{home}: a game to start from. Next: {go}ovhlgen build && rojo serve out")
    return 0


def _write(home: Path, name: str) -> None:
    source = templates() / "init"
    pinned = _installed_from()
    values = {
        "name": name,
        "version": __version__,
        "source": pinned or "${{ vars.OVHLGEN }}",
        "where": "" if pinned else _VARIABLE,
    }
    for path in sorted(source.rglob("*")):
        if not path.is_file():
            continue
        relative = path.relative_to(source).as_posix()
        target = home / _RENAMED.get(relative, relative)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        for key, value in values.items():
            text = text.replace("{{" + key + "}}", value)
        target.write_text(text, "utf-8", newline="\n")
        if relative in _EXECUTABLE:
            target.chmod(0o755)
    write_schemas(home)


def _installed_from() -> str | None:
    """The requirement that this very ovhlgen was installed by, where it came from a public repository at a commit."""
    try:
        origin = json.loads(distribution("ovhlgen").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    url, commit = str(origin.get("url")), str(origin.get("vcs_info", {}).get("commit_id"))
    # An address with a name or a token in it stays on this machine.
    is_public = re.fullmatch(r"https://[\w.:-]+/[\w./~-]+", url) and re.fullmatch(r"[0-9a-f]{40}", commit)
    return f"ovhlgen @ git+{url}@{commit}" if is_public else None
