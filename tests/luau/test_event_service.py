"""EventService: the Core OS document's names, over the same events and the same guards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.games import Game, game, printed, probe
from tests.support.projects import Project

pytestmark = pytest.mark.tools

ORDERS = """
module: Orders
realm: server
domain: OVHL_Modules
depends: [EventService]
lifecycle: { init: Logic.init }
bus:
  publishes: { Placed: { item: string(..9) } }
events:
  Order: { from: client, request: { item: string(..9) }, response: u8, rate: 1/s burst 2, worker: Logic.order }
  Note: { from: client, payload: { text: string(..9) }, worker: Logic.note }
  Taken: { from: server, payload: { item: string(..9) } }
"""
LOGIC = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	local service = context.EventService
	service:CreateChannel("Order")
	service:OnClient("Order", function(player, order)
		context.Bus.Placed:Publish({ item = order.item })
		service:FireClient(player, "Taken", { item = order.item })
		service:FireAll("Taken", { item = "all" })
		if order.item == "bad" then
			error("no such item")
		end
		return 7
	end)
	service:OnServer("Placed", function(placed)
		print("placed", placed.item)
	end)
end

function Logic.order(_context: Types.Context, _player: Player, _order: Types.OrderRequest): number
	return 1
end

function Logic.note(_context: Types.Context, _player: Player, note: Types.Note)
	print("note", note.text)
end

return Logic
"""
SHOP = """
module: Shop
realm: client
domain: OVHL_Modules
depends: [EventService]
sends: [Orders.Order, Orders.Note]
listens: { Orders.Taken: Logic.taken }
lifecycle: { ready: Logic.ready }
"""
BUYER = """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.taken(_context: Types.Context, taken: Types.Taken)
	print("taken", taken.item)
end

function Logic.ready(context: Types.Context)
	for _, item in { "rice", "bad", "tea" } do
		local answer, code = context.EventService:Request("Orders.Order", { item = item })
		print("answer", answer, code)
	end
	context.Remote.Orders.Note:Fire({ text = "hi" })
end

return Logic
"""
FILES = {
    "specs/modules/Orders/module.yaml": ORDERS,
    "specs/modules/Orders/Logic.luau": LOGIC,
    "specs/modules/Shop/module.yaml": SHOP,
    "specs/modules/Shop/Logic.luau": BUYER,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("shop"), FILES)


def test_the_documents_names_and_the_declared_guards(shop: Game) -> None:
    """The handler takes the worker's place; the rate, the types and the isolation stay."""
    outcome = shop.play(seconds=4)
    assert printed(outcome, since=0.1) == ["placed rice", "placed bad", "note hi"]
    told = printed(outcome, "Siti", since=0.1)
    answers = [line for line in told if line.startswith("answer")]
    assert answers == ["answer 7 nil", "answer nil NET_ERROR", "answer nil NET_RATE"]
    assert [line for line in told if line.startswith("taken")] == ["taken rice", "taken all", "taken bad", "taken all"]


NAMES = """
local module = require(Shared.Kernel.ServiceManager):GetRecord("{module}")
local service = module.context.EventService
local ok, problem = pcall(function()
    {call}
end)
print("asked", ok, problem)
"""


@pytest.mark.parametrize(
    ("module", "call", "said"),
    [
        ("Orders", 'service:FireAll("Orders.Taken", { item = "x" })', None),
        ("Orders", 'service:FireAll("Nothing", {})', "Nothing is no event from the server of Orders"),
        ("Orders", 'service:FireAll("Order", { item = "x" })', "Order is no event from the server of Orders"),
        ("Orders", 'service:FireAll("Taken", { item = 5 })', "NET_INVALID: Orders.Taken.item"),
        ("Orders", 'service:OnClient("Taken", print)', "Taken is no event from clients of Orders"),
        ("Orders", 'service:OnServer("Sold", print)', "Sold is no message of the bus of Orders"),
        ("Orders", 'service:CreateChannel("Shop.Order")', "Shop.Order is no event of Orders"),
        ("Shop", 'service:Request("Order", { item = "x" })', None),
        ("Shop", 'service:Request("Note", { text = "x" })', "Note is no request of a client"),
        ("Shop", 'service:Request("Nothing")', "Nothing is no request of a client"),
    ],
)
def test_an_event_that_is_not_declared_raises(shop: Game, module: str, call: str, said: str | None) -> None:
    side = "server" if module == "Orders" else "Siti"
    outcome = shop.play(probe(NAMES.format(module=module, call=call), side, at=2), seconds=4)
    asked = next(line for line in printed(outcome, side, since=2) if line.startswith("asked"))
    assert asked.startswith("asked true") if said is None else said in asked


def test_others_find_it_by_the_services_name(shop: Game) -> None:
    """Without a module: any event, by its full name or where its short one is the only one."""
    source = """
    local service = Kernel:GetModule("EventService")
    service:FireAll("Taken", { item = "short" })
    service:FireClient(Players.Siti, "Orders.Taken", { item = "full" })
    print("asked", pcall(service.FireAll, service, "Order", { item = "x" }))
    """
    outcome = shop.play(probe(source, at=2), seconds=4)
    assert "taken short" in printed(outcome, "Siti", since=2)
    assert "taken full" in printed(outcome, "Siti", since=2)
    assert "Order is no event from the server" in printed(outcome, since=2)[-1]


def test_it_ends_with_the_module(shop: Game) -> None:
    """A reload to the same code hears each message once."""
    source = """
    local ServiceManager = require(Shared.Kernel.ServiceManager)
    print("reload", ServiceManager:Reload("Orders", { force = true }).success)
    require(Shared.Kernel.Bus).publish("Placed", { item = "after" })
    """
    outcome = shop.play(probe(source, at=2), seconds=4)
    assert printed(outcome, since=2) == ["reload true", "placed after"]


def test_its_types_are_clean(tmp_path: Path) -> None:
    project = Project(tmp_path).write({"specs/project.yaml": "ovhl: 1\nname: Test\n", **FILES})
    assert project.run("build").code == 0
    assert project.json("lint", "--types").findings == []
    project.edit("specs/modules/Orders/Logic.luau", '"Taken", { item = "all" }', '"Taken", { item = 5 }')
    assert project.run("build").code == 0
    assert [one["code"] for one in project.json("lint", "--types").findings] == ["E1125"]
