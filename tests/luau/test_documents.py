"""The defects of the design documents' own samples: a check of each holds, and fails with the defect put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ovhlgen.simulator.place import build_place
from tests.luau.test_kernel import module, worker
from tests.support.games import game
from tests.support.servers import Servers, servers

pytestmark = pytest.mark.tools

COUNT = 10


def files() -> Iterator[tuple[str, str]]:
    """Each module needs the next, so that the only right order is from the last to the first."""
    yield "specs/project.yaml", "ovhl: 1\nname: Test\nlogging: { level: INFO }\n"
    for number in range(COUNT):
        needs = f"depends: [M{number + 1}]\n" if number < COUNT - 1 else ""
        body = f"{needs}lifecycle: {{ init: Logic.start, teardown: Logic.stop }}\n"
        yield from module(f"M{number}", body).items()
        hooks = (
            f'function Logic.start(_context: Types.Context)\n\tprint("start {number}")\nend\n\n'
            f'function Logic.stop(_context: Types.Context)\n\tprint("stop {number}")\nend'
        )
        yield from worker(f"M{number}", hooks).items()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The game's folder."""
    return game(tmp_path_factory.mktemp("documents"), dict(files())).place.parent


@contextmanager
def booted(root: Path, script: str = "", old: str = "", new: str = "") -> Iterator[Servers]:
    """With a mistake put into a file of `out/runtime/Shared/`, once."""
    place = root / "game.rbxl"
    if script:
        path = root / "out/runtime/Shared" / script
        source = path.read_text("utf-8")
        assert source.count(old) == 1
        place = root / "mistaken.rbxl"
        path.write_text(source.replace(old, new), "utf-8")
        build_place(root, place)
        path.write_text(source, "utf-8")
    with servers(place) as found:
        found.ask("advance", seconds=1)
        yield found


def warned(of: Servers) -> list[str]:
    return [str(fact.get("text")) for fact in of.session.facts if fact.get("word") in ("WARN", "ERROR")]


def starts_in_order(of: Servers) -> bool:
    starts = [line for line in of.printed() if line.startswith("start ")]
    return starts == [f"start {number}" for number in reversed(range(COUNT))]


def finds_every_module(of: Servers) -> bool:
    return not any(text.startswith("expected ") for text in warned(of)) and starts_in_order(of)


def keeps_perf_quiet(of: Servers) -> bool:
    return not any("ms" in line and "took" in line for line in of.printed())


def proves_new_code_first(of: Servers) -> bool:
    """Broken code is refused before anything of the old one ends."""
    name = "M0"
    of.ask("edit", path=f"ServerScriptService.Server.OVHL_Modules.{name}.Logic", source="return 5 +")
    source = f"""
        local ServiceManager = require(game:GetService("ReplicatedStorage").Shared.Kernel.ServiceManager)
        ServiceManager:Reload("{name}")
    """
    of.ask("run", side="server", source=source)
    of.ask("advance", seconds=1)
    return not any(line.startswith("stop") for line in of.printed())


DEFECTS: dict[str, tuple[Callable[[Servers], bool], str, str, str]] = {
    # Arsitektur 1.2, phase 3: `for name, module in pairs(ServerKernel.Modules)`.
    "init in hash order": (
        starts_in_order,
        "Kernel/Starting.luau",
        "\tfor _, name in plan() do\n",
        "\tlocal modules = {}\n\tfor _, name in plan() do\n\t\tmodules[name] = true\n\tend\n\tfor name in modules do\n",
    ),
    # Arsitektur 1.2, phase 2: a folder with `init.lua` is a ModuleScript in Rojo, without a child of that name.
    "discovery that never matches": (
        finds_every_module,
        "Kernel/ModuleLoader.luau",
        'return manifest ~= nil and manifest:IsA("ModuleScript") and ',
        'return instance:IsA("Folder") and instance:FindFirstChild("init") ~= nil and ',
    ),
    # Arsitektur 6: PERF is 5, and so above every threshold.
    "PERF always prints": (
        keeps_perf_quiet,
        "Logger/init.luau",
        "return config ~= nil and config.Debug.EnablePerfLogs",
        "return Tables.Levels[level] >= threshold(module)",
    ),
    # Core OS 10: `teardown` is step 3, validation step 6.
    "teardown before the new code is proved": (
        proves_new_code_first,
        "Kernel/Reloader.luau",
        "\tlocal candidates, failure = prepare(group)\n",
        "\tfor _, record in group do\n\t\tLifecycle.close(record)\n\tend\n"
        "\tlocal candidates, failure = prepare(group)\n",
    ),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_the_kernel_has_not_that_defect(built: Path, name: str) -> None:
    with booted(built) as of:
        assert DEFECTS[name][0](of)


@pytest.mark.parametrize("name", DEFECTS)
def test_the_check_would_catch_it(built: Path, name: str) -> None:
    check, *defect = DEFECTS[name]
    with booted(built, *defect) as of:
        assert not check(of)


def test_discovery_that_finds_too_few_is_said_aloud(built: Path) -> None:
    _, *defect = DEFECTS["discovery that never matches"]
    with booted(built, *defect) as of:
        assert f"expected {COUNT} modules, found 0" in warned(of)
