"""What a build does to out/: nothing is lost, nothing half done, nothing touched without need."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from ovhlgen.publish import write
from tests.support.projects import Project, times


def test_building_again_changes_no_file_and_no_time(example: Project) -> None:
    """A second build of the same specs writes nothing at all."""
    assert example.run("build").code == 0
    before = times(example.root / "out")
    assert example.run("build").code == 0
    assert times(example.root / "out") == before


def test_stale_files_and_empty_folders_go(example: Project) -> None:
    """What no spec gives any more is removed, folders included."""
    example.run("build")
    shutil.rmtree(example.root / "specs/catalogues")
    example.edit("specs/modules/MusicModule/module.yaml", "catalogues: [Songs]\n", "")
    assert example.run("build").code == 0
    assert not (example.root / "out/src/Server/Catalogues").exists()


def test_an_edited_file_stops_the_build_and_force_keeps_it(example: Project) -> None:
    """A generated file that somebody edited is never overwritten silently; --force moves it to a backup."""
    example.run("build")
    path = "src/Server/Config.luau"
    example.write({f"out/{path}": "-- mine\n"})
    before = example.tree()
    result = example.json("build")
    assert (result.code, [code for code in result.codes if code[0] == "E"]) == (1, ["E1102"])
    assert example.tree() == before
    result = example.run("build", "--force")
    assert result.code == 0
    assert "out/.ovhlgen/backup/1" in result.out
    assert (example.root / f"out/.ovhlgen/backup/1/{path}").read_text() == "-- mine\n"
    assert (example.root / f"out/{path}").read_text() != "-- mine\n"
    assert example.run("build", "--check").code == 0


def test_a_stale_file_that_was_edited_is_not_deleted(example: Project) -> None:
    example.run("build")
    example.append("out/src/Server/Catalogues/Songs.luau", "-- mine\n")
    shutil.rmtree(example.root / "specs/catalogues")
    example.edit("specs/modules/MusicModule/module.yaml", "catalogues: [Songs]\n", "")
    assert "E1102" in example.json("build").codes
    assert (example.root / "out/src/Server/Catalogues/Songs.luau").read_text("utf-8").endswith("-- mine\n")


def test_files_beside_the_tree_are_left_alone(example: Project) -> None:
    """A place or a sourcemap in out/ is nobody's problem; a script below out/src would run."""
    example.run("build")
    example.write({"out/game.rbxl": "x", "out/sourcemap.json": "{}"})
    assert example.run("build").code == 0
    example.write({"out/src/Server/Mine.luau": "return {}\n"})
    assert "E1103" in example.json("build").codes


@pytest.mark.parametrize("kind", ["file", "link", "foreign", "inner link"])
def test_an_out_that_is_not_ours(example: Project, kind: str, tmp_path: Path) -> None:
    out = example.root / "out"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if kind == "file":
        out.write_text("x")
    elif kind == "link":
        out.symlink_to(elsewhere)
    elif kind == "inner link":
        out.mkdir()
        (out / ".ovhlgen").symlink_to(elsewhere)
    else:
        example.write({"out/notes.txt": "mine"})
    for args in ((), ("--force",)):
        result = example.json("build", *args)
        assert (result.code, "E1101" in result.codes) == (1, True)
    assert list(elsewhere.iterdir()) == []
    assert kind != "foreign" or (out / "notes.txt").read_text() == "mine"


def test_a_link_inside_out_is_never_written_through(example: Project, tmp_path: Path) -> None:
    """A folder of out/src replaced by a link leads nowhere: the build refuses."""
    example.run("build")
    elsewhere = tmp_path / "elsewhere"
    shutil.move(example.root / "out/src/Shared", elsewhere)
    (example.root / "out/src/Shared").symlink_to(elsewhere)
    before = sorted(elsewhere.rglob("*"))
    assert example.run("build").code == 1
    assert sorted(elsewhere.rglob("*")) == before


def test_a_manifest_that_names_files_outside_removes_nothing(example: Project) -> None:
    """The manifest is read from disk, so it is hostile until checked."""
    example.run("build")
    victim = example.write({"victim.txt": "precious"}).root / "victim.txt"
    manifest = example.root / "out/.ovhlgen/manifest.json"
    import hashlib

    digest = hashlib.sha256(b"precious").hexdigest()
    text = manifest.read_text("utf-8").replace('"files": {', f'"files": {{"../victim.txt": {{"sha256": "{digest}"}},')
    manifest.write_text(text, "utf-8")
    example.run("build")
    example.run("clean")
    assert victim.read_text() == "precious"


def test_drift_is_named_kind_by_kind(example: Project) -> None:
    """--check tells missing, changed, orphaned, hand-edited and foreign files apart, and writes nothing."""
    example.run("build")
    (example.root / "out/selene.toml").unlink()
    example.append("out/src/Shared/Types.luau", "--\n")
    example.write({"out/src/Mine.luau": "return {}\n"})
    example.edit("specs/project.yaml", "level: INFO", "level: WARN")
    shutil.rmtree(example.root / "specs/catalogues")
    example.edit("specs/modules/MusicModule/module.yaml", "catalogues: [Songs]\n", "")
    before = example.tree()
    result = example.json("build", "--check")
    said = {one["file"]: one["message"] for one in result.findings if one["code"] == "E1105"}
    assert result.code == 1
    assert said["out/selene.toml"] == "drift: missing"
    assert said["out/src/Shared/Types.luau"] == "drift: hand-edited"
    assert said["out/src/Mine.luau"].startswith("drift: not generated")
    assert said["out/src/Server/Config.luau"].startswith("drift: changed")
    assert said["out/src/Server/Catalogues/Songs.luau"].startswith("drift: orphaned")
    assert example.tree() == before


