"""Names of the specs never meet in generated code, and none is taken that a file system or the tree can't have."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator

import pytest

from ovhlgen.language.limits import F32_MAX
from ovhlgen.luau import Scope
from ovhlgen.model import tree, wire
from ovhlgen.schema import KINDS, schema
from tests.conftest import ROOT
from tests.network import corpus
from tests.network.luau import Luau, luau
from tests.network.test_codec import exchange
from tests.support.layouts import Names
from tests.support.projects import Project

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
NAMES = 10_000 if PROVE else 400
LEAVES = (
    *(wire.Flag(), wire.Steps(0, 255, 1, 256), wire.Steps(3, 9, 1, 7), wire.Float(4, -F32_MAX, F32_MAX)),
    *(
        wire.Text(0, 9),
        wire.Bytes(0, 9),
        wire.Datatype("Vector3", ("f32",) * 3),
        wire.Optional(wire.Steps(0, 9, 1, 10)),
    ),
    wire.Float(8, -1e300, 1e300),
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Luau]:
    with luau(tmp_path_factory.mktemp("names")) as found:
        yield found


def struct(chance: random.Random, more: tuple[wire.Wire, ...] = ()) -> wire.Struct:
    names = Names(chance)
    drawn = [chance.choice((*LEAVES, *more)) for _ in range(chance.choice((1, 2, 4, 7, 45)))]
    return wire.Struct({names.snake(): one for one in (*drawn, *more)})


@pytest.mark.tools
def test_a_codec_of_any_names_carries_its_values(here: Luau) -> None:
    """10,000 names in `make prove`: of fields, structs and enums, which begin and end as the codec's own do."""
    chance = random.Random(1)
    count = 0
    while count < NAMES:
        names = Names(chance)
        types: dict[str, wire.Struct | wire.Union] = {}
        for _ in range(chance.randint(1, 4)):
            types[names.pascal()] = struct(chance)
        enum = wire.Choice(("a", "b", "c"), names.pascal())
        refs = tuple(wire.Ref(name) for name in types)
        many = tuple(wire.Array(ref, 0, 9) for ref in refs)
        payload = struct(chance, (enum, *refs, *many))
        exchange(here, payload, types, [corpus.fields(payload, types, chance) for _ in range(2)])
        count += len(payload.fields) + sum(len(one.fields) for one in types.values() if isinstance(one, wire.Struct))


def test_a_scope_gives_each_name_once() -> None:
    """Also where what is inside had it first."""
    outer = Scope(taken=("buffer",))
    first, second = Scope(outer), Scope(outer)
    assert first.fresh("read") == "read"
    assert outer.fresh("read", "readEach") == "readEach"
    assert second.fresh("read") == "read"
    assert second.fresh("readEach", "buffer", "end") == "end2"
    assert [first.fresh("f2") for _ in range(3)] == ["f2", "f2_2", "f2_3"]


@pytest.mark.parametrize("name", ["read", "get", "fits2", "wholes", "write1", "skip3", "runs", "choices"])
def test_a_build_ends_whatever_a_field_is_called(project: Project, name: str) -> None:
    fields = f'{name}: "string(..9)", other: "u8[..3]", {name}_: u8'
    project.base().append(
        "specs/modules/Party/module.yaml", f"events:\n  Told: {{ from: server, payload: {{ {fields} }} }}\n"
    )
    assert project.json("build").code == 0


@pytest.mark.parametrize("name", ["Aux", "CON", "Com1", "Lpt9", "Nul"])
def test_names_of_windows_devices_are_refused(project: Project, name: str) -> None:
    project.base().write(
        {
            f"specs/modules/{name}/module.yaml": f"module: {name}\nrealm: server\ndomain: Core\nworkers: []\n",
            f"specs/scenarios/{name.lower()}.yaml": "scenario: It\nsteps: [{ wait: 1 s }]\n",
        }
    )
    found = {(one["code"], one["file"]) for one in project.json().findings if one["severity"] == "error"}
    wanted = {f"specs/modules/{name}/module.yaml", f"specs/scenarios/{name.lower()}.yaml"}
    assert {("E0202", path) for path in wanted} <= found


