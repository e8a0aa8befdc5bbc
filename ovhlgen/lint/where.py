"""From a place in generated code, or in Luau's own words, to the line of a spec or worker that it comes from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ovhlgen.diagnostics import Source, Sources, Span
from ovhlgen.lower.module import folder
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.tree import FOLDERS
from ovhlgen.read.yaml import read_yaml

# `out/src/…/Handlers.luau:12`, as tools write it (some `…luau(12,3)`, on Windows with `\\`),
# `ServerScriptService.Server.….Queue:12`, as Luau does, or `Script 'ServerScriptService.Server.….Queue', Line 12 -
# function start`, as Studio does below `Stack Begin`; Roblox's own error reports put it in double quotes.
_PLACE = re.compile(
    r"(?P<file>(?:[\w.-]+[/\\])*(?:src|runtime)[/\\](?:[\w.-]+[/\\])*[\w.-]+\.luau)[:(](?P<line>\d+)"
    r"|(?P<worker>(?:[\w.-]+[/\\])*specs[/\\](?:[\w.-]+[/\\])*[\w.-]+\.luau)[:(](?P<at>\d+)"
    r"|(?P<instance>(?:ServerScriptService|ReplicatedStorage|StarterPlayer\.StarterPlayerScripts"
    r"|Players\.[^.:\s]+\.PlayerScripts)(?:\.\w+)+)(?:[\"']?\]?(?:, [Ll]ine |:))(?P<number>\d+)"
)
_ROOTS = {
    "ServerScriptService.Server": "Server",
    "ReplicatedStorage.Shared": "Shared",
    "StarterPlayer.StarterPlayerScripts.Client": "Client",
}
_KEY = re.compile(r"^(\t*)(?:\[\"([^\"]+)\"\]|(\w+))\s*[=:]")
_BOUND = re.compile(r"= ([A-Z]\w*)\.(\w+),$")  # a worker's function, where init.luau binds it
_NAME = re.compile(r"[A-Za-z_]\w*")
_SPEC_COMMENT = re.compile(r"^-- (specs/[\w./-]+\.yaml)(?:#([\w.]+))?$")


@dataclass(frozen=True, slots=True)
class Origin:
    """`written` is what stood in the text; `span` the place it comes from, None where no spec is behind it."""

    written: str
    span: Span | None
    why: str = ""


class Where:
    def __init__(self, root: Path, project: Project, sources: Sources, inputs: dict[str, list[str]]) -> None:
        """`inputs` are the specs behind each generated file, from out/.ovhlgen/manifest.json."""
        self.root, self.sources, self.inputs = root, sources, inputs
        self.workers = {
            f"{folder(module)}/{name}": worker
            for module in project.modules.values()
            for name, worker in module.sources.items()
        }

    def places(self, text: str) -> Iterator[Origin]:
        """Every place that a line of text names, with what is behind it."""
        for match in _PLACE.finditer(text):
            if match["worker"]:
                path = match["worker"].replace("\\", "/")
                path = path[path.index("specs/") :]
                yield Origin(match[0], self._line(path, int(match["at"])))
            elif match["file"]:
                path = self._in_out(match["file"].replace("\\", "/"))
                yield self._generated(match[0], path, int(match["line"]))
            else:
                yield self._instance(match[0], match["instance"], int(match["number"]))

    def _instance(self, written: str, path: str, line: int) -> Origin:
        path = re.sub(r"^Players\.[^.]+\.PlayerScripts", "StarterPlayer.StarterPlayerScripts", path)
        for prefix, root in _ROOTS.items():
            if path == prefix or path.startswith(prefix + "."):
                rest = path.removeprefix(prefix).strip(".").replace(".", "/")
                for base in (posixpath.join(folder, root, rest).rstrip("/") for folder in FOLDERS):
                    if base in self.workers:
                        return Origin(written, self._line(self.workers[base].path, line))
                    for end in (".luau", "/init.luau", "/init.server.luau", "/init.client.luau"):
                        if f"{base}{end}" in self.inputs:
                            return self._generated(written, f"{base}{end}", line)
        return Origin(written, None, "no script of this game")

    def _in_out(self, path: str) -> str:
        """A file's path in `out/`, whatever folders of that name are above it."""
        parts = path.split("/")
        inside = ["/".join(parts[at:]) for at, part in enumerate(parts) if part in FOLDERS]
        return next((path for path in inside if path in self.inputs), inside[-1])

    def _line(self, path: str, line: int) -> Span | None:
        return self.sources.whole_line(path, line) if self.sources.line(path, line) is not None else None

    def _generated(self, written: str, path: str, line: int) -> Origin:
        if path not in self.inputs:
            return Origin(written, None, "no file of out/")
        if not self.inputs[path]:
            return Origin(written, None, "the runtime, the same in every game: no spec is behind it")
        lines = (self.root / "out" / path).read_text("utf-8").split("\n")
        if not 1 <= line <= len(lines):
            return Origin(written, None, f"the file has {len(lines)} lines")
        bound = _BOUND.search(lines[line - 1])
        worker = self.workers.get(f"{path.rpartition('/')[0]}/{bound[1]}") if bound else None
        if bound and worker and bound[2] in worker.functions and path.endswith("/init.luau"):
            return Origin(written, self._line(worker.path, worker.functions[bound[2]].line))
        spec, names = _path(lines, line - 1)
        candidates = [spec] if spec else [one for one in self.inputs[path] if one in self.sources.files]
        best: tuple[int, Span] | None = None
        for candidate in candidates:
            match = self._search(candidate, names)
            if match and (best is None or match[0] > best[0]):
                best = match
        return Origin(written, best[1] if best else Span(candidates[0]) if candidates else None)

    def _search(self, path: str, names: list[str]) -> tuple[int, Span] | None:
        """The deepest key that the names lead to, in their order; how many of them were met."""
        source = self.sources.files.get(path)
        node = read_yaml(Source(path, source.text))[0] if source else None
        span, met = Span(path), 0
        module = Path(path).parent.name
        for name in names:
            if name == module and not met:
                met += 1
                continue
            entry = _key(node, name)
            if entry:
                key, node = entry
                span, met = key.span, met + 1
        return (met, span) if met else None


