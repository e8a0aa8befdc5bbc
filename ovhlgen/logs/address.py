"""How a game in Studio finds the receiver: a script that Rojo brings into the place, with its address and its token."""

from __future__ import annotations

import errno
import os
import re
import secrets
from pathlib import Path

from ovhlgen.publish.reconcile import is_link
from ovhlgen.publish.write import write_text

FOLDER = ".ovhlgen"  # in the project's root
SCRIPT = f"{FOLDER}/LogReceiver.luau"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_IGNORED = "*\n!.gitignore\n!schemas/\n!schemas/*\n"  # editors of the whole team read the schemas
_TOKEN = re.compile(r'token = "([A-Za-z0-9_-]{43})"')


def own_folder(root: Path) -> Path:
    """The folder, made where it isn't there; all but the schemas is kept out of the repository. Raises OSError."""
    folder = root / FOLDER
    if is_link(folder):
        raise NotADirectoryError(errno.ENOTDIR, f"{FOLDER} is reached by a link", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    ignored = folder / ".gitignore"
    if not ignored.exists() or ignored.read_text("utf-8") == "*\n":  # as earlier versions wrote it
        write_text(ignored, _IGNORED)
    return folder


def publish(root: Path, url: str) -> str:
    """Writes the script; gives the token, which stays the same from run to run. Raises OSError."""
    path = root / SCRIPT
    before = path.read_text("utf-8") if path.exists() else ""
    written = _TOKEN.search(before)
    token = written[1] if written else secrets.token_urlsafe(32)
    text = (
        "--!strict\n-- Where `ovhlgen logs` listens, on this machine; Studio alone reads it.\n"
        f'return {{ url = "{url}", token = "{token}" }}\n'
    )
    own_folder(root)
    if text != before:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NO_LINK, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return token
