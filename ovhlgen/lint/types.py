"""The type checker: ours, or luau-lsp where that is what there is."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, Sources, Span, problem
from ovhlgen.lint.finding import Finding
from ovhlgen.lint.overloads import explained
from ovhlgen.lint.places import diagnosed, inside, workers
from ovhlgen.lint.wiring import at_worker
from ovhlgen.lint.wording import clearer
from ovhlgen.model.project import Project
from ovhlgen.model.tree import FOLDERS
from ovhlgen.tools.definitions.install import definitions_file
from ovhlgen.tools.find import find, need
from ovhlgen.tools.pins import pins
from ovhlgen.tools.run import ToolError, run

# Luau's lints that say what selene has said already.
_SAID = frozenset({"LocalUnused", "FunctionUnused", "ImportUnused", "LocalShadow"})
_SWITCHED_OFF = re.compile(r"^--!(nocheck|nonstrict)\b")
TIMEOUT = 600.0  # seconds for the whole check
# `path(line,column): TypeError: message`; a message may go on over the next lines.
_LUAU_LSP = re.compile(r"^(?P<path>.+?)\((?P<line>\d+),(?P<column>\d+)\): (?P<code>\w+): (?P<message>.*)$")


def checker() -> Path | None:
    """The program that `lint --types` would run, or None."""
    if not definitions_file().exists():
        return None
    own = find(pins()["luau-check"])
    other = shutil.which("luau-lsp")
    return own or (Path(other) if other else None)


def types(root: Path, project: Project, sources: Sources) -> Iterator[Diagnostic]:
    """Every finding about types. Raises ToolError."""
    program = checker()
    if program is None:
        raise ToolError("there is no type checker")
    with tempfile.TemporaryDirectory() as folder:
        sourcemap = Path(folder) / "sourcemap.json"
        _write_sourcemap(root, sourcemap)
        check = _luau_lsp if program.stem == "luau-lsp" else _luau_check
        answers = check(program, root, project, sourcemap)
    yield from _switched_off(project, sources)
    wanted = [answer for answer in answers if not (answer.is_warning and answer.code in _SAID)]
    placed = [replace(answer, span=_in_characters(_inside(root, answer.span), sources)) for answer in wanted]
    clear = (
        clearer(answer, _text(answer.span, sources)) for answer in explained(placed, lambda span: _text(span, sources))
    )
    # A function that is bound twice is wrong once.
    for at in dict.fromkeys(at_worker(answer, root, project, sources) for answer in clear):
        yield diagnosed("W1126" if at.is_warning else "E1125", at.span, at.code, at.message, at.suggestion)


def _switched_off(project: Project, sources: Sources) -> Iterator[Diagnostic]:
    """W1127: a comment at the top of a worker that takes it out of the check."""
    for path in workers(project):
        for number, line in enumerate(sources.files[path].text.split("\n"), 1):
            match = _SWITCHED_OFF.match(line)
            if match:
                end = len(match[0]) + 1
                yield problem("W1127", Span(path, number, 1, number, end), mode=match[1])
            if not line.startswith("--"):
                break


def _write_sourcemap(root: Path, target: Path) -> None:
    """Rojo's."""
    command: list[str | Path] = [need("rojo"), "sourcemap", "--include-non-scripts", "--output", target]
    done = run([*command, root / "out" / "default.project.json", "--color", "never"])
    if done.code != 0:
        raise ToolError(f"rojo: {done.last_lines}")


def _luau_check(program: Path, root: Path, project: Project, sourcemap: Path) -> list[Finding]:
    command: list[str | Path] = [program, "--sourcemap", sourcemap, "--root", root / "out", "--format", "json"]
    command += ["--definitions", definitions_file(), "--timeout", str(TIMEOUT)]
    done = run(command, timeout=TIMEOUT + 10)
    if done.code not in (0, 1):
        raise ToolError(f"luau-check: {done.last_lines}")
    return [
        Finding(
            Span(one["path"], one["line"], one["column"], one["end_line"], one["end_column"]),
            one["severity"] == "warning",
            one["code"],
            one["message"],
            tuple(one["names"]),
        )
        for one in done.objects()
    ]


def _luau_lsp(program: Path, root: Path, project: Project, sourcemap: Path) -> list[Finding]:
    out = root / "out"
    command: list[str | Path] = [program, "analyze", f"--sourcemap={sourcemap}", "--base-luaurc=.luaurc"]
    command.append(f"--definitions={definitions_file()}")
    files = [(root / path).resolve() for path in workers(project)]
    done = run([*command, *FOLDERS, *files], cwd=out, timeout=TIMEOUT)
    answers: list[Finding] = []
    for line in f"{done.out}\n{done.err}".splitlines():
        match = _LUAU_LSP.match(line)
        if match:
            at = int(match["line"]), int(match["column"])
            span = Span(match["path"], *at, at[0], at[1] + 1)
            is_warning = match["code"] not in ("TypeError", "SyntaxError")
            answers.append(Finding(span, is_warning, match["code"], match["message"]))
        elif answers and line.startswith((" ", "\t")):
            answers[-1] = replace(answers[-1], message=f"{answers[-1].message} {line.strip()}")
    if done.code != 0 and not answers:
        raise ToolError(f"luau-lsp: {done.last_lines}")
    return answers


def _inside(root: Path, span: Span) -> Span:
    file = inside(root, root / "out" / span.file)
    return Span(file, span.line, span.column, span.end_line, span.end_column)


def _text(span: Span, sources: Sources) -> str:
    """What stands at a span; for a place without an end, the rest of its line."""
    lines = [sources.line(span.file, number) or "" for number in range(span.line, span.end_line + 1)]
    is_point = span.line == span.end_line and span.end_column == span.column + 1
    if not is_point:
        lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def _in_characters(span: Span, sources: Sources) -> Span:
    """The checkers count bytes."""

    def characters(line: int, column: int) -> int:
        text = sources.line(span.file, line) or ""
        return len(text.encode()[: column - 1].decode("utf-8", "ignore")) + 1 if not text.isascii() else column

    start, end = characters(span.line, span.column), characters(span.end_line, span.end_column)
    return Span(span.file, span.line, start, span.end_line, end)
