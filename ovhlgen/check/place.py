"""`place:` of project.yaml: Rojo's own notation, without a way out of the project."""

from __future__ import annotations

from collections.abc import Iterator

from ovhlgen.diagnostics import Diagnostic, listed, nearest, problem
from ovhlgen.model.node import Mapping, Node, Scalar
from ovhlgen.model.project import Project

_KEYS = ("$className", "$properties", "$attributes", "$ignoreUnknownInstances", "$id")
# Nodes of the generated tree: what `place:` adds stands beside them.
_TAKEN = {
    ("ReplicatedStorage", "Shared"),
    ("ServerScriptService", "Server"),
    ("StarterPlayer", "StarterPlayerScripts", "Client"),
    ("ReplicatedStorage", "OVHL_Remotes"),
}


def place(project: Project) -> Iterator[Diagnostic]:
    """E0901: a key or value that a node can't have. E0902: a node that is generated."""
    if project.settings.place is not None:
        yield from _node(project.settings.place, ())


def _node(node: Mapping, path: tuple[str, ...]) -> Iterator[Diagnostic]:
    for key, value in node.items():
        if _is_setting(key, value):
            yield from _setting(key, value)
        elif (*path, key.text) in _TAKEN:
            yield problem("E0902", key.span, path=".".join((*path, key.text)))
        elif not isinstance(value, Mapping):
            yield problem("E0901", value.span, key=key.text, reason="a node is a mapping")
        elif not key.text or len(key.text) > 100:
            yield problem("E0901", key.span, key=key.text, reason="a name has 1 to 100 characters")
        else:
            # Where it has a key of Rojo's that is wrong, that is said.
            is_said = any(_is_setting(name, one) and name.text not in _KEYS for name, one in value.items())
            is_classless = path and "$className" not in value.keys and (*path, key.text) not in _SERVICE_NODES
            if is_classless and not is_said:
                yield problem("E0901", key.span, key=key.text, reason="it needs `$className:`")
            yield from _node(value, (*path, key.text))


_SERVICE_NODES = {
    ("StarterPlayer", "StarterPlayerScripts"),
    ("StarterPlayer", "StarterCharacterScripts"),
    ("Workspace", "Terrain"),
}


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


RULES = (place,)
