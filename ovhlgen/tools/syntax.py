"""Whether Luau takes a script: Luau's own word, from Lune's compiler or from luau-check, whichever is there."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ovhlgen.tools.find import find
from ovhlgen.tools.pins import pins
from ovhlgen.tools.run import ToolError, run

_SCRIPT = Path(__file__).parent / "compile.luau"
_REFUSAL = re.compile(r"(?:syntax error: ?)?:?(\d+): (.*)")
_TIMEOUT = 60.0  # seconds, for all scripts together

_judged: dict[str, Refusal | None] = {}  # by text: `watch`, and whoever loads a project twice, asks once


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Luau doesn't compile a script. `line` counts from 1."""

    line: int
    message: str


def refusals(texts: Iterable[str]) -> dict[str, Refusal] | None:
    """Of each text that Luau refuses, the first reason; None where neither tool is at hand to say it."""
    wanted = set(texts)
    new = sorted(wanted - _judged.keys())
    if new:
        said = _said(new)
        if said is None:
            return None
        _judged.update(dict.fromkeys(new))
        _judged.update(said)
    return {text: refusal for text in wanted if (refusal := _judged[text])}


def _said(texts: list[str]) -> dict[str, Refusal] | None:
    """A tool that is there and fails says nothing: that is no fault of a script."""
    for name, ask in (("lune", _compiled), ("luau-check", _checked)):
        program = find(pins()[name])
        if program is not None:
            try:
                with tempfile.TemporaryDirectory() as folder:
                    return dict(reversed([(texts[at], refusal) for at, refusal in ask(program, texts, Path(folder))]))
            except ToolError:
                continue
    return None


def _compiled(lune: Path, texts: list[str], folder: Path) -> Iterator[tuple[int, Refusal]]:
    job = folder / "texts.json"
    job.write_text(json.dumps(texts), "utf-8")
    done = run([lune, "run", _SCRIPT, job], timeout=_TIMEOUT)
    if done.code != 0:
        raise ToolError(f"lune: {done.last_lines}")
    for answer in done.objects():
        said = str(answer["said"]).partition("\n")[0]
        match = _REFUSAL.fullmatch(said)
        yield int(answer["index"]), Refusal(int(match[1]), match[2]) if match else Refusal(1, said)


def _checked(luau_check: Path, texts: list[str], folder: Path) -> Iterator[tuple[int, Refusal]]:
    """Its findings about types need the whole game: those about syntax don't."""
    scripts = []
    for at, text in enumerate(texts):
        (folder / f"{at}.luau").write_text(text, "utf-8", newline="")
        scripts.append({"name": str(at), "className": "ModuleScript", "filePaths": [f"{at}.luau"]})
    sourcemap = folder / "sourcemap.json"
    sourcemap.write_text(json.dumps({"name": "texts", "className": "Folder", "children": scripts}), "utf-8")
    done = run([luau_check, "--sourcemap", sourcemap, "--root", folder, "--format", "json"], timeout=_TIMEOUT)
    if done.code not in (0, 1):
        raise ToolError(f"luau-check: {done.last_lines}")
    for answer in done.objects():
        if answer["code"] == "SyntaxError":
            yield int(Path(answer["path"]).stem), Refusal(answer["line"], answer["message"])
