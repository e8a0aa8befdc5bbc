"""Builds a project and kills itself, by SIGKILL, before its KILL_AT-th change to the disk below out/.

Prints the number of changes where it comes to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from ovhlgen.cli.entry import run

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
_at = int(os.environ["KILL_AT"])
_out = os.path.join(sys.argv[1], "out")  # noqa: PTH118 - compared with what the audit events hold
_count = 0


def _watch(event: str, args: tuple[Any, ...]) -> None:
    global _count
    is_write = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if not (is_write or event in _CHANGES) or not str(args[0]).startswith(_out):
        return
    _count += 1
    if _count == _at:
        os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(_watch)
code = run(["build", "-q", "-C", sys.argv[1]])
print(_count)
sys.exit(code)
