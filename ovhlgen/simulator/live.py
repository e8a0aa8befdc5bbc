"""A game that goes on while its specs change: what a module's change is, is reloaded in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ovhlgen.lower.module import folder
from ovhlgen.model.project import Project
from ovhlgen.model.tree import FOLDERS
from ovhlgen.simulator.game import Game, GameError
from ovhlgen.simulator.place import build_place, instance_path
from ovhlgen.simulator.session import Fact, Refused, Session, SessionError

PLAYER = "Player1"

type Texts = dict[str, str]  # of scripts, by their full names


class Live:
    """One server with one player; between two changes its clock stands still."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._game: Game | None = None
        self._modules: dict[str, Texts] = {}
        self._rest: Texts = {}

    def close(self) -> None:
        if self._game is not None:
            self._game.session.close()
            self._game = None

    def follow(self, project: Project) -> list[str]:
        """Takes over what was built: a line for each module that was reloaded, or why not.

        Anything but the code of the server's modules makes the game start anew. Raises ToolError where Rojo fails.
        """
        modules, rest = self._read(project)
        before, self._modules = self._modules, modules
        is_same = rest == self._rest and _names(before) == _names(modules)
        self._rest = rest
        game = self._game
        if game is None or not is_same:
            return [self._start(project)]
        changed = {name: texts for name, texts in modules.items() if texts != before[name]}
        try:
            for name, texts in changed.items():
                for path, text in texts.items():
                    if text != before[name][path]:
                        game.edit(path, text)
            game.project = project
            return [line for name in changed for line in _reload(game, project, name)]
        except (SessionError, Refused, GameError) as error:
            return [f"the running game ended: {error}", self._start(project)]

    def _start(self, project: Project) -> str:
        self.close()
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "game.rbxl"
            build_place(self.root, place)
            try:
                game = Game(project, Session(place))
                game.boot()
                game.join(PLAYER)
            except (SessionError, Refused) as error:
                return f"no game runs: {error}"
        self._game = game
        return "a game runs; modules of the server that change are reloaded in it"

    def _read(self, project: Project) -> tuple[dict[str, Texts], Texts]:
        """The scripts of the server's modules, and everything else."""
        out = self.root / "out"
        paths = sorted(path for folder in FOLDERS for path in (out / folder).rglob("*.luau"))
        texts = {path.relative_to(out).as_posix(): path.read_text("utf-8") for path in paths}
        modules: dict[str, Texts] = {}
        for module in sorted(project.modules.values(), key=lambda module: module.name):
            base = folder(module)
            own = {path: texts[path] for path in texts if path.startswith(f"{base}/")}
            for name, worker in module.sources.items():
                own[f"{base}/{name}.luau"] = (self.root / worker.path).read_text("utf-8")
            if module.realm == "server":
                modules[module.name] = {_full_name(path): text for path, text in own.items()}
                texts = {path: text for path, text in texts.items() if path not in own}
            else:
                texts |= own
        return modules, texts


def _full_name(path: str) -> str:
    return instance_path(path.removesuffix(".luau").removesuffix("/init"))


def _names(modules: dict[str, Texts]) -> dict[str, set[str]]:
    return {name: set(texts) for name, texts in modules.items()}


def _reload(game: Game, project: Project, name: str) -> Iterator[str]:
    before = len(game.facts)
    outcome = game.reload(name, force=True)
    if outcome is None:  # its new code takes its time
        game.advance(project.settings.kernel.init_timeout * 4)
    facts = game.facts[before:]
    if any(_is_reload_of(fact, name) for fact in facts):
        yield f"reloaded {name}"
    else:
        state, code = game.module(name)
        why = (outcome.code if outcome else None) or code or state
        yield f"{name} isn't reloaded: {why}"
    for fact in facts:
        if fact.kind == "log" and fact.get("word") in ("WARN", "ERROR"):
            yield f"  {fact.get('word')} {fact.get('text')}"


def _is_reload_of(fact: Fact, name: str) -> bool:
    """Not of a dependent, which reloads with it."""
    told = fact.kind == "published" and fact.get("subject") == "ModuleReloaded"
    return told and (fact.get("data") or {}).get("name") == name
