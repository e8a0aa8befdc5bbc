"""A player's value in the store, and what each request makes of the old one (Data 2 to 4 and 7). All pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.data.store import Value

RELEASED = 5  # sessions that are remembered as ended
ERASING = "erase "  # how the session of a lock begins that is there to erase

type Step = Callable[[Value], Value]
"""One of a data version to the next. Raises what it likes: the data is corrupt then."""


class Unreadable(Exception):
    """`newer` than this server, or `corrupt`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Key:
    """`is_beyond`: of the right kind and beyond its limits, so that a later version of the type may allow it."""

    default: Any
    fits: Callable[[Any], bool]
    is_beyond: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Format:
    """Of the game's data: `steps` are by the version that they start from."""

    version: int
    keys: Mapping[str, Key]
    steps: Mapping[int, Step]


@dataclass(frozen=True, slots=True)
class Opened:
    data: Value
    values: Value
    is_migrated: bool


@dataclass(slots=True)
class Claim:
    """What came of a try to take the lock: `claimed`, `locked`, `undecided`, `newer` or `corrupt`."""

    kind: str
    lock: Value | None = None
    patch: Value | None = None
    opened: Opened | None = None
    seq: int = 0
    receipts: list[str] = field(default_factory=list)
    folded: Value | None = None


@dataclass(slots=True)
class Write:
    """One of a session. `seq` and `data` are None where it was never loaded."""

    session: str
    seq: int | None
    time: int
    data: Value | None
    base: Value | None
    receipts: list[str]
    is_release: bool
    ended: Collection[str]
    settled: Collection[str]
    patch: Value | None = None
    commit: tuple[str, int] | None = None  # a transaction's id, and whom else it is with


@dataclass(slots=True)
class Envelope:
    version: int
    data: Value
    seq: int = 0
    lock: Value | None = None
    released: list[str] = field(default_factory=list)
    patch: Value | None = None
    commits: dict[str, int] = field(default_factory=dict)
    aborts: dict[str, bool] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    def stored(self) -> Value:
        """What is empty is left out."""
        parts: dict[str, Any] = {name: getattr(self, name) for name in ("released", "commits", "aborts", "receipts")}
        found: Value = {"version": self.version, "data": self.data, "seq": self.seq}
        if self.lock:
            found["lock"] = self.lock
        if self.patch:
            found["patch"] = self.patch
        return copy.deepcopy(found | {name: part for name, part in parts.items() if part})


def is_erasing(lock: Value) -> bool:
    """Whether a lock is there to erase."""
    return str(lock["session"]).startswith(ERASING)


def around(old: Any, of: Format) -> Envelope:
    """What is stored, whatever the version of its data: locks, patches and marks are the same in all of them. Raises
    Unreadable."""
    if old is None:
        return Envelope(of.version, {})
    if not isinstance(old, dict) or not isinstance(old.get("version"), int) or not isinstance(old.get("data"), dict):
        raise Unreadable("corrupt")
    if old["version"] < 1:
        raise Unreadable("corrupt")
    return Envelope(**copy.deepcopy(old))


def read(old: Any, of: Format) -> Envelope:
    """Where this server knows the data's version. Raises Unreadable."""
    if isinstance(old, dict) and isinstance(old.get("version"), int) and old["version"] > of.version:
        raise Unreadable("newer")
    return around(old, of)


def open_(stored: Value, version: int, of: Format) -> Opened:
    """In this server's version. Raises Unreadable."""
    data = copy.deepcopy(stored)
    for at in range(version, of.version):
        try:
            data = of.steps[at](data)
        except Exception as error:
            raise Unreadable("corrupt") from error
    for name, key in of.keys.items():
        if name in data and not key.fits(data[name]):
            is_newer = version == of.version and key.is_beyond(data[name])
            raise Unreadable("newer" if is_newer else "corrupt")
    values = {name: data.get(name, key.default) for name, key in of.keys.items()}
    return Opened(data, values, version < of.version)


def claim(
    old: Any, lock: Value, is_dead: Callable[[Value], bool], decided: Mapping[str, bool], of: Format
) -> tuple[Value | None, Claim]:
    try:
        found = read(old, of)
        if found.lock and found.lock["session"] != lock["session"] and not is_dead(found.lock):
            return None, Claim("locked", lock=found.lock)
        patch, folded = found.patch, None
        if patch:
            if patch["id"] not in decided:
                return None, Claim("undecided", patch=patch)
            if decided[patch["id"]]:
                found.data, folded = found.data | patch["data"], patch
            found.patch = None
        opened = open_(found.data, found.version, of)
    except Unreadable as error:
        return None, Claim(error.kind)
    found.lock, found.aborts, found.seq = lock, {}, found.seq + 1
    return found.stored(), Claim("claimed", opened=opened, seq=found.seq, receipts=found.receipts, folded=folded)


def write(old: Any, one: Write, of: Format) -> tuple[Value | None, str]:
    """And `written`, `landed` (an earlier try was carried out), `lost`, `aborted` or `unreadable`."""
    try:
        found = read(old, of)
    except Unreadable as error:
        return None, "lost" if error.kind == "newer" else "unreadable"
    if one.commit and one.commit[0] in found.commits:
        return None, "landed"
    if found.lock is None or found.lock["session"] != one.session:
        return None, "landed" if one.session in found.released else "lost"
    if one.seq is not None and found.seq > one.seq:
        return None, "lost"
    if one.commit and one.commit[0] in found.aborts:
        return None, "aborted"
    if one.data is not None:
        base = one.base if found.version < of.version and one.base is not None else found.data
        found.data, found.version, found.receipts = base | one.data, of.version, list(one.receipts)
    found.seq = found.seq if one.seq is None else one.seq
    if found.patch and found.patch["id"] in one.ended:
        found.patch = None
    found.patch = one.patch or found.patch
    for name in one.settled:
        found.commits.pop(name, None)
    if one.commit:
        found.commits[one.commit[0]] = one.commit[1]
    if one.is_release:
        found.lock = None
        found.released = [one.session, *found.released][:RELEASED]
    else:
        found.lock = found.lock | {"time": one.time}
    return found.stored(), "written"


def decide(old: Any, name: str, of: Format) -> tuple[Value | None, bool | None]:
    """Whether a transaction was committed; where it wasn't, it can't be any more. None where nobody can say."""
    try:
        found = around(old, of)
    except Unreadable:
        return None, None
    if name in found.commits:
        return None, True
    if found.lock is None:
        return None, False
    found.aborts[name] = True
    return found.stored(), False


def settle(old: Any, name: str, of: Format) -> Value | None:
    """The other half is in the store."""
    try:
        found = around(old, of)
    except Unreadable:
        return None
    if name not in found.commits:
        return None
    del found.commits[name]
    return found.stored()


def seize(old: Any, lock: Value, timeout: float, of: Format) -> tuple[Value | None, bool, dict[str, int]]:
    """A user's data, or its place, is about to be erased: nobody may load it any more. Whether somebody has it,
    and what it has committed. What can't be read is erased too."""
    try:
        found = around(old, of)
    except Unreadable:
        return None, False, {}
    if found.lock and not is_erasing(found.lock) and lock["time"] - found.lock["time"] < timeout:
        return None, True, {}
    found.lock = lock
    return found.stored(), False, dict(found.commits)


def fold(old: Any, name: str, of: Format) -> Value | None:
    """A patch of a transaction that was committed becomes data."""
    try:
        found = around(old, of)
    except Unreadable:
        return None
    if found.patch is None or found.patch["id"] != name:
        return None
    found.data, found.patch = found.data | found.patch["data"], None
    return found.stored()
