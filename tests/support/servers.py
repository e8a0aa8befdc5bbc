"""Places of any content, run headless: pieces of Luau on their servers and clients, and what they returned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ovhlgen.simulator.session import Session
from ovhlgen.tools.find import need
from ovhlgen.tools.run import run


def place(folder: Path, tree: dict[str, Any] | None = None, **files: str) -> Path:
    """Built by Rojo from a tree as project files have it; `files` are there by name with `$path`."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    base: dict[str, Any] = {
        "$className": "DataModel",
        "Workspace": {"$properties": {"SignalBehavior": "Deferred"}},
        **(tree or {}),
    }
    project = folder / "test.project.json"
    project.write_text(json.dumps({"name": "test", "tree": base}), "utf-8")
    return build(project, folder / "test.rbxl")


def build(project: Path, into: Path) -> Path:
    done = run([need("rojo"), "build", project, "-o", into, "--color", "never"])
    assert done.code == 0, done.last_lines
    return into


class Servers:
    """The servers of a place, and their players."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ask(self, command: str, **args: Any) -> Any:
        return self.session.ask(command, **args)

    def join(self, name: str, user_id: int, server: int = 1) -> None:
        self.session.ask("join", name=name, user_id=user_id, server=server)
        self.session.ask("settle")

    def run(self, source: str, side: str = "server", seconds: float = 0) -> list[Any]:
        """What the piece returned. An error that nobody caught fails the test, and so does a piece that still waits."""
        before = len(self.session.facts)
        number = self.session.ask("run", side=side, source=source)
        if seconds:
            self.session.ask("advance", seconds=seconds)
        else:
            self.session.ask("settle")
        problems = [str(fact.get("text")) for fact in self.session.facts[before:] if fact.kind == "error"]
        assert problems == []
        for fact in self.session.facts[before:]:
            if fact.get("id") == number:
                found = fact.get("data") or {}
                return [found.get(str(index)) for index in range(1, max(map(int, found), default=0) + 1)]
        raise AssertionError("it still waits")

    def printed(self, side: str = "server") -> list[str]:
        return [str(fact.get("text")) for fact in self.session.facts if fact.kind == "print" and fact.side == side]

    def seen(self, kind: str) -> list[tuple[str, str]]:
        """Subject and word of every fact of a kind."""
        return [(str(fact.get("subject")), str(fact.get("word"))) for fact in self.session.facts if fact.kind == kind]


@contextmanager
def servers(
    built: Path, *, seed: int = 1, shuffled: bool = False, boots: bool = True, studio: bool = False, blank: bool = False
) -> Iterator[Servers]:
    with Session(built, seed=seed, shuffled=shuffled, studio=studio, blank=blank) as session:
        if boots:
            session.ask("boot")
        yield Servers(session)
