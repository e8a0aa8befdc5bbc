"""Names in scenarios: each that nothing has is named at its place, with the nearest right one."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.support.projects import Project

SHOP = ROOT / "tests" / "fixtures" / "shop" / "specs"
FILE = "specs/scenarios/buys.yaml"

# What stands there, what is written instead, what `check` suggests, and the code of the finding.
SLIPS = [
    ("kind: paid, left: 0", "kind: piad, left: 0", "paid", "E0816"),
    ("kind: paid, left: 0", "kind: paid, letf: 0", "left", "E0816"),
    ("payload: { ware: kopi }", "payload: { wear: kopi }", "ware", "E0816"),
    ("response: { title: teh }", "response: { titel: teh }", "title", "E0816"),
    ("refused: NET_INVALID", "refused: NET_INVALD", "NET_INVALID", "E0816"),
    ("method: Refill", "method: Refil", "Refill", "E0816"),
    ("args: { amount: 3 }", "args: { amuont: 3 }", "amount", "E0816"),
    ("fields: { sold: 0 }", "fields: { slod: 0 }", "sold", "E0816"),
    ("fields: { basket: 0 }", "fields: { baskt: 0 }", "basket", "E0816"),
    ("with: { ware: teh, left: 1 }", "with: { ware: teh, leftt: 1 }", "left", "E0816"),
    ("module: Ledger, not: true", "module: Leger, not: true", "Ledger", "E0816"),
    ("product: Coins1000", "product: Coin1000", "Coins1000", "E0816"),
    ("gamepass: VipPass", "gamepass: VIPPass", "VipPass", "E0415"),
    ("state: ready", "state: redy", "ready", "E0816"),
    ("values: { amount: 1 }", "values: { amonut: 1 }", "amount", "E0803"),
    ("component: how_many/More", "component: how_mani/More", "how_many", "E0816"),
    ("name: kernel.modules.ready", "name: kernel.module.ready", "kernel.modules.ready", "E0816"),
    ("name: market.sold", "name: market.solt", "market.sold", "E0816"),
    ("value: { kind: gauge }", "value: { kind: guage }", "gauge", "E0816"),
    ("global: { treasury: 5 }\nsteps", "global: { tresury: 5 }\nsteps", "treasury", "E0816"),
    ("      global: { treasury: 5 }", "      global: { treasure: 5 }", "treasury", "E0816"),
    ("data: { coins: 1050 }", "data: { coin: 1050 }", "coins", "E0406"),
    ("data: { coins: 50 }", "data: { coyns: 50 }", "coins", "E0406"),
    ("with: { ware: kopi, amount: 1 }", "with: { wear: kopi, amount: 1 }", "ware", "W0817"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("shop")).copy(SHOP)


def test_what_is_right_is_no_finding(shop: Project) -> None:
    """Every kind of name that a scenario can have, spelt right."""
    assert shop.json().findings == []


@pytest.mark.parametrize(("right", "wrong", "suggestion", "code"), SLIPS, ids=[one[1] for one in SLIPS])
def test_a_slip_is_named_with_what_was_meant(
    shop: Project, right: str, wrong: str, suggestion: str | None, code: str
) -> None:
    """One finding, at the line where the slip is."""
    text = (shop.root / FILE).read_text("utf-8")
    assert text.count(right) == 1
    line = text[: text.index(right) + len(right) - 1].count("\n") + 1 - right.rstrip().count("\n")
    shop.edit(FILE, right, wrong)
    found = shop.json().findings
    shop.edit(FILE, wrong, right)
    assert [(one["code"], one["line"], one["suggestion"]) for one in found] == [(code, line, suggestion)]


def test_what_a_client_makes_up_is_no_slip(shop: Project) -> None:
    """A hostile client's field that resembles none of the payload's is meant so."""
    shop.edit(FILE, "with: { ware: kopi, amount: 20 }", "with: { ware: kopi, amount: 20, hack: true }")
    assert shop.json().findings == []
    shop.edit(FILE, ", hack: true", "")


def test_data_of_an_earlier_version_had_other_keys(project: Project) -> None:
    """Only what is stored in the present version is held against data.yaml."""
    project.copy(SHOP).edit("specs/data.yaml", "version: 1", "version: 2")
    project.append("specs/data.yaml", "migrations: [{ from: 1, to: 2, worker: migrations/to_two.luau }]\n")
    project.write({"specs/migrations/to_two.luau": "return function(data)\n\treturn data\nend\n"})
    project.edit(FILE, "data: { coins: 50 }", "data: { gold: 50 }")
    assert project.json().findings == []


def test_names_of_the_log_and_of_metrics_may_be_made_at_run_time(project: Project) -> None:
    """Where a worker gives a name that isn't a literal, any name may be right; the kernel's own stay known."""
    worker = "specs/modules/Market/Logic.luau"
    project.copy(SHOP).edit(worker, '"market.sold"', '`market.{"sold"}`')
    project.edit(FILE, "name: market.sold", "name: market.anything")
    assert project.json().findings == []
    project.edit(FILE, "name: kernel.modules.ready", "name: kernel.modules.redy")
    assert project.json().codes == ["E0816"]


@pytest.mark.parametrize("bought", ["{ as: Siti }", "{ as: Siti, product: Coins1000, gamepass: VipPass }"])
def test_a_purchase_is_of_one_thing(shop: Project, bought: str) -> None:
    """Neither nothing nor two things are bought."""
    before = "purchase: { as: Siti, product: Coins1000 }"
    shop.edit(FILE, before, f"purchase: {bought}")
    assert shop.json().codes == ["E0108"]
    shop.edit(FILE, f"purchase: {bought}", before)


def test_a_day_that_no_calendar_has(shop: Project) -> None:
    """`start` is a date, not only the form of one."""
    shop.edit(FILE, "steps:\n", "start: 2025-02-30\nsteps:\n")
    assert shop.json().codes == ["E0105"]
    shop.edit(FILE, "start: 2025-02-30\n", "")


def test_every_name_of_the_runtime_is_read_from_it() -> None:
    """The codes, metrics and sources of the log that scenarios may name are those in the runtime's text."""
    from ovhlgen.check import runtime

    assert {"NET_DENIED", "KERNEL_CYCLE", "RELOAD_DEPENDENTS", "CONFIG_FIXED", "DS_SAVE_FAIL"} <= runtime.codes()
    assert {"Kernel", "Network", "DataService"} <= runtime.sources()
    names, forms = runtime.metrics(frozenset({"Market"}))
    assert {"kernel.players", "kernel.network.bytes", "kernel.init.Market"} <= names
    assert [form.pattern for form in forms] == [r"kernel\.phase\.\w+"]
