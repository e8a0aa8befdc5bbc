"""The commands as a user meets them: what they print, write and end with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from ovhlgen import __version__
from ovhlgen.cli.entry import COMMANDS
from ovhlgen.diagnostics import Source
from ovhlgen.diagnostics.catalogue import codes
from ovhlgen.model.node import to_plain
from ovhlgen.read.yaml import read_yaml
from ovhlgen.schema import FILES, KINDS
from tests.conftest import ROOT
from tests.support.projects import Project, invoke


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS], ["tools", "install"]])
def test_help_has_an_example(command: list[str]) -> None:
    """Every command's `--help` ends with an example of it, and names the common options."""
    result = invoke(*command, "--help")
    assert result.code == 0
    assert "Example: ovhlgen" in result.out
    if command not in ([], ["tools"]):
        for option in ("-C", "-q", "-v", "--no-color"):
            assert option in result.out


def test_version_and_help_by_both_ways() -> None:
    for way in ([sys.executable, "-m", "ovhlgen"], [str(Path(sys.executable).with_name("ovhlgen"))]):
        done = subprocess.run([*way, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"ovhlgen {__version__}\n"


def test_a_pipe_gets_findings_and_nothing_else(example: Project) -> None:
    """No progress, no colours, no summary where nobody watches; the exit code says the rest."""
    done = subprocess.run(
        [sys.executable, "-m", "ovhlgen", "build", "-C", str(example.root)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.startswith("note[") for line in done.stdout.splitlines())


def test_a_reader_who_leaves_is_no_defect(example: Project) -> None:
    """`ovhlgen explain | head -1`: no traceback on a closed pipe."""
    command = f"{sys.executable} -m ovhlgen explain | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_output_is_utf8_whatever_the_console_says(example: Project) -> None:
    """A Windows console of another code page gets UTF-8 too."""
    example.edit("specs/project.yaml", "name: PuraPuraPesta", "name: Pesta🎵")
    done = subprocess.run(
        [sys.executable, "-m", "ovhlgen", "check", "-C", str(example.root)],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "cp1252", "PATH": ""},
    )
    assert done.returncode == 1
    assert "Pesta🎵" in done.stdout.decode("utf-8")


# init


def test_init_makes_a_game_that_builds_at_once(project: Project) -> None:
    """Builds without a finding; brings .gitignore, editor settings, a hook and a workflow."""
    assert invoke("init", "-C", str(project.root), "my game").code == 0
    game = Project(project.root / "my game")
    result = game.json("build")
    assert (result.code, result.codes) == (0, [])
    for path in (
        ".gitignore",
        ".gitattributes",
        ".luaurc",
        ".vscode/settings.json",
        ".githooks/pre-commit",
        ".github/workflows/ovhlgen.yml",
    ):
        assert (game.root / path).is_file()
    assert (game.root / ".githooks/pre-commit").stat().st_mode & 0o100
    workflow = (game.root / ".github/workflows/ovhlgen.yml").read_text("utf-8")
    for command in ("check", "lint", "test"):
        assert f"ovhlgen {command}" in workflow
    assert "{{" not in workflow.replace("${{", "")


def test_editors_are_told_of_every_kind(project: Project) -> None:
    """The mapping in .vscode/settings.json is that of the compiler, and each schema file is there."""
    invoke("init", "-C", str(project.root), "game")
    settings = json.loads((project.root / "game/.vscode/settings.json").read_text("utf-8"))
    assert settings["yaml.schemas"] == {f".ovhlgen/schemas/{kind}.schema.json": FILES[kind] for kind in FILES}
    for path in settings["yaml.schemas"]:
        assert (project.root / "game" / path).is_file()


def test_editors_check_workers_as_strictly(project: Project) -> None:
    """luau-lsp gets a sourcemap whose paths are absolute: Rojo's others start from out/, not from the root."""
    invoke("init", "-C", str(project.root), "game")
    settings = json.loads((project.root / "game/.vscode/settings.json").read_text("utf-8"))
    assert "--absolute" in settings["luau-lsp.sourcemap.generatorCommand"]
    assert settings["luau-lsp.fflags.enableNewSolver"] is True
    assert json.loads((project.root / "game/.luaurc").read_text("utf-8"))["languageMode"] == "strict"


def test_init_overwrites_nothing(project: Project) -> None:
    project.write({"game/notes.txt": "mine"})
    result = invoke("init", "-C", str(project.root), "game")
    assert result.code == 2
    assert [path.name for path in (project.root / "game").iterdir()] == ["notes.txt"]
    assert invoke("init", "-C", str(project.root), "9 lives").code == 2
    assert not (project.root / "9 lives").exists()


def test_init_in_an_empty_folder(project: Project) -> None:
    """`init .` takes the folder's name."""
    (project.root / "Warung").mkdir()
    assert invoke("init", "-C", str(project.root / "Warung"), ".").code == 0
    assert "name: Warung" in (project.root / "Warung/specs/project.yaml").read_text("utf-8")


@pytest.mark.tools
def test_the_new_game_lints_and_boots(project: Project) -> None:
    """`init`, then `lint` and `test`: clean, and both realms come to CoreReady."""
    invoke("init", "-C", str(project.root), "game")
    game = Project(project.root / "game")
    assert game.json("lint", "--types", "--strict").codes == []
    result = game.run("test")
    assert result.code == 0
    assert "server and client CoreReady" in result.out


# scaffold


def test_scaffold_writes_what_is_missing_once(example: Project) -> None:
    """A missing worker and a missing function appear as typed stubs; what stands is never changed."""
    worker = "specs/modules/TestOrder/Logic.luau"
    (example.root / worker).unlink()
    queue = "specs/modules/MusicModule/Queue.luau"
    text = (example.root / queue).read_text("utf-8")
    example.edit(
        "specs/modules/MusicModule/module.yaml", "worker: Queue.request_from_client", "worker: Queue.ask_for_song"
    )
    assert {"E0501", "E0502"} <= set(example.json().codes)
    result = example.run("scaffold")
    assert result.code == 0
    assert queue in result.out
    assert worker in result.out
    written = (example.root / queue).read_text("utf-8")
    assert "function Queue.ask_for_song( context: Types.Context, _player: Player" in " ".join(written.split())
    assert [line for line in text.splitlines() if line not in written.splitlines()] == []
    assert [code for code in example.json().codes if code[0] == "E"] == []
    again = example.run("scaffold")
    assert (again.code, again.out) == (0, "nothing is missing\n")
    assert (example.root / queue).read_text("utf-8") == written


@pytest.mark.tools
def test_scaffolded_workers_are_formatted_and_lint(party: Project) -> None:
    """Every worker of the party written anew from its spec: StyLua and selene find nothing."""
    for path in (party.root / "specs/modules").rglob("*.luau"):
        path.unlink()
    assert party.run("scaffold").code == 0
    assert party.json("lint").codes == []


# explain, schema


def test_explain_has_a_page_for_every_code_in_both_languages() -> None:
    """A page has the message, the reason, and the examples; the list names all codes."""
    listed = invoke("explain").out
    for code in codes():
        assert code in listed
        for language, wrong in (("en", "Wrong:"), ("id", "Salah:")):
            page = invoke("explain", code.lower(), "--lang", language)
            assert page.code == 0
            assert page.out.startswith(code)
            assert wrong in page.out or code in ("E1106", "E1108", "E1124", "E1151", "E1162", "E1171")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_schemas_are_draft_7_and_accept_the_example(kind: str) -> None:
    """The printed schema is valid itself, has no `oneOf` at its root, and accepts the example's files."""
    schema = json.loads(invoke("schema", kind).out)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"].startswith("http://json-schema.org/draft-07/")
    assert "oneOf" not in schema
    for path in sorted(ROOT.glob(FILES[kind])):
        root, problems = read_yaml(Source(path.name, path.read_text("utf-8")))
        assert problems == []
        assert root is not None
        assert list(Draft7Validator(schema).iter_errors(to_plain(root))) == []


def test_every_key_of_every_schema_is_documented_or_named() -> None:
    """Editors show `description`: each property of the top level has one."""
    bare = [
        f"{kind}.{name}"
        for kind in KINDS
        for name, body in json.loads(invoke("schema", kind).out)["properties"].items()
        if "description" not in body
    ]
    assert bare == []


# the findings that the issue names


def test_an_unknown_key_says_which_was_meant(project: Project) -> None:
    """`depnds` is answered with `depends`, at its line, with a caret."""
    project.base().append("specs/modules/Party/module.yaml", "depnds: []\n")
    out = project.run("check").out
    assert "unknown key `depnds`" in out
    assert "did you mean `depends`?" in out
    assert re.search(r"\^{6} did you mean", out)


def test_all_findings_of_a_run_are_shown(example: Project) -> None:
    """Mistakes in several files and of several stages come out together."""
    example.edit("specs/types.yaml", "string(..64)", "strng(..64)")
    example.edit("specs/modules/ZoneModule/module.yaml", "realm: server", "realm: serve")
    example.edit("specs/topbar.yaml", "opens:", "open:")
    example.edit("specs/modules/TestOrder/module.yaml", "Logic.", "Logik.")
    found = {one["file"] for one in example.json().findings if one["severity"] == "error"}
    assert found >= {"specs/types.yaml", "specs/modules/ZoneModule/module.yaml", "specs/topbar.yaml"}


def test_a_cycle_is_shown_as_a_path_with_its_lines(project: Project) -> None:
    """Each edge of a cycle is a further place of the finding."""
    project.base()
    for name, other in (("Aa", "Bb"), ("Bb", "Cc"), ("Cc", "Aa")):
        body = f"module: {name}\nrealm: server\ndomain: OVHL_Modules\nworkers: []\ndepends: [{other}]\n"
        project.write({f"specs/modules/{name}/module.yaml": body})
    found = [one for one in project.json().findings if one["code"] == "E0403"]
    assert len(found) == 1
    assert "Aa → Bb → Cc → Aa" in found[0]["message"]
    assert {one["file"] for one in [found[0], *found[0]["related"]]} == {
        f"specs/modules/{name}/module.yaml" for name in ("Aa", "Bb", "Cc")
    }


def test_allow_accepts_a_warning_at_its_line(example: Project) -> None:
    """`ovhl: allow` with a reason takes a warning back; unused or reasonless it is one itself."""
    worker = "specs/modules/ZoneModule/Logic.luau"
    example.append(worker, "\n" * 320)
    assert "W0509" in example.json().codes
    text = (example.root / worker).read_text("utf-8")
    example.write({worker: "-- ovhl: allow W0509 generated table\n" + text})
    assert [code for code in example.json().codes if code[0] == "W"] == []
    example.write({worker: "-- ovhl: allow W0509\n" + text})
    assert "W1002" in example.json().codes
    example.write({worker: "-- ovhl: allow W0507 none here\n" + text})
    assert {"W1001", "W0509"} <= set(example.json().codes)
