"""The printer against StyLua itself, round the width at which lines are broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ovhlgen.luau import ArrayType as LuauArray
from ovhlgen.luau import (
    Arrow,
    Call,
    Construct,
    LuauType,
    MapType,
    Maybe,
    Overloads,
    Pack,
    Product,
    Record,
    Union,
    assigned,
    declare,
    fits_overload,
    literal,
    required,
)
from ovhlgen.tools.find import need
from ovhlgen.tools.run import run
from tests.conftest import ROOT

pytestmark = pytest.mark.tools


def values(width: int) -> list[Any]:
    """Values round a reference of so many characters."""
    name = Construct("n" * width)
    text = "n" * width
    turn = Construct("n" * min(width, 90))  # three angles are never longer
    call = Call("Codec.array", (name, 1, 200))
    return [
        {"field": call, "list": ["a", text, "b"], "text": text},
        {"deep": {"deeper": [{"name": text, "shape": call}]}},
        Call("Codec.map", (Call("Codec.string", (0, 9)), call, 0, 3)),
        Call("Codec.map", (call, Call("Codec.map", (Call("Codec.string", (0, 9)), call, 0, 3)), 0, 3)),
        Call("Codec.array", (Call("Codec.optional", (call,)), 0, 3)),
        Call("Codec.enum", ([text, "b"],)),
        Call("Codec.struct", ([{"name": "a", "shape": call}],)),
        {"frame": Product(Call("CFrame.new", (1, 2.5, 3)), Call("CFrame.fromOrientation", (turn, 2)))},
        {"é🎵" * (width // 12): Product(Call("CFrame.new", (1, 2.5, 3)), Call("CFrame.fromOrientation", (turn, 2)))},
        {"é🎵" * (width // 12): call},
        [[name, 1], [2, 3]],
        [True, None, 1.5, -2, "x", text],
    ]


def types(width: int) -> list[LuauType]:
    """Types round a name of so many characters."""
    name = "N" * width
    fire = Arrow((("self", "any"), ("payload", name)), None)
    ask = Arrow((("self", "any"), ("request", name)), Pack((Maybe(name), Maybe("string"))))
    get = Arrow((("self", "any"),), name)
    generic = Arrow((("self", "Api"), ("key", "Key<T>")), "T", ("T",))
    overloads = [Arrow((("self", "Api"), ("key", Union(('"a"', '"b"')))), name), generic]
    inner = Record((("fire", fire), ("ask", ask), ("get", get)))
    return [
        name,
        Record((("first", name), ("second", "number"))),
        Record((("first", "number"), ("second", name)), (("first", "a note"), ("second", "another"))),
        Record((("fire", fire),)),
        Record((("a", Record((("b", inner),))),)),
        Record((("get", get), ("all", LuauArray(name)), ("by", MapType("string", Maybe(name))))),
        fire,
        ask,
        Union(("string", name, "number")),
        Maybe(name),
        LuauArray(name),
        MapType("string", name),
        generic,
        Arrow((("self", name), ("key", "Key<T>")), Pack(("T", name)), ("T", "U")),
        Overloads(tuple(one for one in overloads if fits_overload(one))),
        Overloads((*("F" + name for _ in range(2)), generic)),
    ]


def test_what_is_printed_is_what_stylua_prints(tmp_path: Path) -> None:
    """Every form of value and type, at each width up to the longest that two names of 50 characters give."""
    for width in range(20, 117):
        shapes = [value for value in values(min(width, 108)) if isinstance(value, Call)]
        parts = ["local shapes = {}"]
        parts += [assigned(f"shapes.s{at}", value) for at, value in enumerate(shapes)]
        parts.append(f"local all = {literal({f'v{at}': value for at, value in enumerate(values(width))})}")
        parts += [declare(f"T{at}", of) for at, of in enumerate(types(width))]
        parts.append(declare("N" * width, Record(())))
        parts.append(required("N" * (width // 2), "script.Parent." + "N" * (width // 2)))
        (tmp_path / f"w{width}.luau").write_text("\n\n".join(parts) + "\n", "utf-8")
    config = ROOT / "templates/project/stylua.toml.j2"
    settings = "\n".join(line for line in config.read_text("utf-8").splitlines() if "{{" not in line)
    (tmp_path / "stylua.toml").write_text(settings, "utf-8")
    done = run([need("stylua"), "--check", "--config-path", tmp_path / "stylua.toml", tmp_path])
    assert done.code == 0, done.out[:6000]
