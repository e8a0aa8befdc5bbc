"""`ovhlgen watch`: a result a line, whatever happens to the specs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ovhlgen.cli.watch import again
from tests.cli.test_preview import FILES as PREVIEWED
from tests.support.projects import Project


class Watching:
    """The command as a process, and the lines that it prints."""

    def __init__(self, project: Project, *args: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ovhlgen", *args, "-C", str(project.root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "OVHLGEN_LANG": "en"},
            # Whoever runs the tests in the background has switched the interrupt off, for children too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def until(self, text: str) -> str:
        while True:
            line = self.line()
            assert line or self.process.poll() is None, f"ended before {text!r}"
            if text in line:
                return line


@pytest.fixture
def watching(project: Project) -> Iterator[tuple[Project, Watching]]:
    project.base()
    process = Watching(project, "watch")
    yield project, process
    process.process.kill()
    process.process.wait()


def test_it_builds_on_every_change(watching: tuple[Project, Watching]) -> None:
    """A mistake is one line and leaves out/ as it is; the next good spec is built."""
    project, watch = watching
    assert "created" in watch.line()
    spec = "specs/project.yaml"
    project.write({spec: "ovhl: 1\nname: Other\n"})
    assert watch.line().endswith("files, 4 changed")
    before = project.tree()
    project.write({spec: "ovhl: 1\nnam: Other\n"})
    line = watch.line()
    assert "1 error, the first: specs/project.yaml:2:1: unknown key `nam`" in line
    assert project.tree() == before
    project.write({spec: ":\n  - {"})
    assert "error" in watch.line()
    project.write({spec: "ovhl: 1\nname: Third\n"})
    assert watch.line().endswith("files, 4 changed")
    watch.process.send_signal(signal.SIGINT)
    assert watch.process.wait(timeout=10) == 0


@pytest.mark.tools
def test_tests_run_again_on_a_change(project: Project) -> None:
    project.base().write({"specs/scenarios/waits.yaml": "scenario: Time goes by\nsteps:\n  - advance: 1 s\n"})
    watch = Watching(project, "test", "--watch")
    try:
        watch.until("passed waits")
        watch.until("booted")
        time.sleep(0.5)
        project.write({"specs/scenarios/waits.yaml": "scenario: Time goes by\nsteps:\n  - advance: 2 s\n"})
        watch.until("changed")
        assert "2.0 s of the game" in watch.until("passed waits")
    finally:
        watch.process.kill()
        watch.process.wait()


def test_a_change_while_it_builds_is_not_missed(project: Project) -> None:
    """What is saved during the first run makes a second one."""
    project.base()
    runs = []

    def run() -> int:
        runs.append(1)
        if len(runs) == 2:
            raise InterruptedError
        project.write({"specs/project.yaml": "ovhl: 1\nname: Other\n"})
        time.sleep(1)
        return 0

    with pytest.raises(InterruptedError):
        again(project.root, run)


SHOP = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 1 s }\n",
    "specs/modules/Shop/module.yaml": "module: Shop\nrealm: server\ndomain: OVHL_Modules\n"
    "state: { opened: { type: u32, default: 0, keep: true } }\nlifecycle: { init: Logic.start }\n",
}
LOGIC = "specs/modules/Shop/Logic.luau"


def shop(body: str) -> dict[str, str]:
    head = "--!strict\nlocal Types = require(script.Parent.Types)\n\nlocal Logic = {}\n\n"
    return {LOGIC: f"{head}function Logic.start(context: Types.Context)\n\t{body}\nend\n\nreturn Logic\n"}


@pytest.mark.tools
def test_a_module_that_changes_is_reloaded_in_a_running_game(project: Project) -> None:
    project.write({**SHOP, **shop("context.State.opened += 1")})
    watch = Watching(project, "test", "--watch")
    try:
        watch.until("a game runs")
        time.sleep(0.5)
        project.write(shop("context.State.opened += 2\n\ttask.wait(0.5)"))
        watch.until("reloaded Shop")
        time.sleep(0.5)
        project.write(shop("task.wait(5)"))
        watch.until("Shop isn't reloaded: ")
        assert "no answer within 1 s" in watch.until("ERROR")
        time.sleep(0.5)
        project.write({"specs/project.yaml": "ovhl: 1\nname: Other\n"})
        watch.until("a game runs")
    finally:
        watch.process.kill()
        watch.process.wait()


@pytest.mark.tools
def test_pictures_follow_the_specs(project: Project) -> None:
    """After every build; a spec with mistakes leaves them as they are."""
    project.write(PREVIEWED)
    watch = Watching(project, "watch", "--preview")
    page = project.root / ".ovhlgen/preview/index.html"
    spec = "specs/ui/Shop.yaml"
    try:
        assert "20 pictures, 0 findings" in watch.until("pictures")
        first = page.read_text("utf-8")
        project.edit(spec, "text: Hello }", "text: Welcome }")
        assert "20 pictures, 0 findings" in watch.until("pictures")
        assert page.read_text("utf-8") != first, "it has another stamp"
        second = page.read_text("utf-8")
        project.edit(spec, "text: Welcome }", "txt: Welcome }")
        assert watch.until("pictures").endswith("the pictures stay as they are")
        assert page.read_text("utf-8") == second
    finally:
        watch.process.kill()
        watch.process.wait()


def test_without_specs(tmp_path: Path) -> None:
    """Says so and ends: there is nothing to watch."""
    done = subprocess.run(
        [sys.executable, "-m", "ovhlgen", "watch", "-C", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "no specs/" in done.stdout
