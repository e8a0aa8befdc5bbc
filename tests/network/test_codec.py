"""The generated codec against the reference's: each reads what the other wrote, and refuses what the other refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from ovhlgen.language.layouts import Layout
from ovhlgen.language.limits import F32_MAX
from ovhlgen.luau import literal
from ovhlgen.model import wire
from ovhlgen.model.changes import is_whole
from ovhlgen.model.wire import Beside, Float, Optional, Ref, Struct, Union, max_bytes
from ovhlgen.pipeline import load
from ovhlgen.resolve.wire import layouts as layouts_of
from tests.conftest import ROOT
from tests.network.luau import ROOT_TYPE, Luau, luau, side, string, struct
from tests.network.wires import DATATYPES, fields, layouts, same
from tests.oracle.changes import Changed, changed
from tests.oracle.codec import Invalid, Of, Reader, Writer
from tests.support.projects import Project

pytestmark = pytest.mark.tools

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
RANDOM = settings(
    max_examples=1_000 if PROVE else 60, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
# To make a change of two values smaller takes minutes.
CHANGES = settings(RANDOM, max_examples=300 if PROVE else 25, phases=[Phase.generate])
EACH = 20  # values of one example
type Types = Mapping[str, Struct | Union]
type Game = tuple[Struct, dict[str, Struct | Union]]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Luau]:
    with luau(tmp_path_factory.mktemp("codec")) as found:
        yield found


def written(payload: Struct, types: Types, value: Any) -> Writer:
    writer = Writer(types)
    writer.struct(payload, value)
    return writer


def exchange(here: Luau, payload: Struct, types: Types, values: Sequence[Any]) -> None:
    """Luau's bytes are read in Python; Python's are read in Luau and written again."""
    own = [written(payload, types, value) for value in values]
    writes = [f"write({literal(struct(payload, value, types))})" for value in values]
    reads = [f"read({string(bytes(one.data))}, {side(one.side)})" for one in own]
    found = here.run(payload, types, [*writes, *reads])
    for value, one, wrote, read in zip(values, own, found[: len(own)], found[len(own) :], strict=True):
        assert "problem" not in wrote, (wrote, value)
        assert len(bytes.fromhex(wrote["bytes"])) == len(one.data) <= max_bytes(payload, types)
        assert same(value, Reader(types, bytes.fromhex(wrote["bytes"]), one.side, here.world).struct(payload))
        assert "problem" not in read, (read, value)
        assert read["used"] == read["skipped"] == len(one.data), "all of it, whether it is read or stepped over"
        assert same(value, Reader(types, bytes.fromhex(read["bytes"]), one.side, here.world).struct(payload))


def refuse_alike(here: Luau, payload: Struct, types: Types, raws: Sequence[bytes], beside: list[Any]) -> None:
    """What one refuses the other does, and what names something absent; what both read is the same."""
    found = here.run(payload, types, [f"read({string(raw)}, {side(beside)})" for raw in raws])
    for raw, one in zip(raws, found, strict=True):
        reader = Reader(types, raw, beside, here.world)
        try:
            value = reader.struct(payload)
        except Invalid as refused:
            assert "problem" in one, (raw.hex(), str(refused), one)
            continue
        assert "problem" not in one, (raw.hex(), value, one)
        assert one["used"] == one["skipped"] == reader.at
        assert one.get("absent", False) == reader.is_absent
        if reader.is_absent:
            continue
        assert same(value, Reader(types, bytes.fromhex(one["bytes"]), beside, here.world).struct(payload))


@seed(1)
@RANDOM
@given(layouts(), st.data())
def test_each_reads_what_the_other_wrote(here: Luau, of: Game, data: st.DataObject) -> None:
    """Ten values of a random payload."""
    payload, types = of
    exchange(here, payload, types, data.draw(st.lists(fields(payload, types), min_size=10, max_size=10)))


@seed(1)
@RANDOM
@given(layouts(), st.data())
def test_both_refuse_the_same_bytes(here: Luau, of: Game, data: st.DataObject) -> None:
    """Cut short, changed, or made up."""
    payload, types = of
    writer = written(payload, types, data.draw(fields(payload, types)))
    raws = [data.draw(hostile(bytes(writer.data))) for _ in range(20)]
    refuse_alike(here, payload, types, raws, writer.side)
    refuse_alike(here, payload, types, [bytes(writer.data), *raws], [None] * len(writer.side))


def of_changes(payload: Struct, types: Types) -> tuple[Ref, Types]:
    return Ref(ROOT_TYPE), {**types, ROOT_TYPE: payload}


def mixed(draw: st.DataObject, old: Any, new: Any) -> Any:
    """Some of one value and some of another, however deep."""
    if isinstance(old, dict) and isinstance(new, dict) and old.get("kind") == new.get("kind"):
        names = [name for name in {**old, **new} if name in old or draw.draw(st.booleans())]
        found = {name: mixed(draw, old.get(name), new.get(name)) for name in names}
        return {name: one for name, one in found.items() if one is not None}
    if isinstance(old, list) and isinstance(new, list) and old and new:
        longer = [mixed(draw, one, draw.draw(st.sampled_from(new))) for one in old]
        return longer if draw.draw(st.booleans()) else [*longer[: len(new)], *new[len(old) :]]
    return new if draw.draw(st.booleans()) else old


@seed(1)
@CHANGES
@given(layouts(), st.data())
def test_changes_of_state_arrive(here: Luau, of: Game, data: st.DataObject) -> None:
    """Who has the old value has the new one, whichever side wrote the change; who has nothing gets all of it."""
    payload, types = of
    root, named = of_changes(payload, types)
    assume(not is_whole(root, named))
    values = data.draw(st.lists(fields(payload, types), min_size=6, max_size=6))
    pairs = [(old, mixed(data, old, new)) for old, new in pairwise(values)]
    pairs = [(old, new) for old, new in pairs if fit(payload, types, new)] + [(None, values[0])]
    olds = ["nil" if old is None else literal(struct(payload, old, types)) for old, _ in pairs]
    own = [changed(named, root, old, new) for old, new in pairs]
    writes = [
        f"change({old}, {literal(struct(payload, new, types))})" for old, (_, new) in zip(olds, pairs, strict=True)
    ]
    reads = [f"changed({string(bytes(one.data))}, {side(one.side)}, {old})" for one, old in zip(own, olds, strict=True)]
    found = here.run(payload, types, [*writes, *reads])
    for (old, new), one, wrote, read in zip(pairs, own, found[: len(own)], found[len(own) :], strict=True):
        assert "problem" not in wrote, (wrote, old, new)
        reader = Changed(named, bytes.fromhex(wrote["bytes"]), ["an Instance"] * 255, here.world)
        assert same(new, reader.either(root, old))
        assert reader.at == len(reader.data) and not reader.is_absent
        assert "problem" not in read, (read, old, new)
        assert read["used"] == len(one.data) and not read.get("absent")
        assert same(new, Reader(types, bytes.fromhex(read["bytes"]), ["an Instance"] * 255, here.world).struct(payload))


def fit(payload: Struct, types: Types, value: Any) -> bool:
    """Whether what was mixed is a value: it may lack what has to be there, or be too long."""
    try:
        written(payload, types, value)
    except Invalid:
        return False
    return True


@seed(1)
@CHANGES
@given(layouts(), st.data())
def test_both_refuse_the_same_changes(here: Luau, of: Game, data: st.DataObject) -> None:
    """Cut short, changed, made up, or of another value: what isn't there is absent on both sides."""
    payload, types = of
    root, named = of_changes(payload, types)
    assume(not is_whole(root, named))
    old, new, other = data.draw(st.lists(fields(payload, types), min_size=3, max_size=3))
    writer = changed(named, root, old, new)
    raws = [data.draw(hostile(bytes(writer.data))) for _ in range(10)]
    calls = [(raw, having) for raw in (bytes(writer.data), *raws) for having in (old, other, None)]
    beside = ["an Instance"] * len(writer.side)
    found = here.run(
        payload,
        types,
        [
            f"changed({string(raw)}, {side(beside)}, {'nil' if one is None else literal(struct(payload, one, types))})"
            for raw, one in calls
        ],
    )
    for (raw, having), one in zip(calls, found, strict=True):
        reader = Changed(named, raw, beside, here.world)
        try:
            value = reader.either(root, having)
        except Invalid as refused:
            assert "problem" in one, (raw.hex(), str(refused), one)
            continue
        if "problem" in one and one["problem"] != "":
            assert not fit(payload, types, value), (raw.hex(), value, one)
            continue
        assert one["used"] == reader.at
        assert one.get("absent", False) == reader.is_absent
        if not reader.is_absent:
            assert same(
                value, Reader(types, bytes.fromhex(one["bytes"]), ["an Instance"] * 255, here.world).struct(payload)
            )


