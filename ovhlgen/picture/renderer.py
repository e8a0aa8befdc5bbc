"""What the renderer says of a model: where each thing is, what is hit, what is wrong with it, and its picture."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ovhlgen.picture.devices import Device

# Checks that are about where something is.
_PLACES = ("off-screen", "partly-off-screen", "under-notch", "under-touch-controls")
BACKGROUND = (38, 84, 74, 255)  # of pictures: a game behind the screen


class NoRenderer(Exception):
    """The extra `preview` isn't installed."""


@dataclass(frozen=True, slots=True)
class Rect:
    """In pixels from the screen's upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def cut(self, by: Rect) -> Rect | None:
        """What both cover; None where that is nothing."""
        x, y = max(self.x, by.x), max(self.y, by.y)
        right, bottom = min(self.x + self.width, by.x + by.width), min(self.y + self.height, by.y + by.height)
        return Rect(x, y, right - x, bottom - y) if right > x and bottom > y else None

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    severity: str  # error, warning, info
    paths: tuple[str, ...]
    detail: str


class Model:
    """A model file as the renderer reads it, on one device."""

    def __init__(self, ir: Path, device: Device) -> None:
        self._ir, self.device = ir, device

    def layout(self) -> dict[str, Rect]:
        """Every GuiObject's place by its path, hidden ones too."""
        return {node["path"]: _rect(node["rect"]) for node in self._dump()["nodes"]}

    def _dump(self) -> dict[str, Any]:
        from rhr.layout_dump import build_dump

        found: dict[str, Any] = _quiet(build_dump, self._ir, self.device.width, self.device.height)
        return found

    def findings(self) -> list[Finding]:
        """What the renderer's own checks say, but for what they say of parts that a scrolling frame cuts off."""
        from rhr.checks import check_model

        answered = _quiet(check_model, self._ir, self.device.width, self.device.height)["findings"]
        seen = self._seen()
        return [
            Finding(one["check"], one["severity"], tuple(one["paths"]), one["detail"])
            for one in answered
            if one["check"] not in _PLACES or self._is_in_the_way(one["check"], seen.get(one["paths"][0]))
        ]

    def _is_in_the_way(self, check: str, seen: Rect | None) -> bool:
        """Whether what is seen of something lies where the check says that it may not."""
        if seen is None:
            return False
        if check == "under-touch-controls":
            return any(seen.cut(Rect(*box)) for _, box in self.device.controls)
        left, top, right, bottom = self.device.safe if check == "under-notch" else (0, 0, 0, 0)
        inside = Rect(left, top, self.device.width - left - right, self.device.height - top - bottom)
        return seen.cut(inside) != seen

    def _seen(self) -> dict[str, Rect | None]:
        """What is left of each thing inside all that clips it."""
        nodes = {node["path"]: node for node in self._dump()["nodes"]}
        seen: dict[str, Rect | None] = {}
        for path, node in nodes.items():
            rest: Rect | None = _rect(node["rect"])
            above = path.rpartition("/")[0]
            while rest and above:
                around = nodes.get(above)
                if around and (around["clipsDescendants"] or around["class"] == "ScrollingFrame"):
                    rest = rest.cut(_rect(around["rect"]))
                above = above.rpartition("/")[0]
            seen[path] = rest
        return seen

    def hit(self, x: float, y: float) -> str | None:
        """The path of what gets a click there; None where nothing takes it."""
        from rhr.hitmap import at_point, build_hitmap

        hitmap = _quiet(build_hitmap, self._ir, self.device.width, self.device.height)
        target = at_point(hitmap, x, y)["hitTests"][0]["target"]
        return str(target) if target else None

    def draw(self, path: Path) -> None:
        """Writes its picture as PNG."""
        from rhr.pipeline import render_ir

        _quiet(render_ir, self._ir, path, self.device.width, self.device.height, bg_color=BACKGROUND)


@contextlib.contextmanager
def reading(model: Path, device: Device) -> Iterator[Model]:
    """Reads a binary .rbxm. Nothing is downloaded. Raises NoRenderer."""
    if find_spec("rhr") is None:
        raise NoRenderer
    os.environ["RHR_OFFLINE"] = "1"
    from rhr import devices
    from rhr.ir import emit_ir

    devices.CURRENT = devices.Device(
        device.name,
        device.name,
        (device.width, device.height),
        safe=device.safe,
        touch=device.is_touch,
        touch_controls=dict(device.controls),
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            ir = Path(folder) / "screen.json"
            _quiet(emit_ir, model, ir, profile="ui")
            yield Model(ir, device)
    finally:
        devices.CURRENT = None


def _quiet(call: Any, *args: Any, **named: Any) -> Any:
    """The renderer talks while it works."""
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        return call(*args, **named)


def _rect(of: dict[str, float]) -> Rect:
    return Rect(of["x"], of["y"], of["w"], of["h"])
