"""MonetizationModule: gamepasses whatever fails, and products that are granted exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game
from tests.support.projects import Project

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/data.yaml": """
store: Shop
version: 1
player:
  wallet: { type: u8, default: 0 }
  hats: { type: "string(1..20)[]", default: [] }
save: { retries: 1, backoff: 1 s }
""",
    "specs/monetization.yaml": """
gamepasses: { Vip: { id: 444 } }
products:
  Coins: { id: 1, grants: { wallet: 100 } }
  Hat: { id: 2, worker: Shop.GiveHat }
cache: 60 s
""",
    "specs/modules/Shop/module.yaml": """
module: Shop
realm: server
domain: OVHL_Modules
depends: [DataService, MonetizationModule]
lifecycle: { init: Logic.init }
api: { GiveHat: { args: { player: Player }, worker: Logic.hat } }
""",
    "specs/modules/Shop/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	context.MonetizationModule:OnGamepassBought(function(player, gamepass)
		print("bought", player.Name, gamepass)
	end)
end

function Logic.hat(context: Types.Context, player: Player)
	local data = context.DataService:GetPlayerData(player)
	data:Update("hats", function(old: { string }): { string }
		return { "hat", unpack(old) }
	end)
	data:Set("wallet", 7)
	if player.Name == "Unlucky" then
		error("no hat")
	elseif player.Name == "Slow" then
		task.wait(1)
	end
end

return Logic
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("shop")).write(FILES).root


@pytest.fixture
def shop(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as game:
        yield game


def join(game: Game, name: str, user_id: int, seconds: float = 2) -> None:
    game.session.ask("join", server=game.server, name=name, user_id=user_id)
    game.advance(seconds)


def buy(game: Game, name: str, product: int, seconds: float = 2) -> list[str]:
    """What became of its receipts within that time."""
    before = len(game.facts)
    game.session.ask("purchase", name=name, product=product, buys=True)
    game.advance(seconds)
    return [str(fact.get("word")) for fact in game.facts[before:] if fact.kind == "receipt"]


def stored(game: Game, user_id: int = 1) -> dict[str, Any]:
    return dict(game.stored("Shop", f"Player_{user_id}")["data"])


def has(game: Game, name: str, seconds: float = 1) -> bool | None:
    source = (
        f'return require(Shared.Kernel.ServiceManager):Get("MonetizationModule"):HasGamepass(player("{name}"), "Vip")'
    )
    piece = game.begin("server", source)
    game.advance(seconds)
    return (game.returned(piece) or {}).get("1")


# products


def test_a_product_grants_what_it_says(shop: Game) -> None:
    join(shop, "Siti", 1)
    assert buy(shop, "Siti", 1) == ["granted"]
    assert stored(shop)["wallet"] == 100 and len(shop.stored("Shop", "Player_1")["receipts"]) == 1


def test_a_worker_s_product(shop: Game) -> None:
    join(shop, "Siti", 1)
    assert buy(shop, "Siti", 2) == ["granted"] and stored(shop)["hats"] == ["hat"]


@pytest.mark.parametrize("name", ["Unlucky", "Slow"])
def test_what_fails_is_not_granted_and_changes_nothing(shop: Game, name: str) -> None:
    join(shop, name, 1)
    assert buy(shop, name, 2) == ["postponed"]
    shop.leave(name)
    shop.advance(2)
    assert stored(shop)["wallet"] == 0 and not stored(shop)["hats"]


def test_what_does_not_fit_is_not_granted(shop: Game) -> None:
    join(shop, "Siti", 1)
    assert [buy(shop, "Siti", 1) for _ in range(3)][:2] == [["granted"], ["granted"]]
    shop.leave("Siti")
    shop.advance(2)
    assert stored(shop)["wallet"] == 200


def test_a_receipt_that_comes_again_is_granted_once(shop: Game) -> None:
    join(shop, "Siti", 1)
    shop.data_fault("ack_lost", times=1, keys=["receipts"])
    assert buy(shop, "Siti", 1) == ["unrecorded"]
    shop.leave("Siti")
    shop.advance(2)
    join(shop, "Siti", 1)
    shop.advance(5)
    assert [fact.get("word") for fact in shop.facts if fact.kind == "receipt"] == ["unrecorded", "granted"]
    shop.leave("Siti")
    shop.advance(2)
    assert stored(shop)["wallet"] == 100


def test_in_an_outage_it_is_granted_later_and_once(shop: Game) -> None:
    join(shop, "Siti", 1)
    shop.data_fault("unavailable", seconds=10)
    assert buy(shop, "Siti", 1, seconds=5) == ["postponed"]
    shop.advance(60)
    assert stored(shop)["wallet"] == 100
    assert sorted(buy(shop, "Siti", 2)) == ["granted", "granted"]
    assert stored(shop)["wallet"] == 7 and stored(shop)["hats"] == ["hat"]


def test_a_server_that_dies_before_it_is_stored(shop: Game) -> None:
    join(shop, "Siti", 1)
    shop.data_fault("unavailable", seconds=10)
    buy(shop, "Siti", 1, seconds=1)
    shop.crash()
    shop.add_server()
    join(shop, "Siti", 1, seconds=90)
    assert stored(shop)["wallet"] == 100


def test_an_unknown_product_is_not_granted(shop: Game) -> None:
    join(shop, "Siti", 1)
    assert buy(shop, "Siti", 99) == ["postponed"]


# gamepasses


def test_who_owns_it(shop: Game) -> None:
    shop.account(1, gamepasses=[444])
    join(shop, "Siti", 1)
    join(shop, "Budi", 2)
    assert has(shop, "Siti") is True and has(shop, "Budi") is False


def test_an_answer_counts_for_its_time_and_while_nobody_can_be_asked(shop: Game) -> None:
    shop.account(1, gamepasses=[444])
    join(shop, "Siti", 1)
    assert has(shop, "Siti") is True
    shop.service_fault("gamepasses", "failing", seconds=300)
    assert has(shop, "Siti", 0) is True
    shop.advance(70)
    assert has(shop, "Siti") is True


@pytest.mark.parametrize("kind", ["failing", "hanging"])
def test_what_fails_blocks_nobody_for_long(shop: Game, kind: str) -> None:
    shop.account(1, gamepasses=[444])
    join(shop, "Siti", 1)
    shop.service_fault("gamepasses", kind, times=1)
    assert has(shop, "Siti", 5.5) is False
    assert has(shop, "Siti") is True


def test_a_purchase_counts_at_once(shop: Game) -> None:
    join(shop, "Siti", 1)
    assert has(shop, "Siti") is False
    shop.purchase("Siti", gamepass=444)
    shop.advance(1)
    assert has(shop, "Siti", 0) is True
    assert "bought Siti Vip" in [fact.get("text") for fact in shop.facts if fact.kind == "print"]


def test_prompts(shop: Game) -> None:
    join(shop, "Siti", 1)
    source = """
        local M = require(Shared.Kernel.ServiceManager):Get("MonetizationModule")
        M:PromptGamepass(player("Siti"), "Vip")
        M:PromptProduct(player("Siti"), "Hat")
        local ok, text = pcall(M.PromptProduct, M, player("Siti"), "Cap")
        return ok, text
    """
    answer = shop.run("server", source)
    assert answer is not None and answer["1"] is False and "Cap is no product" in answer["2"]
    prompted = [fact for fact in shop.facts if fact.kind == "prompted"]
    assert [(fact.get("subject"), (fact.get("data") or {}).get("id")) for fact in prompted] == [
        ("PromptGamePassPurchase", 444),
        ("PromptProductPurchase", 2),
    ]
