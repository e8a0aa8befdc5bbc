"""What is said of workers and of the files that bind them, at the right place and once."""

from __future__ import annotations

import os
import random
import re
from unittest import mock

import pytest

from ovhlgen.tools import syntax
from ovhlgen.tools.find import find
from ovhlgen.tools.pins import pins
from tests.support.projects import Project

# Values that are wrong almost everywhere.
NONSENSE = ["{}", "[]", "null", "-1", "nope(1..2)", "Nope", "[a, 1]", "string[..", "u33", "{ typ: u32 }", "true", "u32"]


def spoilt(line: str, chance: random.Random) -> str:
    """One value of a line replaced; its keys stay, so that whatever is declared is declared still."""
    values = list(re.finditer(r":\s+([^,{}\[\]]+)", line))
    if not values:
        return line
    one = chance.choice(values)
    return line[: one.start(1)] + chance.choice(NONSENSE) + line[one.end(1) :]


@pytest.mark.parametrize("seed", range(20 if os.environ.get("OVHLGEN_PROVE") else 2))
def test_a_mistake_makes_no_finding_in_another_file(example: Project, seed: int) -> None:
    """20 wrong values a seed: what another file says of a thing that is declared, but badly, isn't called wrong."""
    chance = random.Random(seed)
    files = sorted((example.root / "specs").rglob("*.yaml"))
    usual = {(one["code"], one["file"]) for one in example.json().findings}
    mistakes = 0
    while mistakes < 20:
        path = chance.choice(files)
        before = path.read_text("utf-8")
        lines = before.split("\n")
        at = chance.randrange(len(lines))
        lines[at] = spoilt(lines[at], chance)
        path.write_text("\n".join(lines), "utf-8", newline="")
        found = example.json().findings
        path.write_text(before, "utf-8", newline="")
        name = path.relative_to(example.root).as_posix()
        if any(one["file"] == name and one["severity"] == "error" for one in found):
            mistakes += 1
            others = [one for one in found if one["file"] != name and (one["code"], one["file"]) not in usual]
            assert others == [], (name, lines[at])


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("specs/types.yaml", "types:", "tpyes:", "E0101"),  # the screen's rows hold a struct of it
        ("specs/modules/Greeter/module.yaml", "greeted: { type: u32, default: 0 }", "greeted: u32", "E0103"),
        ("specs/modules/Greeter/module.yaml", "{ name: string(1..20) }", "{ name: strnig }", "E0302"),
        ("specs/config.yaml", "type: boolean", "type: bolean", "E0302"),
    ],
)
def test_one_mistake_is_one_finding(project: Project, path: str, old: str, new: str, code: str) -> None:
    """A subscriber's function, a row's `$name`, `@config.x`: what they depend on is wrong, they aren't."""
    worker = "--!strict\nlocal Logic = {}\n\nfunction Logic.on(_context, _payload) end\n\nreturn Logic\n"
    project.write(
        {
            "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { hot_reload: { enabled: '@config.open' } }\n",
            "specs/types.yaml": "types:\n  Song:\n    struct: { title: string(1..20) }\n",
            "specs/config.yaml": "fields:\n  open: { type: boolean, default: true }\n",
            "specs/modules/Greeter/module.yaml": "module: Greeter\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n"
            "state:\n  greeted: { type: u32, default: 0 }\nbus:\n  publishes:\n    Greeted: { name: string(1..20) }\n"
            "events:\n  Sung: { from: server, payload: { title: string(1..20) } }\n",
            "specs/modules/Hearer/module.yaml": "module: Hearer\nrealm: server\ndomain: OVHL_Modules\n"
            "bus:\n  subscribes: { Greeted: Logic.on }\n",
            "specs/modules/Hearer/Logic.luau": worker,
            "specs/modules/Seer/module.yaml": "module: Seer\nrealm: client\ndomain: OVHL_Modules\n"
            "listens: { Greeter.Sung: Logic.on }\nscreens: [Songs]\ndepends: [OVHL_UI]\n",
            "specs/modules/Seer/Logic.luau": worker,
            "specs/themes/default.yaml": "theme: default\ntokens: {}\n",
            "specs/ui/Songs.yaml": "screen: Songs\nkind: modal\ntitle: Songs\n"
            "values:\n  songs: { type: 'Song[..10]', default: [] }\n"
            "content:\n  - list: { items: $songs, row: { card: { title: $title, call: Logic.on } } }\n",
        }
    )
    clean = project.json()
    assert [one["message"] for one in clean.findings if one["severity"] == "error"] == []
    project.edit(path, old, new)
    found = [one for one in project.json().findings if one["severity"] == "error"]
    assert {one["file"] for one in found} == {path}
    assert code in {one["code"] for one in found}


