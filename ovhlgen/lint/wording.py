"""Luau's messages, shorter: the word itself, the names there are, the nearest of them."""

from __future__ import annotations

import re
from dataclasses import replace

from ovhlgen.diagnostics import listed, nearest
from ovhlgen.lint.finding import Finding

_EXPECTED = re.compile(r"Expected this to be (?P<exactly>exactly )?'(?P<wanted>.*?)',? but got '(?P<found>.*?)'(?=;|$)")
_NO_FIELD = re.compile(r"(?:Key|Cannot add property) '(?P<name>[^']*)'")
_MISSING = re.compile(
    r"Table type '(?P<has>.*)' not compatible with type '(?P<wanted>.*)' because the former is (?P<what>.*)"
)
_LITERAL = re.compile(r'"([^"]*)"')
_ALL_LITERALS = re.compile(r'"[^"]*"( \| "[^"]*")*')
_MOST = 60  # characters of source that are quoted
_LISTED = 30  # names that there may be for a list of them to help


def clearer(one: Finding, source: str) -> Finding:
    """The finding in shorter words; `source` is what stands at its place."""
    no_field = _NO_FIELD.match(one.message)
    if no_field and one.names:
        return _unknown(one, no_field["name"])
    missing = _MISSING.match(one.message)
    if missing:
        message = f"{missing['what']} of '{missing['wanted']}'; it is '{missing['has']}'"
        return replace(one, message=message)
    expected = _EXPECTED.match(one.message)
    return _mismatch(one, expected, source) if expected else one


def _unknown(one: Finding, name: str) -> Finding:
    """A field that isn't there. Of an Instance, with its hundred members, only the nearest is named."""
    message = one.message.partition("' not found in table '{")[0]
    message = message if message == one.message else f"{message}' not found"
    if len(one.names) <= _LISTED:
        message += f"; there are: {listed(one.names)}"
    return replace(one, message=message, suggestion=nearest(name, one.names))


def _mismatch(one: Finding, expected: re.Match[str], source: str) -> Finding:
    wanted, found = expected["wanted"], expected["found"]
    is_word = source and "\n" not in source and len(source) <= _MOST
    what = f"`{source}`" if is_word else "this"
    head = f"expected {what} to be {expected['exactly'] or ''}'{wanted}', but it is '{found}'"
    if _ALL_LITERALS.fullmatch(wanted):
        # Luau goes on to say of each literal that it is another one.
        word = _LITERAL.fullmatch(found)
        suggestion = nearest(word[1], _LITERAL.findall(wanted)) if word else None
        return replace(one, message=head, suggestion=suggestion)
    return replace(one, message=head + one.message[expected.end() :])
