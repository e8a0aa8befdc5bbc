"""Takes lines of games on this machine, and of nobody else: loopback alone, and only with the token."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from ovhlgen.logs.line import Line, read

HOST = "127.0.0.1"
PATH = "/lines"
LARGEST = 4 * 1024 * 1024  # bytes of a request
MAX_LINES = 1000  # of one
PATIENCE = 10  # seconds without a byte from a sender

type Take = Callable[[Sequence[Line], int], None]  # lines, and how many the game had to leave out before them


class Refused(Exception):
    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def receiver(port: int, token: str, take: Take) -> ThreadingHTTPServer:
    """Listens already; `serve_forever` answers. `take` is called with one batch at a time, and may raise OSError:
    the game then sends the batch again. Raises OSError where the port is taken."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE
        server_version, sys_version = "ovhlgen", ""

        def do_POST(self) -> None:
            try:
                lines, lost = self._batch()
                with lock:
                    take(lines, lost)
                self._answer(HTTPStatus.OK, f"{len(lines)} lines")
            except Refused as refused:
                self._answer(refused.status, refused.reason)
            except OSError as error:
                self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, error.strerror or str(error))

        def do_GET(self) -> None:
            self._answer(HTTPStatus.METHOD_NOT_ALLOWED, "POST lines here")

        def _batch(self) -> tuple[list[Line], int]:
            given = self.headers.get("Authorization", "")
            if self.path != PATH:
                raise Refused(HTTPStatus.NOT_FOUND, f"POST to {PATH}")
            if not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
                raise Refused(HTTPStatus.UNAUTHORIZED, "the token is wrong: is .ovhlgen/LogReceiver.luau in the game?")
            length = self.headers.get("Content-Length", "")
            if not length.isascii() or not length.isdigit():
                raise Refused(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing")
            if int(length) > LARGEST:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {LARGEST} bytes")
            return _lines(self.rfile.read(int(length)))

        def _answer(self, status: HTTPStatus, text: str) -> None:
            body = f"{text}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """What the server would say of each request is said by whoever takes the lines."""

    return ThreadingHTTPServer((HOST, port), Handler)


def _lines(body: bytes) -> tuple[list[Line], int]:
    """The lines of a request's body: all of them, or none."""
    try:
        batch = json.loads(body)
    except ValueError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, f"not JSON: {error}") from error
    except RecursionError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "not JSON: nested too deeply") from error
    texts = batch.get("lines") if isinstance(batch, dict) else None
    lost = batch.get("lost", 0) if isinstance(batch, dict) else 0
    if not isinstance(texts, list) or len(texts) > MAX_LINES or type(lost) is not int or not 0 <= lost <= 10**9:
        raise Refused(HTTPStatus.BAD_REQUEST, f'expected {{"lines": [text, … at most {MAX_LINES}], "lost": number}}')
    lines = []
    for number, text in enumerate(texts, 1):
        line = read(text) if isinstance(text, str) else None
        if line is None:
            raise Refused(HTTPStatus.BAD_REQUEST, f"line {number} isn't one of a log")
        lines.append(line)
    return lines, lost
