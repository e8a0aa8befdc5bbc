"""MonetizationModule: gamepasses that a player owns, and purchases."""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, one_of
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import Arrow, LuauType, Record
from ovhlgen.model.game import Monetization

API = "MonetizationModule_Api"
GAMEPASS = "MonetizationModule_Gamepass"
PRODUCT = "MonetizationModule_Product"


def monetization(of: Monetization, writer: TypeWriter) -> Declared:
    """What the specs have none of has no methods."""
    found: Declared = []
    methods: list[tuple[str, LuauType]] = []
    me, player = ("self", API), ("player", "Player")
    if of.gamepasses:
        found.append((GAMEPASS, one_of(of.gamepasses)))
        bought = Arrow((player, ("gamepass", GAMEPASS)), None)
        methods += [
            ("HasGamepass", Arrow((me, player, ("gamepass", GAMEPASS)), "boolean")),
            ("PromptGamepass", Arrow((me, player, ("gamepass", GAMEPASS)), None)),
            ("OnGamepassBought", Arrow((me, ("callback", bought)), writer.spell("Kernel_Connection"))),
        ]
    if of.products:
        found.append((PRODUCT, one_of(of.products)))
        methods.append(("PromptProduct", Arrow((me, player, ("product", PRODUCT)), None)))
    return [*found, (API, Record(tuple(methods)))]


def exports(of: Monetization) -> tuple[str, ...]:
    return (*((GAMEPASS,) if of.gamepasses else ()), *((PRODUCT,) if of.products else ()))