def test_the_places_of_the_tree_are_no_domains(project: Project) -> None:
    """Whatever a built game has directly in Server, Client or Shared."""
    project.copy(ROOT / "tests/fixtures/everything/specs")
    assert project.run("build").code == 0
    built = {path.name.partition(".")[0] for path in (project.root / "out/src").glob("*/*")}
    roots = json.loads((project.root / "out/default.project.json").read_text("utf-8"))["tree"]
    nodes = {*roots["ServerScriptService"]["Server"], *roots["ReplicatedStorage"]["Shared"]}
    domains = {"OVHL_Modules", *tree.DOMAINS}
    taken = {name.lower() for name in {*built, *nodes} - domains if not name.startswith("$")}
    assert "logreceiver" in taken
    assert taken <= tree.taken()


def test_a_screen_may_be_called_like_a_worker(project: Project) -> None:
    project.base().write(
        {
            "specs/themes/default.yaml": "theme: default\ntokens: {}\n",
            "specs/ui/Logic.yaml": "screen: Logic\nkind: hud\ncontent: [{ text: { text: Hello } }]\n",
            "specs/modules/Face/module.yaml": "module: Face\nrealm: client\ndomain: OVHL_Modules\n"
            "depends: [OVHL_UI]\nscreens: [Logic]\nlifecycle: { ready: Logic.ready }\n",
            "specs/modules/Face/Logic.luau": "return { ready = print }\n",
        }
    )
    assert project.json("build").code == 0
    text = (project.root / "out/src/Client/OVHL_Modules/Face/init.luau").read_text("utf-8")
    assert "local Logic = require(script.Logic)" in text
    assert "local LogicScreen = require(" in text


@pytest.mark.parametrize("name", ["GlobalConfig", "Context"])
def test_types_that_every_module_has_are_reserved(project: Project, name: str) -> None:
    project.base().write({"specs/types.yaml": f"types:\n  {name}: {{ enum: [a] }}\n"})
    assert project.json().codes == ["E0202"]


def test_a_name_that_ends_in_a_line_break_is_refused(project: Project) -> None:
    project.base().write({"specs/types.yaml": 'types:\n  "Score\\n": { struct: { "x\\n": u8 } }\n'})
    assert set(project.json().codes) == {"E0201"}


def test_every_pattern_holds_for_a_whole_text() -> None:
    """Editors read the patterns as JavaScript does, which asks for both ends."""

    def patterns(of: object) -> Iterator[str]:
        if isinstance(of, dict):
            yield from (value for key, value in of.items() if key == "pattern" and isinstance(value, str))
            for value in of.values():
                yield from patterns(value)
        elif isinstance(of, list):
            for value in of:
                yield from patterns(value)

    loose = [(kind, one) for kind in KINDS for one in patterns(schema(kind)) if one[:1] != "^" or one[-1:] != "$"]
    assert loose == []


@pytest.mark.tools
def test_types_of_functions_never_meet(project: Project) -> None:
    """Of `a` and `a1`, both bound twice, where the types of `a` are too long for a line: they are numbered."""
    long = [f"{letter}{'x' * 45}" for letter in "EF"]
    events = "".join(
        f"  {event}: {{ from: client, request: {{ n: u8 }}, response: {{ n: u8 }}, worker: Logic.{name} }}\n"
        for event, name in ((long[0], "a"), (long[1], "a"), ("One", "a1"), ("Two", "a1"))
    )
    module = f"M{'y' * 45}"
    project.write(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\n",
            f"specs/modules/{module}/module.yaml": f"module: {module}\nrealm: server\ndomain: Core\nevents:\n{events}",
            f"specs/modules/{module}/Logic.luau": "--!strict\nreturn { a = nil :: any, a1 = nil :: any }\n",
        }
    )
    found = project.json("lint", "--types").findings
    assert [one for one in found if one["file"].startswith("out/")] == []


