"""Random games whose names meet: drawn from the printer's own words, with digits and prefixes, of 1 to 50 letters."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

from ovhlgen.emit.render import runtime_files
from ovhlgen.luau import KEYWORDS
from ovhlgen.model.types import MAX_NESTING
from ovhlgen.pipeline import generate, load
from tests.support.leaves import DATATYPES

# What generated code calls its own locals, functions, tables and parameters.
WORDS = (
    *("read", "write", "skip", "get", "put", "fits", "wholes", "runs", "structs", "choices", "events", "layout"),
    *("late", "each", "run", "time", "score", "name", "count", "value", "index", "values", "length", "characters"),
    *(
        "b",
        "p",
        "v",
        "i",
        "out",
        "size",
        "side",
        "depth",
        "level",
        "start",
        "bits",
        "sum",
        "all",
        "one",
        "key",
        "after",
    ),
    *("problem", "found", "field", "member", "members", "only", "need", "class", "path", "enum", "is_fine", "grow"),
    *("beside", "wrong", "malformed", "taken", "arrived", "types", "wire", "datatypes", "self", "type", "buffer"),
    *("math", "table", "string", "bit32", "utf8", "game", "script", "require", "error", "next", "print", "of"),
)
_PREFIXES = ("", "", "", "run", "time", "read", "write", "each", "of", "values_of")
_SUFFIXES = ("", "", "", "2", "3", "_2", "1", "_count", "_length", "run", "_")
_RESERVED = KEYWORDS | {"kind"}
_ENUMS = ("Material", "KeyCode", "EasingStyle")
_CLASSES = ("BasePart", "Part", "Model", "Instance")


class Names:
    """Names of one scope, none like another but for case."""

    def __init__(self, chance: random.Random, taken: Iterable[str] = ()) -> None:
        self.chance = chance
        self.taken = {name.lower() for name in taken}

    def snake(self) -> str:
        return self._fresh(lambda: self._meeting("_") if self.chance.random() < 0.6 else self._wide("a"))

    def pascal(self) -> str:
        def drawn() -> str:
            name = self._meeting("").replace("_", " ").title().replace(" ", "") if self.chance.random() < 0.6 else ""
            return name or self._wide("A")

        return self._fresh(drawn)

    def _meeting(self, joint: str) -> str:
        prefix, suffix = self.chance.choice(_PREFIXES), self.chance.choice(_SUFFIXES)
        word = self.chance.choice(WORDS)
        return f"{prefix}{joint if prefix else ''}{word}{suffix}"

    def _wide(self, first: str) -> str:
        """A name of any width: the line that it is in is broken, or isn't."""
        letters = "".join(self.chance.choices("abcdefghijk0123", k=self.chance.randint(0, 49)))
        return first + letters

    def _fresh(self, drawn: object) -> str:
        assert callable(drawn)
        while True:
            name = str(drawn())
            if len(name) <= 50 and name.lower() not in self.taken and name not in _RESERVED and "__" not in name:
                self.taken.add(name.lower())
                return name


