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
    spec = project.monetization
    if spec is None:
        return
    config = literal({"gamepasses": dict(spec.gamepasses), "cache": spec.cache})
    yield Output(f"{FOLDER}/Config.luau", "services/MonetizationConfig.luau.j2", (FILE,), {"config": config})
    products = sorted((product.id, _product(product)) for product in spec.products.values())
    view = {"has_products": bool(products), "list": literal(MapValue(tuple(products)))}
    yield Output(f"{FOLDER}/Products.luau", "services/MonetizationProducts.luau.j2", (FILE,), view)


def _product(product: Product) -> dict[str, Any]:
    lowered: dict[str, Any] = {"name": product.key.name}
    if product.amounts:
        lowered["grants"] = {name: to_plain(amount) for name, amount in product.amounts.items()}
    if product.worker:
        module, _, method = product.worker.name.partition(".")
        lowered["call"] = {"module": module, "method": method}
    return lowered
