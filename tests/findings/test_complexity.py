"""Small specs that lead to much work: each ends in a few seconds, with findings or a build, never with a defect."""

from __future__ import annotations

import time

import pytest

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
    "a thousand wrong keys": (catalogues(), {"E0708"}),
    "5,000 digits": ({"specs/config.yaml": f"fields:\n  x: {{ type: f64, default: {'9' * 5000} }}\n"}, {"E0015"}),
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
