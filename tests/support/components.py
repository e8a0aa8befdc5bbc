"""A component of any kind, as the language's table has it: random screens have every one that there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ovhlgen.language.components import ACTION, COMPONENTS, PROPERTIES, PropertyKind

# Those that hold no others but in a list's row.
SIMPLE = tuple(name for name, kind in COMPONENTS.items() if kind.properties)


@dataclass(frozen=True)
class Material:
    """What components are made of: a text for a component's property, a value of the screen for each type in words,
    a share, a style, a function of a worker, a list's row, and something to do."""

    words: Callable[[str, str], Any]
    values: Mapping[str, str]
    share: float
    style: str
    worker: str
    row: Callable[[], dict[str, Any]]
    action: Callable[[], dict[str, Any]]

    def component(self, name: str, wants: Callable[[str], bool]) -> dict[str, Any]:
        """With what it needs, and of the rest what `wants` says; of an action it is asked by `send`."""
        kind = COMPONENTS[name]
        own = (key for key in kind.properties if key not in ACTION)
        body = {key: self._value(name, key) for key in own if key in kind.needs or wants(key)}
        if kind.needs_action or ("send" in kind.properties and wants("send")):
            body |= self.action()
        return {name: None if kind.may_be_bare and not body else body}

    def _value(self, name: str, key: str) -> Any:
        match PROPERTIES[key].kind:
            case PropertyKind.TEXT:
                return self.words(name, key)
            case PropertyKind.IMAGE:
                return "rbxassetid://1"
            case PropertyKind.SHARE:
                return self.share
            case PropertyKind.STYLE:
                return self.style
            case PropertyKind.CONDITION:
                return self.values["a boolean"]
            case PropertyKind.VALUE | PropertyKind.ITEMS:
                return next(self.values[accepted] for accepted in COMPONENTS[name].accepts if accepted in self.values)
            case PropertyKind.WORKER:
                return self.worker
            case PropertyKind.COMPONENT:
                return self.row()
            case kind:
                raise NotImplementedError(f"{name}: {kind}")
