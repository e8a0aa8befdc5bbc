"""The group of commands, each loaded when it is asked for, and what becomes of what they raise."""

from __future__ import annotations

import importlib
import sys
import tempfile
import traceback
from pathlib import Path

import click

from ovhlgen import __version__

OK, ERRORS, USAGE, TOOL, INTERRUPTED, DEFECT = 0, 1, 2, 3, 130, 70

# Command → one line of help. The module of the same name in ovhlgen.cli holds it as `command`.
COMMANDS = {
    "init": "Start a small game that builds, lints and boots at once.",
    "build": "Turn specs/ into the Rojo project out/.",
    "watch": "Build on every change.",
    "check": "Find every mistake in specs/ without writing anything.",
    "lint": "Run StyLua, selene and the type checker over workers and generated code.",
    "test": "Build the place, boot it headless, and run the scenarios.",
    "scaffold": "Write missing workers and functions as typed stubs.",
    "explain": "Tell more about a code, with a wrong and a right example.",
    "graph": "Show in which order modules start, and why.",
    "compat": "Find what data stored under older specs wouldn't survive.",
    "preview": "Draw every screen in each theme, language and device.",
    "surface": "Show every way in for a client, and the holes.",
    "logs": "Keep the log of a game that runs in Studio.",
    "where": "Lead from generated code, or a traceback, to the spec.",
    "schema": "Write the JSON Schemas that editors and assistants read.",
    "doctor": "Show the tools: found where, which version, what for.",
    "tools": "Install the pinned tools.",
    "clean": "Remove what ovhlgen generated.",
}


class Commands(click.Group):
    """Loads a command's module only when it runs: start-up stays short."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"ovhlgen.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from ovhlgen.diagnostics import nearest

            near = nearest(args[0], COMMANDS)
            hint = f" Did you mean `{near}`?" if near else f" There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: ovhlgen build && rojo serve out",
)
@click.version_option(__version__, prog_name="ovhlgen", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile declarative specs of a Roblox game into a strictly typed Luau Rojo project."""


def run(args: list[str]) -> int:
    """The exit code: 0 fine, 1 errors or drift, 2 usage, 3 a tool is missing or failed, 70 a defect."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        code = cli.main(args, prog_name="ovhlgen", standalone_mode=False)
        return code if isinstance(code, int) else OK
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        print("interrupted; out/ is as it was", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; nothing is left to say to them.
        sys.stdout = None
        return OK
    except ImportError as missing:
        print(f"ovhlgen can't go on: {missing}\nInstall it anew, from its own repository", file=sys.stderr)
        return TOOL
    except Exception:
        return _defect(args)


def _defect(args: list[str]) -> int:
    """A defect of ovhlgen: the traceback goes into a report, the terminal says where it is."""
    text = f"ovhlgen {__version__}, Python {sys.version}\narguments: {args}\n\n{traceback.format_exc()}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="ovhlgen-report-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        where = f"The report is in {Path(file.name)}; please send it with the specs that led here."
    except OSError:
        where = text
    print(f"ovhlgen met a defect of its own: {sys.exc_info()[1]!r}\n{where}", file=sys.stderr)
    return DEFECT
