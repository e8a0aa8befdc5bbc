"""`place:` of project.yaml: Rojo's own notation, without a way out of the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.check.rule import Scope, rule
from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.model.node import Mapping, Node, Scalar

_KEYS = ("$className", "$properties", "$attributes", "$ignoreUnknownInstances", "$id")
# Nodes of the generated tree: what `place:` adds stands beside them.
_TAKEN = {
    ("ReplicatedStorage", "Shared"),
    ("ServerScriptService", "Server"),
    ("StarterPlayer", "StarterPlayerScripts", "Client"),
    ("ReplicatedStorage", "OVHL_Remotes"),
}
_SERVICE_NODES = {
    ("StarterPlayer", "StarterPlayerScripts"),
    ("StarterPlayer", "StarterCharacterScripts"),
    ("Workspace", "Terrain"),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key of a node and its value: a setting of Rojo's, or a node inside. `path` leads to it, itself included."""

    key: Scalar
    value: Node
    path: tuple[str, ...]

    @property
    def is_setting(self) -> bool:
        return _is_setting(self.key, self.value)

    @property
    def is_taken(self) -> bool:
        return not self.is_setting and self.path in _TAKEN


def _entries(node: Mapping | None, path: tuple[str, ...] = ()) -> Iterator[_Entry]:
    for key, value in node.items() if node else ():
        entry = _Entry(key, value, (*path, key.text))
        yield entry
        if isinstance(value, Mapping) and not entry.is_setting and not entry.is_taken and _has_name(key):
            yield from _entries(value, entry.path)


ENTRY: Scope[_Entry] = Scope("place", lambda project: ((entry,) for entry in _entries(project.settings.place)))


@rule("E0902", ENTRY)
def generated_nodes(entry: _Entry) -> Iterator[Diagnostic]:
    """A node that is generated."""
    if entry.is_taken:
        yield problem("E0902", entry.key.span, path=".".join(entry.path))


@rule("E0901", ENTRY)
def nodes(entry: _Entry) -> Iterator[Diagnostic]:
    """A key or value that a node can't have."""
    key, value = entry.key, entry.value
    if entry.is_setting:
        yield from _setting(key, value)
    elif entry.is_taken:
        return
    elif not isinstance(value, Mapping):
        yield problem("E0901", value.span, key=key.text, reason="a node is a mapping")
    elif not _has_name(key):
        yield problem("E0901", key.span, key=key.text, reason="a name has 1 to 100 characters")
    elif _lacks_class(value, entry.path):
        yield problem("E0901", key.span, key=key.text, reason="it needs `$className:`")


def _has_name(key: Scalar) -> bool:
    return 1 <= len(key.text) <= 100


def _lacks_class(node: Mapping, path: tuple[str, ...]) -> bool:
    """Services have theirs. Where it has a key of Rojo's that is wrong, that is said."""
    is_said = any(_is_setting(key, value) and key.text not in _KEYS for key, value in node.items())
    return len(path) > 1 and "$className" not in node.keys and path not in _SERVICE_NODES and not is_said


def _is_setting(key: Scalar, value: Node) -> bool:
    """A key of Rojo's, also where its `$` was forgotten; a node may have the same name."""
    is_node = isinstance(value, Mapping) and "$className" in value.keys
    return key.text.startswith("$") or (f"${key.text}" in _KEYS and not is_node)


def _setting(key: Scalar, value: object) -> Iterator[Diagnostic]:
    if key.text not in _KEYS:
        if key.text == "$path":
            reason = "files are linked by modules and their workers, never by `place:`"
        else:
            reason = f"Rojo's keys here are {listed(_KEYS)}"
        yield problem("E0901", key.span, key=key.text, reason=reason, suggestion=nearest(key.text, _KEYS))
    elif key.text == "$className" and not (isinstance(value, Scalar) and isinstance(value.value, str)):
        yield problem("E0901", key.span, key=key.text, reason="it takes the name of a class")
    elif key.text in ("$properties", "$attributes") and not isinstance(value, Mapping):
        yield problem("E0901", key.span, key=key.text, reason="it takes a mapping")
