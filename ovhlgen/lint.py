"""StyLua and selene over workers and generated code; each finding at the file that a person can change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.project import Project
from ovhlgen.tools.find import need
from ovhlgen.tools.run import Done, ToolError, run

_MOST = 200  # characters of a lint's own text: selene lists every class there is


def workers(project: Project) -> list[str]:
    """Every hand-written Luau file, relative to the root."""
    return sorted(path for path in project.files if path.endswith(".luau"))


def lint(root: Path, project: Project) -> list[Diagnostic]:
    """All findings of both tools. Raises ToolError where one fails by itself."""
    return [*_stylua(root, project), *_selene(root, project)]


def fix(root: Path, project: Project) -> None:
    """Formats the workers. Raises ToolError."""
    files = [root / path for path in workers(project)]
    if files:
        run([need("stylua"), "--config-path", root / "out" / "stylua.toml", "--", *files])


def _stylua(root: Path, project: Project) -> Iterator[Diagnostic]:
    config = root / "out" / "stylua.toml"
    command: list[str | Path] = [
        need("stylua"),
        "--check",
        "--output-format",
        "Json",
        "--no-ignore-vcs",
        "--config-path",
        config,
    ]
    for targets in ([root / path for path in workers(project)], [root / "out" / "src"]):
        done = run([*command, "--", *targets]) if targets else Done(0, "", "")
        for line in done.out.splitlines():
            found = _json(line)
            if "file" in found:
                yield _at(root, found["file"], _first_line(found), 1, "E1121", "StyLua", "not formatted")
        if done.code not in (0, 1):
            yield from _unreadable(root, done.err)


def _first_line(found: dict[str, Any]) -> int:
    lines = [one.get("original_start_line", 0) for one in found.get("mismatches", ())]
    return min(lines, default=0) + 1


def _unreadable(root: Path, text: str) -> Iterator[Diagnostic]:
    """Files that StyLua can't parse; selene says more about them. Anything else is its own failure."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not any("could not format" in line or "error parsing" in line for line in lines):
        raise ToolError("StyLua: " + " / ".join(lines[-3:]))
    return iter(())


def _selene(root: Path, project: Project) -> Iterator[Diagnostic]:
    out = root / "out"
    files = [(root / path).resolve() for path in workers(project)]
    done = run([need("selene"), "--display-style", "json2", "--no-summary", "src", *files], cwd=out)
    seen = False
    for line in done.out.splitlines():
        found = _json(line)
        if found.get("type") != "Diagnostic":
            continue
        seen = True
        label = found["primary_label"]
        span = label["span"]
        text = found["message"] + (f": {label['message']}" if label.get("message") else "")
        text = text if len(text) <= _MOST else text[:_MOST] + "…"
        code = "E1122" if found["severity"] == "Error" else "W1123"
        path = str((out / label["filename"]).resolve())
        yield _at(root, path, span["start_line"] + 1, span["start_column"] + 1, code, found["code"], text)
    if done.code != 0 and not seen:
        raise ToolError("selene: " + done.last_lines)


def _json(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _at(root: Path, path: str, line: int, column: int, code: str, lint_name: str, text: str) -> Diagnostic:
    """A finding in a worker at its place; one in generated code is a defect of ours."""
    whole = Path(path) if Path(path).is_absolute() else Path.cwd() / path
    relative = whole.resolve().relative_to(root.resolve()).as_posix()
    span = Span(relative, line, column, line, column + 1)
    if relative.startswith("out/"):
        return problem("E1124", span, lint=lint_name, text=text)
    return problem(code, span, lint=lint_name, text=text)
