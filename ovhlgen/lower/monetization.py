"""MonetizationModule's own files: the gamepasses, and what each product grants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovhlgen.lower.output import Output
from ovhlgen.luau import MapValue, literal
from ovhlgen.model.game import Product
from ovhlgen.model.node import to_plain
from ovhlgen.model.project import Project
from ovhlgen.services import monetization_module

FILE = "specs/monetization.yaml"
FOLDER = monetization_module.SERVICE.path("server")


def monetization(project: Project) -> Iterator[Output]:
    """Only where monetization.yaml is."""
    of = project.monetization
    if of is None:
        return
    config = literal({"gamepasses": dict(of.gamepasses), "cache": of.cache})
    yield Output(f"{FOLDER}/Config.luau", "services/MonetizationConfig.luau.j2", (FILE,), {"config": config})
    products = sorted((product.id, _product(product)) for product in of.products.values())
    view = {"has_products": bool(products), "list": literal(MapValue(tuple(products)))}
    yield Output(f"{FOLDER}/Products.luau", "services/MonetizationProducts.luau.j2", (FILE,), view)


def _product(of: Product) -> dict[str, Any]:
    found: dict[str, Any] = {"name": of.key.name}
    if of.amounts:
        found["grants"] = {name: to_plain(amount) for name, amount in of.amounts.items()}
    if of.worker:
        module, _, method = of.worker.name.partition(".")
        found["call"] = {"module": module, "method": method}
    return found
