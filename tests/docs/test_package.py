"""`pip install .` works without the checkout: templates, schemas, pins and the simulator are in the wheel."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ovhlgen.tools.cache import release
from ovhlgen.tools.pins import pins
from tests.conftest import ROOT
from tests.support.projects import Project, hashes


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked where nothing of the checkout is."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", str(ROOT), "--no-deps", "--wheel-dir", str(folder)], check=True)
    wheel = next(folder.glob("ovhlgen-*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def run(site: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, "-m", "ovhlgen", *args],
        env=environment,
        cwd=site.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_builds_the_same_game(site: Path, example: Project) -> None:
    """The installed package writes the bytes that the checkout writes."""
    example.run("build")
    wanted = hashes(example.root / "out")
    example.run("clean")
    where = subprocess.run(
        [sys.executable, "-c", "import ovhlgen; print(ovhlgen.__file__)"],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=site.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(site))
    done = run(site, "build", "-C", str(example.root))
    assert done.returncode == 0, done.stderr
    assert hashes(example.root / "out") == wanted


def test_the_wheel_has_no_oracle(site: Path) -> None:
    """What tests compare the game with isn't shipped, and nothing that is needs it."""
    folders = {path.name for path in site.iterdir() if path.suffix != ".dist-info"} - {"bin"}
    assert folders == {"ovhlgen"}
    assert list(site.rglob("*oracle*")) == []
    imported = re.compile(r"^(from|import) tests\b", re.MULTILINE)
    assert [path.name for path in site.rglob("*.py") if imported.search(path.read_text("utf-8"))] == []


def test_the_wheel_has_every_command(site: Path, tmp_path: Path) -> None:
    for args in (["init", "-C", str(tmp_path), "game"], ["explain", "E0404"], ["schema", "module"]):
        done = run(site, *args)
        assert done.returncode == 0, done.stderr


def test_the_wheel_brings_the_type_checker(site: Path) -> None:
    """The same sources as the checkout's, byte for byte: what was built from the one serves the other."""
    crate = site / "ovhlgen/crates/luau-check"
    own = ROOT / "tools/luau-check"
    for path in ("Cargo.toml", "Cargo.lock", "build.rs", "src/main.rs", "shim/engine.cpp", "shim/tree.h"):
        assert (crate / path).read_bytes() == (own / path).read_bytes()
    assert not (crate / "sample").exists()
    code = (
        "from ovhlgen.tools.cache import release\n"
        "from ovhlgen.tools.pins import pins\n"
        "print(release(pins()['luau-check']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=site.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == release(pins()["luau-check"])


@pytest.mark.tools
def test_the_wheel_checks_types(site: Path, example: Project) -> None:
    done = run(site, "lint", "--types", "-C", str(example.root))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.tools
def test_the_wheel_runs_scenarios(site: Path, party: Project) -> None:
    """The simulator's Luau is package data too."""
    done = run(site, "test", "-C", str(party.root))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed a_song_is_requested" in done.stdout
