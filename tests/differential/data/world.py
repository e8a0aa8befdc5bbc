"""The game that data cases are played in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.oracle.data.envelope import Format, Key
from tests.oracle.data.requests import Settings
from tests.oracle.data.store import Value
from tests.support.games import Game
from tests.support.projects import Project

EPOCH = 1735689600  # Unix time at which games begin
SPEC = """\
store: Case
version: 2
player:
  coins: { type: integer(0..1000), default: 0 }
  gems: { type: integer(0..1000), default: 5 }
  tag: { type: string(..8), default: "" }
global:
  pot: { type: integer(0..1000), default: 0 }
migrations:
  - { from: 1, to: 2, worker: migrations/coins.luau }
save: { retries: 2, backoff: 1 s, backoff_cap: 8 s, lock_timeout: 30 s }
"""
MIGRATION = """\
--!strict
return function(old: { [string]: any }): { [string]: any }
\tassert(old.money >= 0, "no money")
\told.coins, old.money = old.money, nil
\treturn old
end
"""
CONFIG = "fields:\n  autosave_interval: { type: number(1..3600), default: 300 }\n"


def base(folder: Path) -> Path:
    """A place with the shipped service, for this game."""
    return Game(
        Project(folder).write(
            {
                "specs/project.yaml": "ovhl: 1\nname: Case\n",
                "specs/data.yaml": SPEC,
                "specs/config.yaml": CONFIG,
                "specs/migrations/coins.luau": MIGRATION,
            }
        )
    ).place


# What SPEC says, for the reference.


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1000


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _short(value: Any) -> bool:
    return _is_text(value) and len(value) <= 8


def _coins(old: Value) -> Value:
    money = old.pop("money")
    assert money >= 0
    return old | {"coins": money}


FORMAT = Format(
    2,
    {
        "coins": Key(0, _whole, _is_number),
        "gems": Key(5, _whole, _is_number),
        "tag": Key("", _short, _is_text),
    },
    {1: _coins},
)
GLOBALS = {"pot": Key(0, _whole, _is_number)}


def settings(retries: int, autosave: float) -> Settings:
    return Settings(retries=retries, backoff=1, backoff_cap=8, lock_timeout=30, autosave=autosave)
