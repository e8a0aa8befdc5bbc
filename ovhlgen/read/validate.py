"""Schema findings as diagnostics: the place, what was expected, what was found, the nearest right key."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.language import hints
from ovhlgen.language.limits import MAX_WHOLE
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence, to_plain
from ovhlgen.read import guess, shapes, slips
from ovhlgen.read.parts import seconds
from ovhlgen.schema import schema
from ovhlgen.schema.parts import DURATION

type Path = tuple[str | int, ...]  # keys and places in lists, from the root

_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def validate(kind: str, root: Node) -> list[Diagnostic]:
    """Everything in which a file departs from the schema of its kind."""
    errors = _errors(kind, root)
    # What has several kinds, and takes one, isn't judged as any of them.
    many = {tuple(error.absolute_path) for error in errors if _is_several(error)}
    return [
        found
        for error in errors
        if _is_several(error) or not _is_below(tuple(error.absolute_path), many)
        for found in _found(error, _node_at(root, list(error.absolute_path)), schema(kind))
    ]


def refused(kind: str, root: Node) -> set[Path]:
    """The places of what a schema refuses: of a key that isn't known, its own; of one that is missing, where it is."""
    paths: set[Path] = set()
    for error in _errors(kind, root):
        path, node = tuple(error.absolute_path), _node_at(root, list(error.absolute_path))
        if error.validator == "additionalProperties" and isinstance(node, Mapping):
            paths.update((*path, key) for key in _extra(node, error.schema))
        elif "propertyNames" in error.absolute_schema_path:
            paths.add((*path, error.instance))
        else:
            paths.add(path)
    return paths


def _errors(kind: str, root: Node) -> list[Any]:
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend

    checker = Draft7Validator.TYPE_CHECKER.redefine("integer", _is_whole).redefine("number", _is_number)
    # jsonschema has no types for `extend`.
    validator = extend(Draft7Validator, _KEYWORDS, type_checker=checker)(schema(kind))  # type: ignore[no-untyped-call]
    return list(validator.iter_errors(to_plain(root)))


def _is_several(error: Any) -> bool:
    return bool(error.validator == "maxProperties" and error.validator_value == 1)


def _is_below(path: Path, above: Collection[Path]) -> bool:
    return any(path[:end] in above for end in range(len(path) + 1)) if above else False


def renamed(node: Mapping, known: Collection[str], required: Collection[str]) -> dict[str, str]:
    """Of keys that aren't known, the missing one that each stands for: by its letters, or because they are one each."""
    missing = [key for key in required if key not in node.keys]
    unknown = [key for key in node.keys if key not in known]
    near = {key: nearest(key, missing) for key in unknown}
    found = {key: meant for key, meant in near.items() if meant}
    if not found and len(unknown) == len(missing) == 1:
        found = {unknown[0]: missing[0]}
    return found


def _limited(is_outside: Callable[[float, float], bool]) -> Callable[..., Iterator[Any]]:
    """A keyword of the schemas that limits a duration; a text of another form is for `pattern` to refuse."""

    def rule(_: Any, limit: str, value: object, __: Any) -> Iterator[Any]:
        from jsonschema import ValidationError

        if isinstance(value, str) and re.fullmatch(DURATION, value) and is_outside(seconds(value), seconds(limit)):
            yield ValidationError("")

    return rule


def _pattern(_: Any, pattern: str, value: object, __: Any) -> Iterator[Any]:
    """The schemas' patterns are those of JavaScript and hold for whole texts: to Python's `$`, a line break at the end
    is none."""
    from jsonschema import ValidationError

    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError("")


_KEYWORDS = {
    "pattern": _pattern,
    "shortest": _limited(float.__lt__),
    "longest": _limited(float.__gt__),
}


