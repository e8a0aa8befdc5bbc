"""What is said of workers and of the files that bind them, at the right place and once."""

from __future__ import annotations

import random
import re

import pytest

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


@pytest.mark.parametrize("seed", range(3))
def test_a_mistake_makes_no_finding_in_another_file(example: Project, seed: int) -> None:
    """40 wrong values a seed: what another file says of a thing that is declared, but badly, isn't called wrong."""
    chance = random.Random(seed)
    files = sorted((example.root / "specs").rglob("*.yaml"))
    usual = {(one["code"], one["file"]) for one in example.json().findings}
    mistakes = 0
    while mistakes < 40:
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
