"""Methods that take a key: one overload for each type of value, so that a wrong key or value is an error.

At most seven types have their keys as literals; every key can be spelt `Types.Keys.x` too, through the one generic
overload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ovhlgen.luau import (
    MAX_LITERALS,
    MAX_OVERLOADS,
    Applied,
    Arrow,
    Declared,
    Generic,
    LuauType,
    Record,
    luau_type,
    one_of,
    overloads,
)

MAX_TYPES = MAX_OVERLOADS - 1  # types whose keys are literals; the generic overload is the last
MAX_WIDTH = 40  # columns of a type inside an overload; a longer one gets a name

type Signature = tuple[tuple[tuple[str, LuauType], ...], LuauType | None]  # parameters behind `self`, result
type Form = Callable[[LuauType, LuauType], Signature]  # from the types of key and value


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of something by the type of their value.

    `key_type` is the generic `Key<T>` without its argument; where there is none, keys beyond the seventh type
    have values of type unknown. `declared` are the types that the overloads name.
    """

    key_type: str | None
    groups: tuple[tuple[LuauType, LuauType], ...]
    rest: LuauType | None
    declared: tuple[tuple[str, LuauType], ...]


def keys(name: str, key_type: str | None, fields: Iterable[tuple[str, LuauType]]) -> Keys:
    """Groups the fields in the order in which their types first appear: a new type never changes how the keys
    of the others are spelt. With a `key_type`, `name` becomes the record of all generic keys."""
    values: dict[str, LuauType] = {}
    members: dict[str, list[str]] = {}
    fields = list(fields)
    for field, type_ in fields:
        text = luau_type(type_)
        values.setdefault(text, type_)
        members.setdefault(text, []).append(field)
    declared: Declared = []
    generic: dict[str, LuauType] = {}
    groups: list[tuple[LuauType, LuauType]] = []
    for number, (text, names) in enumerate(members.items(), 1):
        value = values[text]
        if len(text) > MAX_WIDTH:
            declared.append((f"{name}Value{number}", value))
            value = f"{name}Value{number}"
        if number <= MAX_TYPES and len(names) <= MAX_LITERALS:
            union = one_of(names)
            if len(names) > 1 and len(luau_type(union)) > MAX_WIDTH:
                declared.append((f"{name}{number}", union))
                union = f"{name}{number}"
            groups.append((union, value))
        if key_type:
            generic.update({field: Applied(key_type, (value,)) for field in names})
    if key_type:
        declared.append((name, Record(tuple((member(field), generic[field]) for field, _ in fields))))
    beyond = [
        field
        for number, names in enumerate(members.values())
        if number >= MAX_TYPES or len(names) > MAX_LITERALS
        for field in names
    ]
    rest = one_of(beyond) if beyond and not key_type else None
    return Keys(key_type, tuple(groups), rest, tuple(declared))


def member(key: str) -> str:
    """How a key is spelt as a field: `Module_field` for `Module.field`."""
    return key.replace(".", "_")


def method(keys: Keys, name: str, owner: str, form: Form) -> Declared:
    """The type `name` of a method of `owner`, and those of its overloads that need a name."""
    arrows = []
    for key, value in keys.groups:
        params, returns = form(key, value)
        arrows.append(Arrow((("self", owner), *params), returns))
    if keys.key_type:
        params, returns = form(Applied(keys.key_type, ("T",)), "T")
        arrows.append(Arrow((("self", owner), *params), returns, ("T",)))
    elif keys.rest:
        params, returns = form(keys.rest, "unknown")
        arrows.append(Arrow((("self", owner), *params), returns))
    return overloads(name, arrows)


def key_type(field: str) -> LuauType:
    """What `Key<T>` is: its name under `field`, and the default. The default ties it to its type."""
    return Generic(("T",), Record(((field, "string"), ("default", "T"))))


def get(key: LuauType, value: LuauType) -> Signature:
    return (("key", key),), value


def set_(key: LuauType, value: LuauType) -> Signature:
    return (("key", key), ("value", value)), None


def update(key: LuauType, value: LuauType) -> Signature:
    return (("key", key), ("change", Arrow((("old", value),), value))), value


def on_change(connection: LuauType) -> Form:
    """Calls back with each new value; `connection` ends it."""

    def form(key: LuauType, value: LuauType) -> Signature:
        return (("key", key), ("callback", Arrow((("new", value), ("old", value)), None))), connection

    return form
