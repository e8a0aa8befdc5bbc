"""`ovhlgen lint --types` through the command line: what is clean, what is found where, which checker runs."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from unittest import mock

import pytest

from ovhlgen.tools.cache import program
from ovhlgen.tools.definitions.install import definitions_file
from ovhlgen.tools.find import need
from ovhlgen.tools.pins import pins
from ovhlgen.tools.run import run
from tests.conftest import ROOT
from tests.support.projects import Project, invoke

pytestmark = pytest.mark.tools

QUEUE = "specs/modules/MusicModule/Queue.luau"
INIT = "out/src/Server/OVHL_Modules/MusicModule/init.luau"


def errors(project: Project, *args: str) -> list[tuple[str, int, str]]:
    found = project.json("lint", "--types", *args).findings
    return [(one["file"], one["line"], one["code"]) for one in found if one["severity"] != "note"]


def test_the_example_and_the_party_are_clean(example: Project, tmp_path: Path) -> None:
    """0 findings, warnings included."""
    assert errors(example) == []
    (tmp_path / "party").mkdir()
    assert errors(Project(tmp_path / "party").copy(ROOT / "tests/fixtures/party/specs")) == []


def test_without_types_nothing_is_checked(example: Project) -> None:
    example.edit(QUEUE, "context.State.playing = nil", "context.State.playing = true")
    assert example.json("lint").code == 0
    assert errors(example) == [(QUEUE, 68, "E1125")]


def test_people_s_code_is_clean_under_the_old_solver(tmp_path: Path) -> None:
    """Workers, and all that they touch: Types, Keys, the Logger, their module's files."""
    for name, specs in (("party", ROOT / "tests/fixtures/party/specs"), ("example", ROOT / "specs")):
        (tmp_path / name).mkdir()
        project = Project(tmp_path / name).copy(specs)
        assert project.run("build").code == 0
        out, sourcemap = project.root / "out", tmp_path / f"{name}.json"
        run([need("rojo"), "sourcemap", "--include-non-scripts", "-o", sourcemap, out / "default.project.json"])
        command: list[str | Path] = [need("luau-check"), "--sourcemap", sourcemap, "--root", out, "--format", "json"]
        done = run([*command, "--definitions", definitions_file(), "--solver", "old"])
        assert done.code in (0, 1)
        untouched = (
            "runtime/Shared/Kernel",
            "runtime/Shared/Net",
            "src/Shared/Net",
            "src/Shared/OVHL_UI",
            "runtime/Shared/OVHL_UI",
            "runtime/Server/Services",
            "runtime/Server/Store",
        )
        touched = [one for one in done.objects() if not one["path"].startswith(untouched)]
        assert touched == []


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (
            "function Queue.length(context: Types.Context): number\n\treturn #context.State.queue",
            "function Queue.length(context: Types.Context): string\n\treturn tostring(#context.State.queue)",
            "string",
        ),
        (
            "function Queue.greet(context: Types.Context, player: Player)\n",
            'function Queue.greet(context: Types.Context, player: Model)\n\tassert(player:IsA("Player"))\n',
            "Model",
        ),
    ],
)
def test_a_worker_that_is_not_what_the_spec_binds(example: Project, old: str, new: str, word: str) -> None:
    """Luau finds it in init.luau; it is reported at the worker's function, not as a defect of ours."""
    example.edit(QUEUE, old, new)
    line = (example.root / QUEUE).read_text("utf-8").split("\n").index(new.split("\n")[0]) + 1
    found = [one for one in example.json("lint", "--types").findings if one["code"] == "E1125"]
    assert [(one["file"], one["line"]) for one in found if "isn't what the spec binds" in one["message"]] == [
        (QUEUE, line)
    ]
    assert any(word in one["message"] for one in found)


def test_fewer_parameters_are_fine(example: Project) -> None:
    example.edit(
        QUEUE, "function Queue.stop(context: Types.Context)\n\tcontext.Logger:Info(", "function Queue.stop()\n\tprint("
    )
    assert errors(example) == []


def test_a_function_bound_twice_must_be_both(example: Project) -> None:
    """An event gives it a player, the api a song: what fits only one of them is found."""
    example.edit(
        "specs/modules/MusicModule/module.yaml",
        "  Length: { returns: u8, worker: Queue.length }",
        "  Length: { returns: u8, worker: Queue.length }\n  Again: { args: { song: Song }, worker: Queue.skip }",
    )
    found = [one for one in example.json("lint", "--types").findings if one["code"] == "E1125"]
    assert [(one["file"], one["line"]) for one in found] == [(QUEUE, 67)]
    assert "Song" in found[0]["message"]
    example.edit(
        QUEUE,
        "function Queue.skip(context: Types.Context, _player: Player)",
        "function Queue.skip(context: Types.Context)",
    )
    assert errors(example) == []


def test_selene_and_luau_do_not_say_it_twice(example: Project) -> None:
    example.edit(QUEUE, "context.State.playing = nil", "context.State.playing = nil\n\tlocal unused = 3")
    assert [code for _, _, code in errors(example)] == ["W1123"]


