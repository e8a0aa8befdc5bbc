"""One running game in a Lune process of its own (host/main.luau), told command by command what to do."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ovhlgen.tools.find import need
from ovhlgen.tools.run import ToolError

HOST = Path(__file__).parent / "host" / "main.luau"
EPOCH = 1735689600.0  # 2025-01-01T00:00:00Z
PATIENCE = 5.0  # seconds of real time for one command: a script that never yields is ended then


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was seen: at `t` seconds of virtual time, on `side` (server, or a player's name).

    Kinds: `module ready published sent received refused answered timer log` (the game's own), `print warn error kick
    silent` (the platform's), `returned failed` (of a piece of Luau that was run). Fields: docs/simulator/trace.md.
    """

    t: float
    side: str
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        return self.fields.get(name)


class SessionError(Exception):
    """The game can't go on: the host ended."""


class Hangs(SessionError):
    """No answer in time: a script doesn't yield."""


class Refused(Exception):
    """A command that can't be carried out now; the game goes on. The message says why."""


class Session:
    """A process, its clock, and every fact so far."""

    def __init__(
        self,
        place: Path,
        *,
        seed: int = 1,
        start: float = EPOCH,
        guarded: bool = False,
        shuffled: bool = False,
        studio: bool = False,
        blank: bool = False,
        verbose: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        """`guarded` counts the rounds of loops, so that one that never ends raises an error that names its line.

        `shuffled` draws under the seed what Roblox leaves open: the order of threads that are due at once, of the
        handlers of a signal, of scripts that start; docs/simulator/time.md has the list. `studio` is what RunService
        says of it. With `blank` clients have no picture: what comes of drawing is nothing, instead of an error.
        `verbose` makes a fact of every line that the game logs, those below its own levels included.
        Raises SessionError where the file is no place.
        """
        options = {
            "place": str(place),
            "seed": seed,
            "start": start,
            "guarded": guarded,
            "shuffled": shuffled,
            "studio": studio,
            "blank": blank,
            "verbose": verbose,
        }
        try:
            self._process = subprocess.Popen(
                [need("lune"), "run", HOST, json.dumps(options)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise ToolError(str(error)) from error
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.patience = patience
        self.now = 0.0
        self.facts: list[Fact] = []
        try:
            self._take()
        except Refused as error:
            raise SessionError(str(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, command: str, **args: Any) -> Any:
        """Sends a command and takes its answer's value. Raises SessionError and Refused."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"command": command, **args}) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise SessionError(self._last_words()) from error
        return self._take()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _take(self) -> Any:
        try:
            line = self._lines.get(timeout=self.patience)
        except queue.Empty:
            self._process.kill()
            raise Hangs(f"a script doesn't yield: no answer within {self.patience:g} s") from None
        if not line:
            raise SessionError(self._last_words())
        answer = json.loads(line)
        self.now = answer["now"]
        for fact in answer["facts"] or ():
            fields = {key: value for key, value in fact.items() if key not in ("t", "side", "kind")}
            self.facts.append(Fact(fact["t"], fact["side"], fact["kind"], fields))
        if not answer["ok"]:
            raise Refused(str(answer.get("problem")))
        return answer.get("value")

    def _last_words(self) -> str:
        self._process.kill()
        assert self._process.stderr is not None
        lines = [line.strip() for line in self._process.stderr.read().splitlines() if line.strip()]
        return " / ".join(lines[-3:]) or "the simulator ended"
