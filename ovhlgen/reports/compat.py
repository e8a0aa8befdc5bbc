"""Whether data that was stored under older specs can still be read: what changed that a stored value may not fit.
And whether servers that still run with those can read what newer ones store."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from ovhlgen.diagnostics import Diagnostic, Span, problem
from ovhlgen.language import types
from ovhlgen.language.limits import MAX_WHOLE
from ovhlgen.language.types import Leaf, Number, Sized
from ovhlgen.model.game import DataKey, Fields, TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Map, Named, Optional, Type
from ovhlgen.pipeline import load
from ovhlgen.tools.run import ToolError, run, run_bytes

DATA = "specs/data.yaml"
RENEWED = 2 / 3  # of `lock_timeout`: a session's lock is written anew after so long at the latest
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
    if project is None or project.is_broken("data") or project.is_broken("types"):
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


class Misfit(NamedTuple):
    """Where a value may not fit, why, and what stands at that very place in the two specs."""

    path: str
    what: str
    old: str
    new: str


def changes(old: Project, new: Project) -> Iterator[Diagnostic]:
    """E0715 to E0718: what a stored value may not survive. What a new version changes is its migration's business.
    W0745, W0746: what a server with the older specs can't read of newer ones. W0748: locks that one of the two
    takes for dead."""
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
    timeouts = before.save.lock_timeout, after.save.lock_timeout
    if min(timeouts) <= max(timeouts) * RENEWED:
        yield problem("W0748", after.version.span, old=f"{timeouts[0]:g}", new=f"{timeouts[1]:g}")
    if versions[0] == versions[1]:
        yield from _keys(old, new, before.player, after.player)
    else:
        yield problem("W0746", after.version.span, old=versions[0], new=versions[1])
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
            is_plain = was.type.text != now.type.text  # then the spec's own words say it
            written = Misfit(name, "", was.type.text, now.type.text)
            lost = list(Comparison(old, new).misfits(was.type.type, now.type.type, name))
            for misfit in lost:
                said = written if is_plain and misfit.path == name else misfit
                yield problem("E0718", now.type.span, name=misfit.path, what=misfit.what, old=said.old, new=said.new)
            # The other way round: what the newer specs store, and the older ones don't know.
            for misfit in Comparison(new, old).misfits(now.type.type, was.type.type, name):
                said = written if is_plain and misfit.path == name else Misfit(name, "", misfit.new, misfit.old)
                if misfit.path not in [other.path for other in lost]:
                    yield problem("W0745", now.type.span, name=misfit.path, old=said.old, new=said.new)


@dataclass(slots=True)
class Comparison:
    """Of types of two projects; `seen` are pairs of names that are being compared, or were."""

    old: Project
    new: Project
    seen: set[tuple[str, str]] = field(default_factory=set)

    def misfits(self, old: Type, new: Type, path: str) -> Iterator[Misfit]:
        """Where a value of `old` may not be one of `new`, and why."""
        match old, new:
            case _, types.ANY:
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
                yield Misfit(path, MISSING, described(old), described(new))
            case _, Optional(other):
                yield from self.misfits(old, other, path)
            case (Number() | types.ID, Number() | types.ID):
                if not _holds(_number(new), _number(old)):
                    yield Misfit(path, NARROWER, described(old), described(new))
            case (Sized() as was, Sized() as now) if was.name == now.name:
                yield from _limits(was, now, path)
            case Array(inner), Array(other):
                yield from _limits(old, new, path)
                yield from self.misfits(inner, other, f"{path}[]")
            case Map(key, value), Map(other, another):
                yield from _limits(old, new, path)
                yield from self.misfits(key, other, f"{path}[]")
                yield from self.misfits(value, another, f"{path}[]")
            case (Leaf(), Leaf()) if old == new:
                return
            case _:
                yield Misfit(path, ANOTHER, described(old), described(new))

    @staticmethod
    def _alias(project: Project, named: Named) -> Type | None:
        declared = project.type_of(named, None)
        return declared.target.type if declared and declared.target else None

    def _declared(self, old: TypeDecl | None, new: TypeDecl | None, path: str) -> Iterator[Misfit]:
        if old is None or new is None:
            return  # said by `check`
        if old.target and new.target:
            yield from self.misfits(old.target.type, new.target.type, path)
        elif old.kind != new.kind:
            yield Misfit(path, ANOTHER, f"{old.key.name} ({old.kind})", f"{new.key.name} ({new.kind})")
        elif old.kind == "enum":
            if {ref.name for ref in old.values} - {ref.name for ref in new.values}:
                yield Misfit(path, NARROWER, *(_parts(side, [ref.name for ref in side.values]) for side in (old, new)))
        elif old.kind == "union":
            for kind, (_, fields) in old.members.items():
                if kind not in new.members:
                    yield Misfit(f"{path}.{kind}", NARROWER, *(_parts(side, side.members) for side in (old, new)))
                else:
                    yield from self._fields(old, fields, new.members[kind][1], f"{path}.{kind}")
        else:
            yield from self._fields(old, old.fields, new.fields, path)

    def _fields(self, declared: TypeDecl, old: Fields, new: Fields, path: str) -> Iterator[Misfit]:
        for name, was in old.items():
            now = new.get(name)
            if now is None:
                yield Misfit(f"{path}.{name}", GONE, _parts(declared, old), _parts(declared, new))
            elif was.type and now.type:
                yield from self.misfits(was.type.type, now.type.type, f"{path}.{name}")
        for name, now in new.items():
            if name not in old and now.type and not isinstance(now.type.type, Optional):
                yield Misfit(f"{path}.{name}", NEW, _parts(declared, old), _parts(declared, new))


def _number(of: Type) -> Number:
    """An id is a whole number like others."""
    return of if isinstance(of, Number) else Number(name="integer", low=-MAX_WHOLE, high=MAX_WHOLE, whole=True)


def _holds(new: Number, old: Number) -> bool:
    """Whether every number of `old` is one of `new`."""
    if old.low < new.low or old.high > new.high or (new.whole and not old.whole and (old.step or 0.5) % 1):
        return False
    if new.step is None:
        return new.size != 4 or old.size == 4 or (old.whole and max(-old.low, old.high) <= 2**24)
    step = old.step or (1 if old.whole else None)
    return step is not None and step % new.step == 0 and (old.low - new.low) % new.step == 0


def _limits(old: Sized | Array | Map, new: Sized | Array | Map, path: str) -> Iterator[Misfit]:
    high = float("inf")
    if old.low < new.low or (high if old.high is None else old.high) > (high if new.high is None else new.high):
        yield Misfit(path, NARROWER, described(old), described(new))


def _parts(of: TypeDecl, names: Iterable[str]) -> str:
    """`Rarity (common, rare)`: what a declaration has, by name."""
    return f"{of.key.name} ({', '.join(names)})"


def described(type_: Type) -> str:
    """A type with all its limits, as a spec would say it."""
    match type_:
        case Leaf():
            return type_.described()
        case Array():
            return f"{described(type_.inner)}[{_range(type_)}]"
        case Map():
            return f"map({described(type_.key)}, {described(type_.value)}, {_range(type_)})"
        case Optional():
            return f"{described(type_.inner)}?"
        case Named():
            return str(type_)


def _range(of: Sized | Array | Map) -> str:
    return f"{of.low or ''}..{'' if of.high is None else of.high}"