def everything() -> dict[str, Game]:
    """Each type of the language once, by a field of the fixture that has it, with the named types that it leads to; and
    each datatype of the language's table."""
    project = load(ROOT / "tests/fixtures/everything").project
    assert project is not None
    found = layouts_of(project)
    games: dict[str, Game] = {}
    for message in found.messages:
        for of in (message.payload, message.response):
            for name, one in of.fields.items() if of else ():
                # The test's only Instance is a Part.
                payload = Struct({"value": Optional(Beside("Part")) if name == "a" and "Model" in repr(one) else one})
                if all(payload != known for known, _ in games.values()):
                    games[f"{message.name}.{name}"] = payload, dict(found.types)
    for datatype in DATATYPES:
        payload = Struct({"value": datatype})
        if all(payload != known for known, _ in games.values()):
            games[datatype.name] = payload, {}
    return games


EVERYTHING = everything()


def test_there_is_every_type() -> None:
    """Each kind of layout that there is: a new one needs a field in the fixture."""
    text = repr(list(EVERYTHING.values()))
    kinds = [*get_args(Layout.__value__), Struct, Union]
    kinds += [kind for kind in get_args(wire.Wire.__value__) if isinstance(kind, type)]
    assert [kind.__name__ for kind in kinds if f"{kind.__name__}(" not in text] == []


