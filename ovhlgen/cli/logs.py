"""`ovhlgen logs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from http.server import ThreadingHTTPServer
from time import time

import click

from ovhlgen.cli.common import Options, cannot_write, options, report, say
from ovhlgen.diagnostics import Span, problem
from ovhlgen.logs.address import SCRIPT, publish
from ovhlgen.logs.entry import Entry, line
from ovhlgen.logs.file import LogFile
from ovhlgen.logs.line import LEVELS, Filter, Line
from ovhlgen.logs.receiver import HOST, PATH, receiver
from ovhlgen.logs.stats import as_plain, as_text, count
from ovhlgen.pipeline import load

PORT = 34873
MEBIBYTE = 1024 * 1024
_COLOURS = {"ERROR": "red", "WARN": "yellow", "DEBUG": "bright_black"}


@click.command("logs", epilog="Example: ovhlgen logs --follow --level WARN")
@click.option("--port", type=click.IntRange(1024, 65535), default=PORT, show_default=True, help="Where to listen.")
@click.option("--max-size", type=click.IntRange(1, 1024), default=5, show_default=True, help="Of the file, in MiB.")
@click.option("--follow", is_flag=True, help="Show what comes, too.")
@click.option("--stats", is_flag=True, help="Count what the file holds, and end.")
@click.option("--level", type=click.Choice(LEVELS), help="Show and count lines of this level and above.")
@click.option("--service", help="Show and count lines of this service or module.")
@click.option("--text", help="Show and count lines with this in them.")
@options(findings=True)
def command(
    with_: Options,
    port: int,
    max_size: int,
    follow: bool,
    stats: bool,
    level: str | None,
    service: str | None,
    text: str | None,
) -> int:
    """Keep the log of a game that runs in Studio, in the file that project.yaml names.

    It listens on this machine alone. The game finds it by a script with a token, which Rojo brings into the place; in
    Studio, Game Settings → Security → Allow HTTP Requests has to be on.
    """
    checked = load(with_.root)
    if checked.project is None:
        return report(checked.problems, checked.sources, with_)
    name = checked.project.settings.logging.file
    file, wanted = LogFile(with_.root, name, max_size * MEBIBYTE), Filter(level, service, text)
    try:
        reason = file.refusal()
        if reason:
            refused = problem("E1161", Span("specs/project.yaml"), file=name, reason=reason)
            return report([refused], checked.sources, with_)
        if stats:
            counts = count(file.all(), wanted)
            if with_.format == "json":
                sys.stdout.write(json.dumps({"diagnostics": [], **as_plain(counts)}, indent=2) + "\n")
            else:
                sys.stdout.write(as_text(counts))
            return 0
        cut = file.repair()
        token = publish(with_.root, f"http://{HOST}:{port}{PATH}")
    except OSError as error:
        return cannot_write(error, name, checked.sources, with_)
    if cut:
        say(with_, f"{name}: a last line that was written half is cut ({cut} bytes)")

    def take(lines: Sequence[Line], lost: int) -> None:
        file.append([*([_lost(lost)] if lost else []), *(line.text for line in lines)])
        if follow:
            for line in filter(wanted.fits, lines):
                print(_coloured(line) if with_.colour else line.text, flush=True)

    try:
        server = receiver(port, token, take)
    except OSError as error:
        return report(
            [problem("E1162", Span(SCRIPT), port=port, reason=error.strerror or str(error))], checked.sources, with_
        )
    if not with_.quiet:
        print(f"Listening on http://{HOST}:{port}; lines go into {name}. Ctrl+C ends it.", flush=True)
    return _serve(server)


def _serve(server: ThreadingHTTPServer) -> int:
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


def _lost(many: int) -> str:
    what = f"{many} lines before this one were left out: they came faster than they could be sent"
    return line(Entry(int(time()), "ovhlgen", "WARN", "LOGS_LOST", what.encode()))


def _coloured(line: Line) -> str:
    """A tag stands out; else the level does."""
    if line.tag:
        return line.text.replace(f" [{line.tag}] ", f" {click.style(f'[{line.tag}]', fg='cyan')} ", 1)
    colour = _COLOURS.get(line.level)
    return click.style(line.text, fg=colour) if colour else line.text
