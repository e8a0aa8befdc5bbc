"""Whether what is pressed in a hud fits the share of a phone's screen that the hud has."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.check.rule import rule
from ovhlgen.check.scopes import SCREEN
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.model.screens import Component, Screen
from ovhlgen.resolve.scope import NameScope

# Of a phone on its side, without its notches; what OVHL_UI gives each component at least. All in pixels.
_WIDTH, _HEIGHT = 734, 372
_PADDING, _GAP, _TOUCH, _LINE = 6, 10, 44, 21


@rule("W0845", SCREEN)
def huds(screen: Screen, _scope: NameScope) -> Iterator[Diagnostic]:
    """On a phone something pressed in a hud lies below what is shown of it."""
    if screen.kind == "hud":
        room = screen.height * _HEIGHT - 2 * _PADDING
        need = _needed(screen)
        if need - _TOUCH / 2 > room:  # its middle isn't seen
            yield problem("W0845", screen.key.span, name=screen.key.name, need=need, room=f"{room:.0f}")


def _needed(screen: Screen) -> int:
    """The least height down to the end of the last thing that is pressed; 0 where there is none."""
    width = screen.width * _WIDTH - 2 * _PADDING
    bottom = needed = 0
    for component in screen.content or ():
        height, is_pressed = _height(component, width)
        bottom += height
        needed = bottom if is_pressed else needed
        bottom += _GAP
    return needed


def _height(component: Component, width: float) -> tuple[int, bool]:
    """The least one, and whether something in it is pressed. A row that is too narrow stands below each other."""
    if not component.kind.shares_width:
        return (_TOUCH, True) if component.kind.is_pressed else (_LINE, False)
    parts = [_height(part, width) for part in component.inside]
    gaps = _GAP * (len(parts) - 1)
    heights = [height for height, _ in parts] or [0]
    least = sum(part.kind.least_width for part in component.inside) + gaps
    return max(heights) if least <= width else sum(heights) + gaps, any(is_pressed for _, is_pressed in parts)
