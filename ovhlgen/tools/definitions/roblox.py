"""The whole of Roblox's API as one file of Luau declarations, from the texts of @rbxts/types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from ovhlgen.luau import KEYWORDS
from ovhlgen.tools.definitions.luau import ALIASES, Writer, is_nominal
from ovhlgen.tools.definitions.parse import parse
from ovhlgen.tools.definitions.syntax import Alias, Constant, Declaration, Interface, Name, Object

# In the prelude, or of no use outside TypeScript.
_LEFT_OUT = frozenset(
    {
        "buffer",
        "vector",
        "thread",
        "RBXScriptConnection",
        "RBXScriptSignal",
        "RBXObject",
        "EnumItem",
        "Enum",
        "Services",
        "Instances",
        "CreatableInstances",
    }
)
# Metamethods: TypeScript has no operators of one's own.
_OPERATORS: dict[str, tuple[str, ...]] = {
    "Vector3": (
        "__add(self, other: Vector3): Vector3",
        "__sub(self, other: Vector3): Vector3",
        "__unm(self): Vector3",
        "__mul(self, other: Vector3 | number): Vector3",
        "__div(self, other: Vector3 | number): Vector3",
        "__idiv(self, other: Vector3 | number): Vector3",
    ),
    "Vector2": (
        "__add(self, other: Vector2): Vector2",
        "__sub(self, other: Vector2): Vector2",
        "__unm(self): Vector2",
        "__mul(self, other: Vector2 | number): Vector2",
        "__div(self, other: Vector2 | number): Vector2",
        "__idiv(self, other: Vector2 | number): Vector2",
    ),
    "CFrame": (
        "__add(self, other: Vector3): CFrame",
        "__sub(self, other: Vector3): CFrame",
        "__mul(self, other: CFrame): CFrame",
        "__mul(self, other: Vector3): Vector3",
    ),
    "UDim": ("__add(self, other: UDim): UDim", "__sub(self, other: UDim): UDim", "__unm(self): UDim"),
    "UDim2": ("__add(self, other: UDim2): UDim2", "__sub(self, other: UDim2): UDim2", "__unm(self): UDim2"),
    "Vector3int16": (
        "__add(self, other: Vector3int16): Vector3int16",
        "__sub(self, other: Vector3int16): Vector3int16",
    ),
    "Vector2int16": (
        "__add(self, other: Vector2int16): Vector2int16",
        "__sub(self, other: Vector2int16): Vector2int16",
    ),
}


@dataclass(frozen=True, slots=True)
class Package:
    """The texts of the package that matter: its types, the classes, the enums."""

    types: str
    classes: str
    enums: str


def definitions(package: Package) -> str:
    """The declarations. Raises ParseError."""
    declared = [*parse(package.types), *parse(package.classes)]
    names = re.findall(r"^(?:declare )?(?:interface|type) (\w+)", package.types + package.classes, re.MULTILINE)
    writer = Writer(frozenset(names))
    prelude = files("ovhlgen.tools.definitions").joinpath("prelude.d.luau").read_text("utf-8")
    parts = [prelude, *_enums(package.enums), *_types(declared, writer), *_globals(declared, writer)]
    return "\n".join(parts) + "\n"


def _enums(text: str) -> Iterator[str]:
    names = []
    for block in re.split(r"^    export namespace ", text, flags=re.MULTILINE)[1:]:
        name = block[: re.match(r"\w*", block).end()]  # type: ignore[union-attr]  # it matches the empty text too
        items = [one for one in re.findall(r"^        export const (\w+):", block, re.MULTILINE) if one not in KEYWORDS]
        names.append(name)
        yield f"declare extern type Enum{name} extends EnumItem with\nend"
        lines = "".join(f"\tread {item}: Enum{name}\n" for item in items)
        yield f"declare extern type Enum{name}_Items extends Enum with\n{lines}end"
    lines = "".join(f"\tread {name}: Enum{name}_Items,\n" for name in names)
    yield f"declare Enum: {{\n{lines}\tGetEnums: (self: any) -> {{ Enum }},\n}}"


def _merged(declared: list[Declaration]) -> dict[str, Interface]:
    """Interfaces by name: TypeScript lets one be declared in several places."""
    interfaces: dict[str, Interface] = {}
    for declaration in declared:
        if isinstance(declaration, Interface):
            old = interfaces.get(declaration.name, Interface(declaration.name, (), ()))
            interfaces[declaration.name] = Interface(
                declaration.name, old.bases + declaration.bases, old.members + declaration.members
            )
    return interfaces


def _types(declared: list[Declaration], writer: Writer) -> Iterator[str]:
    interfaces = _merged(declared)
    classes = _classes(interfaces)
    yield writer.extern("Object", None, interfaces["RBXObject"].members)
    for interface in _bases_first(interfaces):
        if interface.name in _LEFT_OUT or interface.name.endswith("Constructor"):
            continue
        if interface.name in classes:
            base = next((base for base in interface.bases if base in classes), None)
            yield writer.extern(
                interface.name,
                "Object" if base == "RBXObject" else base,
                interface.members,
                _OPERATORS.get(interface.name, ()),
            )
        else:
            bases = [base for base in interface.bases if base in interfaces and base not in _LEFT_OUT]
            yield f"export type {interface.name} = {' & '.join([*bases, writer.table(interface.members)])}"
    for alias in _aliases(declared, interfaces).values():
        if not alias.name.endswith("Constructor"):
            yield f"export type {alias.name} = {writer.value(alias.type)}"


def _classes(interfaces: dict[str, Interface]) -> frozenset[str]:
    """The interfaces that stand for classes, by a mark of their own or of a base."""

    def is_class(name: str) -> bool:
        one = interfaces.get(name)
        return one is not None and (name == "RBXObject" or is_nominal(one) or any(map(is_class, one.bases)))

    return frozenset(filter(is_class, interfaces))


def _bases_first(interfaces: dict[str, Interface]) -> list[Interface]:
    ordered: dict[str, Interface] = {}

    def visit(name: str) -> None:
        if name in interfaces and name not in ordered:
            for base in interfaces[name].bases:
                visit(base)
            ordered[name] = interfaces[name]

    for name in interfaces:
        visit(name)
    return list(ordered.values())


def _aliases(declared: list[Declaration], interfaces: dict[str, Interface]) -> dict[str, Alias]:
    taken = _LEFT_OUT | ALIASES | interfaces.keys()
    return {one.name: one for one in declared if isinstance(one, Alias) and one.name not in taken}


def _globals(declared: list[Declaration], writer: Writer) -> Iterator[str]:
    interfaces = _merged(declared)
    aliases = _aliases(declared, interfaces)
    for constant in declared:
        if not isinstance(constant, Constant) or constant.name in ("script", "shared"):
            continue
        type_name = constant.type.name if isinstance(constant.type, Name) else ""
        if type_name in interfaces and type_name.endswith("Constructor"):
            yield f"declare {constant.name}: {writer.table(interfaces[type_name].members)}"
        elif type_name in aliases and not isinstance(aliases[type_name].type, Object):
            yield f"declare {constant.name}: {{ new: {writer.type(aliases[type_name].type)} }}"
        else:
            yield f"declare {constant.name}: {writer.value(constant.type)}"
    yield "declare workspace: Workspace"
    yield "declare script: LuaSourceContainer"
