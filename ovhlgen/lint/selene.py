"""selene: mistakes in Luau."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, Span
from ovhlgen.lint.places import diagnosed, inside, workers
from ovhlgen.model.project import Project
from ovhlgen.model.tree import FOLDERS
from ovhlgen.tools.find import need
from ovhlgen.tools.run import ToolError, run


def selene(root: Path, project: Project) -> Iterator[Diagnostic]:
    """Raises ToolError."""
    out = root / "out"
    files = [(root / path).resolve() for path in workers(project)]
    done = run([need("selene"), "--display-style", "json2", "--no-summary", *FOLDERS, *files], cwd=out)
    seen = False
    for answer in done.objects():
        if answer.get("type") != "Diagnostic":
            continue
        seen = True
        label = answer["primary_label"]
        at = label["span"]
        line_number, column = at["start_line"] + 1, at["start_column"] + 1
        span = Span(inside(root, out / label["filename"]), line_number, column, line_number, column + 1)
        text = answer["message"] + (f": {label['message']}" if label.get("message") else "")
        yield diagnosed("E1122" if answer["severity"] == "Error" else "W1123", span, answer["code"], text)
    if done.code != 0 and not seen:
        raise ToolError("selene: " + done.last_lines)