# What Luau doesn't read

LOGIC = "specs/modules/Party/Logic.luau"
REFUSED = [
    ("local Logic = {}\nfunction Logic.start()\n\tif true then\nend\nreturn Logic\n", 5),
    ("local Logic = {}\nif 1 != 2 && true then end\nreturn Logic\n", 2),
    ("local Logic = {}\nfunction Logic.start() end\nretrn Logic\n", 3),
    ("local Logic = {}\nfunction Logic.start()\n\tbreak\nend\nreturn Logic\n", 3),
    ("local Logic = {}\nfunction Logic.start()\n\tcontinue\nend\nreturn Logic\n", 3),
    ("local Logic = {}\nlocal text = 'open\nreturn Logic\n", 2),
    ("local Logic = {}\nLogic.start = function(a, b\nreturn Logic\n", 3),
    ("local Logic = {}\nreturn Logic\nprint(1)\n", 3),
]
READ = (
    "--!strict\nlocal Types = require(script.Parent.Types)\n\nlocal Logic = {}\n\n"
    "type Song = { read id: string, write rank: number, hook: (thread?) -> () }\n"
    "type Hook<T...> = (T...) -> ()\n\n@native\n"
    "local function add(a: number, b: number): number\n\treturn a + b\nend\n\n"
    "function Logic.start(_context: Types.Context)\n\tfor index = 1, 3 do\n\t\tif index == 2 then\n\t\t\tcontinue\n"
    "\t\tend\n\t\tlocal label = if index > 2 then `{add(index, 1)}!` else 'b'\n\t\tprint(label, 7 // 2)\n\tend\nend\n\n"
    "return Logic\n"
)


@pytest.mark.tools
@pytest.mark.parametrize("tool", ["lune", "luau-check"])
def test_what_luau_does_not_read_is_one_error_at_its_line(project: Project, tool: str) -> None:
    """By Lune, or where that isn't there by luau-check; of `check`, `build`, `lint` and `test`, and nothing besides."""
    project.base()
    project.append("specs/modules/Party/module.yaml", "lifecycle: { init: Logic.start, ready: Logic.begin }\n")
    only = {name: find(pins()[name]) if name == tool else None for name in pins()}
    with mock.patch.object(syntax, "find", lambda pin: only[pin.name]), mock.patch.dict(syntax._judged, clear=True):
        for text, line in REFUSED:
            project.write({LOGIC: text})
            found = project.json().findings
            assert [(one["code"], one["file"], one["line"]) for one in found] == [("E0513", LOGIC, line)], text
        assert "Unexpected" not in project.run("check").err
        for command in ("build", "lint", "test"):
            assert (project.json(command).code, project.json(command).codes) == (1, ["E0513"])
        assert not (project.root / "out").exists()
        project.write({LOGIC: READ})
        assert project.json().codes in (["W0504"], [])  # what Luau reads is right, whatever our own parser knows


@pytest.mark.tools
def test_all_scripts_are_read_by_one_process_and_once(party: Project) -> None:
    """However many workers there are; and those that were read aren't read again while `watch` goes on."""
    with mock.patch.dict(syntax._judged, clear=True), mock.patch.object(syntax, "run", wraps=syntax.run) as ran:
        for _ in range(2):
            assert party.run("check").code == 0
        assert ran.call_count == 1
        party.append("specs/modules/MusicModule/Queue.luau", "local late = 1\n")
        assert party.json().codes == ["E0513"]
        assert ran.call_count == 2


