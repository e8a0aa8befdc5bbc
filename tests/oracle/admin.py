"""AdminPanel: who may do what, what comes of it, and what is written down (docs/runtime/admin.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ovhlgen.logs.entry import Entry

QUIET = 10.0  # seconds between two lines about the same looks, or refusals, of a player
LOOKS = {
    "GetConfig": "the config",
    "ListModules": "the modules",
    "GetLogs": "the logs",
    "GetHealth": "the server's health",
    "GetPermissions": "the permissions",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A number between `low` and `high`; `role` is the least that may change it, None where nobody may."""

    low: float
    high: float
    role: str | None

    def fits(self, value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(slots=True)
class Person:
    """`granted` is what they were given on top of their own role."""

    user_id: int
    role: str
    granted: str | None = None


@dataclass(slots=True)
class Panel:
    """One server's. `modules` have the names of what they depend on; `least` is the role that admin.yaml names."""

    ranks: Mapping[str, int]
    least: str
    people: dict[str, Person]
    settings: Mapping[str, Setting]
    values: dict[str, Any]
    modules: Mapping[str, Sequence[str]]
    written: list[Entry] = field(default_factory=list)
    told: dict[tuple[str, str], float] = field(default_factory=dict)

    def rank(self, person: Person) -> int:
        return max(self.ranks[person.role], self.ranks[person.granted] if person.granted else 0)

    def ask(self, now: float, name: str, request: str, given: Mapping[str, Any]) -> str | None:
        """The code of a request that was refused; None where it was carried out."""
        person = self.people[name]
        if self.rank(person) < self.ranks[self.least]:
            if self.is_due(now, name, request):
                what = f"AdminPanel.{request} refused: NET_DENIED"
                self.write(now, "Network", "WARN", "LOG", what, {"player": person.user_id})
            return "NET_DENIED"
        if request in LOOKS:
            if self.is_due(now, name, request):
                what = f"{name} looked at {LOOKS[request]}"
                self.write(now, "AdminPanel", "INFO", "ADMIN_LOOK", what, {"by": person.user_id})
            return None
        act = {"SetConfig": self.set_config, "ReloadModule": self.reload, "SetRole": self.role, "RevokeRole": self.role}
        event, what, details, code = act[request](person, given)
        data = {"by": person.user_id, **details, **({"code": code} if code else {})}
        said = f"{name} couldn't {what}" if code else f"{name} did {what}"
        self.write(now, "AdminPanel", "WARN" if code else "INFO", event, said, data)
        return code

    def is_due(self, now: float, name: str, request: str) -> bool:
        last = self.told.get((name, request))
        if last is not None and now - last < QUIET:
            return False
        self.told[name, request] = now
        return True

    def write(self, now: float, service: str, level: str, code: str, text: str, data: dict[str, Any]) -> None:
        self.written.append(Entry(int(now), service, level, code, text.encode(), data, "ADMIN"))

    def set_config(self, by: Person, given: Mapping[str, Any]) -> tuple[str, str, dict[str, str], str | None]:
        name, text = given["name"], given["value"]
        code = self.refusal(by, name, text)
        if code is None:
            self.values[name] = json.loads(text)
        return "ADMIN_SET_CONFIG", f"set {name}", {"name": name, "value": text}, code

    def refusal(self, by: Person, name: str, text: str) -> str | None:
        try:
            value = json.loads(text)
        except ValueError:
            return "CONFIG_INVALID"
        if name not in self.settings:
            return "CONFIG_UNKNOWN"
        setting = self.settings[name]
        if setting.role is None:
            return "CONFIG_FIXED"
        if self.rank(by) < self.ranks[setting.role]:
            return "PERM_DENIED"
        return None if setting.fits(value) else "CONFIG_INVALID"

    def reload(self, _by: Person, given: Mapping[str, Any]) -> tuple[str, str, dict[str, str], str | None]:
        name, force = given["name"], given["force"]
        needers = [other for other, depends in self.modules.items() if name in depends]
        code, messages = None, ["stopped", "reloaded", *needers]
        if name not in self.modules:
            code, messages = "RELOAD_UNKNOWN", [f"no module {name}"]
        elif needers and not force:
            code, messages = "RELOAD_DEPENDENTS", [f"{', '.join(needers)} need {name}"]
        details = {"name": name, "force": str(force).lower(), "messages": ", ".join(messages)}
        return "ADMIN_RELOAD", f"reload {name}", details, code

    def role(self, by: Person, given: Mapping[str, Any]) -> tuple[str, str, dict[str, str], str | None]:
        """SetRole, and without a role RevokeRole: for roles and people below one's own rank."""
        user, role = given["user_id"], given.get("role")
        other = next(one for one in self.people.values() if one.user_id == user)
        own = self.rank(by)
        code = None if self.rank(other) < own and (role is None or self.ranks[role] < own) else "PERM_DENIED"
        if code is None:
            other.granted = role
        if role is None:
            return "ADMIN_REVOKE_ROLE", f"take back the role of {user}", {"user": str(user)}, code
        return "ADMIN_SET_ROLE", f"give {user} the role {role}", {"user": str(user), "role": role}, code
