"""Literals of leaf types: from what YAML makes of a value to the Luau value that it stands for."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ovhlgen.language import hints
from ovhlgen.language.limits import MAX_WHOLE
from ovhlgen.luau import NOTHING, Call, Construct, Product


@dataclass(frozen=True, slots=True)
class Given:
    """What a spec gives: as YAML reads it, of a scalar as it is written, of a mapping its values by their keys.
    `wrong` says what was expected, and what was probably meant; its result, none, is the literal's."""

    value: Any
    wrong: Callable[[str, str | None], None]
    text: str | None = None
    inner: Mapping[str, Given] = field(default_factory=dict)


type Reader = Callable[[Given, str], Any]  # `form` says in words how a literal is written


def boolean(given: Given, form: str) -> Any:
    if isinstance(given.value, bool):
        return given.value
    return given.wrong(form, hints.boolean(given.text) if given.text is not None else None)


def identity(given: Given, form: str) -> Any:
    value = given.value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_WHOLE:
        return value
    is_quoted = isinstance(value, str) and re.fullmatch(r"-?\d+", value)
    meant = str(value) if is_quoted else hints.grouped(given.text) if given.text is not None else None
    return given.wrong(form, meant)


def number(given: Given, low: float, high: float, *, whole: bool) -> Any:
    value, form = given.value, "a whole number" if whole else "a number"
    digits = hints.grouped(given.text) if given.text is not None else None
    if digits and (isinstance(value, str) or (whole and isinstance(value, float))):
        return given.wrong(f"{form} without a sign between its digits", digits)
    if not _is_finite(value):
        is_quoted = isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)
        return given.wrong(form, str(value) if is_quoted else None)
    if whole and not (isinstance(value, int) or value.is_integer()):
        return given.wrong(form, None)
    if not low <= value <= high:
        return given.wrong(f"{form} from {low} to {high}", None)
    return int(value) if whole else value


def text(given: Given, low: int, high: int | None) -> Any:
    value = given.value
    if not isinstance(value, str):
        meant = f'"{given.text}"' if given.text is not None and value is not None else None
        return given.wrong("a text (a number or true needs quotes)", meant)
    if any("\ud800" <= character <= "\udfff" for character in value):
        return given.wrong("a text of valid characters", None)
    if len(value) < low or (high is not None and len(value) > high):
        return given.wrong(f"a text of {amount(low, high)} characters (it has {len(value)})", None)
    return value


def buffer(given: Given, low: int, high: int | None) -> Any:
    if not isinstance(given.value, str) or not given.value.startswith("base64:"):
        return given.wrong("a buffer such as `base64:AAEC`", None)
    try:
        data = base64.b64decode(given.value.removeprefix("base64:"), validate=True)
    except binascii.Error:
        return given.wrong("valid base64 after `base64:`", None)
    if len(data) < low or (high is not None and len(data) > high):
        return given.wrong(f"a buffer of {amount(low, high)} bytes (it has {len(data)})", None)
    escaped = "".join(f"\\x{byte:02x}" for byte in data)
    return Call("buffer.fromstring", (Construct(f'"{escaped}"'),))


def enum_item(given: Given, enum: str) -> Any:
    """Whether the enum has it is for those to say who know Roblox."""
    value = given.value
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", value):
        return Construct(f"Enum.{enum}.{value}")
    item = re.fullmatch(rf"Enum\.{enum}\.(\w+)", value) if isinstance(value, str) else None
    return given.wrong(f"an item of Enum.{enum}, by its name", item.group(1) if item else None)


def none(given: Given, form: str) -> Any:
    """Of what only a running game has."""
    return given.wrong(form, None)


def anything(given: Given, _form: str) -> Any:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return NOTHING if value is None else value

    return plain(given.value)


def made_by(maker: str, count: int) -> Reader:
    """A list of so many numbers, which are the arguments of `maker`."""

    def read(given: Given, form: str) -> Any:
        numbers = _numbers(given, count, form)
        return numbers and Call(maker, tuple(numbers))

    return read


def udim2(given: Given, form: str) -> Any:
    numbers = _numbers(given, 4, form)
    if numbers is None:
        return None
    scale_x, offset_x, scale_y, offset_y = numbers
    if offset_x == 0 and offset_y == 0:
        return Call("UDim2.fromScale", (scale_x, scale_y))
    if scale_x == 0 and scale_y == 0:
        return Call("UDim2.fromOffset", (offset_x, offset_y))
    return Call("UDim2.new", tuple(numbers))


def cframe(given: Given, form: str) -> Any:
    keys = given.inner.keys()
    if not keys <= {"position", "rotation"} or "position" not in keys:
        return given.wrong(form, None)
    position = _numbers(given.inner["position"], 3, form)
    rotation = _numbers(given.inner["rotation"], 3, form) if "rotation" in keys else [0.0, 0.0, 0.0]
    if position is None or rotation is None:
        return None
    at = Call("CFrame.new", tuple(position))
    turn = Call("CFrame.fromOrientation", tuple(Call("math.rad", (degrees,)) for degrees in rotation))
    return Product(at, turn) if any(rotation) else at


def colour(given: Given, form: str) -> Any:
    value = given.value
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        return given.wrong(form, hints.colour(value) if isinstance(value, str) else None)
    return Call("Color3.fromRGB", tuple(int(value[at : at + 2], 16) for at in (1, 3, 5)))


def date(given: Given, form: str) -> Any:
    try:
        at = datetime.fromisoformat(given.value) if isinstance(given.value, str) else None
        millis = None if at is None else round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        millis = None
    return given.wrong(form, None) if millis is None else Call("DateTime.fromUnixTimestampMillis", (millis,))


def amount(low: int, high: int | None) -> str:
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _numbers(given: Given, count: int, form: str) -> list[float] | None:
    values = given.value if isinstance(given.value, list) else []
    if len(values) == count and all(map(_is_finite, values)):
        return [float(value) for value in values]
    given.wrong(form, None)
    return None


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