def test_in_a_folder_with_spaces_and_from_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my games é").mkdir()
    project = Project(tmp_path / "my games é").copy(ROOT / "specs")
    project.edit(QUEUE, "context.State.playing = nil", "context.State.playng = nil")
    assert errors(project) == [(QUEUE, 68, "E1125")]
    monkeypatch.chdir(project.root / "specs")
    assert [
        one["file"]
        for one in json.loads(invoke("lint", "--types", "-C", "..", "--format", "json").out)["diagnostics"]
        if one["code"] == "E1125"
    ] == [QUEUE]


def test_migrations_are_checked(example: Project) -> None:
    path = "specs/migrations/coins_to_wallet.luau"
    example.edit(path, "return old\nend", 'local count: number = "1"\n\tprint(count)\n\treturn old\nend')
    line = (example.root / path).read_text("utf-8").split("\n").index('\tlocal count: number = "1"') + 1
    assert errors(example) == [(path, line, "E1125")]


def test_a_finding_in_generated_code_is_a_defect(example: Project) -> None:
    """E1124 and exit 70, whatever else is found."""

    def wrong(*_args: object) -> dict[str, str]:
        return {"config": "{ enabled = 3 }"}

    with mock.patch("ovhlgen.lower.module._config", wrong):
        result = example.json("lint", "--types")
    assert result.code == 70
    assert {"E1124"} == {one["code"] for one in result.findings if one["severity"] != "note"}


def test_columns_are_characters(example: Project) -> None:
    """Luau counts bytes; a finding behind an emoji is under its word all the same."""
    example.edit(QUEUE, "context.State.playing = nil", 'print("🎵é") context.State.playng = nil')
    (found,) = [one for one in example.json("lint", "--types").findings if one["code"] == "E1125"]
    text = (example.root / QUEUE).read_text("utf-8").split("\n")[found["line"] - 1]
    assert text[found["column"] - 1 : found["end_column"] - 1] == "context.State.playng"


@pytest.mark.parametrize("format", ["text", "github", "sarif"])
def test_every_format(example: Project, format: str) -> None:
    example.edit(QUEUE, "context.State.playing = nil", "context.State.playng = nil")
    result = example.run("lint", "--types", "--format", format)
    assert result.code == 1
    assert "playng" in result.out
    if format == "sarif":
        json.loads(result.out)


def test_a_worker_may_break_in_any_way(example: Project) -> None:
    """A syntax error is one of the worker; nothing of ours is blamed for what follows from it."""
    example.edit(QUEUE, "local Queue = {}", "local Queue = {{}")
    result = example.json("lint", "--types")
    assert result.code == 1
    assert {one["file"] for one in result.findings if one["severity"] == "error"} == {QUEUE}


# luau-lsp, where ours isn't installed

LSP = """#!{python}
import pathlib, sys
args = sys.argv[1:]
pathlib.Path("{calls}").write_text("\\n".join(args))
worker = next(arg for arg in args if arg.endswith("Queue.luau"))
print(f"{{worker}}(11,2): TypeError: 'number' isn't 'string'\\n  in the metatable", file=sys.stderr)
print("src/Server/Config.luau(1,1): DeprecatedApi: Member 'x' is deprecated", file=sys.stderr)
print("[INFO] Loading definitions file")
sys.exit(1)
"""


@pytest.fixture
def lsp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without luau-check, with a luau-lsp that finds two things."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("stylua", "selene", "rojo"):
        (folder / name).symlink_to(need(name))
    calls = tmp_path / "calls"
    (folder / "luau-lsp").write_text(LSP.format(python=sys.executable, calls=calls), "utf-8")
    (folder / "luau-lsp").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    definitions = definitions_file()
    monkeypatch.setenv("OVHLGEN_CACHE", str(tmp_path / "cache"))
    definitions_file().parent.mkdir(parents=True)
    shutil.copy(definitions, definitions_file())
    assert not program(pins()["luau-check"]).exists()
    return calls


def test_luau_lsp_is_used_where_ours_is_missing(lsp: Path, example: Project) -> None:
    """Its findings at the same places; its arguments name sourcemap, definitions and strictness."""
    result = example.json("lint", "--types")
    found = [
        (one["code"], one["file"], one["line"], one["column"]) for one in result.findings if one["code"][1:3] == "11"
    ]
    assert found == [("E1125", QUEUE, 11, 2), ("E1124", "out/src/Server/Config.luau", 1, 1)]
    assert "in the metatable" in result.out
    args = lsp.read_text("utf-8").split("\n")
    assert args[0] == "analyze"
    assert f"--definitions={definitions_file()}" in args
    assert "--base-luaurc=.luaurc" in args
    assert any(arg.startswith("--sourcemap=") for arg in args)
    assert "src" in args


def test_neither_checker(lsp: Path, example: Project) -> None:
    """Exit 3; what is missing and how to get it."""
    (lsp.parent / "bin/luau-lsp").unlink()
    result = example.run("lint", "--types")
    assert result.code == 3
    assert "luau-check" in result.out
    assert "ovhlgen tools install" in result.out
    definitions_file().unlink()
    assert "@rbxts/types" in example.run("lint", "--types").out


def test_a_luau_lsp_that_breaks_is_a_failure(lsp: Path, example: Project) -> None:
    (lsp.parent / "bin/luau-lsp").write_text("#!/bin/sh\necho 'unknown option --base-luaurc' >&2\nexit 1\n", "utf-8")
    result = example.run("lint", "--types")
    assert result.code == 3
    assert "unknown option" in result.out
