"""PermissionSync: the role of a player."""

from __future__ import annotations

from ovhlgen.lower.services.keys import Declared, one_of
from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import Arrow, Maybe, Pack, Record
from ovhlgen.model.game import Roles

API = "PermissionSync_Api"
ROLE = "PermissionSync_Role"
EXPORTS = (ROLE,)


def permissions(of: Roles, writer: TypeWriter) -> Declared:
    me = ("self", API)
    changed = Arrow((("player", "Player"), ("new", ROLE), ("old", ROLE)), None)
    outcome = Pack(("boolean", Maybe("string")))
    who = (me, ("by", "Player"), ("userId", "number"))
    methods = (
        ("GetRole", Arrow((me, ("player", "Player")), ROLE)),
        ("HasRole", Arrow((me, ("player", "Player"), ("role", ROLE)), "boolean")),
        ("OnRoleChanged", Arrow((me, ("callback", changed)), writer.spell("Kernel_Connection"))),
        ("SetRole", Arrow((*who, ("role", ROLE)), outcome)),
        ("RevokeRole", Arrow(who, outcome)),
    )
    return [(ROLE, one_of(of.roles)), (API, Record(methods))]
