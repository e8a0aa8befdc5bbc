"""Runtime shapes: the expressions by which attributes and kept state are checked."""

from __future__ import annotations

from typing import Any

from ovhlgen.language.types import Leaf, Surroundings
from ovhlgen.luau import Call, Construct
from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Map, Named, Optional, Type
from ovhlgen.resolve.naming import type_name


class Shapes:
    """Collects the named types that a file's shapes need, each after those it needs itself."""

    def __init__(self, project: Project, *, unbounded: bool = False) -> None:
        """`unbounded`: what names no maximum has none, as in memory; else it has the network's."""
        self.project = project
        themes, huge = tuple(sorted(project.themes)), Construct("math.huge")
        self.around = Surroundings(themes, huge, huge) if unbounded else Surroundings(themes)
        self.named: dict[str, Any] = {}
        self.recursive: set[str] = set()
        self._open: list[str] = []

    def type(self, of: Type, module: str | None) -> Any:
        match of:
            case Leaf():
                return of.shape(self.around)
            case Named():
                return self.reference(of, module)
            case Optional():
                return Call("Shapes.optional", (self.type(of.of, module),))
            case Array():
                high = self.around.elements if of.high is None else of.high
                return Call("Shapes.array", (self.type(of.of, module), of.low, high))
            case Map():
                high = self.around.elements if of.high is None else of.high
                return Call("Shapes.map", (self.type(of.key, module), self.type(of.value, module), of.low, high))

    def reference(self, of: Named, module: str | None) -> Any:
        declared = self.project.type_of(of, module)
        assert declared is not None, of
        name = type_name(declared.module, declared.key.name)
        if name in self.project.recursive:
            if name not in self.named and name not in self._open:
                self.declare(name, declared)
            self.recursive.add(name)
            return Construct(f"recursive.{name}")
        if name not in self.named:
            self.declare(name, declared)
        return Construct(f"shapes.{name}")

    def declare(self, name: str, of: TypeDecl) -> None:
        self._open.append(name)
        shape: Any
        if of.kind == "struct":
            shape = self.struct(of.fields, of.module)
        elif of.kind == "enum":
            shape = Call("Shapes.enum", ([value.name for value in of.values],))
        elif of.kind == "alias":
            assert of.target is not None
            shape = self.type(of.target.type, of.module)
        else:
            members = {kind: self.fields(fields, of.module) for kind, (_, fields) in of.members.items()}
            shape = Call("Shapes.union", (members,))
        self._open.pop()
        self.named[name] = shape

    def fields(self, fields: Fields, module: str | None) -> list[Any]:
        found = []
        for name, field in fields.items():
            assert field.type is not None
            found.append({"name": name, "shape": self.type(field.type.type, module)})
        return found

    def struct(self, fields: Fields, module: str | None) -> Call:
        return Call("Shapes.struct", (self.fields(fields, module),))
