"""The pinned tools: found, told apart by version, built by cargo one after the other, taken up after a break."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import os
import shutil
import stat
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from ovhlgen.resources import own_crate
from ovhlgen.tools.cache import release
from ovhlgen.tools.pins import definitions_pin, pins
from tests.conftest import ROOT
from tests.support.projects import Project, invoke

CARGO = """#!{python}
import os, pathlib, sys, tomllib
args = sys.argv[1:]
root = pathlib.Path(args[args.index("--root") + 1])
if "--path" in args:
    package = tomllib.loads((pathlib.Path(args[args.index("--path") + 1]) / "Cargo.toml").read_text())["package"]
    crate, version = package["name"], package["version"]
else:
    version = args[args.index("--version") + 1]
    crate = args[args.index("--version") - 1]
with open(os.environ["CALLS"], "a") as calls:
    calls.write(" ".join(args[:2]) + f" {{crate}} {{version}} " + os.environ["CARGO_TARGET_DIR"] + "\\n")
target = pathlib.Path(os.environ["CARGO_TARGET_DIR"])
target.mkdir(parents=True, exist_ok=True)
(target / "compiled").write_text("x")
print("   Compiling", crate, file=sys.stderr)
if os.environ.get("FAIL") == crate:
    print("error: no space left", file=sys.stderr)
    sys.exit(101)
says = os.environ.get("SAYS", version)
program = root / "bin" / crate
program.parent.mkdir(parents=True)
program.write_text(f"#!/bin/sh\\necho {{crate}} {{says}}\\n")
program.chmod(0o755)
"""


NPM = """#!{python}
import os, pathlib, shutil, sys
args = sys.argv[1:]
if os.environ.get("FAIL") == "npm":
    sys.exit("npm error 404")
target = pathlib.Path(args[args.index("--pack-destination") + 1])
shutil.copy(os.environ["TARBALL"], target / "rbxts-types.tgz")
"""

# What of @rbxts/types the definitions are read from, in its smallest form.
TYPES = {
    "package/include/roblox.d.ts": "interface RBXObject { readonly ClassName: string; }\n",
    "package/include/generated/None.d.ts": (
        "interface Part extends RBXObject { readonly _nominal_Part: unique symbol; Size: Vector3; }\n"
    ),
    "package/include/generated/enums.d.ts": "declare namespace Enum {\n}\n",
}


def tarball(path: Path, files: dict[str, str]) -> str:
    """Writes an npm package; its integrity."""
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A machine without tools, with a cargo that builds in a moment and an npm that has a package at hand."""
    program(tmp_path / "bin" / "cargo", CARGO.format(python=sys.executable))
    program(tmp_path / "bin" / "npm", NPM.format(python=sys.executable))
    pin = dataclasses.replace(definitions_pin(), integrity=tarball(tmp_path / "types.tgz", TYPES))
    environment = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "OVHLGEN_CACHE": str(tmp_path / "cache"),
        "CALLS": str(tmp_path / "calls"),
        "TARBALL": str(tmp_path / "types.tgz"),
    }
    with mock.patch("ovhlgen.tools.definitions.install.definitions_pin", lambda: pin):
        yield environment