@pytest.mark.parametrize("name", EVERYTHING)
def test_values_of_every_type(here: Luau, name: str) -> None:
    """10,000 of each in `make prove`: the same on both sides, and as many hostile bytes refused on both alike."""
    payload, types = EVERYTHING[name]

    @seed(1)
    @settings(
        max_examples=10_000 // EACH if PROVE else 3,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # to make twenty values smaller takes minutes
    )
    @given(st.lists(fields(payload, types), min_size=EACH, max_size=EACH), st.data())
    def test(values: list[Any], data: st.DataObject) -> None:
        exchange(here, payload, types, values)
        writer = written(payload, types, values[0])
        raws = [data.draw(hostile(bytes(writer.data))) for _ in range(EACH)]
        refuse_alike(here, payload, types, raws, writer.side)

    test()


@st.composite
def hostile(draw: st.DrawFn, raw: bytes) -> bytes:
    how = draw(st.sampled_from(("cut", "changed", "made up")))
    if how == "cut" and raw:
        return raw[: draw(st.integers(0, len(raw) - 1))]
    if how == "changed" and raw:
        found = bytearray(raw)
        for _ in range(draw(st.integers(1, 3))):
            found[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
        return bytes(found)
    return draw(st.binary(max_size=64))


def test_numbers_of_four_bytes_that_are_looked_at_together(here: Luau) -> None:
    """Each alone may be as large as there are; what is larger, or no number, says where."""
    single = Float(4, -F32_MAX, F32_MAX)
    payload = Struct(dict.fromkeys("xyz", single))
    fits = [(F32_MAX, -F32_MAX, F32_MAX), (0, 1e-45, -1)]
    wrong = ["1e39, y = 1, z = 1", "1, y = -math.huge, z = 1", "1, y = 1, z = 0 / 0", "1e38, y = 1e38, z = 1e39"]
    texts = [f"{x!r}, y = {y!r}, z = {z!r}" for x, y, z in fits]
    found = here.run(payload, {}, [f"write({{ x = {text} }})" for text in [*texts, *wrong, "1, y = '2', z = 3"]])
    for (x, y, z), one in zip(fits, found[: len(fits)], strict=True):
        assert same({"x": x, "y": y, "z": z}, Reader({}, bytes.fromhex(one["bytes"])).struct(payload))
    assert [one["problem"] for one in found[len(fits) :]] == [
        *[": numbers of four bytes in x, y, z expected"] * len(wrong),
        ".y: a number of four bytes expected, got a string of length 1",
    ]


MANY = ["u8", "boolean", "f32", "string(..9)", "u8?", "u16[..3]", "Vector3", "i32(-5..5)", "map(u8, u8, ..2)", "Small"]


def test_a_struct_with_more_fields_than_a_function_has_locals(project: Project) -> None:
    """300 fields of any kind, alone and in an array: nothing to find for the linter and the type checker."""
    fields = ", ".join(f'f{number}: "{MANY[number % len(MANY)]}"' for number in range(300))
    plain = ", ".join(f"f{number}: u8(0..3)" for number in range(60))
    project.base().write(
        {
            "specs/types.yaml": f"types:\n  Small: {{ struct: {{ x: u8 }} }}\n"
            f"  Only: {{ enum: [one] }}\n  Big: {{ struct: {{ {fields} }} }}\n"
            f"  Flat: {{ struct: {{ {plain} }} }}\n",
            "specs/modules/Big/module.yaml": "module: Big\nrealm: server\ndomain: Core\nevents:\n"
            "  Told: { from: server, payload: { one: Big, all: 'Big[..3]', flat: 'Flat[..9]' } }\n"
            "  Asked: { from: client, payload: { a: Only?, b: boolean }, worker: Logic.asked }\n",
            "specs/modules/Big/Logic.luau": "--!strict\nlocal Types = require(script.Parent.Types)\n\n"
            "local Logic = {}\n\nfunction Logic.asked(_context: Types.Context) end\n\nreturn Logic\n",
        }
    )
    found = project.json("lint", "--types").findings
    assert [one for one in found if one["severity"] != "note"] == []
    loaded = load(project.root).project
    assert loaded is not None
    of = layouts_of(loaded)
    types, payload = of.types, of.messages[1].payload
    assert payload is not None
    value = {"one": big(1), "all": [big(2), big(3)], "flat": [{f"f{n}": n % 4 for n in range(60)}] * 2}
    with luau(project.root) as here:
        wrote, read = here.run(
            payload,
            types,
            [
                f"write({literal(struct(payload, value, types))})",
                f"read({string(bytes(written(payload, types, value).data))}, {side([])})",
            ],
        )
    assert Reader(types, bytes.fromhex(wrote["bytes"])).struct(payload) == value
    assert Reader(types, bytes.fromhex(read["bytes"])).struct(payload) == value


def big(of: int) -> dict[str, Any]:
    values = [of, True, 0.5, "ab", of, [1, 2], Of("Vector3", (1.0, 2.0, 3.0)), -2, {1: 2}, {"x": of}]
    return {f"f{number}": values[number % len(values)] for number in range(300)}


@pytest.mark.tools
def test_fields_may_be_called_like_what_a_codec_has(project: Project) -> None:
    """Even where the codec needs none of it: an enum of one value takes no bytes."""
    names = ("b", "p", "v", "size", "side", "depth", "out", "count", "bits", "field", "value")
    payload = ", ".join(f"{name}: Only" for name in names)
    events = f"  Sent: {{ from: server, payload: {{ {payload} }} }}\n"
    events += f"  Asked: {{ from: client, payload: {{ {payload} }}, worker: Logic.on }}\n"
    project.write(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\n",
            "specs/types.yaml": "types: { Only: { enum: [one] } }\n",
            "specs/modules/M/module.yaml": f"module: M\nrealm: server\ndomain: OVHL_Modules\nevents:\n{events}",
            "specs/modules/M/Logic.luau": "return { on = print }\n",
        }
    )
    assert project.json("build").code == 0
    assert [one["message"] for one in project.json("lint").findings if one["code"] == "E1124"] == []
