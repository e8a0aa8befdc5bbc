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
_MAX_QUOTED = 60  # characters of source that are quoted
_LISTED = 30  # names that there may be for a list of them to help


def clearer(finding: Finding, source: str) -> Finding:
    """The finding in shorter words; `source` is what stands at its place."""
    no_field = _NO_FIELD.match(finding.message)
    if no_field and finding.names:
        return _unknown(finding, no_field["name"])
    missing = _MISSING.match(finding.message)
    if missing:
        message = f"{missing['what']} of '{missing['wanted']}'; it is '{missing['has']}'"
        return replace(finding, message=message)
    expected = _EXPECTED.match(finding.message)
    return _mismatch(finding, expected, source) if expected else finding


def _unknown(finding: Finding, name: str) -> Finding:
    """A field that isn't there. Of an Instance, with its hundred members, only the nearest is named."""
    message = finding.message.partition("' not found in table '{")[0]
    message = message if message == finding.message else f"{message}' not found"
    if len(finding.names) <= _LISTED:
        message += f"; there are: {listed(finding.names)}"
    return replace(finding, message=message, suggestion=nearest(name, finding.names))


def _mismatch(finding: Finding, expected: re.Match[str], source: str) -> Finding:
    wanted, actual = expected["wanted"], expected["found"]
    is_word = source and "\n" not in source and len(source) <= _MAX_QUOTED
    what = f"`{source}`" if is_word else "this"
    head = f"expected {what} to be {expected['exactly'] or ''}'{wanted}', but it is '{actual}'"
    if _ALL_LITERALS.fullmatch(wanted):
        # Luau goes on to say of each literal that it is another one.
        word = _LITERAL.fullmatch(actual)
        suggestion = nearest(word[1], _LITERAL.findall(wanted)) if word else None
        return replace(finding, message=head, suggestion=suggestion)
    return replace(finding, message=head + finding.message[expected.end() :])
