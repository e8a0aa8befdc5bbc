"""What was probably meant where a value hasn't the kind or the form that its key takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Mapping_
from typing import Any

from ovhlgen.diagnostics import nearest
from ovhlgen.language import hints
from ovhlgen.language.types import LEAVES
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.roblox import classes, enums
from ovhlgen.schema.parts import FIELD

_UNITS = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds", "milidetik"), "ms"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "detik", "dtk"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "menit", "mnt"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "jam"), "h"),
}
# Types of other languages, and of other names in this one.
_TYPES = {
    **dict.fromkeys(("int", "uint", "long", "ulong", "bigint", "whole", "bulat"), "integer"),
    **dict.fromkeys(("float", "single", "real"), "f32"),
    **dict.fromkeys(("double", "decimal", "numeric", "num", "angka"), "number"),
    **dict.fromkeys(("byte", "uchar"), "u8"),
    **dict.fromkeys(("str", "text", "char", "varchar", "teks"), "string"),
    **dict.fromkeys(("logical", "flag", "bit"), "boolean"),
    **dict.fromkeys(("vec2", "vector2d"), "Vector2"),
    **dict.fromkeys(("vec3", "vector", "position"), "Vector3"),
    **dict.fromkeys(("color", "colour", "brickcolor", "rgb", "warna"), "Color3"),
    **dict.fromkeys(("date", "time", "timestamp", "tanggal"), "DateTime"),
    **dict.fromkeys(("userid", "assetid", "uid"), "id"),
    **dict.fromkeys(("unknown", "object", "mixed"), "any"),
    **dict.fromkeys(("bytes", "blob"), "buffer"),
}
# Keys by other words.
_KEYS = {
    **dict.fromkeys(("wait", "sleep", "delay", "tunggu"), ("advance",)),
    **dict.fromkeys(("click", "tap", "klik"), ("press", "call")),
    **dict.fromkeys(("payload", "args", "with", "params", "data"), ("with", "args", "payload", "request")),
    **dict.fromkeys(("player", "pemain"), ("as", "by")),
    **dict.fromkeys(("onclick", "on_click", "action"), ("call",)),
}
_QUOTED = "@$#%&*!|>{["  # what a text begins with that YAML reads otherwise
_NAMING = ("type", "kind", "component", "class", "widget")  # keys by which others say what a thing is
_SIZED = re.compile(r"(u|i|f|float|int|uint|s)_?(\d+)(?:_t)?")


def of_form(text: str, pattern: str) -> str | None:
    """The first text of a form that this one may stand for."""
    return next((one for one in _forms(text) if one != text and re.fullmatch(pattern, one)), None)


def of_kind(node: Node, asked: dict[str, Any]) -> str | None:
    """As YAML writes it: what this value may stand for where a schema asks for another kind."""
    kinds = asked["type"] if isinstance(asked["type"], list) else [asked["type"]]
    if isinstance(node, Sequence):
        only = node.items[0] if len(node.items) == 1 else None
        one = only.text if isinstance(only, Scalar) and isinstance(only.value, str) else None
        if not one or "string" not in kinds or not re.fullmatch(asked.get("pattern", ".*"), one):
            return None
        return f"{one}[]" if _is_type(asked) else one
    if isinstance(node, Mapping):
        return None
    if node.value is None:
        return None if "string" in kinds else "[]" if "array" in kinds else "{}" if "object" in kinds else None
    if "boolean" in kinds and (found := hints.boolean(node.text)):
        return found
    if "string" in kinds and "object" not in kinds and _is_type(asked):
        return None  # a number in quotes is no type either
    if "string" in kinds:
        pattern = asked.get("pattern", ".*")
        return f'"{node.text}"' if re.fullmatch(pattern, node.text) else of_form(node.text, pattern)
    whole = re.fullmatch(r"(-?\d+)(\.0+)?", node.text)
    if "integer" in kinds and (digits := hints.grouped(node.text)):
        return digits
    if "integer" in kinds and whole:
        return whole.group(1)
    if "number" in kinds and re.fullmatch(r"-?\d+(\.\d+)?", node.text):
        return node.text
    if "number" in kinds and (digits := hints.grouped(node.text)):
        return digits
    if "array" in kinds:
        return f"[{node.text}]" if asked.get("items", {}).get("type") == "string" else None
    if asked.get("additionalProperties") == FIELD and re.fullmatch(r"[A-Z]\w*", node.text):
        return f"{{ {snake(node.text)}: {node.text} }}"
    close = re.fullmatch(r"([\w-]+):(\S.*)", node.text)
    needed = asked.get("required", [])
    if close and "object" in kinds:
        return f"{close.group(1)}: {close.group(2)}"
    if "object" not in kinds or not needed:
        return None
    value = f'"{node.text}"' if isinstance(node.value, str) and node.text[:1] in _QUOTED else node.text
    if needed[0] == "type":
        return _declared(node, needed)
    return f"{{ {needed[0]}: {value} }}" if len(needed) == 1 else None


def _is_type(asked: dict[str, Any]) -> bool:
    return str(asked.get("title", "")).startswith("a type such")


def _declared(node: Scalar, needed: list[str]) -> str | None:
    """A type, or a default of one, where both are asked for."""
    is_type = isinstance(node.value, str) and re.match(r"\w+", node.text)
    if is_type and ((word := re.split(r"\W", node.text)[0]) in LEAVES or word[:1].isupper()):
        return f"{{ type: {node.text}, default: … }}" if "default" in needed else f"{{ type: {node.text} }}"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    kind = kinds.get(type(node.value))
    return f"{{ type: {kind}, default: {node.text} }}" if kind else None


def of_one(node: Node, known: Mapping_[str, Any]) -> str | None:
    """A mapping that names what it is in one of its keys, or has the others beside it: as the one key that is asked."""
    if not isinstance(node, Mapping):
        return None
    texts = {key: scalar.text for key, scalar in node.values.items() if isinstance(scalar, Scalar)}
    named = next((key for key in _NAMING if texts.get(key) in known), None)
    inner = [key for key, value in node.values.items() if key in known and isinstance(value, Mapping)]
    if named:
        return f"{texts[named]}: {_flow({key: scalar for key, scalar in node.values.items() if key != named})}"
    if len(inner) == 1 and isinstance(body := node.values[inner[0]], Mapping):
        rest = {key: scalar for key, scalar in node.values.items() if key != inner[0]}
        if rest.keys() <= known[inner[0]].get("properties", {}).keys() - body.keys.keys():
            return f"{inner[0]}: {_flow({**body.values, **rest})}"
    return None


def _flow(of: Mapping_[str, Node]) -> str:
    written = ", ".join(f"{key}: {_written(one)}" for key, one in of.items())
    return f"{{ {written} }}" if written else "{}"


def _written(node: Node) -> str:
    """In one line, as YAML reads it again."""
    if isinstance(node, Mapping):
        return _flow(node.values)
    if isinstance(node, Sequence):
        return f"[{', '.join(map(_written, node.items))}]"
    is_plain = not isinstance(node.value, str) or re.fullmatch(r"[A-Za-z$][\w .-]*", node.text)
    return node.text if is_plain else f'"{node.text}"'


def of_type(word: str, known: Iterable[str] = ()) -> str | None:
    """The type that a name stands for which is none; never one that holds less."""
    sized = _SIZED.fullmatch(word.lower())
    if sized:
        sign, bits = sized.group(1)[0].replace("s", "i"), int(sized.group(2))
        fitting = [int(one[1:]) for one in LEAVES if one[0] == sign and one[1:].isdigit() and int(one[1:]) >= bits]
        return f"{sign}{min(fitting)}" if fitting else "f64" if sign == "f" else "integer"
    if word.lower() in _TYPES:
        return _TYPES[word.lower()]
    if word in classes():
        return f"Instance({word})"
    return nearest(word, [*known, *LEAVES]) or (f"Enum.{word}" if word in enums() else None)


def of_key(name: str, free: Iterable[str]) -> str | None:
    """The key that another word stands for, of those that aren't there yet."""
    known = set(free)
    return next((one for one in _KEYS.get(name.lower(), ()) if one in known), None)