def test_without_luau_nothing_is_called_wrong(project: Project) -> None:
    """Neither tool: `check` says once that workers weren't read by Luau; what looks strange is a note."""
    project.base().write({LOGIC: REFUSED[2][0]})
    nowhere = {"OVHLGEN_CACHE": "nowhere", "PATH": "nowhere"}
    with mock.patch.dict(syntax._judged, clear=True):
        result = project.run("check", env=nowhere)
        assert (result.code, result.err.count("tools install")) == (0, 1)
        with mock.patch.dict("os.environ", nowhere):
            assert [(one["code"], one["line"]) for one in project.json().findings] == [("N0515", 3)]
            assert project.run("build").code == 0
            assert (project.json("lint").code, set(project.json("lint").codes)) == (3, {"E1111"})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("local Logic = {}\nfunction Logic.start() end\n", "E0514"),
        ("local Logic = {}\nfunction Logic.start()\n\treturn 1\nend\n", "E0514"),
        ("local Logic = {}\nfunction Logic.start() end\nreturn\n", "E0514"),
        ("local Logic = {}\nfunction Logic.start() end\nreturn Logic, 1 -- both\n", "E0514"),
        ("local Logic = {}\nfunction Logic.start() end\nreturn Logic -- all\n", None),
        ("local Logic = {}\nfunction Logic.start() end\nif game then\n\treturn Logic\nelse\n\treturn {}\nend\n", None),
        ("do\n\treturn { start = function() end }\nend\n", "W0504"),
    ],
)
def test_a_forgotten_return_is_said_at_the_worker(project: Project, text: str, code: str | None) -> None:
    """E0514, at its last line: Roblox requires one value of it. Where a block returns, it may."""
    project.base().write({LOGIC: text})
    project.append("specs/modules/Party/module.yaml", "lifecycle: { init: Logic.start }\n")
    assert project.json().codes == ([code] if code else [])


def test_migrations_are_read_as_workers_are(project: Project) -> None:
    """A migration that returns nothing is an error at its file."""
    project.base().write(
        {
            "specs/data.yaml": "store: Party\nversion: 2\nplayer: { wallet: { type: u32, default: 0 } }\n"
            "migrations:\n  - { from: 1, to: 2, worker: migrations/one.luau }\n",
            "specs/migrations/one.luau": "local function one(old)\n\treturn old\nend\n",
        }
    )
    assert [(one["code"], one["file"]) for one in project.json().findings] == [("E0514", "specs/migrations/one.luau")]
    (project.root / "specs/migrations/one.luau").write_bytes(b"\xff\xfe")
    assert project.json().codes == ["E0003"]


def test_a_worker_that_cannot_be_read_is_one_finding(project: Project) -> None:
    """Not UTF-8: it isn't called missing besides."""
    project.base()
    (project.root / LOGIC).write_bytes(b"\xff\xfe")
    assert project.json().codes == ["E0003"]


@pytest.mark.tools
def test_a_worker_that_returns_something_else_is_no_defect_of_ours(project: Project) -> None:
    """`lint --types` says it once for each, at the worker; never in generated code."""
    texts = [
        "local function make(): number\n\treturn 5\nend\n\nreturn make()\n",
        "local function make(): () -> ()\n\treturn function() end\nend\n\nreturn make()\n",
        "local function make(): { [string]: number }\n\treturn {}\nend\n\nreturn make()\n",
    ]
    project.write({"specs/project.yaml": "ovhl: 1\nname: Test\n"})
    for number, text in enumerate(texts):
        module = f"module: M{number}\nrealm: server\ndomain: OVHL_Modules\nlifecycle: {{ init: Logic.start }}\n"
        folder = f"specs/modules/M{number}"
        project.write({f"{folder}/module.yaml": module, f"{folder}/Logic.luau": f"--!strict\n{text}"})
    result = project.json("lint", "--types")
    errors = [(one["code"], one["file"]) for one in result.findings if one["severity"] == "error"]
    assert (result.code, errors) == (1, [("E1125", f"specs/modules/M{number}/Logic.luau") for number in range(3)])


@pytest.mark.tools
def test_a_list_in_a_modules_config_is_a_list(project: Project) -> None:
    """Whatever its elements are: the module boots, and its worker gets the list."""
    project.base().write(
        {
            "specs/types.yaml": "types:\n  Day: { alias: u8(1..31) }\n",
            LOGIC: "local Logic = {}\nfunction Logic.start(context)\n\tlocal config = context.Config\n"
            "\tassert(#config.days == 2 and #config.named == 1 and config.songs[1] == 'a' and #config.flags == 1)\n"
            "end\nreturn Logic\n",
        }
    )
    project.append(
        "specs/modules/Party/module.yaml",
        "lifecycle: { init: Logic.start }\nconfig:\n"
        "  days: { type: 'integer(1..31)[1..31]', default: [1, 2] }\n"
        "  songs: { type: 'string(..20)[]', default: [a] }\n"
        "  flags: { type: 'boolean[..3]', default: [true] }\n"
        "  named: { type: 'Day[..3]', default: [4] }\n",
    )
    assert project.json("test").codes == []
