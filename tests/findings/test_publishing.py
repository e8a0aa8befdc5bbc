"""What is published: nothing outside of out/, nothing lost, never a mixture; the same in a checkout with CRLF."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from unittest import mock

import pytest

from ovhlgen.logs.address import own_folder
from ovhlgen.logs.address import publish as tell
from ovhlgen.pipeline import OUT, build, generate, load
from ovhlgen.publish.reconcile import plan
from ovhlgen.publish.write import Overtaken, held, publish
from tests.conftest import ROOT
from tests.publish.test_publish import Refusing
from tests.support.projects import Project, hashes, invoke, is_ignored

CODE = re.compile(r"pip install [^\n]*\bovhlgen(?!\s*@ )\b")


@pytest.fixture
def built(project: Project) -> Project:
    project.base()
    assert project.run("build").code == 0
    return project


def everything(folder: Path) -> dict[str, str]:
    """What is below a folder, links as links."""
    return {
        path.relative_to(folder).as_posix(): "link" if path.is_symlink() else path.read_text("utf-8", "replace")
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or (path.is_file() and path.name != "lock")
    }


# `--force`


@pytest.mark.parametrize("where", ["src/Server/Core", "src/Server", "src", "runtime"])
def test_force_moves_a_link_and_nothing_behind_it(built: Project, tmp_path: Path, where: str) -> None:
    """A folder of out/ that became a link is made anew; the link is in the backup, and its target as it was."""
    elsewhere = tmp_path / "elsewhere"
    shutil.move(built.root / "out" / where, elsewhere)
    (elsewhere / "mine.txt").write_text("mine")
    (built.root / "out" / where).symlink_to(elsewhere, target_is_directory=True)
    before = everything(elsewhere)
    assert built.json("build").codes == ["E1103"]
    assert built.run("build", "--force").code == 0
    assert everything(elsewhere) == before
    assert (built.root / "out/.ovhlgen/backup/1" / where).is_symlink()
    assert built.run("build", "--check").code == 0


def test_force_moves_what_stands_in_the_way(built: Project) -> None:
    """A file where a folder would be, and a folder where a file would be, with all that is in it."""
    shutil.rmtree(built.root / "out/src/Server/Core")
    (built.root / "out/src/Server/Config.luau").unlink()
    built.write({"out/src/Server/Core": "mine", "out/src/Server/Config.luau/deep/mine.luau": "mine"})
    assert built.json("build").codes == ["E1103", "E1103"]
    assert built.run("build", "--force").code == 0
    backup = built.root / "out/.ovhlgen/backup/1/src/Server"
    assert (backup / "Core").read_text() == "mine"
    assert (backup / "Config.luau/deep/mine.luau").read_text() == "mine"
    assert built.run("build", "--check").code == 0


@pytest.mark.parametrize("name", ["backup", "stage", "lock"])
def test_a_link_among_our_own_files_stops_the_build(built: Project, tmp_path: Path, name: str) -> None:
    """E1101: nothing is written or kept outside, with --force neither."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / "lock" if name == "lock" else elsewhere
    (built.root / "out/.ovhlgen" / name).unlink(missing_ok=True)
    (built.root / "out/.ovhlgen" / name).symlink_to(target)
    built.write({"out/src/Server/Config.luau": "-- mine\n"})
    assert "E1101" in built.json("build", "--force").codes
    assert "E1101" in built.json("clean").codes
    assert list(elsewhere.iterdir()) == []
    assert (built.root / "out/src/Server/Config.luau").read_text() == "-- mine\n"


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5, 6])
def test_force_that_fails_in_the_middle_loses_nothing(built: Project, after: int) -> None:
    """Wherever the disk refuses: each file of the user's is where it was, and out/ as it was."""
    built.write({f"out/src/Server/{name}": f"-- {name}\n" for name in ("Config.luau", "Mine.luau", "Other.luau")})
    built.append("specs/project.yaml", "description: other\n")
    (built.root / "out/src/Shared/Linked").symlink_to(built.root / "specs")
    before = everything(built.root / "out")
    refusing = Refusing(os.replace, after, OSError(errno.EACCES, "Permission denied"))
    with mock.patch.object(os, "replace", refusing):
        result = built.json("build", "--force")
    assert (result.code, "E1104" in result.codes) == (1, True)
    assert everything(built.root / "out") == before
    assert built.run("build", "--force").code == 0
    assert (built.root / "out/.ovhlgen/backup/1/src/Server/Mine.luau").read_text() == "-- Mine.luau\n"


class _Killed(BaseException):
    """The end of the process: nothing tidies up after it."""


