"""The leaf types, which hold no other type: all that is to be known of one is its row in the table below.

Optional, Array, Map and declared types are `model/types.py`'s. What a row can't say is Luau's: the numbers of a value
type (`Kernel/ValueTypes.luau`) and how it travels (`Network/Datatypes.luau`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ovhlgen.language import layouts, literals
from ovhlgen.language.limits import DEFAULT_BYTES, DEFAULT_ELEMENTS, F32_MAX, F64_MAX, MAX_WHOLE
from ovhlgen.language.literals import Given, Reader
from ovhlgen.language.places import Kind
from ovhlgen.luau import Call, Construct

_MAX_STEPS = 2**48  # values of a range; wider ones travel as floats


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a type leaves open: the names of the game's themes, in order, and the most elements and bytes where it names
    no maximum (the network's; for what stays in memory, Luau's `math.huge`)."""

    themes: tuple[str, ...] = ()
    elements: Any = DEFAULT_ELEMENTS
    bytes: Any = DEFAULT_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(ABC):
    """`name` is how a spec writes it, `luau` its Luau type, `kind` decides where it may stand, `words` call a value in
    a message. A key is what maps and catalogues may be keyed by."""

    name: str
    luau: str
    kind: Kind
    words: str
    is_key: bool = False
    may_be_nil: bool = False

    @abstractmethod
    def shape(self, around: Surroundings) -> Call:
        """The Luau expression that checks a value from outside: a function of `Kernel/Shapes.luau`, of whose name
        DataService's `StoredShapes` has one for the stored form where that is another."""

    @abstractmethod
    def layout(self, around: Surroundings) -> layouts.Layout:
        """How it lies on the wire."""

    @abstractmethod
    def literal(self, given: Given) -> Any:
        """What a value of a spec is in Luau; None where it is none, which `given.wrong` has been told."""

    def described(self) -> str:
        """With all its limits, as a spec would say it."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain(Leaf):
    """A type that takes no arguments: its row holds all. `form` says in words how a literal is written."""

    checked: Call
    travels: layouts.Layout
    form: str
    read: Reader

    def shape(self, around: Surroundings) -> Call:
        return self.checked

    def layout(self, around: Surroundings) -> layouts.Layout:
        return self.travels

    def literal(self, given: Given) -> Any:
        return self.read(given, self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Leaf):
    """`low` and `high` are inclusive, `step` quantises; `size` are the bytes of one that isn't quantised or whole."""

    luau: str = "number"
    kind: Kind = "simple"
    words: str = "a number"
    low: float
    high: float
    step: float | None = None
    whole: bool = False
    size: int = 8

    def shape(self, around: Surroundings) -> Call:
        name = "integer" if self.whole else "float32" if self.size == 4 else "number"
        step = () if self.step is None else (self.step,)
        return Call(f"Shapes.{name}", (self.low, self.high, *step))

    def layout(self, around: Surroundings) -> layouts.Layout:
        step = self.step if self.step is not None else 1.0 if self.whole else None
        if step is not None and (self.high - self.low) / step <= _MAX_STEPS:  # no count is made of what is infinite
            count = int((self.high - self.low) // step) + 1
            if self.low + (count - 1) * step < self.high:
                count += 1  # the last one is the limit itself
            if count <= _MAX_STEPS:
                return layouts.Steps(self.low, self.high, step, count, self.whole)
        return layouts.Float(self.size, self.low, self.high, self.whole)

    def literal(self, given: Given) -> Any:
        return literals.number(given, self.low, self.high, whole=self.whole)

    def described(self) -> str:
        step = f", step={self.step:g}" if self.step else ""
        return f"{self.name}({_limit(self.low)}..{_limit(self.high)}{step})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized(Leaf):
    """A text or a buffer; `high` is None without a maximum; then the network has its own."""

    network_maximum: ClassVar[str]  # in words

    low: int = 0
    high: int | None = None

    def described(self) -> str:
        return f"{self.name}({self.low or ''}..{'' if self.high is None else self.high})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Sized):
    """The limits count characters."""

    network_maximum = "1,024"

    def shape(self, around: Surroundings) -> Call:
        return Call("Shapes.string", (self.low, around.elements if self.high is None else self.high))

    def layout(self, around: Surroundings) -> layouts.Layout:
        return layouts.Text(self.low, around.elements if self.high is None else self.high)

    def literal(self, given: Given) -> Any:
        return literals.text(given, self.low, self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer(Sized):
    """The limits count bytes."""

    network_maximum = "8 KiB"

    def shape(self, around: Surroundings) -> Call:
        return Call("Shapes.buffer", (self.low, around.bytes if self.high is None else self.high))

    def layout(self, around: Surroundings) -> layouts.Layout:
        return layouts.Bytes(self.low, around.bytes if self.high is None else self.high)

    def literal(self, given: Given) -> Any:
        return literals.buffer(given, self.low, self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Leaf):
    """The name of a theme. Which there are is for those to say who know the game."""

    def shape(self, around: Surroundings) -> Call:
        return Call("Shapes.enum", (list(around.themes),))

    def layout(self, around: Surroundings) -> layouts.Layout:
        return layouts.Choice(around.themes, "theme", "a theme")

    def literal(self, given: Given) -> Any:
        return given.text


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceOf(Leaf):
    """Below `path`, where there is one."""

    class_name: str
    path: str | None = None

    def shape(self, around: Surroundings) -> Call:
        path = () if self.path is None else (self.path.split("."),)
        return Call("Shapes.instance", (self.class_name, *path))

    def layout(self, around: Surroundings) -> layouts.Layout:
        return layouts.Beside(self.class_name, self.path)

    def literal(self, given: Given) -> Any:
        return literals.none(given, "no literal: an Instance has none")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumOf(Leaf):
    """An item of an `Enum` of Roblox."""

    enum: str

    def shape(self, around: Surroundings) -> Call:
        return Call("Shapes.enumItem", (Construct(self.luau),))

    def layout(self, around: Surroundings) -> layouts.Layout:
        return layouts.Datatype("EnumItem", ("u16",), self.enum)

    def literal(self, given: Given) -> Any:
        return literals.enum_item(given, self.enum)


def _numbers_of(name: str, numbers: tuple[str, ...], read: Reader, form: str, kind: Kind = "plain datatype") -> Plain:
    """A value type of Roblox that is stored as its numbers; `numbers` are those that travel."""
    return Plain(
        name=name,
        luau=name,
        kind=kind,
        words=name,
        checked=Call("Shapes.datatype", (name,)),
        travels=layouts.Datatype(name, numbers),
        form=form,
        read=read,
    )


BOOLEAN = Plain(
    name="boolean",
    luau="boolean",
    kind="simple",
    words="a boolean",
    checked=Call("Shapes.boolean", ()),
    travels=layouts.Flag(),
    form="true or false",
    read=literals.boolean,
)
# Players of Studio's tests have ids below 0.
ID = Plain(
    name="id",
    luau="number",
    kind="simple",
    words="an id",
    is_key=True,
    checked=Call("Shapes.integer", (-MAX_WHOLE, MAX_WHOLE)),
    travels=layouts.Float(8, -MAX_WHOLE, MAX_WHOLE, whole=True),
    form="an id: a whole number",
    read=literals.identity,
)
_DATE_TIME = Plain(
    name="DateTime",
    luau="DateTime",
    kind="datatype",
    words="DateTime",
    checked=Call("Shapes.dateTime", ()),
    travels=layouts.Datatype("DateTime", ("f64",)),  # milliseconds
    form="a date such as `2025-01-31T12:00:00Z`",
    read=literals.date,
)
PLAYER = Plain(
    name="Player",
    luau="Player",
    kind="live",
    words="Player",
    checked=Call("Shapes.player", ()),
    travels=layouts.PLAYER,
    form="no literal: a Player has none",
    read=literals.none,
)
THEME = Theme(name="theme", luau="string", kind="theme", words="a theme")
ANY = Plain(
    name="any",
    luau="any",
    kind="any",
    words="any",
    may_be_nil=True,
    checked=Call("Shapes.any", ()),
    travels=layouts.Beside(),
    form="anything",
    read=literals.anything,
)
_WHOLE = {
    "u8": (0, 0xFF),
    "u16": (0, 0xFFFF),
    "u32": (0, 0xFFFFFFFF),
    "i8": (-0x80, 0x7F),
    "i16": (-0x8000, 0x7FFF),
    "i32": (-0x80000000, 0x7FFFFFFF),
    "integer": (-MAX_WHOLE, MAX_WHOLE),
}

# By their names in the grammar, without arguments; Instance and Enum, which need one, are below.
LEAVES: Mapping[str, Leaf] = {
    **{name: Number(name=name, low=low, high=high, whole=True, is_key=True) for name, (low, high) in _WHOLE.items()},
    "f32": Number(name="f32", low=-F32_MAX, high=F32_MAX, size=4),
    "f64": Number(name="f64", low=-F64_MAX, high=F64_MAX),
    "number": Number(name="number", low=-F64_MAX, high=F64_MAX),
    "bool": BOOLEAN,
    "boolean": BOOLEAN,
    "id": ID,
    "string": Text(name="string", luau="string", kind="simple", words="a text", is_key=True),
    "buffer": Buffer(name="buffer", luau="buffer", kind="compound", words="a buffer"),
    "Vector2": _numbers_of("Vector2", ("f32",) * 2, literals.made_by("Vector2.new", 2), "a Vector2 such as `[1, 2]`"),
    "Vector3": _numbers_of(
        "Vector3", ("f32",) * 3, literals.made_by("Vector3.new", 3), "a Vector3 such as `[1, 2, 3]`"
    ),
    # A position, and an axis as long as the angle about it.
    "CFrame": _numbers_of(
        "CFrame",
        ("f32",) * 6,
        literals.cframe,
        "a CFrame such as `{ position: [1, 2, 3], rotation: [0, 90, 0] }` (degrees)",
        "datatype",
    ),
    "Color3": _numbers_of("Color3", ("u8",) * 3, literals.colour, 'a colour such as `"#00AAFF"`'),
    "UDim2": _numbers_of(
        "UDim2",
        ("f32", "i32") * 2,
        literals.udim2,
        "a UDim2 such as `[0.5, 0, 1, 0]` (scale and offset of x, of y)",
    ),
    "DateTime": _DATE_TIME,
    "Player": PLAYER,
    "theme": THEME,
    "any": ANY,
}


def instance_of(class_name: str, path: str | None = None) -> InstanceOf:
    """`Instance(Model, Workspace.Stages)`."""
    return InstanceOf(
        name=f"Instance({class_name})",
        luau=class_name,
        kind="live",
        words="an Instance",
        class_name=class_name,
        path=path,
    )


def enum_of(enum: str) -> EnumOf:
    """`Enum.Material`."""
    name = f"Enum.{enum}"
    return EnumOf(name=name, luau=name, kind="datatype", words=name, enum=enum)


def _limit(number: float) -> str:
    """Without a fraction where there is none; nothing where there is no limit."""
    if abs(number) == float("inf"):
        return ""
    return str(int(number)) if number == int(number) and abs(number) <= 2**64 else f"{number:g}"
