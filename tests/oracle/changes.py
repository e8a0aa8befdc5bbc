"""Changes of replicated state a second time: what the generated Luau writes and reads of one (`model/changes.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ovhlgen.model.changes import apart, count_size, is_whole, plain
from ovhlgen.model.wire import MAX_DEPTH, Array, Map, Optional, Ref, Struct, Union, Wire
from tests.oracle.codec import Invalid, Reader, Writer


class Changes(Writer):
    """Writes what makes one value of another."""

    def either(self, of: Wire, old: Any, new: Any, path: str = "") -> None:
        """Raises Invalid where the new value doesn't fit."""
        if is_whole(of, self.types):
            self.alone(of, new, path)
        elif self.can_change(of, old, new):
            self.data.append(1)
            self.change(of, old, new, path)
        else:
            self.data.append(0)
            self.alone(of, new, path)

    def can_change(self, of: Wire, old: Any, new: Any) -> bool:
        """Whether it is worth it, and possible: else all of it goes."""
        if old is None or new is None:
            return False
        match of:
            case Optional():
                return self.can_change(of.inner, old, new)
            case Array():
                if not isinstance(new, list) or not of.low <= len(new) <= of.high:
                    return False
                changed = sum(index >= len(old) or old[index] != one for index, one in enumerate(new))
                return not is_whole(of.inner, self.types) or 2 * changed <= len(new)
            case Map():
                if not isinstance(new, dict) or not of.low <= len(new) <= of.high:
                    return False
                gone = sum(key not in new for key in old)
                changed = sum(key not in old or old[key] != one for key, one in new.items())
                return not is_whole(of.value, self.types) or 2 * (changed + gone) <= len(new)
            case Ref():
                named = self.types[of.name]
                if isinstance(named, Union):
                    return isinstance(new, dict) and new.get("kind") == old["kind"]
                return self.can_change(named.fields[""], old, new) if named.is_alone else isinstance(new, dict)
        raise AssertionError(of)

    def change(self, of: Wire, old: Any, new: Any, path: str) -> None:
        match of:
            case Optional():
                self.change(of.inner, old, new, path)
            case Array():
                size = count_size(of.high)
                changed = [index for index, one in enumerate(new) if index >= len(old) or old[index] != one]
                self.number(len(new), size)
                self.number(len(changed), size)
                for index in changed:
                    self.number(index, size)
                    self.either(of.inner, old[index] if index < len(old) else None, new[index], f"{path}[{index + 1}]")
            case Map():
                size = count_size(of.high)
                gone = [key for key in old if key not in new]
                changes = {key: one for key, one in new.items() if key not in old or old[key] != one}
                self.number(len(gone), size)
                for key in gone:
                    self.alone(of.key, key, path)
                self.number(len(changes), size)
                for key, one in changes.items():
                    self.alone(of.key, key, path)
                    self.either(of.value, old.get(key), one, f"{path}[{key}]")
            case Ref():
                self.named_change(of.name, old, new, path)

    def named_change(self, name: str, old: Any, new: Any, path: str) -> None:
        is_deep = name in self.cyclic
        if is_deep and self.depth == MAX_DEPTH:
            raise Invalid(f"{path}: deeper than {MAX_DEPTH} levels")
        of = self.types[name]
        self.depth += is_deep
        if isinstance(of, Union):
            self.number(list(of.members).index(new["kind"]), 1)
            self.fields(of.members[new["kind"]], old, new, path)
        elif of.is_alone:
            self.change(of.fields[""], old, new, path)
        else:
            self.fields(of, old, new, path)
        self.depth -= is_deep

    def fields(self, of: Struct, old: dict[str, Any], new: dict[str, Any], path: str) -> None:
        group, others = plain(of), apart(of)
        changed = [any(old.get(name) != new.get(name) for name in group.fields)] if group.fields else []
        changed += [old.get(name) != new.get(name) for name in others]
        flags = sum(1 << bit for bit, is_changed in enumerate(changed) if is_changed)
        self.data += flags.to_bytes((len(changed) + 7) // 8, "little")
        if group.fields and flags & 1:
            self.struct(group, new, path)
        for name, one in others.items():
            if old.get(name) != new.get(name):
                self.either(one, old.get(name), new.get(name), f"{path}.{name}")

    def number(self, value: int, size: int) -> None:
        self.data += value.to_bytes(size, "little")


class Changed(Reader):
    """Reads what makes one value of another. Without the old one (None) it says that something is absent."""

    def either(self, of: Wire, old: Any) -> Any:
        """Raises Invalid."""
        if is_whole(of, self.types):
            return self.alone(of)
        kind = self.take(1)[0]
        if kind > 1:
            raise Invalid("neither a value nor a change")
        return self.change(of, old) if kind else self.alone(of)

    def change(self, of: Wire, old: Any) -> Any:
        match of:
            case Optional():
                return self.change(of.inner, old)
            case Array():
                return self.array(of, old)
            case Map():
                return self.map(of, old)
        assert isinstance(of, Ref)
        is_deep = of.name in self.cyclic
        if is_deep and self.depth == MAX_DEPTH:
            raise Invalid(f"deeper than {MAX_DEPTH} levels")
        named = self.types[of.name]
        self.depth += is_deep
        if isinstance(named, Union):
            found = self.member(named, old)
        else:
            found = self.change(named.fields[""], old) if named.is_alone else self.fields(named, old)
        self.depth -= is_deep
        return found

    def array(self, of: Array, old: Any) -> list[Any]:
        size = count_size(of.high)
        length, count = self.number(size), self.number(size)
        if not of.low <= length <= of.high or count > length:
            raise Invalid("more elements than there can be")
        found: dict[int, Any] = dict(enumerate(self.known(old, [])[:length]))
        for _ in range(count):
            index = self.number(size)
            if index >= length:
                raise Invalid("an element behind the last one")
            found[index] = self.either(of.inner, found.get(index))
        if len(found) < length:
            self.is_absent = True
        return [found[index] for index in sorted(found)]

    def map(self, of: Map, old: Any) -> dict[Any, Any]:
        size = count_size(of.high)
        found: dict[Any, Any] = dict(self.known(old, {}))
        for _ in range(self.limited(of.high, size)):
            found.pop(self.alone(of.key), None)
        for _ in range(self.limited(of.high, size)):
            key = self.alone(of.key)
            found[key] = self.either(of.value, found.get(key))
        if not self.is_absent and not of.low <= len(found) <= of.high:
            raise Invalid("more entries than there can be")
        return found

    def member(self, of: Union, old: Any) -> dict[str, Any]:
        number = self.number(1)
        if number >= len(of.members):
            raise Invalid("no such kind")
        kind = list(of.members)[number]
        if isinstance(old, dict) and old.get("kind") != kind:
            self.is_absent = True
        return {**self.fields(of.members[kind], old), "kind": kind}

    def fields(self, of: Struct, old: Any) -> dict[str, Any]:
        group, others = plain(of), apart(of)
        count = bool(group.fields) + len(others)
        flags = self.number((count + 7) // 8)
        if flags >> count:
            raise Invalid("bits that mean nothing are set")
        found: dict[str, Any] = dict(self.known(old, {}))
        if group.fields and flags & 1:
            found = {name: one for name, one in found.items() if name not in group.fields}
            found |= self.struct(group)
        for bit, (name, one) in enumerate(others.items(), bool(group.fields)):
            if flags >> bit & 1:
                found[name] = self.either(one, found.get(name))
        return {name: one for name, one in found.items() if one is not None}

    def known[T](self, old: Any, nothing: T) -> T:
        """What there was; something empty where that is not at hand."""
        if isinstance(old, type(nothing)):
            return old
        self.is_absent = True
        return nothing

    def limited(self, high: int, size: int) -> int:
        found = self.number(size)
        if found > high:
            raise Invalid("more entries than there can be")
        return found

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")


def changed(types: Mapping[str, Struct | Union], of: Wire, old: Any, new: Any) -> Changes:
    """What travels of a field of replicated state whose receiver has the old value; None where it has nothing."""
    writer = Changes(types)
    writer.either(of, old, new)
    return writer
