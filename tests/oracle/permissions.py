"""PermissionSync: the role of a player, out of what each source said of them last (docs/runtime/permissions.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

WHITELIST = "admin_whitelist"


@dataclass(frozen=True, slots=True)
class Source:
    """`is_first`: an admin system of others. What it says counts before all that aren't, unless it is the default."""

    name: str
    is_first: bool = False


@dataclass(slots=True)
class Known:
    """What is known of one player. `ranks` are those of roles.yaml, by name; `sources` in their order."""

    ranks: Mapping[str, int]
    default: str
    sources: Sequence[Source]
    said: dict[str, int] = field(default_factory=dict)

    def hear(self, source: str, rank: int | None) -> None:
        """A source was asked. None: it failed, or never answered; what it said last counts on."""
        if rank is not None:
            self.said[source] = rank

    @property
    def role(self) -> str:
        """The effective one."""
        lowest = self.ranks[self.default]
        first = [self.said.get(one.name, lowest) for one in self.sources if one.is_first]
        others = [self.said.get(one.name, lowest) for one in self.sources if not one.is_first]
        found = next((rank for rank in first if rank > lowest), max(others, default=lowest))
        rank = max(found, self.said.get(WHITELIST, lowest))
        return next(name for name, of in self.ranks.items() if of == rank)
