"""How values of leaf types lie on the wire. `model/wire.py` puts them together."""

from __future__ import annotations

from dataclasses import dataclass, field

# Bytes of the numbers of which datatypes are made, by the names of the buffer's functions.
_WIDTHS = {"u8": 1, "u16": 2, "i32": 4, "f32": 4, "f64": 8}


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean."""


@dataclass(frozen=True, slots=True)
class Steps:
    """One of `count` numbers: `low`, `low + step`, …; `high` is the last one that the spec allows."""

    low: float
    high: float
    step: float
    count: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Float:
    """`size` is 4 or 8 bytes; both limits are inclusive. `whole` is a range too wide for `Steps`."""

    size: int
    low: float
    high: float
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some texts or whole numbers: an enum, a theme, a key of a catalogue. The name is what the generated code
    calls it, `what` what a message calls one of them."""

    values: tuple[str | int, ...]
    name: str = "Choice"
    what: str = "one of its values"


@dataclass(frozen=True, slots=True)
class Datatype:
    """A value of Roblox, written as `numbers` (such as `f32`) one after another: a value type, a Player, or an item of
    the enum `of`. The functions of that name in `Network/Datatypes.luau` write and read them."""

    name: str
    numbers: tuple[str, ...] = field(repr=False)  # layouts are told apart by their texts: there the name says it
    enum: str = ""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(_WIDTHS[number] for number in self.numbers)


PLAYER = Datatype("Player", ("f64",))  # its UserId


@dataclass(frozen=True, slots=True)
class Beside:
    """Not in the buffer: an Instance (`class_name`, below `path` where there is one), or anything."""

    class_name: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """UTF-8; the limits count characters."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Bytes:
    low: int
    high: int


type Layout = Flag | Steps | Float | Choice | Datatype | Beside | Text | Bytes
