"""What DataService needs of its surroundings: a store that may fail, messages, chance, and the time of day."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol

from tests.oracle.clock import Wait

type Value = dict[str, Any]
"""As it is stored: plain data, which its reader may change."""

type Asked[T] = Generator[Wait, None, T]
"""A request on its way. Raises Failed."""


class Failed(Exception):
    """A request that failed. It may have been carried out all the same."""


class Store(Protocol):
    def update(self, key: str, change: Callable[[Any], Value | None]) -> Asked[None]:
        """Puts what `change` makes of the old value in its place; None writes nothing. It may be called again."""

    def read(self, key: str) -> Asked[Any]: ...

    def remove(self, key: str) -> Asked[None]: ...

    def keys(self, prefix: str) -> Asked[list[str]]: ...


class World(Protocol):
    """`share` is the chance in a backoff, 0.5 to 1; `time` the Unix time in whole seconds."""

    def share(self) -> float: ...
    def time(self) -> int: ...
    def kick(self, user: int, reason: str) -> None: ...
    def publish(self, server: str, message: Mapping[str, Any]) -> None:
        """To another server, if it lives; it may come late."""
