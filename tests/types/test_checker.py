"""luau-check on its own, against a project of forty scripts with 57 marked defects."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ovhlgen.tools.definitions.install import definitions_file
from ovhlgen.tools.find import need
from ovhlgen.tools.run import Done, run
from tests.conftest import ROOT

pytestmark = pytest.mark.tools

SAMPLE = ROOT / "tools/luau-check/sample"
# Luau's own false alarms: a lambda without annotations, given to a generic callback.
KNOWN = {("src/server/Main.server.luau", 22), ("src/server/Main.server.luau", 23)}


def sourcemap(project: Path, target: Path) -> Path:
    run([need("rojo"), "sourcemap", "--include-non-scripts", "-o", target, project / "default.project.json"])
    return target


def check(project: Path, tmp_path: Path, *args: str) -> Done:
    command: list[str | Path] = [need("luau-check"), "--sourcemap", sourcemap(project, tmp_path / "sourcemap.json")]
    return run([*command, "--root", project, "--definitions", definitions_file(), *args])


def marked() -> dict[tuple[str, int], str]:
    """The defects by file and line."""
    found = {}
    for path in sorted(SAMPLE.rglob("*.luau")):
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            match = re.search(r"DEFECT (\w+)", line)
            if match:
                found[(path.relative_to(SAMPLE).as_posix(), number)] = match[1]
    return found


def test_every_defect_of_the_sample_is_found(tmp_path: Path) -> None:
    """57 of 57, at their lines, and no more than the two false alarms that are known."""
    done = check(SAMPLE, tmp_path, "--format", "json")
    assert done.code == 1
    places = {(one["path"], one["line"]) for one in done.objects() if one["severity"] == "error"}
    defects = marked()
    assert len(defects) == 57
    assert sorted(name for place, name in defects.items() if place not in places) == []
    assert places - defects.keys() <= KNOWN


def test_text_and_json_say_the_same(tmp_path: Path) -> None:
    """`path:line:column CODE message`, warnings marked; one line a finding."""
    text = check(SAMPLE, tmp_path).out.splitlines()
    objects = list(check(SAMPLE, tmp_path, "--format", "json").objects())
    expected = [
        f"{one['path']}:{one['line']}:{one['column']} {'warning ' if one['severity'] == 'warning' else ''}"
        f"{one['code']} {one['message']}"
        for one in objects
    ]
    assert text == expected
    assert len(text) > 57


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    assert check(SAMPLE, tmp_path, "--jobs", "1").out == check(SAMPLE, tmp_path, "--jobs", "4").out


def test_both_solvers(tmp_path: Path) -> None:
    """The old one finds most of the defects; it knows neither `read` nor all of the refinements."""
    done = check(SAMPLE, tmp_path, "--solver", "old", "--format", "json")
    places = {(one["path"], one["line"]) for one in done.objects()}
    assert len([place for place in marked() if place in places]) >= 52


def test_the_time_limit_ends_a_run(tmp_path: Path) -> None:
    done = check(SAMPLE, tmp_path, "--timeout", "0.001")
    assert (done.code, done.out) == (4, "")
    assert "no end within 0.001 s" in done.err


def scripts(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    tree = {"$className": "DataModel", "ReplicatedStorage": {"Shared": {"$path": "src"}}}
    (folder / "default.project.json").write_text(json.dumps({"name": "Test", "tree": tree}), "utf-8")
    return folder


def test_names_that_there_are(tmp_path: Path) -> None:
    """JSON gives the fields that a missing one could have meant."""
    text = "--!strict\nlocal a = { one = 1, two = 2 }\nprint(a.three)\nreturn a\n"
    done = check(scripts(tmp_path, {"A.luau": text}), tmp_path, "--format", "json")
    (found,) = [one for one in done.objects() if one["code"] == "UnknownProperty"]
    assert found["names"] == ["one", "two"]


def test_json_modules_have_their_types(tmp_path: Path) -> None:
    user = '--!strict\nlocal A = require(script.Parent.A)\nlocal n: string = A["a key"]\nreturn n\n'
    project = scripts(tmp_path, {"A.json": '{ "a key": 1, "text": "\\n\\u0007é" }', "B.luau": user})
    done = check(project, tmp_path)
    assert "src/B.luau:3:19 TypeMismatch" in done.out


@pytest.mark.parametrize(
    "source",
    [
        b'--!strict\nlocal x: number = "\xff\xfe"\nreturn x\n',
        b"\xef\xbb\xbf--!strict\nlocal x: number = 'a'\nreturn x\n",
        b"--!strict\r\nlocal x: number = 'a'\r\nreturn x\r\n",
        b"return " + b"(" * 5000,
        b"return " + b"{" * 3000 + b"}" * 3000,
        b"--!strict\nlocal x: " + b"{" * 300 + b"number" + b"}" * 300 + b" = 1\nreturn x\n",
    ],
)
def test_hostile_sources_end_in_findings(tmp_path: Path, source: bytes) -> None:
    """Bytes that are no UTF-8, a BOM, CRLF, nesting without end: exit 1 with a finding, never a crash."""
    project = scripts(tmp_path, {"A.luau": "return 1\n"})
    command: list[str | Path] = [need("luau-check"), "--sourcemap", sourcemap(project, tmp_path / "sourcemap.json")]
    scripts(tmp_path, {"A.luau": source})  # Rojo itself would refuse some of them
    done = run([*command, "--root", project, "--definitions", definitions_file()])
    assert done.code == 1, (done.code, done.err)
    assert done.out.startswith("src/A.luau:")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "--sourcemap is missing"),
        (["--sourcemap", "nowhere.json"], "nowhere.json"),
        (["--sourcemap", "{broken}"], "broken.json"),
        (["--sourcemap", "{nameless}"], "a node of the sourcemap has no name"),
        (["--sourcemap", "{nameless}", "--solver", "best"], '"best" is none of new, old'),
        (["--sourcemap", "{nameless}", "--timeout", "-1"], "negative"),
        (["--wrong"], "--wrong"),
    ],
)
def test_wrong_usage_is_exit_2(tmp_path: Path, args: list[str], said: str) -> None:
    places = {"broken": tmp_path / "broken.json", "nameless": tmp_path / "nameless.json"}
    places["broken"].write_text("{", "utf-8")
    places["nameless"].write_text("{}", "utf-8")
    done = run([need("luau-check"), *(arg.format(**places) if "{" in arg else arg for arg in args)])
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_definitions_that_do_not_load_are_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.d.luau"
    wrong.write_text("declare extern type A with\n\tb: Nowhere\nend\n", "utf-8")
    project = scripts(tmp_path, {"A.luau": "return 1\n"})
    command: list[str | Path] = [need("luau-check"), "--sourcemap", sourcemap(project, tmp_path / "sourcemap.json")]
    done = run([*command, "--root", project, "--definitions", wrong])
    assert done.code == 2
    assert "definitions:2:" in done.out
    assert "the definitions don't load" in done.err


@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo builds the checker")
def test_the_lock_file_is_up_to_date() -> None:
    """`cargo install --locked` would refuse another one."""
    manifest = ROOT / "tools/luau-check/Cargo.toml"
    command = ["cargo", "metadata", "--locked", "--offline", "--no-deps", "--format-version=1"]
    done = subprocess.run([*command, "--manifest-path", manifest], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
