"""What a user may do wrong outside the specs' texts: a clear finding, the right exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from ovhlgen.cli import entry
from tests.support.projects import Project, invoke


@pytest.mark.parametrize("command", ["build", "check", "lint", "test", "scaffold"])
def test_no_specs(project: Project, command: str) -> None:
    """Says which folder it looked in, and that `init` makes a game."""
    result = project.json(command)
    assert (result.code, result.codes) == (1, ["E0001"])
    assert str(project.root) in result.findings[0]["message"]
    assert not (project.root / "out").exists()


def test_a_root_that_is_a_file_or_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for root in (tmp_path / "file", tmp_path / "missing"):
        assert invoke("build", "-C", str(root), "--format", "json").code == 1


def test_specs_that_is_a_link(example: Project, tmp_path: Path) -> None:
    """Links aren't followed, not even for specs/ itself."""
    elsewhere = tmp_path / "real"
    (example.root / "specs").rename(elsewhere)
    (example.root / "specs").symlink_to(elsewhere)
    assert example.json().codes == ["E0001"]


def test_a_link_out_of_specs_is_not_read(example: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("secret: hunter2\n")
    (example.root / "specs/catalogues/Secret.yaml").symlink_to(secret)
    (example.root / "specs/ui/more").symlink_to(tmp_path)
    result = example.json()
    assert result.codes.count("E0010") == 2
    assert "hunter2" not in result.out


def test_modules_that_differ_by_case(project: Project) -> None:
    """On a file system that tells them apart; on the others it would be one folder."""
    project.base()
    module = "module: {}\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n"
    for name in ("Radio", "RADIO"):
        project.write({f"specs/modules/{name}/module.yaml": module.format(name)})
    if len(list((project.root / "specs/modules").iterdir())) == 3:
        assert "E0203" in project.json().codes


def unparsable(project: Project) -> Project:
    """A game whose worker doesn't parse."""
    project.base().write({"specs/modules/Party/Logic.luau": "local Logic = {\nfunction Logic.start(\n"})
    return project.append("specs/modules/Party/module.yaml", "lifecycle: { init: Logic.start }\n")


def test_a_worker_that_does_not_parse_without_the_tool_that_knows(project: Project) -> None:
    """`build` goes on, and says what nobody looked at."""
    unparsable(project)
    assert project.json().codes == ["N0515", "W0504"]
    assert project.run("build").code == 0


@pytest.mark.tools
def test_a_worker_that_does_not_parse(project: Project) -> None:
    """One mistake: what the parser can't read is never called missing."""
    unparsable(project)
    assert project.json().codes == ["E0513"]
    assert project.run("build").code == 1


def test_a_fifo_in_specs_does_not_hang(example: Project) -> None:
    os.mkfifo(example.root / "specs/catalogues/Pipe.yaml")
    assert "E0003" in example.json().codes


@pytest.mark.parametrize("name", ["a b.yaml", "ü.yaml", "x.yml", "modules/Loose.luau", "ui/deep/Panel.yaml"])
def test_a_misplaced_spec(example: Project, name: str) -> None:
    """A spec or worker that nothing would read is pointed out."""
    example.write({f"specs/{name}": "x: 1\n"})
    assert example.json().codes == ["E0008"]


def test_what_is_no_spec_is_left_alone(example: Project) -> None:
    """Notes, pictures and editors' hidden files may lie in specs/."""
    example.write({"specs/README.md": "# x", "specs/.hidden.yaml": "x", "specs/a.yaml~": "x"})
    (example.root / "specs/icon.png").write_bytes(b"\x89PNG\0")
    assert example.json().codes == []


def test_a_defect_of_ours_says_so(example: Project, tmp_path: Path) -> None:
    """Exit 70, one line, and a report with the traceback in a file: never a bare traceback."""
    with mock.patch("ovhlgen.pipeline.check", side_effect=RuntimeError("boom")):
        result = example.run("check", env={"TMPDIR": str(tmp_path)})
    assert result.code == entry.DEFECT
    assert "Traceback" not in result.err
    assert "boom" in result.err
    path = result.err.split("The report is in ")[1].split(";")[0]
    assert "Traceback" in Path(path).read_text("utf-8")
    Path(path).unlink()


def test_without_libyaml(example: Project) -> None:
    """A PyYAML without its C half: one line that says so, exit 3."""
    code = (
        "import sys, yaml; yaml.__with_libyaml__ = False; "
        "from ovhlgen.cli.entry import run; sys.exit(run(['check', '-C', sys.argv[1]]))"
    )
    done = subprocess.run([sys.executable, "-c", code, example.root], capture_output=True, text=True, check=False)
    assert done.returncode == entry.TOOL
    assert "libyaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_usage(project: Project) -> None:
    """Unknown commands, options, codes and kinds: exit 2 with the nearest right one."""
    for args, hint in (
        (["buidl"], "`build`"),
        (["explain", "E0440"], "E04"),
        (["schema", "modul"], "module"),
        (["build", "--profil", "x"], "--profile"),
        (["check", "--format", "xml"], "sarif"),
    ):
        result = invoke(*args)
        assert result.code == entry.USAGE
        assert hint in result.err


def test_no_writing_where_nothing_may_be_written(example: Project) -> None:
    """`schema --write`, `init` and `scaffold` meet a disk that refuses: one line, no traceback."""
    error = PermissionError(13, "Permission denied", "x")
    with mock.patch.object(Path, "write_text", side_effect=error):
        assert example.run("schema", "--write").code == 1
        assert invoke("init", "-C", str(example.root), "fresh").code == 1
        (example.root / "specs/modules/TestOrder/Logic.luau").unlink()
        assert example.run("scaffold").code == 1
