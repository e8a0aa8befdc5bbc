"""Whether what is pressed in a hud fits the share of a phone's screen that the hud has."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.design import Screen
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project

# Of a phone on its side, without its notches; what OVHL_UI gives each component at least. All in pixels.
_WIDTH, _HEIGHT = 734, 372
_PADDING, _GAP, _TOUCH, _LINE, _WIDE = 6, 10, 44, 21, 200
_LEAST_WIDTH = {"button": 88, "card": 120, "toggle": _WIDE, "slider": _WIDE, "stepper": _WIDE, "field": _WIDE}
_PRESSED = {*_LEAST_WIDTH, "dropdown"}


def huds(project: Project) -> Iterator[Diagnostic]:
    """W0845: on a phone something pressed in a hud lies below what is shown of it."""
    for screen in project.screens.values():
        if screen.kind == "hud" and screen.content is not None:
            room = screen.height * _HEIGHT - 2 * _PADDING
            need = _needed(screen, screen.content)
            if need - _TOUCH / 2 > room:  # its middle isn't seen
                yield problem("W0845", screen.key.span, name=screen.key.name, need=need, room=f"{room:.0f}")


def _needed(screen: Screen, content: Sequence) -> int:
    """The least height down to the end of the last thing that is pressed; 0 where there is none."""
    width = screen.width * _WIDTH - 2 * _PADDING
    at = needed = 0
    for item in content.items:
        for key, body in item.items() if isinstance(item, Mapping) else ():
            height, is_pressed = _height(key, body, width)
            at += height
            needed = at if is_pressed else needed
            at += _GAP
    return needed


def _height(key: Scalar, body: Node, width: float) -> tuple[int, bool]:
    if isinstance(body, Sequence) and key.text == "row":
        parts = [one for item in body.items if isinstance(item, Mapping) for one in item.items()]
        found = [_height(kind, inner, width) for kind, inner in parts]
        least = sum(_LEAST_WIDTH.get(kind.text, 0) for kind, _ in parts) + _GAP * (len(parts) - 1)
        heights = [height for height, _ in found] or [0]
        total = max(heights) if least <= width else sum(heights) + _GAP * (len(heights) - 1)
        return total, any(is_pressed for _, is_pressed in found)
    return (_TOUCH, True) if key.text in _PRESSED else (_LINE, False)


RULES = (huds,)
