"""What a built place holds: Rojo's mapping is where projects lose hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ovhlgen.simulator.session import Session


@dataclass(frozen=True, slots=True)
class Inspection:
    """`scripts` counts them by class; the lists hold full names. `empty` are scripts without a text, `twice` those that
    have a name that another one beside them has."""

    scripts: dict[str, int]
    modules: list[str]
    empty: list[str]
    twice: list[str]
    broken: list[tuple[str, str]]  # and what the compiler says

    @classmethod
    def take(cls, session: Session) -> Self:
        """Of the place that it plays."""
        seen = session.ask("inspect")  # Luau's {} is a list and a mapping
        return cls(
            scripts=dict(seen["scripts"] or {}),
            modules=list(seen["modules"] or ()),
            empty=list(seen["empty"] or ()),
            twice=list(seen["twice"] or ()),
            broken=[(script["path"], script["problem"]) for script in seen["broken"] or ()],
        )