def pascal(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text))


def snake(text: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", text)
    return re.sub(r"_+", "_", words).strip("_").lower()


def _forms(text: str) -> Iterator[str]:
    yield re.sub(r"^(Enum\.)?KeyCode\.", "", text)
    yield re.sub(r"[:/\\]", ".", text)
    yield re.sub(r"^@(config|data)\.|\(\)$", "", text)
    yield snake(text) if text[:1].islower() else pascal(text)
    yield pascal(text)
    yield snake(text)
    yield re.sub(r"\W+", "_", text.strip())
    yield ".".join(pascal(part) for part in re.split(r"[.:/]", text))
    yield from _times(text)
    if re.fullmatch(r"\d+", text):
        yield f"rbxassetid://{text}"
    linked = re.search(r"roblox\.com/.*?(\d{3,})", text)
    if linked:
        yield f"rbxassetid://{linked.group(1)}"
    path = re.sub(r"[/\\]", ".", text).removeprefix("game.")
    yield path
    yield path[:1].upper() + path[1:]
    for mark in ("@", "@config.", "$"):
        yield mark + text
    yield re.sub(r"[/x]", ":", text)
    if text[:1].islower():
        yield f"Logic.{text}"


def _times(text: str) -> Iterator[str]:
    """Durations and rates."""
    duration = re.fullmatch(r"(\d+(?:\.\d+)?) *([A-Za-z]*)", text)
    if duration:
        number, unit = duration.group(1), _UNITS.get(duration.group(2).lower())
        if unit:
            yield f"{number} {unit}"
        elif not duration.group(2):
            yield f"{number} s"
            yield f"{number}/s"
    rate = re.fullmatch(r"(\d+)x? *(?:/|per) *([A-Za-z]+)(?:,? *burst:? *(\d+))?", text)
    if rate and (unit := _UNITS.get(rate.group(2).lower())):
        yield f"{rate.group(1)}/{unit}" + (f" burst {rate.group(3)}" if rate.group(3) else "")
