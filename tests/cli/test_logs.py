"""`ovhlgen logs`: what comes from a game is kept, in whole lines, whatever else comes or happens."""

from __future__ import annotations

import http.client
import json
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from ovhlgen.logs.entry import Entry, line
from ovhlgen.logs.file import KEPT, LogFile
from ovhlgen.logs.line import Filter, read
from ovhlgen.logs.receiver import LARGEST, MAX_LINES
from ovhlgen.logs.stats import as_text, count
from tests.luau.test_monitor import ENTRIES
from tests.support.projects import Project, is_ignored

NAME = "OVHL_OJOL_LOGS.md"
FAILED = (
    "[2025-10-21 14:37:00] [SERVICE:DataService] [LEVEL:ERROR] [CODE:DS_SAVE_FAIL] "
    'Message: "Failed to save player X after 3 attempts"'
)


def said(number: int = 1, level: str = "INFO", service: str = "Shop", tag: str | None = None) -> str:
    return line(Entry(1_761_057_420, service, level, "SOLD", f"number {number}".encode(), {"n": number}, tag))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Running:
    def __init__(self, project: Project, *args: str) -> None:
        self.project, self.port = project, free_port()
        command = [sys.executable, "-m", "ovhlgen", "logs", "-C", project.root, "--port", str(self.port), *args]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A job in the background of a script is deaf to Ctrl-C, and so would this one be.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline()
        assert self.first.startswith("Listening on http://127.0.0.1:"), self.first + self.process.stdout.read()

    @property
    def token(self) -> str:
        script = (self.project.root / ".ovhlgen/LogReceiver.luau").read_text("utf-8")
        found = re.search(r'token = "(.*?)"', script)
        assert found is not None
        return found[1]

    def post(self, body: Any, *, token: str | None = "", path: str = "/lines", method: str = "POST") -> int:
        """The status of the answer; a body that is no text or bytes goes as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {} if token is None else {"Authorization": f"Bearer {token or self.token}"}
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        connection.request(method, path, data, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def end(self) -> str:
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, out
        return out


@contextmanager
def running(project: Project, *args: str) -> Iterator[Running]:
    found = Running(project.base(), *args)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def kept(project: Project) -> list[str]:
    path = project.root / NAME
    return path.read_text("utf-8").split("\n")[:-1] if path.exists() else []


def test_lines_are_kept_as_they_come(project: Project) -> None:
    with running(project) as logs:
        assert logs.post({"lines": [FAILED, said(1)]}) == 200
        assert logs.post({"lines": [said(2)], "lost": 0}) == 200
        assert kept(project) == [FAILED, said(1), said(2)]
        assert logs.end() == ""
    with running(project) as logs:
        assert logs.post({"lines": [said(3)], "lost": 12}) == 200
    *_, lost, last = kept(project)
    assert last == said(3)
    found = read(lost)
    assert found is not None
    assert (found.service, found.level, found.code) == ("ovhlgen", "WARN", "LOGS_LOST")
    assert "12 lines" in found.message


def test_the_script_with_the_token_is_nobody_elses(project: Project) -> None:
    with running(project) as logs:
        token = logs.token
        script = project.root / ".ovhlgen/LogReceiver.luau"
        assert f'url = "http://127.0.0.1:{logs.port}/lines"' in script.read_text("utf-8")
        assert is_ignored(project.root, ".ovhlgen/LogReceiver.luau")
        if sys.platform != "win32":
            assert script.stat().st_mode & 0o077 == 0
    with running(project) as logs:
        assert logs.token == token, "Studio needn't be synced anew"
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("status", "args"),
    [
        (401, {"token": None}),
        (401, {"token": "x" * 43}),
        (401, {"token": "ä"}),
        (404, {"path": "/"}),
        (404, {"path": "/lines/.."}),
        (405, {"method": "GET"}),
        (501, {"method": "DELETE"}),
    ],
)
def test_who_does_not_know_the_token_or_the_way_leaves_nothing(
    project: Project, status: int, args: dict[str, Any]
) -> None:
    with running(project) as logs:
        headers = {
            key: value.encode("utf-8").decode("latin-1") if key == "token" and value else value
            for key, value in args.items()
        }
        assert logs.post({"lines": [said()]}, **headers) == status
        assert kept(project) == []
        assert logs.post({"lines": [said()]}) == 200


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "5",
        "null",
        "[" * 100_000,
        b"\xff\xfe",
        {"lines": "text"},
        {"lines": [5]},
        {"lines": [None]},
        {"lines": [said()] * (MAX_LINES + 1)},
        {"lines": [said()], "lost": -1},
        {"lines": [said()], "lost": True},
        {"lines": [said()], "lost": "many"},
        {"lines": [said()], "lost": 10**30},
        {"lines": [said(), "no line"]},
        {"lines": [said() + "\n" + said()]},
        {"lines": [said() + "\r"]},
        {"lines": [said().replace("number", "\x1b[31m")]},
        {"lines": [said().replace("number", "\u2028")]},
        {"lines": [said().replace("number", "\u202e")]},
        {"lines": [said().replace('"number', '"x" [ADMIN] "number')]},
        {"lines": [said().replace("number", "x" * 30_000)]},
        '{"lines": ["' + said().replace('"', '\\"').replace("number", "\\ud800") + '"]}',
    ],
)
def test_what_is_no_batch_of_lines_leaves_nothing(project: Project, body: Any) -> None:
    with running(project) as logs:
        assert logs.post(body) == 400
        assert kept(project) == []
        assert logs.post({"lines": [said()]}) == 200


def test_a_body_that_is_too_large_or_never_comes_hinders_nobody(project: Project) -> None:
    with running(project) as logs:
        with socket.create_connection(("127.0.0.1", logs.port)) as slow:
            head = f"POST /lines HTTP/1.1\r\nAuthorization: Bearer {logs.token}\r\nContent-Length: "
            slow.sendall(f"{head}1000\r\n\r\nhalf".encode())
            for length in (str(LARGEST + 1), "-1", "ten", "9" * 50):
                with socket.create_connection(("127.0.0.1", logs.port)) as other:
                    other.sendall(f"{head}{length}\r\n\r\n".encode())
                    assert other.recv(100).split()[1] in (b"413", b"411")
            assert logs.post({"lines": [said()]}) == 200
        assert kept(project) == [said()]


def test_a_port_that_is_taken(project: Project) -> None:
    with running(project) as logs:
        result = project.run("logs", "--format", "json", "--port", str(logs.port))
        assert result.codes == ["E1162"], result.out
        assert result.code == 1


def test_a_file_that_is_full_is_put_aside(project: Project, tmp_path: Path) -> None:
    file = LogFile(tmp_path, f"logs/{NAME}", 1000)
    size = len(said(100)) + 1
    for number in range(100, 100 + 60):
        file.append([said(number)])
        assert file.path.stat().st_size <= 1000
    each = 1000 // size
    names = sorted(path.name for path in file.path.parent.iterdir())
    assert names == sorted([NAME, *(f"OVHL_OJOL_LOGS.{number}.md" for number in range(1, KEPT + 1))])
    everything = list(file.all())
    assert everything == [said(number) for number in range(160 - len(everything), 160)], "the newest, in order"
    assert len(everything) >= each * KEPT
    file.append([said(1), said(2)] * 20)
    assert list(LogFile(tmp_path, f"logs/{NAME}", 1000).all())[-40:] == [said(1), said(2)] * 20, (
        "a batch stays together"
    )


def test_a_half_line_is_cut(project: Project) -> None:
    whole = f"{FAILED}\n{said(1)}\n"
    project.base()
    for half in ("", "[2025", said(2)[:-1], "x" * 200_000):
        (project.root / NAME).write_text(whole + half, "utf-8")
        with running(project) as logs:
            assert logs.post({"lines": [said(9)]}) == 200
        assert kept(project) == [FAILED, said(1), said(9)], half[:20]


def test_killed_at_any_moment_the_file_holds_whole_lines(project: Project) -> None:
    """A sender repeats what wasn't answered, as the game does: every line is there in the end, none is broken."""
    numbers = random.Random(1)
    sent = 0
    for _ in range(5):
        with running(project) as logs:
            killer = threading.Timer(numbers.uniform(0.05, 0.3), logs.process.kill)
            killer.start()
            try:
                while True:
                    batch = [said(number) for number in range(sent, sent + 50)]
                    if logs.post({"lines": batch}) != 200:
                        break
                    sent += 50
            except (OSError, http.client.HTTPException):
                pass
            killer.join()
    found = kept(project)
    assert all(read(text) for text in found)
    assert list(dict.fromkeys(found))[:sent] == [said(number) for number in range(sent)]
    assert sent > 0


