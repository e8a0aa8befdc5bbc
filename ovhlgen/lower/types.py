"""Static types: the names under which the spec's types appear in Luau, and the expressions."""

from __future__ import annotations

from collections.abc import Callable

from ovhlgen.language.types import Leaf
from ovhlgen.luau import ArrayType, Arrow, LuauType, MapType, Maybe, Record, Union, string
from ovhlgen.model.game import Fields, TypeDecl
from ovhlgen.model.module import Method, Module
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Map, Named, Optional, Placed, Type, TypeRef
from ovhlgen.resolve.bindings import Binding, Shape, SharedName
from ovhlgen.resolve.naming import api_name, type_name

type Spell = Callable[[str], LuauType]  # from a type's name in Shared/Types or Server/Types to how a file has it


class TypeWriter:
    """Writes expressions of one module (None: shared files); `spell` says how a type of Shared/Types is written."""

    def __init__(self, project: Project, module: str | None, spell: Spell) -> None:
        self.project, self.module, self.spell = project, module, spell

    def ref(self, ref: TypeRef | None) -> LuauType:
        assert ref is not None, "only projects without findings are lowered"
        return self.type(ref.type)

    def type(self, expression: Type) -> LuauType:
        match expression:
            case Leaf():
                return expression.luau
            case Named():
                return self.named(expression)
            case Optional():
                return Maybe(self.type(expression.inner))
            case Array():
                return ArrayType(self.type(expression.inner))
            case Map():
                return MapType(self.type(expression.key), self.type(expression.value))

    def named(self, named: Named) -> LuauType:
        declared = self.project.type_of(named, self.module)
        assert declared is not None, named
        return self.spell(type_name(declared.module, declared.key.name))

    def fields(self, fields: Fields, first: tuple[tuple[str, LuauType], ...] = ()) -> Record:
        return Record(
            (*first, *((name, self.ref(field.type)) for name, field in fields.items())),
            tuple((name, field.doc) for name, field in fields.items() if field.doc),
        )

    def declaration(self, declared: TypeDecl) -> LuauType:
        if declared.kind == "struct":
            return self.fields(declared.fields)
        if declared.kind == "enum":
            return Union(tuple(string(value.name) for value in declared.values))
        if declared.kind == "alias":
            return self.ref(declared.target)
        members = [self.fields(fields, (("kind", string(kind)),)) for kind, (_, fields) in declared.members.items()]
        return members[0] if len(members) == 1 else Union(tuple(members))

    def shape(self, shape: Shape) -> LuauType:
        """What a binding says of a parameter or result."""
        if isinstance(shape, SharedName):
            return self.spell(shape.name)
        if isinstance(shape, Placed):
            return TypeWriter(self.project, shape.module, self.spell).type(shape.type)
        return shape if isinstance(shape, str) else self.ref(shape)

    def function(self, binding: Binding) -> Arrow:
        """The type of a worker's function: its context first."""
        params = ((name, self.shape(shape)) for name, shape in binding.params)
        returns = None if binding.returns is None else self.shape(binding.returns)
        return Arrow((("context", "Context"), *params), returns)

    def method(self, owner: str, method: Method) -> Arrow:
        params = ((name, self.ref(arg.type)) for name, arg in method.args.items())
        returns = self.ref(method.returns) if method.returns else None
        return Arrow((("self", owner), *params), returns)

    def api(self, module: Module) -> Record:
        owner = api_name(module.name)
        return Record(
            tuple((name, self.method(owner, method)) for name, method in module.api.items()),
            tuple((name, method.doc) for name, method in module.api.items() if method.doc),
        )
