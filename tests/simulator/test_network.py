"""Messages between the server and its clients: how many, how late, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import Servers, place, servers

pytestmark = pytest.mark.tools

HEAD = 'local Storage = game:GetService("ReplicatedStorage")\n'
COUNT = HEAD + "shared.count = 0 Storage.%s.OnServerEvent:Connect(function() shared.count += 1 end)"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = {
        "ReplicatedStorage": {
            "Event": {"$className": "RemoteEvent"},
            "Loose": {"$className": "UnreliableRemoteEvent"},
        }
    }
    return place(tmp_path_factory.mktemp("network"), tree)


@pytest.fixture
def here(built: Path) -> Iterator[Servers]:
    with servers(built) as found:
        found.join("Siti", 1)
        found.join("Budi", 2)
        yield found


def test_a_client_sends_five_hundred_messages_a_second_and_kind(here: Servers) -> None:
    here.run(COUNT % "Event")
    send = HEAD + "for _ = 1, 600 do Storage.Event:FireServer() end for _ = 1, 600 do Storage.Loose:FireServer() end"
    here.run(send, "Siti")
    assert here.run("return shared.count") == [500]
    said = [str(fact.get("text")) for fact in here.session.facts if fact.kind == "warn"]
    assert said[0].startswith("RemoteEvent: more than 500 messages within a second")
    here.run(HEAD + "Storage.Event:FireServer()", "Budi")
    here.ask("advance", seconds=1)
    here.run(send, "Siti")
    assert here.run("return shared.count") == [1001]


def test_each_player_has_their_own_latency(here: Servers) -> None:
    listen = HEAD + "Storage.Event.OnClientEvent:Connect(function() print(math.round(os.clock() - shared.began)) end)"
    for name in ("Siti", "Budi"):
        here.run(listen + f" shared.began = {here.session.now}", name)
    here.ask("network", name="Budi", latency=2, loss=0, reorder=0)
    here.run(HEAD + "Storage.Event:FireAllClients()")
    assert (here.printed("Siti"), here.printed("Budi")) == (["0"], ["2"])


def test_a_message_never_arrives_within_the_step_that_sent_it(here: Servers) -> None:
    here.run(COUNT % "Event")
    here.ask("run", side="Siti", source=HEAD + "Storage.Event:FireServer()")
    number = here.ask("run", side="server", source="return shared.count")
    here.ask("settle")
    [at_once] = [fact.get("data")["1"] for fact in here.session.facts if fact.get("id") == number]
    assert (at_once, here.run("return shared.count")) == (0, [1])