def test_follow_shows_what_is_wanted(project: Project) -> None:
    with running(project, "--follow", "--level", "WARN", "--text", "NUMBER 3") as logs:
        lines = [said(3), said(3, "WARN"), said(4, "ERROR"), said(3, "ERROR", "Other", "ADMIN")]
        assert logs.post({"lines": lines}) == 200
        time.sleep(0.3)
        assert logs.end().splitlines() == [lines[1], lines[3]]
        assert kept(project) == lines, "kept is everything"
    with running(project, "--follow", "--service", "Other") as logs:
        assert logs.post({"lines": lines}) == 200
        time.sleep(0.3)
        assert logs.end().splitlines() == [lines[3]]


def test_stats_count_what_is_kept(project: Project) -> None:
    project.base()
    lines = [said(1), said(2, "WARN"), said(3, "WARN"), FAILED, said(4, "ERROR", "Other", "ADMIN"), "no line"]
    (project.root / NAME).write_text("".join(f"{text}\n" for text in lines), "utf-8")
    assert project.run("logs", "--stats").out == (
        "5 lines, 2025-10-21 14:37:00 to 2025-10-21 14:37:00 (UTC)\n"
        "1 lines that are none of a log\n"
        "\nlevel\n  2  WARN\n  2  ERROR\n  1  INFO\n"
        "\nservice\n  3  Shop\n  1  DataService\n  1  Other\n"
        "\nwarnings and errors\n  2  Shop SOLD\n  1  DataService DS_SAVE_FAIL\n  1  Other SOLD\n"
        "\ntag\n  1  ADMIN\n"
    )
    assert project.run("logs", "--stats", "--service", "Shop").out.startswith("3 lines, ")
    (project.root / NAME).unlink()
    assert project.run("logs", "--stats").out == "0 lines\n"


@settings(max_examples=200, deadline=None)
@given(ENTRIES)
def test_what_a_game_writes_is_read_back(entry: Entry) -> None:
    text = line(entry)
    found = read(text)
    assert found is not None
    assert (found.level, found.tag is None, found.data is None) == (
        entry.level,
        entry.tag is None,
        entry.metadata is None,
    )
    assert json.loads(found.message) is not None
    assert Filter().fits(found)
    assert as_text(count([text], Filter())).startswith("1 lines")
