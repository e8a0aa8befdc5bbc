"""Whether data that was stored under older specs can still be read: what changed that a stored value may not fit."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.model.game import DataKey, Fields, TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import (
    MAX_ID,
    Array,
    Boolean,
    Buffer,
    Datatype,
    EnumOf,
    Identity,
    InstanceOf,
    Map,
    Named,
    Number,
    Optional,
    Text,
    Type,
)
from ovhlgen.pipeline import load
from ovhlgen.tools.run import ToolError, run, run_bytes

DATA = "specs/data.yaml"
ANOTHER, NARROWER, MISSING = "another type", "a narrower range", "a value that may be missing"
GONE, NEW = "a field that is gone", "a field that stored values don't have"


class Unreadable(Exception):
    """There are no specs to compare with; the message says why."""


def older(against: str, root: Path) -> Project:
    """The specs of a folder, or of a commit of the repository in which `root` is. Raises Unreadable."""
    folder = root / against
    if against and folder.is_dir():
        return _loaded(folder)
    with tempfile.TemporaryDirectory() as taken:
        _take(against, root, Path(taken))
        return _loaded(Path(taken))


def _loaded(folder: Path) -> Project:
    project = load(folder).project
    if project is None or project.is_broken("data", "types"):
        raise Unreadable("its project.yaml, types.yaml or data.yaml has errors, or isn't there")
    return project


def _take(commit: str, root: Path, into: Path) -> None:
    """Unpacks `specs/` as it is in a commit."""
    try:
        found = run(["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}"], cwd=root)
        if found.code != 0:
            raise Unreadable("it is neither a folder nor a commit")
        code, packed = run_bytes(["git", "archive", "--format=tar", found.out.strip(), "specs"], cwd=root)
    except ToolError as error:
        raise Unreadable(str(error)) from error
    if code != 0:
        raise Unreadable("that commit has no specs/ here")
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        tar.extractall(into, filter="data")


def changes(old: Project, new: Project) -> Iterator[Diagnostic]:
    """E0715 to E0718: what a stored value may not survive. What a new version changes is its migration's business."""
    before, after = old.data, new.data
    if before is None:
        return
    if after is None:
        yield problem("E0715", Span(DATA), name=before.store)
        return
    if before.store != after.store:
        yield problem("E0715", after.version.span, name=before.store)
        return
    versions = int(before.version.name), int(after.version.name)
    if versions[1] < versions[0]:
        yield problem("E0716", after.version.span, old=versions[0], new=versions[1])
        return
    if versions[0] == versions[1]:
        yield from _keys(old, new, before.player, after.player)
    yield from _keys(old, new, before.global_keys, after.global_keys)


def _keys(
    old: Project, new: Project, before: Mapping[str, DataKey], after: Mapping[str, DataKey]
) -> Iterator[Diagnostic]:
    for name, was in before.items():
        now = after.get(name)
        if now is None:
            assert new.data is not None, "both have stored data"
            yield problem("E0717", new.data.version.span, name=name)
        elif was.type and now.type:
            for path, what in Comparison(old, new).misfits(was.type.type, now.type.type, name):
                yield problem("E0718", now.type.span, name=path, old=was.type.text, new=now.type.text, what=what)


