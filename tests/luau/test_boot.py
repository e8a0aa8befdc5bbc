"""The places of the example and of the party boot: phases, order, isolation, a client's request answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ovhlgen.pipeline import load
from ovhlgen.simulator.boot import inspect
from ovhlgen.simulator.inspection import Inspection
from ovhlgen.simulator.session import Session
from ovhlgen.tools.find import need
from ovhlgen.tools.run import run
from tests.conftest import ROOT
from tests.support.games import Game, Played, errors, printed, probe
from tests.support.projects import Project

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def example_game(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return Game(Project(tmp_path_factory.mktemp("example")).copy(ROOT / "specs"))


def kernel(outcome: Played, side: str) -> list[str]:
    """What the kernel and the entry script said, without emoji, in order."""
    lines = [re.sub(r"^.*\[Kernel\] ", "kernel: ", text) for text in outcome.texts(side)]
    return [line for line in lines if line.startswith(("PHASE", "kernel: "))]


def test_the_example_boots_in_the_documents_phases(example_game: Game) -> None:
    """Both realms: the documents' PHASE lines in their order, the disabled modules, CoreReady."""
    outcome = example_game.play()
    assert errors(outcome) == []
    assert outcome.core_ready
    assert kernel(outcome, "server") == [
        "PHASE 0: Server Bootstrap...",
        "kernel: PHASE 1: Core Boot Selesai.",
        "kernel: expected 4 modules, found 4",
        "kernel: PHASE 2: Module Discovery Selesai.",
        "kernel: AdminPanel: ready",
        "kernel: TestOrder: ready",
        "kernel: ZoneModule: ready",
        "kernel: MusicModule: ready",
        "kernel: PHASE 3: Inisialisasi Selesai. Server Siap.",
        "kernel: CoreReady",
        "PHASE 0: Bootstrap Selesai. Kernel mengambil alih.",
    ]
    assert kernel(outcome, "Siti") == [
        "PHASE 0: Client Bootstrap...",
        "kernel: PHASE 1: Core Boot Selesai.",
        "kernel: expected 2 modules, found 2",
        "kernel: PHASE 2: Module Discovery Selesai.",
        "kernel: AdminScreen: ready",
        "kernel: UIModule: ready",
        "kernel: PHASE 3: Inisialisasi Selesai. Client Siap.",
        "kernel: CoreReady",
        "PHASE 0: Bootstrap Selesai. Kernel mengambil alih.",
    ]


def test_the_party_starts_every_module_in_the_graphs_order(party_game: Game) -> None:
    """By dependency, then domain, then name: the same in each realm, for shared modules too."""
    outcome = party_game.play()
    assert errors(outcome) == []
    ready = {
        side: [line.split()[1].rstrip(":") for line in kernel(outcome, side) if line.endswith(": ready")]
        for side in ("server", "Siti")
    }
    assert ready == {
        "server": ["PartyRules", "TestOrder", "ZoneModule", "MusicModule"],
        "Siti": ["PartyRules", "UIModule"],
    }


def ask(song: str) -> str:
    return f'Kernel:GetModule("UIModule"):Ask("{song}")'


def screen(outcome: Played, side: str) -> list[str]:
    """What UIModule wrote on a client."""
    return [text.split("] ", 1)[1] for text in outcome.texts(side) if "[UIModule]" in text]


def test_a_clients_request_is_answered(party_game: Game) -> None:
    """From a client module over the remotes to the worker and back; what it changes reaches every client."""
    outcome = party_game.play(probe(ask("123"), "Siti", 2), probe(ask("nope"), "Budi", 3), players=("Siti", "Budi"))
    assert errors(outcome) == []
    assert screen(outcome, "Siti") == ["0 songs wait", "1 songs wait", "Queued at 1"]
    assert screen(outcome, "Budi") == ["0 songs wait", "1 songs wait", "Denied: unknown_song"]


def test_an_answer_may_refuse(party_game: Game) -> None:
    """A song twice, a full queue: the union's other member arrives as it was sent."""
    songs = ["123", "123", "456", "789", "123"]
    outcome = party_game.play(*[probe(ask(song), "Siti", 2 + at) for at, song in enumerate(songs)])
    said = [line for line in screen(outcome, "Siti") if "songs wait" not in line]
    assert said == ["Queued at 1", "Denied: already_queued", "Queued at 2", "Queued at 3", "Denied: queue_full"]


def test_modules_talk_by_bus_and_unreliable_events(party_game: Game) -> None:
    """A client's event → ZoneModule → bus → MusicModule → an unreliable event on every client."""
    enter = probe('Kernel:GetModule("UIModule"):Enter("koplo")', "Budi", 2)
    outcome = party_game.play(enter, players=("Siti", "Budi"))
    assert screen(outcome, "Siti")[-1] == "Beat in koplo, energy 0.5"


def test_readiness_is_an_attribute_too(party_game: Game) -> None:
    """A client that connects after CoreReady was sent sees it on ReplicatedStorage."""
    source = 'print("ready", ReplicatedStorage:GetAttribute("CoreReady"))'
    outcome = party_game.play(probe(source, "Siti", 3))
    assert printed(outcome, "Siti") == ["ready true"]


def test_a_run_repeats_exactly(party_game: Game) -> None:
    """The same place and seed: the same lines at the same times."""
    asked = probe(ask("123"), "Siti", 60)
    runs = [party_game.play(asked, players=("Siti", "Budi"), seconds=100).lines for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0][-1].t > 60


def inspected(place: Path) -> Inspection:
    with Session(place) as session:
        return Inspection.take(session)


def test_the_place_is_inspected(example_game: Game) -> None:
    """What Rojo made: one Script, one LocalScript, no empty or double script, every module at its path."""
    inspection = inspected(example_game.place)
    assert (inspection.scripts["Script"], inspection.scripts["LocalScript"]) == (1, 1)
    assert (inspection.empty, inspection.twice, inspection.broken) == ([], [], [])
    assert sorted(path.rsplit(".", 1)[1] for path in inspection.modules) == [
        "AdminPanel",
        "AdminScreen",
        "MusicModule",
        "TestOrder",
        "UIModule",
        "ZoneModule",
    ]


def test_the_inspection_sees_what_is_wrong(party: Project) -> None:
    """A script twice, an empty one and a module more than the specs say: E1133 names each."""
    assert party.run("test").code == 0
    path = party.root / "out/default.project.json"
    text = path.read_text("utf-8")
    party.write(
        {
            "extra/init.luau": "return {}\n",
            "extra/manifest.luau": "return {}\n",
            "empty.luau": "",
            "twin.luau": "return 1\n",
        }
    )
    for old, new in (
        ('"Queue": {', '"Extra": { "$path": "../extra" }, "Nothing": { "$path": "../empty.luau" }, "Queue": {'),
        ('"AutoDJ": {', '"Config": { "$path": "../twin.luau" }, "AutoDJ": {'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    party.write({"wrong/default.project.json": re.sub(r'"(src|runtime)/', r'"../out/\1/', text)})
    place = party.root / "wrong.rbxl"
    assert run([need("rojo"), "build", party.root / "wrong", "-o", place]).code == 0
    project = load(party.root).project
    assert project is not None
    said = sorted(diagnostic.args["what"] for diagnostic in inspect(project, inspected(place)))
    home = "ServerScriptService.Server.OVHL_Modules.MusicModule"
    assert said == sorted(
        [
            f"{home}.Config is there twice",
            f"{home}.Nothing is empty",
            f"{home}.Extra is a module that no spec declares",
        ]
    )