class Drawer:
    """Draws the specs of one game; `layouts` counts its structs and payloads."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.layouts = 0
        self.types = Names(chance, _TYPES)
        self.structs: list[str] = []
        self.enums: list[str] = []

    def game(self, modules: int, events: int) -> dict[str, str]:
        files = {"specs/project.yaml": "ovhl: 1\nname: Test\n", "specs/types.yaml": f"types:\n{self.shared()}"}
        names = Names(self.chance, _MODULES)
        for _ in range(modules):
            name = names.pascal()
            files[f"specs/modules/{name}/module.yaml"] = self.module(name, events)
            files[f"specs/modules/{name}/Logic.luau"] = "return { on = print }\n"
        return files

    def shared(self) -> str:
        lines = []
        for _ in range(self.chance.randint(1, 4)):
            name, values = self.types.pascal(), Names(self.chance)
            written = ", ".join(values.pascal() for _ in range(self.chance.choice((1, 2, 5, 40))))
            lines.append(f"  {name}: {{ enum: [{written}] }}\n")
            self.enums.append(name)
        for _ in range(self.chance.randint(2, 6)):
            name = self.types.pascal()
            if self.chance.random() < 0.2:
                kinds = Names(self.chance)
                members = "".join(
                    f"\n        {kinds.pascal()}:{self.fields(10)}" for _ in range(self.chance.randint(1, 4))
                )
                lines.append(f"  {name}:\n    union:{members}\n")
            else:
                again = f'\n          again: "{name}?"' if self.chance.random() < 0.2 else ""
                lines.append(f"  {name}:\n    struct:{self.fields(6)}{again}\n")
            self.structs.append(name)
        return "".join(lines)

    def module(self, name: str, events: int) -> str:
        names = Names(self.chance, _TYPES)
        names.taken |= self.types.taken
        lines = [f"module: {name}\nrealm: server\ndomain: OVHL_Modules\nevents:\n"]
        for _ in range(events):
            event = names.pascal()
            while any(other.startswith(event.lower()) for other in names.taken - {event.lower()}):
                event = names.pascal()  # `XRequest` is exported beside `X`
            way = self.chance.choice(("from: server", "from: client\n    worker: Logic.on"))
            lines.append(f"  {event}:\n    {way}\n    unsafe: true\n    payload:{self.fields(6)}\n")
        lines.append("state:\n")
        fields = Names(self.chance)
        for _ in range(3):
            state = f'{{ type: "{self.type(0, is_state=True)}?", replicate: all }}'
            lines.append(f"  {fields.snake()}: {state}\n")
        return "".join(lines)

    def fields(self, indent: int) -> str:
        """1 to 60 of them."""
        self.layouts += 1
        names = Names(self.chance, ["again"])
        count = self.chance.choice((1, 2, 3, 4, 5, 8, 12, 20, 39, 60))
        kinds = [None] if self.chance.random() < 0.7 else [self.type(0)]  # often all of one type
        written = [f'{names.snake()}: "{kinds[0] or self.type(0)}"' for _ in range(count)]
        return "".join(f"\n{' ' * (indent + 4)}{one}" for one in written)

    def type(self, depth: int, *, is_state: bool = False) -> str:
        chance = self.chance
        if depth < MAX_NESTING - 1 and chance.random() < (0.3 if depth == 0 else 0.55):
            inner = self.type(depth + 1, is_state=is_state)
            if chance.random() < 0.6:
                return f"{inner}[..{chance.choice((3, 300))}]"
            key = chance.choice(("u8", "string(..9)", *self.enums))
            return f"map({key}, {inner}, ..9)"
        leaf = self.leaf(is_state)
        return f"{leaf}?" if depth == 0 and not is_state and chance.random() < 0.2 else leaf

    def leaf(self, is_state: bool) -> str:
        chance = self.chance
        leaves = [
            *("boolean", "u8", "u16", "u32", "i8(-5..5)", "integer", "id", "f32", "f64", "f64(-1e300..1e-300)"),
            *("f32(0..0.1)", "f32(0..1, step=0.001)", "f64(-7..7e9, step=0.1)", "u16(1..1)", "integer(0..9999999999)"),
            *("string(..9)", "string(3..)", "buffer(..9)", *DATATYPES),
            *(f"u8(0..{chance.randint(1, 200)})", *self.enums),
        ]
        if not is_state:
            leaves += [*self.structs, *self.structs]
            leaves += ["Player", "any", f"Enum.{chance.choice(_ENUMS)}", f"Instance({chance.choice(_CLASSES)})"]
            leaves.append(f"Instance({chance.choice(_CLASSES)}, Workspace.{'Stage' * chance.randint(1, 20)})")
        return chance.choice(leaves)


_TYPES = ("Config", "Context", "PlayerState", "State", "Workers", "Api", "GlobalConfig", "String", "Table", "Enum")
_TYPES += ("Buffer", "Script", "Game", "Number", "Any", "Thread")
_MODULES = (
    "Init",
    "Script",
    "Enum",
    "Table",
    "String",
    "Buffer",
    "Config",
    "State",
    "Events",
    "Workers",
    "Name",
    "Class",
)
_MODULES += ("Types", "Any", "Number", "Source", "Attributes", "Path", "Bus", "Player", "Remote", "Reads")


def print_game(files: dict[str, str], folder: Path) -> None:
    """Writes the specs, and what is generated from them into `folder/out`, without the runtime."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    checked = load(folder)
    too_large = "E0608"  # it is printed all the same
    errors = [one for one in checked.problems if one.severity == "error" and one.code != too_large]
    assert checked.project is not None and not errors, (errors[:3], folder)
    runtime = runtime_files()
    for path, rendered in generate(checked.project).items():
        if path not in runtime:
            (folder / "out" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "out" / path).write_bytes(rendered.data)
    shutil.rmtree(folder / "specs")
