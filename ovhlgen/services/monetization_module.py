"""MonetizationModule: gamepasses that a player owns, and purchases."""

from __future__ import annotations

from ovhlgen.luau import Arrow, Declared, LuauType, one_of
from ovhlgen.model.project import Broken, Project
from ovhlgen.services.service import CONNECTION, Api, Method, Service, SpecFile, Table, TypeWriter

API = "MonetizationModule_Api"
GAMEPASS = "MonetizationModule_Gamepass"
PRODUCT = "MonetizationModule_Product"


def api(project: Project, types: TypeWriter, _realm: str) -> Api:
    """What the specs have none of has no methods."""
    sold = project.monetization
    assert sold is not None
    declared: Declared = []
    methods: list[Method] = []
    me: tuple[str, LuauType] = ("self", API)
    player: tuple[str, LuauType] = ("player", "Player")
    if sold.gamepasses:
        declared.append((GAMEPASS, one_of(sold.gamepasses)))
        bought = Arrow((player, ("gamepass", GAMEPASS)), None)
        methods += [
            Method(
                "HasGamepass",
                Arrow((me, player, ("gamepass", GAMEPASS)), "boolean"),
                "Whether the player owns a gamepass. It yields where Roblox has to be asked, five seconds at most, and "
                "is false while nobody knows.",
            ),
            Method(
                "PromptGamepass",
                Arrow((me, player, ("gamepass", GAMEPASS)), None),
                "Shows the player Roblox's offer to buy a gamepass.",
            ),
            Method(
                "OnGamepassBought",
                Arrow((me, ("callback", bought)), types.spell(CONNECTION)),
                "Calls back whenever a player buys a gamepass in this game, until the connection or the module ends.",
            ),
        ]
    if sold.products:
        declared.append((PRODUCT, one_of(sold.products)))
        methods.append(
            Method(
                "PromptProduct",
                Arrow((me, player, ("product", PRODUCT)), None),
                "Shows the player Roblox's offer to buy a product. What it gives is granted as monetization.yaml says, "
                "exactly once.",
            )
        )
    table = Table(API, tuple(methods))
    return Api([*declared, table.declaration()], (table,))


def _exports(project: Project) -> tuple[str, ...]:
    sold = project.monetization
    if sold is None:
        return ()
    return (*((GAMEPASS,) if sold.gamepasses else ()), *((PRODUCT,) if sold.products else ()))


def _unused(project: Project) -> tuple[str, ...]:
    has_products = project.monetization and project.monetization.products
    return () if has_products else (f"{SERVICE.folders['server']}/Granting.luau",)


SERVICE = Service(
    "MonetizationModule",
    "The gamepasses and products of monetization.yaml.",
    {"server": "Server/Services/MonetizationModule"},
    api,
    file=SpecFile("monetization", "specs/monetization.yaml", Broken("monetization", "monetization")),
    exports=_exports,
    unused=_unused,
)