def _path(lines: list[str], at: int) -> tuple[str | None, list[str]]:
    """The names that lead to a line of a generated file, outermost first, and the spec that a comment names."""
    names: list[str] = []
    depth = len(lines[at]) - len(lines[at].lstrip("\t"))
    own = _KEY.match(lines[at])
    words = [] if own else _NAME.findall(lines[at])
    spec: str | None = None
    above = at if own else at + 1
    for number in range(above, -1, -1):
        text = lines[number] if number < len(lines) else ""
        comment = _SPEC_COMMENT.match(text)
        if comment and (number < at):
            spec = comment[1]
            names = [*(comment[2] or "").split("."), *names]
            break
        key = _KEY.match(text)
        indent = len(text) - len(text.lstrip("\t"))
        if number == at and own:
            names.insert(0, own[2] or own[3])
        elif key and indent < depth and text.rstrip().endswith(("{", "(", "=")):
            names.insert(0, key[2] or key[3])
            depth = indent
        elif indent < depth and text.strip():
            depth = indent
            names = [*_entry_name(lines, number, indent), *names]
    return spec, [name for name in names if name] + [word for word in words if word not in names]


def _entry_name(lines: list[str], start: int, indent: int) -> list[str]:
    """An entry of a list carries its name as a field: `name = "Module.Event"`."""
    for text in lines[start + 1 :]:
        if len(text) - len(text.lstrip("\t")) <= indent:
            break
        named = re.match(rf'^\t{{{indent + 1}}}name = "([\w.]+)",$', text)
        if named:
            return named[1].split(".")
    return []


def _key(node: Node | None, name: str) -> tuple[Scalar, Node] | None:
    """The nearest key of that name in a tree, level by level."""
    level: list[Node] = [node] if node is not None else []
    while level:
        below: list[Node] = []
        for tree in level:
            if isinstance(tree, Mapping):
                if name in tree.values:
                    return tree.keys[name], tree.values[name]
                below += tree.values.values()
            elif isinstance(tree, Sequence):
                below += tree.items
        level = below
    return None