@pytest.mark.tools
@pytest.mark.parametrize("way", ["listens", "subscribes"])
def test_what_others_send_never_meets_a_record(project: Project, way: str) -> None:
    """A contract's record and an event of another module that is called like it."""
    sent = {
        "listens": "events:\n  SongRecord: { from: server, payload: { n: u8 } }\n",
        "subscribes": "bus: { publishes: { SongRecord: { n: u8 } } }\n",
    }[way]
    heard = {
        "listens": "realm: client\nlistens: { Talk.SongRecord: Logic.on }\n",
        "subscribes": "realm: server\nbus: { subscribes: { SongRecord: Logic.on } }\n",
    }[way]
    project.write(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\n",
            "specs/modules/Talk/module.yaml": f"module: Talk\nrealm: server\ndomain: Core\nworkers: []\n{sent}",
            "specs/modules/Hear/module.yaml": f"module: Hear\ndomain: Core\n{heard}"
            "attributes:\n  Song: { under: Workspace.Songs, each: Folder, fields: { Song_Title: { type: string } } }\n",
            "specs/modules/Hear/Logic.luau": "--!strict\nlocal Types = require(script.Parent.Types)\n"
            "local Logic = {}\n\nfunction Logic.on(context: Types.Context, sent: Types.Talk_SongRecord)\n"
            "\tlocal records: { Types.SongRecord } = context.Attributes.Song:Read()\n"
            "\tprint(sent.n + 1, #records)\nend\n\nreturn Logic\n",
        }
    )
    found = project.json("lint", "--types").findings
    assert [one for one in found if one["severity"] == "error"] == []


@pytest.mark.parametrize("name", ["Name", "Parent", "Clone", "Tags"])
def test_a_screen_is_called_like_no_member_of_its_folder(project: Project, name: str) -> None:
    project.base().write(
        {
            "specs/themes/default.yaml": "theme: default\ntokens: {}\n",
            f"specs/ui/{name}.yaml": f"screen: {name}\nkind: hud\ncontent: [{{ text: {{ text: Hello }} }}]\n",
        }
    )
    assert [one["code"] for one in project.json().findings if one["severity"] == "error"] == ["E0202"]


@pytest.mark.parametrize(
    "said",
    [
        "types: { Model: { struct: { x: u8 } } }",
        "types: { Seat: { struct: { x: u8 } } }",
        "events: { Frame: { from: server, payload: { x: u8 } } }",
        "bus: { publishes: { Tool: { x: u8 } } }",
    ],
)
def test_a_type_hides_no_class_that_its_file_names(project: Project, said: str) -> None:
    """Where specs name the classes Seat and Tool; `Types.Model` and a character's class would be one name."""
    project.base().append("specs/modules/Party/module.yaml", f"{said}\n").write(
        {
            "specs/modules/Other/module.yaml": "module: Other\nrealm: server\ndomain: Core\nworkers: []\n"
            "state: { tool: { type: 'Instance(Tool)?' } }\nattributes:\n"
            "  Place: { under: Workspace.Places, each: Seat, fields: { Place_Name: { type: string } } }\n",
        }
    )
    assert [one["code"] for one in project.json().findings if one["severity"] == "error"] == ["E0202"]


def test_a_type_of_another_class_is_free(project: Project) -> None:
    project.base().append("specs/modules/Party/module.yaml", "types: { Seat: { struct: { x: u8 } } }\n")
    assert project.json().codes == []


def migrated(project: Project, name: str) -> Project:
    return project.write(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\n",
            "specs/data.yaml": "store: S\nversion: 2\nplayer: { coins: { type: u32, default: 0 } }\n"
            f"migrations: [{{ from: 1, to: 2, worker: migrations/{name}.luau }}]\n",
            f"specs/migrations/{name}.luau": "--!strict\nreturn function(data: any): any\n\treturn data\nend\n",
        }
    )


@pytest.mark.tools
@pytest.mark.parametrize("name", ["1_to_2", "end", "a" * 60])
def test_a_migration_may_have_any_name(project: Project, name: str) -> None:
    assert migrated(project, name).json("lint", "--types").findings == []
    assert project.run("test").code == 0


@pytest.mark.parametrize("name", ["init", "Init", "Name", "Clone"])
def test_a_migration_is_no_member_of_its_folder(project: Project, name: str) -> None:
    assert migrated(project, name).json().codes == ["E0202"]