def test_diff_shows_what_would_change(example: Project) -> None:
    example.run("build")
    assert example.run("build", "--diff").out == ""
    example.edit("specs/project.yaml", "level: INFO", "level: WARN")
    result = example.run("build", "--diff")
    assert result.code == 1
    assert '+		GlobalLogLevel = "WARN",' in result.out
    assert '-		GlobalLogLevel = "INFO",' in result.out


class Refusing:
    """Stands for a disk that refuses after some writes: from then on, or once."""

    def __init__(self, real: Any, after: int, error: BaseException, *, once: bool = False) -> None:
        self.real, self.left, self.error, self.once = real, after, error, once

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        if self.left == -1 or (self.left < 0 and not self.once):
            raise self.error
        return self.real(*args, **kwargs)


def changed(example: Project) -> None:
    """A spec change that creates, changes and removes files."""
    example.edit("specs/project.yaml", "level: INFO", "level: WARN")
    shutil.rmtree(example.root / "specs/modules/TestOrder")
    shutil.rmtree(example.root / "specs/scenarios")
    example.edit("specs/modules/UIModule/module.yaml", "  TestOrder.OrderTaken: Logic.order_taken\n", "")
    example.edit("specs/modules/UIModule/module.yaml", "sends: [TestOrder.Orders]\n", "")
    example.write(
        {
            "specs/modules/Fresh/module.yaml": "module: Fresh\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n",
        }
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("after", [0, 3, 12])
@pytest.mark.parametrize("operation", ["replace", "write"])
def test_a_disk_that_refuses_leaves_out_as_it_was(example: Project, number: int, after: int, operation: str) -> None:
    """No space, read-only, broken: a diagnostic, exit 1, and out/ byte for byte as before."""
    example.run("build")
    changed(example)
    before = example.tree()
    error = OSError(number, os.strerror(number))
    target = (os, "replace") if operation == "replace" else (Path, "write_bytes")
    real = getattr(*target)
    refusing = Refusing(real, after, error)
    double = refusing if operation == "replace" else lambda self, data: refusing(self, data)
    with mock.patch.object(*target, double):
        result = example.json("build")
    if after == 12 and result.code == 0:
        pytest.fail("the disk was never asked that often; the test is too mild")
    assert (result.code, "E1104" in result.codes) == (1, True)
    assert example.tree() == before
    assert example.run("build").code == 0
    assert example.run("build", "--check").code == 0


@pytest.mark.parametrize("after", [0, 2, 15])
def test_an_interrupted_build_leaves_out_as_it_was(example: Project, after: int) -> None:
    """Ctrl-C in the middle: exit 130, one line, and out/ as before."""
    example.run("build")
    changed(example)
    before = example.tree()
    with mock.patch.object(os, "replace", Refusing(os.replace, after, KeyboardInterrupt(), once=True)):
        result = example.run("build")
    assert result.code == 130
    assert "interrupted" in result.err
    assert example.tree() == before


def test_a_first_build_that_fails_leaves_nothing(example: Project) -> None:
    error = OSError(errno.ENOSPC, "No space left on device")
    with mock.patch.object(os, "replace", Refusing(os.replace, 5, error)):
        assert example.run("build").code == 1
    assert not (example.root / "out").exists()


def test_two_builds_at_once(example: Project) -> None:
    """The second one says that the first is at work (E1106) and changes nothing."""
    example.run("build")
    changed(example)
    before = example.tree()
    with write.held(example.root / "out"):
        result = example.json("build")
    assert (result.code, "E1106" in result.codes) == (1, True)
    assert example.tree() == before
    assert example.run("build").code == 0


def test_clean_removes_what_we_made_and_nothing_else(example: Project) -> None:
    example.run("build")
    example.append("out/src/Shared/Types.luau", "-- mine\n")
    example.write({"out/game.rbxl": "place"})
    assert example.run("clean").code == 0
    left = sorted(
        path.relative_to(example.root).as_posix()
        for path in (example.root / "out").rglob("*.*")
        if path.is_file() and ".ovhlgen" not in path.parts
    )
    assert left == ["out/game.rbxl", "out/src/Shared/Types.luau"]


def test_clean_of_an_untouched_build_removes_out(example: Project) -> None:
    example.run("build")
    assert example.run("clean").code == 0
    assert not (example.root / "out").exists()


def test_output_is_utf8_with_lf_and_no_bom(example: Project) -> None:
    """On every system: the emoji in Config.luau are UTF-8, lines end with LF, no file begins with a BOM."""
    example.run("build")
    for path in (example.root / "out").rglob("*"):
        if path.is_file() and path.name != "lock":
            data = path.read_bytes()
            data.decode("utf-8")
            assert b"\r" not in data
            assert not data.startswith(b"\xef\xbb\xbf")


def test_the_build_needs_no_tool(example: Project) -> None:
    """`build` works on a machine without StyLua, Rojo and the others: it runs no process there."""
    code = (
        "import subprocess,sys; subprocess.Popen=None; from ovhlgen.cli.entry import run; sys.exit(run(sys.argv[1:]))"
    )
    environment = {**os.environ, "OVHLGEN_CACHE": "nowhere", "PATH": "nowhere"}
    done = subprocess.run([sys.executable, "-c", code, "build", "-C", str(example.root)], check=False, env=environment)
    assert done.returncode == 0
