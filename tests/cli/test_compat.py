"""`ovhlgen compat`: what stored data wouldn't survive, against a folder or a commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.projects import Project

PROJECT = "ovhl: 1\nname: Party\n"
TYPES = """
types:
  Colour: { enum: [red, green] }
  Item: { struct: { name: string(..9), count: u8 } }
  Tree: { struct: { size: u8, inner: "Tree[..4]" } }
  Thing: { union: { Sword: { edge: u8 }, Potion: { } } }
  Score: { alias: u16 }
"""


def data(key: str, *, version: int, group: str, default: str) -> str:
    text = f'store: Party\nversion: {version}\n{group}:\n  thing: {{ type: "{key}", default: {default} }}\n'
    steps = [f"  - {{ from: {one}, to: {one + 1}, worker: migrations/a.luau }}\n" for one in range(1, version)]
    return text + ("migrations:\n" + "".join(steps) if steps else "")


def default(of: str) -> str:
    values = {"Colour": "red", "Item": "{ name: a, count: 1 }", "Tree": "{ size: 1, inner: [] }", "Score": "0"}
    if of in values:
        return values[of]
    if of == "Thing":
        return "{ kind: Potion }"
    if of.endswith("?"):
        return "null"
    if of.endswith("]"):
        return "[]"
    if of.startswith("map"):
        return "{}"
    return {"string": "abc", "boolean": "false"}.get(of.split("(")[0], "1")


def lay(folder: Path, of: str, types: str = TYPES, *, version: int = 1, group: str = "player") -> Project:
    files = {
        "specs/project.yaml": PROJECT,
        "specs/types.yaml": types,
        "specs/data.yaml": data(of, version=version, group=group, default=default(of)),
        "specs/migrations/a.luau": "return function(old) return old end\n",
    }
    return Project(folder).write(files)


def compared(tmp_path: Path, old: str, new: str, old_types: str = TYPES, new_types: str = TYPES) -> list[str]:
    lay(tmp_path / "old", old, old_types)
    result = lay(tmp_path / "new", new, new_types).json("compat", "--against", str(tmp_path / "old"))
    errors = [one for one in result.findings if one["severity"] == "error"]
    assert result.code == (1 if errors else 0), result.out
    return [f"{one['code']} {one['message'].split(';')[0]}" for one in errors]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("u8", "u8"),
        ("u8", "u16"),
        ("u8", "number"),
        ("u8", "f32"),
        ("i8", "integer"),
        ("u32", "id"),
        ("integer", "id"),
        ("number(0..1)", "number(0..2)"),
        ("number(0..1, step=0.5)", "number(0..1, step=0.25)"),
        ("u8", "u8?"),
        ("u8?", "u8?"),
        ("string(..9)", "string(..10)"),
        ("string(2..9)", "string(1..9)"),
        ("string(..9)", "string"),
        ("u8[..9]", "u16[..10]"),
        ("map(string(..9), u8, ..5)", "map(string(..9), u8, ..6)"),
        ("Item", "Item"),
        ("Tree", "Tree"),
        ("Thing", "Thing"),
        ("Score", "u16"),
        ("u8", "Score"),
        ("boolean", "boolean"),
    ],
)
def test_what_is_wider_fits(tmp_path: Path, old: str, new: str) -> None:
    assert compared(tmp_path, old, new) == []


NARROWER, ANOTHER = "a narrower range", "another type"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("u16", "u8", NARROWER),
        ("i8", "u8", NARROWER),
        ("number", "integer", NARROWER),
        ("number", "f32", NARROWER),
        ("u32", "f32", NARROWER),
        ("number", "id", NARROWER),
        ("number(0..2)", "number(0..1)", NARROWER),
        ("number(0..1, step=0.25)", "number(0..1, step=0.5)", NARROWER),
        ("number(0..1)", "number(0..1, step=0.5)", NARROWER),
        ("u8?", "u8", "a value that may be missing"),
        ("string(..10)", "string(..9)", NARROWER),
        ("string", "string(..9)", NARROWER),
        ("string(..9)", "string(1..9)", NARROWER),
        ("u8[..9]", "u8[..8]", NARROWER),
        ("u8[..9]", "i8[..9]", NARROWER),
        ("u8[..9]", "u8", ANOTHER),
        ("boolean", "u8", ANOTHER),
        ("string(..9)", "Colour", ANOTHER),
        ("Score", "u8", NARROWER),
        ("Item", "Tree", "a field that is gone"),
    ],
)
def test_what_is_narrower_or_another_does_not(tmp_path: Path, old: str, new: str, what: str) -> None:
    found = compared(tmp_path, old, new)
    assert found, "something should be found"
    assert found[0].startswith("E0718 `thing") and found[0].endswith(f": {what}")


@pytest.mark.parametrize(
    ("of", "old", "new", "found"),
    [
        ("Colour", "[red, green]", "[red, green, blue]", []),
        ("Colour", "[red, green]", "[red]", ["E0718 `thing`: a narrower range"]),
        ("Item?", "count: u8", "count: u16", []),
        ("Item?", "count: u8", "count: i8", ["E0718 `thing.count`: a narrower range"]),
        ("Item?", "count: u8", 'count: u8, tint: "Colour?"', []),
        (
            "Item?",
            "count: u8",
            "count: u8, tint: Colour",
            ["E0718 `thing.tint`: a field that stored values don't have"],
        ),
        ("Item[..9]", ", count: u8", "", ["E0718 `thing[].count`: a field that is gone"]),
        ("Tree", "size: u8", "size: i8", ["E0718 `thing.size`: a narrower range"]),
        ("Tree", '"Tree[..4]"', '"Tree[..3]"', ["E0718 `thing.inner`: a narrower range"]),
        ("Thing", "Sword: { edge: u8 }, ", "", ["E0718 `thing.Sword`: a narrower range"]),
        ("Thing", "edge: u8", "edge: i8", ["E0718 `thing.Sword.edge`: a narrower range"]),
        ("Score", "alias: u16", "alias: u8", ["E0718 `thing`: a narrower range"]),
    ],
)
def test_types_that_have_a_name(tmp_path: Path, of: str, old: str, new: str, found: list[str]) -> None:
    assert old in TYPES
    assert compared(tmp_path, of, of, TYPES, TYPES.replace(old, new)) == found


def test_an_alias_is_what_it_stands_for(tmp_path: Path) -> None:
    item, tree = "{ struct: { name: string(..9), count: u8 } }", '{ struct: { size: u8, inner: "Tree[..4]" } }'
    new = TYPES.replace(f"Item: {item}", f"Item: {{ alias: Object }}\n  Object: {item}")
    new = new.replace(f"Tree: {tree}", f"Tree: {{ alias: Plant }}\n  Plant: {tree}")
    assert new.count("alias") == 3
    for one, (of, before, after) in enumerate((("Item?", TYPES, new), ("Item?", new, TYPES), ("Tree", TYPES, new))):
        assert compared(tmp_path / str(one), of, of, before, after) == []
    narrower = compared(tmp_path / "narrower", "Item?", "Item?", TYPES, new.replace("count: u8", "count: i8"))
    assert narrower == ["E0718 `thing.count`: a narrower range"]


def test_each_key_says_so(tmp_path: Path) -> None:
    """Two keys of one changed type are two findings, at their own lines."""
    two = 'store: Party\nversion: 1\nplayer:\n  a: { type: "Score", default: 0 }\n  b: { type: "Score", default: 0 }\n'
    lay(tmp_path / "old", "u8").write({"specs/data.yaml": two})
    new = lay(tmp_path / "new", "u8", TYPES.replace("alias: u16", "alias: u8")).write({"specs/data.yaml": two})
    found = new.json("compat", "--against", str(tmp_path / "old")).findings
    assert [(one["code"], one["line"]) for one in found] == [("E0718", 4), ("E0718", 5)]


def test_a_version_answers_for_players_keys_alone(tmp_path: Path) -> None:
    lay(tmp_path / "old", "u16")
    new = lay(tmp_path / "new", "u8", version=2)
    assert new.json("compat", "--against", str(tmp_path / "old")).codes == ["W0746"]
    lay(tmp_path / "old", "u16", group="global")
    new = lay(tmp_path / "new", "u8", version=2, group="global")
    assert new.json("compat", "--against", str(tmp_path / "old")).codes == ["W0746", "E0718"]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [("60 s", "50 s", []), ("60 s", "40 s", ["W0748"]), ("60 s", "80 s", []), ("60 s", "90 s", ["W0748"])],
)
def test_locks_that_one_server_takes_for_dead(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    """A lock is written anew within two thirds of its server's own time-out; the other's has to be longer."""
    before, after = lay(tmp_path / "old", "u8"), lay(tmp_path / "new", "u8")
    for project, timeout in ((before, old), (after, new)):
        path = project.root / "specs/data.yaml"
        path.write_text(path.read_text("utf-8") + f"save: {{ lock_timeout: {timeout} }}\n", "utf-8")
    assert after.json("compat", "--against", str(before.root)).codes == codes


def test_data_that_is_gone_and_data_that_is_new(tmp_path: Path) -> None:
    old, new = lay(tmp_path / "old", "u8"), lay(tmp_path / "new", "u8")
    (new.root / "specs/data.yaml").unlink()
    assert new.json("compat", "--against", str(old.root)).codes == ["E0715"]
    assert old.json("compat", "--against", str(new.root)).codes == []


def git(folder: Path, *args: str) -> None:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false", *args]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("inside", [".", "games/party"])
def test_against_a_commit(tmp_path: Path, inside: str) -> None:
    """Of the repository in which the project is; what lies there uncommitted is the new one. Nothing is checked out."""
    project = lay(tmp_path / inside, "u16")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    git(tmp_path, "tag", "v1")
    assert project.json("compat", "--against", "v1").findings == []
    lay(tmp_path / inside, "u8")
    for ref in ("v1", "HEAD"):
        result = project.json("compat", "--against", ref)
        assert (result.code, result.codes) == (1, ["E0718"])
    text = project.run("compat", "--against", "v1").out
    assert "specs/data.yaml:4" in text and "`u16` was stored, `u8` is expected" in text
    git(tmp_path, "commit", "-qam", "two")
    assert project.json("compat", "--against", "HEAD").findings == []


@pytest.mark.parametrize("ref", ["v9", "--help", "-x", "", "HEAD:specs", "a b", "nowhere/at/all", "HEAD"])
def test_a_ref_that_is_none(tmp_path: Path, ref: str) -> None:
    project = lay(tmp_path / "game", "u8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-qm", "empty", "--allow-empty")
    result = project.json("compat", f"--against={ref}")
    assert (result.code, result.codes) == (1, ["E1152"])


def test_without_a_repository(tmp_path: Path) -> None:
    project = lay(tmp_path / "game", "u8")
    assert project.json("compat", "--against", "v1").codes == ["E1152"]


def test_specs_with_errors(tmp_path: Path) -> None:
    """Those of now are said first; old ones that can't be compared are E1152."""
    old, new = lay(tmp_path / "old", "u8"), lay(tmp_path / "new", "u8")
    old.write({"specs/data.yaml": "store: [\n"})
    assert new.json("compat", "--against", str(old.root)).codes == ["E1152"]
    assert "E1152" not in old.json("compat", "--against", str(new.root)).codes