def calls(machine: dict[str, str]) -> list[list[str]]:
    path = Path(machine["CALLS"])
    return [line.split() for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_install_builds_what_is_missing_in_order(machine: dict[str, str]) -> None:
    """`cargo install --locked` for each pin; a second run builds nothing; doctor finds them without PATH."""
    result = invoke("tools", "install", env=machine)
    assert result.code == 0, result.out
    assert [call[2:4] for call in calls(machine)] == [[pin.name, pin.version] for pin in pins().values()]
    assert all(call[:2] == ["install", "--locked"] for call in calls(machine))
    again = invoke("tools", "install", env=machine)
    assert (again.code, again.out) == (0, "every tool is there\n")
    assert len(calls(machine)) == len(pins())
    doctor = invoke("doctor", env={**machine, "PATH": ""})
    assert doctor.code == 0
    assert "MISSING" not in doctor.out


def test_what_path_has_at_the_pinned_version_is_used(machine: dict[str, str], tmp_path: Path) -> None:
    """Rokit's or the system's: reused at the right version, named and passed over at another."""
    rojo, lune = pins()["rojo"], pins()["lune"]
    program(tmp_path / "bin" / "rojo", f"#!/bin/sh\necho Rojo {rojo.version}\n")
    program(tmp_path / "bin" / "lune", "#!/bin/sh\necho lune 0.1.0\n")
    doctor = invoke("doctor", env=machine)
    assert doctor.code == 3
    assert f"rojo         {rojo.version}    ok" in doctor.out
    assert f"{tmp_path / 'bin' / 'lune'} is 0.1.0: not used" in doctor.out
    assert f"lune         {lune.version}   MISSING" in doctor.out
    assert invoke("tools", "install", env=machine).code == 0
    assert "rojo" not in [call[2] for call in calls(machine)]


def test_a_build_that_fails_says_why_and_is_taken_up(machine: dict[str, str]) -> None:
    """Exit 3 with cargo's last lines; what was compiled stays, and the next run goes on there."""
    failed = invoke("tools", "install", env={**machine, "FAIL": "selene"})
    assert failed.code == 3
    assert "no space left" in failed.out
    assert [call[2] for call in calls(machine)] == ["stylua", "selene"]
    kept = Path(calls(machine)[1][4]) / "compiled"
    assert kept.exists()
    assert invoke("tools", "install", env=machine).code == 0
    assert [call[2] for call in calls(machine)] == ["stylua", "selene", "selene", "lune", "rojo", "luau-check"]
    assert calls(machine)[2][4] == calls(machine)[1][4]
    assert not kept.exists()


def test_a_program_that_names_another_version_is_not_taken(machine: dict[str, str]) -> None:
    result = invoke("tools", "install", env={**machine, "SAYS": "9.9.9"})
    assert result.code == 3
    assert "says version 9.9.9" in result.out
    assert "MISSING" in invoke("doctor", env=machine).out


def test_without_cargo(machine: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin" / "cargo").unlink()
    result = invoke("tools", "install", env={**machine, "PATH": str(tmp_path / "bin")})
    assert result.code == 3
    assert "rustup.rs" in result.out


def test_the_definitions_come_from_the_pinned_package(machine: dict[str, str], tmp_path: Path) -> None:
    """Written once; another tarball under the same name is refused, and so is one that can't be read."""
    assert invoke("tools", "install", env=machine).code == 0
    (written,) = (tmp_path / "cache/definitions").rglob("*.luau")
    assert "declare extern type Part extends Object with\n\tSize: any\nend" in written.read_text("utf-8")
    written.unlink()
    tarball(tmp_path / "types.tgz", {**TYPES, "package/evil": ""})
    refused = invoke("tools", "install", env=machine)
    assert refused.code == 3
    assert "isn't the package that is pinned" in refused.out
    assert not written.exists()


@pytest.mark.parametrize("text", ["interface RBXObject {", "interface A", "type A = ", "\x00"])
def test_a_package_of_another_shape_is_no_traceback(machine: dict[str, str], tmp_path: Path, text: str) -> None:
    integrity = tarball(tmp_path / "types.tgz", {**TYPES, "package/include/roblox.d.ts": text})
    pin = dataclasses.replace(definitions_pin(), integrity=integrity)
    with mock.patch("ovhlgen.tools.definitions.install.definitions_pin", lambda: pin):
        result = invoke("tools", "install", env=machine)
    assert result.code == 3
    assert "@rbxts/types" in result.out
    assert "can't be read" in result.out


def test_without_npm(machine: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin" / "npm").unlink()
    result = invoke("tools", "install", env={**machine, "PATH": str(tmp_path / "bin")})
    assert result.code == 3
    assert "nodejs.org" in result.out


def test_npm_that_fails(machine: dict[str, str]) -> None:
    result = invoke("tools", "install", env={**machine, "FAIL": "npm"})
    assert result.code == 3
    assert "npm error 404" in result.out


def test_our_own_tool_is_built_again_when_its_sources_change(machine: dict[str, str], tmp_path: Path) -> None:
    """The version stays, the folder in the cache is another."""
    assert invoke("tools", "install", env=machine).code == 0
    count = len(calls(machine))
    crate = tmp_path / "crate"
    shutil.copytree(own_crate("luau-check"), crate, ignore=shutil.ignore_patterns("sample", "target"))
    with (crate / "src/main.rs").open("a", encoding="utf-8") as file:
        file.write("// changed\n")
    release.cache_clear()
    with (
        mock.patch("ovhlgen.tools.cache.own_crate", lambda _name: crate),
        mock.patch("ovhlgen.tools.install.own_crate", lambda _name: crate),
    ):
        assert invoke("tools", "install", env=machine).code == 0
    release.cache_clear()
    assert [call[2] for call in calls(machine)[count:]] == ["luau-check"]


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (["lint"], ["stylua", "selene"]),
        (["lint", "--types"], ["stylua", "selene", "rojo"]),
        (["test"], ["rojo", "lune"]),
    ],
)
def test_lint_and_test_name_what_is_missing(
    example: Project, args: list[str], names: list[str], tmp_path: Path
) -> None:
    """Exit 3, one finding a tool, and the command that helps; `build` needs none of them."""
    nothing = {"PATH": "", "OVHLGEN_CACHE": str(tmp_path / "none")}
    assert example.run("build", env=nothing).code == 0
    result = example.run(*args, env=nothing)
    assert result.code == 3
    for name in names:
        assert f"{name} {pins()[name].version} is missing" in result.out
    assert "ovhlgen tools install" in result.out


def test_a_generated_project_has_the_same_pins(example: Project) -> None:
    """rokit.toml holds the versions of pins.toml."""
    example.run("build")
    found = tomllib.loads((example.root / "out/rokit.toml").read_text("utf-8"))["tools"]
    assert found == {pin.name: f"{pin.rokit}@{pin.version}" for pin in pins().values() if pin.rokit}


def test_versions_stand_in_one_file() -> None:
    """No other file of the product names a tool's version; our own's is its crate's."""
    own = tomllib.loads((own_crate("luau-check") / "Cargo.toml").read_text("utf-8"))["package"]
    assert pins()["luau-check"].version == own["version"]
    for pin in (pin for pin in pins().values() if pin.crate):
        for path in (*(ROOT / "ovhlgen").rglob("*.py"), *(ROOT / "templates").rglob("*.*")):
            if path.is_file():
                assert pin.version not in path.read_text("utf-8"), path