@dataclass(slots=True)
class Comparison:
    """Of types of two projects; `seen` are pairs of names that are being compared, or were."""

    old: Project
    new: Project
    seen: set[tuple[str, str]] = field(default_factory=set)

    def misfits(self, old: Type, new: Type, path: str) -> Iterator[tuple[str, str]]:
        """Where a value of `old` may not be one of `new`, and why."""
        match old, new:
            case _, Datatype("any"):
                return
            case Named(), Named():
                pair = (str(old), str(new))
                was, now = self._alias(self.old, old), self._alias(self.new, new)
                if pair in self.seen:
                    return
                self.seen.add(pair)
                if (was is None) != (now is None):  # an alias, and what it may lead to
                    yield from self.misfits(was or old, now or new, path)
                else:
                    yield from self._declared(self.old.type_of(old, None), self.new.type_of(new, None), path)
            case Named(), _ if (target := self._alias(self.old, old)) is not None:
                yield from self.misfits(target, new, path)
            case _, Named() if (target := self._alias(self.new, new)) is not None:
                yield from self.misfits(old, target, path)
            case Optional(inner), Optional(other):
                yield from self.misfits(inner, other, path)
            case Optional(), _:
                yield path, MISSING
            case _, Optional(other):
                yield from self.misfits(old, other, path)
            case (Number() | Identity(), Number() | Identity()):
                if not _holds(_number(new), _number(old)):
                    yield path, NARROWER
            case Text() as was, Text() as now:
                yield from _limits(was, now, path)
            case Buffer() as was, Buffer() as now:
                yield from _limits(was, now, path)
            case Array(inner), Array(other):
                yield from _limits(old, new, path)
                yield from self.misfits(inner, other, f"{path}[]")
            case Map(key, value), Map(other, another):
                yield from _limits(old, new, path)
                yield from self.misfits(key, other, f"{path}[]")
                yield from self.misfits(value, another, f"{path}[]")
            case (Boolean(), Boolean()):
                return
            case (Datatype(), Datatype()) | (EnumOf(), EnumOf()) | (InstanceOf(), InstanceOf()) if old == new:
                return
            case _:
                yield path, ANOTHER

    @staticmethod
    def _alias(project: Project, named: Named) -> Type | None:
        declared = project.type_of(named, None)
        return declared.target.type if declared and declared.target else None

    def _declared(self, old: TypeDecl | None, new: TypeDecl | None, path: str) -> Iterator[tuple[str, str]]:
        if old is None or new is None:
            return  # said by `check`
        if old.target and new.target:
            yield from self.misfits(old.target.type, new.target.type, path)
        elif old.kind != new.kind:
            yield path, ANOTHER
        elif old.kind == "enum":
            if {ref.name for ref in old.values} - {ref.name for ref in new.values}:
                yield path, NARROWER
        elif old.kind == "union":
            for kind, (_, fields) in old.members.items():
                if kind not in new.members:
                    yield f"{path}.{kind}", NARROWER
                else:
                    yield from self._fields(fields, new.members[kind][1], f"{path}.{kind}")
        else:
            yield from self._fields(old.fields, new.fields, path)

    def _fields(self, old: Fields, new: Fields, path: str) -> Iterator[tuple[str, str]]:
        for name, was in old.items():
            now = new.get(name)
            if now is None:
                yield f"{path}.{name}", GONE
            elif was.type and now.type:
                yield from self.misfits(was.type.type, now.type.type, f"{path}.{name}")
        for name, now in new.items():
            if name not in old and now.type and not isinstance(now.type.type, Optional):
                yield f"{path}.{name}", NEW


def _number(of: Type) -> Number:
    if isinstance(of, Number):
        return of
    assert isinstance(of, Identity)
    return Number("integer", -MAX_ID, MAX_ID)


def _holds(new: Number, old: Number) -> bool:
    """Whether every number of `old` is one of `new`."""
    if old.low < new.low or old.high > new.high or (new.whole and not old.whole and (old.step or 0.5) % 1):
        return False
    if new.step is None:
        return new.base != "f32" or old.base == "f32" or (old.whole and max(-old.low, old.high) <= 2**24)
    step = old.step or (1 if old.whole else None)
    return step is not None and step % new.step == 0 and (old.low - new.low) % new.step == 0


def _limits(old: Text | Buffer | Array | Map, new: Text | Buffer | Array | Map, path: str) -> Iterator[tuple[str, str]]:
    high = float("inf")
    if old.low < new.low or (high if old.high is None else old.high) > (high if new.high is None else new.high):
        yield path, NARROWER
