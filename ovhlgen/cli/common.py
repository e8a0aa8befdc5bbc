"""What the commands share: their options, the report of findings, progress on a terminal."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ovhlgen.diagnostics import Diagnostic, Sources, Span, problem


@dataclass(frozen=True, slots=True)
class Options:
    """The options of every command."""

    root: Path
    quiet: bool
    verbose: bool
    colour: bool
    language: str
    format: str
    strict: bool


def _language(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    chosen = value or os.environ.get("OVHLGEN_LANG", "en")
    if chosen not in ("en", "id"):
        raise click.BadParameter(f"{chosen!r} (OVHLGEN_LANG) is not one of en, id")
    return chosen


_COMMON: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option(
        "-C",
        "root",
        metavar="DIR",
        type=click.Path(path_type=Path),
        default=Path(),
        help="The project's root.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Only errors."),
    click.option("-v", "--verbose", is_flag=True, help="Say what is done."),
    click.option("--no-color", is_flag=True, help="No colours (NO_COLOR does the same)."),
    click.option("--lang", type=click.Choice(["en", "id"]), callback=_language, help="Language of messages."),
)


def _findings(formats: tuple[str, ...]) -> tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]:
    return (
        click.option(
            "--format",
            type=click.Choice(["text", "json", "github", "sarif", *formats]),
            default="text",
            help="Form of findings.",
        ),
        click.option("--strict", is_flag=True, help="Warnings count as errors."),
    )


def options(
    *, findings: bool = False, formats: tuple[str, ...] = ()
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Adds the common options; the command gets them as one `Options`. `formats` are more than the usual ones."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def wrapped(
            root: Path,
            quiet: bool,
            verbose: bool,
            no_color: bool,
            lang: str,
            format: str = "text",
            strict: bool = False,
            **rest: Any,
        ) -> int:
            colour = sys.stdout.isatty() and not no_color and not os.environ.get("NO_COLOR")
            return command(Options(root, quiet, verbose, colour, lang, format, strict), **rest)

        for option in (*(_findings(formats) if findings else ()), *reversed(_COMMON)):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def report(findings: Sequence[Diagnostic], sources: Sources, with_: Options) -> int:
    """Prints the findings and gives the exit code for them: 1 with errors (`--strict`: or warnings)."""
    from ovhlgen.diagnostics.printers import FORMATS
    from ovhlgen.diagnostics.printers.text import summary

    shown = [finding for finding in findings if finding.severity == "error"] if with_.quiet else list(findings)
    sys.stdout.write(FORMATS[with_.format](shown, sources, with_.language, with_.colour))
    total = summary(findings, with_.language)
    if with_.format == "text" and total and not with_.quiet:
        print(total)
    failing = ("error", "warning") if with_.strict else ("error",)
    return 1 if any(finding.severity in failing for finding in findings) else 0


def cannot_write(error: OSError, where: str, sources: Sources, with_: Options) -> int:
    """E1104: the disk refused."""
    return report([problem("E1104", Span(where), reason=error.strerror or str(error))], sources, with_)


def say(with_: Options, text: str) -> None:
    """One line for people: on a terminal only, or with `-v`."""
    if with_.format == "text" and not with_.quiet and (with_.verbose or sys.stdout.isatty()):
        print(text)


@contextmanager
def progress(with_: Options, text: str) -> Iterator[Callable[[str], None]]:
    """A spinner while something long goes on; silent in a pipe."""
    if with_.quiet or with_.format != "text" or not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield lambda line: status.update(f"{text} {line}")