@pytest.mark.parametrize("after", [2, 4, 8])
def test_killed_while_taking_back_leaves_each_file_whole(built: Project, tmp_path: Path, after: int) -> None:
    """The disk refuses, and the process ends in the middle of putting a file back: the next build knows them all."""
    old = built.tree()
    built.edit("specs/project.yaml", "name: Party", "name: Feast").append("specs/project.yaml", "description: other\n")
    built.append("specs/modules/Party/module.yaml", "config: { size: { type: u8, default: 1 } }\n")
    other = Project(tmp_path / "other").copy(built.root / "specs")
    assert other.run("build").code == 0
    new, write = other.tree(), Path.write_bytes
    refusing = Refusing(os.replace, after, OSError(errno.EIO, "Input/output error"), once=True)

    def half(path: Path, data: bytes) -> int:
        if refusing.left >= 0:
            return write(path, data)
        write(path, data[: len(data) // 2])
        raise _Killed

    with (
        mock.patch.object(os, "replace", refusing),
        mock.patch.object(Path, "write_bytes", half),
        pytest.raises(_Killed),
    ):
        built.run("build")
    for path, found in built.tree().items():
        assert path.startswith(".ovhlgen/stage/") or found in (old.get(path), new.get(path)) or "journal" in path, path
    assert built.run("build").code == 0
    assert built.tree() == new


# Builds that overlap


def test_a_build_that_was_overtaken_changes_nothing(built: Project) -> None:
    """One has planned, another builds newer specs to the end: the first says so, and out/ is the newer."""
    built.append("specs/project.yaml", "description: other\n")
    project = load(built.root).project
    assert project is not None
    first = plan(built.root / OUT, generate(project))
    built.write({"specs/modules/Foo/module.yaml": "module: Foo\nrealm: server\ndomain: OVHL_Modules\nworkers: []\n"})
    assert built.run("build").code == 0
    with pytest.raises(Overtaken):
        publish(first)
    assert built.run("build", "--check").code == 0


def test_a_build_of_specs_that_changed_meanwhile_changes_nothing(built: Project) -> None:
    """E1108: what was read before another build isn't published after it, though that one is over."""
    old = load(built.root).project
    assert old is not None
    built.append("specs/project.yaml", "description: other\n")
    assert built.run("build").code == 0
    before = hashes(built.root / "out")
    assert [one.code for one in build(built.root, old).problems] == ["E1108"]
    assert hashes(built.root / "out") == before


def test_clean_waits_for_no_build(built: Project) -> None:
    """E1106: while a build is at work nothing is removed under it."""
    before = hashes(built.root / "out")
    with held(built.root / "out"):
        assert built.json("clean").codes == ["E1106"]
    assert hashes(built.root / "out") == before
    assert built.run("clean").code == 0
    assert not (built.root / "out").exists()


def test_what_stays_after_clean_stops_no_build(built: Project) -> None:
    """A place beside the tree leaves the folder ours; an edited file is still an edited one."""
    built.write({"out/game.rbxl": "place"})
    before = hashes(built.root / "out/src")
    assert built.run("clean").code == 0
    assert [path.name for path in (built.root / "out").iterdir() if path.name != ".ovhlgen"] == ["game.rbxl"]
    assert built.json("build").codes == []
    assert hashes(built.root / "out/src") == before
    built.append("out/src/Server/Config.luau", "-- mine\n")
    assert built.run("clean").code == 0
    assert built.json("build").codes == ["E1102"]
    assert built.run("build", "--force").code == 0
    assert (built.root / "out/.ovhlgen/backup/1/src/Server/Config.luau").read_text("utf-8").endswith("-- mine\n")
    assert hashes(built.root / "out/src") == before


# Line endings


def with_crlf(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "lock":
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_out_with_crlf_is_ours_still(built: Project) -> None:
    """Git for Windows checks it out so: no drift, nothing edited; what the specs change is written anew."""
    with_crlf(built.root / "specs")
    with_crlf(built.root / "out")
    assert (built.json("build", "--check").codes, built.run("build", "--diff").out) == ([], "")
    assert built.json("build").codes == []
    built.append("specs/project.yaml", "description: other\r\n")
    assert len([line for line in built.run("build", "--diff").out.splitlines() if line[:1] in "+-"]) < 20
    assert built.json("build").codes == []
    built.append("out/src/Server/Config.luau", "-- mine\r\n")
    assert built.json("build").codes == ["E1102"]


@pytest.mark.tools
def test_lint_leaves_line_endings_to_git(project: Project) -> None:
    """Workers and out/ with CRLF pass; a line that StyLua would write otherwise is named at its place."""
    project.base()
    assert project.run("build").code == 0
    with_crlf(project.root / "specs")
    with_crlf(project.root / "out")
    assert project.json("lint").codes == []
    path = "specs/modules/Party/Logic.luau"
    project.write({path: "--!strict\r\nlocal Logic = {}\r\n\r\nLogic.size=1\r\n\r\nreturn Logic\r\n"})
    assert [(one["code"], one["line"]) for one in project.json("lint").findings] == [("E1121", 4)]


# What `init` and messages say


def test_a_new_game_keeps_lf_and_its_schemas(project: Project) -> None:
    """.gitattributes keeps LF; the second member of a team has the schemas that editors read, and no token."""
    assert invoke("init", "-C", str(project.root), "game").code == 0
    game = Project(project.root / "game")
    assert "eol=lf" in (game.root / ".gitattributes").read_text()
    for old in (None, "*\n"):
        if old:
            game.write({".ovhlgen/.gitignore": old})
        own_folder(game.root)
        assert not is_ignored(game.root, ".ovhlgen/schemas/module.schema.json")
        assert not is_ignored(game.root, ".ovhlgen/.gitignore")
        assert is_ignored(game.root, ".ovhlgen/LogReceiver.luau")
        assert is_ignored(game.root, ".ovhlgen/preview/index.html")


def test_the_own_folder_is_no_link(project: Project, tmp_path: Path) -> None:
    """Nothing of this machine is written where a repository's link leads."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project.root / ".ovhlgen").symlink_to(elsewhere)
    with pytest.raises(OSError, match="link"):
        tell(project.root, "http://127.0.0.1:1/lines")
    (project.root / ".ovhlgen").unlink()
    (project.root / ".ovhlgen").mkdir()
    (project.root / ".ovhlgen/LogReceiver.luau").symlink_to(elsewhere / "x")
    with pytest.raises(OSError):
        tell(project.root, "http://127.0.0.1:1/lines")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("at", [".ovhlgen", ".ovhlgen/schemas", ".ovhlgen/schemas/module.schema.json"])
def test_schemas_are_written_through_no_link(project: Project, tmp_path: Path, at: str) -> None:
    """A folder that is a link is refused, in both languages; a file that is one is made anew."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("mine")
    link = project.root / at
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere / "mine" if at.endswith(".json") else elsewhere)
    result = project.run("schema", "--write")
    assert {path.name: path.read_text() for path in elsewhere.iterdir()} == {"mine": "mine"}
    if at.endswith(".json"):
        assert (result.code, link.is_symlink()) == (0, False)
        return
    assert (result.code, f"{at} is reached by a link" in result.out) == (1, True)
    assert f"{at} dicapai lewat tautan" in project.run("schema", "--write", "--lang", "id").out


def test_a_fresh_clone_becomes_a_game(project: Project) -> None:
    """`init` in a folder that holds Git's own alone; what else is there stays and stops it."""
    home = project.root / "game"
    subprocess.run(["git", "init", "-q", home], check=True)
    assert invoke("init", "-C", str(home), ".").code == 0
    assert invoke("check", "-C", str(home)).code == 0
    assert invoke("init", "-C", str(home), ".").code == 2


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("url", "vcs", "is_pinned"),
    [
        ("https://example.org/ovhl/ovhlgen.git", {"vcs": "git", "commit_id": COMMIT}, True),
        ("https://token@example.org/ovhl/ovhlgen.git", {"vcs": "git", "commit_id": COMMIT}, False),
        ("file:///home/me/ovhlgen", {}, False),
    ],
)
def test_the_workflow_installs_what_is_ours(project: Project, url: str, vcs: dict[str, str], is_pinned: bool) -> None:
    """From the repository that this ovhlgen came from, at its commit; where that isn't known, from a variable that the
    workflow refuses unless it is pinned. Never a name on an index."""
    origin = mock.Mock(read_text=lambda _: json.dumps({"url": url, "vcs_info": vcs}))
    with mock.patch("ovhlgen.cli.init.distribution", lambda _: origin):
        assert invoke("init", "-C", str(project.root), "game").code == 0
    text = (project.root / "game/.github/workflows/ovhlgen.yml").read_text("utf-8")
    source = f"ovhlgen @ git+{url}@{COMMIT}" if is_pinned else "${{ vars.OVHLGEN }}"
    assert f'OVHLGEN: "{source}"' in text
    assert not CODE.search(text)
    script = text.partition("run: |\n")[2].partition("      - run:")[0].replace("pip install", "echo installs")
    for given, is_taken in (
        (f"ovhlgen @ git+https://example.org/ovhl/ovhlgen@{COMMIT}", True),
        ("", False),
        ("ovhlgen==0.1.0", False),
        ("ovhlgen @ git+https://example.org/ovhl/ovhlgen@main", False),
    ):
        environment = {**os.environ, "OVHLGEN": given}
        done = subprocess.run(["sh", "-e", "-c", script], env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode == 0, f"installs {given}" in done.stdout) == (is_taken, is_taken)


def test_no_text_of_ours_installs_a_name_of_others() -> None:
    """`pip install ovhlgen` would run whatever a stranger uploads under that name."""
    texts = [*(ROOT / "ovhlgen").rglob("*.py"), *(ROOT / "ovhlgen").rglob("*.yaml"), *(ROOT / "templates").rglob("*")]
    said = {path.name: CODE.findall(path.read_text("utf-8", "replace")) for path in texts if path.is_file()}
    assert {name: found for name, found in said.items() if found} == {}


def test_the_renderer_that_is_named_is_the_pinned_one() -> None:
    pinned = re.search(r"roblox-headless-renderer==[\w.]+", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert pinned is not None
    assert pinned[0] in invoke("explain", "E1171").out + (ROOT / "ovhlgen/diagnostics/catalogue/11.yaml").read_text()
