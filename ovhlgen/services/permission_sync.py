"""PermissionSync: the role of a player."""

from __future__ import annotations

from ovhlgen.luau import Arrow, LuauType, Maybe, Pack, one_of
from ovhlgen.model.game import Roles
from ovhlgen.model.project import Broken, Project
from ovhlgen.services.service import CONNECTION, MESSAGES, Api, Method, Service, SpecFile, Table, TypeWriter

API = "PermissionSync_Api"
ROLE = "PermissionSync_Role"

# Files of the runtime for the sources that not every game has. Admin systems of others are asked before all the rest.
_FIRST = {"kohls_admin": "Logic_Kohl", "hd_admin": "Logic_HD"}
_GRANTED = "Logic_Granted"  # roles that are granted while the game runs


def api(project: Project, types: TypeWriter, _realm: str) -> Api:
    assert project.roles is not None
    me: tuple[str, LuauType] = ("self", API)
    changed = Arrow((("player", "Player"), ("new", ROLE), ("old", ROLE)), None)
    outcome = Pack(("boolean", Maybe("string")))
    who: tuple[tuple[str, LuauType], ...] = (me, ("by", "Player"), ("userId", "number"))
    table = Table(
        API,
        (
            Method(
                "GetRole",
                Arrow((me, ("player", "Player")), ROLE),
                "The player's role. It yields while a player who just joined is looked up, five seconds at most.",
            ),
            Method(
                "HasRole",
                Arrow((me, ("player", "Player"), ("role", ROLE)), "boolean"),
                "Whether the player has this role or a higher one. It yields as `GetRole` does.",
            ),
            Method(
                "OnRoleChanged",
                Arrow((me, ("callback", changed)), types.spell(CONNECTION)),
                "Calls back whenever a player's role changes, but not with their first one, until the connection or "
                "the module ends.",
            ),
            Method(
                "SetRole",
                Arrow((*who, ("role", ROLE)), outcome),
                "Grants a user a role in the name of `by`. It yields until that is stored and gives true; or false and "
                "a code, and nothing is changed. `PERM_DENIED` where the role, or the user's own, isn't below that of "
                "`by`.",
            ),
            Method(
                "RevokeRole",
                Arrow(who, outcome),
                "Takes back the role that a user was granted, under the same rules as `SetRole`.",
            ),
        ),
    )
    return Api([(ROLE, one_of(project.roles.roles)), table.declaration()], (table,))


def logics(roles: Roles) -> tuple[str, ...]:
    """The files that say a player's role, in the order in which they are asked."""
    kinds = dict.fromkeys(source.kind.name for source in roles.sources)
    firsts = (_FIRST[kind] for kind in kinds if kind in _FIRST)
    return (*firsts, "Logic_OVHL", *((_GRANTED,) if "granted" in kinds else ()))


def _unused(project: Project) -> tuple[str, ...]:
    needed = logics(project.roles) if project.roles else ()
    files = (file for file in (*_FIRST.values(), _GRANTED) if file not in needed)
    return tuple(f"{SERVICE.folders['server']}/{file}.luau" for file in files)


SERVICE = Service(
    "PermissionSync",
    "The role of each player, from the sources of roles.yaml.",
    {"server": "Server/Core/PermissionSync"},
    api,
    file=SpecFile("roles", "specs/roles.yaml", Broken("roles", "roles")),
    exports=lambda _project: (ROLE,),
    writes=frozenset({"SetRole", "RevokeRole"}),
    panel={
        "SetRole.permit": "it looks again at who asked, right before the role is stored",
        "RevokeRole.permit": "it looks again at who asked, right before the role is stored",
    },
    unused=_unused,
    shares=(MESSAGES,),
)