def _is_whole(_: Any, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_: Any, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _node_at(root: Node, path: list[Any]) -> Node:
    node = root
    for step in path:
        if isinstance(node, Mapping):
            node = node.values[step]
        elif isinstance(node, Sequence):
            node = node.items[step]
    return node


def _found(error: Any, node: Node, root: dict[str, Any]) -> list[Diagnostic]:
    rule: str = error.validator
    asked: dict[str, Any] = error.schema
    title = asked.get("title")
    if rule == "additionalProperties" and isinstance(node, Mapping):
        here = _steps(list(error.absolute_schema_path)[:-1])
        return [_unknown_key(key, node, asked, shapes.home(key, here, root)) for key in _extra(node, asked)]
    if rule == "required" and isinstance(node, Mapping):
        missing = re.match(r"'(.*?)' is a required", error.message)
        key = missing.group(1) if missing else "?"
        if "additionalProperties" in asked and key in _renamed(node, asked).values():
            return []  # said of the key that stands there instead
        return [problem("E0102", node.span, key=key, expected=_form(asked["properties"][key]))]
    if rule == "type":
        # The title of a whole file is the name of its schema.
        expected = title if title and error.absolute_path else _or(error.validator_value)
        if asked["type"] in ("object", "array") and expected != title:
            expected += f" such as `{shapes.shape(asked, node)}`"
        return [
            problem("E0103", node.span, expected=expected, found=describe(node), suggestion=guess.of_kind(node, asked))
        ]
    if rule in ("enum", "const"):
        values = error.validator_value if rule == "enum" else [error.validator_value]
        words = [str(value) for value in values]
        if isinstance(node, Scalar) and node.text in words:  # right, but for its quotes
            expected = f"the number `{node.text}`" if isinstance(node.value, str) else f"the text `{node.text}`"
            bare = node.text if isinstance(node.value, str) else f'"{node.text}"'
            return [problem("E0103", node.span, expected=expected, found=describe(node), suggestion=bare)]
        text = node.text if isinstance(node, Scalar) and node.text else describe(node)
        return [problem("E0104", node.span, found=text, allowed=listed(words), suggestion=nearest(text, words))]
    if rule == "pattern":
        if error.absolute_schema_path and "propertyNames" in error.absolute_schema_path:
            key = node.keys[error.instance] if isinstance(node, Mapping) else None
            if isinstance(node, Mapping) and key and _is_token(key, node):
                return [slips.bare_token(key)]
            close = re.fullmatch(r"(\w+):(\S.*)", error.instance)
            if key and close:
                reason = "a space is missing behind the `:`"
                spaced = f"{close.group(1)}: {close.group(2)}"
                return [problem("E0016", key.span, reason=reason, suggestion=spaced)]
            at = key.span if key else node.span
            right = guess.of_form(error.instance, error.validator_value)
            return [problem("E0201", at, found=error.instance, expected=title or "another form", suggestion=right)]
        kinds = asked.get("type", [])
        switched = hints.boolean(error.instance) if "boolean" in kinds else None
        right = switched or guess.of_form(error.instance, error.validator_value)
        return [problem("E0105", node.span, found=error.instance, expected=title or "another form", suggestion=right)]
    if rule in ("minProperties", "maxProperties") and title:
        known = asked.get("properties", {})
        beside = [key for key in node.keys.values() if key.text not in known] if isinstance(node, Mapping) else []
        unindented = next(filter(None, (_unindented(key, node, known) for key in beside)), None)
        if unindented:
            return [unindented]
        right = guess.of_one(node, known)
        return [problem("E0105", node.span, found=describe(node), expected=title, suggestion=right)]
    return [problem("E0106", node.span, rule=_limit(rule, asked), found=describe(node))]


def _is_token(key: Scalar, node: Mapping) -> bool:
    """`{color.black}` without quotes: a mapping whose key has no value."""
    return node.flow and len(node.keys) == 1 and "." in key.text and _is_nothing(node.values[key.text])


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _extra(node: Mapping, asked: dict[str, Any]) -> list[str]:
    return [key for key in node.keys if key not in asked.get("properties", {})]


def _steps(path: list[Any]) -> tuple[str, ...]:
    """The names that lead to a place of a schema, as `shapes.home` has them."""
    names: list[str] = []
    steps = iter(path)
    for step in steps:
        names.append(str(next(steps)) if step == "properties" else "[]" if step == "items" else "*")
    return tuple(names)


def _unknown_key(name: str, node: Mapping, asked: dict[str, Any], home: str | None) -> Diagnostic:
    key = node.keys[name]
    known = asked.get("properties", {})
    unindented = _unindented(key, node, known)
    if unindented:
        return unindented
    close = re.fullmatch(r"(\w+):(.+)", name)
    if close and close.group(1) in known:
        missing = "a space is missing behind the `:`"
        return problem("E0016", key.span, reason=missing, suggestion=f"{close.group(1)}: {close.group(2)}")
    renamed_to = _renamed(node, asked).get(name)
    if home and renamed_to is None:
        return problem("E0109", key.span, key=name, home=home, known=listed(known, 40))
    meant = renamed_to or guess.of_key(name, [one for one in known if one not in node.keys]) or nearest(name, known)
    return problem("E0101", key.span, key=name, known=listed(known, 40), suggestion=meant)


def _unindented(key: Scalar, node: Node, known: Collection[str]) -> Diagnostic | None:
    """A key that stands below the one that it belongs to, not inside it."""
    entries = node.items() if isinstance(node, Mapping) and not node.flow else ()
    above = next((one for one, value in entries if one.text in known and _is_nothing(value)), None)
    if above is None or not above.span < key.span:
        return None
    return problem("E0016", key.span, reason=f"what belongs to `{above.text}:` stands further to the right than it")


def _renamed(node: Mapping, asked: dict[str, Any]) -> dict[str, str]:
    return renamed(node, asked.get("properties", {}), asked.get("required", ()))


def _or(types: str | list[str]) -> str:
    names = [types] if isinstance(types, str) else types
    return " or ".join(_WORDS[name] for name in names)


def describe(node: Node) -> str:
    """What stands there, in words."""
    if isinstance(node, Mapping):
        return "a mapping" if node.keys else "an empty mapping"
    if isinstance(node, Sequence):
        return f"a list of {len(node.items)}"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return f"`{node.text}`, true or false"
    if isinstance(node.value, int | float):
        return f"the number `{node.text[:40]}`"
    return f"the text `{node.text[:40]}`"


# Keywords that limit, in words, and the one that limits at the other end.
_LIMITS = {
    "minimum": ("at least {}", "maximum"),
    "maximum": ("at most {}", "minimum"),
    "exclusiveMinimum": ("above {}", ""),
    "shortest": ("at least {}", "longest"),
    "longest": ("at most {}", "shortest"),
    "minItems": ("at least {} elements", ""),
    "maxItems": ("at most {} elements", ""),
    "maxLength": ("at most {} characters", ""),
    "minLength": ("at least {} characters", ""),
    "minProperties": ("at least {} keys", ""),
    "maxProperties": ("at most {} keys", ""),
}


def _limit(rule: str, asked: dict[str, Any]) -> str:
    """What a value may be: the whole range, where it has two ends."""
    words, other = _LIMITS.get(rule, (rule + " {}", ""))
    if "exclusiveMinimum" in asked and "maximum" in asked:
        return "above {}, at most {}".format(asked["exclusiveMinimum"], asked["maximum"])
    if other in asked and MAX_WHOLE not in (asked[rule], asked[other]):
        ends = (asked[rule], asked[other]) if rule in ("minimum", "shortest") else (asked[other], asked[rule])
        return "between {} and {}".format(*ends)
    return words.format(asked[rule])


def _form(asked: dict[str, Any]) -> str:
    """What a key takes, in words."""
    if "title" in asked:
        return str(asked["title"])
    if "enum" in asked:
        return f"one of {listed(map(str, asked['enum']))}"
    if "const" in asked:
        return str(asked["const"])
    return _or(asked["type"]) if "type" in asked else "a value"
