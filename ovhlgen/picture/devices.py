"""The devices that screens are looked at on. Sizes and insets are those of Studio's emulator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """`width` and `height` in pixels; `safe` are the insets of notches and bars, `controls` where Roblox's touch
    controls are, as x, y, width, height."""

    name: str
    width: int
    height: int
    safe: tuple[float, float, float, float] = (0, 0, 0, 0)  # left, top, right, bottom
    input: str = "KeyboardAndMouse"  # an item of Enum.PreferredInput
    controls: tuple[tuple[str, tuple[float, float, float, float]], ...] = ()

    @property
    def is_touch(self) -> bool:
        return self.input == "Touch"


_NOTCH, _BAR = 59.0, 21.0
PHONE_CONTROLS = (("jumpButton", (697.0, 280.0, 70.0, 70.0)), ("thumbstick", (0.0, 162.0, 352.0, 231.0)))
TABLET_CONTROLS = (("jumpButton", (1009.0, 609.0, 120.0, 120.0)), ("thumbstick", (0.0, 312.0, 472.0, 508.0)))

DEVICES = {
    one.name: one
    for one in (
        Device("desktop", 1920, 1080),
        Device("console", 1920, 1080, input="Gamepad"),
        Device("tablet", 1180, 820, input="Touch", controls=TABLET_CONTROLS),
        Device("phone", 852, 393, (_NOTCH, 0, _NOTCH, _BAR), input="Touch", controls=PHONE_CONTROLS),
        # Upright the notch is above, and a thumb finds the lower corners.
        Device("phone_portrait", 393, 852, (0, _NOTCH, 0, 34), input="Touch"),
    )
}
