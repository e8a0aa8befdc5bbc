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

    def type(self, expression: Type, module: str | None) -> Any:
        match expression:
            case Leaf():
                return expression.shape(self.around)
            case Named():
                return self.reference(expression, module)
            case Optional():
                return Call("Shapes.optional", (self.type(expression.inner, module),))
            case Array():
                high = self.around.elements if expression.high is None else expression.high
                return Call("Shapes.array", (self.type(expression.inner, module), expression.low, high))
            case Map():
                high = self.around.elements if expression.high is None else expression.high
                return Call(
                    "Shapes.map",
                    (self.type(expression.key, module), self.type(expression.value, module), expression.low, high),
                )

    def reference(self, named: Named, module: str | None) -> Any:
        declared = self.project.type_of(named, module)
        assert declared is not None, named
        name = type_name(declared.module, declared.key.name)
        if name in self.project.recursive:
            if name not in self.named and name not in self._open:
                self.declare(name, declared)
            self.recursive.add(name)
            return Construct(f"recursive.{name}")
        if name not in self.named:
            self.declare(name, declared)
        return Construct(f"shapes.{name}")

    def declare(self, name: str, declared: TypeDecl) -> None:
        self._open.append(name)
        shape: Any
        if declared.kind == "struct":
            shape = self.struct(declared.fields, declared.module)
        elif declared.kind == "enum":
            shape = Call("Shapes.enum", ([value.name for value in declared.values],))
        elif declared.kind == "alias":
            assert declared.target is not None
            shape = self.type(declared.target.type, declared.module)
        else:
            members = {kind: self.fields(fields, declared.module) for kind, (_, fields) in declared.members.items()}
            shape = Call("Shapes.union", (members,))
        self._open.pop()
        self.named[name] = shape

    def fields(self, fields: Fields, module: str | None) -> list[Any]:
        shapes = []
        for name, field in fields.items():
            assert field.type is not None
            shapes.append({"name": name, "shape": self.type(field.type.type, module)})
        return shapes

    def struct(self, fields: Fields, module: str | None) -> Call:
        return Call("Shapes.struct", (self.fields(fields, module),))
