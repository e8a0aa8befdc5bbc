"""Small specs that lead to much work: each ends in a few seconds, with findings or a build, never with a defect."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from ovhlgen.tools.syntax import refusals
from tests.support.projects import Project

SECONDS = 3  # of the processor, so that a busy machine changes nothing
TYPES = "specs/types.yaml"


def structs(count: int, fields: str) -> str:
    """Each names the next one in `{}`."""
    lines = [f"  T{at}: {{ struct: {{ {fields.replace('NEXT', f'T{at + 1}')} }} }}\n" for at in range(count)]
    return "types:\n" + "".join(lines) + f"  T{count}: {{ struct: {{ x: u8 }} }}\n"


def ring(count: int, field: str) -> str:
    names = [field.replace("NEXT", f"T{(at + 1) % count}") for at in range(count)]
    return "types:\n" + "".join(f'  T{at}: {{ struct: {{ a: "{name}" }} }}\n' for at, name in enumerate(names))


def aliases(count: int) -> str:
    lines = "".join(f"  A{at}: {{ alias: A{at + 1} }}\n" for at in range(count))
    return f"types:\n{lines}  A{count}: {{ alias: u8 }}\n"


def catalogues() -> dict[str, str]:
    rows = "".join(f"  - {{ id: i{number}, next: thingg_of_the_shop_{number}x }}\n" for number in range(1000))
    things = "".join(f"  - {{ id: thing_of_the_shop_{number} }}\n" for number in range(5000))
    thing = "  Thing: { struct: { id: string(..40) } }\n"
    item = "  Item: { struct: { id: string(..40), next: { type: string(..40), references: Things } } }\n"
    return {
        TYPES: f"types:\n{thing}{item}",
        "specs/catalogues/Items.yaml": f"catalogue: Items\nrow: Item\nkey: id\nrows:\n{rows}",
        "specs/catalogues/Things.yaml": f"catalogue: Things\nrow: Thing\nkey: id\nrows:\n{things}",
    }


def event(of: str) -> str:
    return (
        "module: Alpha\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n"
        f'events:\n  Told: {{ from: server, payload: {{ it: "{of}" }} }}\n'
    )


def themes(count: int, last: str) -> dict[str, str]:
    """Each extends the next one, the last one `last`."""
    names = [*(f"t{at}" for at in range(count)), last]
    found = {
        f"specs/themes/{name}.yaml": f"theme: {name}\nextends: {base}\ntokens: {{}}\n" for name, base in pairwise(names)
    }
    return {**found, DEFAULT: "theme: default\ntokens: {}\n"}


def tokens(count: int, last: str) -> dict[str, str]:
    """Each is the next one, the last one `last`."""
    lines = [f'    s{at}: "{{space.s{at + 1}}}"\n' for at in range(count)]
    return {DEFAULT: f"theme: default\ntokens:\n  space:\n{''.join(lines)}    s{count}: {last}\n"}


def enum(count: int) -> str:
    return f"types:\n  E: {{ enum: [{', '.join(f'v{at}' for at in range(count))}] }}\n"


def union(count: int) -> str:
    return "types:\n  U:\n    union:\n" + "".join(f"      K{at}: {{ x: u8 }}\n" for at in range(count))


def requiring(kind: str, count: int) -> str:
    names = ", ".join(f"N{at}" for at in range(count))
    head = "module: Alpha\nrealm: client\ndomain: OVHL_Modules\ndepends: [OVHL_UI]\n"
    return f"{head}{'' if kind == 'workers' else 'workers: []\n'}{kind}: [{names}]\n"


DEFAULT = "specs/themes/default.yaml"
ALPHA = "specs/modules/Alpha/module.yaml"
CASES: dict[str, tuple[dict[str, str], set[str]]] = {
    "two aliases of each other": ({TYPES: "types:\n  A: { alias: B }\n  B: { alias: A }\n"}, {"E0304"}),
    "an alias that is itself or nothing": ({TYPES: 'types:\n  A: { alias: "A?" }\n'}, {"E0304"}),
    "a chain of 1,500 structs": ({TYPES: structs(1500, "a: NEXT")}, {"E0311"}),
    "a chain of 300 lists": ({TYPES: structs(300, "a: 'NEXT[..3]'"), ALPHA: event("T0")}, {"E0311"}),
    "a chain of 1,200 aliases": ({TYPES: aliases(1200)}, {"E0311"}),
    "a ring of 1,200 structs": ({TYPES: ring(1200, "NEXT")}, {"E0304"}),
    "a ring of 1,200 structs that may be missing": ({TYPES: ring(1200, "NEXT?")}, {"E0311"}),
    "40 structs that each have the next one twice": (
        {TYPES: structs(40, "a: 'NEXT[..1024]', b: 'NEXT[..1024]'"), ALPHA: event("T0[..1024]")},
        set(),
    ),
    "24 of those, stored": (
        {
            TYPES: structs(24, "a: NEXT?, b: NEXT?"),
            "specs/data.yaml": "store: s\nversion: 1\nplayer:\n  it: { type: T0?, default: null }\n",
        },
        set(),
    ),
    "a list 120 deep": ({ALPHA: event("u8" + "[..9]" * 70)}, {"E0301"}),
    "a type 5,000 deep": ({ALPHA: event("map(id," * 5000 + "id" + ")" * 5000)}, {"E0301"}),
    "a type that is 60,000 letters": ({ALPHA: event("a or " * 12_000)}, {"E0301"}),
    "60,000 spaces in a mistake": ({TYPES: 'types:\n  "x' + " " * 60_000 + 'x": :\n'}, {"E0005"}),
    "a thousand wrong keys": (catalogues(), {"E0708"}),
    "5,000 digits": ({"specs/config.yaml": f"fields:\n  x: {{ type: f64, default: {'9' * 5000} }}\n"}, {"E0015"}),
    "a chain of 1,000 themes": (themes(1000, "default"), {"E0729"}),
    "a ring of 1,000 themes": (themes(1000, "t0"), {"E0710"}),
    "200 themes of one": (
        {f"specs/themes/t{at}.yaml": f"theme: t{at}\nextends: default\ntokens: {{}}\n" for at in range(200)}
        | {DEFAULT: "theme: default\ntokens: {}\n"},
        set(),
    ),
    "a chain of 3,000 tokens": (tokens(3000, "4"), set()),
    "a ring of 3,000 tokens": (tokens(3000, "'{space.s0}'"), {"E0713"}),
    "a range wider than any number": ({ALPHA: event("f64(-1e308..1e308, step=1e-5)")}, set()),
    "steps without number": ({ALPHA: event("f64(0..1, step=1e-320)")}, set()),
    "10,000 values of an enum": ({TYPES: enum(10_000)}, {"E0106"}),
    "2,000 kinds of a union": ({TYPES: union(2000)}, {"E0106"}),
    "300 workers": ({ALPHA: requiring("workers", 300)}, {"E0106"}),
    "300 catalogues": ({ALPHA: requiring("catalogues", 300)}, {"E0106"}),
    "300 screens": ({ALPHA: requiring("screens", 300)}, {"E0106"}),
    "nested flows": ({TYPES: "types: " + "[" * 5000 + "\n"}, {"E0014"}),
}


@pytest.mark.parametrize("case", CASES)
def test_it_ends_soon(project: Project, case: str) -> None:
    files, wanted = CASES[case]
    project.write({"specs/project.yaml": "ovhl: 1\nname: Test\n", **files})
    for command in ("check", "build"):
        began = time.process_time()
        result = project.json(command)
        assert time.process_time() - began < SECONDS
        assert result.code in (0, 1), result.out + result.err
        errors = {one["code"] for one in result.findings if one["severity"] == "error"}
        assert errors == wanted, result.out[:2000]


def test_modules_that_wait_for_each_other(project: Project) -> None:
    """A cycle is looked for among those that lead to each other alone: 400 modules, each with 20 before it."""
    files = {"specs/project.yaml": "ovhl: 1\nname: Test\n"}
    for at in range(400):
        depends = ", ".join(f"M{before}" for before in range(max(0, at - 20), at))
        head = f"module: M{at}\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n"
        files[f"specs/modules/M{at}/module.yaml"] = f"{head}depends: [{depends}]\n"
    project.write(files)
    began = time.process_time()
    assert project.json().code == 0
    assert time.process_time() - began < 3 * SECONDS


SETTINGS = "".join(f"  f{at}: {{ type: u32, default: 1, realm: shared }}\n" for at in range(1500))
WIDE = "".join(f"      f{at}: 'u8[..3]'\n" for at in range(300))
STATE = 'state: { it: { type: "Wide?", replicate: all } }\n'
CLIENT = "events:\n  Said:\n    from: client\n    worker: Logic.said\n    payload:\n"
SERVER = "module: Alpha\nrealm: server\ndomain: OVHL_Modules\n"
LARGE: dict[str, dict[str, str]] = {
    "1,000 values and kinds": {
        TYPES: enum(1000) + union(1000).removeprefix("types:\n"),
        ALPHA: event("map(E, U[..9], ..9)"),
    },
    "1,500 settings of one type": {
        "specs/config.yaml": f"fields:\n{SETTINGS}",
        ALPHA: f"{SERVER}workers: []\ndepends: [ConfigService]\n",
    },
    "60 workers": {
        ALPHA: f"{SERVER}workers: [{', '.join(f'N{at}' for at in range(60))}]\nexports:\n"
        + "".join(f"  N{at}: {{ go: {{}} }}\n" for at in range(60)),
        **{f"specs/modules/Alpha/N{at}.luau": "return { go = print }\n" for at in range(60)},
    },
    "state of 300 lists": {TYPES: f"types:\n  Wide:\n    struct:\n{WIDE}", ALPHA: f"{SERVER}workers: []\n{STATE}"},
    "an event of 300 lists": {
        ALPHA: f"{SERVER}{CLIENT}{WIDE}",
        "specs/modules/Alpha/Logic.luau": "return { said = print }\n",
    },
}


@pytest.mark.tools
@pytest.mark.parametrize("case", LARGE)
def test_luau_reads_what_is_large(project: Project, case: str) -> None:
    """Luau has 200 locals a function, and 1,000 parts a type."""
    project.write({"specs/project.yaml": "ovhl: 1\nname: Test\n", **LARGE[case]})
    assert project.json("build").code == 0
    files = sorted((project.root / "out/src").rglob("*.luau"))
    refused = refusals(path.read_text("utf-8") for path in files)
    assert refused == {}, [one.message for one in refused.values()] if refused else "no tool says it"
